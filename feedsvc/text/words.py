"""What a word is: the one tokeniser for what is indexed, for what is asked and for what is marked.

The search index keeps these words, and another engine would index the same words and give the same answers.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import metadata
from itertools import pairwise

import regex

VERSION = f"4 regex {metadata.version('regex')} unicode {unicodedata.unidata_version}"
"""Differs when words may differ; its number rises with any change here or in html.extract_visible_text. The
search index is then made anew (see PostWriter.rebuild_outdated)."""

Span = tuple[str, int, int]
"""A token, where it begins in a text, and where it ends."""

BREAK = "‖"
"""The token that `tokenize_for_search` puts where characters of scripts without spaces do not follow each
other.
"""

_SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_BASE, _MARK = f"[{_SPACELESS}--\\p{{M}}]", f"[{_SPACELESS}&&\\p{{M}}]"
_WORD = (
    rf"(?V1){_BASE}|(?<={_BASE}{_MARK}*){_MARK}"
    rf"|[\p{{L}}\p{{N}}--[{_SPACELESS}]][\p{{L}}\p{{Mn}}\p{{Mc}}\p{{N}}--[{_SPACELESS}]]*"
)
_SIGN = r"(?<=[\p{L}\p{N}][\p{Mn}\p{Mc}]*)(?:\++|\#+)|&"
_GAP = rf"(?<={_BASE}{_MARK}*)[^\p{{L}}\p{{M}}\p{{N}}&+\#]+(?={_BASE})"
_TOKEN = regex.compile(_WORD)
_SEARCHED = regex.compile(f"{_WORD}|{_SIGN}|(?P<gap>{_GAP})")
_SPACELESS_CHARACTER = regex.compile(rf"[{_SPACELESS}]")
# Most texts are ASCII but for a few punctuation marks, for which a space may stand. A table and `split` cut
# bytes of ASCII in a tenth of the time that a regular expression takes.
_PUNCTUATION = "’‘“”„«»–—…\xa0"
_ASCII_WORDS = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 0x20 for code in range(0x80)) * 2
_ASCII_SEARCHED = bytes(code if code in b"&+#" else byte for code, byte in enumerate(_ASCII_WORDS))
# Where a text is in Latin letters without combining marks, words are found by what is quicker.
_LATIN = re.compile("[\x00-\u024f\u2000-\u206f\u20ac]*")
_LATIN_DECOMPOSED = re.compile("[\x00-\u024f\u0300-\u036f\u2000-\u206f\u20ac]*")
_LATIN_ACCENT = re.compile("(?<=[A-Za-zªº\xc0-\xd6\xd8-\xf6\xf8-\u024f])[\u0300-\u036f]+")
_LATIN_WORD = re.compile(r"[^\W_]+")
_SAME_SIGNS = re.compile(rb"([+#])\1*")
_LATIN_SEARCHED = re.compile(r"[^\W_]+|(?<=[^\W_])(?:\++|\#+)|&")
_ACCENT = regex.compile(
    rf"(?V1)(?<=[\p{{Latin}}\p{{Greek}}\p{{Cyrillic}}]\p{{Mn}}*)[\p{{Mn}}--[{_SPACELESS}]]+"
)
_NOT_ASCII = re.compile("[^\x00-\x7f]")
# Characters that are folded as they are alone, whatever stands beside them: letters and signs, no marks.
_ALONE = re.compile(
    "[\x80-\xac\xae-\u024f\u1e00-\u1eff\u2000-\u200a\u2010-\u2027\u202f-\u205e\u20a0-\u20bf\u2122]*"
)
_MARK_FIRST = regex.compile(r"\p{M}")
# What is folded at once: characters that are seen as one, or ASCII with nothing behind that joins it.
_CLUSTER = regex.compile(r"[\x00-\x7f]+(?=[\x00-\x7f])|\X")
# Letters with a stroke and the like, which Unicode does not decompose; an apostrophe that is a letter.
_PLAIN = {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe",
          "þ": "th", "ð": "d", "ʼ": "'"}  # fmt: skip
# Characters without width: hints for breaking lines, joining letters, direction and shape.
_UNSEEN = "\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
_UNSEEN_RUN = re.compile(f"[{_UNSEEN}]+")
# 10⁶ is not 106, nor is 2½ 21/2; m² and H₂O are one word. Behind a longer word a raised figure is a note's.
_RAISED = "⁰¹²³⁴-⁹⁺⁻ⁿⁱ"
_FIGURES = regex.compile(
    rf"(?P<apart>(?:(?<=\d)[{_RAISED}₀-₉₊₋¼-¾⅐-⅞]|(?<=\p{{L}}{{4}})[{_RAISED}])[{_RAISED}₀-₉₊₋]*)(?!\p{{M}})"
    rf"|[{_RAISED}₀-₉₊₋]+(?=\d)"
)
_NO_FIGURE = re.compile(rf"[^{_RAISED}₀-₉₊₋¼-¾⅐-⅞]*")  # to match a run takes a tenth of a search


def fold(text: str) -> str:
    """Return `text` without differences of case, width, and Latin, Greek and Cyrillic accents."""
    if text.isascii():
        return text.lower()
    others = set(_NOT_ASCII.findall(text))
    if not _ALONE.fullmatch("".join(others)):
        return _fold_joined(text)
    # A few characters in a text that is ASCII otherwise: that takes a tenth of the time.
    for character in others:
        text = text.replace(character, _fold_character(character))
    return text.lower()


def _fold_joined(text: str) -> str:
    """Return `text` folded, whose characters may join each other."""
    folded = unicodedata.normalize("NFKC", _UNSEEN_RUN.sub("", text)).casefold()
    # Without an accent, the usual case, it takes a third of the time.
    if not (_LATIN.fullmatch(folded) and unicodedata.is_normalized("NFD", folded)):
        decomposed = unicodedata.normalize("NFD", folded)
        accent = _LATIN_ACCENT if _LATIN_DECOMPOSED.fullmatch(decomposed) else _ACCENT
        folded = unicodedata.normalize("NFC", accent.sub("", decomposed))
    for letter, plain in _PLAIN.items():
        folded = folded.replace(letter, plain)
    return folded


_MIN_BODY_LENGTH = 1000
_fold_character = lru_cache(maxsize=2048)(_fold_joined)
_fold_cached = lru_cache(maxsize=8192)(fold)


def _find_gaps(text: str) -> list[int]:
    """Return the places in `text`, which holds no unseen characters, where figures have to be parted."""
    places: list[int] = []
    if not text.isascii() and not _NO_FIGURE.fullmatch(text):
        for figures in _FIGURES.finditer(text):
            places += [figures.start(), figures.end()] if figures["apart"] else [figures.end()]
    return places


def _part_figures(text: str) -> str:
    """Return `text` with a space between a number and what is raised or lowered beside it."""
    if text.isascii() or _NO_FIGURE.fullmatch(text):
        return text
    seen = _UNSEEN_RUN.sub("", text)
    edges = [0, *_find_gaps(seen), len(seen)]
    return " ".join(seen[start:end] for start, end in pairwise(edges))


def tokenize(text: str) -> list[str]:
    """Return the words of `text` in order, folded.

    A word is a run of letters, marks and digits (Unicode L, Mn, Mc and N), no mark first. In scripts
    written without spaces each character is a word of its own, so that a phrase of them matches anywhere.
    """
    folded, simple = _fold_to_ascii(text)
    if simple is None:
        return (_LATIN_WORD if _LATIN.fullmatch(folded) else _TOKEN).findall(folded)
    return simple.translate(_ASCII_WORDS).decode("ascii").split()


def tokenize_for_search(text: str) -> list[str]:
    """Return the tokens that `text` is found by: its words, and the signs that tell some words apart.

    Signs are `&`, and `+` and `#` right behind a word, as in R&D and C++. BREAK stands between two
    characters of scripts without spaces that have a space or punctuation between them.
    """
    folded, simple = _fold_to_ascii(text)
    if simple is not None:
        parted = _SAME_SIGNS.sub(_part_from_word, simple).replace(b"&", b" & ")
        return parted.translate(_ASCII_SEARCHED).decode("ascii").split()
    if _LATIN.fullmatch(folded):
        return _LATIN_SEARCHED.findall(folded)
    return [BREAK if match.lastgroup else match.group() for match in _SEARCHED.finditer(folded)]


def _part_from_word(signs: re.Match[bytes]) -> bytes:
    """Return `signs` as a token of its own where they are right behind a word, else a space."""
    before = signs.string[signs.start() - 1 : signs.start()]
    return b" %b " % signs.group() if before.isalnum() else b" "


def iter_ascii_tokens(text: str, start: int = 0) -> Iterator[Span]:
    """Yield the tokens that `locate_tokens` returns of `text`, which is of ASCII in small letters, from
    `start` on, where it begins or a white space ends: no token goes across that.
    """
    for match in _LATIN_SEARCHED.finditer(text, start):
        yield match.group(), match.start(), match.end()


def locate_tokens(text: str) -> list[Span]:
    """Return the tokens that `tokenize_for_search` makes, each with where in `text` it begins and ends."""
    if text.isascii():
        return list(iter_ascii_tokens(text.lower()))
    # To fold may lengthen or shorten a text, though never across the characters that a reader sees.
    seen_places = [place for place, sign in enumerate(text) if not _UNSEEN_RUN.match(sign)]
    pieces, starts, ends = [], [], []
    seen = "".join(text[place] for place in seen_places)
    gaps = frozenset(_find_gaps(seen))
    for cluster in _CLUSTER.finditer(seen):
        if cluster.start() in gaps:
            pieces.append(" ")
            starts.append(seen_places[cluster.start()])
            ends.append(seen_places[cluster.start()])
        piece = _fold_cached(cluster.group())
        pieces.append(piece)
        if len(piece) == cluster.end() - cluster.start():
            places = seen_places[cluster.start() : cluster.end()]
            starts += places
            ends += [place + 1 for place in places]
        else:
            starts += [seen_places[cluster.start()]] * len(piece)
            ends += [seen_places[cluster.end() - 1] + 1] * len(piece)
    return [
        (BREAK if match.lastgroup else match.group(), starts[match.start()], ends[match.end() - 1])
        for match in _SEARCHED.finditer("".join(pieces))
    ]


def _fold_to_ascii(text: str) -> tuple[str, bytes | None]:
    """Return `text` folded, and the same as bytes of ASCII (in any case) if it has the same words so."""
    # Not titles and the like, which would take the places of the few bodies.
    return _fold_body_to_ascii(text) if len(text) >= _MIN_BODY_LENGTH else _fold_any_to_ascii(text)


def _fold_any_to_ascii(text: str) -> tuple[str, bytes | None]:
    if (simple := _to_ascii(text)) is not None:
        return text.lower(), simple
    folded = fold(_part_figures(text))
    return folded, _to_ascii(folded)


_fold_body_to_ascii = lru_cache(maxsize=4)(_fold_any_to_ascii)  # for its summary, fingerprint and the index


def _to_ascii(text: str) -> bytes | None:
    """Return `text` as bytes of ASCII, with spaces for common punctuation, or None when it holds more."""
    if not text.isascii():
        for sign in _PUNCTUATION:
            text = text.replace(sign, " ")
        if not text.isascii():
            return None
    return text.encode("ascii")


def spell(tokens: Sequence[str]) -> str:
    """Return a text of which `tokenize_for_search` makes just these tokens, as a person might write it."""
    if len(tokens) > 1 and all(re.fullmatch("[a-z]", token) for token in tokens):
        return "".join(f"{letter}." for letter in tokens)  # u.s.
    return "".join(tokens[:1]) + "".join(_spell_behind(*pair) for pair in pairwise(tokens))


def _spell_behind(previous: str, token: str) -> str:
    """Return `token` with the space, if any, that parts it from the previous one."""
    if token == BREAK:
        return " "
    if previous == BREAK or token[0] in "+#" or "&" in (previous, token):
        return token
    spaceless = bool(_SPACELESS_CHARACTER.match(previous)) + bool(_SPACELESS_CHARACTER.match(token))
    return token if spaceless == 2 or (spaceless and not _MARK_FIRST.match(token)) else f" {token}"
