"""The web application: its blueprints put together, what an error becomes, the headers that guard pages.

It reads the store and nothing else. Since it never fetches, no request can be turned against an inner
network, and a slow site can't slow a reader.
"""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from jinja2 import Template
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import BadRequest, MethodNotAllowed, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as BaseResponse

from feedsvc.config import Settings
from feedsvc.errors import DatabaseBusyError, NotReadyError, QueryError, TooLongError, UnknownPathError
from feedsvc.publish import crawlers, feed_lists, feed_pages, feeds, monitoring, pages
from feedsvc.publish.access import (
    KeyTaker,
    check_access,
    is_private,
    keep_key_in_location,
    keep_key_in_page,
)
from feedsvc.publish.base_path import BasePath
from feedsvc.publish.client_limit import ClientLimit
from feedsvc.publish.context import (
    EXTENSION,
    MAX_ANSWER_SECONDS,
    PublishContext,
    current_context,
    read_query_string,
)
from feedsvc.publish.crawlers import NOT_INDEXED
from feedsvc.publish.error_answers import respond_mistake, respond_query_error, respond_unknown_path
from feedsvc.publish.hosts import is_known_host
from feedsvc.publish.prepared_answers import PreparedAnswers
from feedsvc.publish.redirects import lead_on, may_lead_on
from feedsvc.publish.respond import respond_text
from feedsvc.publish.static_files import send_static_file
from feedsvc.publish.views.script import SCRIPT_SOURCE
from feedsvc.query.address import get_kept_key
from feedsvc.query.query_string import check_no_parameters
from feedsvc.store.database import Database

_RETRY_SECONDS = 15
_PATIENCE_SECONDS = 60  # for what took too long: in a minute the machine may have less to do
_CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; img-src {}"
)
_SOURCES_OF_PAGES = "'self' data:"
_SOURCES_OF_BODIES = "https: http: data:; media-src https: http:"  # of posts, from anywhere
_ENDPOINTS_WITH_BODIES = ("pages.show_preview",)
_ENDPOINTS_FOR_ANY_HOST = ("monitoring.check_alive", "monitoring.check_ready")
"""Platforms ask these by an address of their own, and the answer is the same word for everyone."""
_ENDPOINTS_WITHOUT_PARAMETERS = ("pages.show_home",)


def create_app(settings: Settings, database: Database) -> Flask:
    """Return the WSGI application that publishes what `database` holds."""
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/static/<name>", "static", send_static_file)
    app.extensions[EXTENSION] = PublishContext(settings, database, _make_room_for_answers(settings))
    # Such addresses lead on like others that are not ours: see redirects.py.
    app.url_map.merge_slashes = False
    for module in (feeds, feed_lists, feed_pages, pages, crawlers, monitoring):
        app.register_blueprint(module.blueprint)
    app.before_request(_check_request)
    app.after_request(_add_security_headers)
    app.after_request(_guard_private_answer)
    app.jinja_env.template_class = _Page
    app.register_error_handler(QueryError, respond_query_error)
    app.register_error_handler(UnknownPathError, respond_unknown_path)
    app.register_error_handler(NotReadyError, _respond_to_not_ready)
    app.register_error_handler(DatabaseBusyError, _respond_to_busy)
    app.register_error_handler(TooLongError, _respond_to_too_long)
    app.register_error_handler(SQLAlchemyError, _respond_to_database_failure)
    app.register_error_handler(400, _respond_to_bad_request)
    app.register_error_handler(404, _respond_to_not_found)
    app.register_error_handler(405, _respond_to_method_not_allowed)
    app.register_error_handler(500, _respond_to_failure)
    _put_around(app, KeyTaker(app.wsgi_app))
    if path := urlsplit(settings.address).path.rstrip("/"):
        _put_around(app, BasePath(app.wsgi_app, path, app.url_map.bind("").test))
    if limit := settings.max_requests_per_client:
        _put_around(app, ClientLimit(app.wsgi_app, limit))
    if number := settings.trusted_proxies:
        # The scheme and the client come from the proxies that the operator has in front, counted from us:
        # what stands before their words is the client's. Not the host: a proxy can pass it on as Host.
        _put_around(app, ProxyFix(app.wsgi_app, x_for=number, x_proto=number, x_host=0))
    return app


def _make_room_for_answers(settings: Settings) -> PreparedAnswers:
    return PreparedAnswers(settings.warm_bytes // settings.web_concurrency, MAX_ANSWER_SECONDS)


def _put_around(app: Flask, layer: Any) -> None:
    """Let `layer`, a WSGI application around ours, take its requests."""
    app.wsgi_app = layer  # type: ignore[method-assign]  # as Flask's documentation does; mypy sees a method


def _check_request() -> BaseResponse | None:
    if not request.host or request.scheme not in ("http", "https"):
        message = "the request's Host header or its X-Forwarded-Proto header is not valid"
        return respond_text(message, 400)
    settings = current_context().settings
    asks_for_known_host = not settings.allowed_hosts or is_known_host(settings, request.host)
    if not asks_for_known_host and request.endpoint not in _ENDPOINTS_FOR_ANY_HOST:
        message = "this service does not go by the name in the request's Host header (see allowed_hosts)"
        return respond_text(message, 421)
    if request.content_length or "Transfer-Encoding" in request.headers:
        return respond_text("no request here takes a body: send this one without", 413)
    if refusal := check_access(settings, request):
        return refusal
    if may_lead_on(request) and (answer := lead_on(request, current_context())):
        return answer
    if request.endpoint in _ENDPOINTS_WITHOUT_PARAMETERS:
        check_no_parameters(read_query_string(request))
    return None


def _guard_private_answer(response: Response) -> Response:
    """Keep what a key has opened from shared caches, and the key in where the answer leads."""
    if not is_private(request):
        return response
    cache_control = response.headers.get("Cache-Control", "private").replace("public", "private")
    if not any(word in cache_control for word in ("private", "no-store")):
        cache_control = f"private, {cache_control}"
    response.headers["Cache-Control"] = cache_control
    if "Location" in response.headers:
        response.headers["Location"] = keep_key_in_location(response.headers["Location"], get_kept_key())
    return response


class _Page(Template):
    """A page whose links to ourselves keep the key that has opened it."""

    def render(self, *args: object, **kwargs: object) -> str:
        """Return the page."""
        return keep_key_in_page(
            super().render(*args, **kwargs), get_kept_key(), current_context().base_url(request)
        )


def _add_security_headers(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    if request.path in NOT_INDEXED:
        response.headers["X-Robots-Tag"] = "noindex"
    if response.mimetype == "text/html":
        has_bodies = request.endpoint in _ENDPOINTS_WITH_BODIES
        policy = _CONTENT_POLICY.format(_SOURCES_OF_BODIES if has_bodies else _SOURCES_OF_PAGES)
        if g.get("has_script"):
            policy += f"; script-src {SCRIPT_SOURCE}; connect-src 'self'"
        response.headers["Content-Security-Policy"] = policy
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _respond_to_not_ready(error: NotReadyError) -> BaseResponse:
    response = respond_mistake(str(error), 503)
    response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response


def _respond_to_busy(error: DatabaseBusyError) -> BaseResponse:
    current_app.logger.warning("%s", error)  # it names the server, which is nobody else's business
    response = respond_mistake("the database can't be reached for now: ask again in a minute", 503)
    response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response


def _respond_to_database_failure(error: SQLAlchemyError) -> BaseResponse:
    """Answer 503 where another version has changed the schema under us; else it is a fault of ours."""
    if current_context().database.is_current():
        raise error
    current_app.logger.warning(
        "the database was migrated: this process is of another version, and has to end"
    )
    response = respond_text("the service is being updated: ask again in a minute", 503)
    response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response


def _respond_to_too_long(error: TooLongError) -> BaseResponse:
    response = respond_mistake(str(error), 503)
    if request.blueprint == pages.blueprint.name:
        response = pages.show_failure(str(error), 503)
    response.headers["Retry-After"] = str(_PATIENCE_SECONDS)
    return response


def _respond_to_bad_request(_error: BadRequest) -> BaseResponse:
    return respond_text("the request is not understood: its Host header may be none", 400)


def _respond_to_not_found(_error: NotFound) -> BaseResponse:
    return respond_mistake("there is nothing here: see / for the feeds that there are", 404)


def _respond_to_method_not_allowed(error: MethodNotAllowed) -> BaseResponse:
    response = respond_mistake("only GET and HEAD are answered here", 405)
    response.headers["Allow"] = ", ".join(error.valid_methods or ())
    return response


def _respond_to_failure(_error: Exception) -> BaseResponse:
    return respond_text("feedsvc has failed; its log says more", 500)
