"""The commands behind ``starter.py``: settings, application files, what is shown, and the demo."""
