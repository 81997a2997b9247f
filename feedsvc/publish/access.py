"""Private feeds: who is let in, by a key in the address or by HTTP Basic, and how an answer keeps the key.

The key is taken out of the query string before anything else sees it: so it is no parameter of any page,
and stands in no message. What it has opened has it in its own links: feeds, lists and redirects by
`keeping_key` (query/address.py), pages by `keep_key_in_page`.
"""

import hmac
import re
from collections.abc import Iterable, Sequence
from itertools import compress
from operator import not_
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_plus

from flask import Request
from markupsafe import escape
from werkzeug.wrappers import Response

from feedsvc.config import Settings
from feedsvc.publish.client_limit import WsgiApp
from feedsvc.publish.respond import respond_text
from feedsvc.query.address import KEY_PARAMETER, keep_key, keeping_key

_KEYS = "feedsvc.keys"  # in a WSGI environment: those that the address had
_IS_PRIVATE = "feedsvc.is_private"
_OPEN_ENDPOINTS = ("monitoring.check_alive", "monitoring.check_ready", "static", "crawlers.send_robots")
"""What platforms and browsers ask without a key, and what tells nothing of what is published."""

_TOPIC_RULE = "/topic/<name>"
_LINK = re.compile(r'(<(?:a|form|link rel="alternate")(?=\s)[^>]*?\b(?:href|action)=")([^"]*)(")')
_FORM = re.compile(r"<form\b[^>]*>")
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


class KeyTaker:
    """A WSGI layer that takes the keys out of the query string of a request, for `check_access`.

    Where no key is asked for they go as well: who had one reads on when feeds become public.
    """

    def __init__(self, app: WsgiApp) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        parts = environ.get("QUERY_STRING", "").split("&")
        is_key = [unquote_plus(part.partition("=")[0]) == KEY_PARAMETER for part in parts]
        if any(is_key):
            keys = "&".join(compress(parts, is_key))
            environ[_KEYS] = [value for _, value in parse_qsl(keys, keep_blank_values=True)]
            environ["QUERY_STRING"] = "&".join(compress(parts, map(not_, is_key)))
        with keeping_key(""):  # until the request was checked
            return self._app(environ, start_response)


def asks_for_key(settings: Settings) -> bool:
    """Return whether anything is private here."""
    return bool(settings.access_token) or any(topic.access_token for topic in settings.topics.values())


def describe_open_topics(settings: Settings) -> str | None:
    """Return what an operator may not expect of a topic with a token where all else is open; else None."""
    names = [name for name, topic in settings.topics.items() if topic.access_token]
    if settings.access_token or not names:
        return None
    return (
        f"the topic {names[0]} asks for a token, and everyone reads its posts at /feed.rss: set "
        "access_token (FEEDSVC_ACCESS_TOKEN) as well, which closes all the rest"
    )


def check_access(settings: Settings, request: Request) -> Response | None:
    """Return the refusal of a request that lacks a right key, None where it may go on.

    A key in the address goes before one in the header, and is kept in what is made of the request.
    """
    tokens = _list_tokens(settings, request)
    if not tokens:
        return None
    request.environ[_IS_PRIVATE] = True
    keys: Sequence[str] = request.environ.get(_KEYS, ())
    if keys:
        if all(_is_among(key, tokens) for key in keys):
            keep_key(keys[0])
            return None
    elif (sent := request.authorization) and sent.type == "basic" and _is_among(sent.password, tokens):
        return None
    refusal = respond_text(
        "this needs a key: write it into the address, as ?key=…, or give it as the password of HTTP Basic, "
        "with any user name",
        401,
    )
    refusal.headers["WWW-Authenticate"] = 'Basic realm="feedsvc", charset="UTF-8"'
    return refusal


def is_private(request: Request) -> bool:
    """Return whether the answer to `request` is for those who have a key."""
    return bool(request.environ.get(_IS_PRIVATE))


def _list_tokens(settings: Settings, request: Request) -> tuple[str, ...]:
    """Return the tokens of which one opens what `request` asks for; none where everyone may have it."""
    if request.endpoint in _OPEN_ENDPOINTS:
        return ()
    own: tuple[str, ...] = ()
    rule = request.url_rule
    if rule and rule.rule.startswith(_TOPIC_RULE):
        topic = settings.topics.get((request.view_args or {}).get("name", ""))
        own = topic.access_token if topic else ()
    return own + settings.access_token


def _is_among(key: str | None, tokens: Iterable[str]) -> bool:
    """Return whether `key` is one of `tokens`, after the same time wherever it differs."""
    given = (key or "").encode()
    # None is left out once one is found.
    return sum(hmac.compare_digest(given, token.encode()) for token in tokens) > 0


def keep_key_in_page(page: str, key: str, base_url: str) -> str:
    """Return a page of ours with `key`, if there is one, in its links to ourselves and in its forms.

    `base_url` is where its client reaches us. Links that have a key already stay as they are.
    """
    if not key:
        return page
    escaped_base = str(escape(base_url))

    def amend(match: re.Match[str]) -> str:
        before, address, after = match.groups()
        is_ours = address.startswith(escaped_base) or not _ABSOLUTE.match(address)
        return before + (_add_key(address, key, "&amp;") if is_ours else address) + after

    page = _LINK.sub(amend, page)
    field = f'<input type="hidden" name="{KEY_PARAMETER}" value="{escape(key)}">'
    return _FORM.sub(lambda match: match[0] + field, page)


def keep_key_in_location(location: str, key: str) -> str:
    """Return the address that a redirect leads to, with `key`."""
    return _add_key(location, key, "&") if key else location


def _add_key(address: str, key: str, ampersand: str) -> str:
    path, hash_mark, fragment = address.partition("#")
    _, mark, query_string = path.partition("?")
    if not path or re.search(rf"(?:^|&|;){KEY_PARAMETER}=", query_string):
        return address
    between = "?" if not mark else ampersand if query_string else ""
    return f"{path}{between}{KEY_PARAMETER}={quote(key, safe='')}{hash_mark}{fragment}"
