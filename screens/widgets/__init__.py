"""What pages are made of: texts, money, icons, surfaces, buttons and the bars around every page."""
