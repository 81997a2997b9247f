"""Shortcodes that nobody rendered: gone outside of code, with what only their plug-in could read.

What else stands in brackets is the author's: [1], [sic], [citation needed], a[i].
(WordPress, 'Shortcode API': a name, attributes as name="value", a closing tag with a slash.)
"""

import regex
from lxml.html import HtmlElement

VERBATIM = frozenset({"pre", "code", "kbd", "samp"})
"""Elements in which a shortcode is what the text is about."""

_NAME = r"[A-Za-z][\w-]*"
_QUOTED = r"""["“”″„][^"“”″\[\]]*["“”″]|['‘’′][^'‘’′\[\]]*['‘’′]"""
_ATTRIBUTE = rf"[A-Za-z_][\w:-]*\s*=\s*(?:{_QUOTED}|[^\s\[\]\"“”″'‘’′=]++)"
_WITH_QUOTES = rf"(?:[A-Za-z_][\w:-]*\s*=\s*(?:{_QUOTED}))"
_TAG = regex.compile(rf"(?<!\[)\[(?P<end>/?)(?P<name>{_NAME})(?P<rest>(?:[\s=][^\[\]]*)?)/?\](?!\])")
_HAS_QUOTED_ATTRIBUTE = regex.compile(_WITH_QUOTES)
_ONLY_ATTRIBUTES = regex.compile(rf"(?:\s++(?:{_ATTRIBUTE}|{_QUOTED}))++\s*")
# A name with an underscore is nobody's word; of those without, these are the best known.
_KNOWN = frozenset(
    "caption wp_caption gallery playlist embed audio video toc ez-toc lwptoc contact-form contact- "
    "form-7 wpforms gravityform gravityforms ninja_form ninja_forms formidable mc4wp_form rev_slider "
    "layerslider masterslider metaslider smartslider3 tablepress table-of-contents elementor-template "
    "wpdatatable adrotate adinserter quads the_ad instagram-feed custom-twitter-feeds pdf-embedder "
    "ultimatemember products add_to_cart one_half one_third two_third one_fourth dropcap youtube vimeo "
    "soundcloud googlemap tweetmeme sharethis nggallery ngg slideshow".split()
)
_RAW_NAMES = frozenset(
    "vc_raw_html vc_raw_js fusion_code raw_html raw_js av_codeblock et_pb_code_raw".split()
)
_RAW = regex.compile(
    rf"\[(?P<name>{'|'.join(sorted(_RAW_NAMES))})\b[^\[\]]*\][^\[\]]*(?:\[/(?P=name)\]|$)"
    rf"|\[(?P<other>{_NAME})\b[^\[\]]*\]\s*[A-Za-z0-9+/]{{24,}}={{0,2}}\s*\[/(?P=other)\]"
)
_PAIRED = regex.compile(rf"\[/({_NAME})\]")
_CAPTION = regex.compile(
    r"\[(?P<name>(?:wp_)?caption)\b(?P<attributes>[^\[\]]*)\](?P<picture>\s*(?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)"
    r"(?P<text>(?:(?!\[(?:wp_)?caption\b).){0,2000}?)\[/(?P=name)\]",
    regex.DOTALL | regex.IGNORECASE,
)
_CAPTION_ATTRIBUTE = regex.compile(
    rf"\bcaption\s*=\s*({_QUOTED}|&quot;[^\[\]]*?&quot;|&#82(?:20|21|43);.*?&#82\d\d;)"
)
_QUOTES = "\"“”″„'‘’′"


def build_caption_figures(markup: str) -> str:
    """Return raw `markup` with a figure for each caption shortcode around a picture."""
    if "caption" not in markup or "[" not in markup:
        return markup
    return _CAPTION.sub(_make_figure, markup)


def _make_figure(match: regex.Match[str]) -> str:
    text = match["text"].strip()
    if not text and (attribute := _CAPTION_ATTRIBUTE.search(match["attributes"])):
        text = regex.sub(r"^&\w+;|^&#\d+;|&\w+;$|&#\d+;$", "", attribute[1]).strip(_QUOTES)
    caption = f"<figcaption>{text}</figcaption>" if text else ""
    return f"<figure>{match['picture'].strip()}{caption}</figure>"


def drop_shortcodes(root: HtmlElement) -> None:
    """Drop the shortcodes of a body in place, outside of code."""
    places = [
        (element, place)
        for element in root.iter()
        for place in ("text", "tail")
        if "[" in (getattr(element, place) or "")
    ]
    if not places:
        return
    places = [(element, place) for element, place in places if not _is_verbatim(element, place)]
    closed = {
        match[1].lower() for element, place in places for match in _PAIRED.finditer(getattr(element, place))
    }
    opened = {
        match["name"].lower()
        for element, place in places
        for match in _TAG.finditer(getattr(element, place))
        if not match["end"]
    }
    for element, place in places:
        text = _RAW.sub("", getattr(element, place))
        text = _TAG.sub(lambda match: "" if _is_shortcode(match, closed, opened) else match[0], text)
        setattr(element, place, text or None)


def _is_verbatim(element: HtmlElement, place: str) -> bool:
    if place == "text" and element.tag in VERBATIM:
        return True
    return any(ancestor.tag in VERBATIM for ancestor in element.iterancestors())


def _is_shortcode(match: regex.Match[str], closed: set[str], opened: set[str]) -> bool:
    """Return whether what stands in brackets is a shortcode of someone's, told by its shape or its name."""
    name, rest = match["name"].lower(), match["rest"]
    is_known = name in _KNOWN or name in _RAW_NAMES
    if match["end"]:
        return not rest and (is_known or name in opened or "_" in name)
    before = match.string[: match.start()][-1:]
    if not rest.strip():
        follows_word = before.isalnum() or before in "_)]"
        is_subscript = follows_word and before != "]"
        return name in closed or (not is_subscript and (is_known or "_" in name))
    if _HAS_QUOTED_ATTRIBUTE.search(rest) or rest.startswith("="):
        return not rest.startswith("=") or name in closed
    likely = is_known or "_" in name or name in closed
    return likely and bool(_ONLY_ATTRIBUTES.fullmatch(rest) or "_" in name or name in closed)
