"""Everything with a side effect: reading and writing at the platform, and dates that depend on published holidays."""
