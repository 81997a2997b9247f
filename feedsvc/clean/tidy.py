"""The tree of a body, put in order: what a theme or a script would have done, done; the rest taken out.

It is safe by now (nh3 has seen it); this is about reading well. The order of the steps stands here.
"""

import regex
from lxml import html as lxml_html
from lxml.html import HtmlElement

from feedsvc.clean import embeds, figures, images, lazy, policy
from feedsvc.clean.urls import absolute, recording
from feedsvc.model import Image

# Shortcodes that page builders leave behind when they are switched off, and WordPress's own of one element.
_SHORTCODE = regex.compile(
    r"\[/?(?:(?:vc|et_pb|fusion|av|mk|nectar|cs|ux|tatsu|wpb|dt|thrive|fl|siteorigin)_\w+|embed)(?:\s[^\[\]]*)?\]"
)
_VERBATIM = frozenset({"pre", "code", "kbd", "samp"})
_NOTHING = " \t\r\n\xa0\u200b\ufeff"

_BLOCKS = frozenset(
    "address article aside blockquote dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 "
    "header "
    "li main nav ol p pre section summary table tbody tfoot thead tr caption colgroup ul".split()
)
_INLINE = frozenset(
    "a abbr b bdi bdo cite code del dfn em i ins kbd mark picture q rp rt ruby s samp small span strong "
    "sub sup "
    "time u var".split()
)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6 dt summary".split())
_PLAYERS = frozenset({"audio", "video"})
_RECORDED = frozenset({"audio", "video", "source"})


def tidy(root: HtmlElement, base: str, picture: Image | None = None) -> None:
    """Put the tree of a body in order, in place: addresses whole against `base`, nothing but what the
    policy has. `picture` is shown on top unless the body shows it.
    """
    _empty_void(root)
    _limit_depth(root)
    _drop_what_is_for_the_theme(root)
    lazy.promote(root, base)
    images.settle(root, base)
    figures.settle(root)
    embeds.settle(root, base)
    for element in list(root.iterdescendants()):
        if element.tag in policy.DISSOLVED:
            element.tag = "div"
        _drop_shortcodes(element)
        _settle_attributes(element, base)
    if picture:
        images.put_on_top(root, picture)
    _drop_empty(root)


def _empty_void(root: HtmlElement) -> None:
    """Put behind a source or a track what libxml2, which takes them for containers, has put into it."""
    for element in list(root.iter("source", "track", "wbr")):
        if len(element) or element.text:
            empty = lxml_html.Element(element.tag, dict(element.attrib))
            element.addprevious(empty)
            element.drop_tag()


def _limit_depth(root: HtmlElement) -> None:
    depths = {root: 0}
    for element in list(root.iterdescendants()):
        parent = element.getparent()
        depths[element] = depths[parent] + 1
        if depths[element] > policy.MAX_DEPTH:
            depths[element] = policy.MAX_DEPTH
            element.drop_tag()


def _drop_what_is_for_the_theme(root: HtmlElement) -> None:
    for element in list(root.iterdescendants()):
        if not policy.THEME.isdisjoint((*element.get("class", "").split(), element.get("id", ""))):
            element.drop_tree()
        elif element.tag in policy.CONTROLS and not lazy.is_noscript(element):
            opens = any(one.tag in _HEADINGS for one in element.iterancestors())
            if element.tag == "button" and not opens:
                element.drop_tree()
            else:
                element.drop_tag()


def _drop_shortcodes(element: HtmlElement) -> None:
    in_tail, in_text = "[" in (element.tail or ""), "[" in (element.text or "")
    if not (in_tail or in_text) or any(above.tag in _VERBATIM for above in element.iterancestors()):
        return
    if in_tail:
        element.tail = _SHORTCODE.sub("", element.tail)
    if in_text and element.tag not in _VERBATIM:
        element.text = _SHORTCODE.sub("", element.text)


def _settle_attributes(element: HtmlElement, base: str) -> None:
    """Leave what the policy has, its addresses whole, in the order in which it was given."""
    given = element.attrib.items()
    element.attrib.clear()
    for name, value in given:
        if name in policy.ADDRESSES:
            # An empty link leads to the post itself; an empty picture is none.
            value = absolute(value, base) if value.strip() or name == "href" else ""
            if element.tag in _RECORDED:
                value = recording(value)
            if not value:
                continue
        if policy.is_allowed(element.tag, name, value):
            element.set(name, value)


def _drop_empty(root: HtmlElement) -> None:
    """Take out what shows nothing, from the innermost outwards; what parts two words stays."""
    for element in reversed(list(root.iterdescendants())):
        text = element.text or ""
        if element.tag == "span" and not element.attrib:
            element.drop_tag()
        elif element.tag in ("img", "source", "track") and not (
            element.get("src") or element.get("srcset")
        ):
            element.drop_tree()
        elif element.tag == "br":
            if _ends_a_block(element):
                element.drop_tree()
        elif element.tag in _PLAYERS:
            if not element.get("src") and element.find("source") is None:
                element.drop_tag()
            else:
                element.set("controls", "")  # a script of the theme's would have started it
                _close_up(element)
        elif text.strip(_NOTHING) or any(
            child.tag != "br" or (child.tail or "").strip(_NOTHING) for child in element
        ):
            continue
        elif element.tag in _INLINE:
            if text:
                element.drop_tag()
            else:
                element.drop_tree()
        elif element.tag in _BLOCKS and not _parts_words(element):
            element.drop_tree()


def _close_up(player: HtmlElement) -> None:
    """Take out the white space before a player: WordPress puts more before the first of an answer."""
    before, parent = player.getprevious(), player.getparent()
    if before is not None:
        before.tail = (before.tail or "").rstrip()
    elif parent is not None:
        parent.text = (parent.text or "").rstrip()


def _ends_a_block(line: HtmlElement) -> bool:
    """Tell whether a line break stands behind the last block of a block, where it is only room."""
    before = line.getprevious()
    return (
        line.getnext() is None
        and not (line.tail or "").strip(_NOTHING)
        and before is not None
        and before.tag in _BLOCKS
        and not (before.tail or "").strip(_NOTHING)
    )


def _parts_words(element: HtmlElement) -> bool:
    before = element.getprevious()
    parent = element.getparent()
    text = before.tail if before is not None else parent.text if parent is not None else ""
    inline_before = before is not None and before.tag in _INLINE
    return bool((text and text.strip()) or (not text and inline_before)) and bool(
        element.tail and element.tail.strip()
    )
