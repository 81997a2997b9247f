"""The tree of a body, put in order: what a theme or a script would do is done, and the rest is dropped.

The body is safe by now (nh3 has seen it); this is about reading well. The order of the steps stands here.
"""

from functools import lru_cache

from lxml import html as lxml_html
from lxml.html import HtmlElement

from feedsvc.clean import (
    backgrounds,
    embeds,
    figures,
    images,
    lazy,
    objects,
    own_requests,
    players,
    policy,
    recordings,
)
from feedsvc.clean.code import read_code
from feedsvc.clean.controls import drop_icons_of_headings, read_controls
from feedsvc.clean.counters import set_counted_numbers
from feedsvc.clean.emails import reveal_emails
from feedsvc.clean.hidden import drop_hidden
from feedsvc.clean.notes import SIGNS_OF_NOTES, set_notes_apart
from feedsvc.clean.shortcodes import drop_shortcodes
from feedsvc.clean.spacing import part_words
from feedsvc.clean.style import set_meaning_of_styles
from feedsvc.clean.tree import compile_path
from feedsvc.clean.urls import make_absolute, strip_player_number
from feedsvc.model import Image

_BLANKS = " \t\r\n\xa0\u200b\ufeff"

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
_NAMED = compile_path("descendant::*[@class or @id]")
_PLAYERS = frozenset({"audio", "video"})
_RECORDED = frozenset({"audio", "video", "source"})


def tidy_body(
    root: HtmlElement, markup: str, base: str, picture: Image | None = None, *, scripted: bool = True
) -> None:
    """Put the tree of a body in order, in place, so that it holds only what the policy has.

    `markup` is what the tree was parsed from: a step whose sign is not in it is left out. Addresses are
    made absolute against `base`. `picture` is shown on top unless the body shows it. Unless the body is
    `scripted`, no style or attribute in it tells what a script or a theme would show.
    """
    kept = list(root.iter())  # lxml makes an element anew whenever nobody holds it, which takes time
    _empty_void_elements(root)
    _limit_depth(root)
    if " class=" in markup or " id=" in markup:
        _drop_theme_elements(root)
    own_requests.drop_request_links(root, base)
    objects.replace_objects(root, base)
    if scripted:
        players.build_players(root, base)
        backgrounds.show_backgrounds(root, base)
    _read_what_a_theme_says(root, markup, base)
    # Asked of the tree as well: the steps above make pictures and frames that are not in the markup.
    has_media = lazy.FRAME_CLASS in markup or next(root.iter(*lazy.TAGS), None) is not None
    if has_media:
        lazy.reveal_lazy_media(root, base)
    if "<video" in markup or "<audio" in markup:
        recordings.show_unplayable(root, base)
    if has_media:
        images.tidy_images(root, base)
        figures.show_linked_pictures(root, base)
    if " class=" in markup:
        figures.build_figures(root)
    embeds.replace_embeds(root, base)
    for element in list(root.iterdescendants()):
        if element.tag in policy.DISSOLVED:
            element.tag = "div" if element.find("li") is None else "ul"
        _tidy_attributes(element, base)
    if picture:
        images.prepend_image(root, picture)
    _drop_empty(root)
    del kept


def _read_what_a_theme_says(root: HtmlElement, markup: str, base: str) -> None:
    """Say in plain HTML what a theme's classes, styles and scripts say, and drop what they hide."""
    has_classes = " class=" in markup
    has_styles = " style=" in markup
    if " data-" in markup or "email-protection" in markup:
        reveal_emails(root)
        set_counted_numbers(root)
    if has_classes or has_styles or " hidden=" in markup:
        drop_hidden(root)
    if has_classes or "<pre" in markup:
        read_code(root)
    if (has_classes or " role=" in markup) and any(sign in markup for sign in SIGNS_OF_NOTES):
        set_notes_apart(root)
    if "<button" in markup or "<label" in markup:
        read_controls(root)
    if has_classes or "aria-hidden=" in markup:
        drop_icons_of_headings(root)
    if has_classes or has_styles or any(f"<{tag}" in markup for tag in policy.OF_OLD):
        set_meaning_of_styles(root)
    part_words(root)
    if "[" in markup:
        drop_shortcodes(root, base)


def _empty_void_elements(root: HtmlElement) -> None:
    """Move out of a source, an embed and their kin what libxml2 put there: it takes them for containers."""
    for element in list(root.iter("embed", "source", "track", "wbr")):
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


def _drop_theme_elements(root: HtmlElement) -> None:
    for element in _NAMED(root):
        if _is_of_theme(element.get("class", ""), element.get("id", "")):
            element.drop_tree()


@lru_cache(maxsize=4096)  # themes give the same ones to thousands of elements
def _is_of_theme(classes: str, element_id: str) -> bool:
    return not policy.THEME.isdisjoint((*classes.split(), element_id))


def _tidy_attributes(element: HtmlElement, base: str) -> None:
    """Keep the attributes that the policy has, in their order, with absolute addresses."""
    attributes = element.items()
    if not attributes:
        return  # as most elements
    element.attrib.clear()
    for name, value in attributes:
        if name in policy.ADDRESSES:
            # An empty link leads to the post itself; an empty picture is none.
            value = make_absolute(value, base) if value.strip() or name == "href" else ""
            if element.tag in _RECORDED:
                value = strip_player_number(value)
            if not value:
                continue
        if policy.is_allowed(element.tag, name, value):
            element.set(name, value)


def _drop_empty(root: HtmlElement) -> None:
    """Drop what shows nothing, from the innermost outwards; what parts two words stays."""
    for element in reversed(list(root.iterdescendants())):
        tag, text = element.tag, element.text or ""
        if tag == "span" and not element.attrib:
            element.drop_tag()
        elif tag in ("img", "source", "track") and not (element.get("src") or element.get("srcset")):
            element.drop_tree()
        elif tag == "br":
            if _ends_a_block(element):
                element.drop_tree()
        elif tag in _PLAYERS:
            if not element.get("src") and element.find("source") is None:
                element.drop_tag()
            else:
                element.set("controls", "")  # a script of the theme's would have started it
                _drop_space_before(element)
        elif text.strip(_BLANKS) or any(
            child.tag != "br" or (child.tail or "").strip(_BLANKS) for child in element
        ):
            continue
        elif tag in _INLINE:
            if text:
                element.drop_tag()
            else:
                element.drop_tree()
        elif tag in _BLOCKS and not _parts_words(element):
            element.drop_tree()


def _drop_space_before(player: HtmlElement) -> None:
    """Drop the white space before a player: WordPress puts more before the first one of a response."""
    before, parent = player.getprevious(), player.getparent()
    if before is not None:
        before.tail = (before.tail or "").rstrip()
    elif parent is not None:
        parent.text = (parent.text or "").rstrip()


def _ends_a_block(line: HtmlElement) -> bool:
    """Return whether a line break stands behind the last block of a block, where it is only room."""
    before = line.getprevious()
    return (
        line.getnext() is None
        and not (line.tail or "").strip(_BLANKS)
        and before is not None
        and before.tag in _BLOCKS
        and not (before.tail or "").strip(_BLANKS)
    )


def _parts_words(element: HtmlElement) -> bool:
    before = element.getprevious()
    parent = element.getparent()
    text = before.tail if before is not None else parent.text if parent is not None else ""
    inline_before = before is not None and before.tag in _INLINE
    return bool((text and text.strip()) or (not text and inline_before)) and bool(
        element.tail and element.tail.strip()
    )
