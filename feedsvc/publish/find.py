"""The entries that a query asks for: its names looked up in the store, one page fetched.

The feeds, the command `render` and the pages all go through here, so that a query has one meaning.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from feedsvc.config import Settings
from feedsvc.errors import ConfigError, NotReadyError, QueryError
from feedsvc.model import Entry, Site
from feedsvc.query import topic
from feedsvc.query.condition import (
    ANYTHING,
    Atom,
    Condition,
    Field,
    Named,
    Not,
    Resolved,
    all_of,
    joined,
    parts_of,
    replaced,
    spelling,
)
from feedsvc.query.query import Query, names, phrases, refuse_excess
from feedsvc.store import sites
from feedsvc.store.entries import Selection, load_entries
from feedsvc.store.site_state import SiteState
from feedsvc.store.terms import TermMatch, filter_term_ids, find_terms, list_term_spellings
from feedsvc.text.nearest import find_nearest


@dataclass(frozen=True, slots=True)
class Found:
    """What a query gave. `query` is in its canonical form, with slugs for the names that were asked;
    `labels` are those names as people read them, and the topic. `selection` is what the store was asked.
    `is_complete` is False while a site is still being read for the first time.
    """

    query: Query
    entries: tuple[Entry, ...]
    has_more: bool
    sites: tuple[Site, ...]
    labels: tuple[str, ...]
    is_complete: bool = True
    selection: Selection = field(default_factory=Selection)


def published(connection: Connection, settings: Settings) -> list[SiteState]:
    """Give the sites whose posts are published: the configured ones and those of imported files.

    With no site configured, all that are in the store.
    """
    return _published(sites.list_sites(connection), settings)


def _published(in_store: Sequence[SiteState], settings: Settings) -> list[SiteState]:
    names = {site.name for site in settings.sites}
    return [state for state in in_store if not names or state.site.name in names or state.is_imported]


def find(connection: Connection, settings: Settings, query: Query, now: datetime) -> Found:
    """Give what `query` asks for at `now` (which matters to `since=24h` alone).

    Raises QueryError for a name that does not exist, or NotReadyError when a site that might have it is
    still being read for the first time.
    """
    in_store = sites.list_sites(connection)
    states = _published(in_store, settings)
    complete = is_complete(settings, states)
    lookup = _Lookup(connection, states, is_complete=complete)
    asked = joined(replaced(query.condition, lookup.held))
    condition, title = asked, []
    if query.saved:
        saved = settings.topics[query.saved]
        try:
            condition = all_of([asked, joined(replaced(topic.parse(saved.query), lookup.held))])
        except QueryError as error:
            raise QueryError(f"the saved topic {query.saved!r} can't be answered: {error}") from error
        title = [saved.title or query.saved]
    wanted, shown = _sites(asked, frozenset(state.id for state in states))
    everywhere = frozenset(state.id for state in in_store)
    if shown != everywhere:
        condition = _on(connection, shown, condition)
    selection = Selection(
        condition=condition,
        published=None if shown == everywhere else shown,
        since=query.since_moment(now),
        dedupe=query.dedupe,
    )
    canonical = replaced(asked, _as_named)
    refuse_excess(canonical)
    found = load_entries(connection, selection, query.limit + 1, (query.page - 1) * query.limit)
    return Found(
        query=replace(query, condition=canonical),
        entries=tuple(found[: query.limit]),
        has_more=len(found) > query.limit,
        sites=tuple(state.site for state in states if state.id in wanted),
        labels=tuple(dict.fromkeys([*title, *_labels(asked)])),
        is_complete=complete,
        selection=selection,
    )


def saved_topics(settings: Settings) -> dict[str, Condition]:
    """Give the topics of the configuration. Raises ConfigError with every one that does not parse."""
    conditions, mistakes = {}, []
    for name, saved in settings.topics.items():
        try:
            conditions[name] = topic.parse(saved.query)
        except QueryError as error:
            mistakes.append(f"topics.{name}.query: {error}")
    if mistakes:
        raise ConfigError(mistakes)
    return conditions


def as_saved(settings: Settings, query: Query) -> Query:
    """Give `query` by the name of a saved topic, where it asks for the very same."""
    for name, condition in saved_topics(settings).items():
        if query.condition == condition:
            return replace(query, condition=ANYTHING, saved=name)
    return query


def unknown_names(connection: Connection, settings: Settings) -> list[str]:
    """Give a sentence for each saved topic that names a category, tag or author that there is not."""
    mistakes = []
    states = published(connection, settings)
    lookup = _Lookup(connection, states, is_complete=is_complete(settings, states))
    for name, condition in saved_topics(settings).items():
        try:
            replaced(condition, lookup.held)
        except QueryError as error:
            mistakes.append(f"topics.{name}.query: {error}")
        except NotReadyError:
            continue  # a site that may have it is still being read
    return mistakes


def _sites(asked: Condition, shown: frozenset[int]) -> tuple[frozenset[int], frozenset[int]]:
    """Give the sites that are asked for, and those whose posts are shown at all.

    A site that is left out is as if it were not published: what it repeats or is repeated by it stays.
    """
    wanted = shown
    for part in parts_of(asked):
        match part:
            case Resolved(Named("site"), ids):
                wanted &= ids
            case Not(Resolved(Named("site"), ids)):
                shown -= ids
    return wanted & shown, shown


def _on(connection: Connection, shown: frozenset[int], condition: Condition) -> Condition:
    """Give `condition` for the posts of some sites: what others say of a post is not counted."""

    def narrowed(atom: Atom) -> Condition:
        if not isinstance(atom, Resolved):
            return atom
        if atom.named.field == "site":
            return replace(atom, ids=atom.ids & shown)
        return replace(atom, ids=filter_term_ids(connection, atom.ids, shown))

    return replaced(condition, narrowed)


def _as_named(atom: Atom) -> Condition:
    return atom.named if isinstance(atom, Resolved) else atom


def _labels(condition: Condition) -> Iterator[str]:
    """Give what `condition` asks for, as people read it."""
    for _, _, part in names(condition):
        match part:
            case Resolved():
                yield part.label
            case Not(Resolved() as held):
                yield f"not {held.label}"
    if text := spelling(phrases(condition)):
        yield text


def is_complete(settings: Settings, states: Sequence[SiteState]) -> bool:
    """Tell whether every site has been read once, so that a name that is not known does not exist."""
    known = {state.site.name for state in states}
    return all(site.name in known for site in settings.sites) and all(
        state.is_imported or state.sync.backfilled_at for state in states
    )


class _Lookup:
    """Looks up the names of categories, tags, authors and sites."""

    def __init__(self, connection: Connection, states: Sequence[SiteState], *, is_complete: bool) -> None:
        self._connection = connection
        self._states = states
        self._is_complete = is_complete

    def held(self, asked: Atom) -> Condition:
        """Give what `asked` names, in its canonical form, with the rows' ids.

        Raises QueryError or NotReadyError when it names nothing.
        """
        if not isinstance(asked, Named):
            return asked
        # A name may hold a comma itself: 'Oil, gas' is looked for whole before it is taken apart.
        whole = self._find(asked.field, asked.whole) if asked.whole else None
        each = [one.strip() for name in asked.names for one in name.split(",")]
        found = [whole] if whole else [self._must_find(asked, name) for name in each]
        spelt = {name for match in found for name in match.canonical.split(",")}
        labels = frozenset(label for match in found for label in match.labels)
        ids = frozenset(row_id for match in found for row_id in match.ids)
        return Resolved(Named(asked.field, tuple(sorted(spelt))), ids, labels)

    def _must_find(self, asked: Named, name: str) -> TermMatch:
        if match := self._find(asked.field, name):
            return match
        missing = f"there is no {asked.field} {name!r}"
        if not self._is_complete:
            raise NotReadyError(f"{missing} yet: a site is still being read for the first time")
        raise QueryError(f"{missing}{asked.place}{self._advice(asked.field, name)}")

    def _find(self, field: Field, name: str) -> TermMatch | None:
        if field != "site":
            return find_terms(self._connection, field, name, [state.id for state in self._states])
        wanted = name.casefold()
        named = [state for state in self._states if state.site.name.casefold() == wanted]
        named = named or [state for state in self._states if state.site.title.casefold() == wanted]
        if not named:
            return None
        spelt = ",".join(sorted(state.site.name for state in named))
        labels = frozenset(state.site.label for state in named)
        return TermMatch(frozenset(state.id for state in named), spelt, labels)

    def _advice(self, field: Field, name: str) -> str:
        if field == "site":
            known = [state.site.name for state in self._states]
            otherwise = f"known are {', '.join(known) or 'none'}"
        else:
            known = list_term_spellings(self._connection, field, name, [state.id for state in self._states])
            otherwise = "see / for those that there are"
        near = find_nearest(name, known)
        return f": did you mean {near!r}?" if near else f": {otherwise}"
