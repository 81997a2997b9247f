"""When a text is another one again: what makes a later post a repeat of an earlier one. Pure.

A later post is a repeat when it brings a reader nothing new: the same text, or nearly, under a title that
says nothing else. Updates, corrections and the numbers of a series are new. Texts are compared by their
words (see words.py), whatever their markup: as a whole by a fingerprint, else by runs of a few words.
"""

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nsmallest
from importlib import metadata
from itertools import groupby
from zlib import crc32

import regex

from feedsvc import words
from feedsvc.dateline import without_frame
from feedsvc.vocabulary import ANNOUNCING, ANNOUNCING_ANYWHERE, counts

VERSION = f"1 babel {metadata.version('babel')} words {words.VERSION}"
"""Differs when two texts may compare otherwise; its number rises with any change here or in dateline.py.
All posts are then compared anew (see store/repeats.py)."""

SKETCH_SIZE = 24
"""Runs of words kept of a text: of all its runs those with the smallest hashes, so that texts that have
much in common have many of them in common, a cut copy and its whole as well (Broder, 1997)."""

# Bytes of letters, since a Chinese character says about as much as three Latin letters.
_ENOUGH_EXACT = 60
_ENOUGH_NEAR = 200
_LONGEST_NEW_RUN = 30
_MOST_NEW = 0.08
_LEAST_OF_EARLIER = 0.4
LEAST_IN_COMMON = 3
_LONGEST_REMEMBERED = 50_000
_LIKELY = 0.5

# A word with a capital letter within a sentence; where all nouns have one, it tells no names.
_NAME = regex.compile(r"(?<=[\p{Ll}\p{N},;’')] )\p{Lu}[\p{L}\p{M}]+")
_MOST_NAMES = 0.2
_THOUSANDS = regex.compile(r"(?<=\d)[,.’'\u00a0\u202f](?=\d{3}(?!\d))")
_NUMBER = regex.compile(r"\p{N}")


@lru_cache(maxsize=16)
def letters(text: str) -> str:
    """Give `text` as its letters, marks and digits alone, folded: what two equal texts share."""
    return "".join(words.tokens(text))


def fingerprint(text: str) -> str:
    """Give the same 64 characters for the same text, whatever its markup, case and punctuation."""
    kept = letters(text)
    return hashlib.sha256(kept.encode()).hexdigest() if kept else ""


@dataclass(frozen=True, slots=True)
class Text:
    """A post as it is compared: the words of its title and of its body, without what frames it."""

    fingerprint: str
    title: tuple[str, ...]
    body: tuple[str, ...]
    names: frozenset[str] = field(compare=False)
    """Those of the body's words that name somebody or something."""
    size: int = field(compare=False)
    """Bytes of letters in the body."""

    run: int = field(compare=False)
    """How many words are compared at once; of scripts whose words are single characters, more."""

    def runs(self) -> set[tuple[str, ...]]:
        """Give all runs of words."""
        return {self.body[i : i + self.run] for i in range(len(self.body) - self.run + 1)}


def read(title: str, body: str) -> Text:
    """Give a post to compare, from its plain title and its body's visible text."""
    return _remembered(title, body) if len(body) <= _LONGEST_REMEMBERED else _read(title, body)


def _read(title: str, body: str) -> Text:
    kept = without_frame(body)
    told = tuple(words.tokens(_THOUSANDS.sub("", kept)))
    together = "".join(told)
    names = words.tokens(" ".join(_NAME.findall(kept)))
    return Text(
        fingerprint=fingerprint(body),
        title=tuple(words.tokens(title)),
        body=told,
        names=frozenset(names if len(names) < _MOST_NAMES * len(told) else ()),
        size=len(together.encode()),
        run=3 if len(together) > 2.5 * len(told) else 6,
    )


_remembered = lru_cache(maxsize=256)(_read)  # a post is compared with the same ones again and again


def sketch(text: Text) -> tuple[int, ...]:
    """Give the hashes by which texts like this one are found; none for a text too short to compare."""
    if text.size < _ENOUGH_NEAR:
        return ()
    return tuple(nsmallest(SKETCH_SIZE, {crc32(" ".join(run).encode()) for run in text.runs()}))


def may_repeat(common: int, within_reach: int) -> bool:
    """Tell whether two texts have to be read, from how many hashes their sketches share.

    `within_reach` are the hashes of the shorter text that the other's sketch could hold, being no greater
    than its greatest: of a cut copy nearly all of them are shared.
    """
    return common >= LEAST_IN_COMMON and common >= _LIKELY * within_reach


def repeats(later: Text, earlier: Text) -> bool:
    """Tell whether `later` brings nothing new to one who has read `earlier`."""
    if not _titles_agree(later, earlier):
        return False
    if later.fingerprint == earlier.fingerprint:
        # A decimal point is no letter, and yet 7.5 is not 75.
        return later.size >= _ENOUGH_EXACT and _figures(later) == _figures(earlier)
    if later.size < max(_ENOUGH_NEAR, _LEAST_OF_EARLIER * earlier.size):
        return False
    return not _says_more(later, earlier)


def _titles_agree(one: Text, other: Text) -> bool:
    """Tell whether the titles differ in nothing that the texts do not say themselves.

    'Release 12' and 'Release 13' over the same boilerplate are two; so are 'Welder wanted' and 'Painter
    wanted'. A headline that was written anew is made of the text's own words.
    """
    mine, others = set(one.title) - set(other.title), set(other.title) - set(one.title)
    if (mine | others) & ANNOUNCING or _announced(one.title) != _announced(other.title):
        return False
    if any(map(counts, mine)) and any(map(counts, others)):
        return False
    said = {_stem(word) for word in one.body} & {_stem(word) for word in other.body}
    for own in (mine, others):
        telling = [word for word in own if len(word.encode()) > 2 or counts(word)]
        if any(counts(word) and _stem(word) not in said for word in telling):
            return False
        if sum(_stem(word) in said for word in telling) < len(telling) / 2:
            return False
    return True


def _announced(tokens: tuple[str, ...]) -> int:
    """Give how many of the words without spaces by which a text says that it has changed are there."""
    text = "".join(tokens)
    return sum(text.count(word) for word in ANNOUNCING_ANYWHERE)


def _says_more(later: Text, earlier: Text) -> bool:
    new = _new_runs(later, earlier)
    sizes = [len("".join(run).encode()) for run in new]
    if sum(sizes) > _MOST_NEW * later.size or max(sizes, default=0) > _LONGEST_NEW_RUN:
        return True
    known = set(earlier.body)
    return any(
        word in ANNOUNCING
        or (word not in known and (counts(word) or word in later.names))
        for run in new
        for word in run
    ) or _announced(later.body) > _announced(earlier.body)  # fmt: skip


def _new_runs(later: Text, earlier: Text) -> list[list[str]]:
    """Give the words of `later`, in runs, that stand in no run of words of `earlier`."""
    length = later.run
    known = {earlier.body[i : i + length] for i in range(len(earlier.body) - length + 1)}
    is_known = bytearray(len(later.body))
    for i in range(len(later.body) - length + 1):
        if later.body[i : i + length] in known:
            is_known[i : i + length] = b"\1" * length
    marked = zip(is_known, later.body, strict=True)
    return [[word for _, word in run] for old, run in groupby(marked, key=lambda one: one[0]) if not old]


def _figures(text: Text) -> list[str]:
    return [word for word in text.body if _NUMBER.search(word)]


def _stem(word: str) -> str:
    """Give what the forms of a word share, roughly; of a number all."""
    return word if _NUMBER.search(word) else word[:5]
