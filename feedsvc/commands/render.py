"""`feedsvc render`: prints the feed that an address gives."""

import sys
from datetime import UTC, datetime

from feedsvc.commands.open_store import open_store
from feedsvc.config import Settings
from feedsvc.publish.feed import build_feed
from feedsvc.publish.find import find_entries
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.query.query_string import parse_query_string


def print_feed(settings: Settings, query: str, suffix: str) -> None:
    """Print the feed that the URL with the query string `query` gives, in the format `suffix`.

    Raises QueryError when there can be no such feed.
    """
    # Bytes of the command line that are not UTF-8 are refused as in an address.
    parsed = parse_query_string(query.encode(errors="surrogateescape").decode(errors="replace"))
    with open_store(settings) as database, database.reading() as connection:
        result = find_entries(connection, settings, parsed, datetime.now(UTC), counts_pages=True)
    feed = build_feed(result, suffix, settings.address, settings.title, settings.poll_interval)
    sys.stdout.buffer.write(FORMATS[suffix].serialize(feed))
