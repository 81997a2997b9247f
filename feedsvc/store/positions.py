"""Where a post stands in the search index: a number that rises with its key, and is small.

The index writes a number for each word of each post; with keys, which are long, it would be larger than
the text. A position is the second of publication, counted from 1990, where that is free and in order; else
the nearest that is, and where there is none, later posts move up to make room.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, select, update

from feedsvc.store import indexing, keys
from feedsvc.store.tables import posts

_ORIGIN = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp())


def assign(connection: Connection) -> None:
    """Give every post that has no position one, in the order of their keys."""
    unplaced = select(posts.c.key).where(posts.c.position.is_(None)).order_by(posts.c.key)
    placed: set[int] = set()
    for key in connection.scalars(unplaced).all():
        if key not in placed:
            placed |= _sweep(connection, key)


def _sweep(connection: Connection, first: int) -> set[int]:
    """Place the post with key `first` and those behind it, up to the first that stands well where it is;
    gives the keys of those that had no position.

    So each post of a crowded second moves once at the most, however many come between.
    """
    below = select(posts.c.position).where(posts.c.key < first).order_by(posts.c.key.desc()).limit(1)
    last = connection.scalar(below)
    together: list[int] = []
    placed: list[tuple[int, int]] = []
    moved: list[tuple[int, int]] = []
    run = select(posts.c.key, posts.c.position).where(posts.c.key >= first).order_by(posts.c.key)
    rows = connection.execute(run.execution_options(yield_per=200))
    for key, position in rows:
        if position is None:
            together.append(key)
            continue
        has_room = last is None or position - last > len(together)
        chosen = between(together, last, position if has_room else None)
        placed += zip(together, chosen, strict=True)
        together, last = [], chosen[-1] if chosen else last
        if last is None or position > last:
            break
        last += 1
        moved.append((key, last))
    rows.close()
    placed += zip(together, between(together, last, None), strict=True)
    # All go up: from the highest down each comes where none is any more.
    for key, position in reversed(moved):
        indexing.take_out(connection, key)
        _place(connection, key, position)
    for key, position in placed:
        _place(connection, key, position)
    return {key for key, _ in placed}


def between(together: Sequence[int], before: int | None, after: int | None) -> list[int]:
    """Give positions for the keys `together`, which rise, between two that are taken and have the room."""
    positions: list[int] = []
    last = before
    for number, key in enumerate(together):
        position = (key >> keys.SLOT_BITS) - _ORIGIN
        if after is not None:
            position = min(position, after - len(together) + number)
        if last is not None:
            position = max(position, last + 1)
        positions.append(position)
        last = position
    return positions


def _place(connection: Connection, key: int, position: int) -> None:
    connection.execute(update(posts).where(posts.c.key == key).values(position=position))
