"""What is asked of the index of PostgreSQL, in its own language: queries of lexemes. Pure.

Which lexemes there are says postgresql_search.py. They leave some things open, such as whether words follow
each other: so a condition is written wider than it is, and as what is left out tighter.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from feedsvc.query.condition import And, Condition, Not, Or, Phrase, ResolvedFilter
from feedsvc.store.index_entries import IndexQuery, Of, build_marks, filter_marks

PREFIX_LENGTHS = (1, 2)
"""The beginnings that the index holds, in characters: one stands for thousands of words, in every post."""


MAX_WORD_LENGTH = 255
"""Characters of a word that the index tells apart: PostgreSQL takes no longer ones than of 2 kB."""


_ERAS = (("a", 16), ("b", 19), ("c", 22), ("d", 25))
"""The letters of the parts of time, and the bits that are cut off a rowid for each: rowids are seconds, so
that the parts are of 18 hours, six days, 48 days and 13 months."""

_MAX_PAIRED_LENGTH = 4

MAX_MARKS = 50
"""Marks that one query of lexemes has of a filter: before it looks at the first post, GIN takes time in
proportion to the square of the lexemes."""


def list_eras(first: int, last: int) -> list[str]:
    """Return lexemes of which the posts with the rowids from `first` to `last` have one: few, as GIN takes
    longer with each, so that other posts have them as well, which may be as many.
    """
    letter, bits = next((era for era in reversed(_ERAS) if 1 << era[1] <= last - first), _ERAS[0])
    return [quote_lexeme(f"{letter}{unit}") for unit in range(first >> bits, (last >> bits) + 1)]


def list_queries(query: IndexQuery, *, has_long_posts: bool) -> list[str]:
    """Return queries of lexemes of which a post that meets `query` meets one; `has_long_posts` is whether
    there are posts that the index may have no words of.
    """
    conditions = split_condition(query.condition)
    sites: list[frozenset[int]] | None = None
    if query.sites is not None and (len(conditions) == 1 or len(query.sites) <= MAX_MARKS):
        sites = split_ids(query.sites)
    candidates = quote_lexeme(f"m{query.candidates}")
    queries = []
    for condition in conditions:
        asked = candidates
        if (wider := widen(condition, query.marks_of)) is not None:
            asked += f" & ({wider} | 'huge')" if has_long_posts else f" & {wider}"
        if sites is None:
            queries.append(asked)
        else:
            queries += [f"{asked} & {any_mark(build_marks('post', (), few))}" for few in sites]
    return queries


def split_condition(condition: Condition) -> list[Condition]:
    """Return conditions of which a post that meets `condition` meets one, with filters of few marks in
    place of a large one, where nothing else says which posts to look at.
    """
    match condition:
        case ResolvedFilter(row_ids=row_ids) if is_large(condition):
            return [replace(condition, row_ids=few) for few in split_ids(row_ids)]
        case Or(parts):
            choices = [split_condition(part) for part in parts]
            whole = tuple(split[0] for split in choices if len(split) == 1)
            taken_apart = [choice for split in choices if len(split) > 1 for choice in split]
            return [Or(whole), *taken_apart] if whole else taken_apart
        case And(parts) if not any(_narrows(part) for part in parts):
            for number, part in enumerate(parts):
                if len(split := split_condition(part)) > 1:
                    return [And((*parts[:number], choice, *parts[number + 1 :])) for choice in split]
    return [condition]


def _narrows(condition: Condition) -> bool:
    """Return whether only posts with certain lexemes can meet a condition, without it being taken apart."""
    match condition:
        case And(parts):
            return any(_narrows(part) for part in parts)
        case Or(parts):
            return all(_narrows(part) for part in parts)
        case _:
            return not isinstance(condition, Not) and not is_large(condition)


def is_large(condition: Condition) -> bool:
    """Return whether a condition is a filter of more marks than one query has."""
    return isinstance(condition, ResolvedFilter) and len(condition.row_ids) > MAX_MARKS


def split_ids(row_ids: Iterable[int]) -> list[frozenset[int]]:
    """Return the ids of rows in sets of as many as one query has marks."""
    ordered = sorted(row_ids)
    return [frozenset(ordered[start : start + MAX_MARKS]) for start in range(0, len(ordered), MAX_MARKS)]


def widen(condition: Condition, of: Of) -> str | None:
    """Return what all posts that meet `condition` have, as a query of lexemes; None for anything."""
    match condition:
        case Phrase():
            return _words_of(condition)
        case ResolvedFilter():
            return None if is_large(condition) else any_mark(filter_marks(condition, of))
        case Not(part):
            excluded = _tighten(part, of)
            return None if excluded is None else f"!{excluded}"
        case And(parts):
            required = [wider for part in parts if (wider := widen(part, of)) is not None]
            return f"({' & '.join(required)})" if required else None
        case Or(parts):
            choices = [widen(part, of) for part in parts]
            known = [choice for choice in choices if choice is not None]
            return any_of_lexemes(known) if len(known) == len(choices) else None
        case _:
            raise TypeError(f"{condition} has not been looked up")


def _tighten(condition: Condition, of: Of) -> str | None:
    """Return what only posts that meet `condition` have, as a query of lexemes; None for nothing."""
    match condition:
        case Phrase():
            return _words_of(condition) if is_exact(condition) else None
        case ResolvedFilter():
            return None if is_large(condition) else any_mark(filter_marks(condition, of))
        case Not(part):
            excluded = widen(part, of)
            return None if excluded is None else f"!{excluded}"
        case And(parts):
            required = [_tighten(part, of) for part in parts]
            known = [tighter for tighter in required if tighter is not None]
            return f"({' & '.join(known)})" if known and len(known) == len(required) else None
        case Or(parts):
            choices = [choice for part in parts if (choice := _tighten(part, of)) is not None]
            return any_of_lexemes(choices) if choices else None
        case _:
            raise TypeError(f"{condition} has not been looked up")


def _words_of(phrase: Phrase) -> str:
    """Return the lexemes that a post with a phrase has."""
    kind = "t" if phrase.in_title else "w"
    whole = phrase.words[:-1] if phrase.is_prefix else phrase.words
    lexemes = [quote_lexeme(kind + word[:MAX_WORD_LENGTH]) for word in whole]
    if phrase.is_prefix:
        start = phrase.words[-1]
        is_indexed = len(start) in PREFIX_LENGTHS and not phrase.in_title
        begun = quote_lexeme(f"{len(start)}{start}" if is_indexed else kind + start[:MAX_WORD_LENGTH])
        lexemes.append(begun if is_indexed else f"{begun}:*")
    for former, latter in pairwise(whole):
        if max(len(former), len(latter)) <= _MAX_PAIRED_LENGTH:
            digest = hashlib.sha256(f"{former} {latter}".encode()).hexdigest()
            lexemes.append(quote_lexeme(f"p{digest[:4]}"))
    return f"({' & '.join(lexemes)})"


def is_exact(condition: Condition) -> bool:
    """Return whether lexemes say all that is asked: no words in their order, none that is cut off, no
    filter of many marks.
    """
    return all(
        len(atom.words) == 1 and len(atom.words[0]) < MAX_WORD_LENGTH
        if isinstance(atom, Phrase)
        else not is_large(atom)
        for atom in condition.atoms()
    )


def any_mark(marks: Iterable[str]) -> str:
    """Return the query of the posts that have any of some marks."""
    return any_of_lexemes([quote_lexeme(f"m{mark}") for mark in marks] or ["'nothing'"])


def any_of_lexemes(lexemes: Iterable[str]) -> str:
    """Return the query of the posts that meet any of some."""
    return f"({' | '.join(lexemes)})"


def quote_lexeme(lexeme: str) -> str:
    """Return a lexeme as a query has it (https://postgresql.org/docs/current/datatype-textsearch.html)."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
