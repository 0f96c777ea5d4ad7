"""The kill campaign: real processes, killed without warning, and a judge who compares what the world saw with the books.

`python -m tests.faults --n 200` runs it. `judge`, `phases` and `plan` are pure; `campaign` touches processes.
"""
