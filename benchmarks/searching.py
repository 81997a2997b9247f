"""What a topic costs, from the store to the bytes of a feed, with 1,000, 10,000 and 100,000 posts held.

Beside each query stands how much of the time is the database's: from when a statement is sent to it until
it has answered. The rest is ours: to make statements and entries, and to write the feed.
"""

import resource
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from multiprocessing import get_context

from sqlalchemy import event, text

from benchmarks import worst_queries
from benchmarks.measure import Report, milliseconds
from benchmarks.stores import NEWEST, WORDS, make_vocabulary
from feedsvc.config import Settings, load_settings
from feedsvc.publish.feed import build_feed
from feedsvc.publish.find import find_entries
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.query.query_string import parse_query_string
from feedsvc.store.database import Database

MAX_MILLISECONDS = 25.0
"""The median of each query, at the largest size."""

_RUNS = 15

# Words are drawn as in a language (Zipf's law): {0} is the commonest, {29999} the rarest. Each post has a
# word of its own as well. 'never' and 'meets' stand in every tenth post each, and never in the same.
QUERIES = {
    "all posts": "",
    "the rarest word": "topic=own7",
    "a word of one post in a hundred": "topic={6000}",
    "the commonest word": "topic={0}",
    "a phrase": 'topic="{1} {2}"',
    "a phrase that hardly is, of common words": 'topic="{90} {80} {70}"',
    "a boolean of five parts": 'topic=({40} OR "{3} {1}") {300} -{700} title:{20}',
    "a category": "category=c7",
    "a category with the commonest word": "category=c7&topic={0}",
    "a category with that word": "category=c7&topic={6000}",
    "a word that there is not": "topic=nowhere",
    "two common words that never meet": "topic=never meets",
    "all but those with a common word": "topic=-{60}",
    "the beginning of about forty words": "topic=bac*",
    "the beginning of thousands of words": "topic=b*",
}
DEEP = ("all posts", "the commonest word", "a category with the commonest word")


def measure(report: Report, engine: str, urls: Mapping[tuple[str, int], str]) -> None:
    """Measure each query on the engine's stores, and the size of the index and of the process."""
    settings = load_settings()
    first: dict[tuple[str, int], float] = {}
    sizes = [size for its_engine, size in urls if its_engine == engine]
    for size in sizes:
        with closing(Database(urls[engine, size])) as database:
            title = f"Store to RSS feed of 20 entries, {size:,} posts of {WORDS} words, {engine}"
            report.heading(title)
            _print_sizes(database)
            for label, query in _queries():
                feed = partial(_feed, database, settings, query)
                entries = feed().count(b"<item>")
                with _timed_statements(database) as answer_times:
                    taken = milliseconds(feed, _RUNS)
                statements = len(answer_times) // _RUNS
                runs = [answer_times[run * statements :][:statements] for run in range(_RUNS)]
                share = 1000 * statistics.median(map(sum, runs))
                # Compared with the smallest store that gave as many entries.
                growth = taken / first.setdefault((label, entries), taken)
                counted = f"{entries} entries, {growth:.1f} times, {statements} statements {share:.1f} ms"
                report.line(f"{label}: {counted}", taken)
                report.growth.setdefault((engine, label), {})[size] = taken
            _print_memory(database)
            if size == max(sizes):
                most = max(times[size] for (name, _), times in report.growth.items() if name == engine)
                label = f"the slowest query at {size:,} posts, {engine}, ms"
                report.figures.add(label, most, MAX_MILLISECONDS)
                worst_queries.measure(report, database)


@contextmanager
def _timed_statements(database: Database) -> Iterator[list[float]]:
    """Yield a list of how long, in seconds, the database takes to answer each statement meanwhile."""
    answer_times: list[float] = []
    sent_at = 0.0

    def send(*_: object) -> None:
        nonlocal sent_at
        sent_at = time.perf_counter()

    def receive(*_: object) -> None:
        answer_times.append(time.perf_counter() - sent_at)

    listeners: dict[str, Callable[..., None]] = {
        "before_cursor_execute": send,
        "after_cursor_execute": receive,
    }
    for name, listener in listeners.items():
        event.listen(database.engine, name, listener)
    try:
        yield answer_times
    finally:
        for name, listener in listeners.items():
            event.remove(database.engine, name, listener)


def _queries() -> list[tuple[str, str]]:
    deep = {f"{label}, page 100": f"{QUERIES[label]}&page=100" for label in DEEP}
    vocabulary = make_vocabulary()
    return [(label, query.format(*vocabulary)) for label, query in (QUERIES | deep).items()]


def _feed(database: Database, settings: Settings, query: str) -> bytes:
    with database.reading() as connection:
        found = find_entries(connection, settings, parse_query_string(query.replace(" ", "+")), NEWEST)
    return FORMATS["rss"].serialize(build_feed(found, "rss", settings.address))


def _print_sizes(database: Database) -> None:
    statement = {
        "sqlite": "SELECT sum(length(block)) FROM search_data",
        "postgresql": "SELECT pg_relation_size('ix_search_lexemes') + pg_total_relation_size('search')"
        " - pg_indexes_size('search')",
    }[database.engine.dialect.name]
    with database.reading() as connection:
        index = connection.scalar(text(statement)) or 0
        held = connection.scalar(text("SELECT sum(length(title) + length(content)) FROM posts")) or 1
    print(f"{'the index, of the bytes of titles and bodies':<72} {100 * index / held:9.0f} %")


def _print_memory(database: Database) -> None:
    """Print what a new process that answers all of it needs at the most."""
    with get_context("spawn").Pool(1) as pool:
        before, after = pool.apply(_memory, (database.engine.url.render_as_string(hide_password=False),))
    label = "memory of a new process, before and after all of these queries"
    print(f"{label:<72} {before:4.0f} {after:4.0f} MB")


def _memory(url: str) -> tuple[float, float]:
    database, settings = Database(url), load_settings()
    _feed(database, settings, "topic=nowhere")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _, query in _queries():
        _feed(database, settings, query)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    database.close()
    return before / 1024, after / 1024
