"""Words that a theme sets apart by blocks or margins: a space keeps them apart without the theme."""

import regex
from lxml.html import HtmlElement

from feedsvc.clean.shortcodes import VERBATIM
from feedsvc.clean.style import read_style
from feedsvc.clean.tree import read_text_before, write_text_before

_INLINE = frozenset("a time span sup small strong em".split())
_SET_APART_NAME = regex.compile(
    r"(?<![a-z])(?:title|date|time|author|byline|name|price|label|badge|category|cat|tag|meta|position|role|company"
    r"|source|caption|description|desc|excerpt|subtitle|heading|text|length|duration|artist|album|location|place"
    r"|button|btn|download|item|link|count|city|step|question|answer|value)(?![a-z])"
)
_BLOCK_STYLES = frozenset({"block", "flex", "grid", "table", "list-item"})
_BOX_STYLES = frozenset({"inline-block", "table-cell", "inline-flex"})
_SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_OPENING, _CLOSING = regex.compile(r"[\p{L}\p{N}\p{Sc}(\[“‘«]"), regex.compile(r"[\p{L}\p{N}.!?:%)\]”’»]")


def part_words(root: HtmlElement) -> None:
    """Put a space between neighbours of a body that run together, in place.

    Neighbours are two links, a link and a time, notes, or parts that a theme names or sets apart; two
    pieces of one word are none.
    """
    for span in root.iter("span"):
        if "style" in span.attrib and read_style(span).get("display") in _BLOCK_STYLES:
            _put_on_own_line(span)
    for element in root.iter(*_INLINE):
        before = element.getprevious()
        if before is None or before.tail or before.tag not in _INLINE or not _are_apart(before, element):
            continue
        first, second = before.text_content()[-1:], element.text_content()[:1]
        if not (_CLOSING.match(first) and _OPENING.match(second)):
            continue
        if _SPACELESS.match(first) and _SPACELESS.match(second) and not _differ(before, element):
            continue
        if any(ancestor.tag in VERBATIM for ancestor in element.iterancestors()):
            continue
        before.tail = " "


def _are_apart(before: HtmlElement, element: HtmlElement) -> bool:
    tags = {before.tag, element.tag}
    if tags == {"a"}:
        # An editor cuts a link in two within a word: both lead to one place, and no theme has named them.
        return before.get("href") != element.get("href") or bool(
            before.get("class") or element.get("class")
        )
    if "time" in tags:
        return True
    if tags == {"sup"}:
        return before.find(".//a") is not None and element.find(".//a") is not None
    return _differ(before, element) or _is_block(before) or _is_block(element)


def _differ(before: HtmlElement, element: HtmlElement) -> bool:
    """Return whether a theme names two parts as things that stand apart."""
    first, second = before.get("class", "").lower(), element.get("class", "").lower()
    if "sup" in (before.tag, element.tag) or first == second:
        return False
    return bool(_SET_APART_NAME.search(first) and _SET_APART_NAME.search(second)) and not regex.search(
        r"prefix|suffix|sign|first-letter|dropcap|drop-cap", f"{first} {second}"
    )


def _put_on_own_line(span: HtmlElement) -> None:
    """Put a space between a span that is a block by its style and the text beside it."""
    text = read_text_before(span)
    if text and not text[-1].isspace():
        write_text_before(span, f"{text} ")
    if span.tail and span.tail[0].isalnum():
        span.tail = f" {span.tail}"


def _is_block(element: HtmlElement) -> bool:
    if "style" not in element.attrib:
        return False
    style = read_style(element)
    if len(element.text_content()) <= 1:
        return False  # a letter that an animation moves, or an initial
    return (
        style.get("display", "") in _BLOCK_STYLES | _BOX_STYLES
        or style.get("float", "none") != "none"
        or any(
            name.startswith(("margin", "padding")) and value.strip("0 pxemr%;")
            for name, value in style.items()
        )
    )
