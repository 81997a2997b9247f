"""A query string ⇄ a `Query`, in one canonical form. Pure: names are looked up elsewhere (find.py)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal, TypeGuard, get_args
from urllib.parse import parse_qsl, quote, urlencode

from feedsvc.errors import QueryError
from feedsvc.model import Taxonomy
from feedsvc.query import topic
from feedsvc.query.condition import (
    ANYTHING,
    Condition,
    Field,
    Named,
    Not,
    Resolved,
    all_of,
    named,
    none_of,
    parts_of,
    size,
    spelling,
)
from feedsvc.query.topic import MAX_PARTS
from feedsvc.text.nearest import (
    find_nearest,
)
from feedsvc.values import parse_duration

Format = Literal["rss", "atom", "json"]

FORMATS: tuple[Format, ...] = ("rss", "atom", "json")
FIELDS: tuple[Field, ...] = (*get_args(Taxonomy), "site")
PARAMETERS = ("topic", "q", *FIELDS, "since", "limit", "page", "content", "dedupe")

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
MAX_PAGE = 100_000
MAX_LENGTH = 8000

_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|ttclid|twclid|wbraid|gbraid|igshid|igsh|mc_cid|mc_eid"
    r"|_ga|_gl|_hsenc|_hsmi|hsCtaTracking|mkt_tok|li_fat_id|srsltid|gad_source|gad_campaignid|vero_id|_kx"
    r"|epik|s_kwcid|ref_src"
)
_BROKEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffd]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for, whether in a URL, on the command line or in the configuration.

    `saved` is the name of a topic of the configuration, which `condition` narrows further.
    """

    condition: Condition = ANYTHING
    saved: str = ""
    since: timedelta | date | None = None
    limit: int = DEFAULT_LIMIT
    page: int = 1
    content: Literal["full", "summary"] = "full"
    dedupe: bool = True

    def since_moment(self, now: datetime) -> datetime | None:
        """Give the time that `since` means at `now`: a date means its beginning in UTC."""
        if isinstance(self.since, timedelta):
            return now - self.since
        return datetime(*self.since.timetuple()[:3], tzinfo=UTC) if self.since else None


def from_string(text: str, fixed: Condition = ANYTHING, saved: str = "") -> Query:
    """Give the query that a query string asks for, with what its path asks for: `fixed`, `saved`.

    Raises QueryError with one plain sentence on the first thing that is not understood.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query string is {len(text)} characters long: {MAX_LENGTH} are the most")
    given: dict[str, list[str]] = {}
    for name, value in parse_qsl(text.removeprefix("?"), keep_blank_values=True, errors="replace"):
        if _TRACKING.fullmatch(name):
            continue
        if name not in PARAMETERS:
            raise QueryError(f"there is no parameter {name!r}: {_advice(name)}")
        if not value.strip():
            raise QueryError(f"{name} is empty: leave it out or give it a value")
        if _BROKEN.search(value):
            raise QueryError(
                f"{name} holds a control character or bytes that are not UTF-8: leave them out"
            )
        given.setdefault("topic" if name == "q" else name, []).append(value.strip())
    conditions = [fixed, *(topic.parse(value) for value in given.pop("topic", []))]
    conditions += [_names(field, value) for field in FIELDS for value in given.pop(field, [])]
    condition = all_of(conditions)
    refuse_excess(condition)
    for name, values in given.items():
        if len(values) > 1:
            raise QueryError(f"{name} is given {len(values)} times: give it once")
    single = {name: values[0] for name, values in given.items()}
    return Query(
        condition=condition,
        saved=saved,
        since=_since(single["since"]) if "since" in single else None,
        limit=_number("limit", single.get("limit", str(DEFAULT_LIMIT)), MAX_LIMIT),
        page=_number("page", single.get("page", "1"), MAX_PAGE),
        content="summary" if _one_of("content", single, ("full", "summary")) == "summary" else "full",
        dedupe=_one_of("dedupe", single, ("on", "off")) == "on",
    )


def refuse_excess(condition: Condition) -> None:
    """Raise QueryError when `condition` could not be read again from its query string, for its length."""
    if (number := size(condition)) > MAX_PARTS:
        raise QueryError(f"{number} words and names are asked for: {MAX_PARTS} are the most")
    topic.refuse_excess(phrases(condition))


def refuse_parameters(text: str) -> None:
    """Raise QueryError for a query string where none has a meaning; tracking parameters do no harm."""
    for name, _ in parse_qsl(text, keep_blank_values=True, errors="replace"):
        if not _TRACKING.fullmatch(name):
            raise QueryError(
                f"this address takes no parameters, and {name!r} is given: the feeds take them"
            )


def to_string(query: Query) -> str:
    """Give the one query string of `query`: fixed order, defaults left out, without a question mark."""
    pairs = [("topic", text)] if (text := spelling(phrases(query.condition))) else []
    pairs += [(field, value) for field, value, _ in names(query.condition)]
    if isinstance(query.since, timedelta):
        pairs.append(("since", _spelt(query.since)))
    elif query.since:
        pairs.append(("since", query.since.isoformat()))
    standard = Query()
    for name in ("limit", "page", "content"):
        if getattr(query, name) != getattr(standard, name):
            pairs.append((name, str(getattr(query, name))))
    if not query.dedupe:
        pairs.append(("dedupe", "off"))
    return urlencode(pairs, safe=",:*()")


def path(query: Query, form: Format) -> str:
    """Give the path and query string of the feed of `query`, from the root, without a slash in front.

    A query for one category, tag or author has the address of that category, tag or author.
    """
    shown = [part for part in parts_of(query.condition) if _is_of_a_path(part)]
    name = f"feed.{form}"
    if query.saved:
        name = f"topic/{quote(query.saved, safe='')}.{form}"
    elif len(shown) == 1 and not any(
        field != "site" and part != shown[0] for field, _, part in names(query.condition)
    ):
        (one,) = shown
        name = f"{one.field}/{quote(one.value, safe='')}.{form}"
        query = replace(query, condition=all_of(part for part in parts_of(query.condition) if part != one))
    rest = to_string(query)
    return f"{name}?{rest}" if rest else name


def _is_of_a_path(part: Condition) -> TypeGuard[Named]:
    # A server takes an encoded slash in a path for a slash.
    return (
        isinstance(part, Named) and part.field != "site" and len(part.names) == 1 and "/" not in part.value
    )


def names(condition: Condition) -> Iterator[tuple[Field, str, Condition]]:
    """Give the parts of `condition` that have a parameter of their own: its name, its value, the part."""
    found = []
    for part in parts_of(condition):
        name = part.part if isinstance(part, Not) else part
        name = name.named if isinstance(name, Resolved) else name
        # A parameter would take a comma, or a minus before it, for its own.
        if isinstance(name, Named) and not any("," in one or one.startswith("-") for one in name.names):
            value = f"-{name.value}" if isinstance(part, Not) else name.value
            found.append((name.field, value, part))
    return iter(sorted(found, key=lambda one: (FIELDS.index(one[0]), one[1])))


def phrases(condition: Condition) -> Condition:
    """Give what is left of `condition` without `names`: what stands in `topic`."""
    have_their_own = [part for _, _, part in names(condition)]
    return all_of(part for part in parts_of(condition) if part not in have_their_own)


def _advice(name: str) -> str:
    near = find_nearest(name, PARAMETERS)
    return f"did you mean {near!r}?" if near else f"known are {', '.join(PARAMETERS)}"


def _names(field: Field, value: str) -> Condition:
    """Give what a value of category, tag, author or site asks for; with a minus it leaves posts out."""
    if not value.startswith("-"):
        return named(field, value)
    # In -a,-b the second minus says what the first has said; a third has no meaning.
    value = re.sub(r",\s*-", ",", value[1:])
    return none_of(named(field, value))


def _spelt(time: timedelta) -> str:
    for unit, length in (("d", timedelta(days=1)), ("h", timedelta(hours=1))):
        number, rest = divmod(time, length)
        if not rest:
            return f"{number}{unit}"
    return f"{time.total_seconds():f}".rstrip("0").rstrip(".") + "s"


def _since(value: str) -> timedelta | date:
    try:
        if _DATE.fullmatch(value):
            return date.fromisoformat(value)
        return parse_duration(value)
    except ValueError:
        advice = "write a date such as 2026-01-31, or a time such as 24h or 7d"
        raise QueryError(f"since={value!r} is not understood: {advice}") from None


def _number(name: str, value: str, most: int) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10 and 1 <= int(value) <= most):
        raise QueryError(f"{name}={value!r} is not understood: write a number from 1 to {most}")
    return int(value)


def _one_of(name: str, given: Mapping[str, str], choices: tuple[str, ...]) -> str:
    value = given.get(name, choices[0])
    if value not in choices:
        raise QueryError(f"{name}={value!r} is not understood: write {' or '.join(choices)}")
    return value
