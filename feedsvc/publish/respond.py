"""Bytes → an HTTP answer: gzip, strong ETag, Last-Modified, 304, Cache-Control (RFC 9110, RFC 9111)."""

import gzip
import hashlib
from datetime import UTC, datetime

from werkzeug.wrappers import Request, Response

_WORTH_PACKING = 500
_GZIP_LEVEL = 6


def respond(
    request: Request, body: bytes, mimetype: str, *, max_age: int, changed: datetime | None = None
) -> Response:
    """Give the answer to `request` that carries `body`, or a 304 when the client has it already.

    The ETag is of the bytes, so it changes exactly when they do; the packed form has one of its own
    (RFC 9110, section 8.8.3.3). `max_age` is in seconds. `changed` becomes Last-Modified, unless it
    lies in the future, which section 8.8.2.1 forbids. A client that sends nothing but a date has to send
    that very date: when the newest post is taken back, a feed changes to an earlier one.
    """
    etag = hashlib.sha256(body).hexdigest()[:32]
    packed = len(body) >= _WORTH_PACKING and request.accept_encodings.quality("gzip") > 0
    if packed:
        body = gzip.compress(body, _GZIP_LEVEL, mtime=0)
        etag += "-gzip"
    response = Response(body, content_type=f"{mimetype}; charset=utf-8")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = f"public, max-age={max_age}" if max_age else "no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.set_etag(etag)
    if changed and changed <= datetime.now(UTC):
        response.last_modified = changed
    if not request.if_none_match and request.if_modified_since != response.last_modified:
        return response
    return response.make_conditional(request)
