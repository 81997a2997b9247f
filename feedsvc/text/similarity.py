"""When a later post is a repeat of an earlier one. Pure.

A later post is a repeat when it brings a reader nothing new: all its words, but for a few scattered ones,
stand in runs in the earlier text; none of the others is a number, a name, a date, a 'not' or 'corrected';
and the titles differ in nothing that the texts do not say. So two texts with the same boilerplate are not
joined, and the numbers of a series stay apart.

Texts are compared by their words (see words.py), whatever their markup: as a whole by a fingerprint, else
by runs of a few words.
"""

import hashlib
import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from heapq import nsmallest
from importlib import metadata
from itertools import groupby
from zlib import crc32

import regex

from feedsvc.text import words
from feedsvc.text.dateline import strip_frame
from feedsvc.text.shown import find_hosts, find_shown_urls, normalize_host
from feedsvc.text.vocabulary import (
    CHANGE_WORDS,
    CHANGE_WORDS_UNSPACED,
    find_numbers,
    find_telling_words,
    has_number,
    is_counting,
)

VERSION = f"5 babel {metadata.version('babel')} words {words.VERSION}"
"""Differs when two texts may compare otherwise; its number rises with any change here or in dateline.py.
All posts are then compared anew (see store/groups.py)."""

SKETCH_SIZE = 24
"""Runs of words kept of a text: of all its runs those with the smallest hashes, so that texts that have
much in common have many of them in common, a cut copy and its whole as well (Broder, 1997)."""

# Bytes of letters, since a Chinese character says about as much as three Latin letters.
_MIN_EQUAL_BYTES = 60
_MIN_SIMILAR_BYTES = 200
_MAX_NEW_RUN_BYTES = 30
_MAX_NEW_SHARE = 0.08
_MIN_SHARE_OF_EARLIER = 0.4
MIN_COMMON_HASHES = 3
_MIN_COMMON_SHARE = 0.5
# In scripts whose words are single characters, more of them make a run.
_WORDS_IN_A_RUN = 3
_SHORT_WORDS_IN_A_RUN = 6
_MAX_LENGTH_OF_SHORT_WORDS = 2.5  # on average

# A word with a capital letter within a sentence; where all nouns have one, it tells no names.
_NAME = regex.compile(r"(?<=[\p{Ll}\p{N},;’')] )\p{Lu}[\p{L}\p{M}]+")
_MAX_NAME_SHARE = 0.2
_MINUS = regex.compile(r"(?<![\p{L}\p{N}])[-−–](?=\d)")
_NOT = regex.compile(r"(?<=\p{L})n['’]t\b")
_TELLING_SIGN = regex.compile(r"[\p{Sc}▲▼△▽↑↓↗↘✅❌✔✘✓✗☑☒]")
_DOLLAR_OR_NOT_ASCII = re.compile("[$\x80-\U0010ffff]")
_THOUSANDS = regex.compile(r"(?<=\d)[,.’'\u00a0\u202f](?=\d{3}(?!\d))")
_STEM_LENGTH = 5


@dataclass(frozen=True, slots=True)
class ComparableText:
    """A post as it is compared: the words of its title and of its body, without what frames the body.

    Hundreds are held at once, so it is kept small: `body` is the body's words with spaces between them,
    `word_count` how many they are. `telling` are those of them that make another text of it: numbers,
    names, 'corrected'. `figures` are packed hashes of all that a later text must not have of its own: of
    these words without the names, of signs such as € and ▼, and of what the body plays (of a short body
    its pictures and links as well). `hosts` are those that it leads to, its own (`own_host`) aside. `size`
    is the body's letters in bytes. `run_length` is how many words make a run, and `run_hashes` are the
    hashes of all runs in their order.
    """

    fingerprint: str
    title: tuple[str, ...]
    body: str
    word_count: int
    telling: str
    figures: bytes
    hosts: frozenset[str]
    own_host: str
    size: int
    run_length: int
    # Quoted, since Python 3.11 has no array[int]; not hashed, since it is made of the words alone.
    run_hashes: "array[int]" = field(hash=False)

    @property
    def words(self) -> list[str]:
        """The words of the body, in their order."""
        return self.body.split()

    @property
    def telling_words(self) -> frozenset[str]:
        """The words of the body that make another text of it."""
        return frozenset(self.telling.split())


@lru_cache(maxsize=16)
def extract_letters(text: str) -> str:
    """Return `text` as its letters, marks and digits alone, folded: what two equal texts share."""
    return "".join(words.tokenize(text))


def make_fingerprint(text: str) -> str:
    """Return the same 64 characters for the same text, whatever its markup, case and punctuation.

    A text without letters has an empty fingerprint.
    """
    return _hash_letters(extract_letters(text))


def prepare_text(title: str, body: str, content: str = "", own_host: str = "") -> ComparableText:
    """Return a post ready to compare.

    Takes its plain title, the visible text of its body, its sanitised HTML, and the host of its own
    address: each site has its own pictures, and leads to itself.
    """
    text = strip_frame(body)
    if "n't" in text or "n’t" in text:
        text = _NOT.sub(" not", text)
    text_with_signs = _MINUS.sub(" minus ", _THOUSANDS.sub("", text))
    body_words = words.tokenize(text_with_signs)
    distinct_words = frozenset(body_words)
    body_letters = "".join(body_words)
    size = len(body_letters.encode())
    has_short_words = len(body_letters) <= _MAX_LENGTH_OF_SHORT_WORDS * len(body_words)
    run_length = _SHORT_WORDS_IN_A_RUN if has_short_words else _WORDS_IN_A_RUN

    numbers = find_numbers(distinct_words)
    telling_words = numbers | find_telling_words(distinct_words)
    # Of ASCII the dollar alone is one: few characters are left to be looked at.
    signs = _TELLING_SIGN.findall("".join(set(_DOLLAR_OR_NOT_ASCII.findall(text))))
    shown_urls = find_shown_urls(content, is_short=size < _MIN_SIMILAR_BYTES)
    news = [*telling_words.union(signs), *(f"shows {url}" for url in shown_urls)]
    figures = array("I", sorted({crc32(figure.encode()) for figure in news})).tobytes()
    names = words.tokenize(" ".join(_NAME.findall(text)))
    if len(names) < _MAX_NAME_SHARE * len(body_words):
        telling_words |= distinct_words.intersection(names)
    return ComparableText(
        fingerprint=_hash_letters(body_letters if text_with_signs == body else extract_letters(body)),
        title=tuple(words.tokenize(title)),
        body=" ".join(body_words),
        word_count=len(body_words),
        telling=" ".join(sorted(telling_words)),
        figures=figures,
        hosts=frozenset(find_hosts(content) - {normalize_host(own_host)}),
        own_host=normalize_host(own_host),
        size=size,
        run_length=run_length,
        run_hashes=_hash_runs(body_words, run_length),
    )


def with_title(text: ComparableText, title: str) -> ComparableText:
    """Return what `prepare_text` returns for another post of the very same body, which has the title
    `title`.
    """
    return replace(text, title=tuple(words.tokenize(title)))


def make_sketch(text: ComparableText) -> tuple[int, ...]:
    """Return the hashes by which texts like this one are found; none for a text too short to compare."""
    return tuple(nsmallest(SKETCH_SIZE, set(text.run_hashes))) if text.size >= _MIN_SIMILAR_BYTES else ()


def may_repeat(common: int, within_reach: int) -> bool:
    """Return whether two texts have to be compared, from how many hashes their sketches share.

    `within_reach` is the number of hashes of the shorter text that the other's sketch could hold, being
    no greater than its greatest. Of a cut copy nearly all of these are shared; boilerplate shares fewer,
    and is passed over without reading the texts.
    """
    return common >= MIN_COMMON_HASHES and common >= _MIN_COMMON_SHARE * within_reach


def count_new_bytes(later: ComparableText, earlier: ComparableText) -> int:
    """Return the bytes of letters in `later` that stand in no run of words of `earlier`."""
    if later.run_length != earlier.run_length:
        return later.size
    return sum(map(_count_bytes, _find_new_runs(later, earlier)))


def has_no_new_figures(later: bytes, earlier: bytes) -> bool:
    """Return whether all figures of the later text are in the earlier one.

    A figure of its own makes the later text a new one, so that the texts need not be compared.
    """
    return len(later) <= len(earlier) and _unpack_figures(later) <= _unpack_figures(earlier)


@lru_cache(maxsize=8)  # one text's are compared with those of several
def _unpack_figures(packed: bytes) -> frozenset[int]:
    return frozenset(array("I", packed))


def is_repeat(later: ComparableText, earlier: ComparableText) -> bool:
    """Return whether `later` brings nothing new to one who has read `earlier`."""
    if not has_no_new_figures(later.figures, earlier.figures) or not _titles_agree(later, earlier):
        return False
    # Who leads readers to another host has something new to show, or takes another site's words for it.
    # One's own host is as good as another's, and so is that of the earlier text.
    if not later.hosts <= earlier.hosts | {earlier.own_host}:
        return False
    if later.fingerprint == earlier.fingerprint:
        # A decimal point is no letter, and yet 7.5 is not 75.
        return later.size >= _MIN_EQUAL_BYTES and _list_figures(later) == _list_figures(earlier)
    if later.size < max(_MIN_SIMILAR_BYTES, _MIN_SHARE_OF_EARLIER * earlier.size):
        return False
    return not _says_more(later, earlier)


def _titles_agree(later: ComparableText, earlier: ComparableText) -> bool:
    """Return whether the titles differ in nothing that the texts do not say themselves.

    'Release 12' and 'Release 13' over the same boilerplate are two; so are 'Welder wanted' and 'Painter
    wanted'. A headline that was written anew is made of the text's own words.
    """
    if later.title == earlier.title:
        return True
    only_later = set(later.title) - set(earlier.title)
    only_earlier = set(earlier.title) - set(later.title)
    announces_change = (only_later | only_earlier) & CHANGE_WORDS
    if announces_change or _count_unspaced_changes(later.title) != _count_unspaced_changes(earlier.title):
        return False
    later_counts, earlier_counts = any(map(is_counting, only_later)), any(map(is_counting, only_earlier))
    if later_counts and earlier_counts:
        return False
    is_same_text = later.fingerprint == earlier.fingerprint and later.size >= _MIN_SIMILAR_BYTES
    if is_same_text and not (later_counts or earlier_counts) and not (only_later and only_earlier):
        return True  # with a site's name behind it, or 'Video:' before it
    common_stems = _find_stems(later.body) & _find_stems(earlier.body)
    for title_words in (only_later, only_earlier):
        meaningful = [word for word in title_words if len(word.encode()) > 2 or is_counting(word)]
        if any(is_counting(word) and _stem(word) not in common_stems for word in meaningful):
            return False
        if sum(_stem(word) in common_stems for word in meaningful) < len(meaningful) / 2:
            return False
    return True


def _count_unspaced_changes(tokens: Sequence[str]) -> int:
    """Return how many times a text without spaces between its words says that it has changed."""
    text = "".join(tokens)
    return sum(text.count(word) for word in CHANGE_WORDS_UNSPACED)


def _says_more(later: ComparableText, earlier: ComparableText) -> bool:
    if later.run_length != earlier.run_length or later.telling_words - _find_distinct_words(earlier.body):
        return True
    new_runs = _find_new_runs(later, earlier)
    sizes = [_count_bytes(run) for run in new_runs]
    if sum(sizes) > _MAX_NEW_SHARE * later.size or max(sizes, default=0) > _MAX_NEW_RUN_BYTES:
        return True
    if _count_unspaced_changes(later.words) > _count_unspaced_changes(earlier.words):
        return True
    # What is gone may turn a text about as well ('not'); a cut copy lacks more than a few words at once.
    gone_runs = [run for run in _find_new_runs(earlier, later) if _count_bytes(run) <= _MAX_NEW_RUN_BYTES]
    telling_words = later.telling_words | earlier.telling_words
    return any(word in telling_words for run in new_runs + gone_runs for word in run)


def _find_new_runs(later: ComparableText, earlier: ComparableText) -> list[list[str]]:
    """Return the words of `later`, in runs, that stand in no run of words of `earlier`."""
    earlier_hashes = set(earlier.run_hashes)
    is_repeated = bytearray(later.word_count)
    for start, run_hash in enumerate(later.run_hashes):
        if run_hash in earlier_hashes:
            is_repeated[start : start + later.run_length] = b"\1" * later.run_length
    marked_words = zip(is_repeated, later.words, strict=True)
    return [
        [word for _, word in run]
        for repeated, run in groupby(marked_words, key=lambda marked: marked[0])
        if not repeated
    ]


def _hash_letters(text_letters: str) -> str:
    return hashlib.sha256(text_letters.encode()).hexdigest() if text_letters else ""


def _hash_runs(body_words: Sequence[str], run_length: int) -> "array[int]":
    """Return the hash of each `run_length` words that follow each other, in their order."""
    runs = zip(*(body_words[start:] for start in range(run_length)), strict=False)
    return array("I", [crc32(run.encode()) for run in map(" ".join, runs)])


@lru_cache(maxsize=8)  # one text is compared with several
def _find_distinct_words(body: str) -> frozenset[str]:
    return frozenset(body.split())


@lru_cache(maxsize=8)
def _find_stems(body: str) -> frozenset[str]:
    return frozenset(map(_stem, _find_distinct_words(body)))


def _list_figures(text: ComparableText) -> list[str]:
    return [word for word in text.words if word == "minus" or has_number(word)]


def _stem(word: str) -> str:
    """Return what the forms of a word share, roughly; of a number all."""
    return word if has_number(word) else word[:_STEM_LENGTH]


def _count_bytes(run: list[str]) -> int:
    return len("".join(run).encode())
