"""A moment in words, as 'four minutes ago'. Pure."""

from datetime import datetime

_UNITS = (("year", 365 * 86400), ("month", 30 * 86400), ("day", 86400), ("hour", 3600), ("minute", 60))
_WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()


def describe_moment(moment: datetime, now: datetime) -> str:
    """Return how long before or after `now` a moment is: 'four minutes ago', 'in 15 minutes', 'now'."""
    seconds = int((now - moment).total_seconds())
    for unit, length in _UNITS:
        if number := abs(seconds) // length:
            text = f"{spell_number(number)} {unit}{'' if number == 1 else 's'}"
            return f"{text} ago" if seconds > 0 else f"in {text}"
    return "just now" if seconds >= 0 else "in a moment"


def spell_number(number: int) -> str:
    """Return a number as people write it: up to twelve a word, else figures in groups of three."""
    return _WORDS[number] if 0 <= number < len(_WORDS) else f"{number:,}"
