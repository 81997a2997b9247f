"""A query string → a `Query`, or one plain sentence on what is wrong with it. Pure."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import parse_qsl

from feedsvc.errors import QueryError
from feedsvc.query.address import check_query_size
from feedsvc.query.condition import ANYTHING, Condition, NameFilter, all_of
from feedsvc.query.fields import FIELDS, PARAMETERS, Field
from feedsvc.query.query import DEFAULT_LIMIT, Query
from feedsvc.query.topic import parse_topic
from feedsvc.text.nearest import find_nearest
from feedsvc.values import IGNORED_PARAMETERS, parse_duration

MAX_LIMIT = 100
MAX_PAGE = 100_000
MAX_QUERY_STRING_LENGTH = 8000
_MAX_WORD_LENGTH = 200

_BROKEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffd]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def parse_query_string(text: str, path_condition: Condition = ANYTHING, saved_topic: str = "") -> Query:
    """Return the query that a query string asks for, with what its path asks for.

    The path gives `path_condition` (/category/energy.rss) or `saved_topic` (/topic/cells.rss). Raises
    QueryError with one plain sentence on the first thing that is not understood.
    """
    values_by_name = _read_parameters(text)
    topics = [parse_topic(value) for value in values_by_name.pop("topic", [])]
    filters = [_parse_filter(field, value) for field in FIELDS for value in values_by_name.pop(field, [])]
    condition = all_of([path_condition, *topics, *filters])
    check_query_size(condition)
    for name, values in values_by_name.items():
        if len(values) > 1:
            raise QueryError(f"{name} is given {len(values)} times: give it once")
    options = {name: values[0] for name, values in values_by_name.items()}
    return Query(
        condition=condition,
        saved_topic=saved_topic,
        since=_parse_since(options["since"]) if "since" in options else None,
        limit=parse_number("limit", options.get("limit", str(DEFAULT_LIMIT)), MAX_LIMIT),
        page=parse_number("page", options.get("page", "1")),
        content="summary" if _choose("content", options, ("full", "summary")) == "summary" else "full",
        players=_choose("players", options, ("on", "off")) == "on" if "players" in options else None,
        dedupe=_choose("dedupe", options, ("on", "off")) == "on",
    )


def check_no_parameters(text: str) -> None:
    """Raise QueryError for a query string where none has a meaning; those that are ignored do no harm."""
    for name, _ in parse_qsl(text, keep_blank_values=True, errors="replace"):
        if not IGNORED_PARAMETERS.fullmatch(name):
            raise QueryError(
                f"this address takes no parameters, and {name!r} is given: the feeds take them"
            )


def parse_number(name: str, value: str, maximum: int = MAX_PAGE) -> int:
    """Return the number that `value` is. Raises QueryError unless it is one from 1 to `maximum`."""
    if not (value.isascii() and value.isdigit() and len(value) < 10 and 1 <= int(value) <= maximum):
        raise QueryError(f"{name}={value!r} is not understood: write a number from 1 to {maximum}")
    return int(value)


def _read_parameters(text: str) -> dict[str, list[str]]:
    """Return the values of each parameter of a query string, those of `q` as `topic`."""
    if len(text) > MAX_QUERY_STRING_LENGTH:
        raise QueryError(
            f"the query string is {len(text)} characters long: {MAX_QUERY_STRING_LENGTH} are the most"
        )
    values_by_name: dict[str, list[str]] = {}
    for name, value in parse_qsl(text.removeprefix("?"), keep_blank_values=True, errors="replace"):
        if IGNORED_PARAMETERS.fullmatch(name):
            continue
        if name not in PARAMETERS:
            # A bare word is what somebody looks for.
            is_word = not value and f"{name}=" not in text and len(text) < _MAX_WORD_LENGTH
            near = None if is_word else find_nearest(name, PARAMETERS)
            if is_word:
                advice = f"did you mean 'topic={name}'?"
            else:
                advice = f"did you mean {near!r}?" if near else f"known are {', '.join(PARAMETERS)}"
            raise QueryError(f"there is no parameter {name!r}: {advice}", wrong=name, near=near or "")
        if not value.strip():
            raise QueryError(f"{name} is empty: leave it out or give it a value")
        if _BROKEN.search(value):
            raise QueryError(
                f"{name} holds a control character or bytes that are not UTF-8: leave them out"
            )
        values_by_name.setdefault("topic" if name == "q" else name, []).append(value.strip())
    return values_by_name


def _parse_filter(field: Field, value: str) -> Condition:
    """Return what a value of category, tag, author or site asks for; with a minus it leaves posts out."""
    if not value.startswith("-"):
        return NameFilter.parse(field, value)
    # In -a,-b the second minus says what the first has said; a third has no meaning.
    value = re.sub(r",\s*-", ",", value[1:])
    return NameFilter.parse(field, value).negate()


def _parse_since(value: str) -> timedelta | date:
    try:
        if _DATE.fullmatch(value):
            return date.fromisoformat(value)
        return parse_duration(value)
    except ValueError:
        advice = "write a date such as 2026-01-31, or a time such as 24h or 7d"
        raise QueryError(f"since={value!r} is not understood: {advice}") from None


def _choose(name: str, options: Mapping[str, str], choices: tuple[str, ...]) -> str:
    """Return the choice that `options` makes for `name`, the first of `choices` by default."""
    value = options.get(name, choices[0])
    if value not in choices:
        raise QueryError(f"{name}={value!r} is not understood: write {' or '.join(choices)}")
    return value
