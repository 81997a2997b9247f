"""What finding and writing feeds costs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measure import Report
from feedsvc.config import Settings, load_settings
from feedsvc.publish.feed import build_feed
from feedsvc.publish.find import QueryResult, find_entries
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.query.query import Query
from feedsvc.query.query_string import parse_query_string
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.sync.importing import import_posts


def measure(report: Report, items: Sequence[dict[str, Any]]) -> None:
    """Measure with `items`, posts as the REST API gives them."""
    report.heading(f"Feeds of {len(items)} posts")
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/store.db")
        database.migrate()
        with database.transaction() as connection:
            site_id = sites.ensure_site(connection, "samples", "https://newsroom.example/", imported=True)
        import_posts(database, site_id, items)
        settings = load_settings()
        for text in ("", "topic=solar", "category=energy", "topic=solar&category=energy"):
            look = partial(_find, database, settings, parse_query_string(text))
            report.measured(f"finding {text or 'everything'!r}", look)
        found = _find(database, settings, parse_query_string(""))
        for form in FORMATS:
            feed = build_feed(found, form, settings.address)
            report.measured(f"writing 20 entries as {form}", partial(FORMATS[form].serialize, feed))
        database.close()


def _find(database: Database, settings: Settings, query: Query) -> QueryResult:
    with database.reading() as connection:
        return find_entries(connection, settings, query, datetime.now(UTC))
