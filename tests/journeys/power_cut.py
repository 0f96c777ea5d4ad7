"""later"""

NAME, TITLE = "J5", "x"
