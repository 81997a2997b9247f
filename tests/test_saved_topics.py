"""Saved topics: from the configuration to an address of their own, on the pages, and what is refused."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urljoin

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from lxml import etree
from lxml import html as lxml_html
from werkzeug.test import TestResponse

from feedsvc.cli import main
from feedsvc.config import Settings, load_settings
from feedsvc.errors import ConfigError
from feedsvc.publish.saved_topics import parse_saved_topics
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.publish.web import create_app
from feedsvc.store.database import Database

Items = list[dict[str, Any]]

ATOM = "{http://www.w3.org/2005/Atom}"

TOPICS = {
    "sun": '(solar OR battery OR "cold store") -ferry',
    "energy": "category:energy",
    "energy-news": 'category:energy,health -tag:battery title:the* OR "floating solar"',
    "most": "-ferry",
    "nothing": "zzzz",
    "5g": "5G",
    "a.b": "author:zoe-muller",
    "ไทย": "ไทย",
    "thai-food": "ไทย -อาหาร OR tag:grid",
    "C_sharp": '"R&D" OR "C++"',
}
TITLES = {"sun": "Sun & <batteries>", "ไทย": "ประเทศไทย"}


def configuration(topics: Mapping[str, str], titles: Mapping[str, str] = TITLES, rest: str = "") -> str:
    """Return the text of a configuration with some topics."""
    lines = [rest]
    for name, query in topics.items():
        lines.append(f"[topics.{json.dumps(name, ensure_ascii=False)}]")
        lines.append(f"query = {json.dumps(query, ensure_ascii=False)}")
        if name in titles:
            lines.append(f"title = {json.dumps(titles[name], ensure_ascii=False)}")
    return "\n".join(lines)


def configured(folder: Path, topics: Mapping[str, str], rest: str = "") -> Settings:
    """Return the settings of a configuration with some topics."""
    file = folder / "config.toml"
    file.write_text(configuration(topics, rest=rest), "utf-8")
    return load_settings(file)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, sample_store: Path) -> Iterator[Database]:
    """A store of the samples, which no test changes."""
    file = tmp_path_factory.mktemp("topics") / "store.db"
    shutil.copyfile(sample_store, file)
    with closing(Database(f"sqlite:///{file}")) as database:
        yield database


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, held: Database) -> FlaskClient:
    """A web client of a service that publishes the samples under the topics."""
    return create_app(configured(tmp_path_factory.mktemp("settings"), TOPICS), held).test_client()


def feed(client: FlaskClient, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = json.loads(response.data)
    return found


def asking(query: str, narrowed: str = "") -> str:
    """Return the address of the feed that has what a topic has, narrowed by a query string."""
    return f"/feed.json?{urlencode({'topic': query})}{'&' if narrowed else ''}{narrowed}"


def topic(name: str, form: str = "json") -> str:
    return f"/topic/{quote(name)}.{form}"


def own_addresses(response: TestResponse, form: str) -> list[str]:
    """Return the addresses that a feed names as its own."""
    if form == "json":
        return [json.loads(response.data)["feed_url"]]
    links = etree.fromstring(response.data).iter(f"{ATOM}link")
    return [str(link.get("href")) for link in links if link.get("rel") == "self"]


# What is served


@pytest.mark.parametrize("name", TOPICS)
def test_a_saved_topic_has_the_entries_of_its_query(reader: FlaskClient, name: str) -> None:
    found = feed(reader, f"{topic(name)}?limit=100")["items"]
    assert found == feed(reader, asking(TOPICS[name], "limit=100"))["items"]
    assert bool(found) == (name != "nothing")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["sun", "a.b", "ไทย"])
def test_a_saved_topic_is_served_in_each_format_under_its_own_address(
    reader: FlaskClient, name: str, form: str
) -> None:
    response = reader.get(topic(name, form))
    assert response.status_code == 200
    assert response.content_type == f"{FORMATS[form].media_type}; charset=utf-8"
    assert own_addresses(response, form) == [f"http://localhost{topic(name, form)}"]
    assert reader.get(own_addresses(response, form)[0]).data == response.data


NARROWED = [
    pytest.param("limit=2", "limit=2", id="a limit"),
    pytest.param("page=2&limit=2", "limit=2&page=2", id="a page"),
    pytest.param("category=Energy", "category=energy", id="a category"),
    pytest.param("category=-solar&tag=grid", "category=-solar&tag=grid", id="categories and tags"),
    pytest.param("topic=LITHIUM", "topic=lithium", id="a word"),
    pytest.param("q=lithium+OR+water&topic=-bus", "topic=(lithium+OR+water)+-bus", id="topics"),
    pytest.param("since=2026-01-01", "since=2026-01-01", id="a date"),
    pytest.param("content=summary", "content=summary", id="summaries"),
    pytest.param("dedupe=off", "dedupe=off", id="repeats"),
    pytest.param("site=newsroom.example", "site=newsroom.example", id="a site"),
    pytest.param("site=-newsroom.example", "site=-newsroom.example", id="without a site"),
    pytest.param("dedupe=on&content=full&limit=20&page=1&utm_source=x", "", id="what says nothing"),
]


@pytest.mark.parametrize(("asked", "canonical"), NARROWED)
def test_a_saved_topic_is_narrowed_by_parameters(reader: FlaskClient, asked: str, canonical: str) -> None:
    found = feed(reader, f"{topic('sun')}?{asked}")
    same = feed(reader, asking(TOPICS["sun"], asked))
    assert found["items"] == same["items"]
    assert found["feed_url"] == f"http://localhost{topic('sun')}{'?' if canonical else ''}{canonical}"
    assert feed(reader, found["feed_url"]) == found
    assert ("next_url" in found) == ("next_url" in same)
    if "next_url" in found:
        assert found["next_url"].startswith(f"http://localhost{topic('sun')}?")
        assert feed(reader, found["next_url"])["items"] == feed(reader, same["next_url"])["items"]


def test_no_parameter_widens_a_saved_topic(reader: FlaskClient) -> None:
    everything = {item["id"] for item in feed(reader, f"{topic('sun')}?limit=100&dedupe=off")["items"]}
    for asked in ("topic=ferry", "topic=-solar+OR+ferry", "category=energy,health", "q=zzzz+OR+-zzzz"):
        found = feed(reader, f"{topic('sun')}?limit=100&{asked}")["items"]
        assert {item["id"] for item in found} <= everything


@pytest.mark.parametrize(
    ("address", "title"),
    [
        pytest.param(topic("sun"), "newsroom.example – Sun & <batteries>", id="its title"),
        pytest.param(topic("ไทย"), "newsroom.example – ประเทศไทย", id="in another script"),
        pytest.param(topic("energy"), "newsroom.example – energy", id="its name, where it has no title"),
        pytest.param(
            f"{topic('sun')}?category=energy&topic=lithium",
            "newsroom.example – Sun & <batteries> · Energy · lithium",
            id="narrowed",
        ),
    ],
)
def test_the_feed_is_called_by_the_topic_s_title(reader: FlaskClient, address: str, title: str) -> None:
    assert feed(reader, address)["title"] == title
    atom = etree.fromstring(reader.get(address.replace(".json", ".atom")).data)
    assert atom.findtext(f"{ATOM}title") == title


def test_different_spellings_of_a_query_give_the_same_bytes(tmp_path: Path, held: Database) -> None:
    spellings = ["solar OR battery -ferry", "(BATTERY) OR Solar AND -ferry", "-ferry (battery OR solar)"]
    answers = [
        create_app(configured(tmp_path, {"sun": one}), held).test_client().get(topic("sun", "atom"))
        for one in spellings
    ]
    assert len({answer.data for answer in answers}) == 1
    assert len({answer.headers["ETag"] for answer in answers}) == 1


def test_a_changed_query_keeps_the_address(tmp_path: Path, held: Database) -> None:
    first, second = (
        create_app(configured(tmp_path, {"sun": one}), held).test_client().get(topic("sun", "atom"))
        for one in ("solar", "ferry")
    )
    assert own_addresses(first, "atom") == own_addresses(second, "atom")
    ids = [etree.fromstring(one.data).findtext(f"{ATOM}id") for one in (first, second)]
    assert ids[0] == ids[1]
    assert first.headers["ETag"] != second.headers["ETag"]


def test_a_topic_can_be_kept_and_asked_for_again(reader: FlaskClient) -> None:
    response = reader.get(topic("sun", "rss"))
    etag = response.headers["ETag"]
    assert reader.get(topic("sun", "rss"), headers={"If-None-Match": etag}).status_code == 304
    head = reader.head(topic("sun", "rss"))
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", etag)


# On the pages


def page(response: TestResponse) -> Any:
    assert response.status_code == 200
    return lxml_html.document_fromstring(response.text)


def listed(client: FlaskClient) -> dict[str, dict[str, str]]:
    """Return the topics on the home page: their titles, and for each where its links lead."""
    topics = next(
        (one for one in page(client.get("/")).iter("ul") if one.get("aria-label") == "Topics"), ()
    )
    return {
        item.findtext("a/bdi"): {link.text: link.get("href") for link in item.iterfind("span/a")}
        for item in topics
    }


def test_saved_topics_are_listed_on_the_home_page(reader: FlaskClient) -> None:
    found = listed(reader)
    assert found.keys() == {TITLES.get(name, name) for name in TOPICS}
    for name in TOPICS:
        links = found[TITLES.get(name, name)]
        assert [f"/{links[one]}" for one in ("RSS", "Atom", "JSON")] == [
            topic(name, form) for form in FORMATS
        ]
    assert "<batteries>" not in reader.get("/").text


def test_the_links_of_a_saved_topic_answer(reader: FlaskClient) -> None:
    for links in listed(reader).values():
        for kind in ("Preview", "RSS"):
            assert reader.get(f"/{links[kind]}").status_code == 200, links[kind]


def test_without_saved_topics_none_are_listed(tmp_path: Path, held: Database) -> None:
    client = create_app(configured(tmp_path, {}), held).test_client()
    assert listed(client) == {}
    assert "Topics" not in client.get("/feeds.opml").text


def test_saved_topics_are_in_the_opml(reader: FlaskClient) -> None:
    root = etree.fromstring(reader.get("/feeds.opml").data)
    (group,) = [one for one in root.iter("outline") if one.get("text") == "Topics"]
    found = {str(one.get("xmlUrl")): str(one.get("title")) for one in group}
    assert found == {
        f"http://localhost{topic(name, 'rss')}": f"newsroom.example – {TITLES.get(name, name)}"
        for name in TOPICS
    }
    for address in found:
        assert reader.get(address).mimetype == FORMATS["rss"].media_type


@pytest.mark.parametrize("name", ["energy-news", "nothing", "ไทย"])
def test_a_saved_topic_is_previewed(reader: FlaskClient, name: str) -> None:
    root = page(reader.get(f"/{listed(reader)[TITLES.get(name, name)]['Preview']}"))
    kept = [article.find("h3/a").get("href") for article in root.iter("article")]
    assert kept == [item["url"] for item in feed(reader, topic(name))["items"]]
    subscribe = next(one for one in root.iter("div") if one.get("class") == "subscribe formats")
    for link in subscribe.iterfind("a"):
        assert reader.get(f"/{link.get('href')}").status_code == 200
    json_feed = next(link.get("href") for link in subscribe.iterfind("a") if link.text == "JSON")
    assert [item["url"] for item in feed(reader, f"/{json_feed}")["items"]] == kept


@pytest.mark.parametrize("name", ["most", "energy", "energy-news"])
def test_the_pages_of_its_preview_are_those_of_the_topic(reader: FlaskClient, name: str) -> None:
    address = f"/{listed(reader)[TITLES.get(name, name)]['Preview']}&limit=7"
    found: list[str] = []
    while address:
        root = page(reader.get(address))
        found += [article.find("h3/a").get("href") for article in root.iter("article")]
        older = next((a.get("href") for a in root.iter("a") if a.text == "Older entries"), "")
        address = urljoin(address, older) if older else ""
        assert len(found) <= 40
    assert found == [item["url"] for item in feed(reader, f"{topic(name)}?limit=100")["items"]]


# What is refused

MISTAKES = [
    pytest.param(
        '"heat pump', "a quotation mark that is never closed at character 1 of", id="a quotation mark"
    ),
    pytest.param("solar (wind", "a '(' that is never closed at character 7 of", id="a parenthesis"),
    pytest.param("solar)", "a ')' that closes nothing at character 6 of", id="another"),
    pytest.param("a ()", "an empty group at character 3 of", id="an empty group"),
    pytest.param("solar OR", "OR with nothing behind it at character 7 of", id="an operator at the end"),
    pytest.param(
        "OR solar", "OR with nothing before it at character 1 of", id="an operator at the beginning"
    ),
    pytest.param("solar NOT wind", "NOT at character 7 of", id="NOT"),
    pytest.param("solar - wind", "a minus that stands alone at character 7 of", id="a minus"),
    pytest.param("so*ar", "'*' in 'so*ar' at character 1 of", id="a star"),
    pytest.param("titel:solar", "no field 'titel:' at character 1 of", id="a field"),
    pytest.param("solar site:news", "no field 'site:' at character 7 of", id="a site"),
    pytest.param("title:", "'title:' with nothing behind it at character 1 of", id="a field alone"),
    pytest.param("solar &", "no word in '&' at character 7 of", id="a sign"),
    pytest.param("category:energy,", "nothing before or after a comma", id="a comma"),
    pytest.param("category:-energy", "a minus behind 'category:'", id="a minus behind a field"),
    pytest.param("a" * 1001, "topic is 1001 characters long: 1000 are the most", id="too long"),
    pytest.param(" ".join(f"w{n}" for n in range(61)), "topic has 61 words", id="too many words"),
    pytest.param(
        " ".join(f"w{n}*" for n in range(11)), "topic has 11 words with a '*'", id="too many stars"
    ),
    pytest.param("(" * 11 + "a" + ")" * 11, "more than 10 groups within each other", id="too deep"),
]


@pytest.mark.parametrize(("query", "sentence"), MISTAKES)
def test_a_mistake_in_a_saved_topic_is_named_with_its_key_and_its_place(
    tmp_path: Path, query: str, sentence: str
) -> None:
    settings = configured(tmp_path, {"good": "solar", "bad": query})
    with pytest.raises(ConfigError) as raised:
        parse_saved_topics(settings)
    (mistake,) = raised.value.mistakes
    assert mistake.startswith("topics.bad.query: ")
    assert sentence in mistake


@pytest.mark.parametrize("query", ["", " ", "\t\n"])
def test_an_empty_query_is_named_with_its_key(tmp_path: Path, query: str) -> None:
    with pytest.raises(ConfigError, match=r"topics\.bad\.query: "):
        parse_saved_topics(configured(tmp_path, {"good": "solar", "bad": query}))


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    settings = configured(tmp_path, {"one": "(solar", "two": "solar", "three": "OR", "four": "title:"})
    with pytest.raises(ConfigError) as raised:
        parse_saved_topics(settings)
    assert [one.partition(": ")[0] for one in raised.value.mistakes] == [
        "topics.one.query", "topics.three.query", "topics.four.query",
    ]  # fmt: skip


@dataclass(frozen=True)
class Done:
    """What came of a command."""

    status: int
    stdout: bytes
    stderr: str


def feedsvc(*arguments: str) -> Done:
    result = CliRunner().invoke(main, arguments)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout_bytes, result.stderr)


@pytest.mark.parametrize(
    "command", ["serve", "worker", "pull", "import x.json", "render", "check", "migrate"]
)
def test_every_command_refuses_mistakes_in_saved_topics(command: str) -> None:
    Path("config.toml").write_text(configuration({"one": "(solar", "two": "solar", "three": "solar OR"}))
    done = feedsvc(*command.split())
    assert (done.status, done.stdout) == (2, b"")
    assert (
        "topics.one.query: topic has a '(' that is never closed at character 1 of '(solar'" in done.stderr
    )
    assert "topics.three.query: topic has OR with nothing behind it at character 7" in done.stderr
    assert "topics.two" not in done.stderr
    assert not Path("feedsvc.db").exists()


@pytest.mark.parametrize(
    "name",
    ["cell-therapy", "5g", "a.b", "A_b", "x", "ไทย", "ที่ดิน", "हिन्दी", "日本", "été", "e\u0301te\u0301"],
)
def test_a_name_may_be_of_any_script(tmp_path: Path, held: Database, name: str) -> None:
    client = create_app(configured(tmp_path, {name: "solar"}), held).test_client()
    assert len(feed(client, topic(name))["items"]) == len(feed(client, asking("solar"))["items"])
    assert feed(client, topic(name))["feed_url"] == f"http://localhost{topic(name)}"


@pytest.mark.parametrize(
    "name", ["", "a b", "a/b", "-a", ".", "..", ".a", "a?b", "a#b", "a%b", "a\n", "<b>", "a,b"]
)
def test_a_name_that_can_not_stand_in_an_address_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError) as raised:
        configured(tmp_path, {"good": "solar", name: "solar"})
    assert f"topics: {name!r} can't stand in an address" in str(raised.value)


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        pytest.param("son", "did you mean 'sun'?", id="a letter"),
        pytest.param("SUN", "did you mean 'sun'?", id="capitals"),
        pytest.param("energy-new", "did you mean 'energy-news'?", id="a letter that is missing"),
        pytest.param("qqqq", "see / for those that there are", id="nothing like it"),
    ],
)
def test_an_unknown_topic_is_a_404_that_names_the_nearest(
    reader: FlaskClient, name: str, advice: str
) -> None:
    for form in FORMATS:
        response = reader.get(topic(name, form))
        assert (response.status_code, response.text) == (
            404,
            f"there is no saved topic {name!r}: {advice}\n",
        )
        assert response.content_type == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "address", ["/topic", "/topic/sun.xml", "/topic/.rss", "/topic/", "/topic/sun/x.rss"]
)
def test_what_is_no_address_of_a_topic_is_a_404(reader: FlaskClient, address: str) -> None:
    assert reader.get(address).status_code == 404


@pytest.mark.parametrize(
    "asked",
    ["catgory=x", "limit=0", "topic=%22a", "category=enrgy", "since=soon", "topic=", "page=1&page=2"],
)
def test_a_mistake_in_the_address_of_a_topic_is_a_400_as_for_any_feed(
    reader: FlaskClient, asked: str
) -> None:
    response = reader.get(f"{topic('sun', 'rss')}?{asked}")
    same = reader.get(f"/feed.rss?{asked}")
    assert (response.status_code, response.text) == (same.status_code, same.text)
    assert response.status_code == 400


@pytest.mark.parametrize("form", FORMATS)
def test_a_topic_with_a_category_that_there_is_not_is_a_400_and_the_others_go_on(
    tmp_path: Path, held: Database, form: str
) -> None:
    client = create_app(
        configured(tmp_path, {"bad": "solar category:enrgy", "good": "solar"}), held
    ).test_client()
    response = client.get(topic("bad", form))
    assert response.status_code == 400
    assert response.content_type == "text/plain; charset=utf-8"
    assert "there is no category 'enrgy' at character 16 of" in response.text
    assert "did you mean 'energy'?" in response.text
    assert client.get(topic("good", form)).status_code == 200
    for address in ("/", "/feeds.opml", "/feed.rss", "/preview?topic=solar"):
        assert client.get(address).status_code == 200


def test_a_topic_with_a_category_that_may_still_come_is_a_503(tmp_path: Path, database: Database) -> None:
    site = '[[sites]]\nname = "new"\nurl = "https://new.example/"'
    client = create_app(
        configured(tmp_path, {"bad": "category:energy", "good": "solar"}, site), database
    ).test_client()
    response = client.get(topic("bad", "rss"))
    assert response.status_code == 503
    assert "Retry-After" in response.headers
    assert feed(client, topic("good"))["items"] == []


# The command


@pytest.mark.parametrize("form", FORMATS)
def test_render_gives_the_bytes_of_the_address(tmp_path: Path, sample_store: Path, form: str) -> None:
    shutil.copyfile(sample_store, tmp_path / "feedsvc.db")
    settings = configured(
        tmp_path, TOPICS, 'base_url = "https://feeds.example.com"\ntitle = "All & <sundry>"'
    )
    with closing(Database(settings.database_url)) as database:
        client = create_app(settings, database).test_client()
        queries = [
            "",
            *(urlencode({"topic": TOPICS[name], "limit": 3}) for name in ("sun", "C_sharp")),
            "topic=solar&category=energy&limit=2&page=2",
            "tag=grid&dedupe=off&since=2026-01-01",
        ]
        for query in queries:
            done = feedsvc("render", query, "--format", form)
            assert (done.status, done.stderr) == (0, ""), query
            assert done.stdout == client.get(f"/feed.{form}?{query}").data, query


@pytest.mark.parametrize("name", ["sun", "energy-news", "ไทย"])
def test_render_gives_the_entries_of_a_saved_topic_for_its_query(
    reader: FlaskClient, tmp_path: Path, sample_store: Path, name: str
) -> None:
    shutil.copyfile(sample_store, tmp_path / "feedsvc.db")
    done = feedsvc("render", f"topic={quote(TOPICS[name])}", "--format", "json")
    assert json.loads(done.stdout)["items"] == feed(reader, topic(name))["items"]
