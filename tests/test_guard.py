"""Where connections may lead, and that they end in time."""

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests

from feedsvc.errors import SiteError
from feedsvc.wordpress.deadline import Deadline
from feedsvc.wordpress.diagnosis import InnerAddressError, MetadataAddressError
from feedsvc.wordpress.guard import Guard
from feedsvc.wordpress.http import INFO_MAX_AGE, REVALIDATE, HttpClient
from feedsvc.wordpress.transport import Bounds
from servers import Canned, serving
from service import PATIENCE, eventually

INNER = """
    127.0.0.1 127.9.9.9 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1
    192.0.0.8 198.18.0.1 240.0.0.1 255.255.255.255 224.0.0.1 2130706433 0x7f.1 0177.0.0.1 127.1
    ::1 :: fe80::1 fc00::1 fd12:3456::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 2002:7f00:1:: 2002:a00:1::
    64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b:1::1 fec0::1 ::127.0.0.1 192.88.99.1 localhost LOCALHOST
""".split()
INNER += """
    ::ffff:0:127.0.0.1 ::ffff:0:10.0.0.1 2001:0:4136:e378:8000:63bf:80ff:fffe fe80::5efe:1.1.1.1
    2606:4700::5efe:127.0.0.1 2606:4700::200:5efe:10.0.0.1 64:ff9b:1:7f00:0:100:: 64:ff9b:1::1.1.1.1 3fff::1
    ::1.1.1.1 fe80::1%lo 0xa.1 012.0.0.1 167772161 0300.0250.1.1
""".split()
PUBLIC = (
    "93.184.215.14 1.1.1.1 2606:4700:4700::1111 64:ff9b::1.1.1.1 ::ffff:1.1.1.1 2002:101:101::1".split()
)

METADATA = {
    "AWS, Google, Azure, OpenStack": "169.254.169.254",
    "AWS's containers": "169.254.170.2",
    "AWS's pods": "169.254.170.23",
    "Scaleway": "169.254.42.42",
    "Tencent": "169.254.0.23",
    "Alibaba": "100.100.100.200",
    "Azure's WireServer": "168.63.129.16",
    "Oracle Classic": "192.0.0.192",
}
METADATA_6 = {
    "AWS": "fd00:ec2::254",
    "AWS's pods": "fd00:ec2::23",
    "Google": "fd20:ce::254",
    "Oracle": "fd00:c1::a9fe:a9fe",
    "Scaleway": "fd00:42::42",
    "Akamai": "fd00:a9fe:a9fe::1",
    "OpenStack": "fe80::a9fe:a9fe",
}


def wrap(address: str) -> dict[str, str]:
    """Return the forms in which an IPv4 address may be written or wrapped."""
    number = int(ipaddress.IPv4Address(address))
    high, low = f"{number >> 16:x}", f"{number & 0xFFFF:x}"
    octets = address.split(".")
    return {
        "as it is": address,
        "decimal": str(number),
        "hexadecimal": hex(number),
        "octal": ".".join(f"0{int(octet):o}" for octet in octets),
        "of two parts": f"{octets[0]}.{number & 0xFFFFFF}",
        "IPv4-mapped": f"::ffff:{address}",
        "IPv4-compatible": f"::{address}",
        "IPv4-translated": f"::ffff:0:{address}",
        "NAT64": f"64:ff9b::{address}",
        "NAT64 of a network's own": f"64:ff9b:1::{address}",
        "NAT64 around the zero byte": f"64:ff9b:1:{high}:{number >> 8 & 0xFF:x}:{(number & 0xFF) << 8:x}::",
        "6to4": f"2002:{high}:{low}::1",
        "Teredo": f"2001:0:4136:e378:8000:63bf:{0xFFFF ^ number >> 16:x}:{0xFFFF ^ number & 0xFFFF:x}",
        "a Teredo server": f"2001:0:{high}:{low}:8000:63bf:fefe:fefe",
        "ISATAP": f"fe80::5efe:{high}:{low}",
        "ISATAP of a global address": f"2606:4700::200:5efe:{high}:{low}",
    }


@pytest.mark.parametrize("address", [*METADATA.values(), *METADATA_6.values()])
def test_no_name_and_no_configuration_opens_where_clouds_tell_secrets(address: str) -> None:
    forms = {"as it is": address} if ":" in address else wrap(address)
    for form, host in forms.items():
        written = f"[{host}]" if ":" in host else host
        guard = Guard([f"http://{written}/", f"http://{written}:8080/", f"https://{written}/"])
        for port in (80, 443, 8080):
            with pytest.raises(MetadataAddressError):
                assert not guard.resolve(host, port), form


@contextmanager
def resolving(name: str, *addresses: str) -> Iterator[list[str]]:
    """Let the machine's resolver give `addresses` for a name, one with each question, the last for good;
    yield the names that it was asked for.
    """
    asked: list[str] = []
    resolve = socket.getaddrinfo

    def answer(host: str, port: int, *args: Any, **options: Any) -> Any:
        if host != name:
            return resolve(host, port, *args, **options)
        asked.append(host)
        return resolve(addresses[min(len(asked), len(addresses)) - 1], port, *args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", answer)
        yield asked


@pytest.mark.parametrize("address", ["169.254.169.254", "::ffff:100.100.100.200", "64:ff9b::168.63.129.16"])
def test_a_configured_name_may_not_lead_to_where_clouds_tell_secrets(tmp_path: Path, address: str) -> None:
    url = "http://site.example/"
    with resolving("site.example", address), pytest.raises(SiteError) as caught:
        HttpClient(cache_file=tmp_path / "http.sqlite", named=[url]).get(url)
    assert caught.value.cause == "inner_address"
    assert "none can be configured" in caught.value.advice
    assert address not in str(caught.value)


def test_a_name_that_leads_elsewhere_a_moment_later_is_asked_where_it_was_checked(tmp_path: Path) -> None:
    with serving({"/": Canned(200, '{"a": 1}')}) as there:
        url = there.replace("127.0.0.1", "site.example")
        with resolving("site.example", "127.0.0.1", "169.254.169.254") as asked:
            http = HttpClient(cache_file=tmp_path / "http.sqlite", named=[url])
            assert http.get(url).json().data == {"a": 1}
            assert len(asked) == 1


def test_an_address_named_for_one_site_is_not_for_another_to_send_us_to(tmp_path: Path) -> None:
    """Not even to what is in the cache, for which no connection would be made."""
    cache_file = tmp_path / "http.sqlite"
    redirect = {"/": Canned(302)}
    with serving({"/": Canned(200, '{"inner": "secret"}')}) as inner, serving(redirect) as hostile:
        redirect["/"] = Canned(302, headers={"Location": inner})
        kept = HttpClient(cache_file=cache_file, named=[inner]).get(inner, max_age=INFO_MAX_AGE)
        assert kept.json().data == {"inner": "secret"}
        for url in (hostile, inner):
            for max_age in (None, REVALIDATE, INFO_MAX_AGE):
                with pytest.raises(SiteError) as caught:
                    HttpClient(cache_file=cache_file, named=[hostile]).get(url, max_age=max_age)
                assert caught.value.cause == "inner_address"


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
        ("http://127.0.0.1:8080/", "127.0.0.1", 9999, False),  # a port is what was named
        ("http://127.0.0.1:8080/", "127.0.0.1", 80, False),
        ("http://127.0.0.1/", "127.0.0.1", 443, False),
        ("https://127.0.0.1/", "127.0.0.1", 443, True),
        ("http://2130706433:8080/", "127.0.0.1", 8080, True),
        ("http://0x7f.1:8080/", "2130706433", 8080, True),
        ("http://0177.0.0.1:8080/", "127.0.0.1", 80, False),
        ("http://127.0.0.1:8080/", "127.0.0.2", 8080, False),
        ("http://127.0.0.1:8080/", "localhost", 8080, False),
        ("http://localhost:8080/", "localhost", 8080, True),
        ("http://LocalHost:8080/", "localhost", 8080, True),
        ("http://localhost:8080/", "localhost", 443, True),
        ("http://localhost/", "localhost", 80, True),
        ("http://localhost/", "localhost", 6379, False),
        ("http://localhost:8080/", "localhost", 6379, False),  # a name leads where its owner lets it
        ("http://[::1]:8080/", "::1", 8080, True),
        ("http://[0:0::0:1]:8080/", "::1", 8080, True),
        ("http://[::1]:8080/", "::1", 9999, False),
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
        url = f"{scheme}://{address}"
        http = HttpClient(cache_file=tmp_path / "http.sqlite", named=[url], bounds=Bounds(total=0.3))
        with pytest.raises(SiteError) as caught:
            http.get(url)
    assert (caught.value.cause, caught.value.got) == ("too_slow", "it had not finished after 0.3 seconds")


def test_one_thread_ends_all_exchanges_each_at_its_time() -> None:
    before = threading.active_count()
    with ExitStack() as stack:
        late = [stack.enter_context(Deadline(PATIENCE)) for _ in range(50)]
        early = [stack.enter_context(Deadline(0.05)) for _ in range(50)]
        here, there = map(stack.enter_context, socket.socketpair())
        early[0].watch(here)
        assert threading.active_count() <= before + 1
        eventually(lambda: all(deadline.passed for deadline in early), "the early ones end")
        assert there.recv(1) == b"", "what was watched is shut down"
        assert not any(deadline.passed for deadline in late)
    with Deadline(0.01) as over:
        pass
    time.sleep(0.1)
    assert not over.passed, "an exchange that has ended is in time"
