"""What an operator sets: names, proxies, bounds on floods; and passwords, which are never shown."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import request
from flask.testing import FlaskClient
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from conftest import KEPT_FOR_300_SECONDS, ROOT, copied
from feedsvc.config import Settings, SiteSettings, TopicSettings, load_settings
from feedsvc.connect_site import make_http_client
from feedsvc.errors import ConfigError
from feedsvc.publish.client_limit import ClientLimit, identify_client
from feedsvc.publish.hosts import is_known_host
from feedsvc.publish.web import create_app
from feedsvc.store.database import Database
from service import Service, eventually
from tables import thinned


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, sample_store: Path) -> Iterator[Database]:
    """The store of the bundled samples, which no test changes that uses it."""
    with copied(sample_store, tmp_path_factory.mktemp("held")) as database:
        yield database


Made = Callable[[str], FlaskClient]


@pytest.fixture
def made(held: Database) -> Made:
    """What gives a web client of a service of the samples with a configuration."""

    def make(text: str) -> FlaskClient:
        return create_app(configured(text), held).test_client()

    return make


def configured(text: str) -> Settings:
    """Return the settings of a configuration file with this text."""
    file = Path("written.toml")
    file.write_text(text, "utf-8")
    return load_settings(file)


# By which names we are called


@pytest.mark.parametrize(
    ("allowed", "host", "is_known"),
    [
        pytest.param("feeds.example.com", "feeds.example.com", True, id="the name"),
        pytest.param("feeds.example.com", "feeds.example.com:8443", True, id="with a port"),
        pytest.param("feeds.example.com", "FEEDS.Example.COM", True, id="in capital letters"),
        pytest.param("feeds.example.com", "feeds.example.com.", True, id="with the root's dot"),
        pytest.param("feeds.example.com", "example.com", False, id="the name above"),
        pytest.param("feeds.example.com", "a.feeds.example.com", False, id="a name within"),
        pytest.param("feeds.example.com", "feeds.example.com.evil.example", False, id="as a beginning"),
        pytest.param("feeds.example.com", "evilfeeds.example.com", False, id="as an end"),
        pytest.param(".example.com", "a.b.example.com", True, id="within, where all are allowed"),
        pytest.param(".example.com", "example.com", True, id="the name itself, where all are allowed"),
        pytest.param(".example.com", "evilexample.com", False, id="no dot before it"),
        pytest.param("192.0.2.1", "192.0.2.1:80", True, id="an address"),
        pytest.param("192.0.2.1", "192.0.2.10", False, id="another address"),
        pytest.param("[2001:db8::1]", "[2001:db8::1]:8000", True, id="an address of IPv6"),
        pytest.param("2001:DB8::1", "[2001:db8::1]", True, id="without brackets"),
        pytest.param("ข่าว.example", "xn--22c8e6a1f.example", True, id="a Thai name as browsers send it"),
        pytest.param("feeds.example.com", "feeds.example.com@evil.example", False, id="as a user name"),
        pytest.param("feeds.example.com", "", False, id="none"),
        pytest.param("feeds.example.com", "[::1", False, id="a broken one"),
        pytest.param("feeds.example.com", "localhost", False, id="the loopback from elsewhere"),
    ],
)
def test_a_host_is_known_when_the_operator_has_named_it(allowed: str, host: str, is_known: bool) -> None:
    settings = configured(f'allowed_hosts = ["{allowed}"]\nhost = "0.0.0.0"')
    assert is_known_host(settings, host) is is_known


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1", "127.1.2.3:1", "[::1]:8000"])
@pytest.mark.parametrize(
    ("listens", "is_known"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False)]
)
def test_the_loopback_s_names_are_ours_where_we_listen_there(
    host: str, listens: str, is_known: bool
) -> None:
    assert is_known_host(configured(f'host = "{listens}"'), host) is is_known


@pytest.mark.parametrize("address", ["/feed.rss", "/", "/status", "/metrics", "/feeds.opml", "/nowhere"])
def test_a_host_that_is_not_allowed_gets_a_sentence(made: Made, address: str) -> None:
    client = made('allowed_hosts = ["feeds.example.com", "b.example"]\nhost = "0.0.0.0"')
    refused = client.get(address, headers={"Host": "evil.example"})
    assert (refused.status_code, refused.mimetype) == (421, "text/plain")
    assert "allowed_hosts" in refused.text
    assert "evil" not in refused.text
    assert refused.headers["Cache-Control"] == "no-store"
    for host in ("feeds.example.com", "b.example:8000"):
        assert client.get(address, headers={"Host": host}).status_code in (200, 404)


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_a_platform_may_ask_by_any_host_whether_we_are_well(made: Made, address: str) -> None:
    client = made('allowed_hosts = ["feeds.example.com"]\nhost = "0.0.0.0"')
    assert client.get(address, headers={"Host": "10.1.2.3:5000"}).status_code == 200


def test_the_host_of_base_url_is_allowed_beside_the_others(made: Made) -> None:
    client = made(
        'base_url = "https://feeds.example.com/x"\nallowed_hosts = ["b.example"]\nhost = "0.0.0.0"'
    )
    for host, status in (("feeds.example.com", 200), ("b.example", 200), ("c.example", 421)):
        assert client.get("/feed.rss", headers={"Host": host}).status_code == status


ADDRESSES = ["/feed.rss", "/feed.atom", "/feed.json", "/feeds.opml", "/"]


@pytest.mark.parametrize("address", thinned(ADDRESSES, 2))
@pytest.mark.parametrize(
    ("text", "host", "scope"),
    [
        pytest.param("", "evil.example", "private", id="a host that nobody has named"),
        pytest.param('host = "0.0.0.0"', "localhost", "private", id="the loopback's name from elsewhere"),
        pytest.param('allowed_hosts = ["feeds.example.com"]', "feeds.example.com", "public", id="allowed"),
        pytest.param('base_url = "https://b.example"', "evil.example", "public", id="base_url"),
    ],
)
def test_a_shared_cache_keeps_no_link_that_was_made_from_an_unknown_host(
    made: Made, address: str, text: str, host: str, scope: str
) -> None:
    response = made(text).get(address, headers={"Host": host})
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == f"{scope}, {KEPT_FOR_300_SECONDS}"
    if scope == "public":
        assert "evil.example" not in response.text


@pytest.mark.parametrize(
    "text",
    [
        "http://feeds.example.com/",
        "feeds.example.com:80",
        "*",
        "*.example.com",
        "a b",
        "a/b",
        "a@b",
        "ex ample",
    ],
)
def test_what_is_no_name_of_a_host_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"allowed_hosts.*feeds\.example\.com"):
        configured(f'allowed_hosts = ["{text}"]')


def test_the_environment_names_hosts_with_spaces_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDSVC_ALLOWED_HOSTS", " Feeds.Example.com  .b.example ")
    assert load_settings().allowed_hosts == ("feeds.example.com", ".b.example")


@pytest.mark.real
@pytest.mark.parametrize(
    ("host", "variable", "value", "warns"),
    [
        pytest.param("0.0.0.0", "FEEDSVC_TITLE", "Ours", True, id="open to others"),
        pytest.param("127.0.0.1", "FEEDSVC_TITLE", "Ours", False, id="on the loopback"),
        pytest.param("0.0.0.0", "FEEDSVC_ALLOWED_HOSTS", "127.0.0.1", False, id="with allowed_hosts"),
        pytest.param("0.0.0.0", "FEEDSVC_BASE_URL", "https://f.example", False, id="with base_url"),
    ],
)
def test_who_lets_every_host_in_is_told_at_the_start_what_to_set(
    own_folder: Path, host: str, variable: str, value: str, warns: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with Service(own_folder, FEEDSVC_HOST=host) as service:
        eventually(lambda: "serving on http" in service.log(), "it says that it serves")
        assert ("WARNING links are made from whatever Host" in service.log()) is warns
        assert ("FEEDSVC_ALLOWED_HOSTS" in service.log()) is warns


# What proxies say


def json_url(response: TestResponse) -> str:
    """Return the feed's own address."""
    assert response.json is not None
    return str(response.json["feed_url"])


@pytest.mark.parametrize(
    ("proxies", "proto", "expected"),
    [
        pytest.param(0, "https", "http", id="no proxy is trusted"),
        pytest.param(1, "https", "https", id="one"),
        pytest.param(1, "https, http", "http", id="the last one's word"),
        pytest.param(1, "http, https", "https", id="not the client's word before it"),
        pytest.param(2, "http, https, http", "https", id="the second from the end"),
        pytest.param(2, "https", "http", id="too few"),
    ],
)
def test_as_many_proxies_are_believed_as_there_are(
    made: Made, proxies: int, proto: str, expected: str
) -> None:
    client = made(f"trusted_proxies = {proxies}")
    response = client.get("/feed.json?limit=1", headers={"X-Forwarded-Proto": proto, "Host": "f.example"})
    assert json_url(response) == f"{expected}://f.example/feed.json?limit=1"


@pytest.mark.parametrize(
    ("value", "says"), [("-1", "from 0 to 10"), ("11", "from 0 to 10"), ('"x"', "whole")]
)
def test_a_number_of_proxies_that_can_t_be_is_refused(value: str, says: str) -> None:
    with pytest.raises(ConfigError, match=f"trusted_proxies: .*{says}"):
        configured(f"trusted_proxies = {value}")


# Floods


class Waiting:
    """A WSGI application whose answers wait until they are let go."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.begun.release()
        self.go_on.wait(30)
        return Response("done")(environ, start_response)


def test_a_client_has_no_more_requests_at_once_than_is_set_and_others_are_not_touched() -> None:
    inner = Waiting()
    client = Client(ClientLimit(inner, 2))

    def ask(address: str) -> TestResponse:
        return client.get("/", environ_base={"REMOTE_ADDR": address}, buffered=True)

    threads = [threading.Thread(target=ask, args=["192.0.2.1"]) for _ in range(2)]
    for thread in threads:
        thread.start()
        assert inner.begun.acquire(timeout=30)
    refused = ask("192.0.2.1")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")
    assert refused.text == "2 of your requests are being answered already: send this one again later\n"
    assert ask("::ffff:192.0.2.1").status_code == 429
    inner.go_on.set()
    assert ask("192.0.2.2").status_code == 200
    for thread in threads:
        thread.join()
    assert ask("192.0.2.1").status_code == 200


def test_a_request_that_fails_is_counted_no_longer() -> None:
    def fail(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raise RuntimeError("broken")

    client = Client(ClientLimit(fail, 1))
    for _ in range(3):
        with pytest.raises(RuntimeError, match="broken"):
            client.get("/")


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8:1:1::1", "2001:db8:1:1:ffff::2", True),
        ("2001:db8:1:1::1", "2001:db8:1:2::1", False),
        ("", "", True),
        ("unix", "192.0.2.1", False),
    ],
)
def test_a_client_of_ipv6_is_its_network(one: str, other: str, is_same: bool) -> None:
    assert (identify_client(one) == identify_client(other)) is is_same


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        (0, "192.0.2.9", "127.0.0.1"),
        (1, "192.0.2.9", "192.0.2.9"),
        (1, "10.0.0.1, 192.0.2.9", "192.0.2.9"),
        (2, "10.0.0.1, 192.0.2.9, 192.0.2.8", "192.0.2.9"),
        (2, "192.0.2.9", "127.0.0.1"),
    ],
)
def test_the_client_behind_proxies_is_the_one_that_they_name(
    held: Database, proxies: int, forwarded: str, client: str
) -> None:
    app = create_app(configured(f"trusted_proxies = {proxies}\nmax_requests_per_client = 1"), held)
    seen = []
    app.before_request(lambda: seen.append(request.remote_addr))
    app.test_client().get("/healthz", headers={"X-Forwarded-For": forwarded})
    assert seen == [client]


# Passwords: refused where they would be sent or shown, and shown nowhere where they are needed.

SECRET = "s3cret"

PLAIN = {
    *("title", "poll_interval", "sweep_interval", "duplicate_window", "port", "web_concurrency"),
    *(
        "trusted_proxies",
        "max_requests_per_client",
        "topics",
        "players",
        "warm_bytes",
        "database_connections",
    ),
    *("log_level", "log_format", "access_log", "redis_verify"),
}
"""Settings that hold no address: numbers, durations and texts that are there to be shown."""

NEEDED = {
    "proxy": f"http://user:{SECRET}@127.0.0.1:1",
    "redis_url": f"redis://user:{SECRET}@127.0.0.1:1/0",
}
"""Settings that may hold a password, since without it they can't be used."""

REFUSED = {
    "base_url": [
        f"https://user:{SECRET}@a.example/",
        f"https://{SECRET}@a.example/",
        f"https://:{SECRET}@a.example/",
        f"https://user:{SECRET}/x@a.example/",
        f"//user:{SECRET}@a.example/",
        f"user:{SECRET}@a.example",
        f"https://a.example:{SECRET}",
    ],
    "contact": [
        f"user:{SECRET}@a.example",
        f"mailto:user:{SECRET}@a.example",
        f"https://user:{SECRET}@a.example/",
        f"https://{SECRET}@a.example/",
        f"ftp://user:{SECRET}@a.example",
        f"//user:{SECRET}@a.example",
        f"user/{SECRET}@a.example",
        f"user {SECRET}@a.example",
    ],
    "proxy": [
        f"user:{SECRET}@p.example",
        f"socks5://user:{SECRET}@p.example:1080",
        f"http://user:{SECRET}@p.example:99999",
        f"http://user:{SECRET}",
    ],
    "host": [f"user:{SECRET}@0.0.0.0", f"http://user:{SECRET}@a.example", f"user:{SECRET}"],
    "allowed_hosts": [f"user:{SECRET}@a.example", f"https://user:{SECRET}@a.example"],
    "database_url": [
        f"postgres://user:{SECRET}@h",
        f"postgres://user:{SECRET}/x@h/d",
        f"postgres://user:{SECRET}#x@h/d",
        f"postgres://user:{SECRET}@x@h/d",
        f"postgresql://user:1{SECRET}",
        f"postgresql+psycopg2://user:{SECRET}@h/d",
        f"mysql://user:{SECRET}@h/d",
        f"user:{SECRET}@h/d",
        f"{SECRET}@h/d",
        SECRET,
        f"sqlite://user:{SECRET}@h/d.db",
    ],
    "redis_url": [
        f"http://user:{SECRET}@h/0",
        f"user:{SECRET}@h",
        f"redis://user:{SECRET}/x@h:6379/0",
        f"redis://user:{SECRET}#x@h:6379/0",
        f"redis://user:1{SECRET}",
    ],
    "access_token": [f"{SECRET}\u200b"],
    "sites": [
        f"https://user:{SECRET}@a.example/",
        f"https://{SECRET}@a.example/",
        f"htps://user:{SECRET}@a.example/",
        f"https://user:{SECRET}/x@a.example/",
        f"user:{SECRET}@a.example",
    ],
}


def test_every_setting_is_known_to_hold_a_password_or_not() -> None:
    assert PLAIN | set(REFUSED) == set(Settings.model_fields)
    assert set(NEEDED) < set(REFUSED)
    assert set(SiteSettings.model_fields) == {"name", "url"}
    assert set(TopicSettings.model_fields) == {"title", "query", "access_token"}


@pytest.mark.parametrize(
    ("name", "value"), thinned([(name, value) for name, values in REFUSED.items() for value in values], 3)
)
def test_a_password_where_it_would_be_sent_or_shown_is_refused_and_not_repeated(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = f'[[sites]]\nurl = "{value}"' if name == "sites" else f'{name} = "{value}"'
    with pytest.raises(ConfigError) as by_file:
        configured(line)
    variable = name.upper() if name in ("database_url", "redis_url") else f"FEEDSVC_{name.upper()}"
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError) as by_environment:
        load_settings()
    for caught in (by_file, by_environment):
        assert name in str(caught.value).lower()
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("contact", "expected"), [("a.b+c@d.example", None), ("mailto:a@d.example", "a@d.example")]
)
def test_an_e_mail_address_is_still_a_contact(contact: str, expected: str | None) -> None:
    assert configured(f'contact = "{contact}"').contact == (expected or contact)


def test_the_settings_can_be_printed_without_their_passwords() -> None:
    settings = configured("\n".join(f'{name} = "{value}"' for name, value in NEEDED.items()))
    assert SECRET not in repr(settings) + str(settings)
    assert settings.proxy is not None
    assert SECRET in settings.proxy


def test_a_password_that_is_needed_is_told_to_no_site() -> None:
    settings = configured("\n".join(f'{name} = "{value}"' for name, value in NEEDED.items()))
    assert SECRET not in make_http_client(settings).user_agent


@pytest.mark.real
def test_a_password_that_is_needed_is_shown_nowhere(own_folder: Path) -> None:
    (own_folder / "config.toml").write_text(
        "\n".join(f'{name} = "{value}"' for name, value in NEEDED.items())
    )
    with Service(own_folder, "--site", "http://127.0.0.1:1/") as service:
        eventually(lambda: "failing" in service.get("status").text, "the proxy has refused")
        for address in ("", "status", "metrics", "feed.rss", "feeds.opml", "preview", "readyz", "nowhere"):
            answer = service.get(address)
            assert SECRET not in answer.text + str(answer.headers), address
    for command in ("check", "pull", "migrate", "render"):
        done = subprocess.run(
            [sys.executable, "-m", "feedsvc", command, *(["--site", "http://127.0.0.1:1/"])],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=own_folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert SECRET not in done.stdout + done.stderr, command
    assert SECRET not in service.log() + service.errors.read_text()
