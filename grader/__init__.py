"""Grade free-form notebooks against reference solutions, under rubrics."""

__version__ = "0.1.0"
