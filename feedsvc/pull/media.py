"""A post's picture and recordings: what the REST API tells of them, and what a body plays."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from lxml import html as lxml_html

from feedsvc.model import Enclosure, Image
from feedsvc.pull import policy
from feedsvc.pull.addresses import recording
from feedsvc.pull.parse import first_embedded, is_id, web_address
from feedsvc.text import legal, one_line

_MOST = 20
_LONGEST_ALT = 1000
_SMALL = ("medium", "thumbnail")

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
# https://developer.wordpress.org/reference/functions/wp_get_mime_types/
_TYPES: Mapping[str, str] = {
    ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".m4b": "audio/mp4", ".aac": "audio/aac",
    ".wav": "audio/wav", ".ogg": "audio/ogg", ".oga": "audio/ogg", ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".wma": "audio/x-ms-wma", ".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime",
    ".webm": "video/webm", ".ogv": "video/ogg", ".mpeg": "video/mpeg", ".mpg": "video/mpeg",
    ".avi": "video/avi", ".mkv": "video/x-matroska", ".wmv": "video/x-ms-wmv", ".3gp": "video/3gpp",
}  # fmt: skip
_IMAGES: Mapping[str, str] = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif",
    ".webp": "image/webp", ".avif": "image/avif", ".svg": "image/svg+xml",
}  # fmt: skip


def featured_id(data: Mapping[str, Any]) -> int | None:
    """Give the id of a post's featured image, or None when it has none or embeds it."""
    wanted = data.get("featured_media")
    return wanted if is_id(wanted) and not first_embedded(data, "wp:featuredmedia") else None


def featured_image(data: Mapping[str, Any]) -> Image | None:
    """Give the featured image that a post's JSON tells of: an embedded media object, else the address
    that Jetpack adds.
    """
    told = first_embedded(data, "wp:featuredmedia")
    if told and (image := parse_image(told)):
        return image
    address = web_address(data.get("jetpack_featured_media_url"))
    return Image(address, type=_suffix_type(address, _IMAGES)) if address else None


def parse_image(data: Mapping[str, Any]) -> Image | None:
    """Give the picture in `data`, a media object of the REST API, in the largest size that is sensible to
    show; None when it is no picture or an error object.
    """
    details = data.get("media_details")
    details = details if isinstance(details, Mapping) else {}
    sizes = details.get("sizes")
    sizes = sizes if isinstance(sizes, Mapping) else {}
    address = web_address(data.get("source_url"))
    kind = _media_type(data.get("mime_type")) or _suffix_type(address, _IMAGES)
    if not address or not kind.startswith("image/"):
        return None
    alt = one_line(legal(str(data.get("alt_text") or "")))[:_LONGEST_ALT]
    whole = Image(address, alt, _pixels(details.get("width")), _pixels(details.get("height")), kind)
    offered = [
        Image(url, alt, _pixels(size.get("width")), _pixels(size.get("height")), kind)
        for size in sizes.values()
        if isinstance(size, Mapping) and (url := web_address(size.get("source_url")))
    ]
    small = (sizes.get(name) for name in _SMALL)
    thumbnail = next((web_address(one.get("source_url")) for one in small if isinstance(one, Mapping)), "")
    shown = whole
    if whole.width > policy.MAX_IMAGE_WIDTH:
        narrow = [one for one in offered if one.width <= policy.MAX_IMAGE_WIDTH and _is_whole(one, whole)]
        shown = max(narrow, key=lambda one: one.width, default=whole)
    return Image(shown.url, alt, shown.width, shown.height, kind, thumbnail)


def told_recordings(data: Mapping[str, Any]) -> tuple[Enclosure, ...]:
    """Give the recordings that podcast plug-ins tell of in a post's JSON: `audio_file` (Seriously Simple
    Podcasting), or WordPress's own `enclosure` field, whose lines are address, bytes, type.
    """
    meta = data.get("meta")
    meta = meta if isinstance(meta, Mapping) else {}
    found = []
    for value in (meta.get("audio_file"), meta.get("enclosure"), data.get("audio_file")):
        for text in value if isinstance(value, list) else [value]:
            lines = str(text or "").split("\n")
            address = web_address(lines[0])
            told = _media_type(lines[2]) if len(lines) > 2 else ""
            kind = _suffix_type(address, _TYPES) or told
            if address and kind.startswith(("audio/", "video/")):
                size = lines[1].strip() if len(lines) > 1 else ""
                length = int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0
                found.append(Enclosure(address, kind, length))
    return _once(found)


def recordings(content: str) -> tuple[Enclosure, ...]:
    """Give what a sanitised body plays or links to, each once, in its order, as WordPress encloses it."""
    return _once(_within(content))


def _once(found: list[Enclosure] | Iterator[Enclosure]) -> tuple[Enclosure, ...]:
    by_address: dict[str, Enclosure] = {}
    for one in found:
        by_address.setdefault(one.url, one)
    return tuple(by_address.values())[:_MOST]


def _within(content: str) -> Iterator[Enclosure]:
    if not any(tag in content for tag in ("<audio", "<video", "<a ")):
        return
    body = lxml_html.fragment_fromstring(content, create_parent="div")
    for element in body.iter("audio", "video", "source", "a"):
        address = recording(element.get("href" if element.tag == "a" else "src", ""))
        kind = _suffix_type(address, _TYPES) or _told_type(element)
        if address.startswith("http") and kind:
            yield Enclosure(address, kind)


def _told_type(element: lxml_html.HtmlElement) -> str:
    """Give the type of a player's address that does not show it."""
    if element.tag == "source":
        told = _media_type(element.get("type"))
        return told if told.startswith(("audio/", "video/")) else ""
    return {"audio": "audio/mpeg", "video": "video/mp4"}.get(str(element.tag), "")


def _media_type(value: Any) -> str:
    """Give a media type without its parameters, or nothing when `value` is none (RFC 6838)."""
    told = str(value or "").partition(";")[0].strip().lower()
    return told if _MEDIA_TYPE.fullmatch(told) else ""


def _is_whole(size: Image, picture: Image) -> bool:
    """Tell whether a size shows the whole picture: some are cut to another shape."""
    if not (size.width and size.height and picture.height):
        return False
    return abs(picture.height * size.width / picture.width - size.height) <= 2


def _suffix_type(address: str, types: Mapping[str, str]) -> str:
    try:
        return types.get(PurePosixPath(urlsplit(address).path).suffix.lower(), "")
    except ValueError:
        return ""


def _pixels(value: Any) -> int:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
