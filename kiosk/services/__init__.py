"""What a terminal can do, one service a module: rules, meals, staff, slips, printing, devices, voice, status;
`residents/` holds those of the resident's terminal.

Rules are pure. A service that keeps something runs on its own thread or on the disk's, and answers by an event.
"""
