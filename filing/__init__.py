"""The domain of SMS signature filing in plain Python: no Temporal, no I/O, no clock (time comes in as an argument)."""
