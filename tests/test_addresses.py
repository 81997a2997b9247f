"""The addresses that WordPress announces, that readers guess, and that names had before lead to feeds."""

from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from conftest import empty_configuration
from feedsvc.config import Settings, load_settings
from feedsvc.model import Taxonomy, Term
from feedsvc.publish.web import create_app
from feedsvc.query.wordpress_address import read_wordpress_address
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.terms import save_terms
from storing import save_post
from warm_service import Warm, a_post

THAI = "พลังงานแสงอาทิตย์"
SITES = """
[[sites]]
name = "one"
url = "https://one.example/"
[[sites]]
name = "two"
url = "https://two.example/news/"
"""
HERE = "http://localhost/"


def ask(client: FlaskClient, path: str, **more: str) -> TestResponse:
    """Return the answer to a GET of exactly `path`, as it comes over the wire, decoded."""
    return client.get("/", environ_overrides={"PATH_INFO": path, "REQUEST_URI": path, **more})


# WordPress's addresses.

LEADS = {
    "/feed/": "feed.rss",
    "/feed/rss2/": "feed.rss",
    "/feed/rss/": "feed.rss",
    "/feed/rdf/": "feed.rss",
    "/feed/feed/": "feed.rss",
    "/feed/atom/": "feed.atom",
    "/feed/json/": "feed.json",
    "/rss/": "feed.rss",
    "/rss2/": "feed.rss",
    "/rdf/": "feed.rss",
    "/atom/": "feed.atom",
    "/rss.xml": "feed.rss",
    "/feed.xml": "feed.rss",
    "/index.xml": "feed.rss",
    "/atom.xml": "feed.atom",
    "/index.rdf": "feed.rss",
    "/wp-rss.php": "feed.rss",
    "/wp-rss2.php": "feed.rss",
    "/wp-rdf.php": "feed.rss",
    "/wp-feed.php": "feed.rss",
    "/wp-atom.php": "feed.atom",
    "/index.php/feed/": "feed.rss",
    "/category/energy/feed/": "category/energy.rss",
    "/category/energy/feed/atom/": "category/energy.atom",
    "/category/energy/atom/": "category/energy.atom",
    "/category/press-releases/energy/feed/": "category/energy.rss",
    "/category/press-releases/energy/": "category/energy/",
    "/category/energy/page/2/": "category/energy/?page=2",
    "/tag/battery/feed/": "tag/battery.rss",
    "/tag/battery/feed/json/": "tag/battery.json",
    f"/tag/{quote(THAI)}/feed/": f"tag/{quote(THAI)}.rss",
    f"/tag/{quote(THAI).lower()}/feed/": f"tag/{quote(THAI)}.rss",
    "/author/zoe-muller/feed/atom/": "author/zoe-muller.atom",
    "/author/zoe-muller/rss2": "author/zoe-muller.rss",
    "/search/solar+power/feed/rss2/": "feed.rss?topic=power+solar",
    "/search/heat%20pump/feed/atom/": "feed.atom?topic=heat+pump",
    "/?feed=rss2": "feed.rss",
    "/?feed=rss": "feed.rss",
    "/?feed=rdf": "feed.rss",
    "/?feed=feed": "feed.rss",
    "/?feed=atom": "feed.atom",
    "/?feed=json": "feed.json",
    "/index.php?feed=rss2": "feed.rss",
    "/?feed=atom&cat=3": "category/energy.atom",
    "/?feed=rss2&cat=3,4": "feed.rss?category=energy,solar",
    "/?feed=rss2&cat=3,-4": "feed.rss?category=-solar&category=energy",
    "/?feed=rss2&category_name=energy": "category/energy.rss",
    "/?feed=rss2&category_name=press-releases/energy": "category/energy.rss",
    "/?feed=rss2&category_name=energy+solar": "feed.rss?category=energy&category=solar",
    "/?feed=rss2&tag=battery,grid": "feed.rss?tag=battery,grid",
    "/?feed=rss2&tag=battery%2Bgrid": "feed.rss?tag=battery&tag=grid",
    "/?feed=rss2&tag_id=21": "tag/battery.rss",
    "/?feed=rss2&author_name=zoe-muller": "author/zoe-muller.rss",
    "/?s=solar&feed=rss2": "feed.rss?topic=solar",
    "/?s=solar+(new&feed=rss2": "feed.rss?topic=new+solar",
    "/?s=what's+%22new&feed=atom": "feed.atom?topic=new+%22what+s%22",
    "/?feed=rss2&paged=2": "feed.rss?page=2",
    "/feed/?paged=3": "feed.rss?page=3",
    "/category/energy/feed/?paged=2": "category/energy.rss?page=2",
    "/category/energy/?feed=atom": "category/energy.atom",
    "/feed/?withoutcomments=1": "feed.rss",
    "/feed/?utm_source=x&_=1": "feed.rss",
    "/feed/?topic=solar&limit=5": "feed.rss?topic=solar&limit=5",
    "/category/energy/feed/?topic=lithium": "category/energy.rss?topic=lithium",
    # Other spellings of addresses of ours.
    "/FEED.RSS": "feed.rss",
    "/Feed/": "feed.rss",
    "/RSS": "feed.rss",
    "/feed.atom/": "feed.atom",
    "/category/energy.rss/": "category/energy.rss",
    "/category/energy.RSS": "category/energy.rss",
    "/Category/Energy.rss": "category/energy.rss",
    "/category/press-releases/energy.json": "category/energy.json",
    "/category/energy/feed.rss": "category/energy.rss",
    "/category/energy": "category/energy/",
    "/category/solar,energy?limit=2": "category/solar,energy/?limit=2",
    f"/tag/{quote(THAI)}": f"tag/{quote(THAI)}/",
    "/feed//atom/": "feed.atom",
    "/category//energy.rss": "category/energy.rss",
}  # fmt: skip


def led_to(response: TestResponse) -> str:
    """Return where an address leads for good, counted from where we are reached."""
    assert response.status_code == 301, response.text
    location = response.headers["Location"]
    assert location.startswith(HERE)
    assert location.isascii()
    return location.removeprefix(HERE)


@pytest.mark.parametrize(("address", "expected"), LEADS.items())
def test_an_address_of_wordpress_leads_to_the_feed(
    reader: FlaskClient, address: str, expected: str
) -> None:
    response = reader.get(address)
    assert led_to(response) == expected
    assert response.headers["Cache-Control"] == "public, max-age=86400"
    followed = reader.get(f"/{expected}")
    assert followed.status_code == 200
    assert reader.head(address).headers["Location"] == response.headers["Location"]


@pytest.mark.parametrize(
    "address",
    [address for address in LEADS if address.endswith("/") and "." not in address],
)
def test_an_address_leads_on_without_its_last_slash_as_well(reader: FlaskClient, address: str) -> None:
    assert led_to(reader.get(address.rstrip("/"))) == LEADS[address]


NOT_LED = {
    "/feed/nope/": 404,
    "/nope/feed/": 404,
    "/2026/05/feed/": 404,
    "/feed/page/3/": 404,
    "/category/feed/": 404,
    "/category/energi/feed/": 404,
    "/tag/energy/feed/": 404,
    "/topic/nope/feed/": 404,
    "/wp-json/": 404,
    "/wp-login.php": 404,
    "/xmlrpc.php": 404,
    "/?feed=nope": 400,
    "/?feed=rss2&post_type=event": 400,
    "/?feed=rss2&cat=99": 400,
    "/?feed=rss2&paged=0": 400,
    "/feed/?lmit=3": 400,
}


@pytest.mark.parametrize(("address", "status"), NOT_LED.items())
def test_what_there_is_not_is_no_redirect(reader: FlaskClient, address: str, status: int) -> None:
    response = reader.get(address)
    assert (response.status_code, response.mimetype) == (status, "text/plain")
    assert response.text.count("\n") == 1
    assert "Location" not in response.headers


HOSTILE = [
    "//evil.example/feed/",
    "///evil.example/feed.rss",
    "/\\evil.example/feed/",
    "//evil.example//feed/",
    "/category//evil.example/feed/",
    "/category/\r\nSet-Cookie: x=1/feed/",
    "/category/energy\r\nSet-Cookie: x=1",
    "/category/https://evil.example/",
    "/category/@evil.example",
    "/tag/..;/feed/",
    "/../../feed/",
    "/category/\x00/feed/",
    "/category/energy.rss\x00/",
    "/" + "feed/" * 300,
    "/category/" + "a/" * 1000 + "feed/",
]


@pytest.mark.parametrize("path", HOSTILE)
def test_no_address_leads_to_another_host(reader: FlaskClient, path: str) -> None:
    response = ask(reader, path)
    assert response.status_code in (301, 400, 404)
    assert urlsplit(response.headers.get("Location", HERE)).netloc == "localhost"
    assert "Set-Cookie" not in response.headers


def test_an_encoded_slash_is_one(reader: FlaskClient) -> None:
    assert led_to(reader.get("/category/energy%2Ffeed%2Fatom")) == "category/energy.atom"
    assert reader.get("/category/a%2Fb.rss").text.startswith("there is no category 'b'")


@pytest.mark.parametrize("base", ["https://feeds.example/", "https://feeds.example/news/"])
def test_redirects_lead_to_where_readers_reach_us(held: Database, tmp_path: Path, base: str) -> None:
    (tmp_path / "c.toml").write_text(f'base_url = "{base}"\n', "utf-8")
    client = create_app(load_settings(tmp_path / "c.toml"), held).test_client()
    for address, expected in (
        ("/feed/", "feed.rss"),
        ("/category/energy", "category/energy/"),
        ("//feed/atom", "feed.atom"),
        ("/?feed=comments-rss2", "comments/feed/"),
    ):
        path, _, query = address.partition("?")
        response = ask(client, path, QUERY_STRING=query, HTTP_HOST="evil.example")
        assert (response.status_code, response.headers["Location"]) == (301, base + expected)
        assert response.headers["Cache-Control"] == "public, max-age=86400"


def test_where_the_host_is_not_known_no_shared_cache_keeps_where_it_leads(reader: FlaskClient) -> None:
    response = reader.get("/feed/", headers={"Host": "elsewhere.example"})
    assert response.headers["Location"] == "http://elsewhere.example/feed.rss"
    assert response.headers["Cache-Control"] == "private, max-age=86400"


def test_only_reading_is_led_on(reader: FlaskClient) -> None:
    assert reader.post("/feed/").status_code == 404
    assert reader.post("/category/energy/feed/").status_code == 404


def test_pure_parts_are_read_without_a_store() -> None:
    read = read_wordpress_address("/category/a/b/feed/atom/", "paged=2&utm_source=x")
    assert read
    assert (read.suffix, read.kind, read.name) == ("atom", "category", "b")
    assert read.parameters == (("page", "2"), ("utm_source", "x")) or ("page", "2") in read.parameters
    for path in (
        "/",
        "",
        "/feeds",
        "/category",
        "/category/",
        "/a/b/c",
        "/index.php",
        "/search/x",
        "/feed.rss.rss",
    ):
        assert read_wordpress_address(path, "") is None, path


# Comments, of which there are none.


@pytest.mark.parametrize(
    ("address", "media_type"),
    [
        ("/comments/feed/", "application/rss+xml"),
        ("/comments/feed", "application/rss+xml"),
        ("/comments/feed/atom/", "application/atom+xml"),
        ("/comments/feed/json", "application/feed+json"),
    ],
)
def test_the_feed_of_comments_is_empty_and_says_why(
    reader: FlaskClient, address: str, media_type: str
) -> None:
    response = reader.get(address)
    assert (response.status_code, response.mimetype) == (200, media_type)
    assert "Comments – newsroom.example" in response.text
    assert reader.get(address, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    assert response.headers["Cache-Control"] == "public, max-age=86400"
    if media_type == "application/rss+xml":
        channel = etree.fromstring(response.data)[0]
        assert channel.find("item") is None
        assert channel.findtext("description") == (
            "There are no comments here, only posts: their feed is http://localhost/feed.rss"
        )
    page = reader.get(address, headers={"Accept": "text/html"})
    assert page.mimetype == "text/html"
    assert "There are no comments here" in page.text


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/?feed=comments-rss2", "comments/feed/"),
        ("/?feed=comments_atom", "comments/feed/atom/"),
        ("/wp-commentsrss2.php", "comments/feed/"),
        ("/comments/feed/rss2/", "comments/feed/"),
        ("/?feed=rss2&p=4512", "comments/feed/"),
        ("/?feed=rss2&withcomments=1", "comments/feed/"),
    ],
)
def test_addresses_of_comments_lead_there(reader: FlaskClient, address: str, expected: str) -> None:
    assert led_to(reader.get(address)) == expected


# Several sites: each has its own posts at its own name.


@pytest.fixture
def two_sites(database: Database, tmp_path: Path) -> FlaskClient:
    (tmp_path / "c.toml").write_text(SITES, "utf-8")
    with database.transaction() as connection:
        for name, url in (("one", "https://one.example/"), ("two", "https://two.example/news/")):
            site_id = sites.ensure_site(connection, name, url, imported=True)
            save_terms(connection, site_id, [Term("category", 1, "energy", "Energy")])
            save_post(
                connection, site_id, a_post(1, f"words of {name}", guid=f"{url}?p=1", categories=(1,))
            )
    return create_app(load_settings(tmp_path / "c.toml"), database).test_client()


@pytest.mark.parametrize(
    ("host", "address", "expected"),
    [
        ("feeds.example", "/feed/", "feed.rss"),
        ("one.example", "/feed/", "feed.rss?site=one"),
        ("ONE.example", "/?feed=atom", "feed.atom?site=one"),
        ("one.example", "/category/energy/feed/", "category/energy.rss?site=one"),
        ("two.example", "/news/feed/", "feed.rss?site=two"),
        ("two.example", "/news/category/energy/feed/atom/", "category/energy.atom?site=two"),
        ("two.example", "/news/comments/feed/", "comments/feed/"),
        ("two.example", "/feed/", "feed.rss"),
        ("two.example", "/newspaper/feed/", ""),
        ("feeds.example", "/news/feed/", ""),
    ],
)
def test_a_site_whose_name_was_moved_here_has_its_own_posts(
    two_sites: FlaskClient, host: str, address: str, expected: str
) -> None:
    response = two_sites.get(address, headers={"Host": host})
    if not expected:
        assert response.status_code == 404
    else:
        assert response.headers["Location"].lower() == f"http://{host}/{expected}".lower()


# Names that have changed.


def rename(database: Database, *slugs: str, taxonomy: Taxonomy = "category") -> None:
    """Let the term 1 of the site have one slug after the other."""
    for slug in slugs:
        with database.transaction() as connection:
            save_terms(connection, 1, [Term(taxonomy, 1, slug, slug.title())])


@pytest.fixture
def renamed(database: Database) -> FlaskClient:
    """A service whose categories, tags and authors were called otherwise twice before."""
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "news", "https://news.example/", imported=True)
        save_post(connection, site_id, a_post(1, categories=(1,), tags=(1,), authors=(1,)))
    for taxonomy in ("category", "tag", "author"):
        rename(database, f"old-{taxonomy}", f"later-{taxonomy}", f"new-{taxonomy}", taxonomy=taxonomy)
    return create_app(empty_configuration(), database).test_client()


@pytest.mark.parametrize("taxonomy", ["category", "tag", "author"])
@pytest.mark.parametrize("former", ["old", "later", "OLD"])
def test_the_address_before_a_renaming_leads_to_the_new_one(
    renamed: FlaskClient, taxonomy: str, former: str
) -> None:
    old, new = f"/{taxonomy}/{former}-{taxonomy}", f"{taxonomy}/new-{taxonomy}"
    for ending in (".rss", ".atom", ".json", "/"):
        assert led_to(renamed.get(old + ending)) == new + ending
    assert (
        led_to(renamed.get(f"{old}.rss?limit=5&topic=words&utm_source=x"))
        == f"{new}.rss?topic=words&limit=5"
    )
    assert led_to(renamed.get(f"{old}/feed/")) == f"{new}.rss"
    assert led_to(renamed.get(f"{old}/?limit=5")) == f"{new}/?limit=5"
    for headers in ({"Accept": "text/html"}, {"If-None-Match": "*"}):
        assert led_to(renamed.get(f"{old}.rss", headers=headers)) == f"{new}.rss"
    assert renamed.get(f"/{new}.rss").status_code == 200


def test_a_query_string_with_a_former_slug_goes_on(renamed: FlaskClient) -> None:
    was = renamed.get("/feed.rss?category=old-category&tag=later-tag")
    assert was.data == renamed.get("/feed.rss?category=new-category&tag=new-tag").data
    assert renamed.get("/feed.rss?category=older").status_code == 400


def test_one_of_several_names_in_a_path_may_be_a_former_one(
    renamed: FlaskClient, database: Database
) -> None:
    with database.transaction() as connection:
        save_terms(connection, 1, [Term("category", 2, "other", "Other")])
    assert led_to(renamed.get("/category/other,old-category.rss")) == "feed.rss?category=new-category,other"
    assert renamed.get("/category/other,older.rss").status_code == 404


def test_a_slug_that_another_has_now_is_the_others(renamed: FlaskClient, database: Database) -> None:
    assert led_to(renamed.get("/category/old-category.rss")) == "category/new-category.rss"
    with database.transaction() as connection:
        save_terms(connection, 1, [Term("category", 7, "old-category", "Another")])
    response = renamed.get("/category/old-category.rss")
    assert response.status_code == 200
    assert "Another" in response.text


def test_a_prepared_answer_ends_when_its_name_is_changed(database: Database) -> None:
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "news", "https://news.example/", imported=True)
        save_post(connection, site_id, a_post(1, categories=(1,)))
    rename(database, "energy")
    warm = Warm(empty_configuration(), database)
    assert [warm.get("/category/energy.rss").status_code for _ in range(2)] == [200, 200]
    rename(database, "power")
    warm.look_again()
    assert warm.get("/category/energy.rss").headers["Location"] == f"{HERE}category/power.rss"
    assert warm.get("/category/power.rss").status_code == 200


def test_on_two_sites_the_one_that_still_has_the_slug_keeps_it(
    two_sites: FlaskClient, database: Database
) -> None:
    rename(database, "power")
    assert two_sites.get("/category/energy.rss").status_code == 200
    with database.transaction() as connection:
        save_terms(connection, 2, [Term("category", 1, "power", "Power")])
    assert led_to(two_sites.get("/category/energy.rss")) == "category/power.rss"


# Robots, and lists of feeds.


def test_crawlers_are_told_what_to_leave(reader: FlaskClient, settings: Settings) -> None:
    robots = reader.get("/robots.txt")
    assert robots.content_type == "text/plain; charset=utf-8"
    assert robots.text.splitlines()[:3] == ["User-agent: *", "Disallow: /preview", "Disallow: /why"]
    for address in ("/preview", "/preview?topic=solar", "/why"):
        assert reader.get(address).headers["X-Robots-Tag"] == "noindex"
    for address in ("/", "/feed.rss", "/category/energy/"):
        assert "X-Robots-Tag" not in reader.get(address).headers
    assert '<meta name="robots" content="noindex">' in reader.get("/preview").text


def test_under_a_prefix_crawlers_are_told_of_it(held: Database, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text('base_url = "https://example.com/feeds/"\n', "utf-8")
    client = create_app(load_settings(tmp_path / "c.toml"), held).test_client()
    assert "Disallow: /feeds/preview\n" in client.get("/robots.txt").text


def listed(response: TestResponse) -> dict[str, list[str]]:
    """Return the addresses that an OPML lists, by the headings, without where we are reached."""
    assert (response.status_code, response.mimetype) == (200, "text/x-opml")
    folders = etree.fromstring(response.data).findall("body/outline")
    return {
        str(folder.get("text")): [str(each.get("xmlUrl")).removeprefix(HERE) for each in folder]
        for folder in folders
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"All posts": 1, "Categories": 8}),
        ("?of=tags", {"All posts": 1, "Categories": 8, "Tags": 11}),
        ("?of=tags,authors&utm_source=x", {"All posts": 1, "Categories": 8, "Tags": 11, "Authors": 4}),
        ("?of=tags&of=Authors", {"All posts": 1, "Categories": 8, "Tags": 11, "Authors": 4}),
        ("?of=categories", {"All posts": 1, "Categories": 8}),
        ("?category=energy", {"Categories": 1}),
        ("?category=energy,Health&category=3&tag=battery", {"Categories": 2, "Tags": 1}),
        ("?author=zoe-muller&of=tags&tag=battery", {"Authors": 1, "Tags": 11}),
        ("?site=newsroom.example", {"Sites": 1}),
    ],
)
def test_a_list_of_feeds_has_what_is_asked_for(
    reader: FlaskClient, query: str, expected: dict[str, int]
) -> None:
    lists = listed(reader.get(f"/feeds.opml{query}"))
    assert {heading: len(addresses) for heading, addresses in lists.items()} == expected
    for addresses in lists.values():
        for address in addresses[:2]:
            assert reader.get(f"/{address}").mimetype == "application/rss+xml"


def test_a_list_of_a_choice_calls_each_feed_by_its_name(reader: FlaskClient) -> None:
    root = etree.fromstring(reader.get("/feeds.opml?category=solar,energy").data)
    outlines = {each.get("xmlUrl"): each.get("text") for each in root.iter("outline") if each.get("xmlUrl")}
    assert outlines == {
        f"{HERE}category/energy.rss": "newsroom.example – Energy",
        f"{HERE}category/solar.rss": "newsroom.example – Solar",
    }


def test_topics_and_sites_are_listed_and_can_be_chosen(
    two_sites: FlaskClient, database: Database, tmp_path: Path
) -> None:
    (tmp_path / "d.toml").write_text(SITES + '[topics.sun]\ntitle = "The sun"\nquery = "solar"\n', "utf-8")
    client = create_app(load_settings(tmp_path / "d.toml"), database).test_client()
    assert listed(client.get("/feeds.opml")) == {
        "All posts": ["feed.rss"],
        "Topics": ["topic/sun.rss"],
        "Sites": ["feed.rss?site=one", "feed.rss?site=two"],
        "Categories": ["category/energy.rss"],
    }
    assert listed(client.get("/feeds.opml?topic=sun&site=two")) == {
        "Topics": ["topic/sun.rss"], "Sites": ["feed.rss?site=two"],
    }  # fmt: skip
    assert (
        client.get("/feeds.opml?topic=son").text == "there is no saved topic 'son': did you mean 'sun'?\n"
    )


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("of=tagz", "of='tagz' is not understood: did you mean 'tags'?"),
        ("of=", "of is empty: leave it out or give it a value"),
        ("of=tags,", "of='' is not understood: known are topics, sites, categories, tags, authors"),
        ("categry=energy", "there is no parameter 'categry' of a list of feeds: did you mean 'category'?"),
        ("limit=3", "there is no parameter 'limit' of a list of feeds: known are of, topic, category, tag, "
         "author, site"),
        ("category=enrgy", "there is no category 'enrgy': did you mean 'energy'?"),
        ("category=-energy", "category='-energy' leaves something out: name the feeds that the list has"),
        ("topic=x", "there is no saved topic 'x': see / for those that there are"),
    ],
)  # fmt: skip
def test_a_list_of_what_there_is_not_is_a_400(reader: FlaskClient, query: str, sentence: str) -> None:
    response = reader.get(f"/feeds.opml?{query}")
    assert (response.status_code, response.text) == (400, sentence + "\n")
