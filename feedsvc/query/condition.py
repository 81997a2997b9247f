"""What is asked of a post: phrases and names, under all of, any of and not; their one spelling. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import groupby
from typing import Literal

import regex

from feedsvc.errors import QueryError
from feedsvc.model import Taxonomy
from feedsvc.text import words

Field = Taxonomy | Literal["site"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words one after the other (what words.tokenize_for_search gives), in the title or in the body.

    With `in_title` they stand in the title; with `is_prefix` the last of them is the beginning of a word.
    """

    words: tuple[str, ...]
    in_title: bool = False
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A category, tag, author or site, by slug, id or name; or any of several.

    `whole` is the value to the letter, since a name may hold a comma itself; `place` is where it stands in
    what was asked, for whoever has to mend it.
    """

    field: Field
    names: tuple[str, ...]
    whole: str = dataclass_field(default="", compare=False)
    place: str = dataclass_field(default="", compare=False)

    @property
    def value(self) -> str:
        """What a query string has for it."""
        return ",".join(self.names)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a `Named` names: rows' ids; `labels` are the names that people read."""

    named: Named
    ids: frozenset[int]
    labels: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """What people read of it: one name, or several of which any is enough."""
        return " or ".join(sorted(self.labels, key=str.casefold))


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class And:
    """What must all be; without parts, anything goes. Made by `all_of`."""

    parts: "tuple[Condition, ...]" = ()


@dataclass(frozen=True, slots=True)
class Or:
    """Of what one at least must be. Made by `any_of`."""

    parts: "tuple[Condition, ...]"


Atom = Phrase | Named | Resolved
Condition = Atom | Not | And | Or

ANYTHING = And()


def named(of: Field, value: str, place: str = "") -> Named:
    """Give what `value` names: one slug, id or name, or several with commas.

    `place` is where that stands, for the message. Raises QueryError when there is nothing before or after a
    comma, or a minus before a name.
    """
    parts = tuple(sorted({part.strip() for part in value.split(",")}))
    if len(parts) == 1 and value.startswith("-"):
        raise QueryError(f"{of} has too many minus signs{place}: one leaves posts out")
    if bad := next((part for part in parts if part.startswith("-")), None):
        apart = f"-{of}:{bad[1:]}" if place else f"&{of}={bad}"
        raise QueryError(f"{of} mixes {bad!r} with others{place}: write it apart, as in {apart}")
    if not all(parts):
        raise QueryError(f"{of} has nothing before or after a comma or a minus in {value!r}{place}")
    return Named(of, parts, value, place)


def all_of(parts: Iterable[Condition]) -> Condition:
    """Give the condition that asks for all of `parts`: each once, in the one order, no `And` within it."""
    ordered = _in_order(one for part in parts for one in (part.parts if isinstance(part, And) else (part,)))
    return ordered[0] if len(ordered) == 1 else And(ordered)


def any_of(parts: Iterable[Condition]) -> Condition:
    """Give the condition that asks for one of `parts`, which are at least one."""
    ordered = _in_order(one for part in parts for one in (part.parts if isinstance(part, Or) else (part,)))
    if len(ordered) == 1:
        return ordered[0]
    excluded = [one.part for one in ordered if isinstance(one, Not)]
    return Not(all_of(excluded)) if len(excluded) == len(ordered) else Or(ordered)


def none_of(part: Condition) -> Condition:
    """Give the condition that asks that `part` is not so."""
    match part:
        case Not(inner):
            return inner
        case Or(parts):
            return all_of(none_of(one) for one in parts)
        case And(parts) if parts and all(isinstance(one, Not) for one in parts):
            return any_of(none_of(one) for one in parts)
        case _:
            return Not(part)


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """Give the conditions that `condition` asks for all of."""
    return condition.parts if isinstance(condition, And) else (condition,)


def atoms(condition: Condition) -> Iterator[Atom]:
    """Give every phrase and name in `condition`, those that must not be as well."""
    match condition:
        case Not(part):
            yield from atoms(part)
        case And(parts) | Or(parts):
            for one in parts:
                yield from atoms(one)
        case _:
            yield condition


def size(condition: Condition) -> int:
    """Give how many phrases and names `condition` asks for."""
    return sum(len(one.names) if isinstance(one, Named) else 1 for one in atoms(condition))


def matches(condition: Condition, has: Callable[[Atom], bool]) -> bool:
    """Tell whether a post meets `condition`, when `has` tells which phrases and names it has."""
    match condition:
        case Not(part):
            return not matches(part, has)
        case And(parts):
            return all(matches(one, has) for one in parts)
        case Or(parts):
            return any(matches(one, has) for one in parts)
        case _:
            return has(condition)


def replaced(condition: Condition, change: Callable[[Atom], Condition]) -> Condition:
    """Give `condition` with each phrase and name as `change` gives it."""
    match condition:
        case Not(part):
            return none_of(replaced(part, change))
        case And(parts):
            return all_of(replaced(one, change) for one in parts)
        case Or(parts):
            return any_of(replaced(one, change) for one in parts)
        case _:
            return change(condition)


def joined(condition: Condition) -> Condition:
    """Give `condition` with what the names of one field hold as one, where any is enough or left out."""
    match condition:
        case Or(parts):
            return any_of(_joined([joined(one) for one in parts]))
        case And(parts):
            several = [joined(one) for one in parts]
            excluded = _joined([one.part for one in several if isinstance(one, Not)])
            return all_of([*(one for one in several if not isinstance(one, Not)), *map(none_of, excluded)])
        case Not(part):
            return none_of(joined(part))
        case _:
            return condition


def _joined(parts: Sequence[Condition]) -> Iterator[Condition]:
    held = sorted((one for one in parts if isinstance(one, Resolved)), key=lambda one: one.named.field)
    yield from (one for one in parts if not isinstance(one, Resolved))
    for of, group in groupby(held, key=lambda one: one.named.field):
        several = list(group)
        names = {name for one in several for name in one.named.names}
        ids = frozenset(row_id for one in several for row_id in one.ids)
        labels = frozenset(label for one in several for label in one.labels)
        yield Resolved(Named(of, tuple(sorted(names))), ids, labels)


def spelling(condition: Condition) -> str:
    """Give the one spelling of `condition` in the topic language, which reads it as the same again."""
    match condition:
        case Phrase(found, in_title, is_prefix):
            return f"{'title:' if in_title else ''}{_quoted(words.spell(found))}{'*' if is_prefix else ''}"
        case Named(of):
            return f"{of}:{_quoted(condition.value)}"
        case Resolved(name):
            return spelling(name)
        case Not(part):
            return f"-({spelling(part)})" if isinstance(part, And) else f"-{spelling(part)}"
        case And(parts):
            return " ".join(f"({spelling(one)})" if isinstance(one, Or) else spelling(one) for one in parts)
        case Or(parts):
            return " OR ".join(
                f"({spelling(one)})" if isinstance(one, And) else spelling(one) for one in parts
            )


_OPERATORS = ("OR", "AND", "NOT")
_BARE = regex.compile(r"""[^\s()"*:‐‑–−-][^\s()"*:]*""")


def _quoted(text: str) -> str:
    return text if _BARE.fullmatch(text) and text not in _OPERATORS else f'"{text}"'


def _in_order(parts: Iterable[Condition]) -> tuple[Condition, ...]:
    def order(one: Condition) -> tuple[bool, str, str]:
        text = spelling(one)
        return isinstance(one, Not), text.lstrip('-("'), text

    return tuple(sorted(dict.fromkeys(parts), key=order))
