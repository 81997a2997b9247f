"""The pages of feeds for people, at the paths of categories and their kin and at the addresses of feeds."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from feedsvc.model import Taxonomy
from feedsvc.publish.asked_path import AskedPath, ask_for_term, ask_for_topic
from feedsvc.publish.audience import PAGE_VARY
from feedsvc.publish.context import PublishContext, current_context, read_query_string
from feedsvc.publish.feed import Feed, build_feed
from feedsvc.publish.find import MAX_COUNTED_ENTRIES, load_page, prepare_page
from feedsvc.publish.notices import list_notices
from feedsvc.publish.published_sites import load_published_sites
from feedsvc.publish.redirects import redirect, redirect_to_query
from feedsvc.publish.respond import respond
from feedsvc.publish.serialize.feed_format import FeedFormat
from feedsvc.publish.serialize.formats import DEFAULT_FORMAT
from feedsvc.publish.views.feed_page import build_comments_page, build_feed_page
from feedsvc.query.fields import TAXONOMIES
from feedsvc.query.query import Query
from feedsvc.store import entries

blueprint = Blueprint("feed_pages", __name__)


@blueprint.get(f"/<any({', '.join(TAXONOMIES)}):field>/<slug>/", strict_slashes=False)
def show_term_page(field: Taxonomy, slug: str) -> Response:
    """Show the newest entries of a category, tag or author, or of several with commas between them."""
    return _show_path(ask_for_term(field, slug))


@blueprint.get("/topic/<name>/", strict_slashes=False)
def show_topic_page(name: str) -> Response:
    """Show the newest entries of a topic of the configuration."""
    return _show_path(ask_for_topic(current_context(), name))


def show_page_of_feed(context: PublishContext, query: Query, feed_format: FeedFormat) -> Response:
    """Return the page that stands at the address of a feed, for who opens it in a browser."""
    page, _ = _render_page(context, query, feed_format)
    return _respond_at_a_feeds_address(page)


def show_comments_page(feed: Feed, feed_format: FeedFormat) -> Response:
    """Return the page of the feed of comments, for who opens it in a browser."""
    page = build_comments_page(feed, feed_format, current_context().base_url(request))
    return _respond_at_a_feeds_address(render_template("feed_page.html", page=page).encode())


def _respond_at_a_feeds_address(page: bytes) -> Response:
    # Only a browser gets it, where a reader gets a feed: no shared cache may have it (audience.py).
    response = respond(request, page, "text/html", cache_control="private, no-cache")
    response.headers["Vary"] = PAGE_VARY
    return response


def _show_path(asked: AskedPath) -> Response:
    context = current_context()
    query = asked.parse(read_query_string(request))
    with asked.judging(context):
        with context.reading() as connection:
            was_renamed = asked.was_renamed(connection, context)
        if was_renamed:
            return redirect_to_query(request, context, query, "")
        if not request.path.endswith("/"):
            # There would be two addresses of one page, if there is one.
            with context.reading() as connection:
                published = load_published_sites(connection, context.settings)
                prepare_page(connection, context.settings, published, query, datetime.now(UTC))
            parameters = request.query_string.decode("ascii", errors="replace")
            path = f"{quote(request.path[1:], safe='/,')}/"
            return redirect(request, context, f"{path}?{parameters}" if parameters else path)
        page, cache_control = _render_page(context, query, DEFAULT_FORMAT)
    return respond(request, page, "text/html", cache_control=cache_control)


def _render_page(context: PublishContext, query: Query, feed_format: FeedFormat) -> tuple[bytes, str]:
    """Return the page of a query's feed, and the Cache-Control that belongs to what it shows."""
    settings, base_url = context.settings, context.base_url(request)
    with context.reading() as connection:
        published = load_published_sites(connection, settings)
        asked_page = prepare_page(connection, settings, published, query, datetime.now(UTC))
        result = load_page(connection, asked_page, counts_pages=True)
        count = entries.count_selected(connection, asked_page.selection, MAX_COUNTED_ENTRIES + 1)
        cache_control = context.cache_control(connection, request, published)
        notices = list_notices(connection, published)
    interval: timedelta | None = settings.poll_interval if settings.sites else None
    feed = build_feed(result, feed_format.name, base_url, settings.title, interval)
    page = build_feed_page(result, feed, feed_format, base_url, count)
    return render_template("feed_page.html", page=page, notices=notices).encode(), cache_control
