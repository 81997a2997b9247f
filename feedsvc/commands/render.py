"""`feedsvc render`: prints the feed that an address gives."""

import sys

from feedsvc.commands.prepared_store import prepared_store
from feedsvc.config import Settings
from feedsvc.library import OpenStore, render_feed


def print_feed(settings: Settings, query: str, suffix: str) -> None:
    """Print the feed that the URL with the query string `query` gives, in the format `suffix`.

    Raises QueryError when there can be no such feed.
    """
    # Bytes of the command line that are not UTF-8 are refused as in an address.
    text = query.encode(errors="surrogateescape").decode(errors="replace")
    with prepared_store(settings) as database:
        sys.stdout.buffer.write(render_feed(OpenStore(settings, database), text, suffix))
