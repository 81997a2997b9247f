"""The routes of the feeds: all posts, a category, tag or author, a saved topic, comments."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, request
from werkzeug.wrappers import Response

from feedsvc.errors import QueryError
from feedsvc.model import Taxonomy
from feedsvc.publish.asked_path import AskedPath, ask_for_term, ask_for_topic
from feedsvc.publish.audience import asks_for_page
from feedsvc.publish.comments import MAX_AGE, build_comments_feed
from feedsvc.publish.context import current_context, read_query_string
from feedsvc.publish.feed_answers import ADDRESS, answer_feed
from feedsvc.publish.feed_pages import show_comments_page, show_page_of_feed
from feedsvc.publish.published_sites import load_published_sites
from feedsvc.publish.redirects import redirect_to_query
from feedsvc.publish.respond import respond
from feedsvc.publish.serialize.formats import DEFAULT_FORMAT, FORMATS
from feedsvc.query.fields import TAXONOMIES
from feedsvc.query.query import Query

blueprint = Blueprint("feeds", __name__)

_SUFFIX = f"<any({', '.join(FORMATS)}):suffix>"
_FIELD = f"<any({', '.join(TAXONOMIES)}):field>"
_VIEW = "view"


@blueprint.get(f"/feed.{_SUFFIX}")
def send_feed(suffix: str) -> Response:
    """Send the feed of all posts, or of those that the query string asks for."""
    return _build_answer(suffix, AskedPath())


@blueprint.get(f"/{_FIELD}/<slug>.{_SUFFIX}")
def send_term_feed(field: Taxonomy, slug: str, suffix: str) -> Response:
    """Send the feed of one category, tag or author, or of several with commas between them."""
    return _build_answer(suffix, ask_for_term(field, slug))


@blueprint.get(f"/topic/<name>.{_SUFFIX}")
def send_topic_feed(name: str, suffix: str) -> Response:
    """Send the feed of a topic of the configuration."""
    return _build_answer(suffix, ask_for_topic(current_context(), name))


@blueprint.get("/comments/feed/", defaults={"suffix": DEFAULT_FORMAT.name}, strict_slashes=False)
@blueprint.get(f"/comments/feed/{_SUFFIX}/", strict_slashes=False)
def send_comments_feed(suffix: str) -> Response:
    """Send the feed of comments, of which there are none: whatever else is asked for, it is empty."""
    context = current_context()
    with context.reading() as connection:
        published = load_published_sites(connection, context.settings)
    feed = build_comments_feed(context.settings, published, suffix, context.base_url(request))
    if asks_for_page(request.environ):
        return show_comments_page(feed, FORMATS[suffix])
    scope = "public" if context.may_share(request) else "private"
    cache_control = f"{scope}, max-age={int(MAX_AGE / timedelta(seconds=1))}"
    body = FORMATS[suffix].serialize(feed)
    return respond(request, body, FORMATS[suffix].media_type, cache_control=cache_control)


def _build_answer(suffix: str, asked: AskedPath) -> Response:
    context = current_context()
    query_string, shows_source = _take_view(read_query_string(request))
    query = asked.parse(query_string)
    with asked.judging(context):
        with context.reading() as connection:
            was_renamed = asked.was_renamed(connection, context)
        if was_renamed:
            return redirect_to_query(request, context, query, suffix)
        if shows_source:
            return _show_source(suffix, query)
        if asks_for_page(request.environ):
            return show_page_of_feed(context, query, FORMATS[suffix])
        return answer_feed(request, context, query, FORMATS[suffix])


def _take_view(query_string: str) -> tuple[str, bool]:
    """Return a query string without `view`, and whether that asks for the source of the feed.

    Raises QueryError where it asks for anything else.
    """
    pairs = parse_qsl(query_string, keep_blank_values=True)
    values = {value for name, value in pairs if name == _VIEW}
    if not values:
        return query_string, False
    if values != {"source"}:
        raise QueryError(f"{_VIEW}={min(values - {'source'})!r} is not understood: write source")
    return urlencode([pair for pair in pairs if pair[0] != _VIEW]), True


def _show_source(suffix: str, query: Query) -> Response:
    """Return the feed as text, for a person: browsers take feeds for downloads."""
    request.environ.pop(ADDRESS, None)  # no prepared answer is of this kind
    response = answer_feed(request, current_context(), query, FORMATS[suffix])
    response.content_type = "text/plain; charset=utf-8"
    return response
