"""later"""

NAME, TITLE = "J7", "x"
