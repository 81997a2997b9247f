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
    while (first := connection.scalar(unplaced.limit(1))) is not None:
        placed = select(posts.c.key, posts.c.position).where(posts.c.position.is_not(None))
        below = placed.where(posts.c.key < first).order_by(posts.c.key.desc()).limit(1)
        above = placed.where(posts.c.key > first).order_by(posts.c.key).limit(1)
        before, after = connection.execute(below).one_or_none(), connection.execute(above).one_or_none()
        together = connection.scalars(unplaced.where(posts.c.key < after.key) if after else unplaced).all()
        if before and after:
            _make_room(connection, after.position, before.position + len(together) + 1)
            after = connection.execute(above).one()
        chosen = between(together, before and before.position, after and after.position)
        for key, position in zip(together, chosen, strict=True):
            _place(connection, key, position)


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


def _make_room(connection: Connection, first: int, least: int) -> None:
    """Move the post at position `first` up to `least` where it stands below, and those in its way."""
    moves = []
    run = select(posts.c.key, posts.c.position).where(posts.c.position >= first)
    for row in connection.execute(run.order_by(posts.c.position).execution_options(yield_per=100)):
        if row.position >= least:
            break
        moves.append((row.key, least))
        least += 1
    for key, position in reversed(moves):
        indexing.take_out(connection, key)
        _place(connection, key, position)


def _place(connection: Connection, key: int, position: int) -> None:
    connection.execute(update(posts).where(posts.c.key == key).values(position=position))
