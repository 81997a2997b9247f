"""Where connections may lead, and that they end in time."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from feedsvc.errors import SiteError
from feedsvc.wordpress.diagnosis import InnerAddressError
from feedsvc.wordpress.guard import Guard
from feedsvc.wordpress.http import HttpClient
from feedsvc.wordpress.transport import Bounds
from servers import Canned, serving

INNER = """
    127.0.0.1 127.9.9.9 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1
    192.0.0.8 198.18.0.1 240.0.0.1 255.255.255.255 224.0.0.1 2130706433 0x7f.1 0177.0.0.1 127.1
    ::1 :: fe80::1 fc00::1 fd12:3456::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 2002:7f00:1:: 2002:a00:1::
    64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b:1::1 fec0::1 ::127.0.0.1 192.88.99.1 localhost LOCALHOST
""".split()
PUBLIC = "93.184.215.14 1.1.1.1 2606:4700:4700::1111 64:ff9b::1.1.1.1 ::ffff:1.1.1.1".split()


@pytest.mark.parametrize("host", INNER)
def test_an_inner_address_is_refused_in_all_its_forms(host: str) -> None:
    with pytest.raises(InnerAddressError):
        Guard(["https://example.com/"]).resolve(host, 80)


@pytest.mark.parametrize("host", PUBLIC)
def test_a_public_address_is_not(host: str) -> None:
    assert Guard().resolve(host, 443)


@pytest.mark.parametrize(
    ("named", "host", "port", "may"),
    [
        ("http://127.0.0.1:8080/", "127.0.0.1", 8080, True),
        ("http://127.0.0.1:8080/", "127.0.0.1", 9999, True),  # an address is the operator's own
        ("http://127.0.0.1:8080/", "127.0.0.2", 8080, False),
        ("http://127.0.0.1:8080/", "localhost", 8080, False),
        ("http://localhost:8080/", "localhost", 8080, True),
        ("http://LocalHost:8080/", "localhost", 8080, True),
        ("http://localhost:8080/", "localhost", 443, True),
        ("http://localhost/", "localhost", 80, True),
        ("http://localhost/", "localhost", 6379, False),
        ("http://localhost:8080/", "localhost", 6379, False),  # a name leads where its owner lets it
        ("http://[::1]:8080/", "::1", 9999, True),
        ("https://example.com/", "localhost", 443, False),
    ],
)
def test_a_host_that_the_operator_named_may_be_an_inner_one(
    named: str, host: str, port: int, may: bool
) -> None:
    guard = Guard([named])
    if may:
        assert guard.resolve(host, port)
    else:
        with pytest.raises(InnerAddressError):
            guard.resolve(host, port)


@pytest.mark.parametrize(
    ("named", "before", "target", "refused"),
    [
        ("https://a.example/", "https://a.example/", "http://a.example/", True),
        ("https://a.example/", "https://a.example/", "http://b.example/", True),
        ("http://a.example/", "https://a.example/", "http://a.example/", False),
        ("http://b.example/", "https://a.example/", "http://a.example/", True),
        ("http://a.example/", "http://a.example/", "https://a.example/", False),
        ("https://a.example/", "https://a.example/", "https://b.example/", False),
        ("https://a.example/", "http://a.example/", "http://b.example/", False),
    ],
)
def test_from_https_to_http_leads_only_what_the_operator_named(
    named: str, before: str, target: str, refused: bool
) -> None:
    assert Guard([named]).is_downgrade(before, target) is refused


def test_a_redirect_from_https_to_http_is_refused(tmp_path: Path) -> None:
    http = HttpClient(cache_file=tmp_path / "http.sqlite", named=["https://a.example/"])
    answer = requests.Response()
    answer.url, answer.status_code = "https://a.example/wp-json/", 301
    answer.headers["Location"] = "http://a.example/wp-json/"
    with pytest.raises(requests.RequestException):
        http._get_session().get_redirect_target(answer)
    answer.headers["Location"] = "/elsewhere/"
    assert http._get_session().get_redirect_target(answer) == "/elsewhere/"


@pytest.mark.parametrize(
    "form", ["http://127.0.0.2:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/"]
)
def test_a_redirect_to_an_inner_address_never_arrives(tmp_path: Path, form: str) -> None:
    with socket.create_server(("", 0)) as inner:
        address = form.format(port=inner.getsockname()[1])
        redirect = Canned(302, headers={"Location": address})
        with serving({"/": redirect}) as url, pytest.raises(SiteError) as caught:
            HttpClient(cache_file=tmp_path / "http.sqlite", named=[url]).get(url)
        assert caught.value.cause == "inner_address"
        inner.settimeout(0.05)
        with pytest.raises(TimeoutError):
            inner.accept()


def test_a_proxy_is_asked_in_place_of_the_site_and_inner_addresses_are_refused_there_too(
    tmp_path: Path,
) -> None:
    with serving({}, Canned(200, '{"from": "the proxy"}')) as proxy:
        http = HttpClient(cache_file=tmp_path / "http.sqlite", proxy=proxy)
        assert http.get("http://no-such-host.invalid/").json().data == {"from": "the proxy"}
        with pytest.raises(SiteError, match="not public"):
            http.get("http://10.0.0.1/")


def test_a_proxy_of_the_environment_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        serving({}, Canned(200, "{}")) as proxy,
        serving({"/": Canned(200, '{"from": "the site"}')}) as url,
    ):
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        monkeypatch.setenv("no_proxy", "")
        http = HttpClient(cache_file=tmp_path / "http.sqlite", named=[url])
        assert http.get(url).json().data == {"from": "the site"}


@contextmanager
def dripping(head: bytes, drip: bytes) -> Iterator[str]:
    """A server that sends `head` at once and then `drip` for ever, often enough for any socket's limit."""
    stop = threading.Event()

    def serve() -> None:
        with suppress(OSError):  # the other side leaves as it likes
            connection, _ = server.accept()
            with connection:
                connection.sendall(head)
                while not stop.wait(0.01):
                    connection.sendall(drip)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}/"
        stop.set()
        thread.join()


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.real
@pytest.mark.parametrize(
    ("scheme", "head", "drip"),
    [
        pytest.param("http", b"HTTP/1.1 200 OK\r\n", b"x", id="a header"),
        pytest.param("http", b"", b"HTTP/1.1 100 Continue\r\n\r\n", id="answers before the answer"),
        pytest.param("http", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b" ", id="a body"),
        pytest.param("http", b"HTTP/1.1 200 OK\r\n\r\n[", b"1,", id="a body without a length"),
        pytest.param("http", CHUNKED, b"1\r\n1\r\n", id="chunks"),
        pytest.param(
            "http",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
            b"x",
            id="the size of a chunk",
        ),
        pytest.param("https", b"\x16\x03\x03\x40\x00", b"\x00", id="the handshake of TLS"),
    ],
)
def test_what_comes_a_byte_at_a_time_is_given_up_in_time(
    tmp_path: Path, scheme: str, head: bytes, drip: bytes
) -> None:
    with dripping(head, drip) as address:
        http = HttpClient(cache_file=tmp_path / "http.sqlite", named=LOOPBACK, bounds=Bounds(total=0.3))
        with pytest.raises(SiteError) as caught:
            http.get(f"{scheme}://{address}")
    assert (caught.value.cause, caught.value.got) == ("too_slow", "it had not finished after 0.3 seconds")


LOOPBACK = ["http://127.0.0.1/"]
