from hypothesis import settings

# How long an example takes says nothing about the code: the first of a year loads that year's holidays.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
