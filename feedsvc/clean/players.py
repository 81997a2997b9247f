"""Players, posts and galleries that a script would build from attributes → frames, links and pictures.

Such as Elementor's settings as JSON, the ids of Plyr and lite-youtube, the elements of AMP.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import regex
from lxml import html as lxml_html
from lxml.html import HtmlElement

from feedsvc.clean.embed_pages import find_page, find_player, make_map_address
from feedsvc.clean.images import make_image_key
from feedsvc.clean.lazy import is_blank
from feedsvc.clean.objects import build_medium, build_player
from feedsvc.clean.urls import make_absolute

ELEMENT_ATTRIBUTES = frozenset(
    "src srcset sizes alt width height poster controls videoid playlabel".split()
)
"""The attributes of a script's own elements that are read here, beside those of any element."""

_MAX_JSON_LENGTH = 50_000
_MAX_JSON_VALUES = 500
_MEDIA = ("img", "iframe", "audio", "video")
_READ_ELSEWHERE = frozenset((*_MEDIA, "source", "blockquote", "picture"))

_VIDEO_ID = regex.compile(r"[\w-]{5,40}")
_FRAMES_BY_PROVIDER = {
    "youtube": "https://www.youtube.com/embed/{}",
    "vimeo": "https://player.vimeo.com/video/{}",
    "dailymotion": "https://www.dailymotion.com/embed/video/{}",
}
_ID_NAME = regex.compile(r"(?:^|-)(?:video-?id|embed-?id|embed|id|youtube(?:-id)?|yt-?id|vimeo(?:-id)?)$")
# By the attribute that names a post, a form or code: the page of that.
_PAGES_BY_ATTRIBUTE = {
    "data-tweetid": "https://x.com/i/status/{}",
    "data-tweet-id": "https://x.com/i/status/{}",
    "data-shortcode": "https://www.instagram.com/p/{}/",
    "data-gist": "https://gist.github.com/{}",
    "data-gist-id": "https://gist.github.com/{}",
    "data-gistid": "https://gist.github.com/{}",
    "data-trackid": "https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/{}",
    "data-tf-live": "https://form.typeform.com/to/{}",
    "data-tf-widget": "https://form.typeform.com/to/{}",
}
# By the class of an empty element: the attribute with its id, and the page of that.
_PAGES_BY_CLASS = {
    "infogram-embed": ("data-id", "https://infogram.com/{}"),
    "flourish-embed": ("data-src", "https://public.flourish.studio/{}/"),
}
_WISTIA = regex.compile(r"\bwistia_async_(\w{8,12})\b")
_GIST_SUFFIX = regex.compile(r"\.js(?:on)?$")
_GALLERY = regex.compile(r"galler|slid|carousel|album|images|photo|stor(?:y|ies)", regex.IGNORECASE)
_DECORATION = regex.compile(
    r"background|icon|logo|poster|overlay|thumb|placeholder|avatar|permalink|cover", regex.IGNORECASE
)
_EMBEDS = regex.compile(
    r"embed|widget|player|video|audio|iframe|card|pin|map|post|timeline|form|poll|quiz|pdf|viewer|document",
    regex.IGNORECASE,
)


def build_players(root: HtmlElement, base: str) -> None:
    """Put what a script would show into the elements whose attributes tell of it."""
    shown_pages: set[str] = set()
    for element in list(root.iterdescendants()):
        if "-" in str(element.tag):
            _replace_custom_element(element)
        elif element.tag not in _READ_ELSEWHERE and _may_tell(element):
            _show_attributes(element, base, shown_pages)


def _may_tell(element: HtmlElement) -> bool:
    """Return whether an element has one of the attributes that are read here; most have none."""
    return any("-" in name or name == "videoid" for name in element.attrib) or bool(
        _WISTIA.search(element.get("class", ""))
    )


def _replace_custom_element(element: HtmlElement) -> None:
    """Put HTML's own element in the place of one of a script's, which goes with its fallback."""
    kind = str(element.tag).rpartition("-")[2]
    player = _find_player_by_id(element) or find_player(element.get("src", "").strip())
    if kind in ("audio", "video") and not player:
        element.tag = kind
    elif made := _make_html_element(element, kind, player):
        element.addprevious(made[0])
        element.drop_tree()
    else:
        element.drop_tag()


def _make_html_element(element: HtmlElement, kind: str, player: str) -> tuple[HtmlElement] | None:
    """Return what shows the same as a script's element, alone; None where its attributes do not tell."""
    source = element.get("src", "").strip()
    if kind in ("img", "image", "anim"):
        image = lxml_html.Element("img")
        shown = ("src", "srcset", "sizes", "alt", "title", "width", "height")
        for name in (*shown, *(name for name in element.attrib if "src" in name)):
            if name in element.attrib:
                image.set(name, element.get(name))
        return (image,)
    if player:
        return (build_player(player, element),)
    if page := _find_page_by_id(element):
        return (_make_link(page),)
    if source.startswith(("http", "//")):
        medium = build_medium(source) if kind != "iframe" else None
        return (medium if medium is not None else build_player(source, element),)
    address = _find_told_address(element, needs_name=False)
    return (_make_link(address),) if address else None


def _show_attributes(element: HtmlElement, base: str, shown_pages: set[str]) -> None:
    for name, value in element.attrib.items():
        if "-" in name and value.lstrip()[:1] in ("{", "["):
            _show_json(element, name, value, base, shown_pages)
    player = _find_player_by_id(element)
    if not player:
        values = (value for name, value in element.attrib.items() if name.startswith("data-"))
        player = next(filter(None, map(find_player, values)), "")
    if player:
        _show_player(element, player, shown_pages)
    elif element.tag != "a" and not _shows_anything(element):
        address = _find_page_by_id(element) or _find_told_address(element, needs_name=True)
        if address:
            element.append(_make_link(address))


def _show_player(element: HtmlElement, player: str, shown_pages: set[str]) -> None:
    """Show a film within an element: by the picture in it, which becomes a link, else by a frame."""
    page = find_page(player).address
    if page in shown_pages or any(
        find_page(find_player(frame.get("src", "")) or frame.get("src", "")).address == page
        for frame in element.iter("iframe")
    ):
        return
    shown_pages.add(page)
    link = next(element.iterancestors("a"), element if element.tag == "a" else None)
    image = next(element.iter("img"), None)
    if link is not None:
        link.set("href", page)
        if not _shows_anything(link):
            link.addprevious(build_player(player, element))
            link.drop_tree()
    elif image is not None and not is_blank(image.get("src", "")):
        outer = next(image.iterancestors("a", "picture"), image)
        if outer.tag == "a":
            outer.set("href", page)
            return
        new_link = lxml_html.Element("a", href=page)
        new_link.tail, outer.tail = outer.tail, None
        outer.addprevious(new_link)
        new_link.append(outer)
    else:
        element.append(build_player(player, element))


def _show_json(element: HtmlElement, name: str, value: str, base: str, shown_pages: set[str]) -> None:
    """Show the films, recordings and pictures whose addresses stand as JSON in an attribute."""
    if len(value) > _MAX_JSON_LENGTH or ("//" not in value.replace("\\/", "/") and "ongitude" not in value):
        return
    try:
        data = json.loads(value)
    except (ValueError, RecursionError):
        return
    is_gallery = bool(_GALLERY.search(f"{name} {element.get('class', '')}"))
    has_pictures = next(element.iter("img"), None) is not None
    keys = set(_list_keys(element, base))
    for _, (path, text) in zip(range(_MAX_JSON_VALUES), _iter_texts(data, ""), strict=False):
        if path.endswith("\x00place"):
            if next(element.iter("a", "iframe"), None) is None or "\x00" + text in keys:
                keys.add("\x00" + text)
                element.append(_make_link(make_map_address(text), text))
            continue
        if _DECORATION.search(path):
            continue
        if player := find_player(text):
            _show_player(element, player, shown_pages)
            continue
        address = make_absolute(text, base) if text.startswith(("http", "//", "/")) else ""
        medium = build_medium(address) if address.startswith("http") else None
        if medium is None or make_image_key(address) in keys:
            continue
        if medium.tag == "img" and (not is_gallery or has_pictures):
            continue
        keys.add(make_image_key(address))
        if medium.tag == "img":
            figure = lxml_html.Element("figure")
            figure.append(medium)
            medium = figure
        element.append(medium)


def _iter_texts(data: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield the texts in JSON with the path of their keys; two coordinates as one text, 'lat,long'."""
    if isinstance(data, str):
        yield path, data.strip()
    elif isinstance(data, Mapping):
        numbers = [data.get("latitude", data.get("lat")), data.get("longitude", data.get("lng"))]
        if all(isinstance(number, int | float) for number in numbers):
            yield f"{path}\x00place", f"{numbers[0]},{numbers[1]}"
        for key, value in data.items():
            yield from _iter_texts(value, f"{path} {key}")
    elif isinstance(data, list):
        for value in data:
            yield from _iter_texts(value, path)


def _list_keys(element: HtmlElement, base: str) -> Iterator[str]:
    """Yield what the addresses share that are shown within an element, as `make_image_key` makes it."""
    for shown in element.iter("a", "source", *_MEDIA):
        address = shown.get("href" if shown.tag == "a" else "src", "")
        if address:
            yield make_image_key(make_absolute(address, base))


def _find_player_by_id(element: HtmlElement) -> str:
    """Return the address of the frame for the film whose id an element names; else an empty string."""
    if not (element.get("videoid") or any("-" in name for name in element.attrib)):
        return ""
    where = " ".join(
        (
            str(element.tag),
            element.get("class", ""),
            *(name for name in element.attrib),
            *(value for name, value in element.attrib.items() if name.endswith("provider")),
        )
    ).lower()
    provider = next((name for name in _FRAMES_BY_PROVIDER if name in where), "")
    if not provider and ("data-ytid" in element.attrib or "data-yt-id" in element.attrib):
        provider = "youtube"
    if not provider:
        return ""
    for name, value in element.attrib.items():
        is_id = name == "videoid" or (name.startswith("data-") and _ID_NAME.search(name))
        if is_id and _VIDEO_ID.fullmatch(value.strip()):
            return _FRAMES_BY_PROVIDER[provider].format(value.strip())
    channel = element.get("data-live-channelid", "").strip()
    return f"https://www.youtube.com/embed/live_stream?channel={quote(channel)}" if channel else ""


def _find_page_by_id(element: HtmlElement) -> str:
    """Return the page of the post, form or code whose id an element names; else an empty string."""
    pages = {name: element.get(name, "") for name in _PAGES_BY_ATTRIBUTE}
    found = [(_PAGES_BY_ATTRIBUTE[name], value) for name, value in pages.items() if value.strip()]
    classes = element.get("class", "")
    for class_name in classes.split():
        name, page = _PAGES_BY_CLASS.get(class_name, ("", ""))
        if page and element.get(name, "").strip():
            found.append((page, element.get(name)))
    if match := _WISTIA.search(classes):
        found.append(("https://fast.wistia.net/embed/iframe/{}", match[1]))
    if not found:
        return ""
    page, value = found[0]
    return page.format(quote(_GIST_SUFFIX.sub("", value.strip()), safe="/@._-"))


def _find_told_address(element: HtmlElement, *, needs_name: bool) -> str:
    """Return the address of what an element would embed, as an attribute tells; else an empty string.

    Where `needs_name`, the name or class has to speak of embedding.
    """
    for name, value in element.attrib.items():
        value = value.strip()
        if not name.startswith("data-") or not value.startswith(("https://", "http://", "//")):
            continue
        if needs_name and not _EMBEDS.search(f"{name} {element.get('class', '')}"):
            continue
        if not _DECORATION.search(name) and build_medium(value) is None:
            return f"https:{value}" if value.startswith("//") else value
    return ""


def _shows_anything(element: HtmlElement) -> bool:
    return (
        bool(element.text_content().strip())
        or next(element.iterdescendants("a", *_MEDIA), None) is not None
    )


def _make_link(address: str, text: str = "") -> HtmlElement:
    link = lxml_html.Element("a", href=address)
    link.text = text or address
    return link
