"""Prints the figures that matter, as ratios within one run: `python -m benchmarks`."""

import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import nh3

from feedsvc.config import Settings, load
from feedsvc.publish.feeds import make
from feedsvc.publish.find import Found, find
from feedsvc.publish.query import FORMATS, Query, from_string
from feedsvc.publish.write import write
from feedsvc.pull.batch import import_posts
from feedsvc.pull.clean import clean
from feedsvc.pull.parse import parse_post
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.text import visible_text

SAMPLES = Path(__file__).parent.parent / "samples" / "posts.json"


def milliseconds(run: Callable[[], object], times: int = 30) -> float:
    """Give the median time of `run`."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def _find(database: Database, settings: Settings, query: Query) -> Found:
    with database.reading() as connection:
        return find(connection, settings, query, datetime.now(UTC))


def main() -> None:
    """Measure, and print a line for each."""
    items = json.loads(SAMPLES.read_text("utf-8"))
    sources = [source for item in items if (source := parse_post(item))]
    longest = max(sources, key=lambda source: len(source.content))
    unit = milliseconds(lambda: visible_text(nh3.clean(longest.content)))
    print(f"{'reading the longest sample with nh3 and lxml':<60} {unit:8.2f} ms  ratio 1")

    def report(label: str, taken: float) -> None:
        print(f"{label:<60} {taken:8.2f} ms  ratio {taken / unit:.1f}")

    report("cleaning it, with its excerpt", milliseconds(lambda: clean(longest)))
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/store.db")
        database.migrate()
        with database.writing() as connection:
            site_id = sites.ensure(connection, "samples", "https://newsroom.example/", imported=True)
        import_posts(database, site_id, items)
        settings = load()
        for text in ("", "topic=solar", "category=energy", "topic=solar&category=energy"):
            look = partial(_find, database, settings, from_string(text))
            report(f"finding {text or 'everything'!r} in {len(items)} posts", milliseconds(look))
        found = _find(database, settings, from_string(""))
        for form in FORMATS:
            feed = make(found, form, settings.address)
            report(f"writing 20 entries as {form}", milliseconds(partial(write, feed, form)))
        database.close()


if __name__ == "__main__":
    main()
