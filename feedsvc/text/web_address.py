"""A web address in the characters that it may have."""

import re
from typing import Any
from urllib.parse import quote, urlsplit

import idna

from feedsvc.text.characters import remove_illegal_characters

_HOST = re.compile(r"(?i:(https?:)?//)(?P<user>[^/?#@]*@)?(?P<host>[^/?#@:\[\]]+)")


def write_host_in_ascii(address: str) -> str:
    """Return `address` with a host beyond ASCII as the name that it is looked up by (RFC 5891, UTS 46).

    A host that can't have such a name stays as it is.
    """
    if address.isascii():
        return address
    found = _HOST.match(address)
    if found is None or found["host"].isascii():
        return address
    try:
        host = idna.encode(found["host"], uts46=True).decode("ascii")
    except idna.IDNAError:
        return address
    return address[: found.start("host")] + host + address[found.end("host") :]


def parse_web_address(value: Any) -> str:
    """Return `value` in the characters that RFC 3986 allows, or an empty string when it is no http(s)
    address.
    """
    text = write_host_in_ascii(remove_illegal_characters(str(value or "")).strip())
    text = quote(text, safe="%/:=&?~#+!$,;'@()*[]")
    try:
        parts = urlsplit(text)
        is_usable = parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        return ""
    return text if is_usable else ""
