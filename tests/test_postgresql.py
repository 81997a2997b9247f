"""What is PostgreSQL's own: a server that is away or busy, a schema that it is told to have, odd texts."""

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from feedsvc.config import Settings
from feedsvc.errors import ConfigError, DatabaseBusyError, TooLongError
from feedsvc.model import Post
from feedsvc.publish.web import create_app
from feedsvc.query.condition import Condition, Not, Phrase, all_of
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.entries import load_entries
from feedsvc.store.selection import Selection
from postgres import SERVER, emptied_postgresql, make_database
from storing import save_posts

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECRET = "s3cret"


@pytest.fixture
def server() -> Iterator[Database]:
    """An empty store that waits for others for a moment only."""
    with closing(Database(emptied_postgresql(), busy_seconds=0.2, connections=2)) as database:
        yield database


def a_post(wp_id: int, body: str, guid: str = "") -> Post:
    return Post(
        id=wp_id,
        guid=guid or f"https://a.example/?p={wp_id}",
        link=f"https://a.example/{wp_id}/",
        title="Post",
        summary="",
        content=body,
        published=NOON,
        modified=NOON,
    )


def found(database: Database, condition: Condition) -> list[int]:
    with database.reading() as connection:
        entries = load_entries(connection, Selection(condition, dedupe=False), 100)
    return sorted(entry.post.id for entry in entries)


def written(database: Database, *posts: Post) -> None:
    with database.transaction() as connection:
        save_posts(connection, sites.ensure_site(connection, "a", "https://a.example/"), posts)


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://user:{SECRET}@127.0.0.1:1/feeds",
        f"postgresql://user:{SECRET}@nowhere.invalid/feeds",
        f"postgresql://user:{SECRET}@127.0.0.1:1/feeds?sslmode=perhaps",
        f"postgresql://user:{SECRET}@127.0.0.1:1/feeds?no_such_option=1",
    ],
)
def test_a_server_that_is_away_is_told_of_without_the_password(address: str) -> None:
    with closing(Database(address, busy_seconds=0.2)) as database:
        for attempt in (database.is_current, database.prepare, database.migrate):
            with pytest.raises(DatabaseBusyError, match="DATABASE_URL names its host") as caught:
                attempt()
            assert SECRET not in str(caught.value)


@pytest.mark.real
def test_a_database_that_there_is_not_is_told_of(server: Database) -> None:
    url = make_url(SERVER).set(database="feedsvc_nowhere").render_as_string(hide_password=False)
    with closing(Database(url)) as database, pytest.raises(DatabaseBusyError, match="does not exist"):
        database.prepare()


@pytest.mark.real
def test_a_writer_waits_for_another_and_says_so_when_that_takes_long(server: Database) -> None:
    with server.transaction() as connection:
        sites.ensure_site(connection, "a", "https://a.example/")
        told = pytest.raises(DatabaseBusyError, match=r"was busy for 0\.2 seconds: another process or site")
        with told, server.transaction():
            pass
    written(server, a_post(1, "<p>solar</p>"))
    assert found(server, Phrase(("solar",))) == [1]


@pytest.mark.real
def test_a_writer_that_is_gone_without_a_word_holds_the_others_up_for_two_minutes_at_the_most(
    server: Database,
) -> None:
    with (
        pytest.raises(DatabaseBusyError, match=r"the database server can.t be reached"),
        server.transaction() as gone,
    ):
        limit = gone.scalar(text("SHOW idle_in_transaction_session_timeout"))
        gone.execute(text("SET LOCAL idle_in_transaction_session_timeout = 1"))  # for now
        time.sleep(0.1)
        with server.transaction() as connection:
            connection.execute(text("SELECT 1"))
        gone.execute(text("SELECT 1"))
    assert limit == "2min"
    with server.reading() as connection:
        assert connection.scalar(text("SHOW idle_in_transaction_session_timeout")) == "0"


def test_a_process_has_as_many_connections_as_it_may_have(server: Database) -> None:
    told = pytest.raises(DatabaseBusyError, match="database_connections")
    with server.reading(), server.reading(), told, server.reading():
        pass


@pytest.mark.real
def test_a_connection_that_the_server_has_ended_is_told_of_and_replaced(server: Database) -> None:
    with pytest.raises(DatabaseBusyError, match="tried again later"), server.reading() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    written(server, a_post(1, "<p>solar</p>"))
    assert found(server, Phrase(("solar",))) == [1]


@pytest.mark.real
def test_a_reader_writes_nothing(server: Database) -> None:
    with pytest.raises(DBAPIError, match="read-only"), server.reading() as connection:
        connection.execute(text("DELETE FROM sites"))


@pytest.mark.real
@pytest.mark.parametrize("pauses", [["30"], ["0.15"] * 30])
def test_what_takes_longer_than_it_may_ends(server: Database, pauses: list[str]) -> None:
    with pytest.raises(TooLongError), server.reading_for(0.4) as connection:
        for pause in pauses:
            connection.execute(text(f"SELECT pg_sleep({pause})"))
    with server.reading() as connection:  # the limit goes with its transaction
        connection.execute(text("SELECT pg_sleep(0.5)"))


@pytest.mark.real
def test_what_nobody_waits_for_any_more_ends(server: Database) -> None:
    with pytest.raises(TooLongError), server.reading_for(60, lambda: True) as connection:
        for _ in range(30):
            connection.execute(text("SELECT pg_sleep(0.1)"))


@pytest.mark.real
def test_a_service_refuses_a_schema_that_nobody_has_migrated() -> None:
    with closing(Database(make_database())) as database:
        with pytest.raises(
            ConfigError, match="is not at the schema of this version of feedsvc: run feedsvc migrate"
        ):
            database.prepare()
        assert database.migrate() is True
        database.prepare()
        with database.transaction() as connection:
            connection.execute(
                text("UPDATE facts SET value = 'of another version' WHERE name != 'revision'")
            )
        with pytest.raises(
            ConfigError, match="has what another version or duplicate_window has made of its posts"
        ):
            database.prepare()
        assert database.migrate() is True
        database.prepare()


@pytest.mark.real
def test_text_is_kept_without_nul_and_in_full_otherwise(server: Database) -> None:
    guid = "https://a.example/" + "".join(chr(0x4E00 + number % 20000) for number in range(4900))
    written(server, a_post(1, "<p>so\0lar</p>", guid=guid), a_post(2, "<p>wind</p>", guid=guid + "2"))
    with server.reading() as connection:
        posts = {entry.post.id: entry.post for entry in load_entries(connection, Selection(), 10)}
        assert (
            connection.scalar(text("SELECT count(*) FROM sites WHERE name = :name"), {"name": "a\0"}) == 1
        )
    assert posts[1].guid == guid
    assert "\0" not in posts[1].content


LONG = "x" * 3000
WORDS = (f"{chr(0x0905 + n % 50)}{chr(0x0905 + n // 50 % 50)}ययययय{n}" for n in range(45_000))
MANY = " ".join(WORDS)


@pytest.mark.real
@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        (Phrase((LONG,)), [1]),
        (Phrase((LONG + "x",)), []),
        (Phrase((LONG[:255],)), []),
        (Phrase((LONG[:255],), is_prefix=True), [1]),
        (Phrase((LONG[:254],), is_prefix=True), [1]),
        (Phrase((LONG + "y",), is_prefix=True), []),
        (Phrase((LONG[:300],), is_prefix=True), [1]),
        (Phrase((LONG, "solar")), [1]),
        (Not(Phrase((LONG, "solar"))), [2, 3]),
        (Not(Phrase((LONG[:255],))), [1, 2, 3]),
        (Phrase(("अअययययय0",)), [2]),
        (Phrase(("solar",)), [1, 2]),
        (all_of([Phrase(("solar",)), Not(Phrase(("end",)))]), [1]),
        (Phrase(("solar", "end")), [2]),
        (Phrase(("end", "solar")), []),
    ],
)
def test_words_and_posts_longer_than_the_server_takes_are_found(
    condition: Condition, ids: list[int], long_posts: Database
) -> None:
    assert found(long_posts, condition) == ids


@pytest.fixture(scope="module")
def long_posts() -> Iterator[Database]:
    """A store of a post with a word of 3,000 letters, one with a megabyte of words, and one more."""
    with closing(Database(emptied_postgresql(4))) as database:
        written(
            database,
            a_post(1, f"<p>{LONG} solar</p>"),
            a_post(2, f"<p>{MANY} solar end</p>"),
            a_post(3, "<p>wind</p>"),
        )
        yield database


def test_a_reader_is_told_to_come_back_and_not_where_the_server_is(settings: Settings) -> None:
    with closing(Database(f"postgresql://user:{SECRET}@127.0.0.1:1/feeds")) as database:
        answer = create_app(settings, database).test_client().get("/feed.rss")
    assert (answer.status_code, answer.headers["Retry-After"].isdigit()) == (503, True)
    assert answer.text.strip() == "the database can't be reached for now: ask again in a minute"
