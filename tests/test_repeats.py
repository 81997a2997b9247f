"""Posts that repeat another, on a real SQLite: one entry for a group, in whichever order they came."""

import itertools
import random
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import Phase, given
from hypothesis import strategies as st
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.exc import OperationalError

import pairs
from columns import set_columns
from feedsvc.config import Settings, SiteSettings
from feedsvc.model import Entry, Post, Term
from feedsvc.publish.directory import list_feeds
from feedsvc.publish.feed_lists import KINDS, list_outlines
from feedsvc.publish.find import find_entries
from feedsvc.publish.opml import write_opml
from feedsvc.publish.published_sites import load_published_sites
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.publish.views.builder import build_beginning
from feedsvc.publish.web import create_app
from feedsvc.query.condition import NameFilter, Not, ResolvedFilter
from feedsvc.query.query_string import parse_query_string
from feedsvc.store import keys, sites
from feedsvc.store.database import Database
from feedsvc.store.entries import count_selected, load_entries
from feedsvc.store.indexing import rebuild_index
from feedsvc.store.posts import count_repeats
from feedsvc.store.search import clear_index
from feedsvc.store.selection import Selection
from feedsvc.store.tables import facts, post_terms, sketches
from feedsvc.store.tables import posts as posts_table
from feedsvc.store.tables import sites as sites_table
from feedsvc.store.term_lookup import find_terms
from feedsvc.store.terms import save_terms
from feedsvc.sync.importing import import_posts
from feedsvc.text import similarity
from feedsvc.text.html import extract_body_text, to_plain_text
from postgres import emptied_postgresql
from properties import steadily
from storing import PostStep, remove_posts, save_post, save_posts, take_steps, withhold_post

Identity = tuple[str, int]
"""A post's site and id."""

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)

TITLE = pairs.COUNCIL_TITLE
BODY = pairs.html(*pairs.COUNCIL)
DATED = pairs.dated("LONDON, March 3, 2024 (WIRE) -- ", pairs.COUNCIL)
DATED_OTHERWISE = pairs.dated("Tarn Harbour, 5 March 2024 &#8211; ", pairs.COUNCIL)
OTHER = pairs.html(*pairs.FERRY)
ANOTHER = pairs.html(*pairs.THEATRE)

_SENTENCES = (
    "Along the old canal the beeches have been counted, and each of them has been given a small sign.",
    "A school of rowing will use the boathouse in winter, while its own is under repair again.",
    "Whoever finds a ring of the goldsmith may bring it to the kiosk beside the bridge, she said.",
    "Bakers from the hills want to sell their bread on the square before the sun is up.",
    "The orchestra rehearses outdoors as long as it is warm, to the joy of the fishermen there.",
    "Nobody knows who painted the door of the chapel green, but most people like it so.",
    "In the reading room a clock from the flour mill is on show, which runs backwards since it fell.",
    "Gardeners are asked to leave the dry leaves where they lie, as hedgehogs spend the cold months there.",
)
WHOLE, MOST, LITTLE = (pairs.html(*_SENTENCES[:n]) for n in (8, 5, 3))
"""The second is a cut copy of the first, and the third one of the second but too short for the first."""
SHORT = pairs.html(_SENTENCES[0])
"""A text that is compared as a whole or not at all."""


def a_post(wp_id: int, after: timedelta = timedelta(), body: str = BODY, **changes: Any) -> Post:
    """Return a post published `after` noon, under the one title if no other is told."""
    published = NOON + after
    post = Post(
        id=wp_id,
        guid=f"https://site.example/?p={wp_id}",
        link=f"https://site.example/{wp_id}/",
        title=TITLE,
        summary="",
        content=body,
        published=published,
        modified=published,
    )
    return replace(post, **changes)


SITE_IDS = {"a": 1, "b": 2, "c": 3}
"""The sites that are there from the beginning, all of them read once; their terms have names."""


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Path:
    """A file with a store that has the sites and no posts, to be copied."""
    file = tmp_path_factory.mktemp("stocked") / "store.db"
    with closing(store(empty_store, file)) as database:
        fill_with_sites(database)
    return file


def fill_with_sites(database: Database) -> None:
    with database.transaction() as connection:
        for name, expected in SITE_IDS.items():
            site_id = sites.ensure_site(connection, name, f"https://{name}.example/")
            assert site_id == expected
            set_columns(connection, site_id, backfilled_at=NOON)
            learnt = [Term("category", n, f"c{n}", f"Category {n}") for n in range(1, 5)]
            learnt += [Term("tag", n, f"t{n}", f"Tag {n}") for n in range(1, 3)]
            learnt += [Term("author", n, f"{name}{n}", f"Author {name}{n}") for n in range(1, 6)]
            save_terms(connection, site_id, learnt)


@pytest.fixture
def database(tmp_path: Path, stocked: Path, engine: str) -> Iterator[Database]:
    """A store that has the sites and no posts."""
    if engine == "postgresql":
        with closing(Database(emptied_postgresql())) as database:
            fill_with_sites(database)
            yield database
        return
    with closing(store(stocked, tmp_path / "store.db")) as database:
        yield database


def store(empty: Path, file: Path, window: timedelta = WEEK) -> Database:
    """Return a new store that does not wait for the disk."""
    shutil.copyfile(empty, file)
    database = Database(f"sqlite:///{file}", duplicate_window=window)

    def hurry(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous = OFF")

    event.listen(database.engine, "connect", hurry)
    return database


def save(database: Database, site_id: int, *some: Post) -> None:
    """Write posts in one transaction."""
    with database.transaction() as connection:
        save_posts(connection, site_id, some, database.post_writer(connection).duplicate_window)


def remove(database: Database, site_id: int, *ids: int) -> None:
    """Forget posts in one transaction."""
    with database.transaction() as connection:
        remove_posts(connection, site_id, ids)


def originals(database: Database) -> dict[Identity, Identity]:
    """Return each post with the one that stands for it."""
    with database.reading() as connection:
        rows = connection.execute(
            select(
                posts_table.c.key, posts_table.c.canonical_key, posts_table.c.wp_id, sites_table.c.name
            ).join(sites_table, sites_table.c.id == posts_table.c.site_id)
        ).all()
    identities = {row.key: (row.name, row.wp_id) for row in rows}
    return {identities[row.key]: identities[row.canonical_key] for row in rows}


def groups(database: Database) -> list[list[int]]:
    """Return the ids of the posts that make one entry, the groups and their members by id."""
    found: dict[Identity, list[int]] = {}
    for post, original in originals(database).items():
        found.setdefault(original, []).append(post[1])
    return sorted(sorted(group) for group in found.values())


def shown(database: Database, query: str = "", settings: Settings | None = None) -> list[Entry]:
    """Return the entries of a query string."""
    with database.reading() as connection:
        found = find_entries(
            connection, settings or Settings(), parse_query_string(query), NOON + 365 * DAY
        )
    return list(found.entries)


def ids(database: Database, query: str = "", settings: Settings | None = None) -> list[int]:
    """Return the ids of the posts that a query shows, newest first."""
    return [entry.post.id for entry in shown(database, query, settings)]


def category_ids(entry: Entry) -> list[int]:
    return [term.id for term in entry.categories]


def tag_ids(entry: Entry) -> list[int]:
    return [term.id for term in entry.tags]


def only(*names: str) -> Settings:
    """Return the settings under which these sites alone are published."""
    return Settings(sites=tuple(SiteSettings(name=name, url=f"https://{name}.example/") for name in names))


# One entry for all


@pytest.mark.parametrize(
    ("body", "title"),
    [
        pytest.param(BODY, TITLE, id="the very same"),
        pytest.param(pairs.blocks(*pairs.COUNCIL), TITLE.upper(), id="other markup and case"),
        pytest.param(DATED, TITLE, id="another dateline"),
        pytest.param(pairs.html(*pairs.COUNCIL[:3]), TITLE, id="cut off"),
        pytest.param(BODY, "Flood wall approved by 14 votes to 9", id="another headline"),
    ],
)
def test_a_release_posted_again_is_one_entry_with_the_terms_of_both(
    body: str, title: str, database: Database
) -> None:
    # Years apart: on the same site and on another.
    for number, (other, after) in enumerate((("a", SECOND), ("b", 3 * DAY)), start=1):
        noon = number * 365 * DAY
        first = a_post(
            10 * number + 7, noon, categories=(1, 2), tags=(1,), authors=(4,), guid=f"first {number}"
        )
        again = a_post(
            10 * number + 3, noon + after, body, title=title, categories=(2, 3), tags=(2,), authors=(5,)
        )
        save(database, SITE_IDS["a"], first)
        save(database, SITE_IDS[other], again)
        entry = shown(database)[0]
        assert entry.post == first
        assert entry.site.name == "a"
        assert category_ids(entry) == [1, 2, 3]
        assert tag_ids(entry) == [1, 2]
        assert [author.slug for author in entry.authors] == ["a4"]
        both = shown(database, "dedupe=off&limit=2")
        assert [one.post for one in both] == [again, first]
        assert [(category_ids(one), tag_ids(one)) for one in both] == [([2, 3], [2]), ([1, 2], [1])]
        assert [author.slug for one in both for author in one.authors] == [f"{other}5", "a4"]
    assert len(shown(database)) == 2


def test_a_text_that_is_new_is_an_entry_of_its_own(database: Database) -> None:
    new = pairs.html(*pairs.COUNCIL, "Councillor Haskayne has resigned, her party said on Tuesday morning.")
    save(
        database,
        SITE_IDS["a"],
        a_post(1),
        a_post(2, HOUR, new),
        a_post(3, 2 * HOUR, BODY.replace("7.5 million", "8.5 million")),
        a_post(4, 3 * HOUR, title=f"Corrected: {TITLE}"),
        a_post(5, 4 * HOUR, OTHER),
        a_post(6, 5 * HOUR, title="Recipes for plum jam"),
        a_post(7, 6 * HOUR, "<p>Watch the video below.</p>"),
        a_post(8, 7 * HOUR, "<p>Watch the video below.</p>"),
    )
    assert ids(database) == [8, 7, 6, 5, 4, 3, 2, 1]


def test_posts_without_a_text_are_never_one(database: Database) -> None:
    save(database, SITE_IDS["a"], *(a_post(n, n * HOUR, "") for n in range(1, 4)))
    picture = '<p><img src="https://site.example/a.jpg"></p>'
    save(database, SITE_IDS["a"], *(a_post(n, n * HOUR, picture) for n in range(4, 7)))
    assert len(groups(database)) == 6


def test_a_post_with_a_summary_alone_is_compared_by_it(database: Database) -> None:
    summary = " ".join(_SENTENCES)
    save(
        database,
        SITE_IDS["a"],
        a_post(1, body="", summary=summary),
        a_post(2, HOUR, "", summary=summary),
        a_post(3, 2 * HOUR, "", summary=""),
    )
    assert groups(database) == [[1, 2], [3]]


def test_the_named_pairs_are_judged_in_the_store_as_they_are_without(database: Database) -> None:
    """All at once in one store, each pair in years of its own: what the sketches find is enough."""
    site_id = SITE_IDS["a"]
    some = []
    pairs_named = [pair for pair in pairs.PAIRS if pair.named]
    for number, pair in enumerate(pairs_named):
        for is_later, text in enumerate((pair.earlier, pair.later)):
            after = timedelta(days=700 * (number - 80) + text.day)
            wp_id, title = 2 * number + is_later + 1, to_plain_text(text.title)
            link = f"https://news.example/{wp_id}/"  # where the pictures and links of the pairs lead
            some.append(a_post(wp_id, after, text.body, title=title, link=link))
    random.Random(5).shuffle(some)
    save(database, site_id, *some)
    found = originals(database)
    for number, pair in enumerate(pairs_named):
        first, second = ("a", 2 * number + 1), ("a", 2 * number + 2)
        assert (found[second] == first) is pair.same, pair.name
        assert found[first] == first, pair.name


# Filters


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, stocked: Path) -> Iterator[Database]:
    """A store that no test changes that uses it: a release on `a` (1) and a day later on `b` (2), and a
    post of its own on each (3, 4).
    """
    with closing(store(stocked, tmp_path_factory.mktemp("held") / "store.db")) as database:
        fill(database)
        yield database


@pytest.fixture
def two_sites(database: Database) -> Database:
    """The same, to be changed."""
    fill(database)
    return database


def fill(database: Database) -> None:
    a, b = SITE_IDS["a"], SITE_IDS["b"]
    save(database, a, a_post(1, categories=(1,), tags=(1,), authors=(1,)))
    save(database, b, a_post(2, DAY, DATED, categories=(2,), tags=(2,), authors=(2,)))
    save(database, a, a_post(3, 2 * DAY, OTHER, categories=(1,)))
    save(database, b, a_post(4, 3 * DAY, ANOTHER, categories=(2,)))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [4, 3, 1]),
        ("dedupe=off", [4, 3, 2, 1]),
        ("category=c1", [3, 1]),
        ("category=c2", [4, 1]),
        ("category=c1&category=c2", [1]),
        ("category=c1,c2", [4, 3, 1]),
        ("tag=t2", [1]),
        ("author=b2", [2]),
        ("author=a1&tag=t2&category=c2", [1]),
        ("site=a", [3, 1]),
        ("site=b", [4, 2]),
        ("site=a&site=b", [1]),
        ("site=a,b", [4, 3, 1]),
        ("site=b&tag=t1", []),
        ("category=-c1", [4]),
        ("category=-c2", [3]),
        ("tag=-t2", [4, 3]),
        ("author=-b2", [4, 3]),
        ("site=-a", [4, 2]),
        ("site=-b", [3, 1]),
        ("site=-a&category=c2", [4, 2]),
        ("site=-a&tag=t2", [2]),
        ("site=b&site=-a", [4, 2]),
        ("topic=meadows", [1]),
        ("topic=meadows&category=c2", [1]),
        ("topic=meadows&site=-a", [2]),
        ("topic=meadows&dedupe=off", [2, 1]),
        ("category=c1&dedupe=off", [3, 1]),
        ("category=c2&dedupe=off", [4, 2]),
        ("category=-c1&dedupe=off", [4, 2]),
        ("site=-a&dedupe=off", [4, 2]),
        ("site=b&dedupe=off", [4, 2]),
        ("author=b2&dedupe=off", [2]),
    ],
)
def test_a_filter_finds_the_post_that_stands_for_all_by_the_terms_of_any(
    query: str, expected: list[int], held: Database
) -> None:
    assert ids(held, query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("site=-a&category=c1", [], id="found by a term of the site that is left out"),
        pytest.param("site=-a&author=a1", [], id="found by an author of the site that is left out"),
        pytest.param("site=-a&category=-c1", [4, 2], id="left out by a term of the site that is left out"),
        pytest.param("site=-a&topic=meadows&tag=-t1", [2], id="the same with words"),
        pytest.param("site=a&site=-a", [], id="a site that is wanted and left out"),
        pytest.param("site=a,b&site=-a", [4, 2], id="two that are wanted and one that is left out"),
    ],
)
def test_a_site_that_is_left_out_is_as_if_it_were_not_published(
    query: str, expected: list[int], held: Database
) -> None:
    assert ids(held, query) == expected


def test_a_site_that_is_left_out_lends_no_terms(held: Database) -> None:
    entry = shown(held, "site=-a")[1]
    assert (entry.post.id, category_ids(entry), tag_ids(entry)) == (2, [2], [2])


def test_a_site_that_is_not_published_hides_no_post_and_lends_no_terms(held: Database) -> None:
    entries = shown(held, "", only("b"))
    assert [(entry.post.id, category_ids(entry), tag_ids(entry)) for entry in entries] == [
        (4, [2], []),
        (2, [2], [2]),
    ]
    assert ids(held, "category=-c2", only("b")) == []
    entries = shown(held, "", only("a"))
    assert [(entry.post.id, category_ids(entry)) for entry in entries] == [(3, [1]), (1, [1])]
    assert [category_ids(entry) for entry in shown(held, "", only("a", "b"))] == [[2], [1], [1, 2]]


def test_of_three_sites_the_first_that_is_published_stands_for_all_that_are(database: Database) -> None:
    for number, name in enumerate(("a", "b", "c"), start=1):
        save(database, SITE_IDS[name], a_post(number, number * DAY, categories=(number,)))
    assert groups(database) == [[1, 2, 3]]
    for names, expected in (
        (("a", "b", "c"), (1, [1, 2, 3])),
        (("a", "c"), (1, [1, 3])),
        (("b", "c"), (2, [2, 3])),
        (("c",), (3, [3])),
    ):
        (entry,) = shown(database, "", only(*names))
        assert (entry.post.id, category_ids(entry)) == expected
    assert ids(database, "site=-a") == [2]
    assert ids(database, "site=-a,b") == [3]
    assert ids(database, "site=-a,b,c") == []


def test_a_date_is_asked_of_the_post_that_is_shown(held: Database) -> None:
    assert ids(held, "since=2026-05-05") == [4, 3]
    assert ids(held, "since=2026-05-05&dedupe=off") == [4, 3, 2]


# Pages


def test_the_limit_and_the_pages_are_counted_after_repeats(database: Database) -> None:
    site_id = SITE_IDS["a"]
    texts = (BODY, OTHER, ANOTHER, pairs.html(*pairs.RELEASE), WHOLE)
    some = [
        a_post(10 * n + k, n * HOUR + k * DAY, text) for n, text in enumerate(texts, 1) for k in range(4)
    ]
    save(database, site_id, *some)
    assert ids(database) == [50, 40, 30, 20, 10]
    assert ids(database, "limit=2") == [50, 40]
    assert ids(database, "limit=2&page=2") == [30, 20]
    assert ids(database, "limit=2&page=3") == [10]
    assert ids(database, "limit=2&page=4") == []
    with database.reading() as connection:
        more = [
            find_entries(
                connection, Settings(), parse_query_string(f"limit={limit}&page={page}"), NOON
            ).has_more
            for limit, page in ((4, 1), (5, 1), (2, 2), (2, 3))
        ]
    assert more == [True, False, True, False]
    assert len(ids(database, "limit=7&page=3&dedupe=off")) == 6
    everything = ids(database, "dedupe=off")
    assert len(everything) == 20
    assert [
        n for page in range(1, 8) for n in ids(database, f"limit=3&page={page}&dedupe=off")
    ] == everything


# Counts


def counts(database: Database, settings: Settings) -> dict[str, tuple[int | None, int]]:
    """Return each feed of the home page: how many posts it tells of, and how many it has."""
    with database.reading() as connection:
        published = load_published_sites(connection, settings)
        listed = list_feeds(connection, settings, published, "https://feeds.example/")
        total = build_beginning(connection, settings, published, NOON).timeline.total
        all_posts = replace(listed.all_posts, entry_count=total)
        feeds = [all_posts, *(one for group in listed.groups for one in group.feeds)]
        return {
            one.title: (
                one.entry_count,
                len(find_entries(connection, settings, replace(one.query, limit=100), NOON).entries),
            )
            for one in feeds
        }


@pytest.mark.parametrize("names", [(), ("a",), ("b",), ("a", "b")])
def test_the_home_page_counts_what_the_feeds_show(names: tuple[str, ...], held: Database) -> None:
    counted = counts(held, only(*names) if names else Settings())
    assert len(counted) >= 4
    assert [one for one in counted.items() if one[1][0] != one[1][1]] == []


def test_a_category_that_two_sites_share_counts_a_release_of_both_once(database: Database) -> None:
    a, b = SITE_IDS["a"], SITE_IDS["b"]
    save(database, a, a_post(1, categories=(1,), tags=(1,)))
    save(database, b, a_post(2, DAY, categories=(1,), tags=(1,)), a_post(3, DAY, OTHER, categories=(1,)))
    counted = counts(database, Settings())
    assert counted["Category 1"] == (2, 2)
    assert counted["Tag 1"] == (1, 1)


def test_a_category_counts_a_release_in_it_and_in_its_child_once(database: Database) -> None:
    site_id = SITE_IDS["a"]
    with database.transaction() as connection:
        save_terms(connection, site_id, [Term("category", 2, "c2", "Category 2", parent=1)])
    save(database, site_id, a_post(1, categories=(1,)), a_post(2, DAY, categories=(2,)))
    counted = counts(database, Settings())
    assert (counted["Category 1"], counted["Category 2"], counted["All posts"]) == ((1, 1), (1, 1), (1, 1))


def test_the_list_of_feeds_names_the_categories_of_a_repeat(held: Database) -> None:
    with held.reading() as connection:
        published = load_published_sites(connection, Settings())
        listed = list_feeds(connection, Settings(), published, "https://feeds.example/")
        written = write_opml(listed.title, list_outlines(listed, KINDS))
    for name in (b"Category 1", b"Category 2", b"Tag 2", b"Author b2"):
        assert name in written
    with held.reading() as connection:
        a, b = SITE_IDS["a"], SITE_IDS["b"]
        assert (count_repeats(connection, a), count_repeats(connection, b)) == (0, 1)
        of_sites = [Selection(published=frozenset(ids)) for ids in ((a, b), (a,), (b,))]
        assert [count_selected(connection, one, 9) for one in of_sites] == [3, 2, 2]


# Posts that come, change and go


Change = Callable[[Database, int], object]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda database, site_id: remove(database, site_id, 1), id="removed"),
        pytest.param(lambda database, site_id: withhold(database, site_id, 1), id="withheld"),
        pytest.param(
            lambda database, site_id: save(database, site_id, a_post(1, body=OTHER)), id="another text"
        ),
        pytest.param(
            lambda database, site_id: save(database, site_id, a_post(1, title="Plum jam")),
            id="another title",
        ),
        pytest.param(
            lambda database, site_id: save(database, site_id, a_post(1, -30 * DAY)), id="dated back"
        ),
        pytest.param(lambda database, site_id: save(database, site_id, a_post(1, 30 * DAY)), id="dated on"),
    ],
)
def test_what_repeated_a_post_comes_back_when_that_is_gone(change: Change, database: Database) -> None:
    site_id = SITE_IDS["a"]
    save(database, site_id, a_post(1, categories=(1,)))
    save(database, site_id, a_post(2, DAY, DATED, categories=(2,)), a_post(3, 2 * DAY, categories=(3,)))
    assert groups(database) == [[1, 2, 3]]
    change(database, site_id)
    (entry,) = [one for one in shown(database) if one.post.id == 2]
    assert category_ids(entry) == [2, 3]
    assert ids(database, "category=c3") == [2]
    assert 3 not in ids(database)
    assert ids(database, "category=c1") == []


def withhold(database: Database, site_id: int, wp_id: int) -> None:
    with database.transaction() as connection:
        withhold_post(connection, site_id, wp_id, NOON)


def test_a_post_that_repeats_another_leaves_it_as_it_was_when_it_goes(database: Database) -> None:
    site_id = SITE_IDS["a"]
    save(database, site_id, a_post(1, categories=(1,)), a_post(2, DAY, categories=(2,)))
    remove(database, site_id, 2)
    (entry,) = shown(database)
    assert (entry.post.id, category_ids(entry)) == (1, [1])
    assert ids(database, "category=c2") == []
    with database.reading() as connection:
        for table in (post_terms, sketches):
            keys_held = set(connection.scalars(select(table.c.post_key)))
            assert keys_held == {keys.first_key(NOON) + 1}


def test_an_edited_post_becomes_a_repeat_and_stops_being_one(database: Database) -> None:
    site_id = SITE_IDS["a"]
    save(database, site_id, a_post(1, categories=(1,)), a_post(2, DAY, OTHER, categories=(2,)))
    for _ in range(2):
        assert ids(database) == [2, 1]
        save(database, site_id, a_post(2, DAY, DATED, categories=(2,)))
        assert ids(database) == [1]
        assert ids(database, "category=c2") == [1]
        save(database, site_id, a_post(2, DAY, OTHER, categories=(2,)))
    assert [category_ids(entry) for entry in shown(database)] == [[2], [1]]


def test_the_terms_of_a_repeat_that_change_change_the_entry(database: Database) -> None:
    site_id = SITE_IDS["a"]
    save(database, site_id, a_post(1, categories=(1,)), a_post(2, DAY, categories=(2,)))
    save(database, site_id, a_post(2, DAY, categories=(3,)))
    assert [category_ids(entry) for entry in shown(database)] == [[1, 3]]
    save(database, site_id, a_post(1, categories=()))
    assert [category_ids(entry) for entry in shown(database)] == [[3]]
    assert ids(database, "category=c3") == [1]


def test_an_earlier_post_that_comes_later_takes_over(database: Database) -> None:
    site_id, mirror = SITE_IDS["a"], SITE_IDS["b"]
    save(database, site_id, a_post(3, 3 * DAY, categories=(3,)), a_post(4, 4 * DAY, categories=(4,)))
    assert ids(database) == [3]
    save(database, mirror, a_post(2, 2 * DAY, DATED, categories=(2,)))
    assert ids(database) == [2]
    save(database, site_id, a_post(1, categories=(1,)))
    (entry,) = shown(database)
    assert (entry.post.id, category_ids(entry)) == (1, [1, 2, 3, 4])
    assert groups(database) == [[1, 2, 3, 4]]


def test_an_earlier_post_that_comes_later_may_set_others_free(database: Database) -> None:
    # Of three in a row with five days between, the last is too far from the first.
    site_id = SITE_IDS["a"]
    save(database, site_id, a_post(2, 5 * DAY), a_post(3, 10 * DAY))
    assert groups(database) == [[2, 3]]
    save(database, site_id, a_post(1))
    assert groups(database) == [[1, 2], [3]]
    remove(database, site_id, 1)
    assert groups(database) == [[2, 3]]
    save(database, site_id, a_post(1), a_post(4, 15 * DAY))
    assert groups(database) == [[1, 2], [3, 4]]
    save(database, site_id, a_post(0 + 9, -5 * DAY))
    assert groups(database) == [[1, 9], [2, 3], [4]]


ORDERS = list(enumerate(itertools.permutations((1, 2, 3))))
"""All orders in which three posts may come, numbered so that each has years of its own in one store."""


def test_a_text_that_repeats_only_a_repeat_stands_for_itself(database: Database) -> None:
    site_id = SITE_IDS["a"]
    texts = {1: WHOLE, 2: MOST, 3: LITTLE}
    assert repeats(a_post(3, body=LITTLE), a_post(2, body=MOST))
    assert repeats(a_post(2, body=MOST), a_post(1, body=WHOLE))
    assert not repeats(a_post(3, body=LITTLE), a_post(1, body=WHOLE))
    for row, order in ORDERS:
        for n in order:
            save(database, site_id, a_post(10 * row + n, row * 365 * DAY + n * DAY, texts[n]))
    expected = [[10 * row + n for n in group] for row, _ in ORDERS for group in ([1, 2], [3])]
    assert groups(database) == expected
    remove(database, site_id, *(10 * row + 1 for row, _ in ORDERS))
    assert groups(database) == [[10 * row + 2, 10 * row + 3] for row, _ in ORDERS]


def test_a_text_stands_for_itself_when_what_it_repeats_is_under_one_too_long_ago(
    database: Database,
) -> None:
    site_id = SITE_IDS["a"]
    for row, order in ORDERS:
        for n in order:
            save(database, site_id, a_post(10 * row + n, row * 365 * DAY + n * 4 * DAY, categories=(n,)))
    expected = [[10 * row + n for n in group] for row, _ in ORDERS for group in ([1, 2], [3])]
    assert groups(database) == expected
    assert [category_ids(entry) for entry in shown(database)] == [[3], [1, 2]] * len(ORDERS)


# The window


@pytest.mark.parametrize("window", [DAY, WEEK, 30 * DAY])
def test_the_window_is_counted_to_the_second(window: timedelta, tmp_path: Path, stocked: Path) -> None:
    with closing(store(stocked, tmp_path / "store.db", window)) as database:
        database.migrate()
        site_id = SITE_IDS["a"]
        expected = []
        for row, (seconds, order) in enumerate(itertools.product((-1, 0, 1), ((0, 1), (1, 0))), start=1):
            both = [
                a_post(2 * row, row * 365 * DAY),
                a_post(2 * row + 1, row * 365 * DAY + window + seconds * SECOND, DATED),
            ]
            for n in order:
                save(database, site_id, both[n])
            expected += [[2 * row], [2 * row + 1]] if seconds == 1 else [[2 * row, 2 * row + 1]]
        assert groups(database) == expected


def test_a_window_with_a_part_of_a_second_is_the_same_in_both_directions(
    tmp_path: Path, stocked: Path
) -> None:
    found = []
    for name, order in (("first", (1, 2)), ("last", (2, 1))):
        with closing(store(stocked, tmp_path / f"{name}.db", timedelta(seconds=1.5))) as database:
            database.migrate()
            for number in order:
                save(database, SITE_IDS["a"], a_post(number, number * 2 * SECOND))
            found.append(groups(database))
    assert found[0] == found[1] == [[1], [2]]


def test_another_window_compares_all_anew_when_the_store_is_migrated(tmp_path: Path, stocked: Path) -> None:
    file = tmp_path / "store.db"
    expected = {
        DAY: [[1, 2], [3], [4]],
        WEEK: [[1, 2, 3], [4]],
        30 * DAY: [[1, 2, 3, 4]],
        HOUR: [[1], [2], [3], [4]],
    }
    with closing(store(stocked, file)) as database:
        site_id = SITE_IDS["a"]
        for number, after in ((4, 20 * DAY), (2, DAY), (1, timedelta()), (3, 6 * DAY)):
            save(database, site_id, a_post(number, after, categories=(number,)))
        assert not database.migrate()
        assert groups(database) == expected[WEEK]
    for window in (DAY, 30 * DAY, HOUR, WEEK, 30 * DAY):
        with closing(Database(f"sqlite:///{file}", duplicate_window=window)) as database:
            assert database.migrate()
            assert groups(database) == expected[window]
            found = {tuple(sorted(category_ids(entry))) for entry in shown(database)}
            assert found == {tuple(group) for group in expected[window]}
            assert not database.migrate()


@pytest.mark.parametrize("value", [None, "within 604800 s, another way of comparing"])
def test_another_way_of_comparing_compares_all_anew(value: str | None, two_sites: Database) -> None:
    before = originals(two_sites), shown(two_sites)
    name = "how posts are compared"
    with two_sites.engine.begin() as connection:
        assert similarity.VERSION in (
            connection.scalar(select(facts.c.value).where(facts.c.name == name)) or ""
        )
        connection.execute(delete(facts).where(facts.c.name == name))
        if value:
            connection.execute(facts.insert().values(name=name, value=value))
        # As the other way may have left it.
        connection.execute(delete(sketches))
        connection.execute(update(posts_table).values(fingerprint="", canonical_key=posts_table.c.key))
        connection.execute(update(post_terms).values(entry_key=post_terms.c.post_key))
        rebuild_index(connection)
    assert ids(two_sites) == [4, 3, 2, 1]
    assert two_sites.migrate()
    assert (originals(two_sites), shown(two_sites)) == before
    assert not two_sites.migrate()
    save(two_sites, SITE_IDS["b"], a_post(9, 4 * DAY, DATED_OTHERWISE))
    assert originals(two_sites)["b", 9] == ("a", 1)


def test_no_post_is_undecided_when_a_transaction_ends(held: Database) -> None:
    with held.reading() as connection:
        for column in (posts_table.c.canonical_key, post_terms.c.entry_key):
            assert connection.scalar(select(func.count()).where(column.is_(None))) == 0


def test_what_fails_in_a_transaction_leaves_the_groups_as_they_were(two_sites: Database) -> None:
    before = originals(two_sites)
    site_id = SITE_IDS["a"]

    def fail() -> None:
        with two_sites.transaction() as connection:
            remove_posts(connection, site_id, [1])
            save_post(connection, site_id, a_post(9, -DAY))
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        fail()
    assert originals(two_sites) == before


# Posts of one second


def test_of_one_id_and_second_on_several_sites_the_first_by_name_stands_for_all(database: Database) -> None:
    # Keys move as the posts come: all but the last site's.
    site_ids = {name: SITE_IDS[name] for name in "abc"}
    for row, order in ORDERS:
        for n in order:
            post = a_post(10 * row + 5, row * 365 * DAY, categories=(n,), authors=(1,))
            save(database, site_ids["abc"[n - 1]], post, a_post(10 * row + 6, row * 365 * DAY, OTHER))
    numbers = [10 * row + n for row, _ in ORDERS for n in (5, 6)]
    assert originals(database) == {(name, n): ("a", n) for name in "abc" for n in numbers}
    entries = shown(database, "limit=100")
    assert {entry.site.name for entry in entries} == {"a"}
    assert [category_ids(entry) for entry in entries] == [[], [1, 2, 3]] * len(ORDERS)
    assert {entry.authors[0].slug if entry.authors else "" for entry in entries} == {"", "a1"}
    assert [one.site.name for one in shown(database, "dedupe=off&limit=6")] == ["c", "b", "a"] * 2
    for number, name in enumerate("abc", start=1):
        assert ids(database, f"category=c{number}") == [10 * row + 5 for row, _ in reversed(ORDERS)]
        assert {one.site.name for one in shown(database, "limit=100", only(name))} == {name}
    remove(database, site_ids["a"], *numbers)
    assert originals(database) == {(name, n): ("b", n) for name in "bc" for n in numbers}
    save(database, site_ids["a"], *(a_post(10 * row + 5, row * 365 * DAY) for row, _ in ORDERS))
    found = originals(database)
    assert [found["c", 10 * row + 5] for row, _ in ORDERS] == [("a", 10 * row + 5) for row, _ in ORDERS]


def test_a_key_that_moves_takes_its_repeats_along(database: Database) -> None:
    b, c = SITE_IDS["b"], SITE_IDS["c"]
    save(database, c, a_post(5, categories=(1,)), a_post(7, DAY, DATED, categories=(2,)))
    assert originals(database)["c", 7] == ("c", 5)
    save(database, b, a_post(5, body=OTHER), a_post(6, body=ANOTHER))
    assert originals(database) == {
        ("b", 5): ("b", 5),
        ("b", 6): ("b", 6),
        ("c", 5): ("c", 5),
        ("c", 7): ("c", 5),
    }
    assert ids(database, "category=c2") == [5]
    assert [entry.site.name for entry in shown(database, "category=c2")] == ["c"]
    remove(database, c, 5)
    assert ids(database, "category=c2") == [7]


# Protected posts


def given_by_wordpress(wp_id: int, after: timedelta, **changes: Any) -> dict[str, Any]:
    """Return a post as the REST API does."""
    moment = (NOON + after).strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "id": wp_id,
        "date_gmt": moment,
        "modified_gmt": moment,
        "guid": {"rendered": f"https://a.example/?p={wp_id}"},
        "link": f"https://a.example/{wp_id}/",
        "title": {"rendered": TITLE},
        "content": {"rendered": BODY, "protected": False},
        "excerpt": {"rendered": "", "protected": False},
        "categories": [wp_id],
        "tags": [],
        "author": 1,
        **changes,
    }


PROTECTED = {"content": {"rendered": BODY, "protected": True}}


def test_a_protected_post_never_appears_and_never_swallows_another(database: Database) -> None:
    site_id = SITE_IDS["a"]
    some = [
        given_by_wordpress(1, timedelta(), **PROTECTED),
        given_by_wordpress(2, HOUR),
        given_by_wordpress(3, 2 * HOUR, **PROTECTED),
        given_by_wordpress(4, 3 * HOUR),
        given_by_wordpress(5, 4 * HOUR, status="private"),
    ]
    import_posts(database, site_id, some)
    assert ids(database, "dedupe=off") == [4, 2]
    (entry,) = shown(database)
    assert (entry.post.id, category_ids(entry)) == (2, [2, 4])


def test_a_post_that_gets_a_password_gives_its_repeats_back_and_takes_them_again(
    database: Database,
) -> None:
    site_id = SITE_IDS["a"]
    import_posts(database, site_id, [given_by_wordpress(1, timedelta()), given_by_wordpress(2, HOUR)])
    assert ids(database) == [1]
    import_posts(database, site_id, [given_by_wordpress(1, timedelta(), **PROTECTED)])
    assert ids(database, "dedupe=off") == ids(database) == [2]
    assert category_ids(shown(database)[0]) == [2]
    import_posts(database, site_id, [given_by_wordpress(1, timedelta())])
    assert ids(database) == [1]


# Many at once


@contextmanager
def bounded(database: Database, posts_saved: int) -> Iterator[None]:
    """Fail when a post costs more than 40 statements or 200 thousand of SQLite's steps on the average."""
    steps, statements = 0, 0

    def count_steps() -> int:
        nonlocal steps
        steps += 10_000
        return int(steps > 200_000 * posts_saved)

    def watch(connection: Any, _record: Any) -> None:
        connection.set_progress_handler(count_steps, 10_000)

    def count_statements(*_: object) -> None:
        nonlocal statements
        statements += 1
        if statements > 40 * posts_saved:
            raise AssertionError(f"more than {40 * posts_saved} statements were needed")

    event.listen(database.engine, "connect", watch)
    event.listen(database.engine, "before_cursor_execute", count_statements)
    database.close()
    try:
        yield
    except OperationalError as error:
        raise AssertionError(f"more than {200 * posts_saved} thousand steps were needed") from error
    finally:
        event.remove(database.engine, "connect", watch)
        event.remove(database.engine, "before_cursor_execute", count_statements)
        database.close()


@pytest.mark.real
@pytest.mark.parametrize(
    ("number", "at_once", "body", "is_newest_first"),
    [
        pytest.param(600, 100, SHORT, True, id="600 in pages, the newest first, as a site is read"),
        pytest.param(150, 1, SHORT, False, id="150 one by one, the oldest first"),
        pytest.param(60, 1, WHOLE, True, id="60 long ones one by one, the newest first"),
    ],
)
def test_hundreds_of_posts_with_one_text_in_a_week_are_one_entry_at_a_bearable_cost(
    number: int, at_once: int, body: str, is_newest_first: bool, tmp_path: Path, stocked: Path
) -> None:
    some = [a_post(n, n * WEEK / number, body, categories=(n % 3 + 1,)) for n in range(1, number + 1)]
    if is_newest_first:
        some.reverse()
    with closing(store(stocked, tmp_path / "store.db")) as database:
        site_id = SITE_IDS["a"]
        with bounded(database, number):
            for start in range(0, number, at_once):
                save(database, site_id, *some[start : start + at_once])
        assert set(originals(database).values()) == {("a", 1)}
        assert [category_ids(entry) for entry in shown(database)] == [[1, 2, 3]]


# The promise: what is held decides, not how it came


@contextmanager
def in_a_folder() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        yield Path(folder)


def read(post: Post) -> similarity.ComparableText:
    return similarity.prepare_text(post.title, extract_body_text(post.content, post.summary))


def repeats(later: Post, earlier: Post) -> bool:
    return similarity.is_repeat(read(later), read(earlier))


def expected_originals(held: Mapping[Identity, Post], window: timedelta = WEEK) -> dict[Identity, Identity]:
    """Return what store/groups.py promises, word by word, of a store that was filled from nothing.

    In the order of publication (of one second: by id), a post is under the earliest post of its site within
    the window before it that it repeats and that is under none itself. Of those that are under none, in the
    order of publication (of one second: in the order of the sites), each is under the earliest of another
    site within the window before it that it repeats and that is under none.
    """
    leaders: dict[Identity, Identity] = {}
    for one in sorted(held, key=lambda one: (held[one].published, one[1])):
        earlier = [other for other, leader in leaders.items() if leader == other and other[0] == one[0]]
        leaders[one] = next((other for other in earlier if covers(held[other], held[one], window)), one)
    found: dict[Identity, Identity] = {}
    first = [one for one, leader in leaders.items() if one == leader]
    for one in sorted(first, key=lambda one: (held[one].published, SITE_IDS[one[0]], one[1])):
        earlier = [other for other, original in found.items() if original == other and other[0] != one[0]]
        found[one] = next((other for other in earlier if covers(held[other], held[one], window)), one)
    return {one: found[leader] for one, leader in leaders.items()}


def covers(earlier: Post, later: Post, window: timedelta) -> bool:
    """Return whether a post is under an earlier one that it meets."""
    return later.published - earlier.published <= window and repeats(later, earlier)


def expected_entries(held: Mapping[Identity, Post]) -> list[tuple[Post, list[int]]]:
    """Return the posts that are shown, newest first, each with the categories of its group."""
    found: dict[Identity, set[int]] = {}
    for one, original in expected_originals(held).items():
        found.setdefault(original, set()).update(held[one].categories)
    newest_first = sorted(found, key=lambda one: (held[one].published, one[1], one[0]), reverse=True)
    return [(held[one], sorted(found[one])) for one in newest_first]


TEXTS: Sequence[tuple[str, str]] = (
    ("The news", WHOLE),
    ("The news", pairs.dated("LONDON, March 3, 2024 (WIRE) -- ", _SENTENCES)),
    ("The news", pairs.dated("Tarn Harbour, 5 March 2024 – ", _SENTENCES[:5])),
    ("The news", MOST),
    ("The news", LITTLE),
    ("The news", pairs.html(*_SENTENCES[1:], _SENTENCES[0])),
    ("The news", WHOLE.replace("A school", "14 schools")),
    ("The news", WHOLE.replace("A school", "15 schools")),
    ("The news: 14", WHOLE.replace("A school", "14 schools")),
    ("Bakers and fishermen", WHOLE),
    ("Update: the news", WHOLE),
    ("The news", pairs.html(*_SENTENCES, "And a word of the mayor was added at the end of the evening.")),
    ("Plum jam", WHOLE),
    ("Plum jam", pairs.html(_SENTENCES[0])),
    ("Plum jam", pairs.html(_SENTENCES[0].upper())),
    ("Plum jam", "<p>Watch it here.</p>"),
)
"""Titles and bodies, many of which are much the same: another dateline, another number, cut off, moved."""

OFTEN = (*range(len(TEXTS)), *(0, 0, 0, 1, 1, 1, 2, 3, 3, 3, 4, 4) * 2)
"""The texts by their numbers, so that most of those that are drawn have something to do with another."""

TIMES = (timedelta(), SECOND, 2 * DAY, 4 * DAY, WEEK - SECOND, WEEK, WEEK + SECOND, 9 * DAY, 13 * DAY)


def a_variant(one: Identity, text: int, after: timedelta, category: int) -> Post:
    title, body = TEXTS[text]
    site, wp_id = one
    guid = f"https://{site}.example/?p={wp_id}"
    return a_post(wp_id, after, body, title=title, categories=(category,), guid=guid, authors=(category,))


@dataclass(frozen=True)
class Step:
    """One thing that happens to a store: a post is saved, or goes."""

    one: Identity
    post: Post | None
    is_withheld: bool = False

    def take(self, held: dict[Identity, Post]) -> PostStep:
        """Do it to `held`, which is what the store should hold; return what does it to the store."""
        if self.post:
            held[self.one] = self.post
        else:
            held.pop(self.one, None)
        withheld = NOON if self.is_withheld and not self.post else None
        return PostStep(SITE_IDS[self.one[0]], self.one[1], self.post, withheld)


def a_history(final: Mapping[Identity, Post], others: Iterable[Step], chance: random.Random) -> list[Step]:
    """Return steps in any order after which a store holds `final`: other versions come and go before."""
    passing = list(others)
    chance.shuffle(passing)
    lasting = [Step(one, post) for one, post in final.items()]
    gone = {step.one for step in passing if step.post} - final.keys()
    lasting += [Step(one, None, chance.random() < 0.5) for one in gone]
    steps = lasting[:]
    chance.shuffle(steps)
    for step in passing:
        # Anywhere before the last word on that post.
        last = next(i for i, other in enumerate(steps) if other in lasting and other.one == step.one)
        steps.insert(chance.randint(0, last), step)
    return steps


def batches(steps: Sequence[Step], chance: random.Random) -> Iterator[Sequence[Step]]:
    """Yield the steps in transactions of any size."""
    start = 0
    while start < len(steps):
        size = chance.choice((1, 1, 2, 3, 5, 20))
        yield steps[start : start + size]
        start += size


def state(database: Database) -> tuple[dict[Identity, Identity], list[list[Entry]]]:
    """Return all that readers could see of a store."""
    with database.reading() as connection:
        some = [Selection(), Selection(dedupe=False)]
        for number in range(1, 4):
            found = find_terms(connection, "category", f"c{number}", range(9))
            assert found
            of_it = ResolvedFilter(NameFilter("category", (f"c{number}",)), found.ids)
            some += [Selection(of_it), Selection(Not(of_it))]
        for published in ({1}, {2}):
            of_site = ResolvedFilter(NameFilter("site", ("any",)), frozenset(published))
            some += [Selection(published=frozenset(published)), Selection(of_site)]
        found_entries = [load_entries(connection, one, 100) for one in some]
    return originals(database), found_entries


IDENTITIES = st.tuples(st.sampled_from("ab"), st.integers(1, 5))
VERSIONS = st.tuples(st.sampled_from(OFTEN), st.sampled_from(TIMES), st.integers(1, 3))


# What fails is small enough, and to make it smaller takes minutes.
@pytest.mark.real
@steadily(10, phases=[Phase.explicit, Phase.generate])
@given(
    st.dictionaries(IDENTITIES, VERSIONS, min_size=2, max_size=10),
    st.lists(st.tuples(IDENTITIES, VERSIONS), max_size=8),
    st.randoms(use_true_random=False),
)
def test_the_outcome_depends_on_the_posts_alone(
    stocked: Path,
    final: dict[Identity, tuple[int, timedelta, int]],
    others: list[tuple[Identity, tuple[int, timedelta, int]]],
    chance: random.Random,
) -> None:
    held = {one: a_variant(one, *version) for one, version in final.items()}
    passing = [Step(one, a_variant(one, *version)) for one, version in others]
    passing += [Step(one, None) for one, _ in others[::3]]
    passing = [step for step in passing if step.post or any(one == step.one for one in held)]
    with in_a_folder() as folder:
        with closing(store(stocked, folder / "in-order.db")) as database:
            with database.transaction() as connection:
                for one in sorted(held, key=lambda one: (held[one].published, one[1], one[0])):
                    save_post(connection, SITE_IDS[one[0]], held[one])
            in_order = state(database)
        with closing(store(stocked, folder / "in-any-order.db")) as database:
            so_far: dict[Identity, Post] = {}
            for batch in batches(a_history(held, passing, chance), chance):
                with database.transaction() as connection:
                    take_steps(connection, [step.take(so_far) for step in batch])
                assert originals(database) == expected_originals(so_far)
            assert so_far == held
            assert state(database) == in_order
    assert in_order[0] == expected_originals(held)
    assert [(entry.post, category_ids(entry)) for entry in in_order[1][0]] == expected_entries(held)


@pytest.mark.real
def test_a_store_with_a_long_life_holds_what_one_that_was_filled_at_once_does(
    stocked: Path,
) -> None:
    chance = random.Random(20260504)
    everyone = [(site, wp_id) for site in "ab" for wp_id in range(1, 13)]

    def any_version(one: Identity) -> Post:
        after = chance.choice(TIMES) + chance.choice((0, 0, 1, 2)) * 5 * DAY
        return a_variant(one, chance.choice(OFTEN), after, chance.randint(1, 3))

    steps = [
        Step(one, any_version(one) if chance.random() < 0.8 else None, chance.random() < 0.3)
        for one in chance.choices(everyone, k=130)
    ]
    held: dict[Identity, Post] = {}
    with in_a_folder() as folder:
        with closing(store(stocked, folder / "long.db")) as database:
            for batch in batches(steps, chance):
                with database.transaction() as connection:
                    take_steps(connection, [step.take(held) for step in batch])
                assert originals(database) == expected_originals(held)
            long_lived = state(database)
        with closing(store(stocked, folder / "new.db")) as database:
            with database.transaction() as connection:
                everything = (PostStep(SITE_IDS[one[0]], one[1], post) for one, post in held.items())
                take_steps(connection, everything)
            assert state(database) == long_lived
    repeated = sum(one != original for one, original in long_lived[0].items())
    assert len(held) > 12
    assert 5 <= repeated < len(held)
    assert [(entry.post, category_ids(entry)) for entry in long_lived[1][0]] == expected_entries(held)


@pytest.mark.real
def test_an_emptied_database_that_is_filled_again_gives_the_same_bytes(
    tmp_path: Path, stocked: Path, sample_posts: list[dict[str, Any]]
) -> None:
    again = [
        {
            **item,
            "id": item["id"] + 100_000,
            "guid": {"rendered": f"https://mirror.example/?p={item['id']}"},
            "date_gmt": f"{item['date_gmt'][:11]}23:59:59",
            "categories": [999],
            "tags": [],
            "class_list": ["category-mirrored"],
            "_embedded": {},
        }
        for item in sample_posts[::2]
    ]
    everything = [*sample_posts, *again]
    addresses = [
        *(f"/feed.{form}" for form in FORMATS),
        *(f"/feed.{form}?limit=7&page=2" for form in FORMATS),
        *(f"/feed.{form}?dedupe=off&limit=100" for form in FORMATS),
        *(f"/category/mirrored.{form}" for form in FORMATS),
        *(f"/feed.{form}?category=-mirrored&topic=energy" for form in FORMATS),
        "/feeds.opml",
        "/",
    ]
    folder = tmp_path / "again"
    folder.mkdir()
    with closing(store(stocked, folder / "store.db")) as database:
        client: FlaskClient = create_app(Settings(), database).test_client()
        answers = []
        for seed, at_once in ((1, 1000), (2, 7)):
            with database.transaction() as connection:
                connection.execute(delete(sites_table))
                clear_index(connection)
                site_id = sites.ensure_site(connection, "news", "https://news.example/", imported=True)
            assert originals(database) == {}
            shuffled = everything[:]
            random.Random(seed).shuffle(shuffled)
            for start in range(0, len(shuffled), at_once):
                import_posts(database, site_id, shuffled[start : start + at_once])
            responses = [client.get(address) for address in addresses]
            assert {response.status_code for response in responses} == {200}
            answers.append([response.data for response in responses])
            assert len(set(originals(database).values())) < len(originals(database)) - 10
    for second in answers[1:]:
        for address, one, other in zip(addresses, answers[0], second, strict=True):
            assert one == other, address
