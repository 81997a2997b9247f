"""The routes of the feeds: all posts, a category, tag or author, a saved topic; their list in OPML."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from feedsvc.model import Taxonomy
from feedsvc.publish.context import current_context, read_query_string
from feedsvc.publish.directory import list_feeds
from feedsvc.publish.feed_answers import answer_feed
from feedsvc.publish.opml import write_opml
from feedsvc.publish.respond import respond, respond_text
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.query.condition import ANYTHING, Condition, NameFilter
from feedsvc.query.fields import TAXONOMIES
from feedsvc.query.query_string import parse_query_string
from feedsvc.text.nearest import find_nearest

blueprint = Blueprint("feeds", __name__)

_SUFFIX = f"<any({', '.join(FORMATS)}):suffix>"
_FIELD = f"<any({', '.join(TAXONOMIES)}):field>"


@blueprint.get(f"/feed.{_SUFFIX}")
def send_feed(suffix: str) -> Response:
    """Send the feed of all posts, or of those that the query string asks for."""
    return _build_answer(suffix)


@blueprint.get(f"/{_FIELD}/<slug>.{_SUFFIX}")
def send_term_feed(field: Taxonomy, slug: str, suffix: str) -> Response:
    """Send the feed of one category, tag or author, or of several with commas between them."""
    # A minus leaves posts out in a query string alone: in a path it is a part of the slug.
    is_single = slug.startswith("-") or "," not in slug
    path_filter = NameFilter(field, (slug,)) if is_single else NameFilter.parse(field, slug)
    return _build_answer(suffix, path_filter)


@blueprint.get(f"/topic/<name>.{_SUFFIX}")
def send_topic_feed(name: str, suffix: str) -> Response:
    """Send the feed of a topic of the configuration."""
    topics = current_context().settings.topics
    if name not in topics:
        near = find_nearest(name, topics)
        advice = f"did you mean {near!r}?" if near else "see / for those that there are"
        return respond_text(f"there is no saved topic {name!r}: {advice}", 404)
    return _build_answer(suffix, saved_topic=name)


@blueprint.get("/feeds.opml")
def send_opml() -> Response:
    """Send the list of all feeds."""
    context = current_context()
    with context.reading() as connection:
        directory = list_feeds(connection, context.settings, context.base_url(request))
        cache_control = context.cache_control(connection, request, is_complete=directory.is_complete)
    body = write_opml(directory.title, directory.outlines())
    return respond(request, body, "text/x-opml", cache_control=cache_control)


def _build_answer(suffix: str, path_condition: Condition = ANYTHING, saved_topic: str = "") -> Response:
    query = parse_query_string(read_query_string(request), path_condition, saved_topic)
    return answer_feed(request, current_context(), query, FORMATS[suffix])
