"""A post's rowid in the search index: a number that rises with its key, and is small.

The index writes a number for each word of each post. With keys, which are long, it was 1.3 times as large
as the text; with these, 0.8. A rowid is the second of publication, counted from 1990, where that is free
and in order; else the nearest that is. Where there is none, later posts move up to make room.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, select, update

from feedsvc.store.constructs import integer_list, integer_rows
from feedsvc.store.indexing import remove_from_index
from feedsvc.store.keys import SLOT_BITS
from feedsvc.store.tables import posts

_ORIGIN = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp())

_SELECT_UNPLACED = select(posts.c.key).where(posts.c.index_rowid.is_(None)).order_by(posts.c.key)
_unplaced, _unplaced_key = integer_rows("keys")
_below, _above = posts.alias("below"), posts.alias("above")
_SELECT_NEIGHBOURS = select(
    _unplaced_key,
    select(_below.c.index_rowid)
    .where(_below.c.key < _unplaced_key)
    .order_by(_below.c.key.desc())
    .limit(1)
    .scalar_subquery(),
    select(_above.c.key)
    .where(_above.c.key > _unplaced_key)
    .order_by(_above.c.key)
    .limit(1)
    .scalar_subquery(),
    select(_above.c.index_rowid)
    .where(_above.c.key > _unplaced_key)
    .order_by(_above.c.key)
    .limit(1)
    .scalar_subquery(),
).select_from(_unplaced)
"""Each post without a rowid, the rowid of the one before it, the key and the rowid of the one behind it."""

_SELECT_BEHIND = (
    select(posts.c.key, posts.c.index_rowid)
    .where(posts.c.key >= bindparam("first"))
    .order_by(posts.c.key)
    .execution_options(yield_per=200)
)
_PLACE = update(posts).where(posts.c.key == bindparam("of_post")).values(index_rowid=bindparam("rowid"))


def assign_index_rowids(connection: Connection) -> set[int]:
    """Assign a rowid to every post that has none; return the keys of posts that moved up to make room.

    These are out of the index until they are put in again at their new places.
    """
    unplaced = connection.scalars(_SELECT_UNPLACED).all()
    if not unplaced:
        return set()
    placing = _Placing(connection)
    for run, before, after in _list_runs(connection, unplaced):
        placing.place(run, before, after)
    placing.save()
    return set(placing.moved)


def _list_runs(
    connection: Connection, unplaced: Sequence[int]
) -> Iterator[tuple[list[int], int | None, int | None]]:
    """Yield posts without a rowid that follow each other, with the rowids before and behind them."""
    rows = connection.execute(_SELECT_NEIGHBOURS, {"keys": integer_list(unplaced)}).all()
    run: list[int] = []
    first_rowid: int | None = None
    for key, before, next_key, after in sorted(tuple(row) for row in rows):
        first_rowid = first_rowid if run else before
        run.append(key)
        if after is not None or next_key is None:
            yield run, first_rowid, after
            run = []


class _Placing:
    """The rowids that posts get, and those that others move up to: found from the lowest key up, then
    saved.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._placed: dict[int, int] = {}
        self.moved: dict[int, int] = {}

    def place(self, run: Sequence[int], before: int | None, after: int | None) -> None:
        """Place posts that follow each other, between two rowids that are taken."""
        if run[0] in self._placed:
            return  # with posts before them that had no room
        if before is None or after is None or after - before > len(run):
            self._place_all(run, choose_rowids(run, before, after))
        else:
            self._make_room(run[0], before)

    def _make_room(self, first: int, last: int | None) -> None:
        """Place the post with the key `first` and those behind it, up to the first that may stay where it
        is.

        So each post of a crowded second moves once at most, however many come between.
        """
        run: list[int] = []
        rows = self._connection.execute(_SELECT_BEHIND, {"first": first})
        for key, rowid in rows:
            if rowid is None:
                run.append(key)
                continue
            has_room = last is None or rowid - last > len(run)
            chosen = choose_rowids(run, last, rowid if has_room else None)
            self._place_all(run, chosen)
            run, last = [], chosen[-1] if chosen else last
            if last is None or rowid > last:
                break
            last += 1
            self.moved[key] = last
        rows.close()
        self._place_all(run, choose_rowids(run, last, None))

    def _place_all(self, keys: Sequence[int], rowids: Sequence[int]) -> None:
        self._placed.update(zip(keys, rowids, strict=True))

    def save(self) -> None:
        """Store the rowids."""
        remove_from_index(self._connection, self.moved)
        # All go up: from the highest down each comes where none is any more.
        for rowids in (dict(sorted(self.moved.items(), reverse=True)), self._placed):
            if rowids:
                rows = [{"of_post": key, "rowid": rowid} for key, rowid in rowids.items()]
                self._connection.execute(_PLACE, rows)


def choose_rowids(keys: Sequence[int], before: int | None, after: int | None) -> list[int]:
    """Return rowids for posts whose keys rise, between two rowids that are taken and leave enough room."""
    rowids: list[int] = []
    last = before
    for number, key in enumerate(keys):
        rowid = (key >> SLOT_BITS) - _ORIGIN
        if after is not None:
            rowid = min(rowid, after - len(keys) + number)
        if last is not None:
            rowid = max(rowid, last + 1)
        rowids.append(rowid)
        last = rowid
    return rowids
