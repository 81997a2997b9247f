"""What a shortcode that nobody rendered would show: the player, the recording, the picture or the link."""

import regex
from lxml import html as lxml_html
from lxml.html import HtmlElement

from feedsvc.clean.embed_pages import EmbedPage, find_page, find_player, name_file
from feedsvc.clean.objects import build_medium, build_player

QUOTED = r"""["“”″„][^"“”″\[\]]*["“”″]|['‘’′][^'‘’′\[\]]*['‘’′]"""
"""A value in quotes, as people write them or as WordPress has set them."""
QUOTES = "\"“”″„'‘’′"

_ATTRIBUTE = regex.compile(rf"(?P<name>[A-Za-z_][\w:-]*)\s*=\s*(?P<value>{QUOTED}|[^\s\[\]\"“”″'‘’′]++)")
_ADDRESS = regex.compile(r"(?:https?:)?//[^\s\[\]<>\"“”″]+")
_PATH = regex.compile(r"/[^\s/\[\]<>\"“”″][^\s\[\]<>\"“”″]*\.\w{2,5}(?:\?\S*)?")
_DECORATION = regex.compile(
    r"(?:^|[_-])bg|background|icon|logo|poster|overlay|thumb|placeholder|avatar|permalink|cover|track|pixel",
    regex.IGNORECASE,
)
# What names the thing itself; other attributes with an address are taken where that is of a recording.
_SOURCES = regex.compile(
    r"(?:^|[_-])(?:src|url|link|href|file|pdf|doc|document|source|image|img|mp4|m4v|webm|og[gv]|mp3|m4a|wav|flac"
    r"|flv|wmv)$",
    regex.IGNORECASE,
)
_LABELS = ("title", "label", "text", "caption", "name", "alt")
_PAGES_BY_PROVIDER = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "lyte": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "dailymotion": "https://www.dailymotion.com/video/{}",
}
_ID = regex.compile(r"(?=[\w-]*\d|[\w-]{11}$)[\w-]{5,20}")
_ID_NAMES = ("id", "video_id", "videoid", "video", "v", "clip_id")
_RECORDINGS = frozenset({"audio", "video", "playlist"})
_SEVERAL = ("gallery", "slide", "row", "column", "section")
"""Shortcodes with several pictures, or with parts of a page: an address in them is not the thing itself."""


def build_shown(name: str, rest: str, base: str, *, has_words: bool) -> HtmlElement | None:
    """Return what the shortcode `name` would show, or None where it names nothing that could be shown.

    `rest` is what stands behind its name; where it `has_words` of its own, they stand for a link. A
    recording that it names only by a number is to be heard on the post's page, at `base`.
    """
    bare = read_bare_value(rest)
    values = (
        {}
        if bare
        else {
            match["name"].lower(): match["value"].strip(QUOTES).strip()
            for match in _ATTRIBUTE.finditer(rest)
        }
    )
    label = next((values[name] for name in _LABELS if values.get(name)), "")
    addresses = {
        key: value
        for key, value in [*values.items(), ("src", bare)]
        if (_ADDRESS.fullmatch(value) or _PATH.fullmatch(value)) and not _DECORATION.search(key)
    }
    for value in addresses.values():
        medium = build_medium(value)
        if find_player(value) or (medium is not None and medium.tag != "img"):
            return show_address(value, name, label)
    for key, value in addresses.items():
        if has_words:
            return None
        if _SOURCES.search(key) and not any(word in name for word in _SEVERAL):
            return show_address(value, name, label)
    if page := _find_page(name, [*(values.get(key, "") for key in _ID_NAMES), bare]):
        return build_player(find_player(page), lxml_html.Element("span"))
    return _link(base, label or base) if name in _RECORDINGS else None


def read_bare_value(rest: str) -> str:
    """Return the address or the id that stands behind a shortcode's name without a name of its own."""
    value = rest.strip(f" =\xa0{QUOTES}")
    if match := _ADDRESS.match(value):
        return match[0]
    return value if _ID.fullmatch(value) else ""


def is_address(text: str) -> bool:
    """Return whether `text` is one address of the web and nothing else."""
    return bool(_ADDRESS.fullmatch(text.strip()))


def show_address(address: str, name: str, label: str = "") -> HtmlElement:
    """Return the player, the recording, the picture or the link that shows what stands at `address`."""
    player = find_player(address)
    if not player and find_page(address) != EmbedPage(address):
        player = address  # of a frame, such as a map's
    if player:
        return build_player(player, lxml_html.Element("span", {"title": label} if label else {}))
    medium = build_medium(address, label)
    if medium is None and name in ("audio", "video"):
        medium = lxml_html.Element(name, src=address)
    if medium is not None:
        return medium
    return _link(address, label or (address if "//" in address else name_file(address)))


def _link(address: str, text: str) -> HtmlElement:
    link = lxml_html.Element("a", href=address)
    link.text = text
    return link


def _find_page(name: str, values: list[str]) -> str:
    page = next((page for provider, page in _PAGES_BY_PROVIDER.items() if provider in name), "")
    return next((page.format(value) for value in values if page and _ID.fullmatch(value)), "")
