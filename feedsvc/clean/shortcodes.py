"""Shortcodes that nobody rendered: gone outside of code, with what only their plug-in could read.

In the place of one that would show something stands what shortcode_media.py makes of it.

What else stands in brackets is the author's: [1], [sic], [citation needed], a[i].
(WordPress, 'Shortcode API': a name, attributes as name="value", a closing tag with a slash.)
"""

from itertools import groupby
from typing import Literal

import regex
from lxml.html import HtmlElement

from feedsvc.clean import policy
from feedsvc.clean.shortcode_media import (
    QUOTED,
    QUOTES,
    build_shown,
    is_address,
    read_bare_value,
    show_address,
)

Place = Literal["text", "tail"]
PLACES: tuple[Place, Place] = ("text", "tail")

VERBATIM = frozenset({"pre", "code", "kbd", "samp"})
"""Elements in which a shortcode is what the text is about."""

_NAME = r"[A-Za-z][\w-]*"
_ATTRIBUTE = rf"[A-Za-z_][\w:-]*\s*=\s*(?:{QUOTED}|[^\s\[\]\"“”″'‘’′=]++)"
_WITH_QUOTES = rf"(?:[A-Za-z_][\w:-]*\s*=\s*(?:{QUOTED}))"
_TAG = regex.compile(rf"(?<!\[)\[(?P<end>/?)(?P<name>{_NAME})(?P<rest>(?:[\s=][^\[\]]*)?)/?\](?!\])")
_HAS_QUOTED_ATTRIBUTE = regex.compile(_WITH_QUOTES)
_ONLY_ATTRIBUTES = regex.compile(rf"(?:\s++(?:{_ATTRIBUTE}|{QUOTED}))++\s*")
# A name with an underscore is nobody's word; of those without, these are the best known.
_KNOWN = frozenset(
    "caption wp_caption gallery playlist embed audio video toc ez-toc lwptoc contact-form contact- "
    "form-7 wpforms gravityform gravityforms ninja_form ninja_forms formidable mc4wp_form rev_slider "
    "layerslider masterslider metaslider smartslider3 tablepress table-of-contents elementor-template "
    "wpdatatable adrotate adinserter quads the_ad instagram-feed custom-twitter-feeds pdf-embedder "
    "ultimatemember products add_to_cart one_half one_third two_third one_fourth dropcap youtube vimeo "
    "soundcloud googlemap tweetmeme sharethis nggallery ngg slideshow".split()
)
# Of these, what people write in brackets as well, within a line or as a label.
_WORDS = frozenset("caption gallery playlist embed audio video products youtube vimeo slideshow".split())
# With an address or an id behind them, without a name of its own.
_EMBEDDING = _KNOWN | frozenset(
    "tweet twitter instagram facebook tiktok gist spotify dailymotion googlemaps flickr pinterest scribd "
    "slideshare ted iframe mixcloud bandcamp twitch wpvideo videopress archiveorg".split()
)
_RAW_NAMES = frozenset(
    "vc_raw_html vc_raw_js fusion_code raw_html raw_js av_codeblock et_pb_code_raw".split()
)
_RAW = regex.compile(
    rf"\[(?P<name>{'|'.join(sorted(_RAW_NAMES))})\b[^\[\]]*\][^\[\]]*(?:\[/(?P=name)\]|$)"
    rf"|\[(?P<other>{_NAME})\b[^\[\]]*\]\s*[A-Za-z0-9+/]{{24,}}={{0,2}}\s*\[/(?P=other)\]"
)
_MAX_LOOK = 1_000
"""Characters around a tag that are read with it, such as the address between it and its closing tag."""
_PAIRED = regex.compile(rf"\[/({_NAME})\]")
_CAPTION = regex.compile(
    r"\[(?P<name>(?:wp_)?caption)\b(?P<attributes>[^\[\]]*)\](?P<picture>\s*(?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)"
    r"(?P<text>(?:(?!\[(?:wp_)?caption\b).){0,2000}?)\[/(?P=name)\]",
    regex.DOTALL | regex.IGNORECASE,
)
_CAPTION_ATTRIBUTE = regex.compile(
    rf"\bcaption\s*=\s*({QUOTED}|&quot;[^\[\]]*?&quot;|&#82(?:20|21|43);.*?&#82\d\d;)"
)


def build_caption_figures(markup: str) -> str:
    """Return raw `markup` with a figure for each caption shortcode around a picture."""
    if "caption" not in markup or "[" not in markup:
        return markup
    return _CAPTION.sub(_make_figure, markup)


def _make_figure(match: regex.Match[str]) -> str:
    text = match["text"].strip()
    if not text and (attribute := _CAPTION_ATTRIBUTE.search(match["attributes"])):
        text = regex.sub(r"^&\w+;|^&#\d+;|&\w+;$|&#\d+;$", "", attribute[1]).strip(QUOTES)
    caption = f"<figcaption>{text}</figcaption>" if text else ""
    return f"<figure>{match['picture'].strip()}{caption}</figure>"


def drop_shortcodes(root: HtmlElement, base: str) -> None:
    """Drop the shortcodes of a body in place, outside of code, or show what they would show; `base` is the
    address of the post.
    """
    places: list[tuple[HtmlElement, Place]] = [
        (element, place)
        for element in root.iter()
        for place in PLACES
        if "[" in (getattr(element, place) or "") and not _is_verbatim(element, place)
    ]
    if not places:
        return
    closed, opened = _list_names("".join(f"{getattr(element, place)}\n" for element, place in places))
    room = policy.MAX_FRAMES
    for element, place in places:
        text = _RAW.sub("", getattr(element, place))
        pieces = _cut_shortcodes(text, closed, opened, base, room)
        room -= sum(not isinstance(piece, str) for piece in pieces)
        _put(element, place, pieces)


def strip_shortcodes(text: str) -> str:
    """Return a title without shortcodes; what a person may have put in brackets stays."""
    closed, opened = _list_names(text) if "[" in text else (set(), set())

    def is_for_machines(match: regex.Match[str]) -> bool:
        return bool(
            match["rest"].strip() or match["end"] or "_" in match["name"] or match["name"] in closed
        )

    gap = " " if "<" in text else ""  # what is left must not become a tag, for readers that look for one
    stripped = _TAG.sub(
        lambda match: gap if is_for_machines(match) and _is_shortcode(match, closed, opened) else match[0],
        text,
    )
    return " ".join(stripped.split()) if stripped != text else text


def _list_names(text: str) -> tuple[set[str], set[str]]:
    """Return the names of closing and of opening tags."""
    closed = {match[1].lower() for match in _PAIRED.finditer(text)}
    return closed, {match["name"].lower() for match in _TAG.finditer(text) if not match["end"]}


def _cut_shortcodes(
    text: str, closed: set[str], opened: set[str], base: str, room: int
) -> list[str | HtmlElement]:
    """Return `text` without shortcodes, in pieces, with what each of the first `room` ones would show."""
    pieces: list[str | HtmlElement] = []
    end = 0
    for match in _TAG.finditer(text):
        if match.start() < end:
            continue
        is_shortcode = _is_shortcode(match, closed, opened)
        shown, shown_end = None, match.end()
        if room > 0 and not match["end"]:
            shown, shown_end = _show(
                match, base, is_shortcode=is_shortcode, is_closed=match["name"].lower() in closed
            )
        if shown is None and not is_shortcode:
            continue
        pieces.append(text[end : match.start()])
        if shown is not None:
            pieces.append(shown)
            room -= 1
        end = shown_end
    return [*pieces, text[end:]]


def _show(
    match: regex.Match[str], base: str, *, is_shortcode: bool, is_closed: bool
) -> tuple[HtmlElement | None, int]:
    """Return what an opening tag would show, if anything, and where it ends, an address within it included.

    One with an address or an id behind a name of an embed's is a shortcode as well.
    """
    name, rest, text, end = match["name"].lower(), match["rest"], match.string, match.end()
    closing = f"[/{match['name']}]"
    behind = text.find(closing, end, end + _MAX_LOOK)
    content = text[end:behind] if behind >= 0 else ""
    if is_address(content):
        return show_address(content.strip(), name), behind + len(closing)
    if not is_shortcode and not (name in _EMBEDDING and read_bare_value(rest)):
        return None, end
    has_words = bool(content.strip()) if behind >= 0 else is_closed and name not in _KNOWN
    shown = build_shown(name, rest, base, has_words=has_words)
    return shown, behind + len(closing) if shown is not None and behind == end else end


def _put(element: HtmlElement, place: Place, pieces: list[str | HtmlElement]) -> None:
    """Put pieces in the place of the text or the tail of an element."""
    setattr(element, place, None)
    last = element if place == "tail" else None
    for is_text, group in groupby(pieces, key=lambda piece: isinstance(piece, str)):
        if is_text:
            text = "".join(str(piece) for piece in group) or None
            if last is None:
                element.text = text
            else:
                last.tail = text
            continue
        for piece in group:
            if last is None:
                element.insert(0, piece)
            else:
                last.addnext(piece)
            last = piece


def _is_verbatim(element: HtmlElement, place: Place) -> bool:
    if place == "text" and element.tag in VERBATIM:
        return True
    return any(ancestor.tag in VERBATIM for ancestor in element.iterancestors())


def _is_shortcode(match: regex.Match[str], closed: set[str], opened: set[str]) -> bool:
    """Return whether what stands in brackets is a shortcode of someone's, told by its shape or its name."""
    name, rest = match["name"].lower(), match["rest"]
    is_known = name in _KNOWN or name in _RAW_NAMES
    if match["end"]:
        return not rest and (is_known or name in opened or "_" in name)
    before = match.string[max(0, match.start() - 1) : match.start()]
    if not rest.strip():
        if name in _WORDS and name not in closed and not _stands_alone(match):
            return False
        follows_word = before.isalnum() or before in ("_", ")", "]")
        is_subscript = follows_word and before != "]"
        return name in closed or (not is_subscript and (is_known or "_" in name))
    if _HAS_QUOTED_ATTRIBUTE.search(rest) or rest.startswith("="):
        return not rest.startswith("=") or name in closed
    likely = is_known or "_" in name or name in closed
    return likely and bool(_ONLY_ATTRIBUTES.fullmatch(rest) or "_" in name or name in closed)


def _stands_alone(match: regex.Match[str]) -> bool:
    """Return whether a tag is written as WordPress wants it and has its line to itself."""
    start, end = match.span()
    before = match.string[max(0, start - _MAX_LOOK) : start].rpartition("\n")[2]
    behind = match.string[end : end + _MAX_LOOK].partition("\n")[0]
    return match["name"].islower() and not before.strip() and not behind.strip()
