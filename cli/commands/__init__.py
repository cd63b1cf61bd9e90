"""What there is to say to ``starter.py``: the commands and their options, and nothing of what they do."""
