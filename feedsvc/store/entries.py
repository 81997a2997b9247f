"""The entries that a selection gives, newest first: posts with their sites, their terms, and those of
their repeats.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from feedsvc.model import Entry, Post, Site, Term
from feedsvc.store.constructs import integer_list, integer_rows, is_among
from feedsvc.store.entry_ids import name_by_guid
from feedsvc.store.keys import first_key
from feedsvc.store.media import unpack_media
from feedsvc.store.selection import Selection, select_page
from feedsvc.store.tables import posts, sites
from feedsvc.store.term_lookup import load_entry_terms, load_post_terms

# No index is looked for with it: the rows are wanted in the order of another one.
_site_id = posts.c.site_id + 0

# Made once, but for the page that is selected: to make them takes longer than the answer.
_SELECT_ENTRIES = (
    select(posts, sites.c.name, sites.c.url, sites.c.home, sites.c.title.label("site_title"),
           sites.c.description, sites.c.language.label("site_language"), sites.c.icon)
    .join(sites, sites.c.id == posts.c.site_id)
    .order_by(posts.c.key.desc())
)  # fmt: skip
_SELECT_DIGESTS = (
    select(posts.c.key, posts.c.canonical_key, posts.c.site_id, posts.c.entry_id, posts.c.published,
           posts.c.modified, posts.c.digest, sites.c.name, sites.c.url, sites.c.home,
           sites.c.title.label("site_title"), sites.c.description, sites.c.language.label("site_language"),
           sites.c.icon)
    .join(sites, sites.c.id == posts.c.site_id)
    .order_by(posts.c.key.desc())
)  # fmt: skip


def load_entries(connection: Connection, selection: Selection, limit: int, offset: int = 0) -> list[Entry]:
    """Return the entries that `selection` selects, newest first, ties by the post's id."""
    return list(map(_entry, *_load_rows(connection, selection, _SELECT_ENTRIES, limit, offset)))


def load_digested_entries(
    connection: Connection, selection: Selection, limit: int, offset: int = 0
) -> tuple[list[Entry], bytes]:
    """Return what `load_entries` and `digest_entries` return, for the price of the first."""
    rows, own, of_groups = _load_rows(connection, selection, _SELECT_ENTRIES, limit, offset)
    digest = _digest([_list_digested(row) for row in rows], own, of_groups)
    return list(map(_entry, rows, own, of_groups)), digest


def digest_entries(connection: Connection, selection: Selection, limit: int, offset: int = 0) -> bytes:
    """Return what is equal as long as `load_entries` returns equal entries, and costs a part of it: of the
    posts their digests are read, not their bodies.
    """
    rows, own, of_groups = _load_rows(connection, selection, _SELECT_DIGESTS, limit, offset)
    return _digest([_list_digested(row) for row in rows], own, of_groups)


def _load_rows(
    connection: Connection, selection: Selection, statement: Select[Any], limit: int, offset: int
) -> tuple[Sequence[Row[Any]], list[list[Term]], list[list[Term]]]:
    """Return what `statement` tells of a page, the terms of each post, and those of its group."""
    page = select_page(connection, selection, limit, offset)
    rows = connection.execute(statement.where(is_among(posts.c.index_rowid, page))).all()
    if not selection.dedupe:
        own = load_post_terms(connection, [row.key for row in rows])
        listed = [own[row.key] for row in rows]
        return rows, listed, listed
    canonical_keys = {row.key: row.canonical_key for row in rows}
    own, of_groups = load_entry_terms(connection, canonical_keys, selection.published)
    return rows, [own[row.key] for row in rows], [of_groups[row.canonical_key] for row in rows]


def _list_digested(row: Row[Any]) -> tuple[Any, ...]:
    return (
        row.key, row.canonical_key, row.site_id, row.entry_id, row.published, row.modified, row.digest,
        row.name, row.url, row.home, row.site_title, row.description, row.site_language, row.icon,
    )  # fmt: skip


def _digest(rows: Sequence[tuple[Any, ...]], own: list[list[Term]], of_groups: list[list[Term]]) -> bytes:
    return hashlib.sha256(repr((rows, own, of_groups)).encode()).digest()


def count_selected(connection: Connection, selection: Selection, limit: int) -> int:
    """Return how many entries `selection` selects, or `limit` if they are more."""
    rowids = select_page(connection, selection, limit, 0).subquery()
    return connection.scalar(select(func.count()).select_from(rowids)) or 0


def count_entries_by_site(connection: Connection) -> dict[int, int]:
    """Return how many entries the posts of each site make, by the sites' ids."""
    groups = select(_site_id.label("site_id")).group_by(posts.c.canonical_key, _site_id).subquery()
    rows = connection.execute(select(groups.c.site_id, func.count()).group_by(groups.c.site_id))
    return {row.site_id: row[1] for row in rows}


def list_selected_keys(connection: Connection, selection: Selection, limit: int) -> list[int]:
    """Return the keys of up to `limit` entries that `selection` selects, the newest first."""
    page = select_page(connection, selection, limit, 0)
    newest = select(posts.c.key).where(is_among(posts.c.index_rowid, page)).order_by(posts.c.key.desc())
    return list(connection.scalars(newest))


def list_selected_rowids(connection: Connection, selection: Selection, limit: int) -> list[int]:
    """Return the rowids in the index of up to `limit` entries that `selection` selects, the newest first.

    They cost a fraction of the keys, and tell by `find_first_rowids` when the entries were published.
    """
    return sorted(connection.scalars(select_page(connection, selection, limit, 0)), reverse=True)


def find_first_rowids(connection: Connection, moments: Sequence[datetime]) -> list[int | None]:
    """Return, for each of `moments` (aware), the rowid of the first post published then or later, None
    where there is none. Those of all later posts are higher.
    """
    keys = [first_key(moment) for moment in moments]
    rows = connection.execute(_SELECT_FIRST_ROWIDS, {"first_keys": integer_list(keys)})
    rowids: dict[int, int | None] = {row.value: row.rowid for row in rows}
    return [rowids[key] for key in keys]


_first_keys, _wanted_key = integer_rows("first_keys")
_SELECT_FIRST_ROWIDS = select(
    _wanted_key,
    select(posts.c.index_rowid)
    .where(posts.c.key >= _wanted_key)
    .order_by(posts.c.key)
    .limit(1)
    .scalar_subquery()
    .label("rowid"),
).select_from(_first_keys)
"""For many moments at once: the statement is built once, and as many parts would take longer to be put
together than to be answered."""


def _entry(row: Row[tuple[object, ...]], own: Sequence[Term], of_group: Sequence[Term]) -> Entry:
    authors = tuple(term for term in own if term.taxonomy == "author")
    image, enclosures = unpack_media(row.media)
    post = Post(
        id=row.wp_id,
        guid=row.guid,
        link=row.link,
        title=row.title,
        summary=row.summary,
        content=row.content,
        published=row.published,
        modified=row.modified,
        categories=tuple(term.id for term in own if term.taxonomy == "category"),
        tags=tuple(term.id for term in own if term.taxonomy == "tag"),
        authors=tuple(term.id for term in authors),
        image=image,
        enclosures=enclosures,
        language=row.language,
    )
    site = Site(row.name, row.home or row.url, row.site_title, row.description, row.site_language, row.icon)
    categories, tags = (
        tuple({(term.slug, term.label): term for term in of_group if term.taxonomy == taxonomy}.values())
        for taxonomy in ("category", "tag")
    )
    name = name_by_guid(row.entry_id)  # earlier versions have stored some that are no IRI
    own_id = name if name != row.guid else ""
    return Entry(post, site, categories, tags, authors, row.key, own_id)
