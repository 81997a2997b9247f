"""What crawlers are told: pages that a query makes are without number, and of no use in a search engine."""

from urllib.parse import urlsplit

from flask import Blueprint, request
from werkzeug.wrappers import Response

from feedsvc.publish.context import current_context
from feedsvc.publish.respond import respond

blueprint = Blueprint("crawlers", __name__)

NOT_INDEXED = ("/preview", "/why", "/builder")
"""The paths whose answers say `noindex` as well, for whoever comes by another way than a crawl."""

_MAX_AGE_SECONDS = 86_400


@blueprint.get("/robots.txt")
def send_robots() -> Response:
    """Send the Robots Exclusion Protocol's file (RFC 9309)."""
    # Where we are under a prefix, the operator may serve this at the root of the host.
    prefix = urlsplit(current_context().base_url(request)).path.rstrip("/")
    lines = ["User-agent: *", *(f"Disallow: {prefix}{path}" for path in NOT_INDEXED), ""]
    cache_control = f"public, max-age={_MAX_AGE_SECONDS}"
    return respond(request, "\n".join(lines).encode(), "text/plain", cache_control=cache_control)
