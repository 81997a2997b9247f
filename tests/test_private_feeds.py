"""Private feeds: nobody comes in without a key, no key goes where it is not, and links lead on."""

import re
import threading
from base64 import b64encode
from html import unescape
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import feedparser
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import Client, TestResponse

from feedsvc.cli import main
from feedsvc.config import Settings, load_settings
from feedsvc.errors import ConfigError
from feedsvc.publish.access import keep_key_in_location, keep_key_in_page
from feedsvc.publish.context import EXTENSION
from feedsvc.publish.warm import WarmAnswers
from feedsvc.publish.web import create_app
from feedsvc.query.address import format_feed_path, get_kept_key, keeping_key
from feedsvc.query.query import Query
from feedsvc.store.database import Database
from service import Service, eventually

TOKEN, OTHER, PARTNER = "first-t0ken", "an other&t+ken=ก".replace(" ", "-"), "of-a-partner"
TOKENS = (TOKEN, OTHER, PARTNER)

CONFIGURATION = f"""
base_url = "https://feeds.example/"
access_token = ["{TOKEN}", "{OTHER}"]
[topics.ours]
query = "the OR a"
access_token = "{PARTNER}"
[topics."ours.more"]
query = "the"
"""

FEEDS = [
    "/feed.rss",
    "/feed.atom",
    "/feed.json",
    "/topic/ours.rss",
    "/topic/ours.more.atom",
    "/feed.rss?limit=2",
]
PAGES = ["/", "/preview", "/preview?topic=the&limit=2", "/status", "/metrics", "/feeds.opml"]
NOTHING = [
    "/nowhere",
    "/category/zzz.rss",
    "/topic/zzz.rss",
    "/feed.rss?zzz=1",
    "//feed.rss",
    "/topic//ours.rss",
]


def configured(text: str) -> Settings:
    Path("written.toml").write_text(text, "utf-8")
    return load_settings(Path("written.toml"))


@pytest.fixture
def client(held: Database) -> FlaskClient:
    """A web client of a private service of the samples."""
    return create_app(configured(CONFIGURATION), held).test_client()


@pytest.fixture
def warm(held: Database) -> Client:
    """The same with its prepared answers in front."""
    app = create_app(configured(CONFIGURATION), held)
    return Client(WarmAnswers(app, app.extensions[EXTENSION]))


def with_key(address: str, key: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}key={quote(key, safe='')}"


def basic(password: str, user: str = "anyone") -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


def assert_refused(response: TestResponse) -> None:
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith('Basic realm="feedsvc"')
    assert response.headers["Cache-Control"] == "no-store"
    assert "?key=" in response.text
    assert response.text.count("\n") == 1


# Who is let in


@pytest.mark.parametrize("address", FEEDS + PAGES + NOTHING)
def test_without_a_key_there_is_nothing(client: FlaskClient, warm: Client, address: str) -> None:
    for asked in (client, warm):
        for _ in range(2):
            assert_refused(asked.get(address))
            assert_refused(asked.get(with_key(address, "wrong")))
            assert_refused(asked.get(with_key(address, "")))
            assert_refused(asked.get(address, headers=basic("wrong")))
            assert_refused(asked.get(address, headers={"Authorization": f"Bearer {TOKEN}"}))


@pytest.mark.parametrize("address", FEEDS + PAGES)
@pytest.mark.parametrize("token", [TOKEN, OTHER])
def test_any_valid_token_opens_all(client: FlaskClient, warm: Client, address: str, token: str) -> None:
    for asked in (client, warm):
        for _ in range(2):
            assert asked.get(with_key(address, token)).status_code == 200
            for user in ("", "someone"):
                assert asked.get(address, headers=basic(token, user)).status_code == 200
            assert_refused(asked.get(address))


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !!!", "Basic " + "x" * 5000, "basic", "Digest a=b", "Basic OjpA"]
)
def test_credentials_that_are_none_open_nothing(client: FlaskClient, header: str) -> None:
    assert_refused(client.get("/feed.rss", headers={"Authorization": header}))


@pytest.mark.parametrize(
    "query",
    [
        f"key={TOKEN}&key=wrong",
        f"key=wrong&key={TOKEN}",
        f"KEY={TOKEN}",
        f"key={TOKEN}x",
        f"key={TOKEN[:-1]}",
        f"key={TOKEN}%00",
    ],
)
def test_nearly_a_key_is_none(client: FlaskClient, query: str) -> None:
    assert_refused(client.get(f"/feed.rss?{query}"))


def test_a_key_in_the_address_goes_before_one_in_the_header(client: FlaskClient) -> None:
    assert_refused(client.get("/feed.rss?key=wrong", headers=basic(TOKEN)))
    assert client.get(with_key("/feed.rss", TOKEN), headers=basic("wrong")).status_code == 200


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/static/style.css"])
def test_what_tells_nothing_is_open(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "PUT"])
def test_no_other_method_comes_in(client: FlaskClient, warm: Client, method: str) -> None:
    for asked in (client, warm):
        assert asked.open("/feed.rss", method=method).status_code == 401


def test_a_topic_s_token_opens_that_topic_alone(client: FlaskClient, warm: Client) -> None:
    for asked in (client, warm):
        for suffix in ("rss", "atom", "json"):
            address = f"/topic/ours.{suffix}?limit=3"
            assert asked.get(with_key(address, PARTNER)).status_code == 200
            assert asked.get(address, headers=basic(PARTNER)).status_code == 200
            assert_refused(asked.get(address))
        for address in [*FEEDS[:3], *PAGES, *NOTHING, "/topic/ours.more.rss", "/topic/ours.rss.rss"]:
            assert_refused(asked.get(with_key(address, PARTNER)))
            assert_refused(asked.get(address, headers=basic(PARTNER)))


def test_a_topic_alone_may_be_private(held: Database) -> None:
    settings = configured('[topics.ours]\nquery = "the"\naccess_token = "secret"\n[topics.b]\nquery = "a"')
    app = create_app(settings, held)
    asked = Client(WarmAnswers(app, app.extensions[EXTENSION]))
    for _ in range(2):
        assert_refused(asked.get("/topic/ours.rss"))
        opened = asked.get("/topic/ours.rss?key=secret")
        assert opened.status_code == 200
        assert opened.headers["Cache-Control"].startswith("private")
        for address in ("/topic/b.rss", "/feed.rss"):
            assert asked.get(address).status_code == 200


# What is kept, and by whom


@pytest.mark.parametrize("address", FEEDS + PAGES)
def test_no_shared_cache_may_keep_what_a_key_has_opened(
    client: FlaskClient, warm: Client, address: str
) -> None:
    for asked in (client, warm):
        for _ in range(2):
            for opened in (asked.get(with_key(address, TOKEN)), asked.get(address, headers=basic(TOKEN))):
                cache_control = opened.headers["Cache-Control"]
                assert "public" not in cache_control
                assert "private" in cache_control or "no-store" in cache_control
                again = {"If-None-Match": opened.headers.get("ETag", "")}
                unchanged = asked.get(with_key(address, TOKEN), headers=again)
                assert "public" not in unchanged.headers["Cache-Control"]


def test_the_key_of_one_client_is_not_handed_to_another(warm: Client) -> None:
    for _ in range(3):
        for address in FEEDS:
            answers = {token: warm.get(with_key(address, token)) for token in (TOKEN, OTHER)}
            by_header = {token: warm.get(address, headers=basic(token)) for token in (TOKEN, OTHER)}
            for token, other in ((TOKEN, OTHER), (OTHER, TOKEN)):
                assert quote(token, safe="") in answers[token].text
                assert other not in answers[token].text
                assert quote(other, safe="") not in answers[token].text
            for answer in by_header.values():
                assert not any(token in answer.text or quote(token) in answer.text for token in TOKENS)
            assert len({answer.headers["ETag"] for answer in answers.values()}) == 2


def test_answers_of_many_threads_keep_their_own_keys(client: FlaskClient) -> None:
    app, wrong = client.application, []

    def read(token: str) -> None:
        mine = app.test_client()
        for number in range(15):
            text = mine.get(with_key(f"/feed.json?limit={number % 3 + 1}", token)).text
            if text.count(f"key={quote(token, safe='')}") < 1 or text.count("key=") > 2:
                wrong.append(text)

    threads = [threading.Thread(target=read, args=[token]) for token in (TOKEN, OTHER) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert get_kept_key() == ""


# Links lead on


@pytest.mark.parametrize("token", [TOKEN, OTHER])
def test_a_feed_s_own_addresses_keep_the_key(client: FlaskClient, token: str) -> None:
    for suffix in ("rss", "atom"):
        parsed = feedparser.parse(client.get(with_key(f"/feed.{suffix}?limit=5&page=2", token)).data)
        links = {link["rel"]: link["href"] for link in parsed.feed.links}
        for relation in ("self", "first", "previous", "next"):
            address = links[relation].removeprefix("https://feeds.example")
            assert address.endswith(f"key={quote(token, safe='')}")
            assert client.get(address).status_code == 200
    document = client.get(with_key("/topic/ours.json?limit=2", token)).json
    assert document is not None
    for name in ("feed_url", "next_url"):
        assert client.get(document[name].removeprefix("https://feeds.example")).status_code == 200


def test_every_address_of_the_opml_keeps_the_key_and_leads_to_its_feed(client: FlaskClient) -> None:
    root = etree.fromstring(client.get(with_key("/feeds.opml", OTHER)).data)
    outlines = root.iter("outline")
    written = [outline.get("xmlUrl", "") for outline in outlines if outline.get("xmlUrl")]
    addresses = [address.removeprefix("https://feeds.example") for address in written]
    assert len(addresses) > 10
    for address in addresses:
        assert address.endswith(f"key={quote(OTHER, safe='')}")
    assert client.get(addresses[0]).status_code == client.get(addresses[-1]).status_code == 200


def links_of(page: str) -> set[str]:
    """Return the addresses of ours that a page leads to."""
    found = re.findall(r"<(?:a|form|link rel=\"alternate\")\b[^>]*?(?:href|action)=\"([^\"]*)\"", page)
    addresses = {
        urljoin("https://feeds.example/", unescape(address)) for address in found if address[0] != "#"
    }
    return {address for address in addresses if urlsplit(address).netloc == "feeds.example" and address}


@pytest.mark.parametrize("page", ["/", "/preview?topic=the&limit=2", "/preview?limit=zzz", "/status"])
def test_the_pages_lead_on_with_the_key(client: FlaskClient, page: str) -> None:
    text = client.get(with_key(page, OTHER)).text
    addresses = links_of(text)
    assert len(addresses) >= 2
    for address in addresses:
        assert f"key={quote(OTHER, safe='')}" in address, address
    for address in sorted(addresses)[::7]:
        assert client.get(address.removeprefix("https://feeds.example")).status_code in (200, 400)
    for form in re.findall(r"<form.*?</form>", text, re.S):
        assert form.count('name="key"') == 1
    assert "style.css?key" not in text


def test_a_page_that_a_header_has_opened_shows_no_key(client: FlaskClient) -> None:
    for page in PAGES:
        assert "key=" not in client.get(page, headers=basic(TOKEN)).text


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ('<a href="/x">', '<a href="/x?key=k%26">'),
        ('<a class="b" href="x?a=1&amp;b=2#c">', '<a class="b" href="x?a=1&amp;b=2&amp;key=k%26#c">'),
        ('<a href="https://f.example/sub/x">', '<a href="https://f.example/sub/x?key=k%26">'),
        ('<a href="https://f.example/other">', '<a href="https://f.example/other">'),
        ('<a href="https://f.example/sub/x?key=y">', '<a href="https://f.example/sub/x?key=y">'),
        ('<a href="//evil.example/">', '<a href="//evil.example/">'),
        ('<a href="mailto:a@b.example">', '<a href="mailto:a@b.example">'),
        ('<a href="#part">', '<a href="#part">'),
        ('<img src="/x">', '<img src="/x">'),
        ('<link rel="stylesheet" href="/s.css">', '<link rel="stylesheet" href="/s.css">'),
        ('<link rel="alternate" type="t" href="/f">', '<link rel="alternate" type="t" href="/f?key=k%26">'),
        (
            '<form action="/p" method="get">',
            '<form action="/p?key=k%26" method="get"><input type="hidden" name="key" value="k&amp;">',
        ),
    ],
)
def test_links_to_ourselves_alone_get_the_key(page: str, expected: str) -> None:
    assert keep_key_in_page(page, "k&", "https://f.example/sub/") == expected
    assert keep_key_in_page(page, "", "https://f.example/sub/") == page


def test_a_redirect_leads_on_with_the_key() -> None:
    assert keep_key_in_location("/feed.rss?a=1", "k") == "/feed.rss?a=1&key=k"
    assert keep_key_in_location("/feed.rss?key=k", "k") == "/feed.rss?key=k"
    assert keep_key_in_location("/feed.rss", "") == "/feed.rss"


def test_only_what_is_made_meanwhile_has_a_key() -> None:
    with keeping_key("a b"):
        assert format_feed_path(Query(), "rss") == "feed.rss?key=a+b"
    assert format_feed_path(Query(), "rss") == "feed.rss"


# Public again


def test_where_no_key_is_asked_for_one_does_no_harm(held: Database) -> None:
    asked = create_app(configured('base_url = "https://feeds.example/"'), held).test_client()
    for address in FEEDS[:3] + PAGES:
        answer, without = asked.get(with_key(address, TOKEN)), asked.get(address)
        assert answer.status_code == without.status_code == 200
        assert answer.data == without.data
        assert answer.headers["Cache-Control"] == without.headers["Cache-Control"]


# The configuration


@pytest.mark.parametrize("written", ['""', '[""]', "5", '["a", 5]', '["a b"]', '["a\\u0007"]', "true"])
@pytest.mark.parametrize("table", ["", '[topics.ours]\nquery = "x"\n'])
def test_what_is_no_token_is_refused_and_not_repeated(written: str, table: str) -> None:
    with pytest.raises(ConfigError, match=r"access_token: .*feedsvc token new"):
        configured(f"{table}access_token = {written}")


def test_several_tokens_of_the_environment_are_valid_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDSVC_ACCESS_TOKEN", "new old")
    settings = load_settings()
    assert settings.access_token == ("new", "old")
    assert "old" not in repr(settings)
    assert PARTNER not in repr(configured(CONFIGURATION))


def test_a_new_token_is_long_and_its_own_and_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [CliRunner().invoke(main, ["token", "new"]) for _ in range(2)]
    tokens = {done.stdout for done in made}
    assert len(tokens) == 2
    assert all(re.fullmatch(r"[\w-]{40,}\n", token) for token in tokens)
    assert "FEEDSVC_ACCESS_TOKEN" in made[0].stderr
    monkeypatch.setenv("FEEDSVC_ACCESS_TOKEN", made[0].stdout)
    assert load_settings().access_token == (made[0].stdout.strip(),)


# The service


@pytest.mark.real
def test_the_service_lets_nobody_in_and_says_no_key(own_folder: Path) -> None:
    with Service(
        own_folder, FEEDSVC_ACCESS_TOKEN=TOKEN, FEEDSVC_ACCESS_LOG="true", FEEDSVC_LOG_LEVEL="debug"
    ) as service:
        for _ in range(4):  # of which the later are prepared
            assert service.get("feed.rss").status_code == 401
            assert service.get("feed.rss?key=wr0ng").status_code == 401
            opened = service.get(f"feed.rss?key={TOKEN}")
            assert opened.status_code == 200
            assert TOKEN in opened.text
            assert service.get(f"feed.rss?limit=0&key={TOKEN}").status_code == 400
            by_header = service.get("feed.rss", **basic(TOKEN))
            assert (by_header.status_code, TOKEN in by_header.text) == (200, False)
        eventually(lambda: service.log().count("feed.rss?key=…") >= 8, "requests are logged")
        service.stop()
    said = service.log() + service.errors.read_text("utf-8")
    assert TOKEN not in said
    assert "wr0ng" not in said
