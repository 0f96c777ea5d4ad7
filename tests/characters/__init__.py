"""Every character of anybody's name: on slips, on the screen, on A4 and through the hall. Drawn means ink that is not the
font's picture of a missing character."""
