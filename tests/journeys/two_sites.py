"""later"""

NAME, TITLE = "J6", "x"
