"""later"""

NAME, TITLE = "quarantine", "x"
