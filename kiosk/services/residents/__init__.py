"""The services behind the resident's terminal: who is there, her records, guides, applications, papers, places.

`desk` is the role's services; everything else is a part of it. What belongs to a person lives in `session` and is gone
with it. Runs on the disk thread unless a module says otherwise.
"""
