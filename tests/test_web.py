"""The web as a reader meets it: addresses, mistakes, conditional requests, the pages around the feeds."""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import brotli
import html5lib
import pytest
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from columns import set_columns
from conftest import KEPT_FOR_300_SECONDS, copied, empty_configuration
from feedsvc.config import Settings, load_settings
from feedsvc.model import Post, Term
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.publish.web import create_app
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.terms import save_terms
from storing import remove_posts, save_post
from tables import thinned

Items = list[dict[str, Any]]

ATOM = "{http://www.w3.org/2005/Atom}"
THAI = "พลังงานแสงอาทิตย์"
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)

# Energy and its tags in the samples, newest first.
ENERGY = [4512, 4489, 4420, 4418, 4361, 4312, 4304, 4233, 4151, 4088, 4019]
SOLAR = [4512, 4312, 4042, 4019]
BATTERY = [4512, 4489, 4420, 4418, 4361, 4312, 4151]
REPEAT = 4349
"""The post of the samples that repeats one published before it, 4361."""
GRID = [4361, 4312, 4233, 4221, 4019]


NEW_SITE = '[[sites]]\nname = "new"\nurl = "https://new.example/"\n'


def configured(folder: Path, text: str) -> Settings:
    """Return the settings of a configuration file with this text."""
    file = folder / "feedsvc.toml"
    file.write_text(text, "utf-8")
    return load_settings(file)


def post(number: int, published: datetime | None = None, **changes: Any) -> Post:
    """Return a post that is fit to publish; the higher its number the later."""
    moment = published or JANUARY + timedelta(hours=number)
    values: dict[str, Any] = {
        "id": number,
        "guid": f"https://site.example/?p={number}",
        "link": f"https://site.example/{number}/",
        "title": f"Post {number}",
        "summary": "",
        "content": f"<p>Body {number}.</p>",
        "published": moment,
        "modified": moment,
    }
    return Post(**(values | changes))


def add(
    database: Database, *held: Post, site: str = "site", learnt: Sequence[Term] = (), imported: bool = True
) -> int:
    """Put posts and terms of a site into the store; gives the site's row."""
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, site, f"https://{site}.example/", imported=imported)
        save_terms(connection, site_id, learnt)
        for one in held:
            save_post(connection, site_id, one)
    return site_id


def numbers(response: TestResponse) -> list[int]:
    """Return WordPress's ids of the posts in a feed, in the feed's order."""
    assert response.status_code == 200, response.text
    if response.mimetype == "application/feed+json":
        ids = [item["id"] for item in json.loads(response.data)["items"]]
    elif response.mimetype == "application/atom+xml":
        ids = [str(e.findtext(f"{ATOM}id")) for e in etree.fromstring(response.data).iter(f"{ATOM}entry")]
    else:
        ids = [str(guid.text) for guid in etree.fromstring(response.data).iter("guid")]
    return [int(one.partition("?p=")[2]) for one in ids]


def own_address(response: TestResponse) -> str:
    """Return the address that a JSON feed names as its own."""
    return str(json.loads(response.data)["feed_url"])


def says(response: TestResponse, status: int, sentence: str) -> None:
    """Check an answer that is a mistake: its status, and one sentence of plain text."""
    assert (response.status_code, response.text) == (status, sentence + "\n")
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "ETag" not in response.headers


NOTHING = "there is nothing here: see / for the feeds that there are"


# What there is, and what there is not.


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/feed", id="all"),
        pytest.param("/category/energy", id="a category"),
        pytest.param("/tag/battery", id="a tag"),
        pytest.param("/author/zoe-muller", id="an author"),
    ],
)
def test_each_feed_comes_in_three_formats(reader: FlaskClient, address: str, form: str) -> None:
    response = reader.get(f"{address}.{form}")
    assert response.status_code == 200
    assert response.content_type == f"{FORMATS[form].media_type}; charset=utf-8"
    assert response.content_length == len(response.data)
    assert len(numbers(response)) >= 6


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("/category/energy.json", ENERGY, id="a category's slug"),
        pytest.param("/category/ENERGY.json", ENERGY, id="a slug in capitals"),
        pytest.param("/category/3.json", ENERGY, id="a category's id"),
        pytest.param("/category/Press%20Releases.json?tag=earnings", [4205], id="a category's name"),
        pytest.param(f"/tag/{THAI}.json", [4312, 4042, 4019], id="a Thai slug"),
        pytest.param(f"/tag/{quote(THAI)}.json", [4312, 4042, 4019], id="percent-encoded"),
        pytest.param(f"/tag/{quote(THAI).lower()}.json", [4312, 4042, 4019], id="in small letters"),
        pytest.param(f"/tag/{quote(quote(THAI).lower())}.json", [4312, 4042, 4019], id="encoded twice"),
        pytest.param("/tag/c.json", [4287], id="the slug of C++"),
        pytest.param("/tag/C++.json", [4287], id="C++ by its name"),
        pytest.param("/tag/R%26D.json", [4287], id="R&D by its name"),
        pytest.param("/tag/covid-19.json", [4287], id="a hyphen and digits"),
        pytest.param("/author/Zo%C3%A9%20M%C3%BCller.json?category=health", [4287, 4058], id="an author"),
        pytest.param("/category/energy.json?tag=grid", [4361, 4312, 4233, 4019], id="and a tag"),
        pytest.param("/category/energy.json?category=solar", [4512, 4312, 4019], id="and a category"),
        pytest.param("/category/energy.json?category=-solar&limit=2", [4489, 4420], id="without another"),
        pytest.param("/category/energy.json?topic=zzzz", [], id="and a topic that is nowhere"),
        pytest.param("/category/energy.json?topic=lithium", [4418, 4312], id="and a topic"),
    ],
)
def test_a_path_narrows_to_one_term(reader: FlaskClient, address: str, expected: list[int]) -> None:
    assert numbers(reader.get(address)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("category=energy", ENERGY, id="slug"),
        pytest.param("category=Energy", ENERGY, id="name"),
        pytest.param("category=energy&limit=3", ENERGY[:3], id="limit"),
        pytest.param("category=energy&limit=3&page=2", ENERGY[3:6], id="page 2"),
        pytest.param("category=energy&limit=3&page=4", ENERGY[9:], id="the last page"),
        pytest.param("category=energy&limit=3&page=5", [], id="a page too far"),
        pytest.param("category=solar,health&limit=3", [4512, 4402, 4312], id="comma means any"),
        pytest.param("category=energy&category=solar", [4512, 4312, 4019], id="repeated means all"),
        pytest.param("category=energy&category=solar,health", [4512, 4312, 4019], id="all of any"),
        pytest.param("category=energy&category=-solar&tag=battery", [4489, 4420, 4418, 4361, 4151], id="-"),
        pytest.param("category=energy&tag=-battery,grid", [4304, 4088], id="minus means none of any"),
        pytest.param("category=energy&tag=-battery&tag=-grid", [4304, 4088], id="minus repeated"),
        pytest.param("category=energy&category=-energy", [], id="with and without"),
        pytest.param("tag=battery&tag=grid", [4361, 4312], id="both tags"),
        pytest.param("tag=24", [4287], id="a tag's id"),
        pytest.param("tag=5g", [4287, 4160], id="a slug that begins with a digit"),
        pytest.param(f"tag={THAI}", [4312, 4042, 4019], id="a Thai tag"),
        pytest.param("author=zoe-muller&category=china", [4471, 4393], id="author"),
        pytest.param("author=-newsroom-desk,zoe-muller,desmond&category=health", [4110], id="no authors"),
        pytest.param("site=newsroom.example&tag=5g", [4287, 4160], id="site by name"),
        pytest.param("site=-newsroom.example", [], id="without the only site"),
        pytest.param("since=2026-06-09&category=energy", [4512, 4489, 4420, 4418], id="since a date"),
        pytest.param("since=2026-06-10&category=energy", [4512, 4489], id="since the day after"),
        pytest.param("topic=floating+solar", [4312], id="all words"),
        pytest.param("topic=%22floating+solar%22", [4312], id="a phrase"),
        pytest.param("topic=%22solar+floating%22", [], id="words in another order are no phrase"),
        pytest.param("topic=ห้องสมุดลอยน้ำ", [4187], id="Thai anywhere"),
        pytest.param("topic=屋顶", [4420, 4019], id="Chinese anywhere"),
        pytest.param("topic=Stollenwasser", [4304], id="German"),
        pytest.param("topic=warme&category=energy", [4304], id="without the accent"),
        pytest.param("topic=stollen", [], id="a part of a word is no word"),
        pytest.param("topic=zzzz", [], id="a word that is nowhere"),
        pytest.param("dedupe=off&tag=grid", [REPEAT, *GRID], id="repeats too"),
        pytest.param("dedupe=on&tag=grid", GRID, id="without repeats"),
        pytest.param("tag=5g&utm_source=x&fbclid=y", [4287, 4160], id="tracking is ignored"),
    ],
)
@pytest.mark.parametrize("form", thinned(["json", "atom"], 2))
def test_the_query_string_narrows_a_feed(
    reader: FlaskClient, query: str, expected: list[int], form: str
) -> None:
    assert numbers(reader.get(f"/feed.{form}?{query}")) == expected


def test_the_table_above_agrees_with_the_samples(sample_posts: Items) -> None:
    def having(field: str, number: int) -> list[int]:
        found = [one for one in sample_posts if number in one[field]]
        return [one["id"] for one in sorted(found, key=lambda one: one["date_gmt"], reverse=True)]

    assert having("categories", 3) == ENERGY
    assert having("categories", 4) == SOLAR
    assert having("tags", 21) == BATTERY
    assert [one for one in having("tags", 22) if one != REPEAT] == GRID


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        pytest.param(
            "catgory=x", 400, "there is no parameter 'catgory': did you mean 'category'?", id="name"
        ),
        pytest.param(
            "limit=0", 400, "limit='0' is not understood: write a number from 1 to 100", id="limit"
        ),
        pytest.param("limit=", 400, "limit is empty: leave it out or give it a value", id="empty"),
        pytest.param("page=1&page=2", 400, "page is given 2 times: give it once", id="twice"),
        pytest.param(
            "category=energi", 400, "there is no category 'energi': did you mean 'energy'?", id="category"
        ),
        pytest.param(
            "category=-energi", 400, "there is no category 'energi': did you mean 'energy'?", id="without"
        ),
        pytest.param(
            "category=energy,solr",
            400,
            "there is no category 'solr': did you mean 'solar'?",
            id="one of two",
        ),
        pytest.param("tag=batery", 400, "there is no tag 'batery': did you mean 'battery'?", id="tag"),
        pytest.param(
            "author=Zoe+Mueller",
            400,
            "there is no author 'Zoe Mueller': did you mean 'zoe-muller'?",
            id="author",
        ),
        pytest.param(
            "site=newsroom", 400, "there is no site 'newsroom': did you mean 'newsroom.example'?", id="site"
        ),
        pytest.param(
            "category=999", 400, "there is no category '999': see / for those that there are", id="an id"
        ),
        pytest.param(
            "category=21", 400, "there is no category '21': see / for those that there are", id="tag"
        ),
        pytest.param(
            "category=99999999999999999999",
            400,
            "there is no category '99999999999999999999': see / for those that there are",
            id="a huge id",
        ),
        pytest.param(
            "topic=%22a",
            400,
            "topic has a quotation mark that is never closed at character 1 of '\"a': "
            "write another behind the phrase",
            id="“",
        ),
        pytest.param(
            "topic=a+OR",
            400,
            "topic has OR with nothing behind it at character 3 of 'a OR': write a word there",
            id="an operator",
        ),
    ],
)
@pytest.mark.parametrize(
    "address", thinned(["/feed.rss", "/feed.atom", "/feed.json", "/category/energy.rss"], 2)
)
def test_a_mistake_is_a_400_and_never_a_feed(
    reader: FlaskClient, address: str, query: str, status: int, sentence: str
) -> None:
    says(reader.get(f"{address}?{query}"), status, sentence)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        pytest.param(
            "/category/enrgy.rss", "there is no category 'enrgy': did you mean 'energy'?", id="slug"
        ),
        pytest.param(
            "/tag/energy.atom", "there is no tag 'energy': see / for those that there are", id="kind"
        ),
        pytest.param(
            "/author/zoe-muler.json",
            "there is no author 'zoe-muler': did you mean 'zoe-muller'?",
            id="a letter",
        ),
        pytest.param("/tag/gr%69t.rss", "there is no tag 'grit': did you mean 'grid'?", id="encoded"),
        pytest.param(
            "/tag/%E0%B8%9E.rss", "there is no tag 'พ': see / for those that there are", id="a Thai letter"
        ),
        pytest.param(
            "/category/-energy.rss", "there is no category '-energy': did you mean 'energy'?", id="-"
        ),
    ],
)
def test_an_unknown_term_in_the_path_is_a_404(reader: FlaskClient, address: str, sentence: str) -> None:
    says(reader.get(address), 404, sentence)
    says(reader.get(f"{address}?limit=3"), 404, sentence)
    assert reader.get(f"{address}?limit=0").status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        *("/feed.", "/feed.rss.rss", "/feeds.rss", "/category", "/category/", "/categories", "/tag"),
        "/site/newsroom.example.rss",
        *("/feeds.opml/", "/feeds.xml", "/index.html", "/wp-json/", "/wp-login.php", "/static/"),
        *("/static/../web.py", "/static/nope.css", "/.env", "/status/", "/healthz/x", "/robots.txt%00"),
        "/%2e%2e/%2e%2e/etc/passwd",
    ],
)
def test_an_unknown_path_is_a_404(reader: FlaskClient, address: str) -> None:
    says(reader.get(address), 404, NOTHING)


@pytest.mark.parametrize(
    ("address", "slug"),
    [
        *(
            ("/category/.rss", ".rss"),
            ("/category/energy.", "energy."),
            ("/category/energy.xml", "energy.xml"),
        ),
        *(("/category/a/b.rss", "b"), ("/tag/.json", ".json"), ("/author/x.html", "x.html")),
    ],
)
def test_what_is_no_slug_is_a_404_that_says_so(reader: FlaskClient, address: str, slug: str) -> None:
    response = reader.get(address)
    taxonomy = address.split("/")[1]
    assert (response.status_code, response.mimetype) == (404, "text/plain")
    assert response.text.startswith(f"there is no {taxonomy} {slug!r}: ")


@pytest.mark.parametrize(
    "address",
    [
        "//",
        "//evil.example/",
        "//evil.example/%2e%2e",
        "///feed.rss",
        "/category//energy.rss",
        "/\\evil.example",
    ],
)
def test_odd_slashes_never_lead_to_another_host(reader: FlaskClient, address: str) -> None:
    response = reader.get("/", environ_overrides={"PATH_INFO": address, "REQUEST_URI": address})
    assert response.status_code in (200, 301, 400, 404)
    assert urlsplit(response.headers.get("Location", "http://localhost/")).netloc == "localhost"


@pytest.mark.parametrize(
    ("method", "address"),
    [
        *(
            pytest.param(method, "/feed.rss", id=method)
            for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE")
        ),
        *(
            pytest.param("POST", path, id=path)
            for path in ("/category/energy.atom", "/", "/feeds.opml", "/status")
        ),
    ],
)
def test_what_changes_things_is_a_405_in_plain_text(reader: FlaskClient, method: str, address: str) -> None:
    response = reader.open(address, method=method)
    assert response.status_code == 405
    assert response.mimetype == "text/plain"
    assert {"GET", "HEAD"} <= set(response.headers["Allow"].split(", "))
    assert response.text.count("\n") == 1


@pytest.mark.parametrize(
    "topic",
    [
        pytest.param("solar%00", id="NUL"),
        pytest.param("solar%1B%5B0m", id="an escape sequence"),
        pytest.param("solar%EF%BF%BE", id="a non-character"),
        pytest.param("%22solar%01park%22", id="within a phrase"),
        pytest.param("solar%FF", id="no UTF-8"),
        pytest.param("solar%ED%A0%80", id="half a surrogate pair"),
    ],
)
@pytest.mark.parametrize("form", FORMATS)
def test_a_hostile_topic_never_breaks_the_service(reader: FlaskClient, topic: str, form: str) -> None:
    response = reader.get(f"/feed.{form}?topic={topic}")
    assert response.status_code in (200, 400)
    if response.status_code == 200:
        assert numbers(response) is not None


@pytest.mark.parametrize(
    "topic", ["%22-solar%22", "%22solar*%22", "%22(solar%22", "%22title:solar%22", "（solar）", "solar＊"]
)
def test_a_feed_is_found_again_at_the_address_that_it_names(reader: FlaskClient, topic: str) -> None:
    response = reader.get(f"/feed.json?topic={topic}&limit=1")
    if response.status_code == 400:
        return  # refused outright: nothing is then linked to
    again = reader.get(own_address(response))
    assert again.data == response.data


# Parents and children, several sites.

FAMILY = (
    Term("category", 1, "news", "News"),
    Term("category", 2, "asia", "Asia", parent=1),
    Term("category", 3, "thailand", "Thailand", parent=2),
    Term("category", 4, "sport", "Sport"),
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("category=news", [3, 2, 1], id="a parent"),
        pytest.param("category=1", [3, 2, 1], id="a parent by id"),
        pytest.param("category=asia", [3, 2], id="a child"),
        pytest.param("category=thailand", [3], id="a grandchild"),
        pytest.param("category=-news", [5, 4], id="without a parent"),
        pytest.param("category=-asia", [5, 4, 1], id="without a child"),
        pytest.param("category=news&category=-thailand", [2, 1], id="a parent without a grandchild"),
        pytest.param("category=thailand,sport", [4, 3], id="a grandchild or another"),
    ],
)
def test_a_parent_category_includes_its_children(
    settings: Settings, database: Database, query: str, expected: list[int]
) -> None:
    add(database, *(post(n, categories=(n,)) for n in (1, 2, 3, 4)), post(5), learnt=FAMILY)
    client = create_app(settings, database).test_client()
    assert numbers(client.get(f"/feed.json?{query}")) == expected


def test_a_parent_without_a_post_of_its_own_has_a_feed(settings: Settings, database: Database) -> None:
    add(database, post(3, categories=(3,)), learnt=FAMILY)
    client = create_app(settings, database).test_client()
    assert numbers(client.get("/category/news.json")) == [3]


def test_categories_that_are_each_others_parents_do_no_harm(settings: Settings, database: Database) -> None:
    loop = (Term("category", 1, "a", "A", parent=2), Term("category", 2, "b", "B", parent=1))
    add(database, post(1, categories=(1,)), post(2, categories=(2,)), learnt=loop)
    client = create_app(settings, database).test_client()
    assert numbers(client.get("/category/a.json")) == [2, 1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("tag=p,q", [2], id="a name with a comma"),
        pytest.param("tag=2026", [3], id="a slug before an id"),
        pytest.param("tag=node.js", [4], id="a slug with a dot"),
        pytest.param("tag=Node.JS", [4], id="a name in other capitals"),
        pytest.param("tag=Écologie", [5], id="a name with an accent"),
        pytest.param("tag=écologie", [5], id="an accent in small letters"),
    ],
)
def test_odd_names_are_found(
    settings: Settings, database: Database, query: str, expected: list[int]
) -> None:
    learnt = (
        Term("tag", 2, "p-q", "p,q"),
        Term("tag", 3, "2026", "The year"),
        Term("tag", 2026, "other", "Another"),
        Term("tag", 4, "node.js", "Node.js"),
        Term("tag", 5, "ecologie", "Écologie"),
    )
    add(database, *(post(n, tags=(n,)) for n in (2, 3, 4, 5)), post(6, tags=(2026,)), learnt=learnt)
    client = create_app(settings, database).test_client()
    response = client.get(f"/feed.json?{query}")
    assert numbers(response) == expected
    assert client.get(own_address(response)).data == response.data


OF_ONE = [5, 4, 3, 2, 1]
OF_TWO = [15, 14, 13, 12, 11]
BOTH = OF_TWO + OF_ONE


@pytest.fixture(scope="module")
def two_sites(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Iterator[FlaskClient]:
    """A client of two sites that use the same ids and names for different things; no test changes them."""
    with copied(empty_store, tmp_path_factory.mktemp("two")) as database:
        yield of_two_sites(database)


def of_two_sites(database: Database) -> FlaskClient:
    rd = Term("tag", 9, "rd", "R&D")
    one = [post(n, categories=(5,), tags=(9,)) for n in range(1, 6)]
    add(database, *one, site="one", learnt=(Term("category", 5, "energy", "Energy"), rd))
    other = [
        post(n, categories=(5,), tags=(1,), guid=f"https://two.example/?p={n}", content=f"<p>Two {n}.</p>")
        for n in range(11, 16)
    ]
    health = Term("category", 5, "health", "Health")
    add(database, *other, site="two", learnt=(health, Term("tag", 1, "r-and-d", "R&D")))
    return create_app(empty_configuration(), database).test_client()


def through(client: FlaskClient, address: str) -> list[int]:
    """Return the posts of all pages, from this address on by the links to the next."""
    found: list[int] = []
    following: str | None = address
    for _ in range(30):
        response = client.get(str(following))
        found += numbers(response)
        following = json.loads(response.data).get("next_url")
        if not following:
            return found
    raise AssertionError("the links to the next page do not end")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("/feed.json?limit=3", BOTH, id="all"),
        pytest.param("/feed.json?limit=3&site=two", OF_TWO, id="a site"),
        pytest.param("/feed.json?limit=3&site=-two", OF_ONE, id="without a site"),
        pytest.param("/feed.json?limit=3&site=one,two", BOTH, id="either"),
        pytest.param("/feed.json?limit=3&site=one&site=two", [], id="of two sites at once"),
        pytest.param("/feed.json?limit=3&category=health", OF_TWO, id="a slug of one"),
        pytest.param("/category/5.json?limit=3", BOTH, id="an id of both"),
        pytest.param("/feed.json?limit=3&tag=R%26D", BOTH, id="a name of both"),
        pytest.param("/feed.json?limit=3&tag=-R%26D", [], id="without a name of both"),
        pytest.param("/feed.json?limit=3&category=5&site=one", OF_ONE, id="an id on one site"),
    ],
)
def test_the_pages_of_several_sites_hold_each_post_once(
    two_sites: FlaskClient, address: str, expected: list[int]
) -> None:
    assert through(two_sites, address) == expected


def test_the_address_that_a_feed_names_gives_that_feed(two_sites: FlaskClient) -> None:
    for query in ("category=5", "tag=R%26D", "category=-5", "tag=9", "category=energy,health"):
        response = two_sites.get(f"/feed.json?{query}")
        assert two_sites.get(own_address(response)).data == response.data, query


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("", [2, 1], id="nothing configured: all"),
        pytest.param(
            '[[sites]]\nname="one"\nurl="https://one.example/"', [3, 1], id="one and the imported"
        ),
        pytest.param('[[sites]]\nname="new"\nurl="https://new.example/"', [3], id="new and the imported"),
    ],
)
def test_only_configured_and_imported_sites_are_published(
    tmp_path: Path, database: Database, text: str, shown: list[int]
) -> None:
    add(database, post(1, tags=(1,)), site="one", learnt=[Term("tag", 1, "one", "One")], imported=False)
    add(database, post(2, tags=(2,)), site="two", learnt=[Term("tag", 2, "two", "Two")], imported=False)
    if text:
        add(database, post(3, tags=(3,)), site="three", learnt=[Term("tag", 3, "three", "Three")])
    client = create_app(configured(tmp_path, text), database).test_client()
    assert numbers(client.get("/feed.json")) == shown
    names = {1: "one", 2: "two", 3: "three"}
    listed = set(re.findall(r"/tag/(\w+)\.rss", client.get("/feeds.opml?of=tags").text))
    assert listed == {names[number] for number in shown}
    for number, name in names.items():
        if number in shown:
            assert numbers(client.get(f"/tag/{name}.json")) == [number]
            assert numbers(client.get(f"/feed.json?site={name}")) == [number]
            assert f"{name}</a>" in client.get("/status").text
        elif text or number < 3:
            assert client.get(f"/tag/{name}.json").status_code in (404, 503)
            assert client.get(f"/feed.json?site={name}").status_code in (400, 503)
            assert f"{name}</a>" not in client.get("/status").text


def test_the_nearest_right_word_is_one_that_can_be_asked_for(tmp_path: Path, database: Database) -> None:
    shown = add(
        database, post(1, tags=(1,)), site="new", learnt=[Term("tag", 1, "grid", "Grid")], imported=False
    )
    hidden = [Term("tag", 2, "griddle", "Griddle")]
    add(database, post(2, tags=(2,)), site="old", learnt=hidden, imported=False)
    with database.transaction() as connection:
        set_columns(connection, shown, backfilled_at=JANUARY)
    client = create_app(configured(tmp_path, NEW_SITE), database).test_client()
    says(client.get("/tag/gridle.rss"), 404, "there is no tag 'gridle': did you mean 'grid'?")


# A site that is still being read.


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/category/later.rss", id="a category"),
        pytest.param("/feed.rss?tag=later", id="a tag"),
        pytest.param("/feed.atom?author=-later", id="without an author"),
        pytest.param("/feed.json?category=known,later", id="one of two"),
    ],
)
def test_what_may_still_come_is_a_503(tmp_path: Path, database: Database, address: str) -> None:
    known = [Term("category", 1, "known", "Known")]
    add(database, post(1, categories=(1,)), site="new", learnt=known, imported=False)
    client = create_app(configured(tmp_path, NEW_SITE), database).test_client()
    response = client.get(address)
    field = re.search(r"category|tag|author", address)
    assert field
    says(
        response,
        503,
        f"there is no {field.group()} 'later' yet: new is being read for the first time: 1 post so far",
    )
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert numbers(client.get("/category/known.json")) == [1]
    assert numbers(client.get("/feed.json?site=new")) == [1]


def test_once_a_site_was_read_what_it_lacks_is_a_404(tmp_path: Path, database: Database) -> None:
    site_id = add(database, post(1), site="new", imported=False)
    client = create_app(configured(tmp_path, NEW_SITE), database).test_client()
    assert client.get("/category/later.rss").status_code == 503
    with database.transaction() as connection:
        set_columns(connection, site_id, backfilled_at=JANUARY)
    says(
        client.get("/category/later.rss"),
        404,
        "there is no category 'later': see / for those that there are",
    )


def test_a_configured_site_that_the_poller_has_not_met_is_still_to_come(
    tmp_path: Path, database: Database
) -> None:
    """The web starts as soon as the poller does, and on another machine sooner."""
    client = create_app(configured(tmp_path, NEW_SITE), database).test_client()
    assert numbers(client.get("/feed.json")) == []
    for address in ("/category/later.rss", "/feed.rss?site=new&tag=later"):
        response = client.get(address)
        assert (response.status_code, "Retry-After" in response.headers) == (503, True), response.text


def test_an_imported_site_is_complete(settings: Settings, database: Database) -> None:
    add(database, post(1))
    client = create_app(settings, database).test_client()
    assert client.get("/category/later.rss").status_code == 404
    assert client.get("/feed.rss?category=later").status_code == 400


# since, limit and page count from what is left.


def test_since_a_time_counts_from_now(settings: Settings, database: Database) -> None:
    now = datetime.now(UTC)
    ages = {1: timedelta(days=30), 2: timedelta(days=6), 3: timedelta(hours=20), 4: timedelta(minutes=5)}
    add(database, *(post(number, published=now - age) for number, age in ages.items()))
    client = create_app(settings, database).test_client()
    for since, expected in {
        "7d": [4, 3, 2],
        "1w": [4, 3, 2],
        "24h": [4, 3],
        "1h": [4],
        "90d": [4, 3, 2, 1],
        "1s": [],
        (now - timedelta(days=10)).date().isoformat(): [4, 3, 2],
        (now + timedelta(days=1)).date().isoformat(): [],
    }.items():
        assert numbers(client.get(f"/feed.json?since={since}")) == expected, since


@pytest.mark.parametrize("since", ["0001-01-01", "1835-01-01", "1970-01-01", "36600d"])
def test_since_long_ago_is_the_whole_history(reader: FlaskClient, since: str) -> None:
    assert len(numbers(reader.get(f"/feed.json?since={since}&limit=100&dedupe=off"))) == 36


def test_since_the_end_of_time_is_an_empty_feed(reader: FlaskClient) -> None:
    assert numbers(reader.get("/feed.json?since=9999-12-31")) == []


def test_the_limit_is_filled_after_the_filters(reader: FlaskClient) -> None:
    # Of the newest 20 posts only some are in the category: the rest comes from further back.
    assert numbers(reader.get("/feed.json?category=energy&limit=11")) == ENERGY
    newest = numbers(reader.get("/feed.json?limit=20"))
    assert len(set(ENERGY) & set(newest)) < 11


@pytest.mark.parametrize("limit", [1, 7, 20, 100])
def test_paging_reaches_back_through_the_whole_history(
    reader: FlaskClient, sample_posts: Items, limit: int
) -> None:
    once = [one for one in sample_posts if one["id"] != REPEAT]
    expected = sorted(once, key=lambda one: (one["date_gmt"], one["id"]), reverse=True)
    if limit == 1:
        expected = expected[:30]
        found = [numbers(reader.get(f"/feed.json?limit=1&page={page}"))[0] for page in range(1, 31)]
    else:
        found = through(reader, f"/feed.json?limit={limit}")
    assert found == [one["id"] for one in expected]


# Conditional requests (RFC 9110, section 13), gzip, HEAD.

ADDRESSES = ["/feed.rss", "/feed.atom", "/feed.json?category=energy", "/feeds.opml", "/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_answer_can_be_kept(reader: FlaskClient, address: str) -> None:
    response = reader.get(address)
    assert re.fullmatch(r'"[^"]{16,}"', response.headers["ETag"]), "a strong ETag"
    assert response.headers["Cache-Control"] == f"public, {KEPT_FOR_300_SECONDS}"
    assert "Accept-Encoding" in response.headers["Vary"]
    assert "Set-Cookie" not in response.headers
    assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize(
    ("interval", "age"), [("15m", 300), ("1h", 300), ("2m", 120), ("1s", 1)], ids=["15m", "1h", "2m", "1s"]
)
def test_an_answer_is_kept_no_longer_than_a_poll(
    tmp_path: Path, held: Database, interval: str, age: int
) -> None:
    settings = configured(tmp_path, f'poll_interval = "{interval}"')
    response = create_app(settings, held).test_client().get("/feed.rss")
    kept = f"public, max-age={age}, stale-while-revalidate=60, stale-if-error=86400"
    assert response.headers["Cache-Control"] == kept


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("form", "status"),
    thinned(
        [
            pytest.param("{}", 304, id="the ETag"),
            pytest.param("W/{}", 304, id="its weak form"),
            pytest.param('"other", {}', 304, id="in a list"),
            pytest.param('{} , W/"other"', 304, id="first in a list"),
            pytest.param("*", 304, id="any"),
            pytest.param('"other"', 200, id="another"),
            pytest.param('W/"other", "one"', 200, id="others"),
            pytest.param("", 200, id="empty"),
        ],
        3,
    ),
)
def test_if_none_match(reader: FlaskClient, address: str, form: str, status: int) -> None:
    whole = reader.get(address)
    response = reader.get(address, headers={"If-None-Match": form.format(whole.headers["ETag"])})
    assert response.status_code == status
    for name in ("ETag", "Cache-Control", "Vary"):
        assert response.headers[name] == whole.headers[name]
    if status == 304:
        assert response.data == b""
        assert "Content-Type" not in response.headers
        assert response.headers.get("Content-Length", "0") == "0"
    else:
        assert response.data == whole.data


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        pytest.param("Tue, 20 Oct 2026 02:00:00 GMT", 304, id="that very second"),
        pytest.param("Tue, 20 Oct 2026 01:59:59 GMT", 200, id="a second before"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", 200, id="long ago"),
        pytest.param("nonsense", 200, id="no date"),
        pytest.param("", 200, id="empty"),
    ],
)
@pytest.mark.parametrize("form", FORMATS)
def test_if_modified_since(reader: FlaskClient, form: str, moment: str, status: int) -> None:
    whole = reader.get(f"/feed.{form}")
    assert whole.headers["Last-Modified"] == "Tue, 20 Oct 2026 02:00:00 GMT"
    response = reader.get(f"/feed.{form}", headers={"If-Modified-Since": moment})
    assert response.status_code == status
    assert response.data == (b"" if status == 304 else whole.data)
    assert response.headers["ETag"] == whole.headers["ETag"]


def test_if_none_match_goes_before_if_modified_since(reader: FlaskClient) -> None:
    moment = reader.get("/feed.rss").headers["Last-Modified"]
    response = reader.get("/feed.rss", headers={"If-None-Match": '"x"', "If-Modified-Since": moment})
    assert response.status_code == 200


def test_last_modified_is_that_of_the_newest_change_in_the_feed(reader: FlaskClient) -> None:
    response = reader.get("/feed.rss?category=health")
    assert response.headers["Last-Modified"] == "Tue, 19 May 2026 03:00:00 GMT"  # modified, not published


def test_last_modified_never_lies_in_the_future(settings: Settings, database: Database) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    add(database, post(1, published=JANUARY, modified=tomorrow))
    response = create_app(settings, database).test_client().get("/feed.rss")
    assert numbers(response) == [1]
    assert parsedate_to_datetime(response.headers.get("Last-Modified", format_datetime(JANUARY))) <= (
        datetime.now(UTC)
    )


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_feed_can_be_kept_as_well(reader: FlaskClient, form: str) -> None:
    response = reader.get(f"/feed.{form}?topic=zzzz")
    assert numbers(response) == []
    again = reader.get(f"/feed.{form}?topic=zzzz", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "address",
    [*ADDRESSES, "/status", "/healthz", "/readyz", "/nowhere", "/feed.rss?limit=0"],
)
@pytest.mark.parametrize("accepted", ["identity", "gzip"])
def test_head_equals_get_without_the_body(reader: FlaskClient, address: str, accepted: str) -> None:
    headers = {"Accept-Encoding": accepted}
    get, head = reader.get(address, headers=headers), reader.head(address, headers=headers)
    assert head.status_code == get.status_code
    assert head.data == b""
    changing = {"Date", "Expires"}
    assert {k: v for k, v in head.headers if k not in changing} == {
        k: v for k, v in get.headers if k not in changing
    }
    assert int(head.headers["Content-Length"]) == len(get.data)


def test_head_is_conditional_too(reader: FlaskClient) -> None:
    etag = reader.get("/feed.rss").headers["ETag"]
    assert reader.head("/feed.rss", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("br;q=1, gzip;q=0.5", "br"),
        ("*", "gzip"),
        ("br", "br"),
    ],
)
def test_an_answer_is_packed_for_those_who_take_it(
    reader: FlaskClient, address: str, accepted: str, coding: str
) -> None:
    whole = reader.get(address)
    packed = reader.get(address, headers={"Accept-Encoding": accepted})
    assert packed.headers["Content-Encoding"] == coding
    assert packed.headers["Vary"] == "Accept-Encoding"
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress}[coding]
    assert unpack(packed.data) == whole.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(whole.data)
    assert packed.headers["Content-Type"] == whole.headers["Content-Type"]
    assert packed.headers["ETag"] != whole.headers["ETag"]
    assert packed.headers["ETag"].startswith('"')


@pytest.mark.parametrize("accepted", ["", "identity", "deflate", "gzip;q=0", "*;q=0", "br;q=0"])
def test_an_answer_is_not_packed_for_those_who_do_not(reader: FlaskClient, accepted: str) -> None:
    response = reader.get("/feed.rss", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in response.headers
    assert response.data.startswith(b"<?xml")


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_packed_form_has_an_etag_of_its_own(reader: FlaskClient, address: str) -> None:
    gzipped = {"Accept-Encoding": "gzip"}
    plain, packed = (
        reader.get(address).headers["ETag"],
        reader.get(address, headers=gzipped).headers["ETag"],
    )
    again = reader.get(address, headers={**gzipped, "If-None-Match": packed})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == packed
    assert "Accept-Encoding" in again.headers["Vary"]
    assert "Content-Encoding" not in again.headers
    assert (
        reader.get(address, headers={**gzipped, "If-None-Match": f"{plain}, {packed}"}).status_code == 304
    )
    assert reader.get(address, headers={"If-None-Match": packed}).status_code == 200


def test_the_same_feed_is_packed_into_the_same_bytes(settings: Settings, held: Database) -> None:
    gzipped = {"Accept-Encoding": "gzip"}
    one, other = (create_app(settings, held).test_client().get("/feed.rss", headers=gzipped) for _ in "ab")
    assert one.data == other.data
    assert one.headers["ETag"] == other.headers["ETag"]


def test_an_etag_is_the_same_after_a_restart_and_from_another_database(
    settings: Settings, reader: FlaskClient, samples: Database
) -> None:
    other = create_app(settings, samples).test_client()
    for address in ADDRESSES:
        assert other.get(address).headers["ETag"] == reader.get(address).headers["ETag"], address


@pytest.mark.parametrize(
    "spellings",
    [
        pytest.param("/category/energy.rss /category/3.rss /feed.rss?category=Energy", id="a category"),
        pytest.param(
            "/feed.rss /feed.rss? /feed.rss?limit=20&page=1&content=full /feed.rss?utm_id=1", id="all"
        ),
        pytest.param(
            "/feed.rss?topic=solar&tag=grid /tag/grid.rss?q=SOLAR /feed.rss?tag=22&q=%22solar%22",
            id="topic",
        ),
        pytest.param(f"/tag/{THAI}.rss /tag/{quote(THAI)}.rss /feed.rss?tag={quote(THAI)}", id="Thai"),
        pytest.param("/feed.rss?category=energy,solar /feed.rss?category=4,Energy", id="any of two"),
        pytest.param(
            "/category/solar.rss?category=energy /category/energy.rss?category=solar "
            "/feed.rss?category=energy&category=solar",
            id="all of two",
        ),
        pytest.param("/feed.rss?since=2026-01-01&limit=5 /feed.rss?limit=05&since=2026-01-01", id="order"),
    ],
)
def test_spellings_of_one_query_have_one_etag(reader: FlaskClient, spellings: str) -> None:
    assert len({reader.get(address).headers["ETag"] for address in spellings.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("/feed.rss", "/feed.atom", id="format"),
        pytest.param("/feed.rss", "/feed.rss?limit=19", id="limit"),
        pytest.param("/feed.rss", "/feed.rss?content=summary", id="content"),
        pytest.param("/feed.rss", "/feed.rss?page=2", id="page"),
        pytest.param("/category/energy.rss", "/category/solar.rss", id="category"),
    ],
)
def test_different_feeds_have_different_etags(reader: FlaskClient, one: str, other: str) -> None:
    assert reader.get(one).headers["ETag"] != reader.get(other).headers["ETag"]


def test_a_new_post_changes_only_the_feeds_that_it_is_in(client: FlaskClient, samples: Database) -> None:
    watched = [
        "/feed.rss",
        "/category/community.atom",
        "/category/energy.rss",
        "/tag/grid.json",
        "/feed.rss?page=2",
    ]
    before = {address: client.get(address) for address in watched}
    new = post(5000, published=datetime(2026, 11, 1, tzinfo=UTC), categories=(9,))
    with samples.transaction() as connection:
        save_post(connection, 1, new)
    changed = {
        address
        for address, old in before.items()
        if client.get(address, headers={"If-None-Match": old.headers["ETag"]}).status_code == 200
    }
    assert changed == {"/feed.rss", "/category/community.atom", "/feed.rss?page=2"}
    for address in set(watched) - changed:
        assert client.get(address).data == before[address].data
        assert client.get(address).headers["Last-Modified"] == before[address].headers["Last-Modified"]


def test_a_changed_post_changes_its_feed(client: FlaskClient, samples: Database) -> None:
    before = client.get("/feed.json")
    later = datetime(2026, 10, 21, tzinfo=UTC)
    changed = post(4512, published=datetime(2026, 10, 20, 2, tzinfo=UTC), modified=later)
    with samples.transaction() as connection:
        save_post(connection, 1, changed)
    after = client.get(
        "/feed.json",
        headers={
            "If-None-Match": before.headers["ETag"],
            "If-Modified-Since": before.headers["Last-Modified"],
        },
    )
    assert after.status_code == 200
    assert numbers(after) == numbers(before)
    assert parsedate_to_datetime(after.headers["Last-Modified"]) == later


def test_a_retracted_post_leaves_the_feed_whatever_the_reader_asks_by(
    client: FlaskClient, samples: Database
) -> None:
    before = client.get("/feed.json")
    with samples.transaction() as connection:
        remove_posts(connection, 1, [4512])
    for name, value in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        after = client.get("/feed.json", headers={name: before.headers[value]})
        assert after.status_code == 200, name
        assert 4512 not in numbers(after)


# Who we are: base_url, proxies, hosts.


def everywhere(response: TestResponse) -> set[str]:
    """Return scheme and host of every address of ours in an answer."""
    found = re.findall(r'(?:https?:)?//[^/"<>&\s]+(?=/(?:feed|category|tag|author))', response.text)
    return {one for one in found if "newsroom.example" not in one}


@pytest.mark.parametrize("address", ["/feed.rss", "/feed.atom?limit=3", "/feed.json", "/feeds.opml", "/"])
@pytest.mark.parametrize(
    ("headers", "expected"),
    thinned(
        [
            pytest.param({}, "http://localhost", id="nothing"),
            pytest.param({"Host": "feeds.example"}, "http://feeds.example", id="Host"),
            pytest.param(
                {"Host": "feeds.example:8080"}, "http://feeds.example:8080", id="Host with a port"
            ),
            pytest.param({"X-Forwarded-Proto": "https"}, "http://localhost", id="X-Forwarded-Proto"),
            pytest.param({"X-Forwarded-Host": "evil.example"}, "http://localhost", id="X-Forwarded-Host"),
            pytest.param({"X-Forwarded-Prefix": "/evil"}, "http://localhost", id="X-Forwarded-Prefix"),
            pytest.param({"X-Forwarded-Port": "666"}, "http://localhost", id="X-Forwarded-Port"),
            pytest.param({"Forwarded": "host=evil.example"}, "http://localhost", id="Forwarded"),
            pytest.param(
                {"X-Host": "evil.example", "X-Original-URL": "/evil"}, "http://localhost", id="others"
            ),
        ],
        3,
    ),
)
def test_the_addresses_are_those_of_the_request(
    reader: FlaskClient, address: str, headers: Mapping[str, str], expected: str
) -> None:
    assert everywhere(reader.get(address, headers=headers)) == {expected}


@pytest.mark.parametrize("scheme", ["javascript", "ftp", "https, http", "x"])
def test_a_scheme_that_is_none_of_ours_is_not_believed(reader: FlaskClient, scheme: str) -> None:
    response = reader.get("/feed.json", headers={"X-Forwarded-Proto": scheme})
    if response.status_code == 200:
        assert own_address(response) in ("http://localhost/feed.json", "https://localhost/feed.json")
    else:
        assert response.status_code == 400


@pytest.mark.parametrize("host", ["evil.example/x", "a b", "<b>", "[::1", "a\\b", "x@y"])
def test_a_host_that_is_none_is_a_400(reader: FlaskClient, host: str) -> None:
    response = reader.get("/feed.rss", headers={"Host": host})
    assert response.status_code == 400
    assert response.mimetype == "text/plain"


@pytest.mark.parametrize("address", ["/feed.rss", "/feed.atom?limit=3", "/feed.json", "/feeds.opml", "/"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_base_url_wins(tmp_path: Path, held: Database, address: str, slash: str) -> None:
    settings = configured(tmp_path, f'base_url = "https://feeds.example.com{slash}"')
    client = create_app(settings, held).test_client()
    headers = {"Host": "evil.example", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"}
    response = client.get(address, headers=headers)
    assert everywhere(response) == {"https://feeds.example.com"}
    assert "evil.example" not in response.text
    assert response.headers["ETag"] == client.get(address).headers["ETag"]


def test_base_url_may_name_a_folder(tmp_path: Path, held: Database) -> None:
    settings = configured(tmp_path, 'base_url = "https://example.com/feeds"')
    response = create_app(settings, held).test_client().get("/feed.json?limit=1")
    assert own_address(response) == "https://example.com/feeds/feed.json?limit=1"


def test_the_title_can_be_set(tmp_path: Path, held: Database) -> None:
    client = create_app(configured(tmp_path, 'title = "Ours & <theirs>"'), held).test_client()
    assert json.loads(client.get("/category/energy.json").data)["title"] == "Ours & <theirs> – Energy"
    assert '<h1 dir="auto">Ours &amp; &lt;theirs&gt;</h1>' in client.get("/").text
    assert etree.fromstring(client.get("/feeds.opml").data).findtext("head/title") == "Ours & <theirs>"


@pytest.mark.parametrize("address", [*ADDRESSES, "/status", "/healthz", "/nowhere", "/feed.rss?limit=0"])
def test_nothing_is_sniffed(reader: FlaskClient, address: str) -> None:
    response = reader.get(address)
    assert response.headers.getlist("X-Content-Type-Options") == ["nosniff"]
    assert "charset=utf-8" in response.content_type


def without_script(response: TestResponse) -> str:
    """Return a page without our one script, which the content policy names by its hash and no other."""
    markup, scripts = re.subn(r"<script>(.*?)</script>", "", response.text, flags=re.DOTALL)
    if scripts:
        script = re.findall(r"<script>(.*?)</script>", response.text, re.DOTALL)[0]
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"script-src 'sha256-{digest}';" in response.headers["Content-Security-Policy"]
    assert scripts <= 1
    return markup


@pytest.mark.parametrize(("address", "has_script"), [("/", True), ("/list", True), ("/status", False)])
def test_a_page_runs_no_script_but_ours_and_is_safe_to_show(
    reader: FlaskClient, address: str, has_script: bool
) -> None:
    response = reader.get(address)
    policy = dict(part.strip().partition(" ")[::2] for part in response.headers[
        "Content-Security-Policy"].split(";"))  # fmt: skip
    assert policy["default-src"] == "'none'"
    assert ("script-src" in policy, "connect-src" in policy) == (has_script, has_script)
    assert policy.get("connect-src", "'self'") == "'self'"
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert not re.search(r"<script|\son\w+=|\sstyle=", without_script(response))


# OPML, the home page, the status.


def opml_of(response: TestResponse) -> etree._Element:
    assert response.status_code == 200
    assert response.content_type == "text/x-opml; charset=utf-8"
    return etree.fromstring(response.data)


def test_the_opml_is_opml_2_0(reader: FlaskClient) -> None:
    root = opml_of(reader.get("/feeds.opml"))
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert [child.tag for child in root] == ["head", "body"]
    assert root.findtext("head/title") == "newsroom.example"
    assert list(root.iter("outline"))
    for outline in root.iter("outline"):
        assert outline.get("text")
        if len(outline):
            assert outline.get("xmlUrl") is None
            assert all(len(child) == 0 for child in outline)
        else:
            assert (outline.get("type"), bool(outline.get("title"))) == ("rss", True)
            assert str(outline.get("xmlUrl")).startswith("http://localhost/")
            assert str(outline.get("htmlUrl")).startswith("http")


def test_every_feed_in_the_opml_answers(reader: FlaskClient) -> None:
    root = opml_of(reader.get("/feeds.opml?of=tags,authors"))
    addresses = [str(one.get("xmlUrl")) for one in root.iter("outline") if one.get("xmlUrl")]
    assert len(addresses) == len(set(addresses))
    assert f"http://localhost/tag/{quote(THAI)}.rss" in addresses
    assert len(addresses) == 1 + 8 + 11 + 4  # all, and what the samples have of categories, tags, authors
    for address in addresses:
        response = reader.get(address)
        assert response.mimetype == "application/rss+xml"
        assert numbers(response), address
        own = [e.get("href") for e in etree.fromstring(response.data).iter(f"{ATOM}link")]
        assert own[0] == address


def test_the_feeds_of_several_sites_are_all_listed_and_answer(two_sites: FlaskClient) -> None:
    root = opml_of(two_sites.get("/feeds.opml"))
    addresses = {str(one.get("xmlUrl")) for one in root.iter("outline") if one.get("xmlUrl")}
    assert {"http://localhost/feed.rss?site=one", "http://localhost/feed.rss?site=two"} <= addresses
    assert {"http://localhost/category/energy.rss", "http://localhost/category/health.rss"} <= addresses
    assert all(numbers(two_sites.get(address)) for address in addresses)


@pytest.mark.parametrize("address", ["/", "/status", "/feeds.opml"])
def test_an_empty_store_has_its_pages(settings: Settings, database: Database, address: str) -> None:
    client = create_app(settings, database).test_client()
    assert client.get(address).status_code == 200
    assert numbers(client.get("/feed.json")) == []


def page(response: TestResponse) -> etree._Element:
    """Return the tree of a page, which must be HTML without a mistake."""
    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    parser = html5lib.HTMLParser(
        tree=html5lib.treebuilders.getTreeBuilder("lxml"), namespaceHTMLElements=False
    )
    tree = parser.parse(response.text)
    assert parser.errors == []
    root: etree._Element = tree.getroot()
    return root


def test_the_home_page_announces_feeds_that_answer(reader: FlaskClient) -> None:
    found = [
        (str(link.get("type")), str(link.get("href")))
        for link in page(reader.get("/")).iter("link")
        if link.get("rel") == "alternate"
    ]
    assert {kind for kind, _ in found} >= {feed_format.media_type for feed_format in FORMATS.values()}
    for kind, address in found:
        assert address.startswith("http://localhost/")
        response = reader.get(address)
        assert (response.status_code, response.mimetype) == (200, kind)


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.real)], ids=["a quarter", "all"])
def test_every_link_of_the_home_page_answers(reader: FlaskClient, every: int) -> None:
    links = [str(link.get("href")) for link in page(reader.get("/")).iter("a")]
    assert "feeds.opml" in links
    for form in FORMATS:
        assert {f"feed.{form}", f"category/energy.{form}", f"tag/{quote(THAI)}.{form}"} <= set(links)
    ours = [link for link in links if not re.match(r"feed:|https?:", link)]
    assert {urlsplit(link).netloc for link in set(links) - set(ours)} == {
        "", "newsroom.example", "feedly.com", "www.inoreader.com", "www.newsblur.com",
    }  # fmt: skip
    for link in ours[::every]:
        assert reader.get(link if link.startswith("/") else f"/{link}").status_code == 200, link


def listed(response: TestResponse) -> dict[str, tuple[str, list[str]]]:
    """Return the feeds in the lists of a page: by name the number of posts, and where the links lead."""
    return {
        str(item.findtext("a/bdi")): (
            str(item.findtext("small")),
            [str(link.get("href")) for link in item.iterfind("span/a")],
        )
        for item in page(response).iter("li")
        if item.find("a/bdi") is not None
    }


def test_the_home_page_names_what_is_published_and_how_much(reader: FlaskClient) -> None:
    response = reader.get("/")
    assert "35 posts" in response.text
    rows = listed(response)
    assert rows["Energy"][0] == "11"
    assert rows[THAI][0] == "3"
    assert rows["Zoé Müller"][0] == str(len(numbers(reader.get("/author/zoe-muller.json?limit=100"))))
    formats = [f"category/energy.{form}" for form in FORMATS]
    assert rows["Energy"][1] == ["preview?category=energy", *formats]


def test_names_on_the_pages_are_escaped(settings: Settings, database: Database) -> None:
    name = "<script>alert('R&D')</script>"
    site_id = add(database, post(1, tags=(1,)), learnt=[Term("tag", 1, "rd", name)])
    with database.transaction() as connection:
        set_columns(connection, site_id, title=name, last_error=name, last_error_at=JANUARY, failures=1)
    client = create_app(settings, database).test_client()
    for address in ("/", "/status"):
        response = client.get(address)
        assert "<script" not in without_script(response)
        assert name in str(page(response).xpath("string()"))
    outlines = list(opml_of(client.get("/feeds.opml")).iter("outline"))
    assert any(name in str(outline.get("text")) for outline in outlines)


def test_the_status_shows_each_site(settings: Settings, database: Database) -> None:
    good = add(database, post(1), post(2), site="good", imported=False)
    bad = add(database, post(3), site="bad", imported=False)
    with database.transaction() as connection:
        set_columns(
            connection, good, last_success_at=JANUARY, backfilled_at=JANUARY,
            next_pull_at=JANUARY + timedelta(minutes=15),
        )  # fmt: skip
        set_columns(
            connection, bad, last_error="asked x: 500", last_error_at=JANUARY, failures=3,
        )  # fmt: skip
    response = create_app(settings, database).test_client().get("/status")
    root = page(response)
    for time in root.iter("time"):
        assert re.fullmatch(r"(\w+|[\d,]+) \w+s? ago|in (\w+|[\d,]+) \w+s?", str(time.text))
        time.text = time.get("title")  # the date that stands behind the words
    told = {
        one.findtext("h2/a"): " ".join(" ".join(map(str, one.itertext())).split())
        for one in root.iter("section")
    }
    for said in (
        "good well",
        "Last success 2026-01-01 00:00:00 UTC",
        "Next pull 2026-01-01 00:15:00 UTC",
        "Posts held 2 ",
    ):
        assert said in told["good"]
    for said in ("bad failing", "Last error asked x: 500", "3 failures in a row", "Last success never"):
        assert said in told["bad"]


def test_when_a_site_fails_its_last_good_feed_goes_on(
    tmp_path: Path, samples: Database, sample_posts: Items
) -> None:
    text = '[[sites]]\nname = "newsroom.example"\nurl = "https://newsroom.example/"\n'
    client = create_app(configured(tmp_path, text), samples).test_client()
    before = client.get("/feed.atom")
    with samples.transaction() as connection:
        set_columns(connection, 1, last_error="the disk is full", last_error_at=JANUARY, failures=9)
    assert client.get("/feed.atom").data == before.data
    assert "the disk is full" in client.get("/status").text
    assert len(sample_posts) == 36


def test_the_process_is_alive_whatever_the_database_does(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "broken.db").write_bytes(b"this is no database, though it is long enough to be one" * 99)
    database = Database(f"sqlite:///{tmp_path}/broken.db")
    client = create_app(settings, database).test_client()
    assert client.get("/healthz").status_code == 200
    says(client.get("/readyz"), 503, "the database does not answer")
    database.close()


def test_a_database_that_waits_for_its_schema_is_not_ready(tmp_path: Path, settings: Settings) -> None:
    database = Database(f"sqlite:///{tmp_path}/new.db")
    client = create_app(settings, database).test_client()
    says(client.get("/readyz"), 503, "the database waits for: feedsvc migrate")
    database.migrate()
    ready = client.get("/readyz")
    assert (ready.status_code, ready.mimetype) == (200, "text/plain")
    database.close()


def test_a_failure_of_ours_is_a_plain_500_that_tells_nothing(tmp_path: Path, settings: Settings) -> None:
    database = Database(f"sqlite:///{tmp_path}/without-tables.db")
    client = create_app(settings, database).test_client()
    response = client.get("/feed.rss")
    assert response.status_code in (500, 503)
    assert response.mimetype == "text/plain"
    assert "sqlite" not in response.text.lower()
    assert response.headers["Cache-Control"] == "no-store"
    database.close()


def test_the_style_sheet_is_served(reader: FlaskClient) -> None:
    sheets = [
        str(e.get("href")) for e in page(reader.get("/")).iter("link") if e.get("rel") == "stylesheet"
    ]
    assert sheets
    for sheet in sheets:
        with reader.get(sheet) as response:
            assert (response.status_code, response.mimetype) == (200, "text/css")


@pytest.mark.parametrize("address", ["/", "/feeds.opml", "/feed.rss"])
def test_caches_keep_answers_for_a_moment_while_a_site_is_read_for_the_first_time(
    database: Database, address: str
) -> None:
    settings = load_settings(sites=["https://new.example/"])
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "new.example", "https://new.example/")
    client = create_app(settings, database).test_client()
    assert client.get(address).headers["Cache-Control"] == "public, max-age=5"
    with database.transaction() as connection:
        state = replace(sites.load_sync_state(connection, site_id), backfilled_at=datetime.now(UTC))
        sites.save_sync_state(connection, site_id, state)
    assert client.get(address).headers["Cache-Control"] == f"public, {KEPT_FOR_300_SECONDS}"


def test_the_icon_of_feeds_is_a_picture_that_is_here(reader: FlaskClient) -> None:
    icon = json.loads(reader.get("/feed.json?category=energy,community").data)["icon"]
    answer = reader.get(icon)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.data.startswith(b"\x89PNG\r\n")
