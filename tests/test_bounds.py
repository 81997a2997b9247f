"""What a request may cost: newest first whatever is asked, a deadline, and the answer when it is over."""

import itertools
import json
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert, text

from feedsvc.config import Settings
from feedsvc.errors import TooLongError
from feedsvc.model import Term
from feedsvc.publish.context import EXTENSION
from feedsvc.publish.web import create_app
from feedsvc.store import keys, sites
from feedsvc.store.database import Database
from feedsvc.store.deadline import check_deadline
from feedsvc.store.indexing import index_groups
from feedsvc.store.tables import post_terms
from feedsvc.store.tables import posts as posts_table
from feedsvc.store.terms import ensure_term_ids, save_terms
from tables import thinned
from test_preview import JANUARY

FEW, MANY = 300, 1200
"""Posts of two stores. What goes through all of them takes four times the steps in the second."""

_LETTERS = "bcdfghklmn"


def fill(database: Database, number: int) -> None:
    """Hold posts that have a word of their own with each of ten beginnings, and some words in common."""
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "news", "https://news.example/", imported=True)
        rows: list[dict[str, Any]] = []
        for at in range(1, number + 1):
            published = JANUARY + timedelta(hours=at)
            own = " ".join(f"{letter}{at % 7}x{at} {letter}y{at}" for letter in _LETTERS)
            rows.append(
                {
                    "key": keys.first_key(published) + at,
                    "index_rowid": at,
                    "canonical_key": keys.first_key(published) + at,
                    "site_id": site_id,
                    "wp_id": at,
                    "guid": f"https://news.example/?p={at}",
                    "link": f"https://news.example/{at}/",
                    "title": f"Post bold {at}",
                    "summary": "",
                    "content": f"<p>all of it {'odd' if at % 2 else 'even'} {own} heat pump</p>",
                    "published": published,
                    "modified": published,
                    "fingerprint": "",
                    "digest": b"",
                }
            )
        connection.execute(insert(posts_table), rows)
        names = [Term("category", number + 1, f"c{number}", f"Category {number}") for number in range(5)]
        save_terms(connection, site_id, names)
        term_ids = ensure_term_ids(connection, site_id, [("category", term.id) for term in names])
        carried = [
            {"term_id": term_id, "post_key": row["key"], "entry_key": row["key"]}
            for row, term_id in zip(rows, itertools.cycle(term_ids.values()), strict=False)
        ]
        connection.execute(insert(post_terms), carried)
        index_groups(connection, [int(row["key"]) for row in rows])


@pytest.fixture(scope="module")
def stores(
    tmp_path_factory: pytest.TempPathFactory, empty_store: Path
) -> Iterator[tuple[Database, Database]]:
    """A store of FEW posts and one of MANY; no test changes them."""
    folder = tmp_path_factory.mktemp("bounds")
    files = [folder / f"{number}.db" for number in (FEW, MANY)]
    for file in files:
        shutil.copyfile(empty_store, file)
    few, many = (Database(f"sqlite:///{file}") for file in files)
    with closing(few), closing(many):
        for database, number in ((few, FEW), (many, MANY)):
            fill(database, number)
        yield few, many


@contextmanager
def counted_steps(database: Database) -> Iterator[list[int]]:
    """Yield a list of one number: the steps that SQLite's machine has taken so far, in tens."""
    steps = [0]

    def count() -> None:
        steps[0] += 1

    def watch(connection: Any, *_rest: object) -> None:
        # In place of the deadline's own, which is set for each transaction.
        connection.connection.dbapi_connection.set_progress_handler(count, 10)

    event.listen(database.engine, "before_cursor_execute", watch)
    try:
        yield steps
    finally:
        event.remove(database.engine, "before_cursor_execute", watch)


def client_of(database: Database, **changes: Any) -> FlaskClient:
    """Return a client of a service, of which a context has `changes`."""
    app: Flask = create_app(Settings(), database)
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], **changes)
    return app.test_client()


def steps_of(database: Database, address: str) -> int:
    client = client_of(database)
    with counted_steps(database) as steps:
        answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return steps[0]


STARS = "+".join(f"{letter}*" for letter in _LETTERS)


@pytest.mark.parametrize(
    "query",
    thinned(
        [
            pytest.param("topic=b*", id="one star"),
            pytest.param(f"topic={STARS}", id="ten stars"),
            pytest.param(f"topic={STARS.replace('+', '+OR+')}", id="any of ten"),
            pytest.param("topic=b1x*+OR+even", id="three characters"),
            pytest.param("topic=title:b*", id="in the title"),
            pytest.param('topic="heat+p"*', id="at the end of a phrase"),
            pytest.param('topic="pump+b"*+OR+odd', id="at the end of a phrase that is not"),
            pytest.param("topic=odd+-z*", id="excluded"),
            pytest.param("topic=odd", id="a word that half have"),
            pytest.param("", id="everything"),
        ],
        3,
    ),
)
@pytest.mark.parametrize("address", ["feed.rss", "preview"])
def test_four_times_the_posts_take_no_more_steps(
    stores: tuple[Database, Database], address: str, query: str
) -> None:
    few, many = (steps_of(database, f"/{address}?limit=5&{query}") for database in stores)
    # A preview looks at the newest thousand where none is left out, and the first store has fewer.
    examined = (1000 - FEW) * 2 if address == "preview" else 0
    assert many <= 1.5 * few + 100 + examined


def test_a_post_among_four_times_as_many_is_found_and_explained_by_no_more_steps(
    stores: tuple[Database, Database],
) -> None:
    few, many = (steps_of(database, "/why?url=http://news.example/200") for database in stores)
    assert many <= few + 10


def test_a_preview_asks_the_index_three_times_at_most(stores: tuple[Database, Database]) -> None:
    asked: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "MATCH" in statement:
            asked.append(statement)

    _, many = stores
    event.listen(many.engine, "before_cursor_execute", count)
    try:
        for query in (f"topic={STARS}", "topic=odd", "", f"limit=100&topic=even+{STARS}+-zebra"):
            asked.clear()
            assert client_of(many).get(f"/preview?{query}").status_code == 200
            assert 0 < len(asked) <= 3
    finally:
        event.remove(many.engine, "before_cursor_execute", count)


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        pytest.param("topic=b*", MANY, id="of every post"),
        pytest.param("topic=by12*", 12, id="longer than the index holds"),
        pytest.param("topic=by1*", 312, id="longer, of more words than are written out"),
        pytest.param("topic=b1x*", 172, id="as long as the index holds"),
        pytest.param('topic="pump+b"*', 0, id="no such phrase"),
        pytest.param('topic="post+b"*', MANY, id="a phrase"),
        pytest.param("topic=e*+-o*", 0, id="excluded"),
        pytest.param("topic=title:bo*", MANY, id="in the title"),
        pytest.param("topic=title:even*", 0, id="not in the title"),
        pytest.param("topic=entr*", 0, id="the marks are no words"),
        pytest.param("topic=pos*+-title:p*", 0, id="nor for a beginning"),
        pytest.param("topic=ent*", 0, id="that the index holds"),
    ],
)
def test_beginnings_find_what_begins_so(stores: tuple[Database, Database], query: str, kept: int) -> None:
    client = client_of(stores[1])
    page = kept // 100 + 1

    def count_items(number: int) -> int:
        return len(json.loads(client.get(f"/feed.json?limit=100&page={number}&{query}").data)["items"])

    assert count_items(page) == kept % 100
    assert page == 1 or count_items(page - 1) == 100


# The deadline

ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")


def test_a_statement_without_an_end_is_interrupted_and_the_connection_goes_on(database: Database) -> None:
    with (
        pytest.raises(TooLongError, match=r"longer than 0\.05 seconds"),
        database.reading_for(0.05) as connection,
    ):
        connection.execute(ENDLESS)
    assert database.engine.pool.checkedin() == 1  # type: ignore[attr-defined]
    with database.reading() as connection:  # it is the same, and nobody hurries it
        below = text(ENDLESS.text.replace("FROM n) ", "FROM n WHERE i < 300000) "))
        assert connection.scalar(below) == 300_000
        check_deadline(connection)
    with database.transaction() as connection:
        assert sites.ensure_site(connection, "news", "https://news.example/")


def test_work_that_nobody_waits_for_is_interrupted(database: Database) -> None:
    asked = []

    def is_unwanted() -> bool:
        asked.append(True)
        return len(asked) == 2

    with pytest.raises(TooLongError), database.reading_for(60, is_unwanted) as connection:
        connection.execute(ENDLESS)
    assert len(asked) == 2


def test_other_errors_stay_what_they_are(database: Database) -> None:
    with pytest.raises(Exception, match="no such table"), database.reading_for(60) as connection:
        connection.execute(text("SELECT 1 FROM nowhere"))


def test_the_end_of_the_time_is_seen_between_statements(database: Database) -> None:
    with pytest.raises(TooLongError), database.reading_for(0) as connection:
        check_deadline(connection)


@pytest.mark.parametrize(
    ("address", "media_type"),
    [
        ("/feed.rss?limit=100", "text/plain"),
        ("/feed.json?limit=100&topic=b*", "text/plain"),
        ("/feeds.opml", "text/plain"),
        ("/preview?topic=b*&limit=50", "text/html"),
        ("/", "text/html"),
    ],
)
def test_an_answer_that_takes_too_long_is_a_503_that_says_what_to_do(
    stores: tuple[Database, Database], address: str, media_type: str
) -> None:
    answer = client_of(stores[1], answer_seconds=0.0).get(address)
    assert (answer.status_code, answer.mimetype) == (503, media_type)
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "takes longer than 0 seconds to find: ask again in a minute, or ask for less" in answer.text
    if "preview" in address:
        assert 'name="topic" value="b*"' in answer.text
    assert client_of(stores[1]).get(address).status_code == 200


@pytest.mark.real
def test_a_client_that_has_left_is_seen_by_the_servers_socket(stores: tuple[Database, Database]) -> None:
    app = create_app(Settings(), stores[1])
    context = replace(app.extensions[EXTENSION], answer_seconds=600)
    ours, theirs = socket.socketpair()
    with ours, app.test_request_context("/", environ_overrides={"gunicorn.socket": ours}):
        with theirs, context.reading() as connection:
            time.sleep(0.3)  # longer than between two looks
            check_deadline(connection)
            theirs.send(b"GET /feed.rss HTTP/1.1")  # a next request
            time.sleep(0.3)
            check_deadline(connection)
        ours.recv(100)
        with pytest.raises(TooLongError), context.reading() as connection:
            connection.execute(ENDLESS)
