"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from typing import Any

from feedsvc.model import Entry
from feedsvc.publish.feed import Feed
from feedsvc.publish.serialize.entry_content import (
    choose_summary,
    format_rfc3339,
    list_shown_terms,
    shows_body,
)
from feedsvc.publish.serialize.feed_format import FeedFormat


def write_json_feed(feed: Feed) -> bytes:
    """Return `feed` as JSON Feed."""
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.self_url,
        "description": feed.description,
    }
    if feed.icon:
        document["icon"] = document["favicon"] = feed.icon
    if feed.language:
        document["language"] = feed.language
    if feed.next_url:
        document["next_url"] = feed.next_url
    document["items"] = [_build_item(feed, entry) for entry in feed.entries]
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


JSON_FEED = FeedFormat("json", "JSON", "JSON Feed", "application/feed+json", write_json_feed)


def _build_item(feed: Feed, entry: Entry) -> dict[str, Any]:
    post = entry.post
    item: dict[str, Any] = {"id": entry.id, "url": post.link, "title": post.title}
    if shows_body(entry, bodies=feed.bodies):
        item["content_html"] = post.content
        if post.summary:
            item["summary"] = post.summary
    else:
        item["content_text"] = choose_summary(
            entry, bodies=feed.bodies
        )  # an item must have one of the two contents
    item["date_published"] = format_rfc3339(post.published)
    item["date_modified"] = format_rfc3339(post.changed)
    if post.image:
        item["image"] = post.image.url
    if entry.author_names:
        item["authors"] = [{"name": name} for name in entry.author_names]
    if labels := [term.label for term in list_shown_terms(entry)]:
        item["tags"] = labels
    if language := feed.find_own_language(entry):
        item["language"] = language
    if post.enclosures:
        item["attachments"] = [
            {"url": enclosure.url, "mime_type": enclosure.type}
            | ({"size_in_bytes": enclosure.length} if enclosure.length else {})
            for enclosure in post.enclosures
        ]
    return item
