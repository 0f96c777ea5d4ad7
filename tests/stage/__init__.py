"""The stage: starts the real programs (hall, devices, terminal, display), and takes every one of them down again.

Nothing here imports the product's insides: what is started are the commands that people run, what is watched is what
they show (status socket, printed slips, the screen's pixels, the hall's routes). No test lives here.
"""
