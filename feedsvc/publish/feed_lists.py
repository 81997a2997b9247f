"""The list of feeds in OPML: all but tags and authors, those as well, or a choice by their names."""

from collections.abc import Collection, Iterator, Sequence
from urllib.parse import parse_qsl

from flask import Blueprint, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from feedsvc.config import Settings
from feedsvc.errors import QueryError
from feedsvc.publish.context import current_context, read_query_string
from feedsvc.publish.directory import Directory, FeedListing
from feedsvc.publish.opml import Outline, write_opml
from feedsvc.publish.published_sites import PublishedSites, load_published_sites
from feedsvc.publish.resolve import resolve_condition
from feedsvc.publish.respond import respond
from feedsvc.publish.saved_topics import check_topic_name
from feedsvc.publish.serialize.formats import DEFAULT_FORMAT
from feedsvc.query.condition import NameFilter, ResolvedFilter
from feedsvc.query.fields import FIELDS, Field
from feedsvc.query.query import Query
from feedsvc.query.topic import MAX_PARTS
from feedsvc.text.nearest import find_nearest
from feedsvc.values import IGNORED_PARAMETERS

blueprint = Blueprint("feed_lists", __name__)

_ALWAYS = ("topics", "sites", "categories")
KINDS = (*_ALWAYS, "tags", "authors")
"""What `of` takes: the headings of the directory in small letters."""

_HEADINGS: dict[Field, str] = {
    "site": "Sites",
    "category": "Categories",
    "tag": "Tags",
    "author": "Authors",
}
_PARAMETERS = ("of", "topic", *FIELDS)


@blueprint.get("/feeds.opml")
def send_opml() -> Response:
    """Send the list of feeds to import into a reader."""
    context = current_context()
    values_by_name = _read_parameters(read_query_string(request))
    kinds = _read_kinds(values_by_name.pop("of", []))
    with context.reading() as connection:
        published = load_published_sites(connection, context.settings)
        directory = context.directories.load(
            connection, context.settings, published, context.base_url(request)
        )
        if values_by_name:
            outlines = list(_choose(connection, context.settings, published, directory, values_by_name))
        else:
            outlines = [_make_outline(directory, "All posts", directory.all_posts)]
            kinds.update(_ALWAYS)
        outlines += list_outlines(directory, kinds)
        cache_control = context.cache_control(connection, request, published)
    # What was chosen by its name may be in a list as well.
    body = write_opml(directory.title, dict.fromkeys(outlines))
    return respond(request, body, "text/x-opml", cache_control=cache_control)


def _read_parameters(query_string: str) -> dict[str, list[str]]:
    """Return what each parameter names. Raises QueryError for one that means nothing here."""
    values_by_name: dict[str, list[str]] = {}
    for name, value in parse_qsl(query_string, keep_blank_values=True, errors="replace"):
        if IGNORED_PARAMETERS.fullmatch(name):
            continue
        if name not in _PARAMETERS:
            advice = _advise(name, _PARAMETERS)
            raise QueryError(f"there is no parameter {name!r} of a list of feeds: {advice}")
        if not value.strip():
            raise QueryError(f"{name} is empty: leave it out or give it a value")
        if value.strip().startswith("-"):
            raise QueryError(f"{name}={value!r} leaves something out: name the feeds that the list has")
        values_by_name.setdefault(name, []).append(value.strip())
    return values_by_name


def _read_kinds(values: Sequence[str]) -> set[str]:
    """Return the kinds of feeds that `of` names."""
    kinds = {kind.strip().lower() for value in values for kind in value.split(",")}
    for kind in sorted(kinds.difference(KINDS)):
        raise QueryError(f"of={kind!r} is not understood: {_advise(kind, KINDS)}")
    return kinds


def _advise(word: str, known: Sequence[str]) -> str:
    near = find_nearest(word, known)
    return f"did you mean {near!r}?" if near else f"known are {', '.join(known)}"


def list_outlines(directory: Directory, kinds: Collection[str]) -> Iterator[Outline]:
    """Yield all feeds of some kinds."""
    for group in directory.groups:
        if group.heading.lower() in kinds:
            for listing in group.feeds:
                yield _make_outline(directory, group.heading, listing)


def _choose(
    connection: Connection,
    settings: Settings,
    published: PublishedSites,
    directory: Directory,
    values_by_name: dict[str, list[str]],
) -> Iterator[Outline]:
    """Yield the feeds that are named, one for each name. Raises what `resolve_condition` does."""
    names = {name.strip() for value in values_by_name.get("topic", []) for name in value.split(",")}
    for name in sorted(names):
        check_topic_name(settings, name)
        title = settings.topics[name].title or name
        yield _make_outline(directory, "Topics", FeedListing(title, None, Query(saved_topic=name)))
    filters = [
        NameFilter.parse(field, value) for field in _HEADINGS for value in values_by_name.get(field, [])
    ]
    if (number := sum(len(names.names) for names in filters)) > MAX_PARTS:
        raise QueryError(f"{number} feeds are named: {MAX_PARTS} are the most")
    for asked in filters:
        resolved = resolve_condition(connection, published, asked)
        for name in resolved.canonical.names if isinstance(resolved, ResolvedFilter) else ():
            # Each of several names is a feed of its own, called by its own label.
            single = resolve_condition(connection, published, NameFilter(asked.field, (name,)))
            label = single.label if isinstance(single, ResolvedFilter) else name
            query = Query(NameFilter(asked.field, (name,)))
            yield _make_outline(directory, _HEADINGS[asked.field], FeedListing(label, None, query))


def _make_outline(directory: Directory, heading: str, listing: FeedListing) -> Outline:
    """Return a feed as a line of OPML, in the format that every reader knows."""
    is_all = listing is directory.all_posts
    title = directory.title if is_all else f"{directory.title} – {listing.title}"
    address = directory.base_url + listing.href(DEFAULT_FORMAT.name)
    return Outline(heading, title, address, directory.base_url)
