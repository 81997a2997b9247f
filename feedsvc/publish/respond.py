"""A representation → an HTTP answer: status, conditions, headers (RFC 9110, 9111)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from werkzeug.datastructures import Headers
from werkzeug.http import parse_date, parse_etags
from werkzeug.wrappers import Request, Response

from feedsvc.publish.packing import list_codings, name_form
from feedsvc.publish.representation import Representation, Variant

NOT_MODIFIED = "304 Not Modified"


class Answer(NamedTuple):
    """What is sent: the status with its phrase, the headers, the body."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


def respond(
    request: Request,
    body: bytes,
    media_type: str,
    *,
    cache_control: str,
    changed: datetime | None = None,
) -> Response:
    """Return the answer to `request` that carries `body`, or a 304 when the client has it already.

    A Range is not looked at, which section 14.2 leaves to us: a part of a feed is of no use.
    """
    return respond_with(request, Representation(body, media_type, changed), cache_control)


def respond_with(request: Request, representation: Representation, cache_control: str) -> Response:
    """Return the answer to `request` that carries `representation`, or a 304 as `respond` does."""
    variant = representation.choose_variant(request.headers.get("Accept-Encoding"))
    answer = make_answer(request.headers, representation, variant, cache_control)
    response = Response(answer.body, answer.status, answer.headers)
    if answer.status == NOT_MODIFIED:
        response.content_type = representation.content_type  # for who asks what it is of; it is not sent
    return response


def make_answer(
    headers: Headers, representation: Representation, variant: Variant, cache_control: str
) -> Answer:
    """Return the answer to a GET with `headers` that carries `variant`, or says that the client has it.

    Who has any variant that it takes has the answer: a 304 names that one.
    """
    status = evaluate_preconditions(headers, variant.etag, representation.changed)
    if status == 412:
        refusal = respond_text("what you have is not what there is now: ask again without conditions", 412)
        return Answer(refusal.status, list(refusal.headers), refusal.get_data())
    if status == 304:
        return make_not_modified(variant, cache_control)
    codings = list_codings(headers.get("Accept-Encoding"))
    if held_etag := find_held_form(headers, [name_form(representation.tag, coding) for coding in codings]):
        return make_not_modified(variant, cache_control, held_etag)
    return make_whole(variant, cache_control)


def make_whole(variant: Variant, cache_control: str) -> Answer:
    """Return the answer that carries all of `variant`."""
    return Answer(variant.status, [*variant.headers, ("Cache-Control", cache_control)], variant.body)


def make_delta(variant: Variant) -> Answer:
    """Return the answer that carries what of a feed the client lacks.

    No cache that does not know of such answers may keep it (RFC 3229, section 10.7.1).
    """
    return make_whole(variant, "no-store, im")


def make_not_modified(variant: Variant, cache_control: str, held_etag: str = "") -> Answer:
    """Return the answer that says that the client has `variant` already, or another one that is as good."""
    etag = f'"{held_etag}"' if held_etag else variant.quoted_etag
    return Answer(
        NOT_MODIFIED, [("ETag", etag), *variant.unchanging, ("Cache-Control", cache_control)], b""
    )


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
