"""later"""

NAME, TITLE = "no_answer", "x"
