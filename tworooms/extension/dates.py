"""Dates in words."""

from datetime import date

_MONTHS = "January February March April May June July August September October November December".split()


def reader_date(day: date) -> str:
    """21 November 2026: read the same way on both sides of the Atlantic."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
