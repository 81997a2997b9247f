"""A feed as a page for people: what it is, how to subscribe, its newest entries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from feedsvc.model import Entry, Term
from feedsvc.publish.comments import format_comments_path
from feedsvc.publish.feed import Feed
from feedsvc.publish.find import MAX_COUNTED_ENTRIES, QueryResult
from feedsvc.publish.serialize.entry_content import choose_summary
from feedsvc.publish.serialize.feed_format import FeedFormat
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.query.address import format_feed_path, format_page_path, format_query_string
from feedsvc.query.condition import NameFilter
from feedsvc.query.query import Query
from feedsvc.text.shorten import shorten

_MAX_TEXT_LENGTH = 280
"""Characters of an entry's text: two or three sentences, and a page of twenty entries stays small."""


@dataclass(frozen=True, slots=True)
class FormatLinks:
    """One format of the feed: the address for readers, and where it is shown as text."""

    feed_format: FeedFormat
    address: str
    source: str


@dataclass(frozen=True, slots=True)
class PageEntry:
    """An entry as the page shows it; `text` is plain, `language` a tag of BCP 47 or empty."""

    title: str
    link: str
    published: datetime
    author_names: Sequence[str]
    site_label: str
    categories: Sequence[tuple[str, str]]
    """What each is called, and where its page is."""
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A feed as a page. `facts` are said of it in a line; the links are empty where they lead nowhere.

    `shown` is the format that was asked for, whose address the page hands over.
    """

    title: str
    heading: str
    language: str
    facts: Sequence[str]
    shown: FormatLinks
    formats: Sequence[FormatLinks]
    entries: Sequence[PageEntry]
    newer: str
    older: str
    preview: str
    has_sites: bool
    """Whether its entries are of several sites."""
    empty: str = "No post matches."
    """What is said instead of entries."""


def build_feed_page(
    result: QueryResult, feed: Feed, feed_format: FeedFormat, base_url: str, count: int
) -> FeedPage:
    """Return the page of `feed`, which has `result` in a format, for readers who reach us at `base_url`.

    `count` is how many entries there are on all pages, counted to MAX_COUNTED_ENTRIES.
    """
    query = result.query
    formats = [
        FormatLinks(each, address, f"{address}{'&' if '?' in address else '?'}view=source")
        for each in FORMATS.values()
        if (address := base_url + format_feed_path(query, each.name))
    ]

    first_page = replace(query, page=1)

    def format_page(number: int) -> str:
        return base_url + format_page_path(replace(query, page=number), feed_format.name)

    labels = [label for label in result.labels if label != feed.title]
    is_narrowed = bool(labels)
    return FeedPage(
        title=feed.title,
        heading=" · ".join(labels) if is_narrowed else feed.title,
        language=feed.language,
        facts=[*_list_sites(result, is_narrowed), _describe_count(count), *_describe_interval(feed)],
        shown=next(links for links in formats if links.feed_format is feed_format),
        formats=formats,
        entries=[_describe_entry(entry, base_url, feed_format.name) for entry in result.entries],
        newer=format_page(query.page - 1) if query.page > 1 else "",
        older=format_page(query.page + 1) if result.has_more else "",
        # A saved topic stands for a query of its own, which is not to be narrowed by its name.
        preview="" if query.saved_topic else f"{base_url}preview?{format_query_string(first_page)}",
        has_sites=len(result.sites) > 1,
    )


def build_comments_page(feed: Feed, feed_format: FeedFormat, base_url: str) -> FeedPage:
    """Return the page of the feed of comments, which has none."""
    formats = [
        FormatLinks(each, base_url + format_comments_path(each.name), "") for each in FORMATS.values()
    ]
    return FeedPage(
        title=feed.title,
        heading=feed.title,
        language=feed.language,
        facts=(),
        shown=next(links for links in formats if links.feed_format is feed_format),
        formats=formats,
        entries=(),
        newer="",
        older="",
        preview="",
        has_sites=False,
        empty=feed.description,
    )


def describe_interval(interval: timedelta) -> str:
    """Return a duration as people say it: 'a minute', '15 minutes', '90 minutes', '2 days'."""
    seconds = round(interval.total_seconds())
    units = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))
    unit, length = next(each for each in units if seconds % each[1] == 0)
    number = seconds // length
    if number == 1:
        return f"an {unit}" if unit == "hour" else f"a {unit}"
    return f"{number:,} {unit}s"


def _list_sites(result: QueryResult, is_narrowed: bool) -> list[str]:
    labels = [site.label for site in result.sites]
    if len(labels) == 1:
        return labels if is_narrowed else []
    return [f"{len(labels)} sites"] if labels else []


def _describe_count(count: int) -> str:
    if count > MAX_COUNTED_ENTRIES:
        return f"more than {MAX_COUNTED_ENTRIES} posts"
    return f"{count} post{'' if count == 1 else 's'}"


def _describe_interval(feed: Feed) -> list[str]:
    if not feed.update_interval:
        return []
    return [f"new ones come within {describe_interval(feed.update_interval)}"]


def _describe_entry(entry: Entry, base_url: str, suffix: str) -> PageEntry:
    return PageEntry(
        title=entry.post.title,
        link=entry.post.link,
        published=entry.post.published,
        author_names=entry.author_names,
        site_label=entry.site.label,
        categories=[
            (term.label, base_url + _format_term_path(term, suffix))
            for term in entry.categories
            if term.label
        ],
        text=shorten(choose_summary(entry, bodies=False), _MAX_TEXT_LENGTH),
        language=entry.post.language or entry.site.language,
    )


def _format_term_path(term: Term, suffix: str) -> str:
    return format_page_path(Query(NameFilter(term.taxonomy, (term.slug,))), suffix)
