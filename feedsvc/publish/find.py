"""The entries that a query asks for. The feeds, `feedsvc render` and the pages all go through here, so
that a query has one meaning.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from feedsvc.config import Settings
from feedsvc.model import Entry, Site
from feedsvc.publish.published_sites import PublishedSites, load_published_sites
from feedsvc.publish.resolve import resolve_query
from feedsvc.query.address import canonicalise_query, split_filters
from feedsvc.query.condition import Atom, Condition, Not, ResolvedFilter
from feedsvc.query.query import Query, ResolvedQuery
from feedsvc.store import entries, term_lookup
from feedsvc.store.selection import Selection

MAX_COUNTED_ENTRIES = 200
"""The last page of a feed is named where there are no more entries: to count them all may take long."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One page of what a query asks for, ready to be fetched from the store.

    `query` is in its canonical form; `labels` are the names that were asked for, as people read them, and
    the topic; `sites` are those asked for. `selection` is what the store is asked. `is_complete` is False
    while a site is still being read for the first time. `players` is whether RSS and Atom carry frames.
    """

    query: Query
    sites: tuple[Site, ...]
    labels: tuple[str, ...]
    selection: Selection
    is_complete: bool
    players: bool = False


@dataclass(frozen=True, slots=True)
class QueryResult:
    """One page of what a query asks for; see PageRequest. `last_page` is the number of the last page, None
    where there are more entries than are counted.
    """

    query: Query
    entries: tuple[Entry, ...]
    has_more: bool
    sites: tuple[Site, ...]
    labels: tuple[str, ...]
    is_complete: bool = True
    selection: Selection = field(default_factory=Selection)
    last_page: int | None = None
    players: bool = False


def find_entries(
    connection: Connection, settings: Settings, query: Query, now: datetime, *, counts_pages: bool = False
) -> QueryResult:
    """Return the entries that `query` asks for at `now` (UTC; it matters to `since=24h` alone). With
    `counts_pages`, the number of its last page too.

    Raises QueryError for a name that does not exist, or NotReadyError when a site that might have it is
    still being read for the first time.
    """
    published = load_published_sites(connection, settings)
    request = prepare_page(connection, settings, published, query, now)
    return load_page(connection, request, counts_pages=counts_pages)


def prepare_page(
    connection: Connection, settings: Settings, published: PublishedSites, query: Query, now: datetime
) -> PageRequest:
    """Return the page of what is `published` that `query` asks for at `now`, to be fetched. Raises what
    `find_entries` does.
    """
    resolved = resolve_query(connection, settings, published, query)
    canonical = canonicalise_query(resolved)
    if canonical.players == settings.players:
        canonical = replace(canonical, players=None)
    requested_ids, selection = _select(connection, published, resolved, canonical.since_moment(now))
    return PageRequest(
        query=canonical,
        sites=tuple(state.site for state in published.states if state.id in requested_ids),
        labels=tuple(dict.fromkeys(_list_labels(resolved))),
        selection=selection,
        is_complete=published.is_complete,
        players=settings.players if canonical.players is None else canonical.players,
    )


def load_page(connection: Connection, request: PageRequest, *, counts_pages: bool = False) -> QueryResult:
    """Return the page that `request` asks for."""
    query = request.query
    page = entries.load_entries(connection, request.selection, query.limit + 1, _count_before(query))
    result = _make_result(request, page)
    return replace(result, last_page=_find_last_page(connection, result)) if counts_pages else result


def load_digested_page(connection: Connection, request: PageRequest) -> tuple[QueryResult, bytes]:
    """Return what `load_page` with `counts_pages` and `digest_page` return, for the price of the first."""
    query = request.query
    page, digest = entries.load_digested_entries(
        connection, request.selection, query.limit + 1, _count_before(query)
    )
    result = _make_result(request, page)
    count = _count_entries(connection, request)
    return replace(result, last_page=_choose_last_page(result, count)), _digest(request, digest, count)


def _make_result(request: PageRequest, page: Sequence[Entry]) -> QueryResult:
    """Return a page that was loaded with one entry more, which tells that there is more."""
    query = request.query
    return QueryResult(
        query=query,
        entries=tuple(page[: query.limit]),
        has_more=len(page) > query.limit,
        sites=request.sites,
        labels=request.labels,
        is_complete=request.is_complete,
        selection=request.selection,
        players=request.players,
    )


def digest_page(connection: Connection, request: PageRequest) -> bytes:
    """Return what is equal as long as `load_page` with `counts_pages` returns an equal result, without the
    bodies being read.
    """
    query = request.query
    digest = entries.digest_entries(connection, request.selection, query.limit + 1, _count_before(query))
    return _digest(request, digest, _count_entries(connection, request))


def _digest(request: PageRequest, entries_digest: bytes, count: int) -> bytes:
    beside = (request.sites, request.labels, request.is_complete, count)
    return hashlib.sha256(repr(beside).encode() + entries_digest).digest()


def _count_entries(connection: Connection, request: PageRequest) -> int:
    return entries.count_selected(connection, request.selection, MAX_COUNTED_ENTRIES + 1)


def _count_before(query: Query) -> int:
    """Return how many entries stand on the pages before that of `query`."""
    return (query.page - 1) * query.limit


def _select(
    connection: Connection, published: PublishedSites, resolved: ResolvedQuery, since: datetime | None
) -> tuple[frozenset[int], Selection]:
    """Return the ids of the sites that are asked for, and which posts `resolved` selects."""
    requested_ids, shown_ids = _select_sites(resolved.condition, published.ids)
    condition = resolved.whole_condition
    if shown_ids != published.stored_ids:
        condition = _narrow_to_sites(connection, shown_ids, condition)
    shown_ids = _keep_sites_of_terms(connection, condition, shown_ids)
    return requested_ids, Selection(
        condition=condition,
        published=None if shown_ids == published.stored_ids else shown_ids,
        since=since,
        dedupe=resolved.query.dedupe,
    )


def _find_last_page(connection: Connection, result: QueryResult) -> int | None:
    """Return the number of the last page of a query, or None where it has more than MAX_COUNTED_ENTRIES."""
    if not result.has_more and (result.entries or result.query.page == 1):
        return result.query.page
    return _choose_last_page(
        result, entries.count_selected(connection, result.selection, MAX_COUNTED_ENTRIES + 1)
    )


def _choose_last_page(result: QueryResult, count: int) -> int | None:
    """Return the number of the last page of a query that has `count` entries, or more where that is
    MAX_COUNTED_ENTRIES and one.
    """
    query = result.query
    if not result.has_more and (result.entries or query.page == 1):
        return query.page
    return max(1, -(-count // query.limit)) if count <= MAX_COUNTED_ENTRIES else None


def _select_sites(
    condition: Condition, published_ids: frozenset[int]
) -> tuple[frozenset[int], frozenset[int]]:
    """Return the ids of the sites that are asked for, and of those whose posts are shown at all.

    A site that is left out, or that is not among those asked for, is as if it were not published: what it
    repeats, or what repeats it, stays, and what it says of a post is not counted.
    """
    requested_ids = published_ids
    left_out_ids: frozenset[int] = frozenset()
    for part in condition.conjuncts:
        match part:
            case ResolvedFilter(field="site", row_ids=site_ids):
                requested_ids &= site_ids
            case Not(ResolvedFilter(field="site", row_ids=site_ids)):
                left_out_ids |= site_ids
    # What is asked of two sites at once is what both have posted: none of them is as if it were not there.
    shown_ids = (requested_ids or published_ids) - left_out_ids
    return requested_ids & shown_ids, shown_ids


def _keep_sites_of_terms(
    connection: Connection, condition: Condition, site_ids: frozenset[int]
) -> frozenset[int]:
    """Return those of some sites that have the categories, tags and authors that are asked for: of a post
    that several sites have, theirs is shown. Where none has all of them, return all.
    """
    if len(site_ids) < 2:
        return site_ids
    kept_ids = site_ids
    for part in condition.conjuncts:
        match part:
            case ResolvedFilter(field="category" | "tag" | "author", row_ids=term_ids):
                kept_ids &= term_lookup.list_sites_of_terms(connection, term_ids)
    return kept_ids or site_ids


def _narrow_to_sites(connection: Connection, site_ids: frozenset[int], condition: Condition) -> Condition:
    """Return `condition` for the posts of some sites: what others say of a post is not counted."""

    def narrow_atom(atom: Atom) -> Condition:
        if not isinstance(atom, ResolvedFilter):
            return atom
        if atom.field == "site":
            return replace(atom, row_ids=atom.row_ids & site_ids)
        return replace(atom, row_ids=term_lookup.filter_term_ids(connection, atom.row_ids, site_ids))

    return condition.map(narrow_atom)


def _list_labels(resolved: ResolvedQuery) -> Iterator[str]:
    """Yield what `resolved` asks for, as people read it."""
    if resolved.saved_title:
        yield resolved.saved_title
    filters, topic = split_filters(resolved.condition)
    for parameter in filters:
        match parameter.part:
            case ResolvedFilter(label=label):
                yield label
            case Not(ResolvedFilter(label=label)):
                yield f"not {label}"
    if text := str(topic):
        yield text
