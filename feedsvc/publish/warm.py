"""Prepared answers, sent without Flask and without the database: a WSGI layer in front of the application.

Readers poll, all day, mostly for nothing. What was asked for once, and has not changed, costs one look-up
here, and no work: its bytes and headers are known. All else goes on to the application, which leaves what
it makes in `PreparedAnswers`.
"""

import time
from collections.abc import Iterable
from typing import Any

from werkzeug.datastructures import EnvironHeaders

from feedsvc.publish.access import asks_for_key
from feedsvc.publish.audience import asks_for_page
from feedsvc.publish.client_limit import WsgiApp
from feedsvc.publish.context import PublishContext
from feedsvc.publish.delta import accepts_delta
from feedsvc.publish.feed_answers import ADDRESS
from feedsvc.publish.freshness import Sighting, StoreWatch, format_cache_control
from feedsvc.publish.prepared_answers import MAX_ADDRESS_LENGTH, PreparedAnswer
from feedsvc.publish.representation import DELTA_STATUS, Variant
from feedsvc.publish.respond import Answer, make_answer, make_delta, make_not_modified, make_whole

_METHODS = ("GET", "HEAD")
_HEADER_SECONDS = 1.0  # for which a Cache-Control is written once: it counts seconds


Address = tuple[str, str, str, str, str, str, str]
"""What an answer is looked up by, all of a request that it may depend on: the path, the query string, the
host, the scheme, the codings that the client takes, the ETag that it has if it takes a delta feed, and its
credentials where they are asked for. So what a key has opened is found with that key alone, in the very
place where it was: whoever asks so was let in before."""


class NotPreparedError(Exception):
    """There is no prepared answer: the application has to make one."""


class WarmAnswers:
    """The WSGI layer around `app`, which leaves what it makes in the answers of `context`."""

    def __init__(self, app: WsgiApp, context: PublishContext) -> None:
        self._app = app
        self._settings = context.settings
        self._answers = context.answers
        self._watch = StoreWatch(context.database, context.settings)
        self._trusts_proxies = context.settings.trusted_proxies > 0
        self._asks_for_key = asks_for_key(context.settings)
        self._cache_controls: dict[tuple[bool, bool], str] = {}
        self._cache_controls_end = 0.0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        address = self._read_address(environ)
        if address is None:
            return self._app(environ, start_response)
        now = time.monotonic()
        if answer := self._find_answer(environ, address, self._watch.look(now), now):
            return _send(environ, start_response, answer)
        environ[ADDRESS] = address
        return self._app(environ, start_response)

    def answer_at_once(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as the layer does, without waiting for anything: it may be called where nothing may wait.

        Raises NotPreparedError when the application is needed, or the store has to be looked at.
        """
        now = time.monotonic()
        address, sighting = self._read_address(environ), self._watch.peek(now)
        answer = self._find_answer(environ, address, sighting, now) if address and sighting else None
        if answer is None:
            raise NotPreparedError
        return _send(environ, start_response, answer)

    def _find_answer(
        self, environ: dict[str, Any], address: Address, sighting: Sighting, now: float
    ) -> Answer | None:
        if found := self._answers.find(address):
            prepared, variant = found
            # While another thread looks whether it is right still, readers get what there is.
            if prepared.is_right(sighting.revision, now) or prepared.is_being_checked:
                prepared.was_used = True
                return self._make_answer(environ, prepared, variant, sighting, now)
        return None

    def _read_address(self, environ: dict[str, Any]) -> Address | None:
        """Return the address that is asked for, None where what is asked is too rare to be prepared for."""
        if (
            environ["REQUEST_METHOD"] not in _METHODS
            or environ.get("CONTENT_LENGTH")
            or "HTTP_TRANSFER_ENCODING" in environ
            or "HTTP_IF_MATCH" in environ
            or "HTTP_IF_UNMODIFIED_SINCE" in environ
            or len(environ.get("HTTP_IF_NONE_MATCH", "")) > MAX_ADDRESS_LENGTH
            # Pages are seldom asked for, and none is found here: so a reader never meets one.
            or asks_for_page(environ)
        ):
            return None
        scheme = environ["wsgi.url_scheme"]
        if self._trusts_proxies:
            # What they say of it is for the application to judge; here it tells answers apart.
            scheme += " " + environ.get("HTTP_X_FORWARDED_PROTO", "")
        address = (
            environ["PATH_INFO"],
            environ.get("QUERY_STRING", ""),
            environ.get("HTTP_HOST", ""),
            scheme,
            environ.get("HTTP_ACCEPT_ENCODING", ""),
            environ.get("HTTP_IF_NONE_MATCH", "") if accepts_delta(environ.get("HTTP_A_IM", "")) else "",
            environ.get("HTTP_AUTHORIZATION", "") if self._asks_for_key else "",
        )
        return address if sum(map(len, address)) <= MAX_ADDRESS_LENGTH else None

    def _make_answer(
        self,
        environ: dict[str, Any],
        prepared: PreparedAnswer,
        variant: Variant,
        sighting: Sighting,
        now: float,
    ) -> Answer:
        if variant.status == DELTA_STATUS:
            return make_delta(variant)
        cache_control = self._format_cache_control(prepared, sighting, now)
        held = environ.get("HTTP_IF_NONE_MATCH")
        if held is None and "HTTP_IF_MODIFIED_SINCE" not in environ:
            return make_whole(variant, cache_control)
        if held == variant.quoted_etag:
            return make_not_modified(variant, cache_control)
        return make_answer(EnvironHeaders(environ), prepared.representation, variant, cache_control)

    def _format_cache_control(self, prepared: PreparedAnswer, sighting: Sighting, now: float) -> str:
        if now > self._cache_controls_end:
            self._cache_controls = {}
            self._cache_controls_end = now + _HEADER_SECONDS
        written = self._cache_controls  # another thread may begin anew meanwhile
        key = (prepared.is_complete, prepared.may_share)
        if key not in written:
            written[key] = format_cache_control(
                self._settings,
                sighting.next_pull_at,
                is_complete=prepared.is_complete,
                may_share=prepared.may_share,
            )
        return written[key]


def _send(environ: dict[str, Any], start_response: Any, answer: Answer) -> Iterable[bytes]:
    start_response(answer.status, answer.headers)
    return (answer.body,) if environ["REQUEST_METHOD"] == "GET" else ()
