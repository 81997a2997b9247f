"""The web: routes, what a mistake becomes, the pages. Reads the store and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

from flask import Flask, Response, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import BadRequest, MethodNotAllowed, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as BaseResponse

from feedsvc.config import Settings
from feedsvc.errors import NotReadyError, QueryError
from feedsvc.model import Taxonomy
from feedsvc.publish import metrics, opml
from feedsvc.publish.directory import Directory, directory
from feedsvc.publish.feeds import make
from feedsvc.publish.find import as_saved, find
from feedsvc.publish.form import Form
from feedsvc.publish.health import Health, health
from feedsvc.publish.preview import preview
from feedsvc.publish.respond import respond
from feedsvc.publish.serialize import MIMETYPES, write
from feedsvc.query.condition import ANYTHING, Condition, Named, named
from feedsvc.query.query import FORMATS, Format, from_string, path, refuse_parameters, to_string
from feedsvc.store.database import Database
from feedsvc.text.nearest import (
    find_nearest,
)

_FRESH_SECONDS = 300
_RETRY_SECONDS = 15
_CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; img-src {}"
)
_OF_PAGES, _OF_BODIES = "'self' data:", "https: http: data:; media-src https: http:"


def create_app(settings: Settings, database: Database) -> Flask:
    """Give the WSGI application that publishes what `database` holds."""
    app = Flask(__name__)
    # The scheme and the client come from the platform's router. Not the host: anyone can send one.
    # mypy takes it for a method; to assign it is how Flask's documentation puts a layer around.
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=0)  # type: ignore[method-assign]

    def max_age(*, is_complete: bool) -> int:
        # While posts are still coming in, no cache should hold on to what lacks most of them.
        return int(min(settings.poll_interval.total_seconds(), _FRESH_SECONDS)) if is_complete else 0

    def base_url() -> str:
        return settings.address if settings.base_url else f"{request.scheme}://{request.host}/"

    def answer_feed(form: Format, fixed: Condition = ANYTHING, saved: str = "") -> BaseResponse:
        query = from_string(query_string(), fixed, saved)
        with database.reading() as connection:
            found = find(connection, settings, query, datetime.now(UTC))
        feed = make(found, form, base_url(), settings.title)
        body = write(feed, form)
        age = max_age(is_complete=found.is_complete)
        return respond(request, body, MIMETYPES[form], max_age=age, changed=feed.updated)

    @app.get("/feed.<any(rss, atom, json):form>")
    def feed(form: Format) -> BaseResponse:
        return answer_feed(form)

    @app.get("/<any(category, tag, author):field>/<slug>.<any(rss, atom, json):form>")
    def term_feed(field: Taxonomy, slug: str, form: Format) -> BaseResponse:
        is_one = slug.startswith("-") or "," not in slug
        return answer_feed(form, Named(field, (slug,)) if is_one else named(field, slug))

    @app.get("/topic/<name>.<any(rss, atom, json):form>")
    def topic_feed(name: str, form: Format) -> BaseResponse:
        if name not in settings.topics:
            near = find_nearest(name, settings.topics)
            advice = f"did you mean {near!r}?" if near else "see / for those that there are"
            return _text(f"there is no saved topic {name!r}: {advice}", 404)
        return answer_feed(form, saved=name)

    @app.get("/preview")
    def preview_page() -> BaseResponse:
        # A browser sends the fields of a form that were left empty, too.
        given = [(name, value) for name, value in parse_qsl(query_string()) if value.strip()]
        try:
            query = from_string(urlencode(given))
            with database.reading() as connection:
                shown = preview(connection, settings, query, datetime.now(UTC))
        except QueryError as error:
            page = render_template("preview.html", form=Form(given), mistake=str(error))
            return Response(page, 400, headers={"Cache-Control": "no-store"})
        asked = shown.found.query
        address = as_saved(settings, asked)
        page = render_template(
            "preview.html",
            form=Form(given),
            shown=shown,
            base_url=base_url(),
            feeds={form: path(address, form) for form in FORMATS},
            more=to_string(replace(asked, page=asked.page + 1)) if shown.found.has_more else "",
        )
        return respond(request, page.encode(), "text/html", max_age=0)

    @app.get("/feeds.opml")
    def feeds_opml() -> BaseResponse:
        listed = list_feeds()
        body = opml.write(listed.title, listed.outlines())
        return respond(request, body, "text/x-opml", max_age=max_age(is_complete=listed.is_complete))

    @app.get("/")
    def home() -> BaseResponse:
        listed = list_feeds()
        body = render_template("home.html", listed=listed, form=Form([])).encode()
        return respond(request, body, "text/html", max_age=max_age(is_complete=listed.is_complete))

    @app.before_request
    def refuse_bad_addresses() -> Response | None:
        if not request.host or request.scheme not in ("http", "https"):
            return _text("the request's Host header or its X-Forwarded-Proto header is not valid", 400)
        if request.endpoint in ("feeds_opml", "home"):
            refuse_parameters(query_string())
        return None

    def query_string() -> str:
        return request.query_string.decode("utf-8", errors="replace")

    def list_feeds() -> Directory:
        with database.reading() as connection:
            return directory(connection, settings, base_url())

    @app.get("/healthz")
    def healthz() -> Response:
        return _text("alive", 200)

    @app.get("/readyz")
    def readyz() -> Response:
        try:
            ready = database.is_current()
        except SQLAlchemyError:
            return _text("the database does not answer", 503)
        return _text("ready", 200) if ready else _text("the database waits for: feedsvc migrate", 503)

    @app.get("/status")
    def status() -> Response:
        sites = list_health()
        known = {one.state.site.name for one in sites}
        waiting = [site for site in settings.sites if site.name not in known]
        return Response(
            render_template("status.html", sites=sites, waiting=waiting),
            headers={"Cache-Control": "no-store"},
        )

    @app.get("/metrics")
    def metrics_() -> Response:
        headers = {"Cache-Control": "no-store"}
        return Response(metrics.write(list_health()), content_type=metrics.CONTENT_TYPE, headers=headers)

    def list_health() -> list[Health]:
        with database.reading() as connection:
            return health(connection, settings, datetime.now(UTC))

    @app.errorhandler(QueryError)
    def bad_request(error: QueryError) -> Response:
        return _text(str(error), 400)

    @app.errorhandler(NotReadyError)
    def not_ready(error: NotReadyError) -> Response:
        response = _text(str(error), 503)
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
        return response

    @app.errorhandler(400)
    def not_understood(_error: BadRequest) -> Response:
        return _text("the request is not understood: its Host header may be none", 400)

    @app.errorhandler(404)
    def not_found(_error: NotFound) -> Response:
        return _text("there is nothing here: see / for the feeds that there are", 404)

    @app.errorhandler(405)
    def not_allowed(error: MethodNotAllowed) -> Response:
        response = _text("only GET and HEAD are answered here", 405)
        response.headers["Allow"] = ", ".join(error.valid_methods or ())
        return response

    @app.errorhandler(500)
    def broken(_error: Exception) -> Response:
        return _text("feedsvc has failed; its log says more", 500)

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        if response.mimetype == "text/html":
            shown = _OF_BODIES if request.endpoint == "preview_page" else _OF_PAGES
            response.headers["Content-Security-Policy"] = _CONTENT_POLICY.format(shown)
            response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return app


def _text(message: str, status: int) -> Response:
    return Response(message + "\n", status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
