"""What the pages for people show, without a browser: input beside expectation, and the pages as sent."""

import shutil
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import html5lib
import pytest
from flask.testing import FlaskClient
from lxml import html as lxml_html
from werkzeug.test import TestResponse

from columns import set_columns
from conftest import empty_configuration
from feedsvc.config import load_settings
from feedsvc.errors import QueryError
from feedsvc.model import Post, SourcePost, Term
from feedsvc.publish.directory import FeedListing
from feedsvc.publish.views.builder import write_topic
from feedsvc.publish.views.chart import HEIGHT, draw_bars
from feedsvc.publish.views.form import Form, Name, read_parameters
from feedsvc.publish.views.lists import arrange_tree, cut_page, find_listings
from feedsvc.publish.views.mistakes import locate_mistake
from feedsvc.publish.views.moments import describe_moment
from feedsvc.publish.views.removed import compare_bodies
from feedsvc.publish.views.snippets import find_snippets, list_phrases
from feedsvc.publish.web import create_app
from feedsvc.query.condition import NameFilter
from feedsvc.query.query import Query
from feedsvc.query.query_string import parse_query_string
from feedsvc.query.topic import parse_topic
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.sources import save_sources, serialize_source
from feedsvc.store.terms import save_terms
from storing import save_post

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)


# Moments, charts


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "one minute ago"),
        (timedelta(minutes=4, seconds=59), "four minutes ago"),
        (timedelta(minutes=13), "13 minutes ago"),
        (timedelta(hours=1), "one hour ago"),
        (timedelta(hours=47), "one day ago"),
        (timedelta(days=29), "29 days ago"),
        (timedelta(days=64), "two months ago"),
        (timedelta(days=800), "two years ago"),
        (timedelta(days=365 * 2000), "2,000 years ago"),
        (-timedelta(seconds=5), "in a moment"),
        (-timedelta(minutes=11), "in eleven minutes"),
    ],
)
def test_a_moment_is_told_in_words(before: timedelta, words: str) -> None:
    assert describe_moment(NOW - before, NOW) == words


def test_a_chart_has_a_bar_for_each_number_above_zero() -> None:
    chart = draw_bars([0, 1, 1000, 500], "Posts")
    heights = [int(bar.partition("v-")[2].partition("h")[0]) for bar in chart.path.split("z") if bar]
    assert heights == [2, HEIGHT - 1, round((HEIGHT - 1) / 2)]
    assert draw_bars([0, 0], "Posts").path == draw_bars([], "Posts").path == ""


# The sentence around a hit


def snippets(text: str, topic: str) -> list[str]:
    return [
        "".join(f"[{piece}]" if is_hit else piece for piece, is_hit in snippet)
        for snippet in find_snippets(text, list_phrases(parse_topic(topic)))
    ]


LONG = "word " * 60


@pytest.mark.parametrize(
    ("text", "topic", "expected"),
    [
        ("One. Two solar roofs! Three.", "solar", ["Two [solar] roofs!"]),
        ("Solar at the start. Rest.", "solar", ["[Solar] at the start."]),
        ("A title\nThe heat\npump.", "pump", ["[pump]."]),
        (
            "On June 9 it rained. On Jan. 14 the solar park opened.",
            "solar",
            ["On Jan. 14 the [solar] park opened."],
        ),
        ("Solar one. Solar two. Solar three.", "solar", ["[Solar] one.", "[Solar] two."]),
        ("Both solar and heat here.", "solar heat", ["Both [solar] and [heat] here."]),
        ("Nothing of it.", "solar", []),
        ("Wind and solar.", "wind -solar", ["[Wind] and solar."]),
        (f"{LONG}solar {LONG}", "solar", [f"… {'word ' * 22}[solar]{' word' * 21} …"]),
        ("第一句。屋顶上的太阳能板。第三句。", "太阳能", ["屋顶上的[太阳能]板。"]),
        ("الأول. بطاريات جديدة لميناء. الثالث.", "جديدة", ["بطاريات [جديدة] لميناء."]),
    ],
)
def test_the_sentence_around_a_hit_is_shown(text: str, topic: str, expected: list[str]) -> None:
    assert snippets(text, topic) == expected


def test_a_snippet_of_running_thai_begins_with_no_mark() -> None:
    text = "พลังงานแสงอาทิตย์บนหลังคาโรงเรียน" * 20
    (first, *_) = snippets(text, "หลังคา")
    assert first.startswith("พลังงาน")
    middle = snippets("ก้" * 300 + "หลังคา", "หลังคา")[0]
    assert middle.startswith("… ก้")


# The form


@pytest.mark.parametrize(
    ("sent", "parameters"),
    [
        ("topic=solar&category=", [("topic", "solar")]),
        ("with-category=a&with-category=b", [("category", "a,b")]),
        ("not-tag=a&not-tag=b&with-tag=c", [("tag", "-a,b"), ("tag", "c")]),
        ("category=x&with-category=a", [("category", "a,x")]),
        ("category=-x&with-category=a", [("category", "-x"), ("category", "a")]),
        (
            "category=x&category=y&with-category=a",
            [("category", "x"), ("category", "y"), ("category", "a")],
        ),
        ("with-nothing=a", [("with-nothing", "a")]),
    ],
)
def test_boxes_become_parameters(sent: str, parameters: list[tuple[str, str]]) -> None:
    assert read_parameters(sent) == parameters


NAMES = {"category": [Name("energy", "Energy", 3), Name("wind", "Wind", 2), Name("health", "Health", 1)]}


@pytest.mark.parametrize(
    ("given", "chosen", "left_out", "texts"),
    [
        ([], [], [], [""]),
        (["energy"], ["energy"], [], [""]),
        (["energy,wind", "-health"], ["energy", "wind"], ["health"], [""]),
        (["energy", "wind"], [], [], ["energy", "wind"]),  # both of them, which no boxes say
        (["energy,enrgy"], [], [], ["energy,enrgy"]),
        (["-enrgy"], [], [], ["-enrgy"]),
    ],
)
def test_what_was_given_is_in_the_boxes_or_in_the_text(
    given: list[str], chosen: list[str], left_out: list[str], texts: list[str]
) -> None:
    inputs = Form([("category", value) for value in given], NAMES).fields[0]
    assert [box.name.value for box in inputs.boxes if box.is_with] == chosen
    assert [box.name.value for box in inputs.boxes if box.is_not] == left_out
    assert inputs.texts == texts


def test_a_name_that_is_chosen_has_its_box_however_many_there_are() -> None:
    names = {"tag": [Name(f"tag-{number}", f"Tag {number}", 1) for number in range(500)]}
    inputs = Form([("tag", "tag-499")], names).fields[1]
    assert len(inputs.boxes) < 50
    assert [box.name.value for box in inputs.boxes if box.is_with] == ["tag-499"]


# Lists


def listing(slug: str, title: str = "") -> FeedListing:
    return FeedListing(title or slug, 1, Query(NameFilter("category", (slug,))))


@pytest.mark.parametrize(
    ("slugs", "parents", "expected"),
    [
        ("a b c", {"c": "a"}, [("a", 0), ("c", 1), ("b", 0)]),
        ("c b a", {"c": "b", "b": "a"}, [("a", 0), ("b", 1), ("c", 2)]),
        ("a b", {"b": "gone"}, [("a", 0), ("b", 0)]),
        ("a b c", {"a": "b", "b": "a"}, [("c", 0), ("a", 0), ("b", 1)]),
        ("a", {"a": "a"}, [("a", 0)]),
        (
            "e d c b a",
            {"e": "d", "d": "c", "c": "b", "b": "a"},
            [("a", 0), ("b", 1), ("c", 2), ("d", 3), ("e", 3)],
        ),
    ],
)
def test_a_list_is_a_tree(slugs: str, parents: dict[str, str], expected: list[tuple[str, int]]) -> None:
    rows = arrange_tree([listing(slug) for slug in slugs.split()], parents)
    assert [(row.listing.name, row.level) for row in rows] == expected


def test_a_list_is_searched_by_words_without_accents() -> None:
    listings = [listing("z", "Zoë Müller"), listing("o", "Oil, gas")]
    assert [one.name for one in find_listings(listings, "muller ZOE")] == ["z"]
    assert [one.name for one in find_listings(listings, "")] == ["z", "o"]


def test_each_feed_of_a_list_is_on_one_page() -> None:
    rows = arrange_tree([listing(f"c{number}") for number in range(250)], {})
    pages = [cut_page(rows, number) for number in (1, 2, 3, 99)]
    assert [len(page.rows) for page in pages] == [100, 100, 50, 50]
    assert pages[3] == pages[2]
    assert {page.page_count for page in pages} == {3}


# Mistakes


@pytest.mark.parametrize(
    ("given", "field", "marked", "suggestion"),
    [
        ("topic=solar+titel:x", "topic", "solar [titel:x]", "topic=solar title:x"),
        ('topic=a+"b', "topic", 'a ["b]', ""),
        ("topic=(a", "topic", "[(]a", ""),
        ("topic=a+OR", "topic", "a [OR]", ""),
        ("limit=0&topic=a", "limit", "", ""),
        ("since=yesterday", "since", "", ""),
        ("catgory=energy", "", "", "category=energy"),
        ("content=all", "", "", ""),
    ],
)
def test_a_mistake_has_its_field_its_place_and_what_was_meant(
    given: str, field: str, marked: str, suggestion: str
) -> None:
    parameters = parse_qsl(given)
    with pytest.raises(QueryError) as raised:
        parse_query_string(given)
    mistake = locate_mistake(raised.value, parameters)
    assert (mistake.sentence, mistake.field) == (str(raised.value), field)
    before, wrong, behind = mistake.marked
    assert (f"{before}[{wrong}]{behind}" if wrong else "") == marked
    assert parse_qsl(mistake.suggestion) == parse_qsl(suggestion)


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("category=enrgy", "category=energy"),
        ("category=-solar,enrgy&limit=3", "category=-solar,energy&limit=3"),
        ("topic=category:enrgy solar", "topic=category:energy solar"),
        ("author=Zoe Mueller", "author=zoe-muller"),
        ("site=newsroom", "site=newsroom.example"),
    ],
)
def test_the_name_that_was_meant_is_a_link_that_answers(
    client: FlaskClient, query: str, suggestion: str
) -> None:
    response = client.get(f"/preview?{urlencode(parse_qsl(query))}")
    assert response.status_code == 400
    (link,) = tree(response).xpath("//p[@class='hint'][starts-with(normalize-space(), 'Write')]/a/@href")
    assert parse_qsl(link.partition("?")[2]) == parse_qsl(suggestion)
    assert client.get(link).status_code == 200


# Topics


@pytest.mark.parametrize(
    "query",
    ["topic=solar", 'topic="cell therapy" OR "stem cell" -veterinary', "category=energy&topic=don't",
     "topic=屋顶", "topic=R%26D C%2B%2B", "category=-sports"],
)  # fmt: skip
def test_the_lines_of_a_topic_are_a_configuration_that_asks_for_the_same(
    tmp_path: Path, query: str
) -> None:
    asked = parse_query_string(urlencode(parse_qsl(query)))
    lines, obstacle = write_topic(asked)
    assert obstacle == ""
    file = tmp_path / "config.toml"
    file.write_text(lines, "utf-8")
    ((_, topic),) = load_settings(file).topics.items()
    assert parse_topic(topic.query) == asked.condition
    assert topic.title == tomllib.loads(lines)["topics"].popitem()[1]["title"] != ""


@pytest.mark.parametrize("query", ["", "since=7d", "site=news&topic=solar"])
def test_what_can_be_no_topic_says_why(query: str) -> None:
    lines, obstacle = write_topic(parse_query_string(query))
    assert (lines, bool(obstacle)) == ("", True)


# What cleaning took out


def test_what_cleaning_took_out_is_named() -> None:
    source = (
        '<p class="a" onclick="x()">Kept.</p><script>1</script><script>2</script><!-- wp -->'
        "<div><p>Share this:</p></div><p>Kept too, <b>bold</b>.</p>"
    )
    removed = compare_bodies(source, "<p>Kept.</p><p>Kept too, <b>bold</b>.</p>")
    assert dict(removed.elements) == {"script": 2, "div": 1, "p": 1}
    assert dict(removed.attributes) == {"class": 1, "onclick": 1}
    assert removed.lines == ["Share this:"]
    assert removed.source_bytes > removed.clean_bytes


# The pages


def tree(response: TestResponse) -> Any:
    """Return the tree of a page, which must be HTML without a mistake."""
    builder = html5lib.treebuilders.getTreeBuilder("lxml")
    parser = html5lib.HTMLParser(tree=builder, namespaceHTMLElements=False)
    root = parser.parse(response.text).getroot()
    assert parser.errors == []
    return root


def text_of(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def words_of(element: Any) -> str:
    """Return the text of an element, with a space between all that stands apart."""
    return " ".join(" ".join(element.itertext()).split())


TERMS = (
    Term("category", 1, "energy", "Energy"),
    Term("tag", 2, "ice", "Ice"),
    Term("author", 3, "zoe", "Zoë"),
)
BODY = (
    "<p>The harbour stores solar noon as ice for the evening, and sells it to the fishmongers at dawn.</p>"
)


def a_post(number: int, **changes: Any) -> Post:
    moment = NOW - timedelta(days=10 - number)
    values: dict[str, Any] = {
        "id": number, "guid": f"https://news.example/?p={number}", "link": f"https://news.example/{number}/",
        "title": f"Post {number}", "summary": "", "content": f"<p>Text {number}.</p>", "published": moment,
        "modified": moment,
    }  # fmt: skip
    return Post(**(values | changes))


TOPICS = '[topics.cold]\ntitle = "Cold things"\nquery = "ice"\n'


def fill(database: Database) -> None:
    """Hold posts of which one repeats another, one with its source."""
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "news", "https://news.example/", imported=True)
        set_columns(connection, site_id, backfilled_at=NOW, title="The News")
        save_terms(connection, site_id, TERMS)
        first = a_post(1, title="Ice", content=BODY, categories=(1,), tags=(2,), authors=(3,), modified=NOW)
        for post in (first, a_post(2, title="Ice", content=BODY), a_post(3)):
            save_post(connection, site_id, post)
        content = f"{BODY}<script>x</script>"
        source = SourcePost(1, first.guid, first.link, first.title, content, "", first.published, NOW)
        save_sources(connection, site_id, [serialize_source(source)], "1")


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Iterator[FlaskClient]:
    """A client of what `fill` holds; no test changes it."""
    folder = tmp_path_factory.mktemp("why")
    shutil.copyfile(empty_store, folder / "store.db")
    (folder / "config.toml").write_text(TOPICS)
    with closing(Database(f"sqlite:///{folder / 'store.db'}")) as database:
        fill(database)
        yield create_app(load_settings(folder / "config.toml"), database).test_client()


def test_every_page_is_shown_whatever_the_engine(tmp_path: Path, database: Database) -> None:
    (tmp_path / "config.toml").write_text(TOPICS)
    fill(database)
    with database.transaction() as connection:
        other = sites.ensure_site(connection, "other", "https://other.example/", imported=True)
        save_post(connection, other, a_post(4, guid="o4", link="https://other.example/4/", content=BODY))
    client = create_app(load_settings(tmp_path / "config.toml"), database).test_client()
    for address, text in {
        "/": "Every post of 2 sites",
        "/preview": "Post 4",
        "/preview?topic=ice&since=2000-01-01": "Matched: ice",
        "/preview?category=energy&site=news": "harbour",
        "/why?url=https://news.example/2/&topic=noon": "The query",
        "/list?of=category": "Energy",
        "/help": "How to say what you want",
        "/status": "All two sites are well.",
        "/category/energy/": "This is a feed.",
        "/topic/cold/": "Cold things",
    }.items():
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert text in text_of(tree(answer)), address
    assert client.get("/builder?topic=ice&category=energy").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "https://news.example/1/",
        "https://news.example/1",
        "http://news.example/1/",
        "https://news.example/?p=1",
    ],
)
def test_a_post_is_found_by_its_address_and_explained(news: FlaskClient, address: str) -> None:
    response = news.get(f"/why?url={quote(address)}")
    assert response.status_code == 200
    root = tree(response)
    assert text_of(root.find(".//h1")) == "Ice"
    assert root.xpath("//meta[@name='robots']/@content") == ["noindex"]
    said = words_of(root.find(".//main"))
    assert "Repeated by Ice The News , published eight days ago" in said
    assert "script" in text_of(root.xpath("//dl")[-1])
    names = root.xpath("//ul[@class='feeds']//bdi/text()")
    assert names == ["All posts", "Cold things", "category Energy", "tag Ice", "author Zoë"]
    for link in root.xpath("//ul[@class='feeds']//a/@href"):
        assert news.get(f"/{link}").status_code == 200


def test_a_repeat_says_what_stands_for_it(news: FlaskClient) -> None:
    said = words_of(tree(news.get("/why?url=https://news.example/2/")).find(".//main"))
    assert "Repeats Ice The News , published nine days ago" in said
    assert "which stands for both in feeds" in said


@pytest.mark.parametrize(
    ("query", "heading", "reasons"),
    [
        ("topic=ice OR snow", "The query gives it", ["it has ice"]),
        ("topic=wind", "The query does not give it", ["it lacks wind"]),
        ("topic=ice -solar", "The query does not give it", ["it has solar, which is excluded"]),
        ("category=energy", "The query gives it", ["it has category Energy"]),
        (
            "since=2026-11-25",
            "The query does not give it",
            ["it was published before 2026-11-25 00:00 UTC"],
        ),
    ],
)
def test_the_part_of_a_query_that_decides_is_named(
    news: FlaskClient, query: str, heading: str, reasons: list[str]
) -> None:
    root = tree(news.get(f"/why?url=https://news.example/1/&{urlencode(parse_qsl(query))}"))
    (verdict,) = root.xpath("//div[@class='what']")
    assert text_of(verdict.find("h2")) == heading
    assert [text_of(item) for item in verdict.iter("li")] == reasons


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 200), ("url=https://nowhere.example/", 404), ("url=https://news.example/1/&topic=%22a", 400),
     ("url=https://news.example/1/&tpic=a", 400)],
)  # fmt: skip
def test_what_can_not_be_explained_says_so(news: FlaskClient, query: str, status: int) -> None:
    response = news.get(f"/why?{query}")
    assert response.status_code == status
    tree(response)


def test_the_examples_of_the_help_page_give_as_many_posts_as_they_say(client: FlaskClient) -> None:
    rows = tree(client.get("/help")).xpath("//table//tbody/tr")
    assert len(rows) > 12
    for row in rows:
        link = row.find("th/a").get("href")
        feed = client.get(link.replace("preview", "feed.json") + "&limit=100")
        if "limit=" not in link:
            assert len(feed.get_json(force=True)["items"]) == int(row.findtext("td[@class='number']")), link
        assert client.get(link).status_code == 200


def test_the_help_page_of_an_empty_store_has_examples(database: Database) -> None:
    client = create_app(empty_configuration(), database).test_client()
    assert tree(client.get("/help")).xpath("//table//tbody/tr")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("of=categry", "there is no list of 'categry': did you mean 'category'?"),
        ("of=site", "there is no list of 'site': write category or tag or author"),
        ("page=0", "page='0' is not understood: write a number from 1 to 100000"),
        ("fnd=x", "there is no parameter 'fnd': known are of, find, page"),
    ],
)
def test_a_list_that_there_is_not_is_a_mistake(client: FlaskClient, query: str, sentence: str) -> None:
    response = client.get(f"/list?{query}")
    assert (response.status_code, response.text.strip()) == (400, sentence)


def notices(client: FlaskClient, address: str = "/") -> Sequence[str]:
    answer = client.get(address, headers={"Sec-Fetch-Dest": "document"})
    root: Any = lxml_html.document_fromstring(answer.text)
    return [text_of(line) for line in root.xpath("//p[starts-with(@class, 'notice')]")]


def test_sites_that_fail_or_are_being_read_are_told_of_in_one_line_each(
    tmp_path: Path, database: Database
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        "".join(f'[[sites]]\nname = "{name}"\nurl = "https://{name}.example/"\n' for name in "abc")
    )
    client = create_app(load_settings(file), database).test_client()
    assert notices(client) == [f"{name} has not been asked for its posts yet." for name in "abc"]
    with database.transaction() as connection:
        for name in "abc":
            site_id = sites.ensure_site(connection, name, f"https://{name}.example/")
            set_columns(connection, site_id, api_root=f"https://{name}.example/wp-json/")
            save_post(connection, site_id, a_post(7, guid=f"{name}7", link=f"https://{name}.example/7/"))
        set_columns(connection, 1, failures=1, failure_cause="http_500", last_error_at=NOW,
                    last_error="asked https://a.example/: 500 Server Error. Try later.")  # fmt: skip
        set_columns(connection, 3, backfilled_at=NOW, last_success_at=NOW)
    failing = "a fails: 500 Server Error; try later. Its feeds go on with what is held."
    reading = "b is being read for the first time: 1 post so far."
    for address in ("/", "/preview?topic=x", "/why", "/feed.rss", "/status"):
        assert notices(client, address) == [failing, reading]
    unknown = client.get("/category/later.rss")
    assert unknown.status_code == 503
    assert failing in unknown.text
    assert reading.rstrip(".") in unknown.text
    with database.transaction() as connection:
        set_columns(connection, 2, listed_count=12_000)
    assert notices(client, "/status")[1] == "b is being read for the first time: 1 of 12,000 posts."
    with database.transaction() as connection:
        set_columns(connection, 1, failures=0, backfilled_at=NOW, last_success_at=NOW)
        set_columns(connection, 2, backfilled_at=NOW, last_success_at=NOW)
    assert notices(client) == []


def test_of_many_sites_that_fail_some_are_named(tmp_path: Path, database: Database) -> None:
    file = tmp_path / "config.toml"
    file.write_text("".join(f'[[sites]]\nname = "s{n}"\nurl = "https://s{n}.example/"\n' for n in range(9)))
    told = notices(create_app(load_settings(file), database).test_client())
    assert len(told) == 3
    assert told[-1] == "7 more sites fail or are still being read: see Status."
