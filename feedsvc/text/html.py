"""The text of HTML: what every other part means by 'the text of a post'."""

import html
from collections.abc import Iterator
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
_BLOCKS = frozenset(
    "address article aside blockquote br caption center col dd details dialog dir div dl dt figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol option p pre rp rt section "
    "summary table tbody td tfoot th thead tr ul".split()
)

_BLOCK_TAG = regex.compile(rf"</?(?:{'|'.join(_BLOCKS)})\b", regex.IGNORECASE)

_DROPPED_WITH_CONTENT = set("script style iframe noscript noembed noframes template textarea".split())


def to_plain_text(markup: str) -> str:
    """Return the text of a title or a name: markup gone, entities decoded once, on one line."""
    spaced = _BLOCK_TAG.sub(r" \g<0>", remove_illegal_characters(markup))
    without_tags = nh3.clean(spaced, tags=set(), clean_content_tags=_DROPPED_WITH_CONTENT)
    return collapse_whitespace(remove_illegal_characters(html.unescape(without_tags)))


def parse_fragment(markup: str) -> etree._Element:
    """Return the HTML fragment `markup` within a `div`, without comments; what XML forbids is not in it."""
    parser = lxml_html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    return lxml_html.document_fromstring(f"<div>{remove_illegal_characters(markup)}</div>", parser=parser)


def iter_visible_pieces(root: etree._Element) -> Iterator[tuple[str, etree._Element | None, Place]]:
    """Yield the text that a reader sees of `root`, piece by piece, each with the element that holds it.

    A piece is the element's text or its tail. Where a block begins or ends, a line feed is yielded without
    an element.
    """
    hidden_depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if tag in _INVISIBLE:
                hidden_depth += 1
            if tag in _BLOCKS:
                yield "\n", None, "text"
            if not hidden_depth:
                yield element.text or "", element, "text"
            continue
        if tag in _INVISIBLE:
            hidden_depth -= 1
        if tag in _BLOCKS:
            yield "\n", None, "tail"
        if not hidden_depth and element is not root:
            yield element.tail or "", element, "tail"


@lru_cache(maxsize=16)  # a body is read for its summary, for the index and for what it repeats
def extract_visible_text(markup: str) -> str:
    """Return the text that a reader of the HTML fragment `markup` sees.

    A block element starts a new line; inline markup does not split a word. Comments, scripts and
    styles are not seen.
    """
    if not markup.strip():
        return ""
    text = "".join(piece for piece, _, _ in iter_visible_pieces(parse_fragment(markup)))
    lines = (collapse_whitespace(line) for line in remove_illegal_characters(text).split("\n"))
    return "\n".join(line for line in lines if line)


def extract_body_text(content: str, summary: str) -> str:
    """Return the text of a post beside its title: its content's, or its summary where that has none."""
    return extract_visible_text(content) or summary
