"""Marks around the words that were asked for, in titles and in HTML."""

import html
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from lxml import etree
from lxml import html as lxml_html

from feedsvc.query.condition import Phrase
from feedsvc.text import words
from feedsvc.text.html import Place, iter_visible_pieces, parse_fragment

Piece = tuple[str, bool]
"""A piece of a text, and whether it is what was asked for."""

_Ranges = list[tuple[int, int]]

_CHARACTERS_OF_PLACE = 60
"""To look at a place of a text takes as long as to go through so many characters of it."""

_MAX_REACH = 100
_SPACE_BEFORE = re.compile(r"\s\S*\Z")


def highlight_text(text: str, phrases: Sequence[Phrase]) -> list[Piece]:
    """Return `text` in pieces, each with whether it is one of `phrases`."""
    return _cut(text, _find_ranges(text, phrases), 0)


def highlight_html(markup: str, phrases: Sequence[Phrase]) -> str:
    """Return the HTML fragment `markup` with `mark` around what a reader sees of `phrases`.

    A phrase may run across inline markup, and has then a mark within each.
    """
    if not markup.strip():
        return ""
    root = next(parse_fragment(markup).iter("div"))
    pieces = list(iter_visible_pieces(root))
    ranges = _find_ranges("".join(piece for piece, _, _ in pieces), phrases)
    start = 0
    for piece, element, place in pieces:
        if element is not None and piece:
            # The text itself, whose raised figures a piece has as other characters, one for one.
            _mark(element, place, _cut(getattr(element, place), ranges, start))
        start += len(piece)
    inner = [root.text or "", *(lxml_html.tostring(child, encoding="unicode") for child in root)]
    return html.escape(inner[0], quote=False) + "".join(inner[1:])


def _find_ranges(text: str, phrases: Sequence[Phrase]) -> _Ranges:
    """Return where `phrases` stand in `text`, in order, none overlapping."""
    ranges: _Ranges = []
    if not phrases:
        return ranges
    for start, end in _find_here_and_there(text, phrases):
        if ranges and start <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
        else:
            ranges.append((start, end))
    return ranges


def _find_here_and_there(text: str, phrases: Sequence[Phrase]) -> Iterable[tuple[int, int]]:
    """Return what `_find_phrases` yields of a text. Where the words that the phrases begin with stand in
    few places of it, the others are not gone through.
    """
    lowered = text.lower()
    first_words = {phrase.words[0] for phrase in phrases}
    is_worthwhile = sum(map(lowered.count, first_words)) * _CHARACTERS_OF_PLACE < len(text)
    places = _list_places(lowered, first_words) if is_worthwhile and text.isascii() else None
    if places is None:
        return _find_phrases(words.locate_tokens(text), phrases)
    length = max(len(phrase.words) for phrase in phrases)
    found: set[tuple[int, int]] = set()
    for start, place in places:
        tokens = (span for span in words.iter_ascii_tokens(lowered, start) if span[2] > place)
        found.update(_find_phrases(list(islice(tokens, length)), phrases))
    return sorted(found)


def _list_places(text: str, first_words: Collection[str]) -> list[tuple[int, int]] | None:
    """Return where any of some words stands in a text, each place behind that of the white space before it;
    None where one is too far from any.
    """
    places = []
    for word in first_words:
        place = text.find(word)
        while place >= 0:
            before = _SPACE_BEFORE.search(text[max(0, place - _MAX_REACH) : place])
            if before is None and place > _MAX_REACH:
                return None
            start = max(0, place - _MAX_REACH) + before.start() if before else 0
            places.append((start, place))
            place = text.find(word, place + 1)
    return places


def _find_phrases(spans: Sequence[words.Span], phrases: Sequence[Phrase]) -> Iterator[tuple[int, int]]:
    """Yield where each of `phrases` begins and ends, in the order of their beginnings."""
    phrases_by_first_word: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        if len(phrase.words) > 1 or not phrase.is_prefix:
            phrases_by_first_word.setdefault(phrase.words[0], []).append(phrase)
    prefixes = tuple(phrase.words[0] for phrase in phrases if phrase.is_prefix and len(phrase.words) == 1)
    for index, (word, start, end) in enumerate(spans):
        if word.startswith(prefixes):
            yield start, end
        for phrase in phrases_by_first_word.get(word, ()):
            candidate = spans[index : index + len(phrase.words)]
            if _is_phrase([text for text, _, _ in candidate], phrase):
                yield start, candidate[-1][2]


def _is_phrase(candidate: Sequence[str], phrase: Phrase) -> bool:
    if len(candidate) < len(phrase.words):
        return False
    *before, last = phrase.words
    same_end = candidate[-1].startswith(last) if phrase.is_prefix else candidate[-1] == last
    return same_end and list(candidate[:-1]) == before


def _cut(text: str, ranges: _Ranges, offset: int) -> list[Piece]:
    """Return `text`, which begins at `offset`, cut where `ranges` begin and end."""
    pieces: list[Piece] = []
    position = 0
    first_here = bisect_right(ranges, offset, key=lambda span: span[1])
    for number in range(first_here, len(ranges)):
        start, end = ranges[number]
        first, last = max(start - offset, position), min(end - offset, len(text))
        if first >= len(text):
            break
        pieces += [(text[position:first], False), (text[first:last], True)]
        position = last
    return [(piece, is_marked) for piece, is_marked in [*pieces, (text[position:], False)] if piece]


def _mark(element: etree._Element, place: Place, pieces: list[Piece]) -> None:
    """Put `mark` elements where the text or the tail of `element` was."""
    # White space between blocks, as between the rows of a table, has no place for a mark.
    if not any(is_marked and piece.strip() for piece, is_marked in pieces):
        return
    before = element if place == "tail" else None
    setattr(element, place, None)
    texts: list[tuple[etree._Element | None, str]] = []
    for piece, is_marked in pieces:
        if not is_marked:
            texts.append((before if before is not element else None, piece))
            continue
        mark = etree.Element("mark")
        mark.text = piece
        if before is None:
            element.insert(0, mark)
        else:
            before.addnext(mark)
        before = mark
    # Last, since what is put behind an element goes before the text that is there.
    for mark_before, piece in texts:
        if mark_before is None:
            setattr(element, place, piece)
        else:
            mark_before.tail = piece
