"""Text out of HTML, legal in XML, and short: what every other part means by 'the text of a post'."""

import difflib
import html
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal

import nh3
import regex
from lxml import etree
from lxml import html as lxml_html

VERSION = f"libxml2 {'.'.join(map(str, etree.LIBXML_VERSION))}"
"""Differs when the visible text of a body may."""

Place = Literal["text", "tail"]

SUMMARY_LENGTH = 300

# XML 1.0 (section 2.2) allows tab, line feed and U+0020 up, without surrogates, U+FFFE and U+FFFF.
# Out as well: DEL and the C1 controls and the other non-characters, which validators warn of.
# Said by what is left, since nearly every character is found in the first of these ranges.
_ILLEGAL = re.compile(
    "[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd"
    + "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 0x11))
    + "]"
)
_SPACE = regex.compile(r"\s+")
_INVISIBLE = frozenset({"script", "style", "template", "noscript", "head", "title", "iframe"})
_BLOCKS = frozenset(
    "address article aside blockquote br caption center col dd details dialog dir div dl dt figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol option p pre rp rt section "
    "summary table tbody td tfoot th thead tr ul".split()
)

_BLOCK_TAG = regex.compile(rf"</?(?:{'|'.join(_BLOCKS)})\b", regex.IGNORECASE)

_UNSEEN_IN_NAMES = {"script", "style", "iframe", "noscript", "noembed", "noframes", "template", "textarea"}

_SENTENCE_END = regex.compile(
    r"""(?<![\p{L}\p{N}]\.\p{Lu})          # not the last letter of U.S.
        (?<!\b(?:Mr|Mrs|Ms|Dr|St|Co|Inc|Ltd|Corp|No|Nos|vs|etc|Prof|Gen|Sen|Rep|approx))
        (?:[.!?…]+["'”’»)\]]*(?=\s+[^\p{Ll}\s])|[。！？｡]+[”’」』）]*)""",
    regex.VERBOSE,
)
_SCRIPTS_WITHOUT_SPACES = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD_END = regex.compile(
    rf"(?=\s)|(?<=[、，；：,;])|(?<=[{_SCRIPTS_WITHOUT_SPACES}])(?=[{_SCRIPTS_WITHOUT_SPACES}])(?!\p{{M}})"
)
_DANGLING = regex.compile(r"[\s,;:、，；：(\[“‘–—-]+$")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the one of `known` that was most likely meant by `word`, or None when none is like it."""
    folded = {one.casefold(): one for one in known}
    near = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.5)
    longer = [one for one in folded if one.startswith(word.casefold())] if len(word) > 2 else []
    return folded[near[0] if near else min(longer, key=len)] if near or longer else None


def legal(text: str) -> str:
    """Return `text` without the characters that XML 1.0 forbids or validators warn of.

    What stands for a broken character (U+FFFD) becomes a white square, of which validators do not warn.
    """
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffd", "□"))


def one_line(text: str) -> str:
    """Return `text` with every run of white space as one space, none at the ends."""
    return _SPACE.sub(" ", text).strip()


def plain(markup: str) -> str:
    """Return the text of a title or a name: markup gone, entities decoded once, on one line."""
    parted = _BLOCK_TAG.sub(r" \g<0>", legal(markup))
    without_tags = nh3.clean(parted, tags=set(), clean_content_tags=_UNSEEN_IN_NAMES)
    return one_line(legal(html.unescape(without_tags)))


def tree(markup: str) -> etree._Element:
    """Return the HTML fragment `markup` within a `div`, without comments; what XML forbids is not in it."""
    parser = lxml_html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    return lxml_html.document_fromstring(f"<div>{legal(markup)}</div>", parser=parser)


def visible_pieces(root: etree._Element) -> Iterator[tuple[str, etree._Element | None, Place]]:
    """Return the text that a reader sees of `root`, piece by piece, each with the element that holds it.

    A piece is the element's text or its tail; a new line without an element stands where a block begins
    or ends.
    """
    hidden = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if tag in _INVISIBLE:
                hidden += 1
            if tag in _BLOCKS:
                yield "\n", None, "text"
            if not hidden:
                yield element.text or "", element, "text"
            continue
        if tag in _INVISIBLE:
            hidden -= 1
        if tag in _BLOCKS:
            yield "\n", None, "tail"
        if not hidden and element is not root:
            yield element.tail or "", element, "tail"


@lru_cache(maxsize=16)  # a body is read for its summary, for the index and for what it repeats
def visible_text(markup: str) -> str:
    """Return the text that a reader of the HTML fragment `markup` sees.

    A block element starts a new line; inline markup does not split a word. Comments, scripts and
    styles are not seen.
    """
    if not markup.strip():
        return ""
    text = "".join(piece for piece, _, _ in visible_pieces(tree(markup)))
    lines = (one_line(line) for line in legal(text).split("\n"))
    return "\n".join(line for line in lines if line)


def body_text(content: str, summary: str) -> str:
    """Return the text of a post beside its title: its content's, or its summary where that has none."""
    return visible_text(content) or summary


def shorten(text: str, limit: int = SUMMARY_LENGTH) -> str:
    """Return `text` on one line in at most `limit` characters.

    A longer text ends at the last sentence that fits, if that keeps half of the room, else at a word
    with an ellipsis. Scripts without spaces end at punctuation, a space, or between two characters.
    """
    text = one_line(text)
    if len(text) <= limit:
        return text
    sentences = [m.end() for m in _SENTENCE_END.finditer(text, endpos=limit + 2) if m.end() <= limit]
    if sentences and sentences[-1] >= limit // 2:
        return text[: sentences[-1]]
    room = limit - 1
    words = [m.start() for m in _WORD_END.finditer(text, endpos=limit) if 0 < m.start() <= room]
    cut = words[-1] if words else room
    return _DANGLING.sub("", text[:cut]) + "…"
