"""The acceptance journeys: days in a canteen and visits of residents, played against the real programs, judged by what can be seen.

`python -m tests.journeys` plays them all; each module holds one journey as `play(stage_hand, journey)`.
"""
