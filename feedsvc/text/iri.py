"""A name for a thing, as Atom wants it: an IRI (RFC 3987)."""

from urllib.parse import quote

import regex

_IRI = regex.compile(
    r"[a-z][a-z0-9+.-]*:(?:[\w\-.~!$&'()*+,;=:@/?\[\]]|%[0-9a-f]{2})+(?:#(?:[\w\-.~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*)?",
    regex.IGNORECASE,
)
_ADDRESS = regex.compile(r"(?:https?|ftp)://[^\s/?#]+(?:[/?#]|$)|(?:urn|tag):\S", regex.IGNORECASE)
_OF_URN = "()+,.=@;$_!*'-:"  # what a URN may have as it is (RFC 8141)


def make_iri(text: str, prefix: str) -> str:
    """Return `text` where it is an IRI, else one that is made of it, the same for the same text.

    An address is quoted; any other text stands behind `prefix`, a URN's beginning.
    """
    if _IRI.fullmatch(text):
        return text
    quoted = quote(text, safe="%/:=&?~#+!$,;'@()*[]") if _ADDRESS.match(text) else ""
    return quoted if _IRI.fullmatch(quoted) else prefix + quote(text, safe=_OF_URN)
