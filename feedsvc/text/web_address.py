"""A web address in the characters that it may have."""

from typing import Any
from urllib.parse import quote, urlsplit

from feedsvc.text.characters import remove_illegal_characters


def parse_web_address(value: Any) -> str:
    """Return `value` in the characters that RFC 3986 allows, or an empty string when it is no http(s)
    address.
    """
    text = quote(remove_illegal_characters(str(value or "")).strip(), safe="%/:=&?~#+!$,;'@()*[]")
    try:
        parts = urlsplit(text)
        is_usable = parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        return ""
    return text if is_usable else ""
