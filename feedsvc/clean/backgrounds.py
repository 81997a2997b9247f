"""Pictures that a style or an attribute gives as an element's background → pictures before its text."""

import re

import regex
from lxml import html as lxml_html
from lxml.html import HtmlElement

from feedsvc.clean.images import make_image_key
from feedsvc.clean.lazy import is_blank
from feedsvc.clean.urls import make_absolute
from feedsvc.text.media_types import IMAGE_TYPES, guess_media_type

_STYLE = regex.compile(
    r"(?:^|;)\s*background(?:-image)?\s*:[^;]*?\burl\(\s*[\"']?((?:[^\"'()]|\([^()]*\))+?)[\"']?\s*\)",
    regex.IGNORECASE,
)
_FUNCTION = regex.compile(r"^\s*url\(\s*[\"']?(.*?)[\"']?\s*\)\s*$", regex.IGNORECASE)
_NAME = regex.compile(
    r"^data-.*(?:bg|back|background|image|img|thumb|poster|large|full|src|url)", regex.IGNORECASE
)
_SIGN = re.compile(r"^style$|^data-|bg|background")  # each attribute that is read here
# What belongs to a theme or a plug-in is a pattern or an icon.
_DECORATION = regex.compile(r"/wp-content/(?:themes|plugins)/|/wp-includes/", regex.IGNORECASE)
_INLINE = frozenset("a abbr b em i p small span strong u h1 h2 h3 h4 h5 h6".split())
_READ_ELSEWHERE = frozenset({"img", "source", "iframe", "audio", "video", "picture", "object", "embed"})


def show_backgrounds(root: HtmlElement, base: str) -> None:
    """Put each picture in a background before the text of its element, unless the element shows it."""
    for element in list(root.iterdescendants()):
        if element.tag in _READ_ELSEWHERE or not any(map(_SIGN.search, element.keys())):
            continue
        found = _find_address(element)
        address = make_absolute(found, base) if found else ""
        if not address or _DECORATION.search(address):
            continue
        key = make_image_key(address)
        shown = (make_absolute(image.get("src", ""), base) for image in element.iter("img"))
        if not any(make_image_key(source) == key for source in shown):
            _prepend_picture(element, address)


def _find_address(element: HtmlElement) -> str:
    if match := _STYLE.search(element.get("style", "")):
        return "" if is_blank(match[1].strip()) else str(match[1]).strip()
    if element.text_content().strip() or next(element.iter("img", "iframe", "video"), None) is not None:
        values = [value for name, value in element.attrib.items() if "bg" in name or "background" in name]
    else:
        values = [value for name, value in element.attrib.items() if _NAME.search(name)]
    for value in values:
        value = _FUNCTION.sub(r"\1", value).strip()
        if guess_media_type(value, IMAGE_TYPES) and not is_blank(value):
            return value
    return ""


def _prepend_picture(element: HtmlElement, address: str) -> None:
    alt = (element.get("aria-label") or element.get("title") or "").strip()
    picture = lxml_html.Element("img", src=address, alt=alt)
    holders = (element, *element.iterancestors())
    if element.tag != "figure" and not any(holder.tag in _INLINE for holder in holders):
        figure = lxml_html.Element("figure")
        figure.append(picture)
        picture = figure
    picture.tail, element.text = element.text, None
    element.insert(0, picture)
