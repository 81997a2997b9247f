"""Prepared answers: the same as those that the application makes, sent without it, and never old."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random

import pytest
from werkzeug.test import Client

from columns import set_columns
from conftest import copied, empty_configuration
from feedsvc.config import load_settings
from feedsvc.publish.prepared_answers import MAX_ADDRESS_LENGTH, MAX_ADDRESSES
from feedsvc.publish.web import create_app
from feedsvc.store import sites
from feedsvc.store.database import Database
from histories import History
from properties import thoroughly
from statements import counted_statements
from storing import remove_posts, save_post
from tables import thinned
from warm_service import NOON, Warm, a_post, fill, named, save, told


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory, sample_store: Path) -> Iterator[Warm]:
    """The samples, published warm, which no test changes."""
    with copied(sample_store, tmp_path_factory.mktemp("warm")) as database:
        yield Warm(empty_configuration(), database)


@pytest.fixture(scope="module")
def plain(samples: Warm) -> Client:
    """A client of the same store whose service keeps no answers."""
    return Client(create_app(samples.settings.model_copy(update={"warm_bytes": 0}), samples.database))


@pytest.fixture
def news(database: Database) -> Warm:
    """An own store, published warm, with one site and five posts."""
    fill(database)
    return Warm(empty_configuration(), database)


FEEDS = [
    "/feed.rss?limit=3",
    "/category/energy.atom?limit=2",
    "/feed.json?topic=solar&limit=2",
    "/feed.rss?topic=nil",
]
CODINGS = ["", "identity", "gzip", "gzip;q=0", "br, gzip", "*"]
ETAG = "the ETag"
CONDITIONS: list[dict[str, str]] = [
    {},
    {"If_None_Match": ETAG},
    {"If_None_Match": '"other"'},
    {"If_None_Match": "*"},
    {"If_None_Match": f'"other", {ETAG}'},
    {"If_None_Match": f"W/{ETAG}"},
    {"If_None_Match": ETAG, "If_Match": '"other"'},
    {"If_None_Match": ETAG, "If_Unmodified_Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
    {"If_Match": ETAG},
    {"If_Match": '"other"'},
    {"If_Modified_Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
    {"Range": "bytes=0-9"},
]


@pytest.mark.parametrize(
    ("address", "coding", "conditions"), thinned(list(product(FEEDS, CODINGS, CONDITIONS)), 7)
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_prepared_answer_is_the_one_that_the_application_gives(
    samples: Warm, plain: Client, address: str, coding: str, conditions: dict[str, str], method: str
) -> None:
    headers = {"Accept_Encoding": coding}
    etag = samples.get(address, **headers).headers["ETag"]
    headers |= {name: value.replace(ETAG, etag) for name, value in conditions.items()}
    expected = plain.open(address, method=method, headers=named(headers))
    before = len(samples.calls)
    assert told(samples.client.open(address, method=method, headers=named(headers))) == told(expected)
    is_rare = "If_Match" in conditions or "If_Unmodified_Since" in conditions
    assert len(samples.calls) == before + is_rare


def test_a_prepared_answer_asks_neither_the_application_nor_the_database(news: Warm) -> None:
    first = news.get("/feed.rss")
    assert told(news.get("/feed.rss")) == told(first)
    with counted_statements(news.database) as statements:
        assert told(news.get("/feed.rss")) == told(first)
        assert news.get("/feed.rss", If_None_Match=first.headers["ETag"]).status_code == 304
    assert (news.calls, statements) == (["/feed.rss"], [])


def test_a_second_later_one_look_at_the_revision_is_all(news: Warm) -> None:
    news.get("/feed.rss")
    news.get("/feed.rss")
    news.look_again()
    with counted_statements(news.database) as statements:
        for _ in range(3):
            news.get("/feed.rss")
    assert len(news.calls) == 1
    assert [text.partition(" ")[0] for text in statements] == ["BEGIN", "SELECT", "SELECT"]


CHANGES: dict[str, Callable[[Database], None]] = {
    "a new post": lambda database: save(database, a_post(9)),
    "an edited post": lambda database: save(database, a_post(3, "other words")),
    "a title": lambda database: save(database, a_post(3, title="Another")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_served_after_the_next_look(news: Warm, change: Callable[[Database], None]) -> None:
    first = news.get("/feed.rss")
    with news.database.transaction():
        pass  # which changes nothing
    change(news.database)
    news.look_again()
    second = news.get("/feed.rss")
    assert second.headers["ETag"] != first.headers["ETag"]
    assert told(second) == told(Client(create_app(news.settings, news.database)).get("/feed.rss"))


def test_a_post_that_is_gone_is_gone_after_the_next_look(news: Warm) -> None:
    assert b"Number 5" in news.get("/feed.rss").data
    with news.database.transaction() as connection:
        remove_posts(connection, 1, [5])
    news.look_again()
    assert b"Number 5" not in news.get("/feed.rss").data


def test_the_language_of_the_sites_is_a_part_of_an_answer(database: Database) -> None:
    history = History(database, Random(3))
    history.publish_on_both()
    warm = Warm(empty_configuration(), database)
    for language in ("en", "de"):
        with database.transaction() as connection:
            for site_id in (1, 2):
                state = replace(sites.load_sync_state(connection, site_id), language=language)
                sites.save_sync_state(connection, site_id, state)
        warm.look_again()
        for address in ("/feed.atom?site=one&site=two", "/feed.rss"):
            assert f'"{language}"' in warm.get(address).text or f">{language}<" in warm.get(address).text


NEXT_PULLS: dict[str, tuple[dict[str, timedelta], str]] = {
    "due in a while": ({"next_pull_at": timedelta(minutes=10)}, "max-age=59"),
    "due now": ({"next_pull_at": timedelta(seconds=-20)}, "max-age=5,"),
    "asked to wait": (
        {"next_pull_at": -timedelta(minutes=1), "retry_at": timedelta(hours=20)},
        "max-age=900,",
    ),
    "overdue, since nobody pulls": ({"next_pull_at": timedelta(hours=-2)}, "max-age=300,"),
    "planned by a clock that was ahead": ({"next_pull_at": timedelta(days=9)}, "max-age=900,"),
}


@pytest.mark.parametrize(("plan", "expected"), NEXT_PULLS.values(), ids=NEXT_PULLS)
def test_caches_keep_a_feed_until_the_next_pull_is_due(
    news: Warm, plan: dict[str, timedelta], expected: str
) -> None:
    now = datetime.now(UTC)
    set_columns_of_site(news.database, {name: now + after for name, after in plan.items()})
    for _ in range(2):  # made, and prepared
        assert expected in news.get("/feed.rss").headers["Cache-Control"]


def set_columns_of_site(database: Database, moments: dict[str, datetime]) -> None:
    """Say when the site is pulled next."""
    with database.transaction() as connection:
        set_columns(connection, 1, imported=False, backfilled_at=NOON, **moments)


def test_what_has_not_changed_is_not_made_again(news: Warm) -> None:
    addresses = ["/feed.rss?topic=word1x1", "/feed.atom?topic=word2x1", "/feed.json?topic=word3x1"]
    before = {address: told(news.get(address)) for address in addresses}
    bodies = "SELECT posts."
    save(news.database, a_post(8))
    news.look_again()
    with counted_statements(news.database) as statements:
        for address in addresses:
            assert told(news.get(address)) == before[address]
    assert statements
    assert not [text for text in statements if text.startswith(bodies) and "posts.content" in text]


def test_all_spellings_of_a_query_have_one_answer(news: Warm) -> None:
    spellings = [
        "/feed.rss?topic=words",
        "/feed.rss?q=words",
        "/feed.rss?topic=WORDS&utm_source=x",
        "/feed.rss?topic=%77ords&limit=20",
        "/feed.rss?dedupe=on&topic=words&content=full&_=123",
    ]
    bodies = []
    with counted_statements(news.database) as statements:
        bodies = [news.get(address).data for address in spellings]
    assert len(set(bodies)) == 1
    assert len([text for text in statements if "posts.content" in text]) == 1


def test_many_readers_of_a_cold_feed_cause_one_rendering(news: Warm) -> None:
    number = 12
    start = threading.Barrier(number)
    answers: list[bytes] = []

    def read() -> None:
        start.wait()
        answers.append(news.get("/feed.rss").data)

    threads = [threading.Thread(target=read) for _ in range(number)]
    with counted_statements(news.database) as statements:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (len(answers), len(set(answers))) == (number, 1)
    assert len([text for text in statements if "posts.content" in text]) == 1


def test_a_query_that_goes_by_the_clock_is_looked_at_by_the_clock(database: Database) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "news", "https://news.example/", imported=True)
        save_post(connection, site_id, a_post(1, published=now, modified=now))
    warm = Warm(empty_configuration(), database)
    assert b"Number 1" in warm.get("/feed.rss?since=2s").data
    assert b"Number 1" in warm.get("/feed.rss?since=1h").data
    deadline = time.monotonic() + 20
    while b"Number 1" in warm.get("/feed.rss?since=2s").data:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert b"Number 1" in warm.get("/feed.rss?since=1h").data


WATCHED = [
    *(f"/feed.{form}" for form in ("rss", "atom", "json")),
    *("/feed.rss?limit=2", "/feed.json?limit=3&page=2", "/feed.rss?dedupe=off", "/feed.atom?site=one"),
    *("/category/category-1.rss", "/tag/tag-2.atom", "/author/author-3.json", "/feed.rss?topic=solar"),
    *("/feed.json?topic=ferry+-title:winter", "/feed.rss?category=category-1,category-2&site=two"),
    *("/feed.rss?content=summary", "/feed.rss?since=2026-05-05"),
]


@pytest.mark.parametrize("seed", thinned(thoroughly(range(200), range(2)), 2))
def test_after_any_history_a_kept_answer_is_the_one_that_would_be_made(
    database: Database, seed: int
) -> None:
    history = History(database, Random(seed))
    kept = create_app(empty_configuration(), database).test_client()
    settings = empty_configuration().model_copy(update={"warm_bytes": 0})
    made = create_app(settings, database).test_client()
    for _ in range(15):
        happened = history.change()
        for address in WATCHED:
            assert told(kept.get(address)) == told(made.get(address)), f"{address} after {happened}"


@pytest.fixture
def small(database: Database) -> Warm:
    """A service that keeps 200 kB of answers."""
    fill(database)
    return Warm(load_settings().model_copy(update={"warm_bytes": 200_000, "web_concurrency": 1}), database)


def test_a_flood_of_queries_neither_fills_the_memory_nor_drives_out_what_is_read(small: Warm) -> None:
    answers = small.context.answers
    small.get("/feed.rss")
    kept = answers.find(("/feed.rss", "", "localhost", "http", "", "", ""))
    assert kept
    for number in range(300):
        small.get(f"/feed.rss?topic=-nil{number}")
        assert answers.size <= 200_000
        if number % 20 == 0:
            small.get("/feed.rss")
    assert small.calls.count("/feed.rss") == 301, "each query once, and what is read but once"
    assert answers.find(("/feed.rss", "", "localhost", "http", "", "", "")) == kept


def test_spellings_without_end_of_one_query_are_bounded(small: Warm) -> None:
    for number in range(MAX_ADDRESSES * 3):
        small.get(f"/feed.rss?utm_source={number}")
    found = [
        small.context.answers.find(("/feed.rss", f"utm_source={number}", "localhost", "http", "", "", ""))
        for number in range(MAX_ADDRESSES * 3)
    ]
    assert [each is not None for each in found] == [False] * MAX_ADDRESSES * 2 + [True] * MAX_ADDRESSES


def test_an_address_that_passes_from_one_answer_to_another_is_kept_once(news: Warm) -> None:
    etag = news.get("/feed.rss").headers["ETag"]
    held = {"A_IM": "feed", "If_None_Match": etag}
    save(news.database, a_post(6))
    news.look_again()
    assert news.get("/feed.rss", **held).status_code == 226
    with news.database.transaction() as connection:
        remove_posts(connection, 1, [6])
    news.look_again()
    assert news.get("/feed.rss", **held).status_code == 304
    save(news.database, a_post(7))
    news.look_again()
    assert news.get("/feed.rss", **held).status_code == 226


def test_what_a_client_sends_beside_its_address_does_not_fill_the_memory(small: Warm) -> None:
    for number in range(20):
        small.get("/feed.rss", Accept_Encoding=f"gzip, {number}{'x' * MAX_ADDRESS_LENGTH}")
    small.get("/feed.rss?" + "utm_source=" + "x" * MAX_ADDRESS_LENGTH)
    assert small.context.answers.size < 20_000
    assert len(small.calls) == 21


def test_who_refuses_a_delta_gets_none_that_was_prepared_for_another(news: Warm) -> None:
    etag = news.get("/feed.rss").headers["ETag"]
    save(news.database, a_post(6))
    news.look_again()
    for _ in range(2):
        assert news.get("/feed.rss", A_IM="feed", If_None_Match=etag).status_code == 226
        assert news.get("/feed.rss", A_IM="vcdiff, feed;q=0", If_None_Match=etag).status_code == 200


def test_a_store_brought_back_from_a_backup_is_served_as_it_is(news: Warm) -> None:
    source = sqlite3.connect(str(news.database.engine.url.database))
    backup = sqlite3.connect(":memory:")
    source.backup(backup)
    save(news.database, a_post(6))
    assert b"Number 6" in news.get("/feed.rss").data
    backup.backup(source)
    source.close()
    backup.close()
    news.look_again()
    assert b"Number 6" not in news.get("/feed.rss").data


def test_without_bytes_for_them_no_answers_are_kept(database: Database, news: Warm) -> None:
    warm = Warm(news.settings.model_copy(update={"warm_bytes": 0}), database)
    assert told(warm.get("/feed.rss")) == told(warm.get("/feed.rss"))
    assert len(warm.calls) == 2
    assert warm.context.answers.size == 0


NOT_PREPARED = {
    "a page": ("/", {}, 200),
    "a page at a feed's address": ("/feed.rss", {"Sec_Fetch_Dest": "document"}, 200),
    "an unknown name": ("/category/nil.rss", {}, 404),
    "no address": ("/nil", {}, 404),
    "a mistake": ("/feed.rss?limit=0", {}, 400),
    "a body without a length": ("/feed.rss", {"Transfer_Encoding": "chunked"}, 413),
    "a host that is none": ("/feed.rss", {"Host": "a b"}, 400),
}


@pytest.mark.parametrize(("address", "headers", "status"), NOT_PREPARED.values(), ids=NOT_PREPARED)
def test_all_else_is_for_the_application(
    news: Warm, address: str, headers: dict[str, str], status: int
) -> None:
    news.get("/feed.rss")
    news.calls.clear()
    for _ in range(2):
        assert news.get(address, **headers).status_code == status
    assert len(news.calls) == 2


def test_other_requests_are_for_the_application(news: Warm) -> None:
    news.get("/feed.rss")
    assert news.client.get("/feed.rss", data=b"a body").status_code == 413
    assert news.client.post("/feed.rss").status_code == 405
    assert news.client.options("/feed.rss").status_code == 200


def test_each_host_and_scheme_has_its_own_addresses(news: Warm) -> None:
    for host in ("one.example", "two.example", "one.example"):
        assert f"http://{host}/feed.rss".encode() in news.get("/feed.rss", Host=host).data
    assert len(news.calls) == 2


def test_what_a_trusted_proxy_says_of_the_scheme_tells_answers_apart(news: Warm) -> None:
    behind = Warm(news.settings.model_copy(update={"trusted_proxies": 1}), news.database)
    for scheme in ("https", "http", "https"):
        body = behind.get("/feed.rss", Host="feeds.example", X_Forwarded_Proto=scheme).data
        assert f"{scheme}://feeds.example/feed.rss".encode() in body
    assert len(behind.calls) == 2


def test_when_the_database_fails_the_last_answer_goes_on(news: Warm, tmp_path: Path) -> None:
    first = told(news.get("/feed.rss"))
    file = Path(str(news.database.engine.url.database))
    news.database.close()
    for part in file.parent.glob(f"{file.name}*"):
        part.write_bytes(b"not a database" * 1000)
    news.look_again()
    assert told(news.get("/feed.rss")) == first
    assert news.get("/feed.atom").status_code == 500
