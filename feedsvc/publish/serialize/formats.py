"""The formats that feeds are published in: addresses, pages and the command line know them from here."""

from collections.abc import Mapping

from feedsvc.publish.serialize.atom import ATOM
from feedsvc.publish.serialize.feed_format import FeedFormat
from feedsvc.publish.serialize.json_feed import JSON_FEED
from feedsvc.publish.serialize.rss import RSS

FORMATS: Mapping[str, FeedFormat] = {
    feed_format.name: feed_format for feed_format in (RSS, ATOM, JSON_FEED)
}
"""By their names, in the order in which pages offer them."""

DEFAULT_FORMAT = RSS
"""What every reader knows: for OPML, and for whoever names no format."""
