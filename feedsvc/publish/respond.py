"""Bytes → an HTTP answer: packed, strong ETag, Last-Modified, 304, 412, Cache-Control (RFC 9110, 9111)."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from werkzeug.datastructures import Headers
from werkzeug.http import parse_date, parse_etags
from werkzeug.wrappers import Request, Response

from feedsvc.publish.packing import choose_coding, list_codings, name_form, pack


def respond(
    request: Request,
    body: bytes,
    media_type: str,
    *,
    max_age: int,
    may_share: bool = True,
    changed: datetime | None = None,
) -> Response:
    """Return the answer to `request` that carries `body`, or a 304 when the client has it already.

    The ETag is of the bytes, so it changes exactly when they do; each packed form has one of its own
    (RFC 9110, section 8.8.3.3). Who has any form that it takes has the answer: a 304 names that one.
    `max_age` is in seconds; without `may_share` it is for the client's own cache alone. `changed` becomes
    Last-Modified, unless it lies in the future, which section 8.8.2.1 forbids. A Range is not looked at,
    which section 14.2 leaves to us: a part of a feed is of no use.
    """
    etag = hashlib.sha256(body).hexdigest()[:32]
    accepted = request.headers.get("Accept-Encoding")
    coding = choose_coding(accepted, len(body))
    forms = [name_form(etag, each) for each in list_codings(accepted)]
    etag = name_form(etag, coding)
    if changed and changed > datetime.now(UTC):
        changed = None
    status = evaluate_preconditions(
        request.headers, etag, changed
    )  # of a 304 Werkzeug sends what it may have
    if status == 200 and (held_etag := find_held_form(request.headers, forms)):
        status, etag = 304, held_etag  # by which a cache finds what it has
    if status == 412:
        return respond_text("what you have is not what there is now: ask again without conditions", 412)
    response = Response(
        pack(body, coding) if status == 200 else b"", status, content_type=f"{media_type}; charset=utf-8"
    )
    if coding:
        response.headers["Content-Encoding"] = coding
    response.headers["Vary"] = "Accept-Encoding"
    scope = "public" if may_share else "private"
    response.headers["Cache-Control"] = f"{scope}, max-age={max_age}" if max_age else "no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.set_etag(etag)
    if changed:
        response.last_modified = changed
    return response


def evaluate_preconditions(headers: Headers, etag: str, changed: datetime | None) -> int:
    """Return what the conditions in `headers` make of a GET or HEAD: 200, 304 or 412.

    In the order of RFC 9110, section 13.2.2. `etag` is of what would be sent, without quotation marks;
    `changed` is its Last-Modified, if it has one. A tag without quotation marks counts, since some readers
    take them off; a date that is none does not. A client that sends nothing but a date has to send that
    very date: when the newest post is taken back, a feed changes to an earlier one (section 13.1.3
    foresees servers that honour exact matches alone).
    """
    if "If-Match" in headers:
        tags = parse_etags(headers["If-Match"])
        if not (tags.star_tag or tags.is_strong(etag)):
            return 412
    elif _is_later(changed, headers.get("If-Unmodified-Since")):
        return 412
    if "If-None-Match" in headers:
        return 304 if parse_etags(headers["If-None-Match"]).contains_weak(etag) else 200
    since = _parse_http_date(headers.get("If-Modified-Since"))
    return 304 if since and changed and since == changed.replace(microsecond=0) else 200


def find_held_form(headers: Headers, etags: Sequence[str]) -> str | None:
    """Return the first of `etags`, without quotation marks, that If-None-Match in `headers` names.

    They are those of one body's forms that the client takes: what it has is as good in another coding than
    we would send now. Of a form that it does not take it may be a cache that asks on behalf of another.
    """
    tags = parse_etags(headers.get("If-None-Match"))
    return next((etag for etag in etags if tags.contains_weak(etag)), None)


def _is_later(changed: datetime | None, date: str | None) -> bool:
    limit = _parse_http_date(date)
    return changed is not None and limit is not None and changed.replace(microsecond=0) > limit


def _parse_http_date(text: str | None) -> datetime | None:
    """Return the moment of an HTTP-date in any of its three forms (section 5.6.7), or None."""
    if text and text.count(",") > 1:
        return None  # several of them, which section 13.1.3 has us ignore
    return parse_date(text)


def respond_text(message: str, status: int) -> Response:
    """Return an answer of one plain sentence, which no cache keeps."""
    return Response(message + "\n", status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
