"""A post's key: a number that rises with its publication time, then with its id.

In its order nothing has to be sorted for 'newest first, stop at the limit'. The key holds the second of
publication and a slot within it. The slot is the post's id; only where two sites published the same id in
the same second (a mirror, a staging copy) does the later one move up. So the order of keys depends on the
posts alone, not on the order in which they came.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

SLOT_BITS = 30
_SLOTS = 1 << SLOT_BITS

# With 33 bits and a sign for the seconds a key has 64 bits; what is outside is sorted as the nearest.
EARLIEST = datetime(1835, 1, 1, tzinfo=UTC)
LATEST = datetime(2240, 1, 1, tzinfo=UTC)

Identity = tuple[int, str]
"""What orders the posts of one second: a post's id, then its site's name."""


def first_key(moment: datetime) -> int:
    """Give the lowest key of a post published at `moment` (aware) or later."""
    seconds = int(min(max(moment, EARLIEST), LATEST).timestamp())
    return seconds << SLOT_BITS


def last_key(moment: datetime) -> int:
    """Give the highest key of a post published in the second of `moment` (aware)."""
    return first_key(moment) + _SLOTS - 1


def around(moment: datetime, span: timedelta) -> tuple[int, int]:
    """Give the lowest and the highest key of a post published not more than `span` before or after
    `moment` (aware).
    """
    inside = min(max(moment, EARLIEST), LATEST)
    return first_key(inside - span), last_key(inside + span)


def assign(
    moment: datetime, held: Mapping[Identity, int], added: Iterable[Identity]
) -> dict[Identity, int]:
    """Give the keys of all posts of one second, the held ones (with their keys) and the added ones.

    Held keys only ever move up, so they can be rewritten from the highest down without a clash.
    """
    keys: dict[Identity, int] = {}
    key = first_key(moment) - 1
    for identity in sorted({*held, *added}):
        wanted = first_key(moment) + min(identity[0], _SLOTS // 2)
        key = max(key + 1, wanted, held.get(identity, wanted))
        keys[identity] = key
    return keys
