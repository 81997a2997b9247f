"""Media types: which strings are one, and which a file name tells."""

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


def media_type(value: Any) -> str:
    """Give a media type without its parameters, or nothing when `value` is none (RFC 6838)."""
    told = str(value or "").partition(";")[0].strip().lower()
    return told if _MEDIA_TYPE.fullmatch(told) else ""


def type_by_suffix(address: str, types: Mapping[str, str]) -> str:
    try:
        return types.get(PurePosixPath(urlsplit(address).path).suffix.lower(), "")
    except ValueError:
        return ""
