"""Bytes → an HTTP answer: gzip, strong ETag, Last-Modified, 304, Cache-Control (RFC 9110, RFC 9111)."""

import gzip
import hashlib
from datetime import UTC, datetime

from werkzeug.wrappers import Request, Response

_MIN_GZIP_BYTES = 500
_GZIP_LEVEL = 6


def respond(
    request: Request, body: bytes, media_type: str, *, max_age: int, changed: datetime | None = None
) -> Response:
    """Return the answer to `request` that carries `body`, or a 304 when the client has it already.

    The ETag is of the bytes, so it changes exactly when they do; the compressed form has one of its own
    (RFC 9110, section 8.8.3.3). `max_age` is in seconds. `changed` becomes Last-Modified, unless it
    lies in the future, which section 8.8.2.1 forbids. A client that sends nothing but a date has to send
    that very date: when the newest post is taken back, a feed changes to an earlier one.
    """
    etag = hashlib.sha256(body).hexdigest()[:32]
    compresses = len(body) >= _MIN_GZIP_BYTES and request.accept_encodings.quality("gzip") > 0
    if compresses:
        body = gzip.compress(body, _GZIP_LEVEL, mtime=0)
        etag += "-gzip"
    response = Response(body, content_type=f"{media_type}; charset=utf-8")
    if compresses:
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


def respond_text(message: str, status: int) -> Response:
    """Return an answer of one plain sentence, which no cache keeps."""
    return Response(message + "\n", status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
