"""The preview: what a query gives, as the feed has it, and why each of the newest posts is in it or not."""

import gzip
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import html5lib
import pytest
from flask.testing import FlaskClient
from lxml import etree
from lxml import html as lxml_html
from sqlalchemy import insert
from werkzeug.test import TestResponse

from columns import set_columns
from conftest import empty_configuration
from feedsvc.clean.sanitize import sanitize
from feedsvc.config import Settings, load_settings
from feedsvc.model import Post, Term
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.publish.views.script import SCRIPT, SCRIPT_SOURCE
from feedsvc.publish.web import create_app
from feedsvc.store import keys, sites
from feedsvc.store.database import Database
from feedsvc.store.indexing import index_groups
from feedsvc.store.tables import posts as posts_table
from feedsvc.store.terms import save_terms
from feedsvc.text.html import extract_visible_text
from storing import save_post
from tables import thinned

Items = list[dict[str, Any]]

JANUARY = datetime(2026, 1, 1, 12, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"

# The page as a reader has it


@dataclass(frozen=True)
class Kept:
    """An entry on the page; `marked` is what is marked in its title, then in its body."""

    link: str
    title: str
    matched: str
    body: str
    marked: tuple[list[str], list[str]]


@dataclass(frozen=True)
class LeftOut:
    """A post that is not in the feed."""

    link: str
    title: str
    site: str
    reasons: list[str]


@dataclass(frozen=True)
class Page:
    """A preview."""

    kept: list[Kept]
    left_out: list[LeftOut]
    feeds: dict[str, str]
    older: str
    fields: list[tuple[str, str]]
    mistake: str
    text: str


def text_of(element: Any) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def of_class(root: Any, tag: str, name: str) -> Any:
    """Return the first element of a class, or none."""
    return next((one for one in root.iter(tag) if one.get("class") == name), None)


def marks_in(element: Any) -> list[str]:
    return [text_of(mark) for mark in element.iter("mark")]


def read(response: TestResponse) -> Page:
    root: Any = lxml_html.document_fromstring(response.text)
    kept = []
    for article in root.iter("article"):
        heading, body = article.find("h3"), of_class(article, "div", "body")
        kept.append(
            Kept(
                link=heading.find("a").get("href"),
                title=text_of(heading),
                matched=text_of(of_class(article, "p", "why")).removeprefix("Matched: "),
                body=extract_visible_text(lxml_html.tostring(body, encoding="unicode")),
                marked=(marks_in(heading), marks_in(body)),
            )
        )
    listed = of_class(root, "ul", "left-out")
    left_out = [
        LeftOut(
            link=item.find("a").get("href"),
            title=text_of(item.find("a")),
            site=text_of(item.find("span")).rpartition("· ")[2],
            reasons=[text_of(reason) for reason in item.iterfind("ul/li")],
        )
        for item in (listed.iterfind("li") if listed is not None else ())
    ]
    subscribe = of_class(root, "div", "subscribe formats")
    return Page(
        kept=kept,
        left_out=left_out,
        feeds={a.text: a.get("href") for a in (subscribe.iterfind("a") if subscribe is not None else ())},
        older=next((a.get("href") for a in root.iter("a") if a.text == "Older entries"), ""),
        fields=fields_of(root),
        mistake=text_of(of_class(root, "p", "mistake")),
        text=text_of(root.find(".//main")),
    )


def sent_by(root: Any) -> list[tuple[str, str]]:
    """Return what a browser sends of the form as it stands: names and values."""
    sent = []
    for field in root.iterfind(".//form[@data-live='/builder']//*[@name]"):
        if field.tag == "select":
            options = list(field.iter("option"))
            chosen = next((one for one in options if "selected" in one.attrib), options[0])
            sent.append((field.get("name"), chosen.get("value")))
        elif field.get("type") != "checkbox" or "checked" in field.attrib:
            sent.append((field.get("name"), field.get("value")))
    return sent


def fields_of(root: Any) -> list[tuple[str, str]]:
    """Return what the form asks for as it stands: the boxes of a field that are ticked are one value, any
    of which is enough, and those that are left out another; the field for other names is blank then.
    """
    fields = [pair for pair in sent_by(root) if not pair[0].startswith(("with-", "not-"))]
    for prefix, sign in (("with-", ""), ("not-", "-")):
        ticked: dict[str, list[str]] = {}
        for name, value in sent_by(root):
            if name.startswith(prefix):
                ticked.setdefault(name.removeprefix(prefix), []).append(value)
        for name, values in ticked.items():
            fields = [pair for pair in fields if pair != (name, "")]
            fields.append((name, sign + ",".join(values)))
    return fields


def preview(client: FlaskClient, query: str = "", status: int = 200) -> Page:
    response = client.get(f"/preview?{query}")
    assert response.status_code == status, response.text
    assert response.content_type == "text/html; charset=utf-8"
    return read(response)


def items(client: FlaskClient, address: str) -> Items:
    """Return what a JSON feed has."""
    response = client.get(address)
    assert response.status_code == 200, response.text
    found: Items = json.loads(response.data)["items"]
    return found


def whole(query: str) -> str:
    """Return a query string for what all pages of the feed have together, on one."""
    pairs = [(name, value) for name, value in parse_qsl(query) if name not in ("limit", "page", "content")]
    return urlencode([*pairs, ("limit", "100"), ("content", "summary")])


def without_mistake(response: TestResponse) -> Any:
    """Return the tree of a page, which must be HTML without a mistake."""
    builder = html5lib.treebuilders.getTreeBuilder("lxml")
    parser = html5lib.HTMLParser(tree=builder, namespaceHTMLElements=False)
    tree = parser.parse(response.text)
    assert parser.errors == []
    return tree.getroot()


# The samples


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, sample_store: Path) -> Iterator[FlaskClient]:
    """A web client of a service that publishes the samples, which no test changes."""
    file = tmp_path_factory.mktemp("samples") / "store.db"
    shutil.copyfile(sample_store, file)
    with closing(Database(f"sqlite:///{file}")) as database:
        yield create_app(empty_configuration(), database).test_client()


QUERIES = [
    pytest.param("", id="everything"),
    pytest.param("limit=3&page=2", id="page 2"),
    pytest.param("limit=7&page=6", id="the last page"),
    pytest.param("dedupe=off&limit=100", id="repeats too"),
    pytest.param("topic=solar&limit=9", id="a word"),
    pytest.param("topic=zzzz", id="a word that is nowhere"),
    pytest.param("topic=%22floating+solar%22", id="a phrase"),
    pytest.param("topic=title:(ferry+OR+port)", id="either in the title"),
    pytest.param("topic=electr*&limit=3", id="a prefix"),
    pytest.param("topic=lithium+OR+ferry+-harbour&limit=3", id="either and an exclusion"),
    pytest.param("topic=(solar+OR+(ferry+-lithium))+-title:park", id="groups"),
    pytest.param("topic=solar+OR+category:health&limit=5", id="a word or a category"),
    pytest.param("topic=C%2B%2B", id="C++"),
    pytest.param("topic=ห้องสมุดลอยน้ำ", id="Thai"),
    pytest.param("category=energy&category=-solar&limit=3", id="categories"),
    pytest.param("tag=battery&author=-zoe-muller&limit=3", id="a tag without an author"),
    pytest.param("tag=grid&limit=2", id="a tag that a repeat has"),
    pytest.param("site=-newsroom.example", id="no site"),
    pytest.param("since=2026-06-09&limit=2", id="since a date"),
    pytest.param("since=2026-06-09&topic=battery", id="since a date, and a word"),
    pytest.param("content=summary&limit=100", id="summaries"),
]


@pytest.mark.parametrize("query", thinned(QUERIES, 3))
def test_the_preview_keeps_what_the_feed_has_and_lists_the_newest_that_it_lacks(
    reader: FlaskClient, sample_posts: Items, query: str
) -> None:
    page = preview(reader, query)
    feed = items(reader, f"/feed.json?{query}")
    assert [one.link for one in page.kept] == [item["url"] for item in feed]
    assert [one.title for one in page.kept] == [" ".join(item["title"].split()) for item in feed]
    shown = [item.get("content_html") or escape(item["content_text"]) for item in feed]
    assert [one.body for one in page.kept] == [extract_visible_text(one) for one in shown]
    newest = sorted(sample_posts, key=lambda one: (one["date_gmt"], one["id"]), reverse=True)
    in_feed = {item["url"] for item in items(reader, f"/feed.json?{whole(query)}")}
    lacking = [one["link"] for one in newest if one["link"] not in in_feed]
    assert [one.link for one in page.left_out] == lacking[:20]
    assert all(one.reasons for one in page.left_out)


# A store of our own

LONG = "<p>The ferry to the island leaves at six in the morning and comes back when the lamps are lit.</p>"
TERMS = (
    Term("category", 1, "energy", "Energy"),
    Term("category", 2, "wind", "Wind power", parent=1),
    Term("category", 3, "health", "Health"),
    Term("tag", 21, "battery", "Battery"),
    Term("author", 31, "zoe", "Zoë Müller"),
    Term("author", 32, "joe", "Joe"),
)


def a_post(number: int, title: str, content: str, day: float | None = None, **changes: Any) -> Post:
    """Return a post of the day of its own number, unless another is given."""
    published = JANUARY + timedelta(days=(number if day is None else day) - 1)
    post = Post(
        id=number,
        guid=f"https://news.example/?p={number}",
        link=f"https://news.example/{number}/",
        title=title,
        summary="",
        content=content,
        published=published,
        modified=published,
    )
    return replace(post, **changes)


NEWS = (
    a_post(
        1, "Solar roof", "<p>Panels, a <b>he</b>at pump.</p>", categories=(1,), tags=(21,), authors=(31,)
    ),
    a_post(2, "Wind farm", "<p>Turbines, nothing solar.</p>", categories=(2,), authors=(32,)),
    a_post(3, "Hospital", "<p>Nurses in the heat; a pump broke.</p>", categories=(3,), authors=(32,)),
    a_post(4, "Ferry", LONG, categories=(1,), tags=(21,)),
    a_post(5, "Ferry", LONG, categories=(3,)),
)
MIRRORED = a_post(6, "Ferry", LONG)


def add(database: Database, site: str, *some: Post, title: str = "", imported: bool = True) -> None:
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, site, f"https://{site}.example/", imported=imported)
        set_columns(connection, site_id, title=title, backfilled_at=JANUARY)
        save_terms(connection, site_id, TERMS)
        for one in some:
            save_post(connection, site_id, one)


def numbers(some: Sequence[Kept | LeftOut]) -> list[int]:
    return [int(urlsplit(one.link).path.strip("/")) for one in some]


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Iterator[FlaskClient]:
    """A web client of six posts of two sites, three of which are one text; no test changes them."""
    file = tmp_path_factory.mktemp("news") / "store.db"
    shutil.copyfile(empty_store, file)
    with closing(Database(f"sqlite:///{file}")) as database:
        add(database, "news", *NEWS, title="The News")
        add(database, "mirror", MIRRORED)
        yield create_app(empty_configuration(), database).test_client()


REPEAT = ["it repeats “Ferry” of 2026-01-04, which stands for both"]
REPEATS = {6: REPEAT, 5: REPEAT}


def older(day: str) -> str:
    return f"it was published before {day} 00:00 UTC"


def all_for(some: Iterable[int], reasons: list[str]) -> dict[int, list[str]]:
    return dict.fromkeys(some, reasons)


OF_NEWS = ["its site, The News, is left out"]

WHY_NOT: Mapping[str, tuple[str, dict[int, list[str]]]] = {
    "only repeats": ("", REPEATS),
    "a word": ("topic=solar", REPEATS | {4: ["it lacks solar"], 3: ["it lacks solar"]}),
    "a phrase": (
        'topic="heat pump"',
        REPEATS | all_for((4, 3, 2), ['it lacks "heat pump"']),
    ),
    "a word of the title": (
        "topic=title:solar",
        REPEATS | all_for((4, 3, 2), ["it lacks title:solar"]),
    ),
    "the beginning of a word": ("topic=turb*", REPEATS | all_for((4, 3, 1), ["it lacks turb*"])),
    "of two words the one": (
        "topic=solar heat",
        REPEATS | {4: ["it lacks heat", "it lacks solar"], 3: ["it lacks solar"], 2: ["it lacks heat"]},
    ),
    "a category": (
        "category=energy",
        REPEATS | {3: ["it lacks category Energy"]},
    ),
    "a category that a repeat has": (
        "category=health",
        REPEATS | all_for((2, 1), ["it lacks category Health"]),
    ),
    "either category": ("category=wind,health", REPEATS | {1: ["it lacks category Health or Wind power"]}),
    "both categories": (
        "category=energy&category=health",
        REPEATS | {3: ["it lacks category Energy"]} | all_for((2, 1), ["it lacks category Health"]),
    ),
    "a tag": ("tag=21", REPEATS | all_for((3, 2), ["it lacks tag Battery"])),
    "an author": ("author=zoe", REPEATS | all_for((4, 3, 2), ["it lacks author Zoë Müller"])),
    "an exclusion": ("topic=-solar", REPEATS | all_for((2, 1), ["it has solar, which is excluded"])),
    "a phrase that is excluded": (
        'topic=-"heat pump"',
        REPEATS | {1: ['it has "heat pump", which is excluded']},
    ),
    "a group that is excluded": (
        "topic=-(heat pump)",
        REPEATS | all_for((3, 1), ["it is excluded by -(heat pump)"]),
    ),
    "a group with an exclusion that is excluded": (
        "topic=-(solar -roof)",
        REPEATS | {2: ["it is excluded by -(solar -roof)"]},
    ),
    "either that is excluded": (
        "topic=-(heat OR turbines)",
        REPEATS
        | {2: ["it has turbines, which is excluded"]}
        | all_for((3, 1), ["it has heat, which is excluded"]),
    ),
    "two exclusions": (
        "topic=-heat -title:solar",
        REPEATS
        | {3: ["it has heat, which is excluded"]}
        | {1: ["it has heat, which is excluded", "it has title:solar, which is excluded"]},
    ),
    "a category that is excluded": (
        "category=-energy",
        REPEATS | all_for((4, 2, 1), ["it has category Energy, which is excluded"]),
    ),
    "a tag that is excluded": (
        "tag=-battery",
        REPEATS | all_for((4, 1), ["it has tag Battery, which is excluded"]),
    ),
    "none of two": ("topic=solar OR nurses", REPEATS | {4: ["none of these matches: nurses, solar"]}),
    "none of a word and a category": (
        "topic=solar OR category:health -ferry",
        REPEATS | {4: ["it has ferry, which is excluded"]},
    ),
    "neither a word nor a category": (
        "topic=turbines OR category:health",
        REPEATS | {1: ["none of these matches: category Health, turbines"]},
    ),
    "a choice that is an exclusion": (
        "topic=nurses OR -solar",
        REPEATS | all_for((2, 1), ["none of these matches: nurses, -solar"]),
    ),
    "nested": (
        'topic=(solar OR "heat pump") -title:roof',
        REPEATS
        | all_for((4, 3), ['none of these matches: "heat pump", solar'])
        | {1: ["it has title:roof, which is excluded"]},
    ),
    "nested deeper": (
        "topic=(solar OR (heat -pump)) ferry",
        REPEATS
        | {4: ["none of these matches: (heat -pump), solar"]}
        | {3: ["it lacks ferry", "none of these matches: (heat -pump), solar"]}
        | all_for((2, 1), ["it lacks ferry"]),
    ),
    "older": ("since=2026-01-03", REPEATS | all_for((2, 1), [older("2026-01-03")])),
    "the first is older than its repeats": (
        "since=2026-01-05",
        REPEATS | all_for((4, 3, 2, 1), [older("2026-01-05")]),
    ),
    "older, and lacks a word": (
        "since=2026-01-03&topic=nurses",
        REPEATS | {4: ["it lacks nurses"]} | all_for((2, 1), [older("2026-01-03"), "it lacks nurses"]),
    ),
    "a site": ("site=mirror", all_for((5, 4, 3, 2, 1), ["it lacks site mirror"])),
    "a site that is left out": ("site=-mirror", {6: ["its site, mirror, is left out"], 5: REPEAT}),
    "a site that is left out, by its title": ("site=-The News", all_for((5, 4, 3, 2, 1), OF_NEWS)),
    "a site that is left out, and a word": (
        "site=-news&topic=solar",
        {6: ["it lacks solar"]} | all_for((5, 4, 3, 2, 1), OF_NEWS),
    ),
    "both sites": (
        "site=-news,mirror",
        {6: ["its site, mirror, is left out"]} | all_for((5, 4, 3, 2, 1), OF_NEWS),
    ),
    "nothing": ("dedupe=off", {}),
    "repeats count for themselves": (
        "dedupe=off&category=health",
        all_for((6, 4, 2, 1), ["it lacks category Health"]),
    ),
    "of a site alone": ("dedupe=off&site=mirror", all_for((5, 4, 3, 2, 1), ["it lacks site mirror"])),
    "repeats that have the word": (
        "dedupe=off&topic=ferry",
        all_for((3, 2, 1), ["it lacks ferry"]),
    ),
    "what one page lacks is on another": ("limit=1&page=3", REPEATS),
    "whatever the contents": ("content=summary&limit=2", REPEATS),
}


@pytest.mark.parametrize(("query", "expected"), thinned(WHY_NOT.values(), 3), ids=WHY_NOT)
def test_each_post_that_is_left_out_has_its_reasons(
    news: FlaskClient, query: str, expected: dict[int, list[str]]
) -> None:
    asked = urlencode(parse_qsl(query))
    page = preview(news, asked)
    assert {
        number: one.reasons for number, one in zip(numbers(page.left_out), page.left_out, strict=True)
    } == (expected)
    assert numbers(page.left_out) == sorted(expected, reverse=True)


MATCHED: Mapping[str, tuple[str, dict[int, str]]] = {
    "nothing asked for": ("", {4: "", 3: "", 2: "", 1: ""}),
    "a word": ("topic=SOLAR", {2: "solar", 1: "solar"}),
    "either": ("topic=solar OR heat", {3: "heat", 2: "solar", 1: "heat, solar"}),
    "a phrase": ('topic="Heat, pump"', {1: '"heat pump"'}),
    "a prefix": ("topic=turb*", {2: "turb*"}),
    "in the title": ("topic=title:(solar OR wind)", {2: "title:wind", 1: "title:solar"}),
    "not what excludes": ("topic=solar -turbines -(nurses ferry)", {1: "solar"}),
    "nothing but exclusions": ("topic=-solar", {4: "", 3: ""}),
    "a category": ("category=wind", {2: "category Wind power"}),
    "a category of a repeat": ("category=health", {4: "category Health", 3: "category Health"}),
    "a category and a word": (
        "category=energy&topic=solar",
        dict.fromkeys((2, 1), "category Energy, solar"),
    ),
    "a word or a category": (
        "topic=heat OR category:health",
        {4: "category Health", 3: "category Health, heat", 1: "heat"},
    ),
    "a tag and an author": ("tag=battery&author=zoe", {1: "author Zoë Müller, tag Battery"}),
    "a site": ("site=mirror", {6: "site mirror"}),
    "of the choices those that hold": (
        "topic=(solar heat) OR nurses",
        {3: "nurses", 1: "heat, solar"},
    ),
}


@pytest.mark.parametrize(("query", "expected"), MATCHED.values(), ids=MATCHED)
def test_each_entry_says_what_matched(news: FlaskClient, query: str, expected: dict[int, str]) -> None:
    page = preview(news, urlencode(parse_qsl(query)))
    assert {
        number: one.matched for number, one in zip(numbers(page.kept), page.kept, strict=True)
    } == expected
    assert numbers(page.kept) == sorted(expected, reverse=True)


MARKED: Mapping[str, tuple[str, dict[int, tuple[list[str], list[str]]]]] = {
    "a word in title or body": ("topic=solar", {2: ([], ["solar"]), 1: (["Solar"], [])}),
    "a phrase across markup": ('topic="heat pump"', {1: ([], ["he", "at pump"])}),
    "only in the title": ("topic=title:solar OR title:turbines", {1: (["Solar"], [])}),
    "a prefix": ("topic=turb* farm", {2: (["farm"], ["Turbines"])}),
    "not what excludes": ("topic=solar -roof", {2: ([], ["solar"])}),
    "nothing for a category": ("category=wind", {2: ([], [])}),
    "in a summary": ("topic=turbines&content=summary", {2: ([], ["Turbines"])}),
}


@pytest.mark.parametrize(("query", "expected"), MARKED.values(), ids=MARKED)
def test_what_matched_is_marked(
    news: FlaskClient, query: str, expected: dict[int, tuple[list[str], list[str]]]
) -> None:
    page = preview(news, urlencode(parse_qsl(query)))
    assert {
        number: one.marked for number, one in zip(numbers(page.kept), page.kept, strict=True)
    } == expected


def test_a_post_that_is_found_by_its_summary_shows_it(settings: Settings, database: Database) -> None:
    picture = '<figure><img src="https://news.example/a.jpg" alt=""></figure>'
    add(database, "news", a_post(1, "Gallery", picture, summary="Pictures of the solar park."))
    client = create_app(settings, database).test_client()
    (item,) = items(client, "/feed.json?topic=solar")
    assert item["summary"] == "Pictures of the solar park."
    (one,) = preview(client, "topic=solar").kept
    assert one.marked == ([], ["solar"])


# Pages


def test_the_pages_of_the_preview_are_those_of_the_feed(news: FlaskClient) -> None:
    found = []
    address = "/preview?dedupe=off&limit=4"
    for number in (1, 2):
        page = read(news.get(address))
        found += numbers(page.kept)
        assert ("page 2" in page.text) == (number == 2)
        assert page.left_out == []
        assert bool(page.older) == (number == 1)
        address = page.older
    assert found == [6, 5, 4, 3, 2, 1]


def test_the_links_of_a_page_lead_to_the_same_page_of_the_feed(news: FlaskClient) -> None:
    page = preview(news, "limit=2&page=2")
    assert [item["url"] for item in items(news, f"/{page.feeds['JSON']}")] == [
        one.link for one in page.kept
    ]


def test_a_query_that_finds_nothing_says_so(news: FlaskClient) -> None:
    page = preview(news, "topic=zzzz")
    assert page.kept == []
    assert "No post matches." in page.text
    assert numbers(page.left_out) == [6, 5, 4, 3, 2, 1]


def test_a_query_that_leaves_nothing_out_says_so(news: FlaskClient) -> None:
    page = preview(news, "dedupe=off")
    assert page.left_out == []
    assert "None of the newest posts is left out." in page.text


@pytest.mark.parametrize("query", ["", "topic=solar", "limit=1&page=2", "dedupe=off&since=7d"])
def test_an_empty_store_has_a_preview(settings: Settings, database: Database, query: str) -> None:
    page = preview(create_app(settings, database).test_client(), query)
    assert (page.kept, page.left_out, page.older) == ([], [], "")


def test_the_newest_thousand_posts_are_looked_at(settings: Settings, database: Database) -> None:
    add(database, "news")
    marked = {150: "early", 1000: "last", 1001: "beyond"}
    with database.transaction() as connection:
        rows: list[dict[str, Any]] = [
            {
                "key": keys.first_key(published) + number,
                "index_rowid": number,
                "canonical_key": keys.first_key(published) + number,
                "site_id": 1,
                "wp_id": number,
                "guid": f"https://news.example/?p={number}",
                "link": f"https://news.example/{number}/",
                "title": f"Post {marked.get(1004 - number, 'as any')}",
                "summary": "",
                "content": "",
                "published": published,
                "modified": published,
                "fingerprint": "",
                "digest": b"",
            }
            for number in range(1, 1004)
            for published in [JANUARY + timedelta(hours=number)]
        ]
        connection.execute(insert(posts_table), rows)
        index_groups(connection, [int(str(row["key"])) for row in rows])
    client = create_app(settings, database).test_client()
    for query, expected in (
        ("limit=1", []),
        ("limit=1&topic=-early", [1004 - 150]),
        ("limit=1&topic=-last+-early", [1004 - 150, 1004 - 1000]),
        ("limit=1&topic=-last", [1004 - 1000]),
        ("limit=1&topic=-beyond", []),
        ("limit=1&topic=beyond", list(range(1003, 983, -1))),
    ):
        page = preview(client, query)
        assert numbers(page.left_out) == expected, query
        assert ("None of the newest posts is left out." in page.text) == (not expected)


# The form


@pytest.mark.parametrize(
    ("query", "same"),
    [
        pytest.param(
            "topic=&category=&tag=&author=&site=&since=&limit=20&content=full&dedupe=on", "", id="all"
        ),
        pytest.param("topic=solar&category=&since=", "topic=solar", id="all but one"),
        pytest.param("topic=+&category=%20%09&topic=solar", "topic=solar", id="white space"),
        pytest.param("topic=solar&topic=", "topic=solar", id="of two the second"),
        pytest.param("limit=&page=&dedupe=&content=", "", id="those that are no text"),
        pytest.param("catgory=", "", id="a name that there is not"),
    ],
)
def test_fields_that_were_left_blank_are_ignored(news: FlaskClient, query: str, same: str) -> None:
    one, other = preview(news, query), preview(news, same)
    assert (one.kept, one.left_out, one.feeds) == (other.kept, other.left_out, other.feeds)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param([], id="nothing"),
        pytest.param([("topic", 'solar OR "heat pump" -<b>')], id="a topic"),
        pytest.param([("topic", "R&D+C++ \"'"), ("limit", "7")], id="signs"),
        pytest.param(
            [
                ("topic", "solar"),
                ("category", "energy"),
                ("tag", "21"),
                ("author", "zoe"),
                ("site", "news"),
            ],
            id="names",
        ),
        pytest.param([("category", "energy"), ("category", "-wind"), ("since", "2026-01-31")], id="twice"),
        pytest.param([("content", "summary"), ("dedupe", "off"), ("limit", "100")], id="choices"),
        pytest.param([("topic", "ไทย 日本 \U0001f44d"), ("author", "Zoë Müller")], id="other scripts"),
        pytest.param([("category", "nowhere"), ("limit", "no number"), ("topic", '"')], id="mistakes"),
    ],
)
def test_the_form_holds_what_was_given(news: FlaskClient, given: list[tuple[str, str]]) -> None:
    response = news.get(f"/preview?{urlencode(given)}")
    sent = fields_of(without_mistake(response))
    standard = [("limit", "20"), ("content", "full"), ("dedupe", "on"), ("format", "rss")]
    names = {name for name, _ in given}
    blank = [(name, "") for name in ("topic", "category", "tag", "author", "site", "since", "players")]
    assert sorted(sent) == sorted([*given, *(one for one in [*blank, *standard] if one[0] not in names)])


def test_a_topic_that_was_given_as_q_stands_in_the_form(news: FlaskClient) -> None:
    page = preview(news, "q=solar")
    assert ("topic", "solar") in page.fields
    assert preview(news, urlencode(page.fields)).kept == page.kept


@pytest.mark.parametrize(
    "filled",
    [
        pytest.param({"topic": 'solar OR "heat pump"'}, id="a topic"),
        pytest.param({"topic": "ferry", "dedupe": "off"}, id="repeats"),
        pytest.param({"category": "energy", "topic": "-solar", "limit": "1"}, id="a category and a topic"),
        pytest.param({"site": "-mirror", "topic": "ferry"}, id="without a site"),
    ],
)
def test_the_form_on_the_home_page_leads_to_the_feed_by_way_of_its_preview(
    news: FlaskClient, filled: dict[str, str]
) -> None:
    home = without_mistake(news.get("/"))
    (form,) = home.iterfind(".//form[@class='builder']")
    assert (form.get("method"), form.get("action")) == ("get", "/preview")
    fields = dict(sent_by(home))
    assert fields.keys() >= filled.keys()
    page = read(news.get(f"{form.get('action')}?{urlencode(fields | filled)}"))
    links = [one.link for one in page.kept]
    assert links
    assert [item["url"] for item in items(news, f"/{page.feeds['JSON']}")] == links
    atom: Any = etree.fromstring(news.get(f"/{page.feeds['Atom']}").data)
    assert [entry.find(f"{ATOM}link").get("href") for entry in atom.iter(f"{ATOM}entry")] == links
    rss: Any = etree.fromstring(news.get(f"/{page.feeds['RSS']}").data)
    assert [item.findtext("link") for item in rss.iter("item")] == links
    own = json.loads(news.get(f"/{page.feeds['JSON']}").data)["feed_url"]
    assert own == f"http://localhost/{page.feeds['JSON']}"


# Links


@pytest.mark.parametrize(
    "query",
    ["", "topic=solar&limit=1", "category=energy&limit=1&page=2", "topic=C%2B%2B", "site=-news", "limit=0"],
)
def test_every_link_on_the_page_answers(news: FlaskClient, query: str) -> None:
    address = f"http://localhost/preview?{query}"
    root = without_mistake(news.get(address))
    links = [str(one.get("href")) for tag in ("a", "link") for one in root.iter(tag)]
    links = [link for link in links if not link.startswith("#")]  # to a place on the page itself
    ours = {whole for link in links if (whole := urljoin(address, link)).startswith("http://localhost/")}
    assert {urljoin(address, "/"), urljoin(address, "/status")} <= ours
    for link in ours:
        with news.get(link) as response:
            assert response.status_code == 200, link
    outside = set(links) - {link for link in links if urljoin(address, link) in ours}
    readers = (
        "feed:http://localhost/",
        "https://feedly.com/",
        "https://www.inoreader.com/",
        "https://www.newsblur.com/",
    )
    assert all(
        link.startswith(("https://news.example/", "data:image/svg+xml,", *readers)) for link in outside
    )


def test_the_page_announces_its_feeds(news: FlaskClient) -> None:
    root = without_mistake(news.get("/preview?topic=solar&category=energy"))
    announced = {
        str(link.get("type")): str(link.get("href"))
        for link in root.iter("link")
        if link.get("rel") == "alternate"
    }
    assert len(announced) == len(FORMATS)
    for mimetype, address in announced.items():
        assert news.get(f"/{address}").mimetype == mimetype
    assert set(announced.values()) == set(preview(news, "topic=solar&category=energy").feeds.values())


# Mistakes


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("catgory=x", id="a parameter that there is not"),
        pytest.param("limit=0", id="a limit"),
        pytest.param("limit=101", id="too many"),
        pytest.param("page=x", id="a page"),
        pytest.param("page=1&page=2", id="two pages"),
        pytest.param("dedupe=maybe", id="a choice"),
        pytest.param("content=none", id="contents"),
        pytest.param("since=yesterday", id="a date"),
        pytest.param("since=2026-02-30", id="a day that there is not"),
        pytest.param("category=enrgy", id="a category"),
        pytest.param("category=energy,enrgy", id="of two categories one"),
        pytest.param("tag=-batery", id="a tag that is left out"),
        pytest.param("author=zo", id="an author"),
        pytest.param("site=new", id="a site"),
        pytest.param("category=energy,", id="a comma"),
        pytest.param("topic=%22heat", id="a quotation mark"),
        pytest.param("topic=(heat", id="a parenthesis"),
        pytest.param("topic=heat)", id="another"),
        pytest.param("topic=()", id="an empty group"),
        pytest.param("topic=a+OR", id="an operator"),
        pytest.param("topic=NOT+a", id="another operator"),
        pytest.param("topic=a+-+b", id="a minus"),
        pytest.param("topic=so*ar", id="a star"),
        pytest.param("topic=titel:a", id="a field"),
        pytest.param("topic=category:enrgy", id="a category in a topic"),
        pytest.param("topic=%26", id="no word"),
        pytest.param("topic=" + "a" * 1001, id="too long"),
        pytest.param(
            "topic=" + "+".join("abcdefgh"[n % 8] + str(n) for n in range(61)), id="too many words"
        ),
        pytest.param("topic=%3Cb%3E%22", id="what looks like markup"),
        pytest.param("%3Cb%3E=1", id="a parameter that looks like markup"),
    ],
)
def test_a_mistake_is_a_400_that_says_what_the_feed_says(news: FlaskClient, query: str) -> None:
    response = news.get(f"/preview?{query}")
    assert response.status_code == 400
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers
    without_mistake(response)
    page = read(response)
    said = news.get(f"/feed.rss?{query}")
    assert said.status_code == 400
    assert page.mistake == " ".join(said.text.split())
    assert (page.kept, page.left_out, page.feeds) == ([], [], {})
    given = [
        (name, value) for name, value in parse_qsl(query) if name in ("topic", "category", "limit", "since")
    ]
    assert set(given[:1]) <= set(page.fields)


def test_a_name_that_may_still_come_is_a_503(tmp_path: Path, database: Database) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[[sites]]\nname = "new"\nurl = "https://new.example/"\n')
    client = create_app(load_settings(file), database).test_client()
    response = client.get("/preview?category=energy")
    assert response.status_code == 503
    assert "Retry-After" in response.headers
    assert preview(client, "topic=energy").kept == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_only_get_and_head_are_answered(news: FlaskClient, method: str) -> None:
    assert news.open("/preview", method=method).status_code == 405


# Nothing that is typed or posted becomes markup

HOSTILE = [
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    '" autofocus onfocus="alert(1)',
    "' onmouseover='alert(1)",
    "</p></main><img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "\u2028</title><svg onload=alert(1)>",
]

Skeleton = list[tuple[str, list[str]]]


def skeleton(root: Any) -> Skeleton:
    """Return the elements of a page with the names of their attributes; without our own script, and the
    chart that the server draws.
    """
    script, *scripts = root.iter("script")
    assert (script.text, scripts) == (SCRIPT, [])
    ours = {script, *(one for chart in root.iterfind(".//svg[@class='chart']") for one in chart.iter())}
    elements = [one for one in root.iter(etree.Element) if one not in ours]
    return [(str(one.tag), sorted(map(str, one.attrib))) for one in elements]


PARAMETERS = ("category", "tag", "author", "site", "since", "limit", "content", "page", "other")


@pytest.mark.parametrize("value", HOSTILE)
def test_what_is_typed_never_becomes_markup(news: FlaskClient, value: str) -> None:
    for name in PARAMETERS:
        harmless = skeleton(lxml_html.document_fromstring(news.get(f"/preview?{name}=nothing-such").text))
        response = news.get(f"/preview?{urlencode({name: value})}")
        assert response.status_code == 400
        root = lxml_html.document_fromstring(response.text)
        assert skeleton(root) == harmless
        assert "49" not in text_of(root.find(".//main"))
    everything = [(name, value) for name in PARAMETERS]
    assert set(everything[:5]) <= set(
        fields_of(without_mistake(news.get(f"/preview?{urlencode(everything)}")))
    )


@pytest.mark.parametrize("value", HOSTILE)
def test_a_topic_never_becomes_markup(news: FlaskClient, value: str) -> None:
    for topic in (value, f'"{value.replace(chr(34), "")}"', f"-{value}"):
        root = without_mistake(news.get(f"/preview?{urlencode({'topic': topic})}"))
        assert ("topic", topic) in fields_of(root)
        names = {name for _, attributes in skeleton(root) for name in attributes}
        assert not [name for name in names if name.startswith("on") or name in ("style", "autofocus")]
        assert not {"script", "svg", "iframe", "object", "embed"} & {tag for tag, _ in skeleton(root)}


def test_what_is_posted_never_becomes_markup(settings: Settings, database: Database) -> None:
    held = []
    for number, value in enumerate(HOSTILE, 1):
        body = sanitize(f"<p>The word alert. {value}</p><p>{escape(value)}</p>", "https://news.example/1/")
        held += [
            a_post(
                number,
                f"The word alert: {value}",
                body,
                categories=(100 + number,),
                authors=(200 + number,),
            ),
            a_post(50 + number, value, "", summary=value, categories=(100 + number,)),
        ]
    add(database, "news", *held, title="".join(HOSTILE))
    with database.transaction() as connection:
        for number, value in enumerate(HOSTILE, 1):
            learnt = [Term("category", 100 + number, f"c{number}", value)]
            save_terms(connection, 1, [*learnt, Term("author", 200 + number, f"a{number}", value)])
    client = create_app(settings, database).test_client()
    titles = {f"The word alert: {value}" for value in HOSTILE} | set(HOSTILE)
    categories = ",".join(f"c{number}" for number in range(1, 6))
    for query in (
        "limit=100",
        "limit=100&topic=alert+OR+img+OR+raw",
        f"category=-{categories}",
        "site=-news",
    ):
        response = client.get(f"/preview?{query}")
        assert response.status_code == 200
        root = without_mistake(response)
        elements = skeleton(root)
        names = {name for _, attributes in elements for name in attributes}
        assert not [name for name in names if name.startswith("on") or name in ("style", "autofocus")]
        assert not {"script", "svg", "iframe", "object", "embed"} & {tag for tag, _ in elements}
        links = [str(one.get("href")) for one in root.iter("a")]
        assert not [link for link in links if link.startswith("javascript:")]
        page = read(response)
        shown = [*(one.title for one in page.kept), *(one.title for one in page.left_out)]
        assert set(shown) == {" ".join(title.split()) for title in titles}


def test_a_body_that_attacks_is_shown_as_the_feed_has_it(settings: Settings, database: Database) -> None:
    frame = '<iframe src="https://www.youtube.com/embed/x" width="560" height="315"></iframe>'
    body = sanitize(f"<p>A film.</p>{frame}<form><input name=q></form>", "https://news.example/1/")
    assert "<iframe" in body
    add(database, "news", a_post(1, "Film", body))
    root = without_mistake(create_app(settings, database).test_client().get("/preview"))
    assert not list(root.iter("iframe"))
    assert len(list(root.iter("form"))) == 1  # the builder's


@pytest.mark.parametrize(
    ("query", "status"),
    [pytest.param("topic=solar", 200, id="a page"), pytest.param("limit=0", 400, id="a mistake")],
)
def test_the_page_runs_no_script_but_ours_and_shows_the_pictures_of_bodies(
    news: FlaskClient, query: str, status: int
) -> None:
    response = news.get(f"/preview?{query}")
    assert response.status_code == status
    said = response.headers["Content-Security-Policy"]
    policy = {name: set(rest) for name, *rest in (part.split() for part in said.split(";"))}
    assert policy["default-src"] == {"'none'"}
    assert policy["style-src"] == {"'self'"}
    assert policy["form-action"] == {"'self'"}
    assert policy["img-src"] >= {"https:", "http:"}
    assert policy["media-src"] >= {"https:", "http:"}
    assert not {"frame-src", "object-src"} & policy.keys()
    assert policy["script-src"] == {SCRIPT_SOURCE}
    assert policy["connect-src"] == {"'self'"}
    assert "unsafe" not in said
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers.getlist("X-Content-Type-Options") == ["nosniff"]


def test_other_pages_show_no_pictures_of_others(news: FlaskClient) -> None:
    for address in ("/", "/status"):
        assert "https:" not in news.get(address).headers["Content-Security-Policy"]


# The answer


def test_the_page_can_be_asked_for_again(news: FlaskClient) -> None:
    first = news.get("/preview?topic=solar")
    etag = first.headers["ETag"]
    assert not etag.startswith("W/")
    assert first.headers["Cache-Control"] == "no-cache"
    again = news.get("/preview?topic=solar", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    other = news.get("/preview?topic=ferry", headers={"If-None-Match": etag})
    assert other.status_code == 200


@pytest.mark.parametrize("query", ["topic=solar", "limit=0"])
@pytest.mark.parametrize("accepted", ["identity", "gzip"])
def test_head_equals_get_without_the_body(news: FlaskClient, query: str, accepted: str) -> None:
    got = news.get(f"/preview?{query}", headers={"Accept-Encoding": accepted})
    head = news.head(f"/preview?{query}", headers={"Accept-Encoding": accepted})
    assert (head.status_code, head.data) == (got.status_code, b"")
    assert {**head.headers, "Date": ""} == {**got.headers, "Date": ""}


def test_the_page_is_packed_for_those_who_take_it(news: FlaskClient) -> None:
    plain = news.get("/preview?topic=solar")
    packed = news.get("/preview?topic=solar", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_the_page_changes_when_a_post_does(settings: Settings, database: Database) -> None:
    add(database, "news", *NEWS)
    client = create_app(settings, database).test_client()
    first = client.get("/preview?topic=solar")
    add(database, "news", a_post(9, "Nothing of it", "<p>New.</p>"))
    page = client.get("/preview?topic=solar", headers={"If-None-Match": first.headers["ETag"]})
    assert page.status_code == 200
    assert numbers(read(page).left_out)[0] == 9


# Sites that are not published


@pytest.fixture(scope="module")
def of_one_site(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Iterator[FlaskClient]:
    """A client of a service that publishes one of the two sites in its store; no test changes it."""
    folder = tmp_path_factory.mktemp("one")
    shutil.copyfile(empty_store, folder / "store.db")
    file = folder / "config.toml"
    file.write_text('[[sites]]\nname = "news"\nurl = "https://news.example/"\n')
    secret = a_post(7, "Secret", "<p>Solar and secret.</p>", categories=(3,))
    first = a_post(8, "Ferry", LONG, day=3.5, categories=(2,))
    with closing(Database(f"sqlite:///{folder}/store.db")) as database:
        add(database, "private", secret, first, imported=False)
        add(database, "news", *NEWS, imported=False)
        yield create_app(load_settings(file), database).test_client()


@pytest.mark.parametrize(
    "query",
    ["", "topic=solar", "topic=zzzz", "dedupe=off", "category=-energy", "site=-news", "limit=1&page=2"],
)
def test_posts_of_sites_that_are_not_published_are_never_shown(
    of_one_site: FlaskClient, query: str
) -> None:
    response = of_one_site.get(f"/preview?{query}")
    assert response.status_code == 200
    assert "Secret" not in response.text
    assert "private" not in response.text
    page = read(response)
    shown = {*numbers(page.kept), *numbers(page.left_out)}
    assert shown <= {1, 2, 3, 4, 5}
    assert len(page.left_out) == len(set(numbers(page.left_out)))


def test_what_repeats_a_post_of_a_site_that_is_not_published_stands_for_itself(
    of_one_site: FlaskClient,
) -> None:
    page = preview(of_one_site)
    assert numbers(page.kept) == [4, 3, 2, 1]
    assert [
        (number, one.reasons) for number, one in zip(numbers(page.left_out), page.left_out, strict=True)
    ] == [(5, REPEAT)]


def test_the_categories_of_a_site_that_is_not_published_say_nothing_of_others(
    of_one_site: FlaskClient,
) -> None:
    page = preview(of_one_site, "category=wind")
    assert numbers(page.kept) == [2]
    reasons = {
        number: one.reasons for number, one in zip(numbers(page.left_out), page.left_out, strict=True)
    }
    assert reasons == {5: REPEAT} | all_for((4, 3, 1), ["it lacks category Wind power"])


def test_a_site_that_is_not_published_can_not_be_asked_for(of_one_site: FlaskClient) -> None:
    page = preview(of_one_site, "site=private", 400)
    assert page.mistake == "there is no site 'private': known are news"
