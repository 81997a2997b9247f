"""Where a JSON value ends, where its items lie and what it would take: seen before it is parsed."""

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

MAX_DEPTH = 64
"""Lists and objects within each other; WordPress nests some ten."""

FREE_BYTES = 16 * 1024**2
"""What a value may take in memory however short it is: small things cost much of themselves."""

MAX_SHARE = 4
"""How many bytes a value may take in memory for each of its own, beyond FREE_BYTES. With those it came in,
that makes five."""

# A string with its marks, or a character that counts outside of strings; a mark alone begins a string
# without an end. Possessive, so that neither memory nor time goes into ways back.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["\[\]{},]', re.DOTALL)
# What CPython needs at most, in bytes, beside the characters of a string: for a string and its place in an
# object, an object with its first keys, a list with its first places, one place more and a number in it.
_STRING_BYTES, _OBJECT_BYTES, _LIST_BYTES, _PLACE_BYTES = 72, 200, 96, 100
_WIDE, _ASTRAL = re.compile(rb"[\xc4-\xef]"), re.compile(rb"[\xf0-\xff]")
_ESCAPED_WIDE, _ESCAPED_ASTRAL = re.compile(rb"\\u(?!00)"), re.compile(rb"\\u[dD][89abAB]")
_QUOTE, _COMMA, _OPENS_LIST, _OPENS_OBJECT, _CLOSES_LIST = b'",[{]'
_OPENING = (_OPENS_LIST, _OPENS_OBJECT)


class TooDeepError(ValueError):
    """A value has lists and objects within each other beyond MAX_DEPTH."""


class TooLargeError(ValueError):
    """A value would take more memory than its length allows."""


@dataclass(frozen=True, slots=True)
class JsonOutline:
    """A list or an object in some bytes: where it begins and ends.

    `item_ends` is where each item of a list ends, None for an object; `object_count` is how many of the
    items are objects.
    """

    start: int
    end: int
    item_ends: Sequence[int] | None
    object_count: int


def outline_json(body: bytes, start: int, length: int) -> JsonOutline:
    """Return the outline of the list or object that begins at `start`, in a body that came in `length`
    bytes.

    What is between its brackets and commas is not looked at. Raises ValueError when it has no end,
    TooDeepError and TooLargeError when it must not be parsed.
    """
    allowed = max(FREE_BYTES, MAX_SHARE * length)
    text_width = _measure_width(body, _WIDE, _ASTRAL)
    width = max(text_width, _measure_width(body, _ESCAPED_WIDE, _ESCAPED_ASTRAL))
    is_list = body[start] == _OPENS_LIST
    item_ends = array("q")
    item_start, depth, object_count, taken, longest = start + 1, 0, 0, 0, 0
    for token in _TOKEN.finditer(body, start):
        position = token.start()
        character = body[position]
        if character == _QUOTE:
            size = token.end() - position
            if size == 1:
                break
            taken += _STRING_BYTES + width * size
        elif character == _COMMA:
            taken += _PLACE_BYTES
            if depth == 1:
                item_ends.append(position)
                longest, item_start = max(longest, position - item_start), position + 1
        elif character in _OPENING:
            object_count += depth == 1 and character == _OPENS_OBJECT
            taken += _OBJECT_BYTES if character == _OPENS_OBJECT else _LIST_BYTES
            depth += 1
            if depth > MAX_DEPTH:
                raise TooDeepError("it is nested too deep")
        else:
            depth -= 1
            if depth == 0:
                if is_list != (character == _CLOSES_LIST):
                    break
                if item_ends or body[item_start:position].strip():
                    item_ends.append(position)
                # Each item of a list is read on its own, so that its text is there but once.
                longest = max(longest, position - item_start) if is_list else position - start
                taken += text_width * longest
        if taken > allowed:
            raise TooLargeError("it would take too much memory")
        if depth == 0:
            return JsonOutline(start, position + 1, item_ends if is_list else None, object_count)
    raise ValueError("its brackets do not close")


def _measure_width(body: bytes, wide: re.Pattern[bytes], astral: re.Pattern[bytes]) -> int:
    """Return how many bytes a character takes at most in a text that has such characters (PEP 393)."""
    return 4 if astral.search(body) else 2 if wide.search(body) else 1
