"""What the builder says of a query at every moment: its address, how much it gives and when, its first
entries, and how to save it as a topic.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from feedsvc.config import Settings
from feedsvc.model import Entry
from feedsvc.publish.find import PageRequest, load_page, prepare_page
from feedsvc.publish.highlight import Piece, highlight_text
from feedsvc.publish.published_sites import PublishedSites
from feedsvc.publish.saved_topics import shorten_to_saved_topic
from feedsvc.publish.serialize.feed_format import FeedFormat
from feedsvc.publish.serialize.formats import DEFAULT_FORMAT, FORMATS
from feedsvc.publish.views.snippets import find_snippets, list_phrases, shorten_beginning
from feedsvc.publish.views.timeline import Timeline, load_timeline
from feedsvc.query.address import format_feed_path, format_query_string, split_filters
from feedsvc.query.condition import ANYTHING, Condition
from feedsvc.query.query import Query
from feedsvc.text.html import extract_body_text

FIRST_ENTRIES = 4
_MAX_NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class FirstEntry:
    """One of the first entries of a feed: its title with the hits marked, and the sentence around one."""

    entry: Entry
    title: Sequence[Piece]
    snippet: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class BuiltFeed:
    """A feed as it was put together.

    `feeds` are its formats with their paths, that which was chosen first; `query_string` is the canonical
    one, of its preview. `toml` are the lines that save it as a topic, empty where `toml_obstacle` says why
    it can't be one.
    """

    feeds: Sequence[tuple[FeedFormat, str]]
    query_string: str
    timeline: Timeline
    toml: str
    toml_obstacle: str
    first: Sequence[FirstEntry] = ()


def build_feed_description(
    settings: Settings, query: Query, timeline: Timeline, format_name: str
) -> BuiltFeed:
    """Return what the builder says of `query`, which is canonical, without its entries."""
    short = shorten_to_saved_topic(settings, query)
    names = sorted(FORMATS, key=lambda name: name != format_name)
    toml, obstacle = write_topic(query)
    return BuiltFeed(
        feeds=[(FORMATS[name], format_feed_path(short, name)) for name in names],
        query_string=format_query_string(query),
        timeline=timeline,
        toml=toml,
        toml_obstacle=obstacle,
    )


def build_beginning(
    connection: Connection, settings: Settings, published: PublishedSites, now: datetime
) -> BuiltFeed:
    """Return what the builder says at `now` (UTC) before anything is asked for, without entries: the page
    that it stands on has them.
    """
    request = prepare_page(connection, settings, published, Query(), now)
    timeline = load_timeline(connection, request.selection, now)
    return build_feed_description(settings, request.query, timeline, DEFAULT_FORMAT.name)


def build_result(
    connection: Connection,
    settings: Settings,
    published: PublishedSites,
    query: Query,
    format_name: str,
    now: datetime,
) -> BuiltFeed:
    """Return what the builder says of `query` at `now` (UTC). Raises what `find_entries` does."""
    request = prepare_page(connection, settings, published, query, now)
    timeline = load_timeline(connection, request.selection, now)
    built = build_feed_description(settings, request.query, timeline, format_name)
    return replace(built, first=_load_first(connection, request))


def _load_first(connection: Connection, request: PageRequest) -> list[FirstEntry]:
    query = replace(request.query, page=1, limit=min(request.query.limit, FIRST_ENTRIES))
    result = load_page(connection, replace(request, query=query))
    phrases = list_phrases(request.selection.condition)
    body_phrases = [phrase for phrase in phrases if not phrase.in_title]
    first = []
    for entry in result.entries:
        text = extract_body_text(entry.post.content, entry.post.summary)
        snippets = find_snippets(text, body_phrases) or shorten_beginning(entry.post.summary or text)
        title = highlight_text(entry.post.title, phrases)
        first.append(FirstEntry(entry, title, snippets[0] if snippets else []))
    return first


def write_topic(query: Query) -> tuple[str, str]:
    """Return the lines of the configuration that save `query` as a topic, or why it can't be one."""
    condition = query.condition
    if condition == ANYTHING:
        return "", "Say first what it should have."
    filters, _ = split_filters(condition)
    if any(parameter.field == "site" for parameter in filters):
        return "", "A topic is of all sites: leave the site out, and add it to the topic's address."
    title = _make_title(condition)
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:_MAX_NAME_LENGTH].rstrip("-") or "my-topic"
    lines = [f"[topics.{name}]", f"title = {_quote(title)}", f"query = {_quote(str(condition))}"]
    return "\n".join(lines), ""


def _make_title(condition: Condition) -> str:
    """Return a title for a topic: what it asks for in words, without its operators."""
    text = re.sub(r"\b(?:title|category|tag|author):", "", str(condition))
    text = re.sub(r"(?:^|\s)-\S+", " ", text)
    words = re.sub(r"[\"()*]|\bOR\b", " ", text).split()
    title = " ".join(words)[:60].strip() or "My topic"
    return title[0].upper() + title[1:]


def _quote(text: str) -> str:
    """Return a string of TOML: as it is between single quotes where it can be, which reads best."""
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
