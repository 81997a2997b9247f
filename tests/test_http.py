"""The way out: what is kept between polls, and the bounds of an answer."""

import gzip
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from feedsvc import __version__
from feedsvc.errors import SiteError
from feedsvc.wordpress.http import INFO_MAX_AGE, HttpClient
from servers import Canned, serving
from service import free_port


class Counting:
    """A server that counts its requests and remembers the last one's headers."""

    def __init__(self) -> None:
        self.requests = 0
        self.headers: dict[str, str] = {}
        self.body = b'{"a": 1}'
        self.sent = {"Content-Type": "application/json; charset=UTF-8"}
        self.status = 200


@contextmanager
def counting() -> Iterator[tuple[str, Counting]]:
    seen = Counting()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.requests += 1
            seen.headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(seen.status)
            for name, value in seen.sent.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(seen.body)))
            self.end_headers()
            self.wfile.write(seen.body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", seen
    finally:
        server.shutdown()
        server.server_close()


Connect = Callable[[str], HttpClient]


@pytest.fixture
def connect(tmp_path: Path) -> Connect:
    """What makes the way to the site at an address."""
    return lambda url: HttpClient(
        named=[url], cache_file=tmp_path / "http.sqlite", contact="https://feeds.example/"
    )


def test_an_answer_is_read_whole_with_its_status_and_headers(connect: Connect) -> None:
    with serving({"/": Canned(418, '{"é": 1}', headers={"X-WP-Total": "7"})}) as url:
        answer = connect(url).get(url)
    assert (answer.status, answer.json().data, answer.media_type) == (418, {"é": 1}, "application/json")
    assert answer.headers["x-wp-total"] == "7"


def test_we_say_who_we_are_and_where_to_write(connect: Connect) -> None:
    with counting() as (url, seen):
        connect(url).get(url)
    assert seen.headers["user-agent"].startswith(f"feedsvc/{__version__} ")
    assert "+https://feeds.example/" in seen.headers["user-agent"]


def test_an_answer_is_kept_only_when_asked_to_and_good(connect: Connect) -> None:
    with counting() as (url, seen):
        http = connect(url)
        http.get(url)
        http.get(url)
        assert seen.requests == 2  # not asked to keep it
        assert (
            http.get(url, max_age=INFO_MAX_AGE).json().data
            == http.get(url, max_age=INFO_MAX_AGE).json().data
            == {"a": 1}
        )
        assert seen.requests == 3
        http.get(url, max_age=INFO_MAX_AGE, fresh=True)
        assert seen.requests == 4
        seen.status = 500
        assert http.get(url + "broken", max_age=INFO_MAX_AGE).status == 500
        assert http.get(url + "broken", max_age=INFO_MAX_AGE).status == 500
        assert seen.requests == 6
        seen.status, seen.sent = 200, {"Content-Type": "text/html"}  # the page of a guard
        http.get(url + "page", max_age=INFO_MAX_AGE)
        http.get(url + "page", max_age=INFO_MAX_AGE)
        assert seen.requests == 8


def test_what_is_kept_is_there_after_a_restart(connect: Connect) -> None:
    with counting() as (url, seen):
        connect(url).get(url, max_age=INFO_MAX_AGE)
        assert connect(url).get(url, max_age=INFO_MAX_AGE).json().data == {"a": 1}
        assert seen.requests == 1


def test_an_answer_without_end_is_given_up(connect: Connect) -> None:
    with counting() as (url, seen):
        http = connect(url)
        seen.body = gzip.compress(b" " * (17 * 1024**2))
        seen.sent["Content-Encoding"] = "gzip"
        with pytest.raises(SiteError, match="it sent more than 16 MB"):
            http.get(url)


def test_a_packed_answer_is_unpacked_and_kept_so(connect: Connect) -> None:
    with counting() as (url, seen):
        http = connect(url)
        seen.body = gzip.compress(b'{"b": 2}')
        seen.sent["Content-Encoding"] = "gzip"
        assert [http.get(url, max_age=INFO_MAX_AGE).json().data for _ in range(2)] == [{"b": 2}, {"b": 2}]
        assert seen.requests == 1


@pytest.mark.parametrize(
    ("url", "got"),
    [
        pytest.param("http://127.0.0.1:{free}/", "the connection was refused", id="nothing listens"),
        pytest.param("http://no-such-host.invalid/", "no such host is known", id="no such host"),
        pytest.param("https://127.0.0.1:{plain}/", "no secure connection could be made", id="no TLS"),
        pytest.param("http://127.0.0.1:{plain}/circle", "it redirects in a circle", id="a circle"),
    ],
)
def test_no_answer_is_told_in_plain_words(connect: Connect, url: str, got: str) -> None:
    circle = Canned(302, headers={"Location": "/circle"})
    with serving({"/circle": circle}) as plain:
        address = url.format(free=free_port(), plain=plain.split(":")[2].rstrip("/"))
        with pytest.raises(SiteError) as caught:
            connect(address).get(address)
    assert caught.value.got == got
    assert caught.value.asked == address
    assert caught.value.advice


def test_what_an_older_version_left_keeps_nobody_from_starting(tmp_path: Path, connect: Connect) -> None:
    with counting() as (url, seen):
        http = connect(url)
        http.get(url, max_age=INFO_MAX_AGE)
        with closing(sqlite3.connect(tmp_path / "http.sqlite")) as kept, kept:
            kept.execute("UPDATE responses SET value = 'no such thing'")
        http.forget()
        assert http.get(url, max_age=INFO_MAX_AGE).json().data == {"a": 1}
        assert seen.requests == 2
