"""Pure computing: no Django, no database. NumPy and Arrow in, Arrow out; clock and randomness are passed in."""
