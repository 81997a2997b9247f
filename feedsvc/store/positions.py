"""Where a post stands in the search index: a number that rises with its key, and is small.

The index writes a number for each word of each post; with keys, which are long, it would be larger than
the text. A position is the second of publication, counted from 1990, where that is free and in order; else
the nearest that is, and where there is none, others move by one to make room.
"""

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, exists, select, update

from feedsvc.store import indexing, keys
from feedsvc.store.tables import posts

_ORIGIN = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp())


def make_room(connection: Connection, key: int) -> int:
    """Give the position for a post with `key` that is not held yet, moving others where they must."""
    before = _neighbour(connection, posts.c.key < key, posts.c.key.desc())
    behind = _neighbour(connection, posts.c.key > key, posts.c.key.asc())
    position = nearest(key, before, behind)
    if position is not None:
        return position
    assert before is not None  # noqa: S101 (without neighbours there is room)
    assert behind is not None  # noqa: S101
    last = _end_of_run(connection, posts.c.position >= behind, posts.c.position.asc(), 1)
    first = _end_of_run(connection, posts.c.position <= before, posts.c.position.desc(), -1)
    if last - behind <= before - first:
        _move(connection, behind, last, 1)
        return behind
    _move(connection, first, before, -1)
    return before


def nearest(key: int, before: int | None, behind: int | None) -> int | None:
    """Give the best position for `key` between two that are taken, or None when there is none."""
    position = (key >> keys.SLOT_BITS) - _ORIGIN
    if before is not None:
        position = max(position, before + 1)
    if behind is not None:
        position = min(position, behind - 1)
    return None if before is not None and position <= before else position


def _neighbour(connection: Connection, side: ColumnElement[bool], order: ColumnElement[int]) -> int | None:
    return connection.scalar(select(posts.c.position).where(side).order_by(order).limit(1))


def _end_of_run(
    connection: Connection, side: ColumnElement[bool], order: ColumnElement[int], step: int
) -> int:
    """Give the last of the positions on one side that follow each other without a gap."""
    next_one = posts.alias("next_one")
    is_followed = exists().where(next_one.c.position == posts.c.position + step)
    run = select(posts.c.position).where(side, ~is_followed).order_by(order).limit(1)
    return int(connection.scalars(run).one() or 0)


def _move(connection: Connection, first: int, last: int, step: int) -> None:
    """Move the posts of a run by one, from its far end on, so that each goes where none is."""
    order = posts.c.position.desc() if step > 0 else posts.c.position.asc()
    run = select(posts.c.key).where(posts.c.position.between(first, last)).order_by(order)
    for key in connection.scalars(run).all():
        indexing.take_out(connection, key)
        moved = update(posts).where(posts.c.key == key).values(position=posts.c.position + step)
        connection.execute(moved)
