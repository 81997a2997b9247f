"""Who asks: a person with a browser, who gets pages, or a program, which gets feeds and plain sentences."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

PAGE_VARY = "Accept-Encoding, Accept, Sec-Fetch-Dest, From"
"""Of an answer that is what it is because a browser asked, or a program.

A feed itself has `Vary: Accept-Encoding` alone, on purpose. Each reader sends an Accept of its own: with
more, a shared cache would keep a copy of the feed for each of them, and all would come through to us.
RFC 9110 (12.5.5) leaves it to the server to weigh that. What must not be mixed up is not: a page at a
feed's address is `private`, so that no shared cache ever has one to give to a reader. The other way about,
a cache that has the feed gives it to a browser too, unless it tells them apart as deploy/nginx.conf does.
"""

_FEED_TYPES = (
    *("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"),
    *("application/xml", "text/xml", "application/json"),
)


def asks_for_page(environ: Mapping[str, Any]) -> bool:
    """Return whether the request of a WSGI environment is that of a person who opens an address.

    In doubt it is a program's: a person who gets a feed is surprised, a reader that gets a page loses it.
    """
    # Browsers send Sec-Fetch-Dest with all that they ask for by https and on the loopback, so that what a
    # script or an extension fetches is told from what a person opens.
    if destination := environ.get("HTTP_SEC_FETCH_DEST"):
        is_opened = destination == "document"
    else:
        accept = environ.get("HTTP_ACCEPT", "")
        is_opened = "text/html" in accept.lower() and _prefers_html(accept)
    # Crawlers take what browsers take, and say by From whose they are (RFC 9110, 10.1.2).
    return is_opened and "HTTP_FROM" not in environ


@lru_cache(maxsize=256)  # there are few programs, and each sends its own line
def _prefers_html(accept: str) -> bool:
    """Return whether a client takes a page rather than a feed of any kind, and is a browser as it seems."""
    accepted = parse_accept_header(accept, MIMEAccept)
    if accepted.quality("text/html") <= max(map(accepted.quality, _FEED_TYPES)):
        return False
    # Java's HttpURLConnection and KDE's KIO like HTML best as well, whoever asks by them, and readers do.
    # They name pictures, and not XHTML, which all browsers name.
    names_pictures = any(value.startswith("image/") for value in accepted.values())
    return "application/xhtml+xml" in accepted.values() or not names_pictures
