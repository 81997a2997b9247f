"""Stores of many posts, as they would be after a pull, for the benchmarks that ask them.

A hundred thousand posts take minutes to write. So the stores are made once, those of both engines at the
same time, before anything is measured.
"""

import os
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from multiprocessing import get_context
from tempfile import TemporaryDirectory

import psycopg
from sqlalchemy import Connection, insert, make_url

from feedsvc.model import Term
from feedsvc.store import keys, sites
from feedsvc.store.database import Database
from feedsvc.store.index_rowids import choose_rowids
from feedsvc.store.indexing import index_groups
from feedsvc.store.tables import post_terms, posts
from feedsvc.store.terms import ensure_term_ids, save_terms

WORDS = 700  # in a post
NEWEST = datetime(2026, 6, 1, tzinfo=UTC)
_VOCABULARY = 30_000
_SERVER = os.environ.get("FEEDSVC_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
_CATEGORIES = 20
_BATCH_SIZE = 500


@contextmanager
def filled_stores(sizes: Sequence[int]) -> Iterator[Mapping[tuple[str, int], str]]:
    """Yield the addresses of stores with so many posts, by engine and size: files, and databases of the
    PostgreSQL that the tests use.
    """
    with TemporaryDirectory() as folder, ExitStack() as opened:
        server = opened.enter_context(psycopg.connect(_SERVER, autocommit=True))
        urls = {("sqlite", size): f"sqlite:///{folder}/{size}.db" for size in sizes}
        for size in sizes:
            name = f"feedsvc_bench_{os.getpid()}_{size}"
            server.execute(f"CREATE DATABASE {name}")
            opened.callback(server.execute, f"DROP DATABASE {name} WITH (FORCE)")
            address = make_url(_SERVER).set(database=name)
            urls["postgresql", size] = address.render_as_string(hide_password=False)
        with get_context("spawn").Pool(2) as pool:
            works = [
                [(url, size) for (its_engine, size), url in urls.items() if its_engine == engine]
                for engine in ("sqlite", "postgresql")
            ]
            pool.map(_fill_all, works, chunksize=1)
        yield urls


def _fill_all(works: Sequence[tuple[str, int]]) -> None:
    for url, size in works:
        with closing(Database(url)) as database:
            database.migrate()
            with database.transaction() as connection:
                fill(connection, size)


def make_vocabulary() -> list[str]:
    """Return words as long as those of English: the commonest have four letters, the others more."""
    chance = random.Random(3)
    found: dict[str, None] = {}
    while len(found) < _VOCABULARY:
        length = 4 if len(found) < 100 else chance.choice((5, 6, 7, 8, 9, 10))
        found["".join(chance.choice("aeiou" if at % 2 else "bcdfgklmnprstv") for at in range(length))] = (
            None
        )
    return list(found)


def fill(connection: Connection, size: int) -> None:
    """Hold posts as they would be after a pull, each unlike the others."""
    chance = random.Random(7)
    vocabulary = make_vocabulary()
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
            drawn = chance.choices(vocabulary, cum_weights=weights, k=WORDS)
            drawn[:2] = [vocabulary[0], f"own{number}"]
            drawn[2:3] = {0: ["never"], 5: ["meets"]}.get(number % 10, drawn[2:3])
            published = NEWEST - timedelta(minutes=20 * number)
            key = keys.first_key(published) + number
            paragraphs = "".join(f"<p>{' '.join(drawn[at : at + 70])}.</p>" for at in range(0, WORDS, 70))
            rows.append({
                "key": key, "site_id": site_id, "wp_id": number, "guid": f"https://a.example/?p={number}",
                "link": f"https://a.example/{number}/", "title": " ".join(drawn[10:18]), "summary": "",
                "content": paragraphs, "published": published, "modified": published,
                "fingerprint": str(number), "figures": b"", "media": "", "digest": b"",
                "leader_key": key, "canonical_key": key, "index_rowid": choose_rowids([key], None, None)[0],
            })  # fmt: skip
            some = chance.sample(ids, 2)
            carried += [{"term_id": one, "post_key": key, "entry_key": key} for one in some]
        connection.execute(insert(posts), rows)
        connection.execute(insert(post_terms), carried)
        index_groups(connection, [int(str(row["key"])) for row in rows])
