"""What the search index has of a post, and what it is asked for: the same for every engine. Pure.

Words are those of text/words.py. Marks beside the text (see indexing.py) say which categories, tags,
authors and sites a post has, itself and in its group.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Select

from feedsvc.query.condition import ANYTHING, Atom, Condition, Phrase, ResolvedFilter
from feedsvc.text import words

Of = Literal["post", "entry"]
"""Whose terms and sites count: a post's own, or those of its group."""

Candidates = Literal["post", "leader", "entry"]
"""Which posts are looked at: each, those that stand for their site in a group, those that stand for it."""

Narrow = Callable[[Select[int]], Select[int]]
"""Adds to a statement that selects rowids what else is asked of them than the index knows."""


@dataclass(frozen=True, slots=True)
class Document:
    """The words of a post as the index has them, joined by spaces."""

    title: str
    body: str

    def has(self, phrase: Phrase) -> bool:
        """Return whether the index finds the post by `phrase`."""
        searched = f" {' '.join(phrase.words)}{'' if phrase.is_prefix else ' '}"
        columns = (self.title,) if phrase.in_title else (self.title, self.body)
        return any(searched in f" {text} " for text in columns)


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What the index has of a post: where, which words, and the marks, joined by spaces."""

    rowid: int
    document: Document
    marks: str

    def has(self, atom: Atom, marks_of: Of) -> bool:
        """Return whether the index finds the post by `atom`, with terms and sites of `marks_of`.

        To look at what a few posts have costs the same whatever is asked, which a search does not.
        """
        match atom:
            case Phrase():
                return self.document.has(atom)
            case ResolvedFilter():
                return not set(self.marks.split(" ")).isdisjoint(filter_marks(atom, marks_of))
            case _:
                raise TypeError(f"{atom} has not been looked up")


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """What the index is asked for: the `candidates` of `sites`, or of all sites, that meet `condition` with
    the terms and sites of `marks_of`.
    """

    condition: Condition = ANYTHING
    marks_of: Of = "post"
    candidates: Candidates = "post"
    sites: frozenset[int] | None = None


def build_document(title: str, body: str) -> Document:
    """Return the words that a post is found by, of its title and of the visible text of its body."""
    return Document(" ".join(words.tokenize_for_search(title)), " ".join(words.tokenize_for_search(body)))


def build_marks(of: Of, term_ids: Iterable[int], site_ids: Iterable[int]) -> list[str]:
    """Return the marks for terms and sites: the post's own ('post'), or those of its group ('entry')."""
    of_terms = [f"{of}t{term_id}" for term_id in sorted(term_ids)]
    return of_terms + [f"{of}s{site_id}" for site_id in sorted(site_ids)]


def filter_marks(resolved: ResolvedFilter, of: Of) -> list[str]:
    """Return the marks of which a post has one that meets a filter; none where nothing does."""
    row_ids = resolved.row_ids
    site_ids, term_ids = (row_ids, ()) if resolved.field == "site" else ((), row_ids)
    return build_marks(of, term_ids, site_ids)
