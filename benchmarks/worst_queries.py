"""The worst legal query of each address beside the median one, on a store of 100,000 posts.

Legal is what the topic language and the query string take: 60 parts, 1,000 characters, ten stars. The
ordinary queries are those of searching.py that readers would ask.
"""

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import quote_plus

from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks.measure import Report, milliseconds
from benchmarks.stores import make_vocabulary
from feedsvc.config import load_settings
from feedsvc.model import Term
from feedsvc.publish.context import EXTENSION
from feedsvc.publish.web import create_app
from feedsvc.store.database import Database
from feedsvc.store.tables import sites
from feedsvc.store.terms import save_terms

_CHAIN = 500
_STAR = 1_000
_PATIENCE_SECONDS = 600.0
_LONG_SECONDS = 1.0


def measure(report: Report, database: Database) -> None:
    """Measure the median of ordinary queries, and each of the worst, at each address."""
    _add_categories(database)
    app = create_app(load_settings(), database)
    # Without the deadline: what is beyond it is to be seen.
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], answer_seconds=_PATIENCE_SECONDS)
    client = app.test_client()
    for address in ("feed.rss", "preview"):
        report.heading(f"The worst queries at /{address}, as multiples of the median one")
        median = statistics.median(_time(client, address, query) for query in _list_ordinary())
        report.line("the median of ordinary queries", median)
        _measure_worst(report, client, address, _list_worst(), median)
    report.heading("Pages that take no query")
    for address in ("", "feeds.opml", "status", "metrics"):
        report.line(f"/{address}", _time(client, address, ""))


def _measure_worst(
    report: Report, client: FlaskClient, address: str, queries: Mapping[str, str], median: float
) -> None:
    worst = 0.0
    for label, query in queries.items():
        taken = _time(client, address, query)
        worst = max(worst, taken)
        report.line(f"{label}: {taken / median:.1f} times", taken)
    print(f"{'the worst of them':<72} {worst / median:9.1f} times the median")


def _time(client: FlaskClient, address: str, query: str) -> float:
    ask = partial(client.get, f"/{address}?{query}" if query else f"/{address}")
    started = time.perf_counter()
    status = ask().status_code
    taken = time.perf_counter() - started
    if status != 200:
        print(f"{status} for {query[:60]}")
    # What takes a second needs no median: once more of each would take minutes.
    return taken * 1000 if taken > _LONG_SECONDS else milliseconds(ask, 5)


def _list_ordinary() -> Sequence[str]:
    words = make_vocabulary()
    return [
        "",
        "category=c7",
        "limit=50",
        _topic(words[0]),
        _topic(words[6000]),
        _topic(f'"{words[1]} {words[2]}"'),
        _topic(f"{words[40]} OR {words[300]} -{words[700]}"),
        f"category=c7&{_topic(words[6000])}",
        _topic("bac*"),
        _topic(f"-{words[60]}"),
        "page=20",
    ]


def _list_worst() -> Mapping[str, str]:
    words = make_vocabulary()
    common = words[:55]
    eights = [" ".join(words[at : at + 8]) for at in range(10)]
    threes = [f"{words[at]} {words[at]} {words[at + 1]}" for at in range(30)]
    return {
        "the beginning of thousands of words": _topic("b*"),
        "ten such beginnings, all of them": _topic(" ".join(f"{letter}*" for letter in "bcdfgklmnp")),
        "ten such beginnings, in the title": _topic(
            " OR ".join(f"title:{letter}*" for letter in "bcdfgklmnp")
        ),
        "ten such beginnings, any of them, and a rare word": _topic(
            f"{words[-1]} ({' OR '.join(f'{letter}*' for letter in 'bcdfgklmnp')})"
        ),
        "a beginning that is excluded": _topic(f"{words[0]} -b*"),
        "a phrase that ends in a beginning": _topic(f'"{words[0]} b"*'),
        "the beginning of 100,000 words of one post each": _topic("own*"),
        "ten beginnings of 11,000 such words": _topic(" OR ".join(f"own{digit}*" for digit in range(10))),
        "54 alternatives of rare words": _topic(" OR ".join(words[20_000:20_054])),
        "54 alternatives of common words": _topic(" OR ".join(common[:54])),
        "55 common words at once": _topic(" ".join(common)),
        "50 common words, of which one is excluded": _topic(f"{' '.join(common[:50])} -{common[1]}"),
        "50 exclusions": _topic(" ".join(f"-{word}" for word in words[200:250])),
        "30 phrases of three common words": _topic(" OR ".join(f'"{three}"' for three in threes)),
        "a phrase of the eight commonest words": _topic(f'"{eights[0]}"'),
        "ten phrases of eight of the commonest words": _topic(
            " OR ".join(f'"{eight}"' for eight in eights)
        ),
        "a category with 1,000 below it": "category=star",
        "a category at the top of a chain of 500": "category=chain0",
        "the last page": "page=4999",
        "the last page of 100 with the commonest word": f"limit=100&page=999&{_topic(words[0])}",
    }


def _topic(text: str) -> str:
    return f"topic={quote_plus(text)}"


def _add_categories(database: Database) -> None:
    """Add categories as a hostile site would: a star around one that posts have, and a chain to one."""
    chain = [
        Term("category", 10_000 + at, f"chain{at}", f"Chain {at}", 10_000 + at - 1 if at else 0)
        for at in range(_CHAIN)
    ]
    star = [Term("category", 20_000, "star", "Star")]
    star += [
        Term("category", 20_001 + at, f"star{at}", f"Star {at}", parent=20_000) for at in range(_STAR - 20)
    ]
    # The twenty that posts have are below the star, the last of them at the end of the chain as well.
    own = [Term("category", at + 1, f"c{at}", f"Category {at}", parent=20_000) for at in range(19)]
    own.append(Term("category", 20, "c19", "Category 19", parent=chain[8].id))
    with database.transaction() as connection:
        site_id = connection.scalar(select(sites.c.id))
        assert site_id is not None
        save_terms(connection, site_id, [*chain, *star, *own])
