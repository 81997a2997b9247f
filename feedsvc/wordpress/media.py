"""The REST API's JSON → a post's picture and recordings."""

from collections.abc import Mapping
from typing import Any

from feedsvc.model import MAX_IMAGE_WIDTH, Enclosure, Image, dedupe_enclosures
from feedsvc.text.characters import collapse_whitespace, remove_illegal_characters
from feedsvc.text.html import to_plain_text
from feedsvc.text.media_types import IMAGE_TYPES, RECORDING_TYPES, guess_media_type, parse_media_type
from feedsvc.text.shorten import shorten
from feedsvc.text.web_address import parse_web_address
from feedsvc.wordpress.json_values import get_first_embedded, is_id, to_mapping

_MAX_ALT_LENGTH = 1000
_MAX_CAPTION_LENGTH = 2000
_THUMBNAIL_SIZES = ("medium", "thumbnail")


def parse_featured_id(data: Mapping[str, Any]) -> int | None:
    """Return the id of a post's featured image, or None when the post has none or embeds it."""
    media_id = data.get("featured_media")
    return media_id if is_id(media_id) and not get_first_embedded(data, "wp:featuredmedia") else None


def parse_featured_image(data: Mapping[str, Any]) -> Image | None:
    """Return the featured image in a post's JSON: an embedded media object, else the address that Jetpack
    adds; None when there is neither.
    """
    media = get_first_embedded(data, "wp:featuredmedia")
    if media and (image := parse_image(media)):
        return image
    address = parse_web_address(data.get("jetpack_featured_media_url"))
    return Image(address, type=guess_media_type(address, IMAGE_TYPES)) if address else None


def parse_image(data: Mapping[str, Any]) -> Image | None:
    """Return the picture in `data`, a media object of the REST API, in the largest size that is sensible to
    show; None when it is no picture or an error object.
    """
    details = to_mapping(data.get("media_details"))
    sizes = to_mapping(details.get("sizes"))
    address = parse_web_address(data.get("source_url"))
    media_type = parse_media_type(data.get("mime_type")) or guess_media_type(address, IMAGE_TYPES)
    if not address or not media_type.startswith("image/"):
        return None
    alt = collapse_whitespace(remove_illegal_characters(str(data.get("alt_text") or "")))[:_MAX_ALT_LENGTH]
    width, height = _parse_pixels(details.get("width")), _parse_pixels(details.get("height"))
    full_size = Image(address, alt, width, height, media_type)
    offered = [
        Image(url, alt, _parse_pixels(size.get("width")), _parse_pixels(size.get("height")), media_type)
        for size in sizes.values()
        if isinstance(size, Mapping) and (url := parse_web_address(size.get("source_url")))
    ]
    small_sizes = (sizes.get(name) for name in _THUMBNAIL_SIZES)
    small_urls = (
        parse_web_address(size.get("source_url")) for size in small_sizes if isinstance(size, Mapping)
    )
    thumbnail = next(small_urls, "")
    shown = full_size
    if full_size.width > MAX_IMAGE_WIDTH:
        narrow = [size for size in offered if size.width <= MAX_IMAGE_WIDTH and _is_whole(size, full_size)]
        shown = max(narrow, key=lambda size: size.width, default=full_size)
    caption = _parse_caption(data.get("caption"))
    return Image(shown.url, alt, shown.width, shown.height, media_type, thumbnail, caption)


def enclosures_from_meta(data: Mapping[str, Any]) -> tuple[Enclosure, ...]:
    """Return the recordings that podcast plug-ins put into a post's JSON: `audio_file` (Seriously Simple
    Podcasting, with the bytes in `filesize_raw`), or WordPress's own `enclosure` field, whose lines are
    address, bytes, type.
    """
    meta = to_mapping(data.get("meta"))
    audio_bytes = _parse_bytes(meta.get("filesize_raw"))
    enclosures = []
    for value, known_bytes in (
        (meta.get("audio_file"), audio_bytes),
        (meta.get("enclosure"), 0),
        (data.get("audio_file"), audio_bytes),
    ):
        for text in value if isinstance(value, list) else [value]:
            lines = str(text or "").split("\n")
            address = parse_web_address(lines[0])
            stated_type = parse_media_type(lines[2]) if len(lines) > 2 else ""
            media_type = guess_media_type(address, RECORDING_TYPES) or stated_type
            if address and media_type.startswith(("audio/", "video/")):
                length = _parse_bytes(lines[1]) if len(lines) > 1 else 0
                enclosures.append(Enclosure(address, media_type, length or known_bytes))
    return dedupe_enclosures(enclosures)


def _parse_caption(value: Any) -> str:
    """Return the caption of a media object, on one line: a credit is part of it."""
    rendered = value.get("rendered") if isinstance(value, Mapping) else value
    return shorten(to_plain_text(rendered), _MAX_CAPTION_LENGTH) if isinstance(rendered, str) else ""


def _is_whole(size: Image, picture: Image) -> bool:
    """Return whether a size shows the whole picture: some are cut to another shape."""
    if not (size.width and size.height and picture.height):
        return False
    return abs(picture.height * size.width / picture.width - size.height) <= 2


def _parse_bytes(value: Any) -> int:
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _parse_pixels(value: Any) -> int:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
