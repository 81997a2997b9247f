"""A query's names → rows of the store: categories, tags, authors and sites, looked up or refused."""

from sqlalchemy import Connection

from feedsvc.config import Settings
from feedsvc.errors import NotReadyError, QueryError
from feedsvc.publish.notices import describe_unread
from feedsvc.publish.published_sites import PublishedSites
from feedsvc.query.condition import Atom, Condition, NameFilter, ResolvedFilter
from feedsvc.query.fields import Field
from feedsvc.query.query import Query, ResolvedQuery
from feedsvc.query.topic import parse_topic
from feedsvc.store import term_lookup
from feedsvc.text.nearest import find_nearest


def resolve_query(
    connection: Connection, settings: Settings, published: PublishedSites, query: Query
) -> ResolvedQuery:
    """Return `query` with the rows of the store that its names mean, and those of its saved topic.

    Raises QueryError for a name that does not exist, or NotReadyError when a site that might have it is
    still being read for the first time.
    """
    condition = resolve_condition(connection, published, query.condition)
    if not query.saved_topic:
        return ResolvedQuery(query, condition)
    topic = settings.topics[query.saved_topic]
    try:
        saved_condition = resolve_condition(connection, published, parse_topic(topic.query))
    except QueryError as error:
        raise QueryError(f"the saved topic {query.saved_topic!r} can't be answered: {error}") from error
    return ResolvedQuery(query, condition, saved_condition, topic.title or query.saved_topic)


def resolve_condition(connection: Connection, published: PublishedSites, condition: Condition) -> Condition:
    """Return `condition` with a ResolvedFilter for each NameFilter, those of one field merged.

    Raises QueryError or NotReadyError, as `resolve_query` does.
    """
    resolver = _Resolver(connection, published)
    return condition.map(resolver.resolve_atom).merge_filters()


class _Resolver:
    """Looks up the names of categories, tags, authors and sites."""

    def __init__(self, connection: Connection, published: PublishedSites) -> None:
        self._connection = connection
        self._published = published

    def resolve_atom(self, atom: Atom) -> Condition:
        """Return `atom` with the rows that its names mean; a phrase as it is."""
        if not isinstance(atom, NameFilter):
            return atom
        # A name may hold a comma itself: 'Oil, gas' is looked for whole before it is taken apart.
        whole = self._find(atom.field, atom.verbatim) if atom.verbatim else None
        names = [name.strip() for several in atom.names for name in several.split(",")]
        matches = [whole] if whole else [self._require(atom, name) for name in names]
        canonical_names = {name for match in matches for name in match.canonical.split(",")}
        return ResolvedFilter(
            NameFilter(atom.field, tuple(sorted(canonical_names))),
            frozenset(row_id for match in matches for row_id in match.ids),
            frozenset(label for match in matches for label in match.labels),
        )

    def _require(self, name_filter: NameFilter, name: str) -> term_lookup.TermMatch:
        field = name_filter.field
        if match := self._find(field, name):
            return match
        missing = f"there is no {field} {name!r}"
        if not self._published.is_complete:
            raise NotReadyError(f"{missing} yet: {self._describe_unread()}")
        near = self._find_nearest(field, name)
        if near:
            advice = f"did you mean {near!r}?"
        elif field == "site":
            names = [state.site.name for state in self._published.states]
            advice = f"known are {', '.join(names) or 'none'}"
        else:
            advice = "see / for those that there are"
        sentence = f"{missing}{name_filter.place}: {advice}"
        raise QueryError(
            sentence, field="topic" if name_filter.place else field, wrong=name, near=near or ""
        )

    def _describe_unread(self) -> str:
        """Return which sites may still bring what there is not."""
        unread = describe_unread(self._connection, self._published)
        return " ".join(unread).rstrip(".") or "a site is still being read for the first time"

    def _find(self, field: Field, name: str) -> term_lookup.TermMatch | None:
        if field != "site":
            return term_lookup.find_terms(self._connection, field, name, self._published.ids)
        folded = name.casefold()
        states = self._published.states
        named = [state for state in states if state.site.name.casefold() == folded]
        named = named or [state for state in states if state.site.title.casefold() == folded]
        if not named:
            return None
        canonical = ",".join(sorted(state.site.name for state in named))
        labels = frozenset(state.site.label for state in named)
        return term_lookup.TermMatch(frozenset(state.id for state in named), canonical, labels)

    def _find_nearest(self, field: Field, name: str) -> str | None:
        """Return the name that was most likely meant by one that there is not."""
        if field == "site":
            return find_nearest(name, [state.site.name for state in self._published.states])
        ids = self._published.ids
        return find_nearest(name, term_lookup.list_term_spellings(self._connection, field, name, ids))
