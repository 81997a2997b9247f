"""`feedsvc render`: prints the feed that an address gives."""

import re
import sys

from feedsvc.commands.prepared_store import prepared_store
from feedsvc.config import Settings
from feedsvc.errors import QueryError
from feedsvc.library import OpenStore, render_feed

_ADDRESS = re.compile(r"(?:https?://|/)[^?]*(?P<query>\?)?")


def print_feed(settings: Settings, query: str, suffix: str) -> None:
    """Print the feed that the URL with the query string `query` gives, in the format `suffix`.

    Raises QueryError when there can be no such feed.
    """
    if match := _ADDRESS.match(query):
        asked = query[match.end() :] if match["query"] else "category=energy"
        raise QueryError(
            f"an address is no query string: write what stands behind its '?', as in {asked!r}"
        )
    # Bytes of the command line that are not UTF-8 are refused as in an address.
    text = query.encode(errors="surrogateescape").decode(errors="replace")
    with prepared_store(settings) as database:
        sys.stdout.buffer.write(render_feed(OpenStore(settings, database), text, suffix))
