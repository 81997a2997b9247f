"""What is kept of answers between polls, in a Redis that may be away, slow, emptied or others' too."""

import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fake_wordpress import FakeWordPress, fake_wordpress
from feedsvc.config import load_settings
from feedsvc.store.database import Database
from feedsvc.wordpress.answer_cache import MAX_AGE, SharedRedis
from feedsvc.wordpress.http import INFO_MAX_AGE, HttpClient
from feedsvc.worker import Poller
from redis_server import make_certificate, redis_client, redis_server
from service import free_port

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def site(redis_url: str) -> Iterator[FakeWordPress]:
    """A site whose answers can be asked for again by their ETag; nothing is kept of it yet."""
    with redis_client(redis_url) as client:
        client.flushall()
    with fake_wordpress(30, validators=True) as site:
        yield site


def root(site: FakeWordPress) -> str:
    return f"{site.url}wp-json/"


def ask(site: FakeWordPress, redis_url: str, *, verify: bool = True) -> None:
    """Ask for what a site says of itself, as a process does that has just started."""
    http = HttpClient(
        named=[site.url], cache_file=Path("unused.sqlite"), redis_url=redis_url, redis_verify=verify
    )
    with closing(http):
        assert http.get(root(site), max_age=INFO_MAX_AGE).json().data["name"] == "Fake"
    assert not Path("unused.sqlite").exists()


def pull(site: FakeWordPress, redis_url: str, folder: Path) -> None:
    settings = load_settings(sites=[site.url]).model_copy(
        update={"database_url": f"sqlite:///{folder}/store.db", "redis_url": redis_url}
    )
    with closing(Database(settings.database_url)) as database:
        database.migrate()
        poller = Poller(settings, database)
        (state,) = poller.register()
        assert poller.claim(state.id, even_if_early=True)
        poller.pull(state.id)


def test_a_restarted_process_asks_nothing_that_it_knew(site: FakeWordPress, redis_url: str) -> None:
    for _ in range(3):
        ask(site, redis_url)
    assert len(site.requests) == 1


def test_the_polls_of_a_dyno_that_was_restarted_ask_nothing_that_it_knew(
    site: FakeWordPress, redis_url: str, tmp_path: Path
) -> None:
    for _ in range(3):
        pull(site, redis_url, tmp_path)
        for file in tmp_path.glob("*-http*"):  # where there is no Redis
            file.unlink()
    assert sum("site_icon_url" in target for target in site.requests) == 1


def test_what_is_kept_is_json_that_expires_and_does_not_grow_with_the_polls(
    site: FakeWordPress, redis_url: str, tmp_path: Path
) -> None:
    counts = []
    with redis_client(redis_url) as client:
        for number in range(31, 51):
            site.add(number)
            pull(site, redis_url, tmp_path)
            counts.append(len(list(client.scan_iter())))
        for key in client.scan_iter():
            value = client.get(key)
            assert isinstance(value, bytes)
            kept = json.loads(value)
            assert "modified" not in kept["url"].replace("modified_gmt", "")
            assert 0 < client.ttl(key) <= MAX_AGE.total_seconds()
    assert counts[0] > 0
    assert counts[-1] == counts[len(counts) // 2]


def test_an_emptied_redis_costs_a_request(site: FakeWordPress, redis_url: str) -> None:
    http = HttpClient(named=[site.url], cache_file=Path("unused.sqlite"), redis_url=redis_url)
    with closing(http), redis_client(redis_url) as client:
        for _ in range(2):
            for _ in range(2):
                assert http.get(root(site), max_age=INFO_MAX_AGE).status == 200
            client.flushall()
    assert len(site.requests) == 2


@pytest.mark.parametrize(
    "value",
    [b"", b"\xff\x00", b"null", b"[]", b"{}", b'{"status_code": "x"}', b"cos\nsystem\n(S'true'\ntR."],
)
def test_what_others_write_there_is_no_answer(site: FakeWordPress, redis_url: str, value: bytes) -> None:
    ask(site, redis_url)
    with redis_client(redis_url) as client:
        for key in client.scan_iter():
            client.set(key, value)
    ask(site, redis_url)
    assert len(site.requests) == 2


def test_a_key_of_another_kind_is_no_answer(site: FakeWordPress, redis_url: str) -> None:
    ask(site, redis_url)
    with redis_client(redis_url) as client:
        for key in list(client.scan_iter()):
            client.delete(key)
            client.rpush(key, "a list")
    # Another address of the same Redis: what has failed once is left alone for some seconds.
    ask(site, f"{redis_url}?client_name=other")
    assert len(site.requests) == 2


@contextmanager
def silent() -> Iterator[int]:
    """Listen, and never answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()
        held: list[socket.socket] = []

        def accept() -> None:
            while not over.is_set():
                connection, _ = server.accept()
                held.append(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        port = server.getsockname()[1]
        yield port
        over.set()
        socket.create_connection(("127.0.0.1", port)).close()
        thread.join()
        for connection in held:
            connection.close()


def test_a_redis_that_is_away_or_silent_is_told_of_once_and_each_answer_comes_from_the_site(
    site: FakeWordPress, caplog: pytest.LogCaptureFixture
) -> None:
    with silent() as port:
        for url in (f"redis://:secret@127.0.0.1:{free_port()}/0", f"redis://:secret@127.0.0.1:{port}/0"):
            caplog.clear()
            site.requests.clear()
            for _ in range(3):
                ask(site, url)
            assert len(site.requests) == 3
            (told,) = [record for record in caplog.records if record.levelno == logging.WARNING]
            assert "sites are asked more often" in told.getMessage()
            assert "secret" not in told.getMessage()


def test_a_redis_that_has_come_back_is_used_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "feedsvc")
    with redis_server(tmp_path) as url:
        shared = SharedRedis(url, verify=True, pause_seconds=0)
        shared.save("a", b"1")
        assert shared.load("a") == b"1"
    assert shared.load("a") is None
    assert shared.load("a") is None
    with redis_server(tmp_path, port=urlsplit(url).port or 0):
        shared.save("a", b"2")
        assert shared.load("a") == b"2"
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert "Redis fails" in told[0]
    assert "again" in told[1]


def test_a_certificate_has_to_be_known_unless_the_operator_says_otherwise(
    site: FakeWordPress, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    certificate = make_certificate(tmp_path)
    arguments = ["--tls-cert-file", str(certificate), "--tls-key-file", str(tmp_path / "redis.key")]
    with redis_server(tmp_path, *arguments, "--tls-auth-clients", "no", scheme="rediss") as url:
        for _ in range(2):
            ask(site, url)
        assert len(site.requests) == 2
        assert "redis_verify = false" in caplog.text
        caplog.clear()
        for _ in range(2):
            ask(site, url, verify=False)
        for _ in range(2):
            ask(site, f"{url}?ssl_ca_certs={certificate}")
        assert len(site.requests) == 3
        assert not caplog.records


def test_an_address_with_an_option_that_there_is_not_is_told(
    site: FakeWordPress, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    ask(site, f"{redis_url}?socket_timeout=soon")
    assert "socket_timeout" in caplog.text
    assert "REDIS_URL" in caplog.text
