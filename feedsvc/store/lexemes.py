"""What is asked of the index of PostgreSQL, in its own language: queries of lexemes. Pure.

Which lexemes there are says postgresql_search.py. They leave some things open, such as whether words follow
each other: so a condition is written wider than it is, and as what is left out tighter.
"""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import pairwise

from feedsvc.query.condition import And, Condition, Not, Or, Phrase, ResolvedFilter
from feedsvc.store.index_entries import Of, filter_marks

PREFIX_LENGTHS = (1, 2)
"""The beginnings that the index holds, in characters: one stands for thousands of words, in every post."""


MAX_WORD_LENGTH = 255
"""Characters of a word that the index tells apart: PostgreSQL takes no longer ones than of 2 kB."""


_ERAS = (("a", 16), ("b", 19), ("c", 22), ("d", 25))
"""The letters of the parts of time, and the bits that are cut off a rowid for each: rowids are seconds, so
that the parts are of 18 hours, six days, 48 days and 13 months."""

_MAX_PAIRED_LENGTH = 4


def list_eras(first: int, last: int) -> Iterator[str]:
    """Yield lexemes of which the posts with the rowids from `first` to `last` have one, and few others."""
    levels = [(letter, bits - _ERAS[0][1]) for letter, bits in reversed(_ERAS)]
    unit, end = first >> _ERAS[0][1], last >> _ERAS[0][1]
    while unit <= end:
        letter, bits = next(
            (letter, bits)
            for letter, bits in levels
            if not bits or (unit & ((1 << bits) - 1) == 0 and unit + (1 << bits) - 1 <= end)
        )
        yield quote_lexeme(f"{letter}{unit >> bits}")
        unit += 1 << bits


def widen(condition: Condition, of: Of) -> str | None:
    """Return what all posts that meet `condition` have, as a query of lexemes; None for anything."""
    match condition:
        case Phrase():
            return _words_of(condition)
        case ResolvedFilter():
            return any_mark(filter_marks(condition, of))
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
            return any_mark(filter_marks(condition, of))
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
    """Return whether lexemes say all that is asked: no words in their order, and none that is cut off."""
    return all(
        len(atom.words) == 1 and len(atom.words[0]) < MAX_WORD_LENGTH
        for atom in condition.atoms()
        if isinstance(atom, Phrase)
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
