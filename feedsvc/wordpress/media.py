"""What the REST API tells of a post's picture and recordings."""

from collections.abc import Mapping
from typing import Any

from feedsvc.model import MAX_IMAGE_WIDTH, Enclosure, Image, dedupe_enclosures
from feedsvc.text.html import legal, one_line
from feedsvc.text.media_types import IMAGE_TYPES, RECORDING_TYPES, guess_media_type, parse_media_type
from feedsvc.text.web_address import parse_web_address
from feedsvc.wordpress.json_values import first_embedded, is_id

_LONGEST_ALT = 1000
_SMALL = ("medium", "thumbnail")


def featured_id(data: Mapping[str, Any]) -> int | None:
    """Return the id of a post's featured image, or None when it has none or embeds it."""
    wanted = data.get("featured_media")
    return wanted if is_id(wanted) and not first_embedded(data, "wp:featuredmedia") else None


def featured_image(data: Mapping[str, Any]) -> Image | None:
    """Return the featured image that a post's JSON tells of: an embedded media object, else the address
    that Jetpack adds.
    """
    told = first_embedded(data, "wp:featuredmedia")
    if told and (image := parse_image(told)):
        return image
    address = parse_web_address(data.get("jetpack_featured_media_url"))
    return Image(address, type=guess_media_type(address, IMAGE_TYPES)) if address else None


def parse_image(data: Mapping[str, Any]) -> Image | None:
    """Return the picture in `data`, a media object of the REST API, in the largest size that is sensible to
    show; None when it is no picture or an error object.
    """
    details = data.get("media_details")
    details = details if isinstance(details, Mapping) else {}
    sizes = details.get("sizes")
    sizes = sizes if isinstance(sizes, Mapping) else {}
    address = parse_web_address(data.get("source_url"))
    kind = parse_media_type(data.get("mime_type")) or guess_media_type(address, IMAGE_TYPES)
    if not address or not kind.startswith("image/"):
        return None
    alt = one_line(legal(str(data.get("alt_text") or "")))[:_LONGEST_ALT]
    whole = Image(address, alt, _pixels(details.get("width")), _pixels(details.get("height")), kind)
    offered = [
        Image(url, alt, _pixels(size.get("width")), _pixels(size.get("height")), kind)
        for size in sizes.values()
        if isinstance(size, Mapping) and (url := parse_web_address(size.get("source_url")))
    ]
    small = (sizes.get(name) for name in _SMALL)
    thumbnail = next(
        (parse_web_address(one.get("source_url")) for one in small if isinstance(one, Mapping)), ""
    )
    shown = whole
    if whole.width > MAX_IMAGE_WIDTH:
        narrow = [one for one in offered if one.width <= MAX_IMAGE_WIDTH and _is_whole(one, whole)]
        shown = max(narrow, key=lambda one: one.width, default=whole)
    return Image(shown.url, alt, shown.width, shown.height, kind, thumbnail)


def enclosures_from_meta(data: Mapping[str, Any]) -> tuple[Enclosure, ...]:
    """Return the recordings that podcast plug-ins tell of in a post's JSON: `audio_file` (Seriously Simple
    Podcasting), or WordPress's own `enclosure` field, whose lines are address, bytes, type.
    """
    meta = data.get("meta")
    meta = meta if isinstance(meta, Mapping) else {}
    found = []
    for value in (meta.get("audio_file"), meta.get("enclosure"), data.get("audio_file")):
        for text in value if isinstance(value, list) else [value]:
            lines = str(text or "").split("\n")
            address = parse_web_address(lines[0])
            told = parse_media_type(lines[2]) if len(lines) > 2 else ""
            kind = guess_media_type(address, RECORDING_TYPES) or told
            if address and kind.startswith(("audio/", "video/")):
                size = lines[1].strip() if len(lines) > 1 else ""
                length = int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0
                found.append(Enclosure(address, kind, length))
    return dedupe_enclosures(found)


def _is_whole(size: Image, picture: Image) -> bool:
    """Return whether a size shows the whole picture: some are cut to another shape."""
    if not (size.width and size.height and picture.height):
        return False
    return abs(picture.height * size.width / picture.width - size.height) <= 2


def _pixels(value: Any) -> int:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
