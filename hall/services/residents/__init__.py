"""Residents' matters at the hall: records and who looked at them, one-time codes, hand-offs, documents on paper."""
