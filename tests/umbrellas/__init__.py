"""An app as a newcomer adds it: this folder and one line. `tests/test_new_app.py` copies it and installs it."""
