"""What is asked of a post: phrases and filters, under all of, any of and not; their one spelling. Pure.

A query is one condition, whether its parts stand in `topic`, in `category=` or in the path. The factories
`all_of` and `any_of` and the methods of the nodes keep every condition in one order and form, so that
equal questions are equal objects.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import groupby

import regex

from feedsvc.errors import QueryError
from feedsvc.query.fields import Field
from feedsvc.text import words


class Condition(ABC):
    """What is asked of a post. `str` returns its one spelling in the topic language."""

    __slots__ = ()

    @abstractmethod
    def __str__(self) -> str: ...

    @abstractmethod
    def atoms(self) -> "Iterator[Atom]":
        """Yield every phrase and filter, excluded ones as well."""

    @abstractmethod
    def map(self, change: "Callable[[Atom], Condition]") -> "Condition":
        """Return this condition with each phrase and filter replaced by what `change` returns for it."""

    @abstractmethod
    def matches(self, has: "Callable[[Atom], bool]") -> bool:
        """Return whether a post meets this, where `has` says which phrases and filters the post meets."""

    @property
    def conjuncts(self) -> "tuple[Condition, ...]":
        """The conditions of which all are asked."""
        return (self,)

    @property
    def disjuncts(self) -> "tuple[Condition, ...]":
        """The conditions of which any is enough."""
        return (self,)

    def negate(self) -> "Condition":
        """Return the condition that is met when this one is not."""
        return Not(self)

    def merge_filters(self) -> "Condition":
        """Return this condition with resolved filters of one field as one, where any of them is enough.

        `category:a OR category:b` is the same as `category:a,b`, and so it gets the same address.
        """
        return self

    def size(self) -> int:
        """Return how many phrases and names are asked for."""
        return sum(len(atom.names) if isinstance(atom, NameFilter) else 1 for atom in self.atoms())


class Atom(Condition):
    """A condition without others within it."""

    __slots__ = ()

    def atoms(self) -> "Iterator[Atom]":
        yield self

    def map(self, change: "Callable[[Atom], Condition]") -> Condition:
        return change(self)

    def matches(self, has: "Callable[[Atom], bool]") -> bool:
        return has(self)


@dataclass(frozen=True, slots=True)
class Phrase(Atom):
    """Words one after the other (as words.tokenize_for_search returns them), in the title or in the body.

    With `in_title` they stand in the title; with `is_prefix` the last of them is the beginning of a word.
    """

    words: tuple[str, ...]
    in_title: bool = False
    is_prefix: bool = False

    def __str__(self) -> str:
        field = "title:" if self.in_title else ""
        return f"{field}{_quote(words.spell(self.words))}{'*' if self.is_prefix else ''}"


@dataclass(frozen=True, slots=True)
class NameFilter(Atom):
    """A category, tag, author or site, by slug, id or name; or any of several.

    `verbatim` is the value to the letter, since a name may hold a comma itself; `place` is where it stands
    in the topic, for the message when there is no such name.
    """

    field: Field
    names: tuple[str, ...]
    verbatim: str = dataclass_field(default="", compare=False)
    place: str = dataclass_field(default="", compare=False)

    @classmethod
    def parse(cls, field: Field, value: str, place: str = "") -> "NameFilter":
        """Return the filter that `value` is: one slug, id or name, or several with commas.

        `place` is where the value stands, for messages. Raises QueryError when there is nothing before or
        after a comma, or a minus before a name.
        """
        names = tuple(sorted({name.strip() for name in value.split(",")}))
        if len(names) == 1 and value.startswith("-"):
            raise QueryError(f"{field} has too many minus signs{place}: one leaves posts out")
        if excluded := next((name for name in names if name.startswith("-")), None):
            apart = f"-{field}:{excluded[1:]}" if place else f"&{field}={excluded}"
            raise QueryError(
                f"{field} mixes {excluded!r} with others{place}: write it apart, as in {apart}"
            )
        if not all(names):
            raise QueryError(f"{field} has nothing before or after a comma or a minus in {value!r}{place}")
        return cls(field, names, value, place)

    @property
    def value(self) -> str:
        """The names as a query string has them."""
        return ",".join(self.names)

    def __str__(self) -> str:
        return f"{self.field}:{_quote(self.value)}"


@dataclass(frozen=True, slots=True)
class ResolvedFilter(Atom):
    """A filter whose names were looked up: ids of rows of the store, and the names that people read.

    `canonical` is the filter as its canonical address has it.
    """

    canonical: NameFilter
    row_ids: frozenset[int]
    labels: frozenset[str] = frozenset()

    @classmethod
    def merge(cls, filters: "Sequence[ResolvedFilter]") -> "ResolvedFilter":
        """Return the filter that any of `filters`, which are of one field, is enough for."""
        names = {name for merged in filters for name in merged.canonical.names}
        return cls(
            NameFilter(filters[0].field, tuple(sorted(names))),
            frozenset(row_id for merged in filters for row_id in merged.row_ids),
            frozenset(label for merged in filters for label in merged.labels),
        )

    @property
    def field(self) -> Field:
        """The field whose names were looked up."""
        return self.canonical.field

    @property
    def label(self) -> str:
        """What people read: one name, or several of which any is enough."""
        return " or ".join(sorted(self.labels, key=str.casefold))

    def __str__(self) -> str:
        return str(self.canonical)


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """What a post must not meet. Made by `negate`."""

    part: Condition

    def __str__(self) -> str:
        return f"-({self.part})" if isinstance(self.part, And) else f"-{self.part}"

    def atoms(self) -> Iterator[Atom]:
        return self.part.atoms()

    def map(self, change: Callable[[Atom], Condition]) -> Condition:
        return self.part.map(change).negate()

    def matches(self, has: Callable[[Atom], bool]) -> bool:
        return not self.part.matches(has)

    def negate(self) -> Condition:
        return self.part

    def merge_filters(self) -> Condition:
        return self.part.merge_filters().negate()


@dataclass(frozen=True, slots=True)
class And(Condition):
    """What a post must meet all of; without parts, every post does. Made by `all_of`."""

    parts: tuple[Condition, ...] = ()

    def __str__(self) -> str:
        return " ".join(f"({part})" if isinstance(part, Or) else str(part) for part in self.parts)

    @property
    def conjuncts(self) -> tuple[Condition, ...]:
        return self.parts

    def atoms(self) -> Iterator[Atom]:
        for part in self.parts:
            yield from part.atoms()

    def map(self, change: Callable[[Atom], Condition]) -> Condition:
        return all_of(part.map(change) for part in self.parts)

    def matches(self, has: Callable[[Atom], bool]) -> bool:
        return all(part.matches(has) for part in self.parts)

    def negate(self) -> Condition:
        if self.parts and all(isinstance(part, Not) for part in self.parts):
            return any_of(part.negate() for part in self.parts)
        return Not(self)

    def merge_filters(self) -> Condition:
        # To leave out each of several is to leave out any of them.
        parts = [part.merge_filters() for part in self.parts]
        required = [part for part in parts if not isinstance(part, Not)]
        excluded = _merge_by_field([part.part for part in parts if isinstance(part, Not)])
        return all_of([*required, *(part.negate() for part in excluded)])


@dataclass(frozen=True, slots=True)
class Or(Condition):
    """What a post must meet at least one of. Made by `any_of`."""

    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " OR ".join(f"({part})" if isinstance(part, And) else str(part) for part in self.parts)

    @property
    def disjuncts(self) -> tuple[Condition, ...]:
        return self.parts

    def atoms(self) -> Iterator[Atom]:
        for part in self.parts:
            yield from part.atoms()

    def map(self, change: Callable[[Atom], Condition]) -> Condition:
        return any_of(part.map(change) for part in self.parts)

    def matches(self, has: Callable[[Atom], bool]) -> bool:
        return any(part.matches(has) for part in self.parts)

    def negate(self) -> Condition:
        return all_of(part.negate() for part in self.parts)

    def merge_filters(self) -> Condition:
        return any_of(_merge_by_field([part.merge_filters() for part in self.parts]))


ANYTHING = And()


def all_of(parts: Iterable[Condition]) -> Condition:
    """Return the condition that asks for all of `parts`: each once, in one order, no `And` within it."""
    ordered = _order(conjunct for part in parts for conjunct in part.conjuncts)
    return ordered[0] if len(ordered) == 1 else And(ordered)


def any_of(parts: Iterable[Condition]) -> Condition:
    """Return the condition that asks for one of `parts`, which are at least one, ordered as by `all_of`."""
    ordered = _order(disjunct for part in parts for disjunct in part.disjuncts)
    if len(ordered) == 1:
        return ordered[0]
    if all(isinstance(part, Not) for part in ordered):
        return Not(all_of(part.negate() for part in ordered))
    return Or(ordered)


def _order(parts: Iterable[Condition]) -> tuple[Condition, ...]:
    def sort_key(part: Condition) -> tuple[bool, str, str]:
        spelling = str(part)
        return isinstance(part, Not), spelling.lstrip('-("'), spelling

    return tuple(sorted(dict.fromkeys(parts), key=sort_key))


def _merge_by_field(parts: Sequence[Condition]) -> Iterator[Condition]:
    yield from (part for part in parts if not isinstance(part, ResolvedFilter))
    filters = [part for part in parts if isinstance(part, ResolvedFilter)]
    filters.sort(key=lambda resolved: resolved.field)
    for _, of_one_field in groupby(filters, key=lambda resolved: resolved.field):
        yield ResolvedFilter.merge(list(of_one_field))


_OPERATORS = ("OR", "AND", "NOT")
_BARE = regex.compile(r"""[^\s()"*:‐‑–−-][^\s()"*:]*""")


def _quote(text: str) -> str:
    """Return `text` as the topic language reads it: in quotation marks where it would be taken apart."""
    return text if _BARE.fullmatch(text) and text not in _OPERATORS else f'"{text}"'
