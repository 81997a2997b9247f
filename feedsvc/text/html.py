"""The text of HTML: what every other part means by 'the text of a post'."""

import html
from collections.abc import Iterator, Set
from functools import lru_cache
from typing import Literal

import nh3
import regex
from lxml import etree
from lxml import html as lxml_html

from feedsvc.text.characters import collapse_whitespace, remove_illegal_characters

VERSION = f"libxml2 {'.'.join(map(str, etree.LIBXML_VERSION))}"
"""Differs when the visible text of a body may."""

Place = Literal["text", "tail"]

_INVISIBLE = frozenset({"script", "style", "template", "noscript", "head", "title", "iframe"})
_STRUCK_TAGS = ("s", "del", "strike")
_INVISIBLE_OR_STRUCK = _INVISIBLE | set(_STRUCK_TAGS)
_BLOCKS = frozenset(
    "address article aside blockquote br caption center col dd details dialog dir div dl dt figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol option p pre rp rt section "
    "summary table tbody td tfoot th thead tr ul".split()
)

_BLOCK_TAG = regex.compile(rf"</?(?:{'|'.join(_BLOCKS)})\b", regex.IGNORECASE)

_DROPPED_WITH_CONTENT = set("script style iframe noscript noembed noframes template textarea".split())

# A figure that is raised or lowered means another number than one in the line: 10<sup>6</sup> is 10⁶.
_RAISED = str.maketrans("0123456789+-−–=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")
_TABLES = {"sup": (_RAISED, "^"), "sub": (_LOWERED, "_")}
_OF_FIGURES = {
    "sup": regex.compile(r"[\s,.]*(?:[+\-−–=()]*[0-9][0-9+\-−–=()ni]*[\s,.]*)+|[\-−–+]?[ni]"),
    "sub": regex.compile(r"[\s,.]*(?:[+\-−–=()]*[0-9][0-9+\-−–=()]*[\s,.]*)+"),
}
# A power that is no figure: a letter for one, or an expression. Letters alone are an ordinal's: 1st, 2e.
_POWER = regex.compile(r"[\-−–+]?[jkmxyz]|(?=.*\d)(?!\d+\p{L}+$)[^\[\]*†‡]+")
_MAX_FIGURES = 40
_SCRIPT_TAG = regex.compile(r"<(su[pb])\b[^<>]*>(.{0,200}?)</\1\s*>", regex.IGNORECASE | regex.DOTALL)
_TAG = regex.compile(r"<[^<>]*>")
_MAX_STRUCK_LENGTH = 5_000
"""Characters of a title or a name that is read for what is struck in it."""
_STRUCK_SIGN = regex.compile(r"<(?:s|del|strike)\b|line-through", regex.IGNORECASE)


def to_plain_text(markup: str) -> str:
    """Return the text of a title or a name: markup gone, entities decoded once, on one line.

    Figures that are raised or lowered stay so, and what is struck goes, unless nothing is left then.
    """
    legal = remove_illegal_characters(markup)
    if len(legal) <= _MAX_STRUCK_LENGTH and _STRUCK_SIGN.search(legal):
        return _read_plain_text(_drop_struck(legal)) or _read_plain_text(legal)
    return _read_plain_text(legal)


def _read_plain_text(markup: str) -> str:
    written = _SCRIPT_TAG.sub(_write_script, markup) if "<" in markup else markup
    return collapse_whitespace(remove_illegal_characters(html.unescape(_strip_tags(written))))


def _drop_struck(markup: str) -> str:
    """Return `markup` without what is struck, by an element or by a style."""
    root = next(parse_fragment(markup).iter("div"))
    struck = [
        element
        for element in root.iterdescendants()
        if element.tag in _STRUCK_TAGS or "line-through" in element.get("style", "").lower()
    ]
    for element in struck:
        tail = element.tail
        element.clear()
        element.tail = tail
    return str(etree.tostring(root, encoding="unicode", method="html"))


def _strip_tags(markup: str) -> str:
    spaced = _BLOCK_TAG.sub(r" \g<0>", markup)
    return nh3.clean(spaced, tags=set(), clean_content_tags=_DROPPED_WITH_CONTENT)


def _write_script(match: regex.Match[str]) -> str:
    """Return what stands for a `sup` or `sub` element in plain text."""
    tag, content = match[1].lower(), html.unescape(_TAG.sub("", match[2]))
    table, sign = _read_figures(tag, content, match.string[: match.start()][-1:])
    return sign + (html.escape(content.translate(table)) if table else match[2])


def _read_figures(tag: str, content: str, before: str) -> tuple[dict[int, int] | None, str]:
    """Return how the text of a `sup` or `sub` is written: a table of characters, and a sign before them.

    `before` is the character before the element.
    """
    table, sign = _TABLES[tag]
    if len(content) > _MAX_FIGURES or not content.strip():
        return None, ""
    if _OF_FIGURES[tag].fullmatch(content):
        return table, ""
    is_power = tag == "sup" and (before.isdigit() or before == ")") and _POWER.fullmatch(content.strip())
    return None, sign if is_power else ""


def parse_fragment(markup: str) -> etree._Element:
    """Return the HTML fragment `markup` within a `div`, without comments; what XML forbids is not in it."""
    # Not lxml.html's parser, which asks Python for the class of each element.
    parser = etree.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    return lxml_html.document_fromstring(f"<div>{remove_illegal_characters(markup)}</div>", parser=parser)


def iter_visible_pieces(root: etree._Element) -> Iterator[tuple[str, etree._Element | None, Place]]:
    """Yield the text that a reader sees of `root`, piece by piece, each with the element that holds it.

    A piece is the element's text or its tail. Where a block begins or ends, a line feed is yielded without
    an element. Figures that are raised or lowered are yielded as such, one character for one. What is
    struck holds no longer and is not yielded, unless there is nothing else.
    """
    if next(root.iter(*_STRUCK_TAGS), None) is None:
        yield from _iter_pieces(root, _INVISIBLE)
        return
    pieces = list(_iter_pieces(root, _INVISIBLE_OR_STRUCK))
    if any(piece.strip() for piece, _, _ in pieces):
        yield from pieces
    else:
        yield from _iter_pieces(root, _INVISIBLE)


def _iter_pieces(
    root: etree._Element, invisible: Set[str]
) -> Iterator[tuple[str, etree._Element | None, Place]]:
    hidden_depth = 0
    script: etree._Element | None = None
    table: dict[int, int] | None = None
    last = ""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if tag in _TABLES and script is None and not hidden_depth:
                script = element
                table, sign = _read_figures(tag, "".join(element.itertext()), last[-1:])
                if sign:
                    yield sign, None, "text"
            if tag in invisible:
                hidden_depth += 1
            if tag in _BLOCKS:
                yield "\n", None, "text"
            if not hidden_depth and element.text:
                last = element.text.translate(table) if table else element.text
                yield last, element, "text"
            continue
        if element is script:
            script = table = None
        if tag in invisible:
            hidden_depth -= 1
        if tag in _BLOCKS:
            yield "\n", None, "tail"
        if not hidden_depth and element is not root and element.tail:
            if (
                tag in _STRUCK_TAGS
                and tag in invisible
                and last[-1:].isdigit()
                and element.tail[0].isdigit()
            ):
                yield " ", None, "tail"  # two figures, between which there was a third
            last = element.tail.translate(table) if table else element.tail
            yield last, element, "tail"


@lru_cache(maxsize=16)  # a body is read for its summary, for the index and for what it repeats
def extract_visible_text(markup: str) -> str:
    """Return the text that a reader of the HTML fragment `markup` sees.

    A block element starts a new line; inline markup does not split a word. Comments, scripts and
    styles are not seen. What is struck is no part of it, unless there is nothing else.
    """
    if not markup.strip():
        return ""
    text = "".join(piece for piece, _, _ in iter_visible_pieces(parse_fragment(markup)))
    return tidy_lines(remove_illegal_characters(text))


def tidy_lines(text: str) -> str:
    """Return the lines of a legal text that are not blank, with a space for every run of white space."""
    # As `collapse_whitespace` does, without its search for separators, of which a legal text has none.
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def extract_body_text(content: str, summary: str) -> str:
    """Return the text of a post beside its title: its content's, or its summary where that has none."""
    return extract_visible_text(content) or summary
