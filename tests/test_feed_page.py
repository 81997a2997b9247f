"""A feed opened in a browser is a page for people; readers get the feed, and caches never mix them up."""

import json
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import html5lib
import pytest
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from browsers import BROWSERS, CHROME, FIREFOX, PROGRAMS
from conftest import empty_configuration
from feedsvc.config import load_settings
from feedsvc.model import Term
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.publish.views.feed_page import describe_interval
from feedsvc.publish.web import create_app
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.terms import save_terms
from storing import save_post
from warm_service import Warm, a_post

AS_BROWSER = {"Accept": FIREFOX, "Sec-Fetch-Dest": "document"}
THAI = "พลังงานแสงอาทิตย์"


def page(response: TestResponse, status: int = 200) -> etree._Element:
    """Return the tree of a page, which must be HTML without a mistake."""
    assert (response.status_code, response.content_type) == (status, "text/html; charset=utf-8")
    builder = html5lib.treebuilders.getTreeBuilder("lxml")
    parser = html5lib.HTMLParser(tree=builder, namespaceHTMLElements=False)
    tree = parser.parse(response.text)
    assert parser.errors == []
    root: etree._Element = tree.getroot()
    return root


def announced(root: etree._Element) -> dict[str, str]:
    """Return the feeds that a page announces, by their types."""
    links = [link for link in root.iter("link") if link.get("rel") == "alternate"]
    return {str(link.get("type")): str(link.get("href")) for link in links}


def titles(root: etree._Element) -> list[str]:
    return [str(each.xpath("string()")).strip() for each in root.iter("h3")]


# Who gets what.

FEEDS = ["/feed.rss?limit=3", "/category/energy.atom?limit=2", "/feed.json?topic=solar"]


@pytest.mark.parametrize("headers", BROWSERS.values(), ids=BROWSERS)
def test_who_opens_a_feed_sees_a_page(reader: FlaskClient, headers: dict[str, str]) -> None:
    root = page(reader.get("/category/energy.atom?limit=2", headers=headers))
    assert root.findtext(".//h1") == "Energy"
    assert announced(root) == {
        FORMATS[name].media_type: f"http://localhost/category/energy.{name}?limit=2" for name in FORMATS
    }


@pytest.mark.parametrize("headers", PROGRAMS.values(), ids=PROGRAMS)
def test_a_program_gets_the_feed_and_plain_sentences(reader: FlaskClient, headers: dict[str, str]) -> None:
    for name in FORMATS:
        assert reader.get(f"/feed.{name}?limit=1", headers=headers).mimetype == FORMATS[name].media_type
    for address in ("/feed.rss?limit=0", "/category/nil.rss", "/nil"):
        assert reader.get(address, headers=headers).mimetype == "text/plain"


@pytest.mark.parametrize("address", FEEDS)
def test_a_shared_cache_keeps_feeds_for_all_readers_and_no_page(reader: FlaskClient, address: str) -> None:
    feed = reader.get(address)
    assert feed.headers["Vary"] == "Accept-Encoding"
    assert feed.headers["Cache-Control"].startswith("public")
    shown = reader.get(address, headers=AS_BROWSER)
    assert shown.headers["Cache-Control"] == "private, no-cache"
    assert {"Accept", "Sec-Fetch-Dest", "Accept-Encoding"} <= set(shown.headers["Vary"].split(", "))
    assert shown.headers["ETag"] != feed.headers["ETag"]
    assert "Last-Modified" not in shown.headers
    held = {"If-None-Match": feed.headers["ETag"], "If-Modified-Since": feed.headers["Last-Modified"]}
    assert reader.get(address, headers=AS_BROWSER | held).status_code == 200, "what it has is no page"
    again = reader.get(address, headers=AS_BROWSER | {"If-None-Match": shown.headers["ETag"]})
    assert (again.status_code, again.headers["Vary"]) == (304, shown.headers["Vary"])


def test_prepared_answers_tell_browsers_from_readers(database: Database) -> None:
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "news", "https://news.example/", imported=True)
        save_post(connection, site_id, a_post(1))
    warm = Warm(empty_configuration(), database)
    asked = [*PROGRAMS.values(), *BROWSERS.values()]
    for headers in (*asked, *asked):
        response = warm.client.get("/feed.rss", headers=headers)
        expected = "text/html" if headers in BROWSERS.values() else "application/rss+xml"
        assert response.mimetype == expected, headers
    assert len(warm.calls) == 1 + 2 * len(BROWSERS), "readers have one answer, whatever they accept"
    etag = warm.client.get("/feed.rss").headers["ETag"]
    assert warm.client.get("/feed.rss", headers=AS_BROWSER | {"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("address", [*FEEDS, "/category/energy/", "/nil", "/comments/feed/"])
@pytest.mark.parametrize("headers", [AS_BROWSER, {}])
def test_head_says_what_get_says(reader: FlaskClient, address: str, headers: dict[str, str]) -> None:
    got, head = reader.get(address, headers=headers), reader.head(address, headers=headers)
    assert (head.status_code, head.data) == (got.status_code, b"")
    for name in ("Content-Type", "Content-Length", "Vary", "Cache-Control", "ETag"):
        assert head.headers.get(name) == got.headers.get(name)


# What the page says.


def test_the_page_says_what_it_is_and_hands_over_the_address(reader: FlaskClient) -> None:
    response = reader.get("/feed.rss?topic=solar&limit=1", headers=AS_BROWSER)
    root = page(response)
    text = str(root.xpath("string(//main)"))
    assert "This is a feed. Give its address to a feed reader, and what is new comes to you." in text
    assert "newsroom.example · " in text
    (field,) = root.iter("input")
    assert field.get("value") == "http://localhost/feed.rss?topic=solar&limit=1"
    links = {str(a.xpath("string()")): str(a.get("href")) for a in root.iter("a")}
    assert links["Atom"] == "http://localhost/feed.atom?topic=solar&limit=1"
    assert quote("http://localhost/feed.rss?topic=solar&limit=1", safe="") in links["Feedly"]
    assert links["Narrow it"] == "http://localhost/preview?topic=solar&limit=1"
    for label in ("Atom", "JSON", "See the source", "Narrow it", "Older entries"):
        assert reader.get(links[label]).status_code == 200, label
    assert len(response.data) < 60_000


@pytest.mark.parametrize("address", ["/feed.rss", f"/tag/{quote(THAI)}.json", "/feed.rss?limit=100"])
def test_the_page_has_the_entries_of_the_feed(reader: FlaskClient, address: str) -> None:
    feed = json.loads(reader.get(re.sub(r"\.rss", ".json", address)).data)
    response = reader.get(address, headers=AS_BROWSER)
    assert titles(page(response)) == [item["title"].strip() for item in feed["items"]]
    assert len(response.data) < 60_000 * (5 if "limit" in address else 1)


def test_older_entries_are_a_link_away_and_lead_back(reader: FlaskClient) -> None:
    seen: list[str] = []
    address = "/category/energy/?limit=4"
    while address:
        root = page(reader.get(address))
        seen += titles(root)
        links = {a.get("rel"): str(a.get("href")) for a in root.iter("a")}
        assert ("prev" in links) == (len(seen) > 4)
        address = links.get("next", "")
    assert len(seen) == len(set(seen)) == 11


@pytest.mark.parametrize(("seconds", "words"), [(1, "a second"), (90, "90 seconds"), (60, "a minute"),
    (900, "15 minutes"), (3600, "an hour"), (5400, "90 minutes"), (86_400, "a day"), (172_800, "2 days")],
)  # fmt: skip
def test_an_interval_is_said_as_people_say_it(seconds: int, words: str) -> None:
    assert describe_interval(timedelta(seconds=seconds)) == words


def test_a_site_that_is_polled_says_how_soon_new_posts_come(database: Database) -> None:
    settings = load_settings(sites=["https://news.example/"])
    client = create_app(settings, database).test_client()
    assert "new ones come within 15 minutes" in client.get("/feed.rss", headers=AS_BROWSER).text


def test_what_a_site_says_is_escaped(database: Database) -> None:
    name = "<script>alert('R&D')</script>"
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "news", "https://news.example/", imported=True)
        save_terms(connection, site_id, [Term("category", 1, "rd", name)])
        content = f"<p>{name.replace('<', '&lt;')} is said here in a text.</p>"
        save_post(connection, site_id, a_post(1, title=name, content=content, categories=(1,)))
    client = create_app(empty_configuration(), database).test_client()
    for address in ("/feed.rss", "/category/rd/", f"/category/{quote(name, safe='')}.rss"):
        response = client.get(address, headers=AS_BROWSER)
        assert "<script>alert" not in response.text
    root = page(client.get("/category/rd/"))
    assert titles(root) == [root.findtext(".//h1")] == [name]


def test_a_page_is_guarded(reader: FlaskClient) -> None:
    for address in ("/feed.rss", "/category/energy/", "/nil", "/feed.rss?limit=0"):
        response = reader.get(address, headers=AS_BROWSER)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_the_source_of_a_feed_is_text_for_a_browser_too(reader: FlaskClient) -> None:
    for headers in (AS_BROWSER, {}):
        response = reader.get("/category/energy.rss?limit=2&view=source", headers=headers)
        assert response.content_type == "text/plain; charset=utf-8"
        assert response.data == reader.get("/category/energy.rss?limit=2").data
    wrong = reader.get("/feed.rss?view=page")
    assert (wrong.status_code, wrong.text) == (400, "view='page' is not understood: write source\n")


def test_a_source_is_never_a_readers_prepared_answer(database: Database) -> None:
    warm = Warm(empty_configuration(), database)
    for _ in range(2):
        assert warm.client.get("/feed.rss?view=source").mimetype == "text/plain"
        assert warm.client.get("/feed.rss").mimetype == "application/rss+xml"


# Pages of categories, tags, authors and topics.


@pytest.mark.parametrize(
    ("address", "heading", "count"),
    [
        ("/category/energy/", "Energy", 11),
        ("/category/energy/?topic=lithium", "Energy · lithium", 2),
        (f"/tag/{quote(THAI)}/", THAI, 3),
        ("/author/zoe-muller/?limit=3", "Zoé Müller", 3),
        ("/category/solar,health/?limit=5", "Health or Solar", 5),
        ("/category/energy/?topic=zzzz", "Energy · zzzz", 0),
    ],
)
def test_a_name_has_a_page_that_announces_its_feeds(
    reader: FlaskClient, address: str, heading: str, count: int
) -> None:
    for headers in (AS_BROWSER, {}, {"Accept": "application/rss+xml"}):
        response = reader.get(address, headers=headers)
        root = page(response)
        assert (root.findtext(".//h1"), len(titles(root))) == (heading, count)
        assert response.headers["Cache-Control"].startswith("public, max-age=300")
        assert response.headers["Vary"] == "Accept-Encoding"
    for media_type, feed in announced(root).items():
        answer = reader.get(feed)
        assert (answer.status_code, answer.mimetype) == (200, media_type)
        if media_type == "application/feed+json":
            assert [item["title"].strip() for item in json.loads(answer.data)["items"]] == titles(root)


def test_a_saved_topic_has_a_page(held: Database, tmp_path: Path) -> None:
    file = tmp_path / "feedsvc.toml"
    file.write_text('[topics.sun]\ntitle = "The sun"\nquery = "solar"\n', "utf-8")
    client = create_app(load_settings(file), held).test_client()
    root = page(client.get("/topic/sun/"))
    assert root.findtext(".//h1") == "The sun"
    assert announced(root)["application/rss+xml"] == "http://localhost/topic/sun.rss"
    assert client.get("/topic/sun").headers["Location"] == "http://localhost/topic/sun/"
    assert client.get("/topic/son/").text == "there is no saved topic 'son': did you mean 'sun'?\n"


# Mistakes.

MISTAKES = {
    "an unknown name in the path": ("/category/enrgy.rss", 404, "/category/energy.rss"),
    "an unknown name of a page": ("/category/enrgy/", 404, "/category/energy/"),
    "an unknown name in a query": ("/feed.rss?tag=gird&limit=3", 400, "/feed.rss?tag=grid&limit=3"),
    "a parameter that there is not": ("/tag/grid.atom?lmit=3", 400, "/tag/grid.atom?limit=3"),
    "a value": ("/category/energy.rss?limit=0", 400, "/preview?category=energy&limit=0"),
    "a topic": ('/feed.rss?topic="a', 400, "/preview?topic=%22a"),
    "no address": ("/nil", 404, "/"),
}  # fmt: skip


@pytest.mark.parametrize(("address", "status", "way"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_a_page_with_a_way_on(
    reader: FlaskClient, address: str, status: int, way: str
) -> None:
    sentence = reader.get(address)
    response = reader.get(address, headers={"Accept": CHROME})
    root = page(response, status)
    assert (sentence.status_code, sentence.mimetype) == (status, "text/plain")
    assert sentence.text.strip() in str(root.xpath("string(//main)"))
    assert f"http://localhost{way}" in [a.get("href") for a in root.iter("a")]
    for each in (sentence, response):
        assert each.headers["Cache-Control"] == "no-store"
        assert {"Accept", "Sec-Fetch-Dest"} <= set(each.headers["Vary"].split(", "))


def test_what_is_not_read_yet_is_a_page_that_says_so(database: Database) -> None:
    client = create_app(load_settings(sites=["https://new.example/"]), database).test_client()
    for address in ("/category/energy/", "/category/energy.rss", "/category/energy/feed/"):
        response = client.get(address, headers=AS_BROWSER)
        root = page(response, 503)
        assert response.headers["Retry-After"] == "15"
        assert "there is no category 'energy' yet" in str(root.xpath("string(//main)"))
        assert client.get(address).mimetype == "text/plain"
