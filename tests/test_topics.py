"""What a topic finds: the index against answers worked out by hand and against a slow, simple reading."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import pairwise
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import empty_configuration
from feedsvc.model import Post
from feedsvc.publish.find import QueryResult, find_entries
from feedsvc.query.address import format_query_string
from feedsvc.query.query import Query
from feedsvc.query.query_string import parse_query_string
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.terms import save_terms
from matching import All, Either, Named, Not, Text, Tree, in_title, matches, parse
from postgres import emptied_postgresql
from properties import steadily
from storing import remove_posts, save_post
from tables import thinned
from topics import CASES, NEWEST_FIRST, POSTS, TERMS, Case

NOW = datetime(2028, 1, 1, tzinfo=UTC)


ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.real)]


@pytest.fixture(scope="module", params=ENGINES)
def news(
    tmp_path_factory: pytest.TempPathFactory, empty_store: Path, request: pytest.FixtureRequest
) -> Iterator[Database]:
    """A store of all posts of the table, which no test of this file changes."""
    yield from store_of(request.param, tmp_path_factory.mktemp("news"), empty_store, POSTS)


@pytest.fixture(scope="module", params=ENGINES)
def scraps(
    tmp_path_factory: pytest.TempPathFactory, empty_store: Path, request: pytest.FixtureRequest
) -> Iterator[Database]:
    """A store whose posts each example replaces by its own."""
    yield from store_of(request.param, tmp_path_factory.mktemp("scraps"), empty_store, ())


def store_of(engine: str, folder: Path, empty_store: Path, some: Sequence[Post]) -> Iterator[Database]:
    file = folder / "store.db"
    shutil.copyfile(empty_store, file)
    url = f"sqlite:///{file}" if engine == "sqlite" else emptied_postgresql(1 if some else 2)
    database = Database(url)
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "news.example", "https://news.example/", imported=True)
        save_terms(connection, site_id, TERMS)
        for post in some:
            save_post(connection, site_id, post)
    yield database
    database.close()


def query_of(topic: str) -> Query:
    return parse_query_string(urlencode({"topic": topic, "limit": 100, "dedupe": "off"}))


def found(database: Database, query: Query) -> QueryResult:
    with database.reading() as connection:
        return find_entries(connection, empty_configuration(), query, NOW)


def ids(database: Database, query: Query) -> list[int]:
    return [entry.post.id for entry in found(database, query).entries]


def expected(tree: Tree, some: Sequence[Post]) -> list[int]:
    """Return the ids of the posts, given newest first, that the slow reading finds."""
    return [post.id for post in some if matches(tree, post, TERMS)]


NEWS = sorted(POSTS, key=lambda post: NEWEST_FIRST.index(post.id))

# The table


@pytest.mark.parametrize("case", thinned([pytest.param(case, id=case.name) for case in CASES], 3))
def test_a_topic_finds_what_the_specification_says(case: Case, news: Database) -> None:
    assert ids(news, query_of(case.query)) == case.found


def test_the_slow_reading_finds_what_the_specification_says() -> None:
    answers = {case.name: expected(parse(case.query), NEWS) for case in CASES}
    assert answers == {case.name: case.found for case in CASES}


@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.real)], ids=["an eighth", "all"])
def test_the_spelling_that_a_feed_shows_is_the_same_query(news: Database, every: int) -> None:
    for query in (query_of(case.query) for case in CASES[::every]):
        assert parse_query_string(format_query_string(query)) == query
        shown = found(news, query)
        again = found(news, parse_query_string(format_query_string(shown.query)))
        assert format_query_string(again.query) == format_query_string(shown.query)
        assert again.entries == shown.entries


# Queries made at random, spelt at random


def leaves(tree: Tree) -> Iterator[Text | Named]:
    match tree:
        case Text() | Named():
            yield tree
        case Not(of):
            yield from leaves(of)
        case All(trees) | Either(trees):
            for one in trees:
                yield from leaves(one)


def trees_of(some: Sequence[Text | Named]) -> st.SearchStrategy[Tree]:
    leaf: st.SearchStrategy[Tree] = st.sampled_from(some)

    def grown(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        several = st.lists(inner | inner.map(negated), min_size=2, max_size=3).map(tuple)
        group: st.SearchStrategy[Tree] = several.map(All) | several.map(Either)
        return group | group.map(in_title)

    return st.recursive(leaf | leaf.map(Not), grown, max_leaves=6)


def negated(tree: Tree) -> Tree:
    """Return a tree left out, unless it is: a minus before a minus says nothing that anyone would mean."""
    return tree if isinstance(tree, Not) else Not(tree)


def spelt(tree: Tree, random: Random) -> str:
    """Return one of the spellings of a tree, what stands in `All` or `Either` in any order."""
    match tree:
        case Text(text, prefix, in_title):
            text = random.choice((text, text.upper(), text.lower()))
            bare = not set(text) & set(' "():*') and text.upper() not in ("OR", "AND", "NOT")
            shown = text if bare and random.random() < 0.7 else f'"{text}"'
            return ("title:" if in_title else "") + shown + ("*" if prefix else "")
        case Named(taxonomy, value):
            return f'{taxonomy}:"{value}"' if set(value) & set(" &") else f"{taxonomy}:{value}"
        case Not(of):
            return "-" + enclosed(of, random)
        case All(trees):
            parts = [enclosed(one, random) for one in random.sample(trees, len(trees))]
            return "".join(part + random.choice((" ", "  ", " AND ")) for part in parts[:-1]) + parts[-1]
        case Either(trees):
            parts = [
                spelt(fenced(one), random)
                if isinstance(one, All) and random.random() < 0.5
                else enclosed(one, random)
                for one in random.sample(trees, len(trees))
            ]
            return " OR ".join(parts)


def fenced(tree: All) -> All:
    """Return what may stand between two ORs as it is: its exclusions in parentheses of their own."""
    return All(tuple(All((part,)) if isinstance(part, Not) else part for part in tree.trees))


def enclosed(tree: Tree, random: Random) -> str:
    """Return a tree as a part of another, in parentheses where it needs them and sometimes where not."""
    if isinstance(tree, All | Either):
        if random.random() < 0.5 and all(isinstance(leaf, Text) and leaf.in_title for leaf in leaves(tree)):
            return f"title:({spelt(anywhere(tree), random)})"
        return f"({spelt(tree, random)})"
    return f"( {spelt(tree, random)} )" if random.random() < 0.1 else spelt(tree, random)


def anywhere(tree: Tree) -> Tree:
    """Return a tree whose words are looked for everywhere: what stands in `title:( )`."""
    match tree:
        case Text():
            return replace(tree, in_title=False)
        case Not(of):
            return Not(anywhere(of))
        case All(trees):
            return All(tuple(anywhere(one) for one in trees))
        case Either(trees):
            return Either(tuple(anywhere(one) for one in trees))
        case Named():
            return tree


OF_THE_TABLE = list(dict.fromkeys(leaf for case in CASES for leaf in leaves(parse(case.query))))
randoms = st.randoms(use_true_random=False)


@pytest.mark.real
@steadily(100)
@given(st.lists(trees_of(OF_THE_TABLE), min_size=1, max_size=4), randoms)
def test_what_the_table_asks_for_put_together_anew_finds_what_the_slow_reading_finds(
    news: Database, trees: list[Tree], random: Random
) -> None:
    queries = [spelt(tree, random) for tree in trees]
    answers = [expected(tree, NEWS) for tree in trees]
    assert [expected(parse(query), NEWS) for query in queries] == answers
    assert [ids(news, query_of(query)) for query in queries] == answers


# Texts made at random, of words and signs that are easily mistaken

Scrap = tuple[str, str, tuple[int, ...], tuple[int, ...], int | None]
"""Title, body, categories, tags and author."""

TRICKY = (
    "solar wind winds re markable remarkable café CAFE cafe\u0301 Łódź lodz straße strasse ı İ ήλιος ΉΛΙΟΣ"
    " ёлка or R&D r d C++ C# c don't don t 5G 5 AI COVID-19 covid 19 U.S. us 2024 日 本 日本 日本語"
    " ニュース ﾆｭｰｽ ไ ท ไทย แสง น้ำ ລາວ မြန်မာ 한국 한국의 شمس שמש צה״ל हिंदी कल काल ﬁn ＡＩ"
).split()
JOINTS = [
    "", " ", " ", ", ", ". ", "-", "、", "・", "’", " & ", "&", " + ", " #",
    "\u00ad", "\u200b", "\u2060", "\ufeff",
]  # fmt: skip
PARTINGS = [
    "</p><p>", "<br>", "</p><ul><li>a</li></ul><p>", "<!-- wind -->", "<wbr>", "&shy;", "&nbsp;",
    '<img src="wind.jpg" alt="wind"> ', '<b class="wind"></b>', "<script>wind</script>",
]  # fmt: skip


def joined(words: Sequence[str], joints: Sequence[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(st.sampled_from(words), st.sampled_from(joints))
    return st.lists(pairs, max_size=7).map(lambda some: "".join(word + joint for word, joint in some))


MARKED = [wrapped for word in map(escape, TRICKY) for wrapped in (word, word, f"<b>{word}</b>")]
scraps_of_text = st.builds(
    lambda title, body, categories, tags, author: (title, f"<p>{body}</p>", categories, tags, author),
    joined(TRICKY, JOINTS),
    joined(MARKED, [*map(escape, JOINTS), *PARTINGS]),
    st.sets(st.sampled_from([1, 2, 3, 4]), max_size=2).map(tuple),
    st.sets(st.sampled_from([21, 22]), max_size=1).map(tuple),
    st.sampled_from([None, 31, 32]),
)
LEAVES: list[Text | Named] = [
    *(Text(word) for word in TRICKY for _ in range(2)),
    *(Text(word, prefix=True) for word in ("so", "wind", "re", "caf", "stras", "한국", "हिं", "covid-1")),
    *(Text(word, in_title=True) for word in ("solar", "日本", "R&D", "ไทย")),
    *(Text(f"{one} {other}") for one, other in pairwise(TRICKY)),
    Named("category", "1"), Named("category", "rooftop"), Named("category", "energy,health"),
    Named("tag", "battery"), Named("tag", "C++"), Named("author", "Zoë Müller"),
]  # fmt: skip


@pytest.mark.real
@steadily(70)
@given(
    st.lists(trees_of(LEAVES), min_size=3, max_size=8),
    st.lists(scraps_of_text, min_size=3, max_size=8),
    randoms,
)
def test_random_topics_find_in_random_texts_what_the_slow_reading_finds(
    scraps: Database, trees: list[Tree], texts: list[Scrap], random: Random
) -> None:
    some = [post_of(wp_id, *text) for wp_id, text in enumerate(texts, 1)]
    with scraps.transaction() as connection:
        site_id = sites.ensure_site(connection, "news.example", "https://news.example/")
        remove_posts(connection, site_id, range(len(some) + 1, 10))
        for post in some:
            save_post(connection, site_id, post)
    queries = [spelt(tree, random) for tree in trees]
    answers = [expected(tree, some[::-1]) for tree in trees]
    assert [ids(scraps, query_of(query)) for query in queries] == answers


def post_of(
    wp_id: int,
    title: str,
    content: str,
    categories: tuple[int, ...],
    tags: tuple[int, ...],
    author: int | None,
) -> Post:
    published = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=30 * wp_id)
    return replace(
        POSTS[0], id=wp_id, guid=f"https://news.example/?p={wp_id}", title=title, content=content,
        published=published, modified=published, categories=categories, tags=tags,
        authors=() if author is None else (author,),
    )  # fmt: skip


# One spelling


def test_the_one_spelling_is_as_plain_as_the_specification_shows() -> None:
    assert (
        format_query_string(parse_query_string(urlencode({"topic": "SOLAR  AND (wind)"})))
        == "topic=solar+wind"
    )


@pytest.mark.parametrize(
    "spellings",
    [
        pytest.param(
            ["solar", "SOLAR", '"solar"', "(solar)", "((solar))", "ｓｏｌａｒ", "so\u00adlar"], id="a word"
        ),
        pytest.param(
            ["solar wind", "wind solar", "solar AND wind", "(wind) solar", "solar wind wind"], id="words"
        ),
        pytest.param(["a b c", "a (b c)", "(a b) c", "c AND (a b)", "((a b c))"], id="nested words"),
        pytest.param(["a OR b OR c", "(a OR b) OR c", "b OR (c OR a)", "A OR B OR C OR A"], id="choices"),
        pytest.param(["a b OR c", "c OR (b a)", "(a AND b) OR c", "c OR b a"], id="what binds first"),
        pytest.param(
            ["a OR b -c", "(a OR b) -c", "-c (b OR a)", "a -c OR b", "b OR a AND -c"], id="left out"
        ),
        pytest.param(["a OR -b", "(-b) OR a", "-b OR a", "a OR (-b)"], id="a choice of its own"),
        pytest.param(
            ['"heat pump"', '"Heat, Pump"', "heat-pump", '" HEAT  PUMP "', "heat-pump heat-pump"],
            id="a phrase",
        ),
        pytest.param(["covid-19", "COVID-19", '"covid 19"', "Covid/19"], id="signs within"),
        pytest.param(["R&D", "r&d", '"R & D"', "Ｒ＆Ｄ"], id="an ampersand"),
        pytest.param(["don't", "don’t", '"Don T"'], id="apostrophes"),
        pytest.param(["straße", "STRASSE", "strasse", "ｓtraſſe"], id="letters that are two"),
        pytest.param(
            ["title:solar", "title:SOLAR", "title:(solar)", 'title:"solar"', "(title:solar)"], id="a field"
        ),
        pytest.param(["electr*", "ELECTR*", '"electr"*', "(éLECTR*)"], id="a prefix"),
        pytest.param(["日本", '"日本"', "(日本)", "日\u200b本"], id="without spaces"),
    ],
)
def test_different_spellings_of_one_topic_are_one(spellings: list[str]) -> None:
    assert {format_query_string(query_of(spelling)) for spelling in spellings} == {
        format_query_string(query_of(spellings[0]))
    }


@pytest.mark.parametrize(
    "spellings",
    [
        pytest.param(["category:1", "category:energy", "category:ENERGY"], id="a category"),
        pytest.param(["solar OR category:1", 'category:"Energy" OR solar'], id="a category or a word"),
        pytest.param(["-tag:22", "-tag:cpp", "-tag:C++"], id="a tag left out"),
        pytest.param(
            ["author:31", "author:zoe", 'author:"Zoë Müller"', 'author:"ZOE MULLER"'], id="an author"
        ),
        pytest.param(
            ["tag:battery,cpp", "tag:22,21", "tag:21 OR tag:22", "tag:(22 OR battery)"], id="two tags"
        ),
    ],
)
def test_what_is_named_in_several_ways_has_one_spelling_in_its_feed(
    news: Database, spellings: list[str]
) -> None:
    assert len({format_query_string(found(news, query_of(spelling)).query) for spelling in spellings}) == 1


@steadily(200)
@given(trees_of([*LEAVES, *OF_THE_TABLE]), randoms)
def test_all_spellings_of_a_topic_have_one_spelling(tree: Tree, random: Random) -> None:
    one, other = (query_of(spelt(tree, random)) for _ in range(2))
    assert format_query_string(one) == format_query_string(other)
    assert parse_query_string(format_query_string(one)) == one
