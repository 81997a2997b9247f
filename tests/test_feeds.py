"""The feeds as bytes: RSS 2.0, Atom 1.0 and JSON Feed 1.1 of the samples and of hostile posts.

The rules of the W3C feed validator that can apply here are kept as tests of our own: each is a function
that gives its complaints, and each is shown to complain of a feed that is wrong.
"""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser
import html5lib
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from conftest import copied, empty_configuration
from feedsvc.clean.post import clean_post
from feedsvc.errors import PostError
from feedsvc.model import Entry, Post, Site, Term
from feedsvc.publish.feed import Feed, build_feed
from feedsvc.publish.find import QueryResult, find_entries
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.publish.web import create_app
from feedsvc.query.query import Query
from feedsvc.query.query_string import parse_query_string
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.sync.importing import import_posts
from feedsvc.text.characters import collapse_whitespace, remove_illegal_characters
from feedsvc.text.html import extract_visible_text
from feedsvc.text.web_address import parse_web_address
from feedsvc.wordpress.parse import parse_post, parse_term
from properties import steadily
from tables import thinned

Items = list[dict[str, Any]]
Document = Callable[[str, str], etree._Element]

BASE = "https://feeds.example.com/"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
REPEAT = 4349
"""The post of the samples that repeats one published before it, 4361."""
MEDIA = "{http://search.yahoo.com/mrss/}"
SYNDICATION = "{http://purl.org/rss/1.0/modules/syndication/}"


def store_of(folder: Path, empty_store: Path, items: Items) -> Database:
    """Return a new store in `folder` that holds these posts, imported in this order."""
    file = folder / "feeds.db"
    shutil.copyfile(empty_store, file)
    database = Database(f"sqlite:///{file}")
    with database.transaction() as connection:
        site_id = sites.ensure_site(
            connection, "newsroom.example", "https://newsroom.example/", imported=True
        )
    import_posts(database, site_id, items)
    return database


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, sample_store: Path) -> Iterator[Database]:
    """The store of the bundled samples, which no test of this file changes."""
    with copied(sample_store, tmp_path_factory.mktemp("held")) as database:
        yield database


def render(database: Database, query: str = "", form: str = "rss", now: datetime = NOW) -> bytes:
    """Return the feed of a query string."""
    with database.reading() as connection:
        settings, parsed_query = empty_configuration(), parse_query_string(query)
        found = find_entries(connection, settings, parsed_query, now, counts_pages=True)
    feed = build_feed(found, form, BASE, update_interval=settings.poll_interval)
    return FORMATS[form].serialize(feed)


@pytest.fixture(scope="module")
def document(held: Database) -> Document:
    """What gives the RSS or Atom feed of a query as a tree, each written and read only once."""
    return cache(lambda query, form: xml(render(held, query, form)))


def parsed(body: bytes, form: str) -> Any:
    """Return what feedparser makes of an RSS or Atom feed served as we serve it."""
    return feedparser.parse(
        body, response_headers={"content-type": f"{FORMATS[form].media_type}; charset=utf-8"}
    )


def squeezed(text: str) -> str:
    """Return the letters and digits of `text`, in which two spellings of one text are equal."""
    return re.sub(r"[\W_]+", "", text.casefold())


def xml(body: bytes) -> etree._Element:
    """Return the root of an XML document, read by a strict parser."""
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))


def texts(element: etree._Element, *names: str) -> list[str]:
    """Return the texts of the children that have one of these names."""
    return [child.text or "" for child in element if child.tag in names]


def all_text(body: bytes, form: str) -> str:
    """Return all that a reader could see of a feed, wherever in it that stands."""
    if form == "json":
        strings: list[str] = []
        for item in json.loads(body)["items"]:
            strings += [value for value in item.values() if isinstance(value, str)]
    else:
        strings = [element.text or "" for element in xml(body).iter()]
    return " ".join(extract_visible_text(text) for text in strings)


# What the three formats say of an entry, read back from the bytes without our own code.


def entries_in(body: bytes, form: str) -> list[dict[str, Any]]:
    """Return id, link, title, author, tags, date, summary and body of every entry of a feed."""
    if form == "json":
        return [
            {
                "id": item["id"],
                "link": item["url"],
                "title": item["title"],
                "author": [author["name"] for author in item.get("authors", [])],
                "tags": item.get("tags", []),
                "published": datetime.fromisoformat(item["date_published"]),
                "summary": item.get("summary") or item.get("content_text") or "",
                "body": item.get("content_html", ""),
            }
            for item in json.loads(body)["items"]
        ]
    root = xml(body)
    if form == "atom":
        return [
            {
                "id": entry.findtext(f"{ATOM}id"),
                "link": next(link.get("href") for link in entry.iter(f"{ATOM}link")),
                "title": entry.findtext(f"{ATOM}title"),
                "author": [str(one.findtext(f"{ATOM}name")) for one in entry.iterchildren(f"{ATOM}author")],
                "tags": [category.get("label") for category in entry.iter(f"{ATOM}category")],
                "published": datetime.fromisoformat(str(entry.findtext(f"{ATOM}published"))),
                "summary": entry.findtext(f"{ATOM}summary") or "",
                "body": entry.findtext(f"{ATOM}content") or "",
            }
            for entry in root.iter(f"{ATOM}entry")
        ]
    return [_rss_entry(item) for item in root.iter("item")]


def _rss_entry(item: etree._Element) -> dict[str, Any]:
    description, body = item.findtext("description") or "", item.findtext(CONTENT) or ""
    if not body and "<" in description:  # a body without a summary stands in the description
        description, body = "", description
    return {
        "id": item.findtext("guid"),
        "link": item.findtext("link"),
        "title": item.findtext("title"),
        "author": texts(item, CREATOR),
        "tags": texts(item, "category"),
        "published": parsedate_to_datetime(str(item.findtext("pubDate"))),
        "summary": extract_visible_text(description),
        "body": body,
    }


# The samples.

QUERIES = [
    pytest.param("", id="all"),
    pytest.param("limit=100", id="limit=100"),
    pytest.param("content=summary&limit=100", id="summaries"),
    pytest.param("limit=5&page=2", id="second page"),
    pytest.param("limit=5&page=8", id="last page"),
    pytest.param("topic=zzzz", id="empty"),
    pytest.param("topic=battery+%22bus+batteries%22", id="topic"),
    pytest.param("tag=พลังงานแสงอาทิตย์", id="Thai tag"),
    pytest.param("tag=R%26D&author=-newsroom-desk", id="R&D"),
    pytest.param("category=energy&tag=battery,grid&site=newsroom.example&since=2026-01-01", id="filters"),
]


@pytest.mark.parametrize("form", ["rss", "atom"])
@pytest.mark.parametrize("query", thinned(QUERIES, 3))
def test_feedparser_reads_it_without_a_complaint(held: Database, query: str, form: str) -> None:
    result = parsed(render(held, query, form), form)
    assert not result.bozo, result.get("bozo_exception")
    assert result.version == {"rss": "rss20", "atom": "atom10"}[form]
    assert len(result.entries) == len(entries_in(render(held, query, form), form))


@pytest.mark.parametrize("query", QUERIES)
def test_the_three_formats_hold_the_same_entries(held: Database, query: str) -> None:
    rss, atom, feed = (entries_in(render(held, query, form), form) for form in FORMATS)
    for entry in feed:
        entry["tags"] = sorted(entry["tags"])
        # JSON Feed alone carries players, of which the W3C validator warns.
        entry["body"] = re.sub(r"<br><iframe[^>]*></iframe>", "", entry["body"])
    for entry in (*rss, *atom):
        entry["tags"] = sorted(set(entry["tags"]))
    assert rss == atom
    assert atom == feed


def test_the_newest_come_first_and_ties_go_by_id(held: Database, sample_posts: Items) -> None:
    once = [post for post in sample_posts if post["id"] != REPEAT]
    expected = sorted(once, key=lambda post: (post["date_gmt"], post["id"]), reverse=True)
    got = [entry["id"] for entry in entries_in(render(held, "limit=100"), "rss")]
    assert got == [post["guid"]["rendered"] for post in expected]
    tied = Counter(post["date_gmt"] for post in sample_posts).most_common(1)[0]
    assert tied == ("2026-02-14T05:30:00", 2), "the samples hold no tie"


def test_twenty_entries_unless_asked_otherwise(held: Database) -> None:
    assert len(entries_in(render(held), "rss")) == 20


@pytest.mark.parametrize("form", FORMATS)
def test_the_entry_id_is_the_guid_of_wordpress(held: Database, sample_posts: Items, form: str) -> None:
    expected = {post["link"]: post["guid"]["rendered"] for post in sample_posts}
    every = render(held, "limit=100&dedupe=off", form)
    assert {entry["link"]: entry["id"] for entry in entries_in(every, form)} == expected


def test_a_guid_is_no_permalink(held: Database) -> None:
    guids = list(xml(render(held, "limit=100")).iter("guid"))
    assert len(guids) == 35
    assert {guid.get("isPermaLink") for guid in guids} == {"false"}


@pytest.mark.parametrize("form", FORMATS)
def test_the_entry_id_is_the_same_in_every_feed(held: Database, form: str) -> None:
    everywhere = [
        {entry["link"]: entry["id"] for entry in entries_in(render(held, query, form), form)}
        for query in ("limit=100", "category=energy&content=summary", "author=newsroom-desk")
    ]
    assert all(one.items() <= everywhere[0].items() and one for one in everywhere)


@pytest.mark.parametrize("form", FORMATS)
def test_a_summary_never_repeats_the_content(held: Database, form: str) -> None:
    both = [e for e in entries_in(render(held, "limit=100", form), form) if e["summary"] and e["body"]]
    assert len(both) > 20
    for entry in both:
        said, whole = squeezed(entry["summary"]), squeezed(extract_visible_text(entry["body"]))
        assert whole not in said, entry["title"]
        assert len(said) < 0.95 * len(whole) or not whole.startswith(said), entry["title"]


@pytest.mark.parametrize("form", FORMATS)
def test_a_body_appears_once(held: Database, form: str) -> None:
    entries = entries_in(render(held, "limit=100", form), form)
    endings = {
        e["id"]: squeezed(extract_visible_text(e["body"]))[-60:] for e in entries if len(e["body"]) > 600
    }
    assert len(endings) > 20
    assert len(set(endings.values())) == len(endings), "one release of the samples is posted twice"
    whole = squeezed(all_text(render(held, "limit=100", form), form))
    for entry_id, ending in endings.items():
        assert whole.count(ending) == 1, entry_id


@pytest.mark.parametrize("form", FORMATS)
def test_a_release_posted_twice_is_one_entry_with_the_names_of_both(held: Database, form: str) -> None:
    def found(query: str) -> dict[str, list[str]]:
        entries = entries_in(render(held, query, form), form)
        return {e["id"].partition("=")[2]: sorted(set(e["tags"])) for e in entries}

    apart = found("limit=100&dedupe=off")
    first, again = apart["4361"], apart[str(REPEAT)]
    assert set(again) - set(first), "the second posting of the samples has a category of its own"
    together = found("limit=100")
    assert together["4361"] == sorted({*first, *again})
    assert str(REPEAT) not in together
    del together["4361"], apart["4361"], apart[str(REPEAT)]
    assert together == apart


@pytest.mark.parametrize("form", FORMATS)
def test_with_content_summary_the_bodies_stay_away(held: Database, form: str) -> None:
    full = {e["id"]: e for e in entries_in(render(held, "limit=100", form), form)}
    short = entries_in(render(held, "limit=100&content=summary", form), form)
    assert [entry["id"] for entry in short] == list(full)
    for entry in short:
        assert entry["body"] == ""
        # Where a summary would only repeat the content, the short content's text is it.
        text = collapse_whitespace(extract_visible_text(full[entry["id"]]["body"]))
        assert entry["summary"] == (full[entry["id"]]["summary"] or text)
        assert entry["summary"], entry["title"]


LONG = "<p>" + "The ferry leaves at six, and at seven. " * 20 + "</p>"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("content", "summary", "body"),
    [
        pytest.param(
            "<p>A <b>short</b> one.</p><p>Two lines.</p>", "A short one. Two lines.", "", id="a text"
        ),
        pytest.param(
            f'{LONG}<img src="https://a.example/1.png">', LONG[3 : 3 + 7 * 39 - 1], "", id="a long text"
        ),
        pytest.param('<img src="https://a.example/1.png">', "", "all", id="a picture alone"),
        pytest.param(
            '<p><a href="https://v.example/7">https://v.example/7</a></p>',
            "",
            "all",
            id="a film's address alone",
        ),
        pytest.param("<p>1 &lt; 2 &amp; 3</p>", "1 < 2 & 3", "", id="characters of markup"),
        pytest.param("", "", "", id="nothing"),
    ],
)
def test_without_bodies_the_text_of_a_body_stands_for_a_summary(
    content: str, summary: str, body: str, form: str
) -> None:
    entry = Entry(post(summary="", content=content, title="Title"), SITE, (), (), ())
    (read,) = entries_in(feed_of(entry, query=Query(content="summary"))(form), form)
    if form == "atom" and not summary and not body:
        summary = "Title"  # an entry has to have some text
    assert (read["summary"], read["body"]) == (summary, content if body else "")


def test_dates_are_those_of_the_posts(held: Database, sample_posts: Items) -> None:
    published = {post["guid"]["rendered"]: post["date_gmt"] + "+00:00" for post in sample_posts}
    for form in FORMATS:
        every = render(held, "limit=100&dedupe=off", form)
        assert {e["id"]: e["published"].isoformat() for e in entries_in(every, form)} == published


@pytest.mark.parametrize(
    ("post_id", "updated"),
    [
        pytest.param(4512, "2026-10-20T02:00:00+00:00", id="never modified"),
        pytest.param(4418, "2026-06-09T02:20:30+00:00", id="modified an hour later"),
        pytest.param(4402, "2026-05-19T03:00:00+00:00", id="modified a day later"),
    ],
)
def test_an_entry_was_updated_when_it_was_modified(held: Database, post_id: int, updated: str) -> None:
    guid = f"https://newsroom.example/?p={post_id}"
    entry = next(
        e
        for e in xml(render(held, "limit=100", "atom")).iter(f"{ATOM}entry")
        if e.findtext(f"{ATOM}id") == guid
    )
    # A part of a second may be added; the second is the post's.
    assert str(entry.findtext(f"{ATOM}updated"))[:19] == updated[:19]
    item = next(e for e in json.loads(render(held, "limit=100", "json"))["items"] if e["id"] == guid)
    assert datetime.fromisoformat(item["date_modified"]).isoformat()[:19] == updated[:19]


@pytest.mark.parametrize(
    ("query", "newest"),
    [
        pytest.param("", "Tue, 20 Oct 2026 02:00:00 +0000", id="all"),
        pytest.param("category=health", "Tue, 19 May 2026 03:00:00 +0000", id="by modification"),
        pytest.param("author=zoe-muller", "Sun, 30 Aug 2026 04:00:00 +0000", id="an author"),
    ],
)
def test_a_feed_was_changed_when_its_newest_entry_was(held: Database, query: str, newest: str) -> None:
    assert xml(render(held, query)).findtext("channel/lastBuildDate") == newest


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("post_id", "title"),
    [
        pytest.param(4489, "Ice Battery Wins This Year’s Harbour Prize", id="an apostrophe"),
        pytest.param(4471, "Letter from Ningbo: The Port That Went Quiet", id="markup"),
        pytest.param(
            4450, "Watch a Robot Learn to Prune Mango Trees… Eight Different Ways", id="an ellipsis"
        ),
        pytest.param(4287, "Inside the R&D Lab That Teaches C++ to Nurses", id="an ampersand"),
        pytest.param(4393, "老茶厂的最后一口铁锅", id="Chinese"),
        pytest.param(4187, "ห้องสมุดลอยน้ำลำแรกของคลองมหาสวัสดิ์", id="Thai"),
        pytest.param(4382, "A Walk Through the Paper Umbrella Workshop", id="emphasis"),
    ],
)
def test_titles_are_typographic_text(held: Database, form: str, post_id: int, title: str) -> None:
    titles = {e["id"]: e["title"] for e in entries_in(render(held, "limit=100", form), form)}
    assert titles[f"https://newsroom.example/?p={post_id}"] == title


@pytest.mark.parametrize("form", FORMATS)
def test_a_post_without_a_title_is_called_by_its_first_words(held: Database, form: str) -> None:
    entry = next(
        e for e in entries_in(render(held, "limit=100", form), form) if e["id"].endswith("?p=4279")
    )
    start = squeezed(entry["title"])[:30]
    assert start
    assert squeezed(extract_visible_text(entry["body"]) or entry["summary"]).startswith(start)


@pytest.mark.parametrize("form", FORMATS)
def test_authors_and_categories_are_named(held: Database, form: str) -> None:
    entries = {e["id"]: e for e in entries_in(render(held, "limit=100", form), form)}
    qinglan = entries["https://newsroom.example/?p=4512"]
    assert qinglan["author"] == ["Desmond Okafor-Lim"]
    assert set(qinglan["tags"]) == {"China", "Energy", "Press Releases", "Solar", "Thailand", "battery"}
    assert entries["https://newsroom.example/?p=4471"]["author"] == ["Zoé Müller"]
    assert "พลังงานแสงอาทิตย์" in entries["https://newsroom.example/?p=4312"]["tags"]
    assert {"C++", "R&D"} <= set(entries["https://newsroom.example/?p=4287"]["tags"])


@pytest.mark.parametrize(
    ("interval", "minutes", "period", "frequency"),
    [
        (timedelta(seconds=1), "1", "hourly", "3600"),
        (timedelta(minutes=15), "15", "hourly", "4"),
        (timedelta(minutes=7), "7", "hourly", "9"),
        (timedelta(hours=1), "60", "hourly", "1"),
        (timedelta(minutes=90), "90", "daily", "16"),
        (timedelta(days=1), "1440", "daily", "1"),
        (timedelta(days=2), "2880", "weekly", "4"),
        (timedelta(days=30), "43200", "monthly", "1"),
        (timedelta(days=1000), "1440000", "yearly", "1"),
    ],
)
def test_rss_says_how_often_its_sites_are_asked(
    held: Database, interval: timedelta, minutes: str, period: str, frequency: str
) -> None:
    settings = empty_configuration().model_copy(update={"poll_interval": interval})
    client = create_app(settings, held).test_client()
    channel = xml(client.get("/feed.rss?limit=1").data)[0]
    told = [channel.findtext(f"{SYNDICATION}{name}") for name in ("updatePeriod", "updateFrequency")]
    assert [channel.findtext("ttl"), *told] == [minutes, period, frequency]
    for form in ("atom", "json"):
        assert b"purl.org/rss/1.0/modules/syndication" not in client.get(f"/feed.{form}?limit=1").data


def test_rss_says_the_author_without_an_address(held: Database) -> None:
    root = xml(render(held, "limit=100"))
    assert not list(root.iter("author"))
    assert all(len(texts(item, CREATOR)) == 1 for item in root.iter("item"))


@pytest.mark.parametrize(
    ("query", "title"),
    [
        pytest.param("", "newsroom.example", id="all"),
        pytest.param("category=energy", "newsroom.example – Energy", id="a category"),
        pytest.param("tag=%E0%B8%9E%E0%B8%A5%E0%B8%B1%E0%B8%87%E0%B8%87%E0%B8%B2%E0%B8%99%E0%B9%81%E0%B8%AA"
                     "%E0%B8%87%E0%B8%AD%E0%B8%B2%E0%B8%97%E0%B8%B4%E0%B8%95%E0%B8%A2%E0%B9%8C",
                     "newsroom.example – พลังงานแสงอาทิตย์", id="a Thai tag"),
        pytest.param("category=3&tag=R%26D", "newsroom.example – Energy · R&D", id="by id and by name"),
        pytest.param("category=-energy", "newsroom.example – not Energy", id="without"),
        pytest.param("category=solar,energy", "newsroom.example – Energy or Solar", id="any"),
        pytest.param('topic=Solar "heat pump"', 'newsroom.example – "heat pump" solar', id="a topic"),
    ],
)  # fmt: skip
def test_a_feed_is_called_by_what_it_holds(held: Database, query: str, title: str) -> None:
    assert xml(render(held, query)).findtext("channel/title") == title
    assert xml(render(held, query, "atom")).findtext(f"{ATOM}title") == title
    assert json.loads(render(held, query, "json"))["title"] == title


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "spellings",
    thinned(
        [
            pytest.param(
                ["category=energy&category=solar", "category=solar&category=energy"], id="all of two"
            ),
            pytest.param(
                ["category=energy,solar", "category=solar,energy", "category=4,3"], id="any of two"
            ),
            pytest.param(["tag=rd", "tag=R%26D", "tag=24", "tag=RD", "tag=r%26d"], id="slug, name and id"),
            pytest.param(
                ["category=energy", "category=energy&category=3", "category=Energy,3"], id="twice"
            ),
            pytest.param(["category=-energy,solar", "category=-4,-3"], id="without"),
            pytest.param(["topic=solar&limit=20", "q=SOLAR&utm_source=x"], id="defaults"),
            pytest.param(["since=2026-01-01", "since=2026-01-01&page=1"], id="since"),
        ],
        3,
    ),
)
def test_spellings_of_one_query_give_the_same_bytes(
    held: Database, spellings: Sequence[str], form: str
) -> None:
    assert len({render(held, query, form) for query in spellings}) == 1


# No clock, no order of arrival.


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("query", thinned(QUERIES, 3))
def test_the_same_posts_give_the_same_bytes(held: Database, query: str, form: str) -> None:
    assert render(held, query, form) == render(held, query, form, now=NOW + timedelta(days=400))


@pytest.mark.parametrize(
    "order",
    thinned(
        [
            pytest.param(lambda items: list(items), id="same order"),
            pytest.param(lambda items: list(reversed(items)), id="reversed"),
            pytest.param(lambda items: items[1::2] + items[::2], id="shuffled"),
            pytest.param(lambda items: items[5:] + items[:9], id="some twice"),
        ],
        2,
    ),
)
def test_another_database_gives_the_same_bytes(
    held: Database,
    tmp_path: Path,
    empty_store: Path,
    sample_posts: Items,
    order: Callable[[Items], Items],
) -> None:
    other = store_of(tmp_path, empty_store, order(sample_posts))
    for query in ("limit=100", "category=energy", "topic=battery&content=summary", "limit=7&page=3"):
        for form in FORMATS:
            assert render(other, query, form) == render(held, query, form)
    other.close()


def test_importing_again_changes_nothing(
    held: Database, tmp_path: Path, empty_store: Path, sample_posts: Items
) -> None:
    other = store_of(tmp_path, empty_store, sample_posts)
    again = import_posts(other, 1, sample_posts)
    assert (again.new, again.changed, again.removed) == (0, 0, 0)
    assert render(other, "limit=100", "atom") == render(held, "limit=100", "atom")
    other.close()


# Pages.


def next_link(body: bytes, form: str) -> str | None:
    """Return the address of the next page that a feed names, or None on the last."""
    if form == "json":
        address: str | None = json.loads(body).get("next_url")
        return address
    links = [link for link in xml(body).iter(f"{ATOM}link") if link.get("rel") == "next"]
    assert len(links) <= 1
    return links[0].get("href") if links else None


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("query", "pages", "posts"),
    thinned(
        [
            pytest.param("limit=8", 5, 35, id="a short last page"),
            pytest.param("limit=7", 5, 35, id="full pages only"),
            pytest.param("limit=35", 1, 35, id="one full page"),
            pytest.param("limit=12&dedupe=off", 3, 36, id="repeats too"),
            pytest.param("limit=1&category=solar", 4, 4, id="one a page"),
            pytest.param("limit=2&topic=battery&category=energy", 3, 6, id="a topic"),
            pytest.param("", 2, 35, id="the default limit"),
        ],
        3,
    ),
)
def test_the_next_links_lead_through_every_post_once(
    held: Database, query: str, pages: int, posts: int, form: str
) -> None:
    seen: list[str] = []
    address: str | None = f"{BASE}feed.{form}?{query}"
    asked = 0
    while address:
        parts = urlsplit(address)
        in_path = re.fullmatch(r"/(category)/(\w+)\.\w+", parts.path)
        text = parts.query + (f"&{in_path[1]}={in_path[2]}" if in_path else "")
        body = render(held, text, form)
        seen += [entry["id"] for entry in entries_in(body, form)]
        address = next_link(body, form)
        asked += 1
        assert asked <= pages, "the next links do not end"
    assert asked == pages
    assert len(seen) == len(set(seen)) == posts
    whole = entries_in(render(held, re.sub(r"limit=\d+&?", "", query) + "&limit=100", form), form)
    assert seen == [entry["id"] for entry in whole]


@pytest.mark.parametrize("form", FORMATS)
def test_a_page_behind_the_last_is_empty_and_has_no_next(held: Database, form: str) -> None:
    body = render(held, "limit=12&page=4", form)
    assert entries_in(body, form) == []
    assert next_link(body, form) is None


@pytest.mark.parametrize("form", FORMATS)
def test_a_feed_names_its_own_address(held: Database, form: str) -> None:
    query = "page=2&limit=3&category=Energy&q=battery"
    expected = f"{BASE}category/energy.{form}?topic=battery&limit=3&page=2"
    body = render(held, query, form)
    if form == "json":
        assert json.loads(body)["feed_url"] == expected
    else:
        links = [link.get("href") for link in xml(body).iter(f"{ATOM}link") if link.get("rel") == "self"]
        assert links == [expected]


# JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/).

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@pytest.mark.parametrize("query", QUERIES)
def test_json_feed_1_1_is_followed(held: Database, query: str) -> None:
    body = render(held, query, "json")
    feed = json.loads(body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == collapse_whitespace(feed["title"]) != ""
    assert set(feed) <= {
        *("version", "title", "home_page_url", "feed_url", "description", "next_url", "items"),
        *("language", "icon", "favicon"),
    }
    for name in ("home_page_url", "feed_url", "next_url"):
        assert urlsplit(feed.get(name, BASE)).scheme == "https"
    assert isinstance(feed["items"], list)
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["id"]
        assert ("content_html" in item) != ("content_text" in item)
        assert item.get("content_html") or item.get("content_text")
        assert urlsplit(item["url"]).netloc == "newsroom.example"
        assert RFC_3339.fullmatch(item["date_published"])
        assert RFC_3339.fullmatch(item["date_modified"])
        assert all(set(author) == {"name"} and author["name"] for author in item["authors"])
        assert all(isinstance(tag, str) and tag for tag in item["tags"])
        assert len(set(item["tags"])) == len(item["tags"])
        assert "summary" not in item or item["summary"]
        assert None not in item.values()


def test_json_is_written_for_people_as_well(held: Database) -> None:
    text = render(held, "", "json").decode()
    assert "青岚材料" in text
    assert "\\u" not in text
    assert text.endswith("}\n")


# The rules of the W3C validator: RSS 2.0.

Rule = Callable[[etree._Element], Iterator[str]]

RFC_822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d\d:\d\d:\d\d (GMT|[+-]\d{4})"
)
SINCE_1990 = datetime(1990, 1, 1, tzinfo=UTC)
HTML_IN_TEXT = re.compile(r"<(/?[a-z]\w*[^<>]*>|!--)|&(#\d+|#x[0-9a-f]+|[a-z]{2,8});", re.IGNORECASE)
DANGER = re.compile(
    r"<(script|style|iframe|object|embed|form|meta|link|base)\b|\son\w+=|javascript:", re.IGNORECASE
)


def shown(element: etree._Element) -> str:
    """Return an element as XML, for a complaint."""
    return etree.tostring(element, encoding="unicode", with_tail=False)[:300]


def is_absolute(address: str | None) -> bool:
    """Return whether `address` is a whole http or https IRI without spaces."""
    parts = urlsplit(address or "")
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not re.search(r"\s", address or "")


def rss_is_version_2_with_one_channel(root: etree._Element) -> Iterator[str]:
    if (root.tag, root.get("version")) != ("rss", "2.0"):
        yield f"<{root.tag} version={root.get('version')}>"
    if [child.tag for child in root] != ["channel"]:
        yield f"children {[child.tag for child in root]}"


def rss_channel_has_what_is_required(root: etree._Element) -> Iterator[str]:
    for name in ("title", "link", "description"):
        if not root.findtext(f"channel/{name}", "").strip():
            yield f"channel without {name}"


def rss_elements_are_known_and_single(root: etree._Element) -> Iterator[str]:
    of_channel = {"title", "link", "description", "docs", "generator", "lastBuildDate", "language", "image"}
    of_channel |= {"ttl", f"{SYNDICATION}updatePeriod", f"{SYNDICATION}updateFrequency"}
    of_item = {"title", "link", "description", "guid", "pubDate", "enclosure", CONTENT, CREATOR}
    of_item |= {f"{MEDIA}content", f"{MEDIA}thumbnail", f"{ATOM}updated", "source"}
    for parent in (*root.iter("channel"), *root.iter("item")):
        single = of_item if parent.tag == "item" else of_channel
        several = {"category"} if parent.tag == "item" else {f"{ATOM}link", "item"}
        for name, number in Counter(str(child.tag) for child in parent).items():
            if name not in single | several or (number > 1 and name in single):
                yield f"{parent.tag} with {number} × {name}"


def rss_names_its_own_address_once(root: etree._Element) -> Iterator[str]:
    own = [link for link in root.iter(f"{ATOM}link") if link.get("rel") == "self"]
    if len(own) != 1:
        yield f"{len(own)} links rel=self"
    for link in root.iter(f"{ATOM}link"):
        if link.get("type") != "application/rss+xml" or not (link.get("href") or "").startswith(BASE):
            yield shown(link)


def rss_dates_are_rfc_822_and_plausible(root: etree._Element) -> Iterator[str]:
    for element in root.iter("pubDate", "lastBuildDate"):
        text = element.text or ""
        if not RFC_822.fullmatch(text):
            yield text
            continue
        moment = parsedate_to_datetime(text)
        if moment < SINCE_1990 or f"{moment:%a}" != text[:3]:
            yield text


def rss_says_how_often_it_changes(root: etree._Element) -> Iterator[str]:
    for name in ("ttl", f"{SYNDICATION}updateFrequency"):
        for element in root.iter(name):
            if not re.fullmatch(r"[1-9]\d*", element.text or ""):
                yield shown(element)
    for element in root.iter(f"{SYNDICATION}updatePeriod"):
        if element.text not in ("hourly", "daily", "weekly", "monthly", "yearly"):
            yield shown(element)


def rss_guids_are_unique(root: etree._Element) -> Iterator[str]:
    for guid, number in Counter(guid.text for guid in root.iter("guid")).items():
        if number > 1:
            yield f"{number} × {guid}"
    for item in root.iter("item"):
        if not item.findtext("guid", "").strip():
            yield "an item without guid"


def rss_guids_are_no_permalinks_unless_addresses(root: etree._Element) -> Iterator[str]:
    for guid in root.iter("guid"):
        if guid.get("isPermaLink") != "false" and not is_absolute(guid.text):
            yield str(guid.text)


def rss_items_have_a_title_or_a_description(root: etree._Element) -> Iterator[str]:
    for item in root.iter("item"):
        if not (item.findtext("title", "").strip() or item.findtext("description", "").strip()):
            yield shown(item)
        if item.findtext(CONTENT) and not item.findtext("description", "").strip():
            yield f"content:encoded without description: {item.findtext('title')}"


def rss_addresses_are_absolute(root: etree._Element) -> Iterator[str]:
    for link in root.iter("link"):
        if not is_absolute(link.text):
            yield str(link.text)


def rss_titles_hold_no_html(root: etree._Element) -> Iterator[str]:
    for title in root.iter("title"):
        if HTML_IN_TEXT.search(title.text or ""):
            yield str(title.text)


def rss_bodies_are_escaped_html(root: etree._Element) -> Iterator[str]:
    for element in root.iter("description", CONTENT):
        if len(element):
            yield "elements within text"
        yield from complaints_of_html(element.text or "")


def rss_enclosures_are_whole(root: etree._Element) -> Iterator[str]:
    for enclosure in root.iter("enclosure"):
        if not is_absolute(enclosure.get("url")) or not re.fullmatch(r"\d+", enclosure.get("length") or ""):
            yield shown(enclosure)
        if not re.fullmatch(r"[\w.+-]+/[\w.+-]+", enclosure.get("type") or ""):
            yield f"type {enclosure.get('type')}"


def media_stands_in_an_entry_and_is_whole(root: etree._Element) -> Iterator[str]:
    for element in root.iter(f"{MEDIA}content", f"{MEDIA}thumbnail"):
        parent = element.getparent()
        if parent is None or parent.tag not in ("item", f"{ATOM}entry"):
            yield f"{shown(element)} within {parent.tag if parent is not None else None}"
        if not is_absolute(element.get("url")):
            yield shown(element)
        for name in ("width", "height"):
            if not re.fullmatch(r"[1-9]\d*", element.get(name, "1")):
                yield f"{name} {element.get(name)}"
    for element in root.iter(f"{MEDIA}content"):
        if element.get("medium") not in ("image", "audio", "video", "document", "executable"):
            yield f"medium {element.get('medium')}"


def rss_has_nothing_blank(root: etree._Element) -> Iterator[str]:
    for element in root.iter("category", CREATOR, CONTENT, "generator", "docs", "language"):
        if not (element.text or "").strip():
            yield element.tag


def complaints_of_html(markup: str) -> Iterator[str]:
    """Yield what the validator says of HTML in a feed: unclosed, dangerous, or with relative addresses."""
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    tree = parser.parseFragment(markup)
    for _, code, data in parser.errors:
        if code not in ("expected-doctype-but-got-start-tag", "expected-doctype-but-got-chars"):
            yield f"{code} {data}: {markup[:200]}"
    if found := DANGER.search(markup):
        yield f"{found.group()} in {markup[:200]}"
    for element in tree.iter():
        for name in ("href", "src", "poster", "cite"):
            address = element.get(name)
            if address is not None and not re.match(r"(https?://[^\s/]+|mailto:|tel:)", address):
                yield f"{name}={address!r}"


def characters_are_harmless(root: etree._Element) -> Iterator[str]:
    text = etree.tostring(root, encoding="unicode")
    for found in re.finditer(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ufdd0-\ufdef]", text):
        yield f"U+{ord(found.group()):04X}"


RSS_RULES: Sequence[Rule] = (
    rss_is_version_2_with_one_channel,
    rss_channel_has_what_is_required,
    rss_elements_are_known_and_single,
    rss_names_its_own_address_once,
    rss_dates_are_rfc_822_and_plausible,
    rss_says_how_often_it_changes,
    rss_guids_are_unique,
    rss_guids_are_no_permalinks_unless_addresses,
    rss_items_have_a_title_or_a_description,
    rss_addresses_are_absolute,
    rss_titles_hold_no_html,
    rss_bodies_are_escaped_html,
    rss_has_nothing_blank,
    rss_enclosures_are_whole,
    media_stands_in_an_entry_and_is_whole,
    characters_are_harmless,
)

WRONG_RSS = """
<rss version="0.9" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>A &amp;amp; B</title><link>/relative</link><description></description><link>x</link>
<atom:link rel="self" href="http://other.example/"/>
<lastBuildDate>Thu, 01 Jan 1970 00:00:00 +0000</lastBuildDate><ttl>0</ttl>
<item><guid>1</guid><pubDate>2026-01-01</pubDate><category/><enclosure url="/x" length="" type="x"/></item>
<m:group xmlns:m="http://search.yahoo.com/mrss/"><m:content url="/x" medium="picture" width="0"/></m:group>
<item><guid>1</guid><description>&lt;p&gt;&lt;img src="/x"&gt;&lt;/i&gt;\x85</description></item>
</channel><item/></rss>
""".strip()


# The rules of the W3C validator: Atom 1.0 (RFC 4287).


def atom_children(parent: etree._Element) -> Counter[str]:
    return Counter(str(child.tag).removeprefix(ATOM) for child in parent)


def atom_root_is_a_feed(root: etree._Element) -> Iterator[str]:
    if root.tag != f"{ATOM}feed":
        yield str(root.tag)


def atom_has_what_is_required_once(root: etree._Element) -> Iterator[str]:
    for parent in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            if (number := atom_children(parent)[name]) != 1:
                yield f"{parent.tag} with {number} × {name}"


def atom_elements_are_known_and_at_most_once(root: etree._Element) -> Iterator[str]:
    of_feed = {"id", "title", "updated", "generator", "subtitle", "icon", "logo", "rights"}
    of_entry = {"id", "title", "updated", "published", "content", "summary", "rights", "source"}
    of_entry |= {f"{MEDIA}content", f"{MEDIA}thumbnail"}
    for parent in (root, *root.iter(f"{ATOM}entry")):
        single = of_feed if parent is root else of_entry
        several = {"author", "category", "contributor", "link"} | ({"entry"} if parent is root else set())
        for name, number in atom_children(parent).items():
            if name not in single | several or (number > 1 and name in single):
                yield f"{number} × {name}"


def atom_has_authors_with_one_name(root: etree._Element) -> Iterator[str]:
    for entry in root.iter(f"{ATOM}entry"):
        if not (atom_children(entry)["author"] or atom_children(root)["author"]):
            yield f"no author: {entry.findtext(f'{ATOM}title')}"
    for author in root.iter(f"{ATOM}author"):
        if len(names := texts(author, f"{ATOM}name")) != 1 or not names[0].strip():
            yield f"an author with the names {names}"


def atom_ids_are_absolute_and_unique(root: etree._Element) -> Iterator[str]:
    for element in root.iter(f"{ATOM}id"):
        if not re.fullmatch(r"[a-zA-Z][\w+.-]*:\S+", element.text or ""):
            yield f"id {element.text}"
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    yield from (f"{number} × {one}" for one, number in Counter(ids).items() if number > 1)


def atom_entries_are_updated_at_different_times(root: etree._Element) -> Iterator[str]:
    moments = [entry.findtext(f"{ATOM}updated") for entry in root.iter(f"{ATOM}entry")]
    yield from (f"{number} × {one}" for one, number in Counter(moments).items() if number > 1)


def atom_dates_are_rfc_3339_and_plausible(root: etree._Element) -> Iterator[str]:
    for element in root.iter(f"{ATOM}updated", f"{ATOM}published"):
        text = element.text or ""
        if not RFC_3339.fullmatch(text) or datetime.fromisoformat(text) < SINCE_1990:
            yield f"{element.tag} {text!r}"


def atom_texts_are_of_a_known_type(root: etree._Element) -> Iterator[str]:
    for element in root.iter(f"{ATOM}title", f"{ATOM}subtitle", f"{ATOM}summary", f"{ATOM}rights"):
        if element.get("type", "text") not in ("text", "html", "xhtml"):
            yield f"type {element.get('type')}"
        if element.get("type", "text") == "text" and (
            len(element) or HTML_IN_TEXT.search(element.text or "")
        ):
            yield f"markup in {element.text}"


def atom_contents_are_escaped_html(root: etree._Element) -> Iterator[str]:
    for element in root.iter(f"{ATOM}content"):
        if element.get("type") != "html" or len(element) or element.get("src"):
            yield shown(element)
        yield from complaints_of_html(element.text or "")


def atom_links_follow_the_rules(root: etree._Element) -> Iterator[str]:
    for link in root.iter(f"{ATOM}link"):
        of_feed = ("first", "previous", "next", "last")  # RFC 5005
        relations = ("alternate", "self", *of_feed, "enclosure", "related", "via")
        if link.get("rel", "alternate") not in relations:
            yield f"rel {link.get('rel')}"
        if not is_absolute(link.get("href")):
            yield f"href {link.get('href')}"
        if link.get("type") and not re.fullmatch(r"[\w.+-]+/[\w.+-]+", link.get("type") or ""):
            yield f"type {link.get('type')}"
    for parent in (root, *root.iter(f"{ATOM}entry")):
        kinds = Counter(
            (link.get("rel", "alternate"), link.get("type"), link.get("hreflang"))
            for link in parent.iterchildren(f"{ATOM}link")
        )
        # Of these alone RFC 4287 wants one (4.1.2); a post may have several recordings.
        single = (one for one in kinds.items() if one[0][0] != "enclosure")
        yield from (f"{number} × {kind}" for kind, number in single if number > 1)


def atom_names_its_own_address_once(root: etree._Element) -> Iterator[str]:
    own = [link for link in root.iterchildren(f"{ATOM}link") if link.get("rel") == "self"]
    if [(link.get("href") or "").startswith(BASE) for link in own] != [True]:
        yield f"links to itself: {[link.get('href') for link in own]}"


def atom_entries_without_content_have_a_link_and_a_summary(root: etree._Element) -> Iterator[str]:
    for entry in root.iter(f"{ATOM}entry"):
        held = atom_children(entry)
        alternates = [
            link
            for link in entry.iterchildren(f"{ATOM}link")
            if link.get("rel", "alternate") == "alternate"
        ]
        if not held["content"] and not (alternates and held["summary"]):
            yield f"nothing to read: {entry.findtext(f'{ATOM}id')}"


def atom_categories_have_terms(root: etree._Element) -> Iterator[str]:
    for category in root.iter(f"{ATOM}category"):
        if not (category.get("term") or "").strip() or category.get("label") == "":
            yield shown(category)


def atom_has_nothing_blank(root: etree._Element) -> Iterator[str]:
    for element in root.iter(f"{ATOM}title", f"{ATOM}subtitle", f"{ATOM}summary", f"{ATOM}generator"):
        if not (element.text or "").strip():
            yield str(element.tag)


ATOM_RULES: Sequence[Rule] = (
    atom_root_is_a_feed,
    atom_has_what_is_required_once,
    atom_elements_are_known_and_at_most_once,
    atom_has_authors_with_one_name,
    atom_ids_are_absolute_and_unique,
    atom_entries_are_updated_at_different_times,
    atom_dates_are_rfc_3339_and_plausible,
    atom_texts_are_of_a_known_type,
    atom_contents_are_escaped_html,
    atom_links_follow_the_rules,
    atom_names_its_own_address_once,
    atom_entries_without_content_have_a_link_and_a_summary,
    atom_categories_have_terms,
    atom_has_nothing_blank,
    media_stands_in_an_entry_and_is_whole,
    characters_are_harmless,
)

WRONG_ATOM = """
<entries xmlns="http://www.w3.org/2005/Atom"><title type="CDATA"></title><title>a &lt;b>c&lt;/b></title>
<updated>1970-01-01T00:00:00Z</updated><link rel="start" href="/x"/><author><name/></author>
<entry><id>no iri</id><updated>2026-01-01T00:00:00Z</updated><category label="x"/>
<thumbnail xmlns="http://search.yahoo.com/mrss/" url="x"/></entry>
<entry><id>no iri</id><updated>2026-01-01T00:00:00Z</updated>
<content>\x85&lt;p&gt;&lt;/i&gt;</content></entry>
</entries>
""".strip()


def rule_name(rule: Rule) -> str:
    """Return the name of a rule as pytest shows it."""
    return rule.__name__.replace("_", " ")


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("rule", RSS_RULES, ids=rule_name)
def test_rss_keeps_the_rule(document: Document, rule: Rule, query: str) -> None:
    assert list(rule(document(query, "rss"))) == []


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("rule", ATOM_RULES, ids=rule_name)
def test_atom_keeps_the_rule(document: Document, rule: Rule, query: str) -> None:
    assert list(rule(document(query, "atom"))) == []


@pytest.mark.parametrize("rule", RSS_RULES, ids=rule_name)
def test_a_rule_of_rss_finds_what_is_wrong(rule: Rule) -> None:
    assert list(rule(xml(WRONG_RSS.encode())))


@pytest.mark.parametrize("rule", ATOM_RULES, ids=rule_name)
def test_a_rule_of_atom_finds_what_is_wrong(rule: Rule) -> None:
    assert list(rule(xml(WRONG_ATOM.encode())))


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_the_document_says_that_it_is_utf_8(held: Database, form: str) -> None:
    first = render(held, "", form).split(b"\n")[0].lower()
    assert re.fullmatch(rb"<\?xml version=['\"]1.0['\"] encoding=['\"]utf-8['\"]\?>", first)


# Posts and names that are out to break it.

SITE = Site("site", "https://site.example/", "Site", "About it")


def post(number: int = 1, **changes: Any) -> Post:
    """Return a post that is fit to publish, with these changes."""
    values: dict[str, Any] = {
        "id": number,
        "guid": f"https://site.example/?p={number}",
        "link": f"https://site.example/{number}/",
        "title": "Title",
        "summary": "Summary.",
        "content": "<p>Content.</p>",
        "published": datetime(2026, 1, 2, 3, 4, number, tzinfo=UTC),
        "modified": datetime(2026, 1, 2, 3, 4, number, tzinfo=UTC),
    }
    return Post(**(values | changes))


def feed_of(*entries: Entry, site: Site = SITE, query: Query | None = None) -> Callable[[str], bytes]:
    """Return what writes a feed of these entries in a format."""
    found = QueryResult(
        query=query or Query(), entries=entries, has_more=False, sites=(site,), labels=("Label",)
    )
    return lambda form: FORMATS[form].serialize(build_feed(found, form, BASE))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "name",
    [
        pytest.param("R&D", id="an ampersand"),
        pytest.param("AT&amp;T", id="an entity"),
        pytest.param("a < b > c", id="angle brackets"),
        pytest.param("<b>bold</b>", id="a tag"),
        pytest.param("\"quoted\" 'twice'", id="quotes"),
        pytest.param("]]>", id="the end of a CDATA section"),
        pytest.param("&lt;script&gt;", id="an escaped tag"),
        pytest.param("50 % {{ name }} %s \\n", id="placeholders"),
        pytest.param("พลังงาน 能源 🔋 ﷽", id="many scripts"),
    ],
)
def test_names_with_markup_characters_are_escaped_exactly_once(name: str, form: str) -> None:
    entry = Entry(
        post(title=name, summary=name),
        replace(SITE, title=name),
        categories=(Term("category", 1, "c", name),),
        tags=(Term("tag", 2, "t", f"{name}!"),),
        authors=(Term("author", 3, "a", name),),
    )
    body = feed_of(entry, site=replace(SITE, title=name, description=name))(form)
    (read,) = entries_in(body, form)
    assert read["title"] == name
    assert read["author"] == [name]
    assert read["tags"] == [name, f"{name}!"]
    assert read["summary"] == collapse_whitespace(name)
    if form == "json":
        feed = json.loads(body)
        assert (feed["title"], feed["description"]) == (f"{name} – Label", name)
    else:
        root = xml(body)
        prefix = ATOM if form == "atom" else "channel/"
        assert root.findtext(f"{prefix}title") == f"{name} – Label"
        assert root.findtext(f"{prefix}{'subtitle' if form == 'atom' else 'description'}") == name


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        pytest.param(Term("author", 3, "zoe", "Zoé"), "Zoé", id="with a name"),
        pytest.param(Term("author", 3, "3"), "Site", id="with an id alone"),
        pytest.param(None, "Site", id="without an author"),
    ],
)
def test_atom_always_has_an_author(author: Term | None, expected: str) -> None:
    body = feed_of(Entry(post(), SITE, (), (), (author,) if author else ()))
    assert entries_in(body("atom"), "atom")[0]["author"] == [expected]
    named = [expected] if expected == "Zoé" else []
    assert entries_in(body("rss"), "rss")[0]["author"] == named
    assert entries_in(body("json"), "json")[0]["author"] == named


@pytest.mark.parametrize("form", FORMATS)
def test_a_term_that_is_known_by_its_id_alone_is_not_shown(form: str) -> None:
    entry = Entry(post(), SITE, (Term("category", 7, "7"),), (Term("tag", 8, "solar"),), ())
    assert entries_in(feed_of(entry)(form), form)[0]["tags"] == ["solar"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("changes", "summary", "body"),
    [
        pytest.param({}, "Summary.", "<p>Content.</p>", id="both"),
        pytest.param({"summary": ""}, "", "<p>Content.</p>", id="no summary"),
        pytest.param({"content": ""}, "Summary.", "", id="no content"),
        pytest.param({"summary": "1 < 2 & 3"}, "1 < 2 & 3", "<p>Content.</p>", id="a summary like markup"),
    ],
)
def test_a_post_shows_what_it_has(changes: Mapping[str, Any], summary: str, body: str, form: str) -> None:
    (read,) = entries_in(feed_of(Entry(post(**changes), SITE, (), (), ()))(form), form)
    assert (read["summary"], read["body"]) == (summary, body)


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_a_post_without_any_text_leaves_the_feed_valid(form: str) -> None:
    root = xml(feed_of(Entry(post(summary="", content=""), SITE, (), (), ()))(form))
    for rule in RSS_RULES if form == "rss" else ATOM_RULES:
        assert list(rule(root)) == []


@pytest.mark.parametrize("form", FORMATS)
def test_a_scheduled_post_is_updated_when_it_appears(form: str) -> None:
    early = datetime(2025, 12, 1, tzinfo=UTC)
    entry = Entry(post(modified=early), SITE, (), (), ())
    body = feed_of(entry)(form).decode()
    assert "2025" not in body
    assert "2026" in body


@pytest.mark.parametrize("form", FORMATS)
def test_two_sites_make_a_feed_of_our_own(form: str) -> None:
    two = (SITE, Site("other", "https://other.example/", "Other & Co"))
    entries = (Entry(post(2), two[1], (), (), ()), Entry(post(1), two[0], (), (), ()))
    found = QueryResult(query=Query(), entries=entries, has_more=False, sites=two, labels=())
    body = FORMATS[form].serialize(build_feed(found, form, BASE)).decode()
    assert "Posts of Site, Other &amp; Co" in body or "Posts of Site, Other & Co" in body
    assert f"{BASE}feed.{form}" in body
    home = json.loads(body)["home_page_url"] if form == "json" else None
    if form == "rss":
        home = xml(body.encode()).findtext("channel/link")
    if form == "atom":
        home = next(
            link.get("href")
            for link in xml(body.encode()).iter(f"{ATOM}link")
            if link.get("rel") == "alternate"
        )
    assert home == BASE


def parses(body: bytes, form: str) -> dict[str, Any]:
    """Return the one entry of a feed, having read it with a strict parser and with feedparser."""
    (entry,) = entries_in(body, form)
    if form != "json":
        result = parsed(body, form)
        assert not result.bozo, result.get("bozo_exception")
        assert len(result.entries) == 1
    return entry


hostile = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("<>&\"'\x00\x0b\x1f\x7f\x85\ud800\udfff\ufffe\uffff\U0001fffe\u2028\u202e]["),
    ),
    max_size=30,
)
fit = hostile.map(remove_illegal_characters)


@steadily(60)
@given(title=fit.map(collapse_whitespace).filter(bool), summary=fit.map(collapse_whitespace), content=fit)
@example(title="]]>", summary="<![CDATA[", content="<p>]]></p>")
@example(title="&#0;", summary="&#xFFFE;", content="&#1;")
def test_any_text_of_a_post_gives_feeds_that_parse(title: str, summary: str, content: str) -> None:
    entry = Entry(post(title=title, summary=summary, content=content), SITE, (), (), ())
    for form in FORMATS:
        assert parses(feed_of(entry)(form), form)["title"] == title


@steadily(60)
@given(
    title=hostile,
    excerpt=hostile,
    content=hostile,
    name=hostile,
    slug=hostile,
    link=st.one_of(hostile, st.just("https://site.example/1/")),
    guid=hostile,
)
@example("\x00", "\x0b", "\ufffe", "\x00", "\x00", "\x00", "https://site.example/\x00")
@example("", "", "", "", "", "https://site.example/1/", "")
@example("\ud800", "\udfff", "<p>\ud800</p>", "\ud800", "%ED%A0%80", "\ud800x", "\ud800y")
def test_whatever_a_site_sends_gives_feeds_that_parse(
    title: str, excerpt: str, content: str, name: str, slug: str, link: str, guid: str
) -> None:
    data = {
        "id": 1,
        "date_gmt": "2026-01-02T03:04:05",
        "modified_gmt": "2026-01-02T03:04:05",
        "guid": {"rendered": f"g{guid}"},
        "link": link,
        "title": {"rendered": title},
        "content": {"rendered": content},
        "excerpt": {"rendered": excerpt},
    }
    if not parse_web_address(link):  # such a post has nowhere to lead to: it is refused, and costs no other
        with pytest.raises(PostError, match="has no address"):
            parse_post(data)
        data["link"] = "https://site.example/1/"
    source = parse_post(data)
    assert source
    category = parse_term("category", {"id": 1, "slug": slug, "name": name})
    author = parse_term("author", {"id": 2, "slug": slug, "name": name})
    assert category
    entry = Entry(clean_post(source), SITE, (category,), (), (author,) if author else ())
    read = [parses(feed_of(entry)(form), form) for form in FORMATS]
    assert read[0]["title"] == read[1]["title"] == read[2]["title"] != ""
    assert read[0]["id"] == read[1]["id"] == read[2]["id"] != ""


def language_of(body: bytes, form: str) -> tuple[str, list[str]]:
    """Return the language that a feed tells, and those of its entries, empty where they tell none."""
    if form == "json":
        feed = json.loads(body)
        return feed.get("language", ""), [item.get("language", "") for item in feed["items"]]
    root = xml(body)
    named = "{http://www.w3.org/XML/1998/namespace}lang"
    entries = [entry.get(named, "") for entry in root.iter("item", f"{ATOM}entry")]
    return str(root.findtext("channel/language") or root.get(named, "")), entries


@pytest.mark.parametrize("form", FORMATS)
def test_a_feed_tells_its_language_and_an_entry_one_that_differs(form: str) -> None:
    site = replace(SITE, language="de-DE")
    entries = [
        Entry(post(n, language=tag), site, (), (), ()) for n, tag in ((1, ""), (2, "de-DE"), (3, "fr"))
    ]
    assert language_of(feed_of(*entries, site=site)(form), form) == ("de-DE", ["", "", "fr"])
    assert language_of(feed_of(entries[2])(form), form) == ("", ["fr"])


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("languages", "of_feed", "of_entries"),
    [
        pytest.param(("en-GB", "en-GB"), "en-GB", ["", ""], id="one language"),
        pytest.param(("en-GB", "en-US"), "en", ["en-GB", "en-US"], id="two regions"),
        pytest.param(("en", "th"), "", ["en", "th"], id="two languages"),
        pytest.param(("en", ""), "", ["en", ""], id="one that is not known"),
    ],
)
def test_a_feed_of_two_sites_has_the_language_of_both(
    languages: tuple[str, str], of_feed: str, of_entries: list[str], form: str
) -> None:
    two = tuple(
        Site(name, f"https://{name}.example/", name, "", language)
        for name, language in zip("ab", languages, strict=True)
    )
    entries = tuple(Entry(post(n), site, (), (), ()) for n, site in enumerate(two, start=1))
    found = QueryResult(query=Query(), entries=entries, has_more=False, sites=two, labels=())
    body = FORMATS[form].serialize(build_feed(found, form, BASE))
    assert language_of(body, form) == (of_feed, of_entries)


def test_an_entry_of_one_of_several_sites_names_its_source() -> None:
    two = (SITE, Site("b, c", "https://other.example/", "Other & Co"))
    entries = (Entry(post(2), two[1], (), (), ()), Entry(post(1), two[0], (), (), ()))
    found = QueryResult(query=Query(), entries=entries, has_more=False, sites=two, labels=())
    rss = xml(FORMATS["rss"].serialize(build_feed(found, "rss", BASE)))
    assert [(source.get("url"), source.text) for source in rss.iter("source")] == [
        (f"{BASE}feed.rss?topic=site:%22b,+c%22", "Other & Co"),
        (f"{BASE}feed.rss?site=site", "Site"),
    ]
    atom = xml(FORMATS["atom"].serialize(build_feed(found, "atom", BASE)))
    sources = list(atom.iter(f"{ATOM}source"))
    assert [source.findtext(f"{ATOM}title") for source in sources] == ["Other & Co", "Site"]
    assert [source.findtext(f"{ATOM}id") for source in sources] == [
        f"{BASE}feed.atom?topic=site:%22b,+c%22",
        f"{BASE}feed.atom?site=site",
    ]
    assert [source.findtext(f"{ATOM}updated") for source in sources] == [
        "2026-01-02T03:04:02Z",
        "2026-01-02T03:04:01Z",
    ]
    alone = feed_of(entries[1])
    assert not list(xml(alone("rss")).iter("source")) + list(xml(alone("atom")).iter(f"{ATOM}source"))


@pytest.mark.parametrize(
    ("icon", "in_rss"),
    [
        pytest.param("https://site.example/icon.png", True, id="PNG"),
        pytest.param("https://site.example/icon.jpg?w=512", True, id="JPEG"),
        pytest.param("https://site.example/icon.webp", False, id="a type that RSS does not have"),
        pytest.param("https://site.example/icon", False, id="of no known type"),
        pytest.param("", True, id="none, for which our mark stands"),
    ],
)
def test_a_feed_has_the_icon_of_its_site(icon: str, in_rss: bool) -> None:
    feed = feed_of(Entry(post(), SITE, (), (), ()), site=replace(SITE, icon=icon))
    channel = xml(feed("rss")).find("channel")
    assert channel is not None
    of_image = [[channel.findtext(f"image/{name}") for name in ("url", "title", "link")]]
    title, link = (channel.findtext(name) for name in ("title", "link"))
    shown = icon or f"{BASE}static/mark.png"
    assert of_image == [[shown, title, link] if in_rss else [None] * 3]
    assert xml(feed("atom")).findtext(f"{ATOM}icon") == shown
    document = json.loads(feed("json"))
    assert (document["icon"], document["favicon"]) == (shown, shown)


def test_entries_that_were_changed_in_one_second_all_tell_that_second() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    entries = [Entry(post(n, published=moment, modified=moment), SITE, (), (), ()) for n in range(1, 59)]
    atom = xml(feed_of(*entries)("atom"))
    texts_of_updated = [str(entry.findtext(f"{ATOM}updated")) for entry in atom.iter(f"{ATOM}entry")]
    assert len(set(texts_of_updated)) == 58
    assert {datetime.fromisoformat(text) for text in texts_of_updated} == {moment}
    assert texts_of_updated[:3] == [
        "2026-01-02T03:04:05Z",
        "2026-01-02T03:04:05.0Z",
        "2026-01-02T03:04:05.00Z",
    ]
    assert texts_of_updated[10] == "2026-01-02T03:05:05+00:01"
    assert {entry.findtext(f"{ATOM}published") for entry in atom.iter(f"{ATOM}entry")} == {
        "2026-01-02T03:04:05Z"
    }
    rss = xml(feed_of(*entries)("rss"))
    assert {item.findtext(f"{ATOM}updated") for item in rss.iter("item")} == {"2026-01-02T03:04:05Z"}


def test_an_item_of_rss_tells_when_it_was_changed(document: Document) -> None:
    changed = {
        item.findtext("guid"): item.findtext(f"{ATOM}updated")
        for item in document("limit=100", "rss").iter("item")
    }
    assert changed["https://newsroom.example/?p=4402"] == "2026-05-19T03:00:00Z"
    assert changed["https://newsroom.example/?p=4512"] == "2026-10-20T02:00:00Z"


@pytest.mark.parametrize("form", FORMATS)
def test_a_category_and_a_tag_of_one_name_stand_once(form: str) -> None:
    categories = (Term("category", 1, "solar", "Solar"), Term("category", 2, "wind", "Wind"))
    tags = (
        Term("tag", 3, "solar", "Solar"),
        Term("tag", 4, "solar-2", "solar"),
        Term("tag", 5, "sun", "Sun"),
    )
    entry = Entry(post(), SITE, categories, tags, ())
    assert entries_in(feed_of(entry)(form), form)[0]["tags"] == ["Solar", "Wind", "Sun"]


@pytest.mark.parametrize("form", FORMATS)
def test_all_authors_are_named(form: str) -> None:
    authors = tuple(
        Term("author", n, name.lower(), name) for n, name in enumerate(("Ann", "Bo", "Cy"), start=1)
    )
    entry = Entry(post(), SITE, (), (), (*authors, Term("author", 9, "9")))
    assert entries_in(feed_of(entry)(form), form)[0]["author"] == ["Ann", "Bo", "Cy"]


@pytest.mark.parametrize("form", ["rss", "atom"])
@pytest.mark.parametrize(
    ("query", "pages"),
    [
        pytest.param("limit=12", {"first": 1, "next": 2, "last": 3}, id="the first page"),
        pytest.param(
            "limit=12&page=2", {"first": 1, "previous": 1, "next": 3, "last": 3}, id="in the middle"
        ),
        pytest.param("limit=12&page=3", {"first": 1, "previous": 2, "last": 3}, id="the last page"),
        pytest.param("limit=35", {}, id="one page"),
        pytest.param("limit=7&page=5", {"first": 1, "previous": 4, "last": 5}, id="a full last page"),
        pytest.param("limit=12&page=5", {"first": 1, "previous": 4, "last": 3}, id="behind the last page"),
        pytest.param("topic=zzzz", {}, id="an empty feed"),
    ],
)
def test_a_paged_feed_names_its_other_pages(
    held: Database, query: str, pages: Mapping[str, int], form: str
) -> None:
    links = [
        (str(link.get("rel")), str(link.get("href")))
        for link in xml(render(held, query, form)).iter(f"{ATOM}link")
        if link.get("rel") in ("first", "previous", "next", "last")
    ]
    limit = re.findall(r"limit=\d+", query)
    assert dict(links) == {
        relation: f"{BASE}feed.{form}?{limit[0]}" + (f"&page={number}" if number > 1 else "")
        for relation, number in pages.items()
    }
    assert [relation for relation, _ in links] == list(pages)


def test_a_feed_is_the_data_that_it_is_made_of() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 1, tzinfo=UTC)
    entry = Entry(post(), SITE, (), (), ())
    query = parse_query_string("limit=1&page=2&content=summary")
    found = QueryResult(query=query, entries=(entry,), has_more=True, sites=(SITE,), labels=())
    assert build_feed(found, "atom", BASE, title="Ours") == Feed(
        title="Ours",
        description="About it",
        home="https://site.example/",
        self_url=f"{BASE}feed.atom?limit=1&page=2&content=summary",
        next_url=f"{BASE}feed.atom?limit=1&page=3&content=summary",
        updated=moment,
        entries=(entry,),
        bodies=False,
        first_url=f"{BASE}feed.atom?limit=1&content=summary",
        previous_url=f"{BASE}feed.atom?limit=1&content=summary",
        icon=f"{BASE}static/mark.png",
    )
