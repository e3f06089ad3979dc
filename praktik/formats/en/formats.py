"""English as Europe writes it: with the month first, a Dane would read 7/12 as the seventh of December."""

from praktik.formats.da.formats import DATE_INPUT_FORMATS, TIME_INPUT_FORMATS

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j F Y, H:i"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
MONTH_DAY_FORMAT = "j F"
TIME_FORMAT = "H:i"
FIRST_DAY_OF_WEEK = 1

__all__ = ["DATE_INPUT_FORMATS", "TIME_INPUT_FORMATS"]
