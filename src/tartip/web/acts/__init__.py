"""Acts from outside: one API route and one form per declared act, made from its signature."""
