"""The entries that a query asks for: its names looked up in the store, one page fetched.

The feeds, the command `render` and the pages all go through here, so that a query has one meaning.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from feedsvc.config import Settings
from feedsvc.errors import NotReadyError, QueryError
from feedsvc.model import Entry, Site
from feedsvc.publish.query import Field, Filter, Query, order
from feedsvc.store import entries, sites, terms
from feedsvc.text import nearest


@dataclass(frozen=True, slots=True)
class Found:
    """What a query gave. `query` is in its canonical form, with slugs for the names that were asked;
    `labels` are those names as people read them. `is_complete` is False while a site is still being read
    for the first time.
    """

    query: Query
    entries: tuple[Entry, ...]
    has_more: bool
    sites: tuple[Site, ...]
    labels: tuple[str, ...]
    is_complete: bool = True


def published(connection: Connection, settings: Settings) -> list[sites.SiteState]:
    """Give the sites whose posts are published: the configured ones and those of imported files.

    With no site configured, all that are in the store.
    """
    return _published(sites.all_sites(connection), settings)


def _published(in_store: Sequence[sites.SiteState], settings: Settings) -> list[sites.SiteState]:
    names = {site.name for site in settings.sites}
    return [state for state in in_store if not names or state.site.name in names or state.imported]


def find(connection: Connection, settings: Settings, query: Query, now: datetime) -> Found:
    """Give what `query` asks for at `now` (which matters to `since=24h` alone).

    Raises QueryError for a name that does not exist, or NotReadyError when a site that might have it is
    still being read for the first time.
    """
    in_store = sites.all_sites(connection)
    states = _published(in_store, settings)
    complete = is_complete(settings, states)
    lookup = _Lookup(connection, states, is_complete=complete)
    resolved = sorted({lookup.resolve(asked) for asked in query.filters}, key=lambda one: order(one.filter))
    everywhere = frozenset(state.id for state in in_store)
    shown = frozenset(state.id for state in states)
    wanted: frozenset[int] | None = None
    for one in resolved:
        if one.filter.field != "site":
            continue
        if one.filter.without:
            shown -= one.ids  # as if it were not published: what it repeats or is repeated by it stays
        else:
            wanted = one.ids if wanted is None else wanted & one.ids
    terms_asked = [one for one in resolved if one.filter.field != "site"]
    selection = entries.Selection(
        phrases=query.topic.phrases if query.topic else (),
        any_of=tuple(one.ids for one in terms_asked if not one.filter.without),
        none_of=frozenset().union(*(one.ids for one in terms_asked if one.filter.without)),
        sites=wanted,
        published=None if shown == everywhere else shown,
        since=query.since_moment(now),
        dedupe=query.dedupe,
    )
    labels = [one.label for one in resolved] + ([query.topic.text] if query.topic else [])
    offset = (query.page - 1) * query.limit
    found = entries.page(connection, selection, query.limit + 1, offset)
    return Found(
        query=replace(query, filters=tuple(one.filter for one in resolved)),
        entries=tuple(found[: query.limit]),
        has_more=len(found) > query.limit,
        sites=tuple(
            state.site for state in states if state.id in (shown if wanted is None else wanted & shown)
        ),
        labels=tuple(dict.fromkeys(labels)),
        is_complete=complete,
    )


def is_complete(settings: Settings, states: Sequence[sites.SiteState]) -> bool:
    """Tell whether every site has been read once, so that a name that is not known does not exist."""
    known = {state.site.name for state in states}
    return all(site.name in known for site in settings.sites) and all(
        state.imported or state.backfilled_at for state in states
    )


@dataclass(frozen=True, slots=True)
class _Resolved:
    """A filter whose names were looked up: in its canonical form, as rows' ids, and as people read it."""

    filter: Filter
    ids: frozenset[int]
    label: str


class _Lookup:
    """Looks up the names of categories, tags, authors and sites."""

    def __init__(
        self, connection: Connection, states: Sequence[sites.SiteState], *, is_complete: bool
    ) -> None:
        self._connection = connection
        self._states = states
        self._is_complete = is_complete

    def resolve(self, asked: Filter) -> "_Resolved":
        """Give what `asked` names. Raises QueryError or NotReadyError when it names nothing."""
        # A name may hold a comma itself: 'Oil, gas' is looked for whole before it is taken apart.
        whole = self._find(asked.field, asked.whole or asked.value)
        found = [whole] if whole else [self._must_find(asked, word) for word in asked.words]
        canonical = ",".join(sorted({match.canonical for match in found}))
        label = ", ".join(sorted({match.label for match in found}, key=str.casefold))
        return _Resolved(
            filter=Filter(asked.field, canonical, asked.without),
            ids=frozenset(row_id for match in found for row_id in match.ids),
            label=f"not {label}" if asked.without else label,
        )

    def _must_find(self, asked: Filter, word: str) -> terms.Match:
        if match := self._find(asked.field, word):
            return match
        if not self._is_complete:
            raise NotReadyError(
                f"there is no {asked.field} {word!r} yet: a site is still being read for the first time"
            )
        raise QueryError(f"there is no {asked.field} {word!r}{self._advice(asked, word)}")

    def _find(self, field: Field, word: str) -> terms.Match | None:
        if field != "site":
            return terms.find(self._connection, field, word, [state.id for state in self._states])
        wanted = word.casefold()
        named = [state for state in self._states if state.site.name.casefold() == wanted]
        named = named or [state for state in self._states if state.site.title.casefold() == wanted]
        if not named:
            return None
        names = ",".join(sorted(state.site.name for state in named))
        labels = ", ".join(sorted({state.site.label for state in named}))
        return terms.Match(frozenset(state.id for state in named), names, labels)

    def _advice(self, asked: Filter, word: str) -> str:
        if asked.field == "site":
            known = [state.site.name for state in self._states]
            otherwise = f"known are {', '.join(known) or 'none'}"
        else:
            of_sites = [state.id for state in self._states]
            known = terms.names(self._connection, asked.field, word, of_sites)
            otherwise = "see / for those that there are"
        near = nearest(word, known)
        return f": did you mean {near!r}?" if near else f": {otherwise}"
