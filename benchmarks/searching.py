"""What a topic costs, from the store to the bytes of a feed, with 1,000, 10,000 and 100,000 posts held."""

import random
import resource
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, insert, text

from benchmarks.measure import Report, milliseconds
from feedsvc.config import Settings, load_settings
from feedsvc.model import Term
from feedsvc.publish.feed import build_feed
from feedsvc.publish.find import find_entries
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.query.query_string import parse_query_string
from feedsvc.store import keys, sites
from feedsvc.store.database import Database
from feedsvc.store.index_rowids import choose_rowids
from feedsvc.store.indexing import index_groups
from feedsvc.store.tables import post_terms, posts
from feedsvc.store.terms import ensure_term_ids, save_terms

_SIZES = (1_000, 10_000, 100_000)
_WORDS = 700  # in a post
_VOCABULARY = 30_000
_CATEGORIES = 20
_NEWEST = datetime(2026, 6, 1, tzinfo=UTC)
_BATCH_SIZE = 500

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


def measure(report: Report) -> None:
    """Measure each query at each size, and the size of the index and of the process."""
    settings = load_settings()
    first: dict[tuple[str, int], float] = {}
    for size in _SIZES:
        with TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{folder}/store.db")
            database.migrate()
            with database.transaction() as connection:
                _fill(connection, size)
            report.heading(f"Store to RSS feed of 20 entries, {size:,} posts of {_WORDS} words")
            _print_sizes(database)
            for label, query in _queries():
                feed = partial(_feed, database, settings, query)
                entries = feed().count(b"<item>")
                taken = milliseconds(feed, 15)
                # Compared with the smallest store that gave as many entries.
                growth = taken / first.setdefault((label, entries), taken)
                report.line(f"{label}: {entries} entries, {growth:.1f} times", taken)
            database.close()
            _print_memory(Path(folder) / "store.db")


def _queries() -> list[tuple[str, str]]:
    deep = {f"{label}, page 100": f"{QUERIES[label]}&page=100" for label in DEEP}
    vocabulary = _vocabulary()
    return [(label, query.format(*vocabulary)) for label, query in (QUERIES | deep).items()]


def _feed(database: Database, settings: Settings, query: str) -> bytes:
    with database.reading() as connection:
        found = find_entries(connection, settings, parse_query_string(query.replace(" ", "+")), _NEWEST)
    return FORMATS["rss"].serialize(build_feed(found, "rss", settings.address))


def _vocabulary() -> list[str]:
    """Return words as long as those of English: the commonest have four letters, the others more."""
    chance = random.Random(3)
    found: dict[str, None] = {}
    while len(found) < _VOCABULARY:
        length = 4 if len(found) < 100 else chance.choice((5, 6, 7, 8, 9, 10))
        found["".join(chance.choice("aeiou" if at % 2 else "bcdfgklmnprstv") for at in range(length))] = (
            None
        )
    return list(found)


def _fill(connection: Connection, size: int) -> None:
    """Hold posts as they would be after a pull, each unlike the others."""
    chance = random.Random(7)
    vocabulary = _vocabulary()
    weights = list(accumulate(1 / (number + 2) for number in range(_VOCABULARY)))
    site_id = sites.ensure_site(connection, "a", "https://a.example/", imported=True)
    learnt = [
        Term("category", number + 1, f"c{number}", f"Category {number}") for number in range(_CATEGORIES)
    ]
    save_terms(connection, site_id, learnt)
    ids = list(ensure_term_ids(connection, site_id, [("category", term.id) for term in learnt]).values())
    for start in range(1, size + 1, _BATCH_SIZE):
        rows, carried = [], []
        for number in range(start, min(start + _BATCH_SIZE, size + 1)):
            drawn = chance.choices(vocabulary, cum_weights=weights, k=_WORDS)
            drawn[:2] = [vocabulary[0], f"own{number}"]
            drawn[2:3] = {0: ["never"], 5: ["meets"]}.get(number % 10, drawn[2:3])
            published = _NEWEST - timedelta(minutes=20 * number)
            key = keys.first_key(published) + number
            paragraphs = "".join(f"<p>{' '.join(drawn[at : at + 70])}.</p>" for at in range(0, _WORDS, 70))
            rows.append({
                "key": key, "site_id": site_id, "wp_id": number, "guid": f"https://a.example/?p={number}",
                "link": f"https://a.example/{number}/", "title": " ".join(drawn[10:18]), "summary": "",
                "content": paragraphs, "published": published, "modified": published,
                "fingerprint": str(number), "figures": b"", "media": "", "digest": b"",
                "canonical_key": key, "index_rowid": choose_rowids([key], None, None)[0],
            })  # fmt: skip
            some = chance.sample(ids, 2)
            carried += [{"term_id": one, "post_key": key, "entry_key": key} for one in some]
        connection.execute(insert(posts), rows)
        connection.execute(insert(post_terms), carried)
        index_groups(connection, [int(str(row["key"])) for row in rows])


def _print_sizes(database: Database) -> None:
    with database.reading() as connection:
        index = connection.scalar(text("SELECT sum(length(block)) FROM search_data")) or 0
        held = connection.scalar(text("SELECT sum(length(title) + length(content)) FROM posts")) or 1
    print(f"{'the index, of the bytes of titles and bodies':<72} {100 * index / held:9.0f} %")


def _print_memory(file: Path) -> None:
    """Print what a new process that answers all of it needs at the most."""
    with get_context("spawn").Pool(1) as pool:
        before, after = pool.apply(_memory, (str(file),))
    label = "memory of a new process, before and after all of these queries"
    print(f"{label:<72} {before:4.0f} {after:4.0f} MB")


def _memory(file: str) -> tuple[float, float]:
    database, settings = Database(f"sqlite:///{file}"), load_settings()
    _feed(database, settings, "topic=nowhere")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _, query in _queries():
        _feed(database, settings, query)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    database.close()
    return before / 1024, after / 1024
