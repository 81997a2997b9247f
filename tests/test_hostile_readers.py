"""Readers that mean harm, against the service as it is deployed: whatever one asks, and however slowly, the
others are answered.
"""

import http.client
import os
import random
import re
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import pytest

from conftest import ROOT, copied
from feedsvc.model import Post
from feedsvc.store import sites
from hostile_site import hostile_site
from service import PATIENCE, Service, eventually
from storing import save_posts

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

POSTS, WORDS = 3_000, 250
OTHER = "127.0.0.2"
"""The address of a reader who means no harm: the others come from 127.0.0.1."""
SOON = 10.0
"""Seconds in which that reader is answered: the issue says one, and this machine may be busy."""
NONE: Mapping[str, str] = MappingProxyType({})
CROWD = 1_000
"""Connections of slow clients."""
TEN_STARS = " OR ".join(f"{letter}*" for letter in "bcdfghjklm")


def processes_of(service: Service) -> set[int]:
    """Return the service's process and its children."""
    return {service.process.pid, *service.children()}


def seconds_worked(service: Service) -> float:
    """Return the CPU time that the service's processes have taken."""
    ticks = 0
    for pid in processes_of(service):
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_of(service: Service) -> int:
    """Return the bytes of memory that the service's processes have together, each shared page in parts."""
    found = 0
    for pid in processes_of(service):
        with suppress(OSError):
            told = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
            found += 1024 * int(re.findall(r"^Pss: +(\d+)", told, re.MULTILINE)[0])
    return found


def ask(
    service: Service,
    address: str,
    *,
    method: str = "GET",
    whence: str = OTHER,
    patience: float = SOON,
    body: Any = None,
    headers: Mapping[str, str] = NONE,
) -> tuple[int, Mapping[str, str], bytes]:
    """Return the status, the headers and the body of an answer, asked for from the address `whence`."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", service.port, timeout=patience, source_address=(whence, 0)
    )
    with closing(connection):
        connection.request(method, f"/{address}", body=body, headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()


def is_answered(service: Service, address: str = "feed.rss?limit=1") -> bool:
    """Return whether a reader who means no harm is answered soon."""
    try:
        return ask(service, address)[0] == 200
    except OSError:
        return False


def assert_well(service: Service) -> None:
    """Make sure that the service answers, and that its log tells of no mistake of ours."""
    assert is_answered(service)
    said = service.log() + service.errors.read_text("utf-8")
    assert "Traceback" not in said
    assert "feedsvc has failed" not in said


@contextmanager
def raw(service: Service, sent: bytes = b"", whence: str = "127.0.0.1") -> Iterator[socket.socket]:
    """Yield a connection over which `sent` has gone."""
    with socket.create_connection(
        ("127.0.0.1", service.port), timeout=SOON, source_address=(whence, 0)
    ) as connection:
        if sent:
            connection.sendall(sent)
        yield connection


def status_of(service: Service, request: bytes) -> int:
    """Return the status of the answer to a request as it stands, 0 when the connection just ends."""
    with raw(service, request) as connection, suppress(ConnectionError):
        if found := re.match(rb"HTTP/1\.[01] (\d{3})", connection.recv(4096)):
            return int(found[1])
    return 0


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, sample_store: Path) -> Iterator[Service]:
    """A service of the bundled samples."""
    folder = tmp_path_factory.mktemp("samples")
    shutil.copyfile(sample_store, folder / "feedsvc.db")
    with Service(folder) as service:
        yield service


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Iterator[Service]:
    """A service of some thousand posts, all of whose words begin with one of ten letters."""
    folder = tmp_path_factory.mktemp("large")
    chance = random.Random(12)
    vocabulary = [
        "".join([chance.choice("bcdfghjklm"), *chance.choices("aeioustrn", k=7)]) for _ in range(20_000)
    ]
    newest = datetime(2026, 1, 1, tzinfo=UTC)
    with copied(empty_store, folder) as database, database.transaction() as connection:
        site_id = sites.ensure_site(connection, "large", "https://large.example/", imported=True)
        for start in range(0, POSTS, 500):
            save_posts(
                connection,
                site_id,
                [
                    Post(
                        id=number + 1,
                        guid=f"https://large.example/?p={number}",
                        link=f"https://large.example/{number}/",
                        title=" ".join(chance.choices(vocabulary, k=6)),
                        summary="",
                        content=f"<p>{' '.join(chance.choices(vocabulary, k=WORDS))}</p>",
                        published=newest - timedelta(hours=8 * number),
                        modified=newest - timedelta(hours=8 * number),
                    )
                    for number in range(start, start + 500)
                ],
            )
    (folder / "store.db").rename(folder / "feedsvc.db")
    with Service(folder) as service:
        yield service


# 9. Work without a bound

HEAVY = {
    "the beginning of very many words": "topic=b*",
    "ten beginnings": f"topic={TEN_STARS}",
    "ten beginnings that are left out": f"topic=-({TEN_STARS})",
    "ten beginnings at once": f"topic={TEN_STARS.replace(' OR', '')}",
    "beginnings in titles": f"topic=title:({TEN_STARS})",
    "beginnings under a category that is not there": f"topic=({TEN_STARS}) -zzz&limit=100",
    "the last page of ten beginnings": f"topic={TEN_STARS}&page=20&limit=100",
    "a page far behind the last": f"topic={TEN_STARS}&page=100000&limit=100",
    "phrases that begin like many": 'topic="ba"* OR "be"* OR "bi"* OR "bo"* OR "bu"*',
}
any_heavy = pytest.mark.parametrize(
    "query", [pytest.param(query, id=name) for name, query in HEAVY.items()]
)


def address_of(page: str, query: str) -> str:
    return f"{page}?{quote(query, safe='=&')}"


@any_heavy
@pytest.mark.parametrize("page", ["preview", "feed.rss", "feed.json"])
def test_each_page_and_feed_has_a_bound_of_work(large: Service, page: str, query: str) -> None:
    before = seconds_worked(large)
    status, headers, body = ask(large, address_of(page, query), whence="127.0.0.1", patience=PATIENCE)
    assert status in (200, 503), body[:200]
    if status == 503:
        assert body.decode().strip()
        assert "retry-after" in headers
    # The issue names 28 s for one such page. The bound is of CPU, which other tests do not take away.
    assert seconds_worked(large) - before < 15
    assert_well(large)


@pytest.mark.parametrize("page", ["preview", "feed.rss"])
def test_a_useful_beginning_of_words_is_not_refused(large: Service, page: str) -> None:
    status, _, body = ask(large, address_of(page, "topic=b*&limit=3"), patience=PATIENCE)
    assert status == 200
    assert b"large.example" in body


@pytest.mark.parametrize("page", ["preview", "feed.rss"])
def test_others_are_answered_while_many_ask_for_what_takes_long(large: Service, page: str) -> None:
    address = address_of(page, f"topic={TEN_STARS}&limit=100")

    def attack(number: int) -> int:
        spoofed = {"X-Forwarded-For": f"203.0.113.{number}"}
        try:
            return ask(
                large,
                f"{address}&page={number + 1}",
                whence="127.0.0.1",
                patience=PATIENCE,
                headers=spoofed,
            )[0]
        except OSError:
            return 0

    with ThreadPoolExecutor(24) as crowd:
        attacks = [crowd.submit(attack, number) for number in range(24)]
        time.sleep(0.5)
        answered = [is_answered(large) for _ in range(5)]
    assert all(answered)
    assert {attack.result() for attack in attacks} <= {200, 429, 503}
    assert_well(large)


@pytest.mark.parametrize("page", ["preview", "feed.rss"])
def test_work_ends_when_the_clients_have_left(large: Service, page: str) -> None:
    request = (
        f"GET /{address_of(page, f'topic={TEN_STARS}&limit=100')} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    )
    for _ in range(24):
        with raw(large, request):
            pass

    def rests() -> bool:
        before = seconds_worked(large)
        time.sleep(1)
        return seconds_worked(large) - before < 0.3

    eventually(rests, "the service rests after its clients have left")
    assert_well(large)


def test_a_reader_cannot_make_the_service_grow(large: Service) -> None:
    chance = random.Random(5)
    for _ in range(40):
        ask(large, f"feed.json?topic={chance.choice('bcdfg')}*&limit=100", patience=PATIENCE)
    before = memory_of(large)
    for number in range(200):
        ask(large, f"feed.json?topic=b*&limit=100&page={number % 30 + 1}&_={number}", patience=PATIENCE)
    assert memory_of(large) - before < 100 << 20


# 10. Slow clients

HEAD = b"GET /feed.rss HTTP/1.1\r\nHost: a\r\n"
SLOW: Mapping[str, bytes] = {
    "silent": b"",
    "a line that is not ended": b"GET /feed.rss HT",
    "a head that is not ended": HEAD,
    "a header that is not ended": HEAD + b"X-Slow: " + b"x" * 100,
    "a body that does not come": b"POST /feed.rss HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n",
    "a body of a get that does not come": HEAD + b"Content-Length: 1000000\r\n\r\n",
    "a chunk that does not come": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1000\r\n",
    "asked once and silent then": HEAD + b"\r\n",
}


@contextmanager
def crowd_of(service: Service, sent: bytes, count: int = CROWD) -> Iterator[list[socket.socket]]:
    """Yield so many connections over which nothing but `sent` has gone."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + 500
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
    connections = []
    try:
        for _ in range(count):
            connection = socket.socket()
            connection.setblocking(False)
            with suppress(BlockingIOError):
                connection.connect(("127.0.0.1", service.port))
            connections.append(connection)
        time.sleep(0.5)
        for connection in connections:
            with suppress(OSError):
                connection.send(sent)
        yield connections
    finally:
        for connection in connections:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory, sample_store: Path) -> Iterator[Service]:
    """A service of the bundled samples, to which one crowd comes after the other."""
    folder = tmp_path_factory.mktemp("crowded")
    shutil.copyfile(sample_store, folder / "feedsvc.db")
    with Service(folder) as service:
        yield service


@pytest.mark.parametrize("kind", SLOW)
def test_a_thousand_slow_clients_keep_nobody_from_being_answered(crowded: Service, kind: str) -> None:
    with crowd_of(crowded, SLOW[kind]):
        time.sleep(1)
        assert [is_answered(crowded) for _ in range(3)] == [True] * 3
        assert "Traceback" not in crowded.log()


def test_clients_that_send_a_byte_now_and_then_keep_nobody_from_being_answered(crowded: Service) -> None:
    over = threading.Event()

    def drip(connections: list[socket.socket]) -> None:
        while not over.wait(0.5):
            for connection in connections:
                with suppress(OSError):
                    connection.send(b"x")

    with crowd_of(crowded, HEAD + b"X-Slow: ", 200) as connections:
        dripping = threading.Thread(target=drip, args=[connections])
        dripping.start()
        try:
            time.sleep(1)
            assert [is_answered(crowded) for _ in range(3)] == [True] * 3
        finally:
            over.set()
            dripping.join()


def test_clients_that_do_not_read_keep_nobody_from_being_answered(large: Service) -> None:
    request = b"GET /feed.json?limit=100 HTTP/1.1\r\nHost: a\r\n\r\n" * 20
    with ExitStack() as stack:
        for _ in range(60):
            connection = stack.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            connection.settimeout(SOON)
            with suppress(OSError):
                connection.connect(("127.0.0.1", large.port))
                connection.sendall(request)
        time.sleep(1)
        assert [is_answered(large) for _ in range(3)] == [True] * 3


@pytest.mark.parametrize("kind", ["silent", "a head that is not ended", "asked once and silent then"])
def test_a_connection_over_which_nothing_comes_is_ended(service: Service, kind: str) -> None:
    with raw(service, SLOW[kind]) as connection:
        connection.settimeout(PATIENCE)
        with suppress(ConnectionError):
            while connection.recv(65536):
                pass  # an answer, or a sentence before the end


# 11. A flood

MALFORMED: Mapping[str, bytes] = {
    "no method": b" / HTTP/1.1\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "a version that is none": b"GET / HTTP/9.9\r\n\r\n",
    "a control character": b"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\nHost a\r\n\r\n",
    "a line of the log": b"GET / HTTP/1.1\r\nHost: a\r\n2026-01-01 00:00:00 ERROR forged: x\r\n\r\n",
    "a forged line": b"GET /\n2026-01-01 00:00:00 ERROR forged HTTP/1.1\r\nHost: a\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
    "zero bytes": b"\0" * 200 + b"\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
    "a length and chunks": HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a negative length": HEAD + b"Content-Length: -1\r\n\r\n",
    "a line that is too long": b"GET /?topic=" + b"x" * 9_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "a header that is too long": HEAD + b"X-Long: " + b"x" * 20_000 + b"\r\n\r\n",
    "too many headers": HEAD + b"".join(b"X-%d: x\r\n" % n for n in range(300)) + b"\r\n",
    "no host": b"GET /feed.rss HTTP/1.1\r\n\r\n",
    "a host that is none": b"GET /feed.rss HTTP/1.1\r\nHost: <b>\r\n\r\n",
    "bytes in the path": b"GET /\xff\xfe\xfd HTTP/1.1\r\nHost: a\r\n\r\n",
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_malformed_request_is_refused_and_the_next_is_answered(service: Service, kind: str) -> None:
    assert status_of(service, MALFORMED[kind]) < 500
    assert_well(service)


def test_a_flood_of_malformed_requests_fills_no_log(service: Service) -> None:
    before = len(service.log() + service.errors.read_text("utf-8"))
    for number in range(600):
        status_of(service, list(MALFORMED.values())[number % len(MALFORMED)])
    said = (service.log() + service.errors.read_text("utf-8"))[before:]
    lines = said.splitlines()
    assert len(lines) <= 120
    assert max(map(len, lines), default=0) <= 1_000
    assert not [line for line in lines if re.match(r"2026-01-01 00:00:00 ERROR forged", line)]
    assert all(line.isprintable() for line in lines)
    assert_well(service)


def test_a_reader_who_asks_for_much_at_once_leaves_room_for_others(large: Service) -> None:
    over = threading.Event()

    def flood(number: int) -> set[int]:
        seen = set()
        while not over.is_set():
            spoofed = {"X-Forwarded-For": f"198.51.100.{number}", "Forwarded": f"for=198.51.100.{number}"}
            with suppress(OSError):
                seen.add(
                    ask(
                        large, "feed.json?limit=100", whence="127.0.0.1", patience=PATIENCE, headers=spoofed
                    )[0]
                )
        return seen

    with ThreadPoolExecutor(64) as crowd:
        floods = [crowd.submit(flood, number) for number in range(64)]
        time.sleep(1)
        answered = [is_answered(large) for _ in range(5)]
        over.set()
    assert all(answered)
    assert set().union(*(each.result() for each in floods)) <= {200, 429, 503}


# 12. Who we are, as strangers have it

PAGES = ("feed.rss", "feed.atom", "feed.json", "feeds.opml", "", "preview", "status")
EVIL = "evil.example"
any_page = pytest.mark.parametrize("page", PAGES)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, sample_store: Path) -> Iterator[Service]:
    """A service that knows the hosts that it is reached by, and trusts no proxy."""
    folder = tmp_path_factory.mktemp("guarded")
    shutil.copyfile(sample_store, folder / "feedsvc.db")
    (folder / "config.toml").write_text(
        'allowed_hosts = ["127.0.0.1", "feeds.example"]\ntrusted_proxies = 0\n'
    )
    with Service(folder) as service:
        yield service


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory, sample_store: Path) -> Iterator[Service]:
    """A service behind one proxy, which it trusts."""
    folder = tmp_path_factory.mktemp("behind")
    shutil.copyfile(sample_store, folder / "feedsvc.db")
    (folder / "config.toml").write_text(
        'allowed_hosts = ["feeds.example", "127.0.0.1"]\ntrusted_proxies = 1\n'
    )
    with Service(folder) as service:
        yield service


@any_page
@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (EVIL, 421),
        (f"{EVIL}:80", 421),
        (f"feeds.example.{EVIL}", 421),
        (f"{EVIL}#feeds.example", 400),  # no host at all
    ],
)
def test_a_host_that_is_not_ours_is_refused(guarded: Service, page: str, host: str, expected: int) -> None:
    status, _, body = ask(guarded, page, headers={"Host": host})
    assert status == expected
    assert EVIL.encode() not in body


@any_page
@pytest.mark.parametrize("host", ["feeds.example", "FEEDS.example", "feeds.example:8000"])
def test_a_host_that_is_ours_is_answered(guarded: Service, page: str, host: str) -> None:
    assert ask(guarded, page, headers={"Host": host})[0] == 200


SPOOFED = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Scheme": "https",
    "X-Forwarded-Ssl": "on",
    "X-Forwarded-Port": "666",
    "X-Forwarded-Prefix": f"/{EVIL}",
    "X-Forwarded-Server": EVIL,
    "X-Original-Host": EVIL,
    "X-Host": EVIL,
    "X-Original-URL": f"/{EVIL}",
    "X-Rewrite-URL": f"/{EVIL}",
    "Forwarded": f"for=1.2.3.4;host={EVIL};proto=https",
    "SCRIPT_NAME": f"/{EVIL}",
    "X-Script-Name": f"/{EVIL}",
    "X-HTTP-Method-Override": "DELETE",
}


@pytest.mark.parametrize("page", [page for page in PAGES if page != "status"])  # that tells the time
def test_what_a_stranger_says_of_a_proxy_changes_no_byte(guarded: Service, page: str) -> None:
    plain = ask(guarded, page)
    for name, value in SPOOFED.items():
        status, headers, body = ask(guarded, page, headers={name: value})
        assert (status, body, headers.get("etag")) == (plain[0], plain[2], plain[1].get("etag")), name


def test_the_proxy_that_is_trusted_is_believed_for_the_scheme_alone(behind: Service) -> None:
    _, _, body = ask(behind, "feed.json", headers={"Host": "feeds.example", "X-Forwarded-Proto": "https"})
    assert b"https://feeds.example/feed.json" in body
    # The client's own words stand before those of the proxy.
    _, _, body = ask(
        behind, "feed.json", headers={"Host": "feeds.example", "X-Forwarded-Proto": "http, https"}
    )
    assert b"https://feeds.example/feed.json" in body
    _, _, body = ask(behind, "feed.json", headers={"Host": "feeds.example", "X-Forwarded-Host": EVIL})
    assert EVIL.encode() not in body


PASSWORD = "s3cret-of-ours"
WITH_PASSWORDS = {
    "contact": {"FEEDSVC_CONTACT": f"https://me:{PASSWORD}@example.com/"},
    "base_url": {"FEEDSVC_BASE_URL": f"https://me:{PASSWORD}@example.com/"},
    "proxy": {"FEEDSVC_PROXY": f"http://me:{PASSWORD}@127.0.0.1:9/"},
    "redis_url": {"REDIS_URL": f"redis://me:{PASSWORD}@127.0.0.1:9/0"},
    "database_url": {"DATABASE_URL": f"postgres://me:{PASSWORD}@127.0.0.1/x"},
    "sites": {"FEEDSVC_SITES": "http://me:{password}@127.0.0.1:{port}/"},
    "sites twice": {
        "FEEDSVC_SITES": "http://me:{password}@127.0.0.1:{port}/ http://me:{password}@127.0.0.1:{port}/"
    },
    "a misspelt key": {"FEEDSVC_PROXXY": f"http://me:{PASSWORD}@127.0.0.1:9/"},
}


@pytest.mark.parametrize("where", WITH_PASSWORDS)
@pytest.mark.parametrize("command", ["check", "pull"])
def test_a_password_in_the_settings_is_neither_sent_nor_shown(
    own_folder: Path, where: str, command: str
) -> None:
    with hostile_site(1) as site:
        port = site.url.rstrip("/").rpartition(":")[2]
        settings = {"FEEDSVC_SITES": site.url} | WITH_PASSWORDS[where]
        filled = {key: value.format(password=PASSWORD, port=port) for key, value in settings.items()}
        done = subprocess.run(
            [sys.executable, "-m", "feedsvc", command],
            cwd=own_folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **filled},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode in (0, 1, 2)
        assert PASSWORD not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert not any(PASSWORD in agent for agent in site.agents)
        assert not any(PASSWORD in target for target in site.requests)
    if (own_folder / "feedsvc.db").exists() and where not in ("sites", "sites twice"):
        with closing(sqlite3.connect(own_folder / "feedsvc.db")) as store:
            assert not [line for line in store.iterdump() if PASSWORD in line]


# What else can be sent


def chunks(count: int) -> Iterator[bytes]:
    yield from (b"x" * 65536 for _ in range(count))


BODIES: Mapping[str, Callable[[], Any]] = {
    "of a few bytes": lambda: b"a=1",
    "of 20 MB": lambda: b"x" * (20 << 20),
    "in chunks": lambda: chunks(300),
    "of a form": lambda: b"&".join(b"a%d=1" % n for n in range(100_000)),
}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS"])
@pytest.mark.parametrize("kind", BODIES)
def test_a_body_with_a_request_takes_no_memory(service: Service, method: str, kind: str) -> None:
    for _ in range(8):  # of each process and thread the first answers take memory, whatever is asked
        ask(service, "feed.rss")
    before = memory_of(service)
    try:
        status = ask(
            service, "feed.rss", method=method, whence="127.0.0.1", patience=PATIENCE, body=BODIES[kind](),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )[0]  # fmt: skip
    except (ConnectionError, http.client.HTTPException):
        status = 0  # refused in the middle
    assert status < 500
    assert memory_of(service) - before < 10 << 20
    assert_well(service)


def _many(count: int, part: str, between: str = "&") -> str:
    return between.join(part.format(number) for number in range(count))


QUERIES: Mapping[str, str] = {
    "many unknown parameters": _many(900, "p{}=1"),
    "many known parameters": _many(600, "category=c{}"),
    "one parameter many times": _many(700, "topic=a"),
    "parameters that are ignored": _many(600, "utm_{}=1"),
    "many names in one parameter": "category=" + _many(1_500, "c{}", ","),
    "many exclusions": "category=" + _many(1_200, "-c{}", ","),
    "many alternatives": "topic=" + _many(500, "w{}", "+OR+"),
    "many words": "topic=" + _many(1_200, "w{}", "+"),
    "many phrases": "topic=" + _many(600, '"a+b{}"', "+"),
    "deep parentheses": "topic=" + "(" * 400 + "a" + ")" * 400,
    "very deep parentheses": "topic=" + "(" * 3_500 + "a" + ")" * 3_500,
    "parentheses that are not closed": "topic=" + "(" * 7_000,
    "exclusions of exclusions": "topic=" + "-" * 4_000 + "a",
    "exclusions in parentheses": "topic=" + "-(" * 400 + "a" + ")" * 400,
    "fields of fields": "topic=" + "title:" * 900 + "a",
    "many quotation marks": "topic=" + '"' * 7_001,
    "many stars": "topic=" + _many(900, "b{}*", "+OR+"),
    "a star alone": "topic=*",
    "a long word": "topic=" + "a" * 7_900,
    "a long word of marks": "topic=a" + "%CC%81" * 1_200,
    "many commas": "category=" + "," * 7_900,
    "percent signs": "topic=" + "%" * 2_600,
    "zero bytes": "topic=a%00b",
    "half a character": "topic=%E2%82",
    "a surrogate": "topic=%ED%A0%80",
    "a huge limit": "limit=" + "9" * 5_000,
    "a huge page": "page=" + "9" * 5_000,
    "a page that is far": "page=99999&limit=100",
    "a negative page": "page=-1",
    "a huge duration": "since=" + "9" * 5_000 + "d",
    "a number in another script": "limit=\u0662\u0660",
    "an equals sign alone": "=" * 7_000,
    "ampersands": "&" * 7_000,
    "semicolons": ";" * 7_000,
    "a huge query": "topic=" + "x" * 100_000,
}


@pytest.mark.parametrize("kind", QUERIES)
@pytest.mark.parametrize("page", ["feed.rss", "preview", "category/energy.json"])
def test_an_odd_query_is_answered_or_refused(service: Service, page: str, kind: str) -> None:
    query = quote(QUERIES[kind], safe="%&=+;,:-")
    status = status_of(
        service, f"GET /{page}?{query} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
    )
    assert status in (0, 200, 400, 413, 414, 431, 503)
    assert_well(service)


PATHS = (
    "/" * 4_000,
    "/../" * 500,
    "/category/" + "%2e%2e%2f" * 500 + "etc.rss",
    "/category/" + "a" * 7_000 + ".rss",
    "/static/../../config.toml",
    "/static/%2e%2e/%2e%2e/feedsvc.db",
    "//evil.example/feed.rss",
    "/\\evil.example/feed.rss",
    "/feed.rss/../../../etc/passwd",
    "/topic/" + "%F0%9F%92%A9" * 500 + ".rss",
    "/author/%00.rss",
    "/tag/%0d%0aSet-Cookie:%20a=b.rss",
    "http://evil.example/feed.rss",
    "*",
)


@pytest.mark.parametrize("path", PATHS, ids=range(len(PATHS)))
def test_an_odd_path_leads_nowhere(service: Service, path: str) -> None:
    with raw(
        service, f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
    ) as connection:
        said = b""
        with suppress(ConnectionError):
            while some := connection.recv(65536):
                said += some
    head = said.partition(b"\r\n\r\n")[0].lower()
    assert not re.match(rb"http/1\.[01] 5", head)
    assert b"set-cookie" not in head
    assert not re.search(rb"location: (?:https?:)?//evil", head)
    assert b"root:" not in said
    assert_well(service)


LONG_HEADERS = {
    "Range": "bytes=" + _many(600, "{}-", ","),
    "Accept-Encoding": _many(900, "x{};q=0.1", ","),
    "If-None-Match": _many(700, '"{}"', ","),
    "If-Modified-Since": "9" * 7_000,
    "Accept-Language": _many(900, "x{}", ","),
    "Cookie": _many(900, "a{}=b", ";"),
    "Authorization": "Basic " + "A" * 7_000,
    "Accept": _many(500, "a/b{};q=0.1", ","),
}


@pytest.mark.parametrize("name", LONG_HEADERS)
def test_a_header_with_very_much_in_it_takes_no_longer(service: Service, name: str) -> None:
    assert ask(service, "feed.rss", headers={name: LONG_HEADERS[name]})[0] in (200, 206, 304, 400, 416, 431)
    assert_well(service)
