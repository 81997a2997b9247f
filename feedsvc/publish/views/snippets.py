"""The sentence around what was asked for, with the words marked. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
            sentence = _find_sentence(text, position, position + len(piece), shown)
            snippets.append(sentence.cut(pieces))
            shown = sentence.end
        position += len(piece)
        if len(snippets) == MAX_SNIPPETS:
            break
    return snippets


def shorten_beginning(text: str) -> list[list[Piece]]:
    """Return the beginning of a text as the one snippet, none for an empty text."""
    return [[(shorten(text, 2 * _REACH), False)]] if text.strip() else []


@dataclass(frozen=True, slots=True)
class _Sentence:
    """Where a sentence is shown from and to, and whether something of it is left out on either side."""

    start: int
    end: int
    is_cut_before: bool
    is_cut_behind: bool

    def cut(self, pieces: Sequence[Piece]) -> list[Piece]:
        """Return what of `pieces`, which make up the text, is of the sentence."""
        cut: list[Piece] = [("… ", False)] if self.is_cut_before else []
        position = 0
        for piece, is_hit in pieces:
            inside = piece[max(0, self.start - position) : max(0, self.end - position)]
            if inside:
                cut.append((inside.replace("\n", " "), is_hit))
            position += len(piece)
            if position >= self.end:
                break
        return [*cut, (" …", False)] if self.is_cut_behind else cut


def _find_sentence(text: str, start: int, end: int, earliest: int) -> _Sentence:
    """Return the sentence around a hit, as far as it is shown, from `earliest` on."""
    first = furthest = max(earliest, start - _REACH)
    is_cut_before = furthest > earliest
    # What follows a boundary is looked at, so that it may see one character more.
    for boundary in _SENTENCE_START.finditer(text, furthest, start + 1):
        if boundary.end() <= start:
            first, is_cut_before = boundary.end(), False
    if is_cut_before:
        word = _WORD_START.search(text, furthest, start)
        first = word.start() if word else furthest
    first += len(text[first:start]) - len(text[first:start].lstrip())
    behind = min(len(text), end + _REACH)
    if sentence_end := _SENTENCE_END.search(text, end, behind + 1):
        return _Sentence(first, sentence_end.end(), is_cut_before, is_cut_behind=False)
    last, is_cut_behind = behind, behind < len(text)
    if is_cut_behind:
        for word in _WORD_START.finditer(text, end, behind):
            last = word.start()
        last = end + len(text[end:last].rstrip())
    return _Sentence(first, last, is_cut_before, is_cut_behind)
