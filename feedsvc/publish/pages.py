"""The routes of the pages for people: what is published, a query's preview, how the sites are doing."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from feedsvc.errors import QueryError
from feedsvc.publish.context import current_context, read_query_string
from feedsvc.publish.directory import list_feeds
from feedsvc.publish.form import Form
from feedsvc.publish.health import list_health
from feedsvc.publish.preview import build_preview
from feedsvc.publish.respond import respond
from feedsvc.publish.saved_topics import shorten_to_saved_topic
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.query.address import format_feed_path, format_query_string
from feedsvc.query.query_string import parse_query_string

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def show_home() -> BaseResponse:
    """Show the list of all feeds and the form that makes a new one."""
    context = current_context()
    with context.reading() as connection:
        directory = list_feeds(connection, context.settings, context.base_url(request))
        cache_control = context.cache_control(connection, request, is_complete=directory.is_complete)
    page = render_template("home.html", directory=directory, formats=FORMATS.values(), form=Form([]))
    return respond(request, page.encode(), "text/html", cache_control=cache_control)


@blueprint.get("/preview")
def show_preview() -> BaseResponse:
    """Show what a query gives and what it leaves out, or the mistake in it, below the form."""
    context = current_context()
    parameters = _read_fields()
    try:
        query = parse_query_string(urlencode(parameters))
        with context.reading() as connection:
            preview = build_preview(connection, context.settings, query, datetime.now(UTC))
    except QueryError as error:
        return show_mistake(str(error), 400)
    canonical = preview.result.query
    feed_query = shorten_to_saved_topic(context.settings, canonical)
    next_page = replace(canonical, page=canonical.page + 1)
    page = render_template(
        "preview.html",
        form=Form(parameters),
        preview=preview,
        base_url=context.base_url(request),
        feeds=[(feed_format, format_feed_path(feed_query, name)) for name, feed_format in FORMATS.items()],
        older=format_query_string(next_page) if preview.result.has_more else "",
    )
    return respond(request, page.encode(), "text/html", cache_control="no-cache")


def show_mistake(message: str, status: int) -> Response:
    """Return a page that says what went wrong, above the form, with the fields as they were given."""
    page = render_template("preview.html", form=Form(_read_fields()), mistake=message)
    return Response(page, status, headers={"Cache-Control": "no-store"})


def _read_fields() -> list[tuple[str, str]]:
    """Return the fields that were filled in: a browser sends those that were left empty, too."""
    return [(name, value) for name, value in parse_qsl(read_query_string(request)) if value.strip()]


@blueprint.get("/status")
def show_status() -> Response:
    """Show how each site is doing."""
    context = current_context()
    with context.reading() as connection:
        sites = list_health(connection, context.settings, datetime.now(UTC))
    names = {health.state.site.name for health in sites}
    never_pulled = [site for site in context.settings.sites if site.name not in names]
    page = render_template("status.html", sites=sites, never_pulled=never_pulled)
    return Response(page, headers={"Cache-Control": "no-store"})
