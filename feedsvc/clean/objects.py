"""Elements object and embed → the frame, picture, recording or link of today, or what they hold."""

from collections.abc import Set
from urllib.parse import parse_qs

import regex
from lxml import html as lxml_html
from lxml.html import HtmlElement

from feedsvc.clean.embed_pages import find_player, name_file
from feedsvc.clean.urls import make_absolute
from feedsvc.text.media_types import IMAGE_TYPES, RECORDING_TYPES, guess_media_type

TAGS = frozenset({"object", "embed", "param"})
OBJECT_ATTRIBUTES: dict[str, Set[str]] = {
    "object": {"data", "type", "width", "height", "hidden"},
    "embed": {"src", "type", "flashvars", "width", "height"},
    "param": {"name", "value"},
}
"""The attributes that are read here, by element."""

_ADDRESS_PARAMETERS = ("movie", "src", "url", "filename", "file")
_PLUGIN_SITE = regex.compile(r"//[^/]*\b(?:adobe|macromedia|microsoft)\.com/")
_SHOWN = ("a", "img", "iframe", "audio", "video")


def replace_objects(root: HtmlElement, base: str) -> None:
    """Put something that every reader can show in the place of each object and embed."""
    for element in reversed(list(root.iter("object", "embed"))):
        _replace(element, root, base)
    for parameter in list(root.iter("param")):
        parameter.drop_tag()


def build_player(player: str, element: HtmlElement) -> HtmlElement:
    """Return a frame with the address `player`, in the size and with the title of `element`."""
    frame = lxml_html.Element("iframe", src=player)
    for name in ("width", "height", "title"):
        if value := element.get(name):
            frame.set(name, value)
    if "title" not in frame.attrib and (label := element.get("playlabel") or element.get("aria-label")):
        frame.set("title", label)
    return frame


def build_medium(address: str, label: str = "") -> HtmlElement | None:
    """Return the picture or recording at `address`, or None when its name tells of neither."""
    if guess_media_type(address, IMAGE_TYPES):
        return lxml_html.Element("img", src=address, alt=label)
    media_type = guess_media_type(address, RECORDING_TYPES)
    return lxml_html.Element(media_type.partition("/")[0], src=address) if media_type else None


def _replace(element: HtmlElement, root: HtmlElement, base: str) -> None:
    address = _find_address(element, base)
    shown = next(filter(_is_content, element.iterdescendants(*_SHOWN)), None)
    player = find_player(address)
    if shown is None:
        if player:
            element.addprevious(build_player(player, element))
        elif address and not any(
            make_absolute(link.get("href", ""), base) == address for link in root.iter("a")
        ):
            label = (element.get("aria-label") or element.get("title") or "").strip()
            made = build_medium(address, label)
            if made is None:
                made = lxml_html.Element("a", href=address)
                made.text = label or name_file(address)
            element.addprevious(made)
        for child in list(element):
            child.drop_tree()  # words for browsers that show no objects
        element.text = None
    element.drop_tag()


def _is_content(element: HtmlElement) -> bool:
    """Return whether what stands in an object shows the same as it, not where to get a plug-in."""
    links = [element] if element.tag == "a" else list(element.iterancestors("a"))
    return not any(_PLUGIN_SITE.search(link.get("href", "")) for link in links)


def _find_address(element: HtmlElement, base: str) -> str:
    """Return the absolute address of what an object or embed shows; of a film rather than its player."""
    parameters = {
        parameter.get("name", "").lower(): parameter.get("value", "").strip()
        for parameter in element.iter("param")
    }
    variables = parse_qs(parameters.get("flashvars", "") or element.get("flashvars", ""))
    for name in ("file", "src", "url", "mp3"):
        for value in variables.get(name, []):
            if address := make_absolute(value, base):
                return address
    values = [element.get("data", ""), element.get("src", "")]
    values += [parameters.get(name, "") for name in _ADDRESS_PARAMETERS]
    addresses = [make_absolute(value, base) for value in values if "/" in value or "." in value]
    web = [address for address in addresses if address.startswith("http")]
    return next(filter(find_player, web), web[0] if web else "")
