"""Card readers: their frames, what a card's number looks like in print, and when a card counts as seen."""
