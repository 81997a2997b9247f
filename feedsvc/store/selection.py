"""Which posts are selected, and the statement that selects a page of their rowids in the index."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    exists,
    select,
)

from feedsvc.query.condition import ANYTHING, Condition
from feedsvc.store import search
from feedsvc.store.index_entries import Candidates, IndexQuery, Of
from feedsvc.store.keys import first_key
from feedsvc.store.tables import posts

# What selects rowids calls them otherwise than what asks for the posts with these rowids, around it.
_post, _other = posts.alias("of_rowid"), posts.alias("of_group")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which posts are selected: what they must meet, with rows' ids for names.

    `published` are the sites whose posts are shown at all (None means all). With `dedupe`, posts that
    repeat another count as one with it, with the terms and the sites of all.
    """

    condition: Condition = ANYTHING
    published: frozenset[int] | None = None
    since: datetime | None = None
    dedupe: bool = True

    @property
    def marks_of(self) -> Of:
        """Whose terms and sites count: those of a post's group, or its own."""
        return "entry" if self.dedupe else "post"


def select_page(connection: Connection, selection: Selection, limit: int, offset: int) -> Select[int]:
    """Return the statement that selects the rowids of one page of what `selection` selects."""
    narrow = partial(_narrow, selection)
    return search.select_newest(connection, _index_query(selection), narrow, limit, offset)


def _index_query(selection: Selection) -> IndexQuery:
    """Return what of `selection` the index knows."""
    return IndexQuery(
        selection.condition,
        marks_of=selection.marks_of,
        candidates=_candidates(selection),
        sites=selection.published,
    )


def _narrow(selection: Selection, statement: Select[int]) -> Select[int]:
    """Add to a statement that selects rowids what of `selection` the index does not know."""
    rowid = statement.selected_columns.rowid
    if selection.since:
        young = select(_post.c.index_rowid).where(_post.c.key >= first_key(selection.since))
        statement = statement.where(rowid >= young.order_by(_post.c.key).limit(1).scalar_subquery())
    if selection.published is None or not selection.dedupe or len(selection.published) == 1:
        return statement
    # Of the leaders of the sites that are shown, the first in its group stands for it.
    before = stands_before(_other, _post, selection.published)
    in_group = exists().select_from(_post.join(_other, _other.c.canonical_key == _post.c.canonical_key))
    return statement.where(~in_group.where(_post.c.index_rowid == rowid, before))


def _candidates(selection: Selection) -> Candidates:
    if not selection.dedupe:
        return "post"
    return "entry" if selection.published is None else "leader"


def stands_before(
    other: FromClause, leader: FromClause, site_ids: Collection[int] | BindParameter[int]
) -> ColumnElement[bool]:
    """Return whether `other`, of one group with `leader`, stands before it for some sites.

    What leads beside a leader within its own site is no repeat of it.
    """
    return and_(
        other.c.leader_key == other.c.key,
        other.c.site_id.in_(site_ids),
        other.c.site_id != leader.c.site_id,
        other.c.place < leader.c.place,
    )
