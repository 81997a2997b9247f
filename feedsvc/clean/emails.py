"""E-mail addresses that Cloudflare hides: written as the page's script would write them.

(Cloudflare, 'Email Address Obfuscation': bytes in hexadecimal, each XOR the first of them.)
"""

import regex
from lxml.html import HtmlElement

_HEX = regex.compile(r"[0-9a-fA-F]{6,600}")
_ADDRESS = regex.compile(r"(?P<address>[^\s@<>\"'?]+@[^\s@<>\"'?]+\.[^\s@<>\"'?]+)(?:\?[^\s<>\"]*)?")
_HIDDEN_LINK = "/cdn-cgi/l/email-protection"


def reveal_emails(root: HtmlElement) -> None:
    """Write the e-mail addresses that a body hides, in links and in words, in place."""
    for element in list(root.iter("a", "span")):
        if hidden := element.get("data-cfemail"):
            if address := _decode(hidden):
                for child in list(element):
                    child.drop_tree()
                element.text = address
                if element.tag == "a":
                    element.set("href", f"mailto:{address}")
            elif element.tag == "a":
                element.attrib.pop("href", None)
        if element.tag == "a" and _HIDDEN_LINK in (target := element.get("href", "")):
            # The link around may hide what its words do not say.
            address = _decode(target.partition("#")[2]) or _decode(_find_hidden(element))
            if address:
                element.set("href", f"mailto:{address}")
            else:
                element.attrib.pop("href", None)


def _find_hidden(link: HtmlElement) -> str:
    return next(
        (part.get("data-cfemail", "") for part in link.iter("span") if part.get("data-cfemail")), ""
    )


def _decode(hidden: str) -> str:
    """Return the address that `hidden` holds, or an empty string when that is none."""
    if not _HEX.fullmatch(hidden) or len(hidden) % 2:
        return ""
    key, *signs = bytes.fromhex(hidden)
    try:
        text = bytes(sign ^ key for sign in signs).decode()
    except UnicodeDecodeError:
        return ""
    return text if _ADDRESS.fullmatch(text) else ""
