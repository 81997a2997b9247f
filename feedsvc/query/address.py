"""A query → its one address: the canonical form, the query string, the path.

Pure but for the key: an address that is made while a request is answered that a key has opened has that key
(`keeping_key`). Passed from hand to hand, it would be forgotten at one of them, and a subscription lost.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeGuard
from urllib.parse import quote, urlencode

from feedsvc.errors import QueryError
from feedsvc.query.condition import Atom, Condition, NameFilter, Not, ResolvedFilter, all_of
from feedsvc.query.fields import FIELDS, TAXONOMIES, Field
from feedsvc.query.query import Query, ResolvedQuery
from feedsvc.query.topic import MAX_PARTS, check_topic_size

_ALL_POSTS = "feed"

KEY_PARAMETER = "key"
"""Of addresses that are private: publish/access.py says more."""

_kept_key: ContextVar[str] = ContextVar("kept_key", default="")


@contextmanager
def keeping_key(key: str) -> Iterator[None]:
    """Put `key` into the addresses that are made meanwhile, in this thread."""
    token = _kept_key.set(key)
    try:
        yield
    finally:
        _kept_key.reset(token)


def keep_key(key: str) -> None:
    """Put `key` into the addresses that are made from now on, until the `keeping_key` around ends."""
    _kept_key.set(key)


def get_kept_key() -> str:
    """Return the key that addresses have now, an empty string where they have none."""
    return _kept_key.get()


@dataclass(frozen=True, slots=True)
class FilterParameter:
    """A part of a condition that has a parameter of its own in a query string, and its value there."""

    field: Field
    value: str
    part: Condition


def canonicalise_query(resolved: ResolvedQuery) -> Query:
    """Return the query with the canonical slugs for its names, however they were asked for.

    Raises QueryError when its address would be too long to be read again: a name may have many slugs.
    """
    condition = resolved.condition.map(_restore_names)
    check_query_size(condition)
    return replace(resolved.query, condition=condition)


def check_query_size(condition: Condition) -> None:
    """Raise QueryError when `condition` could not be read again from its query string, for its length."""
    if (number := condition.size()) > MAX_PARTS:
        raise QueryError(f"{number} words and names are asked for: {MAX_PARTS} are the most")
    _, topic = split_filters(condition)
    check_topic_size(topic)


def split_filters(condition: Condition) -> tuple[list[FilterParameter], Condition]:
    """Return what of `condition` has parameters of its own, in their order, and what stands in `topic`."""
    filters = []
    for part in condition.conjuncts:
        atom = part.part if isinstance(part, Not) else part
        names = atom.canonical if isinstance(atom, ResolvedFilter) else atom
        # A parameter would take a comma, or a minus before it, for its own.
        if isinstance(names, NameFilter) and not any(
            "," in name or name.startswith("-") for name in names.names
        ):
            value = f"-{names.value}" if isinstance(part, Not) else names.value
            filters.append(FilterParameter(names.field, value, part))
    filters.sort(key=lambda parameter: (FIELDS.index(parameter.field), parameter.value))
    in_filters = [parameter.part for parameter in filters]
    return filters, all_of(part for part in condition.conjuncts if part not in in_filters)


def format_query_string(query: Query) -> str:
    """Return the one query string of `query`: fixed order, defaults left out, without a question mark."""
    filters, topic = split_filters(query.condition)
    pairs = [("topic", text)] if (text := str(topic)) else []
    pairs += [(parameter.field, parameter.value) for parameter in filters]
    if isinstance(query.since, timedelta):
        pairs.append(("since", _format_duration(query.since)))
    elif query.since:
        pairs.append(("since", query.since.isoformat()))
    default = Query()
    for name in ("limit", "page", "content"):
        if getattr(query, name) != getattr(default, name):
            pairs.append((name, str(getattr(query, name))))
    if query.players is not None:
        pairs.append(("players", "on" if query.players else "off"))
    if not query.dedupe:
        pairs.append(("dedupe", "off"))
    if key := get_kept_key():
        pairs.append((KEY_PARAMETER, key))
    return urlencode(pairs, safe=",:*()")


def format_feed_path(query: Query, suffix: str) -> str:
    """Return the path and query string of the feed of `query`, from the root, without a slash in front.

    `suffix` is the name of the feed's format. A query for one category, tag or author has the address of
    that category, tag or author. It stands in the feed as its link to itself, so that all spellings of a
    query give the same bytes and the same ETag.
    """
    name, parameters = _split_address(query)
    return f"{name}.{suffix}?{parameters}" if parameters else f"{name}.{suffix}"


def format_page_path(query: Query, suffix: str) -> str:
    """Return the path and query string of the page of `query`, as `format_feed_path` does.

    A category, tag, author or saved topic has a page of its own; what else there is has the address of its
    feed in the format `suffix`, which a browser sees as a page.
    """
    name, parameters = _split_address(query)
    path = f"{name}.{suffix}" if name == _ALL_POSTS else f"{name}/"
    return f"{path}?{parameters}" if parameters else path


def _split_address(query: Query) -> tuple[str, str]:
    """Return the path of `query` without a suffix, and its query string."""
    parts = query.condition.conjuncts
    path_filters = [part for part in parts if _can_stand_in_path(part)]
    name = _ALL_POSTS
    if query.saved_topic:
        name = f"topic/{quote(query.saved_topic, safe='')}"
    elif len(path_filters) == 1 and _is_alone(path_filters[0], query.condition):
        (path_filter,) = path_filters
        name = f"{path_filter.field}/{quote(path_filter.value, safe='')}"
        query = replace(query, condition=all_of(part for part in parts if part != path_filter))
    return name, format_query_string(query)


def _can_stand_in_path(part: Condition) -> TypeGuard[NameFilter]:
    # A server takes an encoded slash in a path for a slash.
    return (
        isinstance(part, NameFilter)
        and part.field in TAXONOMIES
        and len(part.names) == 1
        and "/" not in part.value
    )


def _is_alone(path_filter: NameFilter, condition: Condition) -> bool:
    """Return whether `condition` has no other filter by a category, tag or author."""
    filters, _ = split_filters(condition)
    return all(parameter.field not in TAXONOMIES or parameter.part == path_filter for parameter in filters)


def _restore_names(atom: Atom) -> Condition:
    return atom.canonical if isinstance(atom, ResolvedFilter) else atom


def _format_duration(duration: timedelta) -> str:
    for unit, length in (("d", timedelta(days=1)), ("h", timedelta(hours=1))):
        number, rest = divmod(duration, length)
        if not rest:
            return f"{number}{unit}"
    return f"{duration.total_seconds():f}".rstrip("0").rstrip(".") + "s"
