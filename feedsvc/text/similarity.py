"""When a text is another one again: what makes a later post a repeat of an earlier one. Pure.

A later post is a repeat when it brings a reader nothing new: the same text, or nearly, under a title that
says nothing else. Updates, corrections and the numbers of a series are new. Texts are compared by their
words (see words.py), whatever their markup: as a whole by a fingerprint, else by runs of a few words.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nsmallest
from importlib import metadata
from itertools import accumulate, groupby
from zlib import crc32

import regex

from feedsvc.text import words
from feedsvc.text.dateline import without_frame
from feedsvc.text.vocabulary import (
    ANNOUNCING,
    ANNOUNCING_ANYWHERE,
    counts,
    find_numbers,
    find_telling_words,
    has_number,
)

VERSION = f"3 babel {metadata.version('babel')} words {words.VERSION}"
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
_LIKELY = 0.5

# A word with a capital letter within a sentence; where all nouns have one, it tells no names.
_NAME = regex.compile(r"(?<=[\p{Ll}\p{N},;’')] )\p{Lu}[\p{L}\p{M}]+")
_MOST_NAMES = 0.2
_SIGN = regex.compile(r"(?<![\p{L}\p{N}])[-−–](?=\d)")
_NOT = regex.compile(r"(?<=\p{L})n['’]t\b")
_TELLING_SIGN = regex.compile(r"[\p{Sc}▲▼△▽↑↓↗↘✅❌✔✘✓✗☑☒]")
_PLAYED = regex.compile(r"<(?:audio|video|source|iframe)\b[^>]*? src=\"([^\"]*)\"")
_SHOWN = regex.compile(r"<(?:audio|video|source|iframe|img|a)\b[^>]*? (?:src|href)=\"([^\"]*)\"")
_THOUSANDS = regex.compile(r"(?<=\d)[,.’'\u00a0\u202f](?=\d{3}(?!\d))")


@lru_cache(maxsize=16)
def letters(text: str) -> str:
    """Give `text` as its letters, marks and digits alone, folded: what two equal texts share."""
    return "".join(words.tokens(text))


def fingerprint(text: str) -> str:
    """Give the same 64 characters for the same text, whatever its markup, case and punctuation."""
    return _hash_letters(letters(text))


def _hash_letters(kept: str) -> str:
    return hashlib.sha256(kept.encode()).hexdigest() if kept else ""


@dataclass(frozen=True, slots=True)
class Text:
    """A post as it is compared: the words of its title and of its body, without what frames it.

    `telling` are those of the body's words that make another text of it: numbers, names, 'corrected';
    `figures` are hashes of all of them but the names, and of signs such as € and ▼. `stems` are the
    beginnings of its words. `shown` is what the body plays, and of a short one what it shows and links to.
    `size` are the bytes of letters in the body. `run` is how many words are compared at once, and `hashes`
    are the hashes of each such run.
    """

    fingerprint: str
    title: tuple[str, ...]
    body: tuple[str, ...]
    words: frozenset[str]
    telling: frozenset[str]
    figures: frozenset[int]
    stems: frozenset[str]
    shown: frozenset[str]
    size: int
    run: int
    hashes: tuple[int, ...]


def read(title: str, body: str, content: str = "") -> Text:
    """Give a post to compare, from its plain title, its body's visible text, and its sanitised HTML."""
    kept = without_frame(body)
    if "n't" in kept or "n’t" in kept:
        kept = _NOT.sub(" not", kept)
    spelt_out = _SIGN.sub(" minus ", _THOUSANDS.sub("", kept))
    told = tuple(words.tokens(spelt_out))
    together = "".join(told)
    # In scripts whose words are single characters more of them make a run.
    run = 3 if len(together) > 2.5 * len(told) else 6
    names = words.tokens(" ".join(_NAME.findall(kept)))
    own = frozenset(told)
    numbers = find_numbers(own)
    telling = numbers | find_telling_words(own)
    signs = _TELLING_SIGN.findall("".join(set(kept)))
    figures = frozenset(crc32(word_or_sign.encode()) for word_or_sign in telling.union(signs))
    if len(names) < _MOST_NAMES * len(told):
        telling |= own.intersection(names)
    return Text(
        fingerprint=_hash_letters(together if spelt_out == body else letters(body)),
        title=tuple(words.tokens(title)),
        body=told,
        words=own,
        telling=telling,
        figures=figures,
        stems=numbers.union([word[:5] for word in own - numbers]),
        shown=_shown(content, is_short=len(together.encode()) < _ENOUGH_NEAR),
        size=len(together.encode()),
        run=run,
        hashes=_hash_runs(told, run),
    )


def _hash_runs(told: Sequence[str], run: int) -> tuple[int, ...]:
    """Return the hash of each `run` words that follow each other, in their order."""
    joined = " ".join(told).encode()
    sizes = map(len, told) if joined.isascii() else (len(word.encode()) for word in told)
    starts = list(accumulate((size + 1 for size in sizes), initial=0))
    hashes = [crc32(joined[start : end - 1]) for start, end in zip(starts, starts[run:], strict=False)]
    return tuple(hashes)


def sketch(text: Text) -> tuple[int, ...]:
    """Give the hashes by which texts like this one are found; none for a text too short to compare."""
    return tuple(nsmallest(SKETCH_SIZE, set(text.hashes))) if text.size >= _ENOUGH_NEAR else ()


def may_repeat(common: int, within_reach: int) -> bool:
    """Tell whether two texts have to be read, from how many hashes their sketches share.

    `within_reach` are the hashes of the shorter text that the other's sketch could hold, being no greater
    than its greatest: of a cut copy nearly all of them are shared.
    """
    return common >= LEAST_IN_COMMON and common >= _LIKELY * within_reach


def tells_no_more(later: frozenset[int], earlier: frozenset[int]) -> bool:
    """Tell from the figures of two texts whether they have to be read: a figure of its own makes the later
    one another text.
    """
    return later <= earlier


def as_that_of(text: Text, title: str) -> Text:
    """Give what `read` would give of another post of the very same body."""
    return replace(text, title=tuple(words.tokens(title)))


def repeats(later: Text, earlier: Text) -> bool:
    """Tell whether `later` brings nothing new to one who has read `earlier`."""
    if not tells_no_more(later.figures, earlier.figures) or later.shown - earlier.shown:
        return False
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
    if one.title == other.title:
        return True
    mine, others = set(one.title) - set(other.title), set(other.title) - set(one.title)
    if (mine | others) & ANNOUNCING or _announced(one.title) != _announced(other.title):
        return False
    counting = [any(map(counts, own)) for own in (mine, others)]
    if all(counting):
        return False
    same = one.fingerprint == other.fingerprint and one.size >= _ENOUGH_NEAR
    if same and not any(counting) and not (mine and others):
        return True  # with a site's name behind it, or 'Video:' before it
    said = one.stems & other.stems
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
    if later.run != earlier.run or later.telling - earlier.words:
        return True
    new = _new_runs(later, earlier)
    sizes = [len("".join(run).encode()) for run in new]
    if sum(sizes) > _MOST_NEW * later.size or max(sizes, default=0) > _LONGEST_NEW_RUN:
        return True
    if _announced(later.body) > _announced(earlier.body):
        return True
    # What is gone may turn a text about as well ('not'); a cut copy lacks more than a few words at once.
    gone = [run for run in _new_runs(earlier, later) if len("".join(run).encode()) <= _LONGEST_NEW_RUN]
    telling = later.telling | earlier.telling
    return any(word in telling for run in new + gone for word in run)


def _new_runs(later: Text, earlier: Text) -> list[list[str]]:
    """Give the words of `later`, in runs, that stand in no run of words of `earlier`."""
    known = set(earlier.hashes)
    is_known = bytearray(len(later.body))
    for i, run in enumerate(later.hashes):
        if run in known:
            is_known[i : i + later.run] = b"\1" * later.run
    marked = zip(is_known, later.body, strict=True)
    return [[word for _, word in run] for old, run in groupby(marked, key=lambda one: one[0]) if not old]


def _shown(content: str, *, is_short: bool) -> frozenset[str]:
    """Give the addresses of what a sanitised body plays; of a short one, of pictures and links as well."""
    found = (_SHOWN if is_short else _PLAYED).findall(content)
    return frozenset(address.partition("?")[0] for address in found)


def _figures(text: Text) -> list[str]:
    return [word for word in text.body if word == "minus" or has_number(word)]


def _stem(word: str) -> str:
    """Give what the forms of a word share, roughly; of a number all."""
    return word if has_number(word) else word[:5]
