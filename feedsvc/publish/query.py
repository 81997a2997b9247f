"""A query string ⇄ a `Query`, in one canonical form. Pure: names are looked up elsewhere (find.py)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from urllib.parse import parse_qsl, quote, urlencode

from feedsvc.config import parse_duration
from feedsvc.errors import QueryError
from feedsvc.publish.topic import Topic
from feedsvc.publish.topic import parse as parse_topic
from feedsvc.text import nearest

Format = Literal["rss", "atom", "json"]
Field = Literal["category", "tag", "author", "site"]

FORMATS: tuple[Format, ...] = ("rss", "atom", "json")
FIELDS: tuple[Field, ...] = ("category", "tag", "author", "site")
PARAMETERS = ("topic", "q", *FIELDS, "since", "limit", "page", "content", "dedupe")

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
MAX_PAGE = 100_000
MAX_LENGTH = 2000
MAX_FILTERS = 40

_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|ttclid|twclid|wbraid|gbraid|igshid|igsh|mc_cid|mc_eid"
    r"|_ga|_gl|_hsenc|_hsmi|hsCtaTracking|mkt_tok|li_fat_id|srsltid|gad_source|gad_campaignid|vero_id|_kx"
    r"|epik|s_kwcid|ref_src"
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Filter:
    """One value of category, tag, author or site: a slug, id or name, or several with commas.

    With `without` the posts that have any of them are left out, else those that have none.
    """

    field: Field
    value: str
    without: bool = False
    whole: str = dataclass_field(default="", compare=False)
    """The value to the letter, since a name may hold a comma itself."""

    @property
    def words(self) -> tuple[str, ...]:
        """The single names."""
        return tuple(self.value.split(","))

    def __str__(self) -> str:
        """Give the value as it stands in a query string."""
        return f"-{self.value}" if self.without else self.value


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for, whether in a URL, on the command line or in the configuration."""

    topic: Topic | None = None
    filters: tuple[Filter, ...] = ()
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


def from_string(text: str, fixed: tuple[Filter, ...] = ()) -> Query:
    """Give the query that a query string asks for, `fixed` (from the path) included.

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
        given.setdefault("topic" if name == "q" else name, []).append(value.strip())
    filters = [*fixed, *(_filter(field, value) for field in FIELDS for value in given.pop(field, []))]
    if len(filters) > MAX_FILTERS:
        raise QueryError(f"{len(filters)} filters are given: {MAX_FILTERS} are the most")
    topics = given.pop("topic", [])
    for name, values in given.items():
        if len(values) > 1:
            raise QueryError(f"{name} is given {len(values)} times: give it once")
    single = {name: values[0] for name, values in given.items()}
    return Query(
        topic=parse_topic(" ".join(topics)) if topics else None,
        filters=in_order(filters),
        since=_since(single["since"]) if "since" in single else None,
        limit=_number("limit", single.get("limit", str(DEFAULT_LIMIT)), MAX_LIMIT),
        page=_number("page", single.get("page", "1"), MAX_PAGE),
        content="summary" if _one_of("content", single, ("full", "summary")) == "summary" else "full",
        dedupe=_one_of("dedupe", single, ("on", "off")) == "on",
    )


def refuse_parameters(text: str) -> None:
    """Raise QueryError for a query string where none has a meaning; tracking parameters do no harm."""
    for name, _ in parse_qsl(text, keep_blank_values=True, errors="replace"):
        if not _TRACKING.fullmatch(name):
            raise QueryError(
                f"this address takes no parameters, and {name!r} is given: the feeds take them"
            )


def to_string(query: Query) -> str:
    """Give the one query string of `query`: fixed order, defaults left out, without a question mark."""
    pairs = [("topic", query.topic.text)] if query.topic else []
    for field in FIELDS:
        pairs += sorted((field, str(one)) for one in query.filters if one.field == field)
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
    return urlencode(pairs, safe=",")


def path(query: Query, form: Format) -> str:
    """Give the path and query string of the feed of `query`, from the root, without a slash in front.

    A query for one category, tag or author has the address of that category, tag or author.
    """
    shown = [one for one in query.filters if one.field != "site"]
    name = f"feed.{form}"
    if len(shown) == 1 and not shown[0].without and "," not in shown[0].value:
        name = f"{shown[0].field}/{quote(shown[0].value, safe='')}.{form}"
        query = replace(query, filters=tuple(one for one in query.filters if one.field == "site"))
    rest = to_string(query)
    return f"{name}?{rest}" if rest else name


def _advice(name: str) -> str:
    near = nearest(name, PARAMETERS)
    return f"did you mean {near!r}?" if near else f"known are {', '.join(PARAMETERS)}"


def _filter(field: Field, value: str) -> Filter:
    without = value.startswith("-")
    parts = [part.strip() for part in value.removeprefix("-").split(",")]
    if without:
        parts = [part.removeprefix("-").strip() for part in parts]
        if any(part.startswith("-") for part in parts):
            raise QueryError(f"{field} has too many minus signs in {value!r}")
    elif bad := next((part for part in parts if part.startswith("-")), None):
        raise QueryError(f"{field} mixes {bad!r} with others: write it apart, as in &{field}={bad}")
    parts = list(dict.fromkeys(parts))
    if len(parts) > MAX_FILTERS:
        raise QueryError(f"{field} names {len(parts)}: {MAX_FILTERS} are the most")
    if not all(parts):
        raise QueryError(f"{field} has nothing before or after a comma or a minus in {value!r}")
    return Filter(field, ",".join(parts), without, whole=value)


def in_order(filters: Iterable[Filter]) -> tuple[Filter, ...]:
    """Give each filter once, in the one order that a query string has them in."""
    return tuple(sorted(set(filters), key=order))


def order(one: Filter) -> tuple[int, str]:
    """Give what filters are sorted by."""
    return FIELDS.index(one.field), str(one)


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
