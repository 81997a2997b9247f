"""Media types: how one is spelt, and which of them a file name suggests."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
# https://developer.wordpress.org/reference/functions/wp_get_mime_types/
RECORDING_TYPES: Mapping[str, str] = {
    ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".m4b": "audio/mp4", ".aac": "audio/aac",
    ".wav": "audio/wav", ".ogg": "audio/ogg", ".oga": "audio/ogg", ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".wma": "audio/x-ms-wma", ".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime",
    ".webm": "video/webm", ".ogv": "video/ogg", ".mpeg": "video/mpeg", ".mpg": "video/mpeg",
    ".avi": "video/avi", ".mkv": "video/x-matroska", ".wmv": "video/x-ms-wmv", ".3gp": "video/3gpp",
}  # fmt: skip
IMAGE_TYPES: Mapping[str, str] = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif",
    ".webp": "image/webp", ".avif": "image/avif", ".svg": "image/svg+xml",
}  # fmt: skip


def parse_media_type(value: Any) -> str:
    """Return the media type in `value` without its parameters (RFC 6838), or an empty string."""
    media_type = str(value or "").partition(";")[0].strip().lower()
    return media_type if _MEDIA_TYPE.fullmatch(media_type) else ""


def guess_media_type(address: str, types: Mapping[str, str]) -> str:
    """Return which of `types` (by suffix, such as RECORDING_TYPES) a URL's file name has, or an empty
    string.
    """
    try:
        return types.get(PurePosixPath(urlsplit(address).path).suffix.lower(), "")
    except ValueError:
        return ""
