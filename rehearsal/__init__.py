"""Rehearsals: a filing's whole life in seconds, on a skipping clock against a private sandbox."""
