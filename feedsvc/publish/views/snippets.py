"""The sentence around what was asked for, with the words marked. Pure."""

from collections.abc import Iterator, Sequence

import regex

from feedsvc.publish.highlight import Piece, highlight_text
from feedsvc.query.condition import And, Condition, Or, Phrase
from feedsvc.text.shorten import shorten

MAX_SNIPPETS = 2
_REACH = 110
"""Characters before and behind a hit that are shown at the most."""

_SENTENCE_START = regex.compile(r"[.!?…]['\"”’»)\]]*\s+(?=[^\s\d\p{Ll}])|[。！？｡]|\n")
_SENTENCE_END = regex.compile(r"[.!?…]+['\"”’»)\]]*(?=\s)|[。！？｡]+|(?=\n)")
_SENTENCE_SIGNS = '.!?…。！？｡"”’»)'
_WORD_START = regex.compile(
    r"(?<=\s)\S|[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
)


def list_phrases(condition: Condition) -> list[Phrase]:
    """Return the phrases that `condition` asks for, none of those that it excludes."""
    return list(dict.fromkeys(_iter_phrases(condition)))


def _iter_phrases(condition: Condition) -> Iterator[Phrase]:
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _iter_phrases(part)
        case Phrase():
            yield condition


def find_snippets(text: str, phrases: Sequence[Phrase]) -> list[list[Piece]]:
    """Return the sentences of a text, which has lines, around the first hits of `phrases`, in pieces.

    A sentence that is long is cut on both sides, with an ellipsis. What the one before shows already has
    none of its own.
    """
    pieces = highlight_text(text, phrases)
    snippets: list[list[Piece]] = []
    position = shown = 0
    for piece, is_hit in pieces:
        if is_hit and position >= shown:
            start, end = _find_sentence(text, position, position + len(piece))
            snippets.append(_cut(text, pieces, start, end))
            shown = end
        position += len(piece)
        if len(snippets) == MAX_SNIPPETS:
            break
    return snippets


def shorten_beginning(text: str) -> list[list[Piece]]:
    """Return the beginning of a text as the one snippet, none for an empty text."""
    return [[(shorten(text, 2 * _REACH), False)]] if text.strip() else []


def _find_sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the sentence around a hit begins and ends, as far as it is shown."""
    before = max(0, start - _REACH)
    first = before
    for boundary in _SENTENCE_START.finditer(text, before, start):
        first = boundary.end()
    if first == before > 0:
        word = _WORD_START.search(text, before, start)
        first = word.start() if word else before
    behind = min(len(text), end + _REACH)
    if sentence_end := _SENTENCE_END.search(text, end, behind):
        return first, sentence_end.end()
    last = behind
    if behind < len(text):
        for word in _WORD_START.finditer(text, end, behind):
            last = word.start()
    return first, last


def _cut(text: str, pieces: Sequence[Piece], start: int, end: int) -> list[Piece]:
    """Return what of `pieces`, which make up `text`, lies from `start` to `end`."""
    cut: list[Piece] = []
    if start and text[start - 1] != "\n" and not _SENTENCE_START.search(text, max(0, start - 4), start):
        cut.append(("… ", False))
    position = 0
    for piece, is_hit in pieces:
        inside = piece[max(0, start - position) : max(0, end - position)]
        if inside:
            cut.append((inside, is_hit))
        position += len(piece)
        if position >= end:
            break
    if end < len(text) and text[end] != "\n" and text[end - 1] not in _SENTENCE_SIGNS:
        cut.append((" …", False))
    return [(piece.replace("\n", " "), is_hit) for piece, is_hit in cut]
