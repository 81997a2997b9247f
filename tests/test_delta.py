"""Delta feeds (RFC 3229): who has a feed gets what it lacks, and ends up with what others have."""

import gzip
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import feedparser
import pytest
from reader import Reader, make_reader
from werkzeug.serving import make_server
from werkzeug.test import Client, TestResponse

from conftest import empty_configuration
from feedsvc.publish.client_limit import WsgiApp
from feedsvc.publish.delta import accepts_delta, join_marks, read_marks
from feedsvc.publish.web import create_app
from feedsvc.store.database import Database
from histories import History
from properties import thoroughly
from storing import remove_posts
from tables import thinned
from warm_service import NOON, Warm, a_post, fill, save, told

FORMATS = ["rss", "atom", "json"]


@pytest.fixture
def news(database: Database) -> Warm:
    """An own store, published warm, with one site and five posts."""
    fill(database)
    return Warm(empty_configuration(), database)


def listed(answer: TestResponse) -> list[str]:
    """Return the titles of a feed's entries, in whatever format and coding it is."""
    body = answer.get_data()
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    if body.startswith(b"{"):
        return [item["title"] for item in json.loads(body)["items"]]
    return [entry["title"] for entry in feedparser.parse(body).entries]


def lacking(warm: Warm, address: str, etag: str, **others: str) -> TestResponse:
    """Return the answer to a client that has what has the ETag, and takes what it lacks."""
    return warm.get(address, **{"A_IM": "feed", "If_None_Match": etag} | others)


def changed(warm: Warm) -> None:
    """Publish a sixth post and edit the third."""
    save(warm.database, a_post(6))
    save(warm.database, a_post(3, "other words", modified=NOON + timedelta(hours=7)))
    warm.look_again()


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_edit_that_a_feed_does_not_show_leaves_its_etag_as_it_is(news: Warm, suffix: str) -> None:
    post = a_post(3, summary="What it is about.")
    save(news.database, post)
    news.look_again()
    address = f"/feed.{suffix}?content=summary"
    etag = news.get(address).headers["ETag"]
    full_etag = news.get(f"/feed.{suffix}").headers["ETag"]
    save(news.database, replace(post, content=f"{post.content}<p>Further down, a word more.</p>"))
    news.look_again()
    assert news.get(address).headers["ETag"] == etag
    assert news.get(f"/feed.{suffix}").headers["ETag"] != full_etag


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_who_has_a_feed_gets_what_is_new_or_changed(news: Warm, form: str, coding: str) -> None:
    address = f"/feed.{form}"
    before = news.get(address, Accept_Encoding=coding)
    changed(news)
    after = Warm(news.settings, news.database).get(address, Accept_Encoding=coding)
    for _ in range(2):  # made, and prepared
        answer = lacking(news, address, before.headers["ETag"], Accept_Encoding=coding)
        assert (answer.status, listed(answer)) == ("226 IM Used", ["Number 6", "Number 3"])
        assert answer.headers["ETag"] == after.headers["ETag"], "of what it has then"
        assert answer.headers["IM"] == "feed"
        assert answer.headers["Vary"] == "Accept-Encoding, A-IM"
        assert answer.headers["Cache-Control"] == "no-store, im"
        assert answer.headers["Content-Type"] == after.headers["Content-Type"]
    assert lacking(news, address, after.headers["ETag"], Accept_Encoding=coding).status_code == 304


def test_a_delta_is_prepared_as_well(news: Warm) -> None:
    etag = news.get("/feed.rss").headers["ETag"]
    changed(news)
    first = lacking(news, "/feed.rss", etag)
    news.calls.clear()
    assert told(lacking(news, "/feed.rss", etag)) == told(first)
    assert (
        news.client.head("/feed.rss", headers={"A-IM": "feed", "If-None-Match": etag}).headers
        == first.headers
    )
    assert news.calls == []


def test_a_process_that_never_sent_that_feed_knows_what_it_had(news: Warm) -> None:
    etag = news.get("/feed.rss").headers["ETag"]
    changed(news)
    changed(news)
    another = Warm(news.settings, news.database)
    assert listed(lacking(another, "/feed.rss", etag)) == ["Number 6", "Number 3"]


NO_DELTAS: dict[str, Mapping[str, str]] = {
    "another manipulation": {"A_IM": "vcdiff"},
    "refused": {"A_IM": "feed;q=0"},
    "none": {"A_IM": ""},
    "no ETag": {"If_None_Match": ""},
    "the ETag of another": {"If_None_Match": '"abc"'},
    "an ETag whose entries are none of ours": {"If_None_Match": '"abc.AAAAAAAAAAA"'},
    "an ETag cut off": {"If_None_Match": '"abc.AAAAA"'},
    "an ETag with what is no mark": {"If_None_Match": '"abc.!?"'},
}


@pytest.mark.parametrize("headers", NO_DELTAS.values(), ids=NO_DELTAS)
def test_all_others_get_the_whole_feed(news: Warm, headers: Mapping[str, str]) -> None:
    etag = news.get("/feed.rss").headers["ETag"]
    changed(news)
    answer = lacking(news, "/feed.rss", etag, **headers)
    assert (answer.status_code, len(listed(answer))) == (200, 6)
    assert answer.headers["Vary"] == "Accept-Encoding", "where deltas are not used"
    assert "IM" not in answer.headers


ASKED = {
    "beside others": {"A_IM": "vcdiff, feed;q=0.5"},
    "in capital letters": {"A_IM": "FEED"},
    "the ETag in its weak form": {"weak": "W/"},
    "the ETag in a list": {"weak": '"abc", '},
}


@pytest.mark.parametrize("others", ASKED.values(), ids=ASKED)
def test_what_is_asked_for_in_other_words_is_understood(news: Warm, others: Mapping[str, str]) -> None:
    etag = others.get("weak", "") + news.get("/feed.rss").headers["ETag"]
    changed(news)
    answer = lacking(news, "/feed.rss", etag, A_IM=others.get("A_IM", "feed"))
    assert (answer.status_code, len(listed(answer))) == (226, 2)


def test_when_all_has_changed_the_whole_feed_is_sent(news: Warm) -> None:
    etag = news.get("/feed.rss").headers["ETag"]
    for number in range(1, 6):
        save(news.database, a_post(number, "all other words"))
    news.look_again()
    assert lacking(news, "/feed.rss", etag).status_code == 200


def test_when_posts_are_only_taken_back_nothing_is_lacking(news: Warm) -> None:
    etag = news.get("/feed.rss").headers["ETag"]
    with news.database.transaction() as connection:
        remove_posts(connection, 1, [5])
    news.look_again()
    answer = lacking(news, "/feed.rss", etag)
    assert (answer.status_code, listed(answer)) == (226, [])
    assert lacking(news, "/feed.rss", answer.headers["ETag"]).status_code == 304


def test_one_new_post_of_twenty_costs_a_tenth(database: Database) -> None:
    fill(database)
    chance = Random(1)
    for number in range(1, 21):
        save(database, a_post(number, _prose(chance)))
    news = Warm(empty_configuration(), database)
    for coding in ("identity", "gzip"):
        etag = news.get("/feed.rss", Accept_Encoding=coding).headers["ETag"]
        save(database, a_post(21 + (coding == "gzip"), _prose(chance)))
        news.look_again()
        whole = news.get("/feed.rss", Accept_Encoding=coding)
        delta = lacking(news, "/feed.rss", etag, Accept_Encoding=coding)
        assert delta.status_code == 226
        assert delta.content_length and whole.content_length
        assert delta.content_length <= whole.content_length / 10


def _prose(chance: Random) -> str:
    """Return words of as much variety as a press release has."""
    return " ".join("".join(chance.choices("etaoinshrdlu", k=chance.randint(2, 9))) for _ in range(1000))


def test_the_etag_of_a_feed_says_which_entries_it_has() -> None:
    marks = [b"abcd", b"\x00\x00\xff\xfe"]
    etag = f'"0123456789abcdef.{join_marks(marks)}-gzip"'
    assert read_marks(etag) == set(marks)
    assert read_marks(f'W/{etag}, "x"') == set(marks)
    assert read_marks(etag.strip('"')) == set(marks), "some readers take the quotation marks off"
    assert read_marks("*") == read_marks("") == read_marks('"0123.A"') == set()


@pytest.mark.parametrize(
    ("a_im", "expected"),
    [
        ("feed", True),
        ("FEED", True),
        ("gzip, feed", True),
        ("feed;q=0", False),
        ("feeds", False),
        ("", False),
    ],
)
def test_which_clients_take_deltas(a_im: str, expected: bool) -> None:
    assert accepts_delta(a_im) is expected


# What a client ends up with, over random histories.


class _Client:
    """A reader that keeps all entries it ever got, by id, as they came last; it asks with what it has."""

    def __init__(self, client: Client, address: str, headers: Mapping[str, str]) -> None:
        self._client = client
        self._address = address
        self._headers = dict(headers)
        self.entries: dict[str, tuple[Any, ...]] = {}
        self.statuses: set[int] = set()

    def poll(self) -> None:
        response = self._client.get(self._address, headers=self._headers)
        self.statuses.add(response.status_code)
        if response.status_code != 304:
            self._headers["If-None-Match"] = response.headers["ETag"]
            for entry in feedparser.parse(response.get_data()).entries:
                content = [part["value"] for part in entry.get("content", ())]
                self.entries[entry["id"]] = (
                    entry["title"],
                    content,
                    entry["updated_parsed"],
                    entry.get("tags"),
                )


@pytest.mark.parametrize("seed", thinned(thoroughly(range(1000), range(4)), 2))
def test_clients_of_deltas_hold_what_clients_of_whole_feeds_hold(database: Database, seed: int) -> None:
    history = History(database, Random(seed))
    chance = Random(seed)
    client = Client(create_app(empty_configuration(), database))
    address = f"/feed.{chance.choice(('rss', 'atom'))}?limit={chance.choice((5, 20))}"
    pairs = [(_Client(client, address, {}), _Client(client, address, {"A-IM": "feed"})) for _ in range(3)]
    for _ in range(50):
        history.change()
        # Some poll often, some at times: what happens between two polls of theirs is much or little.
        for (whole, delta), often in zip(pairs, (1.0, 0.4, 0.1), strict=True):
            if chance.random() < often:
                whole.poll()
                delta.poll()
                assert delta.entries == whole.entries
    assert 226 in set().union(*(delta.statuses for _, delta in pairs))
    assert 226 not in set().union(*(whole.statuses for whole, _ in pairs))


@contextmanager
def served(app: WsgiApp) -> Iterator[str]:
    """Serve `app` on the loopback, and yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def entries_of(reader: Reader) -> set[tuple[object, ...]]:
    return {
        (entry.id, entry.title, entry.updated, tuple(content.value for content in entry.content))
        for entry in reader.get_entries()
    }


@pytest.mark.real
@pytest.mark.parametrize("seed", range(2))
def test_a_real_reader_ends_up_with_the_same(database: Database, seed: int) -> None:
    history = History(database, Random(1000 + seed))
    app = create_app(empty_configuration(), database)
    statuses: list[str] = []

    def watched(environ: dict[str, Any], start_response: Any) -> Any:
        def start(status: str, *rest: Any) -> Any:
            statuses.append(status)
            return start_response(status, *rest)

        return app(environ, start)

    def without_deltas(environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_A_IM", None)
        return app(environ, start_response)

    with served(watched) as deltas, served(without_deltas) as whole:
        readers = []
        for base in (deltas, whole):
            reader = make_reader(":memory:")
            reader.add_feed(f"{base}/feed.atom")
            readers.append(reader)
        for _ in range(15):
            for reader in readers:
                for feed in reader.get_feeds():
                    reader.update_feed(feed)
            assert entries_of(readers[0]) == entries_of(readers[1])
            for _ in range(2):
                history.change()
    assert [status for status in statuses if status.startswith("226")]
