"""A post's key: a number that rises with its publication time, then with its id.

In the order of keys nothing has to be sorted for 'newest first, stop at the limit'. The key holds the
second of publication and a slot within it. The slot is the post's id. Only where two sites published the
same id in the same second (a mirror, a staging copy), the later one by its site's name moves up a slot. So
the order of keys depends on the posts alone, not on the order in which they came.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

SLOT_BITS = 30
SLOTS = 1 << SLOT_BITS
"""Keys that there are in a second."""

# With 33 bits and a sign for the seconds a key has 64 bits; what is outside is sorted as the nearest.
EARLIEST = datetime(1835, 1, 1, tzinfo=UTC)
LATEST = datetime(2240, 1, 1, tzinfo=UTC)

Identity = tuple[int, str]
"""What orders the posts of one second: a post's id, then its site's name."""


def first_key(moment: datetime) -> int:
    """Return the lowest key of a post published at `moment` (aware) or later."""
    seconds = int(min(max(moment, EARLIEST), LATEST).timestamp())
    return seconds << SLOT_BITS


def moment_of_key(key: int) -> datetime:
    """Return when the post with `key` was published (UTC, to the second)."""
    return datetime.fromtimestamp(key >> SLOT_BITS, UTC)


def last_key(moment: datetime) -> int:
    """Return the highest key of a post published in the second of `moment` (aware)."""
    return first_key(moment) + SLOTS - 1


def key_range_around(key: int, span: timedelta) -> tuple[int, int]:
    """Return the lowest and the highest key of a post published at most `span` before or after the second
    of `key`; `span` is in whole seconds.
    """
    second, seconds = key >> SLOT_BITS, int(span.total_seconds())
    return (second - seconds) << SLOT_BITS, ((second + seconds) << SLOT_BITS) + SLOTS - 1


def assign_keys(
    moment: datetime, stored_keys: Mapping[Identity, int], added: Iterable[Identity]
) -> dict[Identity, int]:
    """Return the keys of all posts of the second of `moment`: the stored posts and the added ones.

    Keys of stored posts only ever move up, so they can be rewritten from the highest down without a clash.
    """
    keys: dict[Identity, int] = {}
    key = first_key(moment) - 1
    for identity in sorted({*stored_keys, *added}):
        own_slot = first_key(moment) + min(identity[0], SLOTS // 2)
        key = max(key + 1, own_slot, stored_keys.get(identity, own_slot))
        keys[identity] = key
    return keys
