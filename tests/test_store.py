"""The store: posts, terms and sites written and found again, on a real SQLite and a real PostgreSQL."""

import itertools
import shutil
import threading
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, inspect, select, text, update

from columns import set_columns
from feedsvc.errors import ConfigError
from feedsvc.model import Entry, Post, Taxonomy, Term
from feedsvc.query.condition import NameFilter, Phrase, ResolvedFilter, all_of, any_of
from feedsvc.query.fields import Field
from feedsvc.store import keys, sites
from feedsvc.store.database import Database
from feedsvc.store.entries import load_entries
from feedsvc.store.keys import assign_keys
from feedsvc.store.posts import count_posts, count_repeats, list_known_posts
from feedsvc.store.schema import MIGRATIONS, SCHEMAS, create_schema, load_schema, migrate_schema
from feedsvc.store.search import clear_index
from feedsvc.store.selection import Selection
from feedsvc.store.tables import facts, metadata, post_terms
from feedsvc.store.tables import posts as posts_table
from feedsvc.store.term_lookup import TermMatch, count_entries_by_term, find_terms
from feedsvc.store.terms import ensure_term_ids, save_terms
from feedsvc.text import words
from feedsvc.wordpress.parse import parse_term
from postgres import make_database
from storing import remove_posts, save_post, withhold_post

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ALL = Selection()


def a_post(wp_id: int, published: datetime = NOON, body: str = "", **changes: Any) -> Post:
    """Return a post with a body of its own."""
    content = body or f"<p>The body of post {wp_id}.</p>"
    post = Post(
        id=wp_id,
        guid=f"https://a.example/?p={wp_id}",
        link=f"https://a.example/{wp_id}/",
        title=f"Post {wp_id}",
        summary="",
        content=content,
        published=published,
        modified=published,
    )
    return replace(post, **changes)


def a_site(database: Database, name: str = "a") -> int:
    """Return the row of a site, made if it is not there."""
    with database.transaction() as connection:
        return sites.ensure_site(connection, name, f"https://{name}.example/")


def save(database: Database, site_id: int, *some: Post) -> list[str]:
    """Write posts; gives what each was to the store."""
    with database.transaction() as connection:
        return [save_post(connection, site_id, post) for post in some]


def entries(database: Database, wanted: Selection = ALL, limit: int = 100, offset: int = 0) -> list[Entry]:
    """Return the entries of a selection."""
    with database.reading() as connection:
        return load_entries(connection, wanted, limit, offset)


def ids(database: Database, wanted: Selection = ALL, limit: int = 100, offset: int = 0) -> list[int]:
    """Return the posts' ids of a selection."""
    return [entry.post.id for entry in entries(database, wanted, limit, offset)]


def held(field: Field, row_ids: Iterable[int]) -> ResolvedFilter:
    """Return the condition that a post is of one of some terms or sites."""
    return ResolvedFilter(NameFilter(field, ("any",)), frozenset(row_ids))


def found(database: Database, *phrases: str) -> list[int]:
    """Return the ids of the posts that hold every phrase."""
    wanted = all_of(Phrase(tuple(words.tokenize_for_search(phrase))) for phrase in phrases)
    return ids(database, Selection(wanted))


def another(empty_store: Path, folder: Path, name: str) -> Database:
    """Return a second, empty store."""
    file = folder / f"{name}.db"
    shutil.copyfile(empty_store, file)
    return Database(f"sqlite:///{file}")


# Keys: time order is key order

IDENTITIES = st.lists(
    st.tuples(st.integers(1, 12) | st.integers(2**29 - 2, 2**40), st.sampled_from("abcd")),
    unique=True,
    max_size=12,
)
MOMENTS = st.datetimes(datetime(1840, 1, 1), datetime(2235, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@settings(deadline=None)
@given(MOMENTS, IDENTITIES, st.randoms(use_true_random=False), st.integers(1, 4))
def test_the_keys_of_a_second_do_not_depend_on_the_order_in_which_posts_come(
    moment: datetime, identities: list[keys.Identity], random: Any, at_once: int
) -> None:
    together = assign_keys(moment, {}, identities)
    arriving = list(identities)
    random.shuffle(arriving)
    held: dict[keys.Identity, int] = {}
    for start in range(0, len(arriving), at_once):
        before = held
        held = assign_keys(moment, held, arriving[start : start + at_once])
        assert all(held[identity] >= key for identity, key in before.items())
    assert held == together
    assert sorted(held, key=held.__getitem__) == sorted(identities)
    assert len(set(held.values())) == len(identities)
    assert all(keys.first_key(moment) <= key <= keys.last_key(moment) for key in held.values())


@settings(deadline=None)
@given(MOMENTS, MOMENTS)
def test_a_later_second_has_higher_keys(one: datetime, other: datetime) -> None:
    one, other = sorted((one, other))
    if (
        one.replace(microsecond=0) != other.replace(microsecond=0)
        and one.timestamp() // 1 != other.timestamp() // 1
    ):
        assert keys.last_key(one) < keys.first_key(other)
    else:
        assert keys.first_key(one) == keys.first_key(other)


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(datetime(1, 1, 1, tzinfo=UTC), id="year 1"),
        pytest.param(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), id="before 1970"),
        pytest.param(datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC), id="beyond 32 bits"),
        pytest.param(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), id="year 9999"),
    ],
)
def test_a_post_of_any_year_has_a_key_that_the_database_can_hold(
    moment: datetime, database: Database
) -> None:
    assert -(2**63) <= keys.first_key(moment) <= keys.last_key(moment) < 2**63
    site_id = a_site(database)
    save(database, site_id, a_post(1, moment), a_post(2, NOON))
    newest_first = [1, 2] if moment > NOON else [2, 1]
    assert ids(database) == newest_first
    assert {entry.post.published for entry in entries(database)} == {moment, NOON}


# Posts


def test_a_post_is_new_then_the_same_then_changed(database: Database) -> None:
    site_id = a_site(database)
    post = a_post(1, categories=(5,), authors=(3,))
    assert save(database, site_id, post) == ["new"]
    assert save(database, site_id, post) == ["same"]
    for changed in (
        replace(post, title="Another"),
        replace(post, content="<p>Other</p>"),
        replace(post, modified=NOON + SECOND),
        replace(post, categories=(5, 6)),
        replace(post, authors=()),
        replace(post, authors=(3, 4)),
        replace(post, language="de"),
    ):
        assert save(database, site_id, changed) == ["changed"]
        assert entries(database)[0].post == changed
        assert save(database, site_id, changed, changed) == ["same", "same"]
    assert ids(database) == [1]


def test_a_post_comes_back_as_it_was_written(database: Database) -> None:
    post = a_post(
        7,
        title="ที่ “漢字” & <b>",
        summary="A summary 🐘",
        content='<p title="x">&lt;&amp;</p>',
        modified=NOON + timedelta(days=2),
        categories=(4, 9),
        tags=(2,),
        authors=(11,),
    )
    save(database, a_site(database), post)
    (entry,) = entries(database)
    assert entry.post == post
    assert (entry.site.name, entry.site.url) == ("a", "https://a.example/")


@pytest.mark.real
def test_entries_come_newest_first_and_ties_by_id_in_whichever_order_they_were_written(
    empty_store: Path,
    tmp_path: Path,
) -> None:
    # The same second, the same ids, two sites: a mirror.
    written = [
        ("a", a_post(1, NOON - SECOND)),
        ("a", a_post(5)),
        ("b", a_post(5)),
        ("a", a_post(6)),
        ("b", a_post(4, NOON + SECOND)),
    ]
    results = []
    for number, order in enumerate(itertools.permutations(written)):
        if number % 7:
            continue
        with closing(another(empty_store, tmp_path, str(number))) as database:
            for name, post in order:
                save(database, a_site(database, name), post)
            results.append(entries(database))
            assert found(database, "body of post 5") == [5, 5]
    assert len(results) > 10
    assert [(entry.post.id, entry.site.name) for entry in results[0]] == [
        (4, "b"),
        (6, "a"),
        (5, "b"),
        (5, "a"),
        (1, "a"),
    ]
    assert all(result == results[0] for result in results)


def test_a_post_that_moves_in_time_moves_in_the_feed(database: Database) -> None:
    site_id = a_site(database)
    save(database, site_id, a_post(1, NOON, categories=(5,)), a_post(2, NOON + SECOND))
    assert ids(database) == [2, 1]
    save(database, site_id, a_post(1, NOON + 2 * SECOND, categories=(5,)))
    assert ids(database) == [1, 2]
    assert found(database, "body of post 1") == [1]
    assert [term.id for term in entries(database)[0].categories] == [5]


def test_a_post_of_a_mirror_keeps_its_terms_and_words_when_another_takes_its_place(
    database: Database,
) -> None:
    mirror, origin = a_site(database, "b"), a_site(database, "a")
    save(database, mirror, a_post(5, body="<p>mirrored</p>", categories=(1,), tags=(2,)))
    save(database, origin, a_post(5, body="<p>original</p>"))
    assert [entry.post.content for entry in entries(database)] == ["<p>mirrored</p>", "<p>original</p>"]
    assert [entry.post.categories for entry in entries(database)] == [(1,), ()]
    assert (
        found(database, "mirrored"),
        found(database, "original"),
        found(database, "mirrored", "original"),
    ) == (
        [5],
        [5],
        [],
    )


def test_pages_of_entries_are_disjoint_and_whole(database: Database) -> None:
    save(database, a_site(database), *(a_post(n, NOON + n % 3 * SECOND) for n in range(1, 24)))
    everything = ids(database)
    assert len(everything) == 23
    assert [
        *ids(database, limit=10),
        *ids(database, limit=10, offset=10),
        *ids(database, limit=10, offset=20),
    ] == everything
    assert ids(database, offset=23) == []


def test_a_removed_post_is_gone_and_leaves_nothing_behind(database: Database) -> None:
    site_id = a_site(database)
    save(database, site_id, a_post(1, categories=(5,)), a_post(2, body="<p>kept</p>"))
    with database.transaction() as connection:
        assert remove_posts(connection, site_id, [1, 99]) == 1
        assert remove_posts(connection, site_id, [1]) == 0
        assert remove_posts(connection, site_id, []) == 0
        assert connection.execute(select(post_terms)).all() == []
    assert ids(database) == [2]
    assert found(database, "body of post 1") == []
    assert found(database, "kept") == [2]


def test_thousands_of_posts_can_be_removed_at_once(database: Database) -> None:
    site_id = a_site(database)
    save(database, site_id, a_post(1), a_post(2))
    with database.transaction() as connection:
        assert remove_posts(connection, site_id, set(range(2, 40_000))) == 1
    assert ids(database) == [1]


def test_a_withheld_post_is_out_of_the_feeds_but_known_until_it_comes_back(database: Database) -> None:
    site_id = a_site(database)
    save(database, site_id, a_post(1), a_post(2))
    later = NOON + timedelta(hours=1)
    with database.transaction() as connection:
        assert withhold_post(connection, site_id, 1, NOON + SECOND) == 1
        assert withhold_post(connection, site_id, 1, later) == 0
        assert withhold_post(connection, site_id, 3, later) == 0
        assert list_known_posts(connection, site_id) == {1: later, 2: NOON, 3: later}
        assert count_posts(connection, site_id) == 1
    assert ids(database) == [2]
    assert save(database, site_id, a_post(1, modified=later)) == ["new"]
    assert ids(database) == [2, 1]
    with database.transaction() as connection:
        assert list_known_posts(connection, site_id) == {1: later, 2: NOON, 3: later}
        assert remove_posts(connection, site_id, [3]) == 0
        assert list_known_posts(connection, site_id) == {1: later, 2: NOON}


def test_what_is_done_to_one_site_leaves_the_others_alone(database: Database) -> None:
    one, other = a_site(database, "a"), a_site(database, "b")
    save(database, one, a_post(1))
    save(database, other, a_post(1))
    with database.transaction() as connection:
        assert list_known_posts(connection, one) == list_known_posts(connection, other) == {1: NOON}
        withhold_post(connection, one, 1, NOON)
        assert (count_posts(connection, one), count_posts(connection, other)) == (0, 1)
    assert [entry.site.name for entry in entries(database)] == ["b"]


def test_posts_with_the_text_of_an_earlier_one_are_counted(database: Database) -> None:
    one, other = a_site(database, "a"), a_site(database, "b")
    text_of = "<p>One release, long enough that nobody writes the very same twice by chance.</p>"
    again = a_post(2, NOON + SECOND, text_of, title="Release")
    save(database, one, a_post(1, body=text_of, title="Release"), again, a_post(3))
    save(
        database,
        other,
        a_post(9, NOON + 2 * SECOND, text_of, title="Release"),
        a_post(10, body="<hr>"),
        a_post(11, body="<hr>"),
    )
    with database.reading() as connection:
        assert (count_repeats(connection, one), count_repeats(connection, other)) == (1, 1)


# Terms

CATEGORIES = [
    Term("category", 1, "energy", "Energy"),
    Term("category", 2, "solar", "Solar Power", parent=1),
    Term("category", 3, "rooftop", "Rooftop", parent=2),
    Term("category", 4, "ข่าว", "ข่าวใหม่"),
    Term("category", 5, "2024", "Year 2024"),
    Term("category", 2024, "numbered", "Number 2024"),
    Term("tag", 6, "energy", "Energy as a tag"),
    Term("author", 7, "jo", "Jo O’Neill"),
]


def learn(database: Database, site_id: int, *learnt: Term) -> None:
    """Write terms of a site."""
    with database.transaction() as connection:
        save_terms(connection, site_id, learnt)


def matches(database: Database, taxonomy: Taxonomy, word: str, site_ids: Sequence[int]) -> TermMatch | None:
    """Return what a word names."""
    with database.reading() as connection:
        return find_terms(connection, taxonomy, word, site_ids)


@pytest.mark.parametrize(
    ("learnt", "expected"),
    [
        pytest.param([Term("category", 5, "5")], Term("category", 5, "5"), id="an id alone"),
        pytest.param(
            [Term("category", 5, "5"), Term("category", 5, "energy")],
            Term("category", 5, "energy"),
            id="a slug after an id",
        ),
        pytest.param(
            [Term("category", 5, "energy"), Term("category", 5, "energy", "Energy", 1)],
            Term("category", 5, "energy", "Energy", 1),
            id="a name after a slug",
        ),
        pytest.param(
            [Term("category", 5, "energy", "Energy", 1), Term("category", 5, "energy")],
            Term("category", 5, "energy", "Energy", 1),
            id="a slug after a name",
        ),
        pytest.param(
            [Term("category", 5, "energy", "Energy", 1), Term("category", 5, "5")],
            Term("category", 5, "energy", "Energy", 1),
            id="an id after a name",
        ),
        pytest.param(
            [Term("category", 5, "energy"), Term("category", 5, "5")],
            Term("category", 5, "energy"),
            id="an id after a slug",
        ),
        pytest.param(
            [Term("category", 5, "energy", "Energy", 1), Term("category", 5, "power", "Power", 2)],
            Term("category", 5, "power", "Power", 2),
            id="renamed and moved",
        ),
        pytest.param(
            [Term("category", 5, "energy", "Energy", 1), Term("category", 5, "energy", "Energy", 0)],
            Term("category", 5, "energy", "Energy", 0),
            id="moved to the top",
        ),
    ],
)
def test_what_is_known_of_a_term_is_never_forgotten(
    learnt: Iterable[Term], expected: Term, database: Database
) -> None:
    site_id = a_site(database)
    for term in learnt:
        learn(database, site_id, term)
        save(database, site_id, a_post(1, categories=(5,)))
    assert entries(database)[0].categories == (expected,)


def test_a_term_embedded_in_a_post_does_not_lose_its_parent(database: Database) -> None:
    # What /categories says, then what stands in a post's _embedded, which names no parent.
    site_id = a_site(database)
    parents = {"id": 1, "slug": "energy", "name": "Energy", "parent": 0}
    child = {"id": 2, "slug": "solar", "name": "Solar", "taxonomy": "category"}
    for item in (parents, {**child, "parent": 1}, child):
        term = parse_term("category", item)
        assert term
        learn(database, site_id, term)
    match = matches(database, "category", "energy", [site_id])
    assert match
    assert len(match.ids) == 2


@pytest.mark.parametrize(
    ("taxonomy", "word", "expected"),
    [
        pytest.param("category", "rooftop", [3], id="a slug"),
        pytest.param("category", "ROOFTOP", [3], id="a slug in capitals"),
        pytest.param("category", " rooftop ", [3], id="a slug with spaces around"),
        pytest.param("category", "ข่าว", [4], id="a Thai slug"),
        pytest.param("category", "%E0%B8%82%E0%B9%88%E0%B8%B2%E0%B8%A7", [4], id="a percent-encoded slug"),
        pytest.param("category", "%e0%b8%82%e0%b9%88%e0%b8%b2%e0%b8%a7", [4], id="as WordPress encodes it"),
        pytest.param("category", "3", [3], id="an id"),
        pytest.param("category", "2024", [5], id="a slug of digits comes before an id"),
        pytest.param("category", "Rooftop", [3], id="a name"),
        pytest.param("category", "year 2024", [5], id="a name in small letters"),
        pytest.param("category", "ข่าวใหม่", [4], id="a Thai name"),
        pytest.param("author", "Jo O’Neill", [7], id="an author's name"),
        pytest.param("category", "solar", [2, 3], id="a child comes along"),
        pytest.param("category", "energy", [1, 2, 3], id="and its child"),
        pytest.param("tag", "energy", [6], id="a tag of the same slug"),
        pytest.param("tag", "solar", None, id="a category is no tag"),
        pytest.param("category", "roof", None, id="a part of a slug"),
        pytest.param("category", "", None, id="nothing"),
        pytest.param("category", "99", None, id="an id of nothing"),
        pytest.param("category", "9" * 30, None, id="a number beyond all ids"),
        pytest.param("category", "roof%top", None, id="a stray percent sign"),
    ],
)
def test_a_word_finds_a_term_by_its_slug_its_id_or_its_name(
    taxonomy: Taxonomy, word: str, expected: list[int] | None, database: Database
) -> None:
    site_id = a_site(database)
    learn(database, site_id, *CATEGORIES)
    with database.reading() as connection:
        rows = ensure_term_ids(connection, site_id, [(term.taxonomy, term.id) for term in CATEGORIES])
    match = matches(database, taxonomy, word, [site_id])
    if expected is None:
        assert match is None
    else:
        assert match
        assert match.ids == {rows[taxonomy, wp_id] for wp_id in expected}


def test_a_loop_of_parents_ends(database: Database) -> None:
    site_id = a_site(database)
    learn(
        database,
        site_id,
        Term("category", 1, "one", "One", parent=3),
        Term("category", 2, "two", "Two", parent=1),
        Term("category", 3, "three", "Three", parent=2),
        Term("category", 4, "self", "Self", parent=4),
    )
    for word, size in (("one", 3), ("three", 3), ("self", 1)):
        match = matches(database, "category", word, [site_id])
        assert match
        assert len(match.ids) == size


def test_a_word_finds_the_terms_of_the_sites_that_are_asked_and_no_others(database: Database) -> None:
    one, other, third = (a_site(database, name) for name in "abc")
    learn(
        database, one, Term("category", 1, "energy", "Energy"), Term("category", 2, "ice", "Ice", parent=1)
    )
    learn(
        database,
        other,
        Term("category", 9, "energy", "Energie"),
        Term("category", 8, "sea", "Sea", parent=1),
    )
    both = matches(database, "category", "energy", [one, other])
    assert both
    assert (len(both.ids), both.canonical, sorted(both.labels)) == (3, "energy", ["Energie", "Energy"])
    only = matches(database, "category", "energy", [other])
    assert only
    assert (len(only.ids), set(only.labels)) == (1, {"Energie"})
    assert matches(database, "category", "energy", [third]) is None
    assert matches(database, "category", "energy", []) is None


def test_a_category_brings_the_posts_of_its_children(database: Database) -> None:
    site_id = a_site(database)
    learn(database, site_id, *CATEGORIES)
    save(
        database,
        site_id,
        a_post(1, categories=(1,)),
        a_post(2, categories=(3,)),
        a_post(3, categories=(4,)),
        a_post(4, categories=(3, 4)),
        a_post(5, tags=(6,)),
    )
    energy = matches(database, "category", "energy", [site_id])
    thai = matches(database, "category", "ข่าว", [site_id])
    assert energy
    assert thai
    one, other = held("category", energy.ids), held("category", thai.ids)
    assert ids(database, Selection(one)) == [4, 2, 1]
    assert ids(database, Selection(all_of([one, other]))) == [4]
    assert ids(database, Selection(any_of([one, other]))) == [4, 3, 2, 1]
    assert ids(database, Selection(one.negate())) == [5, 3]
    assert ids(database, Selection(any_of([one.negate(), other]))) == [5, 4, 3]
    assert ids(database, Selection(all_of([one, other.negate()]))) == [2, 1]
    assert ids(database, Selection(held("category", []))) == []
    assert ids(database, Selection(held("category", []).negate())) == [5, 4, 3, 2, 1]


def test_posts_are_selected_by_site_and_date(database: Database) -> None:
    one, other = a_site(database, "a"), a_site(database, "b")
    save(database, one, a_post(1), a_post(2, NOON + SECOND))
    save(database, other, a_post(3), a_post(4, NOON + SECOND))
    assert ids(database, Selection(held("site", [one]))) == [2, 1]
    assert ids(database, Selection(held("site", []))) == []
    assert ids(database, Selection(since=NOON + SECOND)) == [4, 2]
    assert ids(database, Selection(since=NOON)) == [4, 2, 3, 1]
    both = all_of([held("site", [other]), Phrase(("body",))])
    assert ids(database, Selection(both, since=NOON + SECOND)) == [4]


def test_terms_are_listed_with_their_posts_most_first_and_one_for_all_sites(database: Database) -> None:
    one, other = a_site(database, "a"), a_site(database, "b")
    learn(database, one, *CATEGORIES)
    learn(database, other, Term("category", 70, "energy", "Energy"))
    save(
        database,
        one,
        a_post(1, categories=(1, 4)),
        a_post(2, categories=(4,)),
        a_post(3, categories=(4, 1)),
    )
    save(database, other, a_post(1, categories=(70,)), a_post(2, categories=(70,)))
    with database.reading() as connection:
        assert [(term.slug, held) for term, held in count_entries_by_term(connection, [one, other])] == [
            ("energy", 4),
            ("ข่าว", 3),
        ]
        assert [(term.slug, held) for term, held in count_entries_by_term(connection, [one])] == [
            ("ข่าว", 3),
            ("energy", 2),
        ]


# The index


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        pytest.param("solar", [2, 1], id="a word of a body or a title"),
        pytest.param("solar power", [1], id="a phrase"),
        pytest.param("power solar", [], id="in the other order"),
        pytest.param("sol", [], id="a part of a word"),
        pytest.param("ที่", [3], id="a part of a Thai text"),
        pytest.param("电池", [3], id="Chinese"),
        pytest.param("池电", [], id="Chinese in the other order"),
        pytest.param("title power", [], id="not across title and body"),
        pytest.param("summary", [4], id="the summary of a post without a body"),
        pytest.param("hidden", [], id="what is not seen"),
    ],
)
def test_a_phrase_is_found_in_the_visible_text_of_title_or_body(
    phrase: str, expected: list[int], database: Database
) -> None:
    save(
        database,
        a_site(database),
        a_post(1, body="<p>So<b>lar</b> power</p><!-- hidden -->", title="A title"),
        a_post(2, body='<p>Power</p><img alt="hidden" src="x">', title="SOLAR"),
        a_post(3, body="<p>ที่ดิน 电池</p>"),
        replace(a_post(4), content="", summary="Only a summary"),
    )
    assert found(database, phrase) == expected


def test_the_index_follows_every_change(database: Database) -> None:
    site_id = a_site(database)
    save(
        database,
        site_id,
        a_post(1, body="<p>first words</p>", title="Old"),
        a_post(2, body="<p>first of another</p>"),
    )
    assert (found(database, "first"), found(database, "old")) == ([2, 1], [1])
    save(database, site_id, a_post(1, body="<p>second words</p>", title="New"))
    assert (
        found(database, "first"),
        found(database, "second"),
        found(database, "old"),
        found(database, "new"),
    ) == (
        [2],
        [1],
        [],
        [1],
    )
    with database.transaction() as connection:
        remove_posts(connection, site_id, [1])
        withhold_post(connection, site_id, 2, NOON)
    assert (found(database, "second"), found(database, "another"), found(database, "words")) == ([], [], [])
    with database.transaction() as connection:
        check_that_the_index_is_empty(connection)


def check_that_the_index_is_empty(connection: Connection) -> None:
    """Let SQLite check that of all words that went in all are out again; PostgreSQL has rows."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO search (search) VALUES ('integrity-check')"))
    else:
        assert connection.scalar(text("SELECT count(*) FROM search")) == 0


def test_the_index_is_made_anew_when_the_words_have_changed(database: Database) -> None:
    save(database, a_site(database), a_post(1, body="<p>solar</p>"), a_post(2, body="<p>wind</p>"))
    assert database.migrate() is False
    with database.transaction() as connection:
        clear_index(connection)
        statement = (
            "INSERT INTO search (rowid, title, body, marks) VALUES (77, 'stale', 'stale', 'post entry')"
        )
        connection.execute(text(statement))
        versions = update(facts).where(facts.c.name != "revision")
        connection.execute(versions.values(value="of another version"))
    assert found(database, "solar") == []
    assert database.migrate() is True
    assert (found(database, "solar"), found(database, "wind"), found(database, "stale")) == ([1], [2], [])
    assert database.migrate() is False


# Sites and claims


def test_a_site_is_made_once_and_renamed_by_its_address(database: Database) -> None:
    with database.transaction() as connection:
        first = sites.ensure_site(connection, "a", "https://a.example/")
        assert sites.ensure_site(connection, "a", "https://a.example/") == first
        set_columns(connection, first, api_root="https://a.example/wp-json/", next_pull_at=NOON)
        assert sites.ensure_site(connection, "renamed", "https://a.example/") == first
        state = sites.load_site(connection, first)
        assert (state.site.name, state.sync.api_root, state.poll.next_pull_at) == (
            "renamed",
            "https://a.example/wp-json/",
            NOON,
        )
        second = sites.ensure_site(connection, "b", "https://b.example/")
        assert second != first
        assert [state.site.name for state in sites.list_sites(connection)] == ["b", "renamed"]


def test_a_site_that_has_moved_is_looked_for_again_at_once(database: Database) -> None:
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "a", "https://a.example/")
        set_columns(connection, site_id, api_root="https://a.example/wp-json/", next_pull_at=NOON)
        assert sites.ensure_site(connection, "a", "https://new.example/") == site_id
        state = sites.load_site(connection, site_id)
        assert (state.configured_url, state.sync.api_root) == ("https://new.example/", "")
        assert sites.claim_site(connection, site_id, "me", datetime(2020, 1, 1, tzinfo=UTC), SECOND)


LEASE = timedelta(minutes=2)


def claims(database: Database, site_id: int, holder: str, now: datetime, **how: Any) -> bool:
    """Return whether a poller gets a site."""
    with database.transaction() as connection:
        return sites.claim_site(connection, site_id, holder, now, LEASE, **how)


def test_only_one_of_two_pollers_gets_a_site(database: Database) -> None:
    site_id = a_site(database)
    assert claims(database, site_id, "one", NOON)
    assert not claims(database, site_id, "two", NOON)
    assert not claims(database, site_id, "two", NOON + LEASE - SECOND)
    assert not claims(database, site_id, "two", NOON, even_if_early=True)
    assert claims(database, site_id, "one", NOON), "the holder may take it again"
    assert claims(database, site_id, "two", NOON + LEASE), "a lease ends"
    assert not claims(database, site_id, "one", NOON + LEASE)


def test_a_site_that_is_not_due_is_not_given_unless_asked_for_early(database: Database) -> None:
    site_id = a_site(database)
    with database.transaction() as connection:
        set_columns(connection, site_id, next_pull_at=NOON)
    assert not claims(database, site_id, "one", NOON - SECOND)
    assert claims(database, site_id, "one", NOON - SECOND, even_if_early=True)
    assert claims(database, site_id, "one", NOON)


def test_the_sites_that_are_due_come_in_their_order_with_who_holds_them(database: Database) -> None:
    late, early, held, lapsed, waits, ahead = (a_site(database, name) for name in "abcdef")
    with database.transaction() as connection:
        for site_id, seconds in (
            (late, -1),
            (early, -9),
            (held, -5),
            (lapsed, -4),
            (waits, -9),
            (ahead, 99),
        ):
            set_columns(connection, site_id, next_pull_at=NOON + seconds * SECOND)
        set_columns(connection, held, claimed_by="one", claimed_until=NOON + SECOND)
        set_columns(connection, lapsed, claimed_by="two", claimed_until=NOON)
        set_columns(connection, waits, retry_at=NOON + SECOND)
        due = [(site.id, site.holder) for site in sites.list_due_sites(connection, NOON)]
        assert due == [(early, None), (held, "one"), (lapsed, None), (late, None)]
        plans = sites.list_due_sites(connection, NOON, NOON + 98 * SECOND)
        assert [site.id for site in plans] == [early, held, lapsed, late, ahead]


def test_a_dead_poller_loses_its_sites_and_no_other_does(database: Database) -> None:
    first, second = a_site(database, "a"), a_site(database, "b")
    assert claims(database, first, "dead", NOON)
    assert claims(database, second, "alive", NOON)
    with database.reading() as connection:
        assert sorted(sites.list_claim_holders(connection)) == ["alive", "dead"]
    assert claims(database, first, "new", NOON, dead_holders=["dead"])
    assert not claims(database, second, "new", NOON, dead_holders=["dead"])


def test_of_many_pollers_at_once_one_gets_the_site(database: Database) -> None:
    site_id = a_site(database)
    start = threading.Barrier(8)
    won: list[str] = []

    def poll(name: str) -> None:
        start.wait()
        if claims(database, site_id, name, NOON):
            won.append(name)

    threads = [threading.Thread(target=poll, args=(str(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


# The database


def bare_database(engine: str, folder: Path) -> str:
    """Return the address of a database without a schema."""
    return make_database() if engine == "postgresql" else f"sqlite:///{folder}/bare.db"


def test_a_second_migration_has_nothing_to_do(tmp_path: Path, engine: str) -> None:
    url = bare_database(engine, tmp_path)
    with closing(Database(url)) as database:
        assert not database.is_current()
        assert database.migrate() is True
        assert database.is_current()
        assert database.migrate() is False
    with closing(Database(url)) as database:
        assert database.is_current()
        assert database.migrate() is False


def test_several_processes_may_migrate_at_once(tmp_path: Path, engine: str) -> None:
    url = bare_database(engine, tmp_path)
    done: list[bool] = []
    start = threading.Barrier(4)

    def migrate() -> None:
        with closing(Database(url)) as database:
            start.wait()
            done.append(database.migrate())

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, False, True]


def test_the_migrations_give_exactly_the_schema_of_the_tables(tmp_path: Path, engine: str) -> None:
    def is_ours(_thing: object, name: str | None, kind: str, *_rest: object) -> bool:
        return not (kind == "table" and str(name).startswith("search"))

    with closing(Database(bare_database(engine, tmp_path))) as migrated:
        with migrated.transaction() as connection:
            migrate_schema(connection)
            context = MigrationContext.configure(connection, opts={"include_object": is_ours})
            assert compare_metadata(context, metadata) == []
            assert load_schema(connection) == SCHEMAS[0]
        # Alembic overlooks some things, so what the engine tells of the tables is compared as well.
        with closing(
            Database(f"sqlite:///{tmp_path}/made.db" if engine == "sqlite" else make_database())
        ) as made:
            with made.transaction() as connection:
                metadata.create_all(connection)
            assert _schema(migrated) == _schema(made)


def test_a_new_file_gets_what_the_migrations_make(tmp_path: Path) -> None:
    with (
        closing(Database(f"sqlite:///{tmp_path}/new.db")) as new,
        closing(Database(f"sqlite:///{tmp_path}/migrated.db")) as migrated,
    ):
        with new.transaction() as connection:
            assert load_schema(connection) is None
            create_schema(connection)
        with migrated.transaction() as connection:
            migrate_schema(connection)
        assert _schema(new) == _schema(migrated)
        assert _list_objects(new) == _list_objects(migrated)
        assert _list_rows(new) == _list_rows(migrated)


def _list_objects(database: Database) -> list[str]:
    """Return the tables, indexes and triggers; of the search index and the schema's own table all of it."""
    with database.reading() as connection:
        return [
            f"{name} {kind} {sql if name in ('search', 'alembic_version') else ''}".replace(
                "\n", ""
            ).replace("\t", "")
            for name, kind, sql in connection.execute(
                text("SELECT name, type, sql FROM sqlite_master ORDER BY name")
            )
        ]


def _list_rows(database: Database) -> dict[str, list[str]]:
    with database.reading() as connection:
        return {
            name: [str(row) for row in connection.execute(text(f"SELECT * FROM {name}"))]
            for name in (*metadata.tables, "alembic_version")
        }


def test_the_schemas_are_those_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    revisions = ScriptDirectory.from_config(config).walk_revisions()
    assert [revision.revision for revision in revisions] == list(SCHEMAS)


def _schema(database: Database) -> dict[str, list[list[str]]]:
    with database.reading() as connection:
        told = inspect(connection)
        return {
            name: [
                sorted(str(thing) for thing in things)
                for things in (
                    told.get_columns(name),
                    told.get_foreign_keys(name),
                    told.get_indexes(name),
                    told.get_unique_constraints(name),
                    [told.get_pk_constraint(name)],
                )
            ]
            for name in metadata.tables
        }


def test_one_state_is_seen_within_a_reading_while_another_connection_writes(database: Database) -> None:
    site_id = a_site(database)
    save(database, site_id, a_post(1, body="<p>solar</p>"))
    with database.reading() as connection:
        assert [entry.post.id for entry in load_entries(connection, ALL, 10)] == [1]
        save(database, site_id, a_post(2, NOON + SECOND, "<p>solar</p>"), a_post(1, body="<p>wind</p>"))
        assert [entry.post.id for entry in load_entries(connection, ALL, 10)] == [1]
        assert len(load_entries(connection, Selection(Phrase(("solar",))), 10)) == 1
        assert count_posts(connection, site_id) == 1
    assert ids(database) == [2, 1]
    assert found(database, "solar") == [2]


def test_a_writing_that_fails_writes_nothing(database: Database) -> None:
    site_id = a_site(database)
    save(database, site_id, a_post(1, body="<p>solar</p>"))
    with pytest.raises(RuntimeError), database.transaction() as connection:
        save_post(connection, site_id, a_post(2, body="<p>solar</p>"))
        remove_posts(connection, site_id, [1])
        raise RuntimeError
    assert ids(database) == [1]
    assert found(database, "solar") == [1]


def test_a_writer_waits_for_another(database: Database) -> None:
    site_id = a_site(database)
    with database.transaction() as connection:
        save_post(connection, site_id, a_post(1))
        other = threading.Thread(target=save, args=(database, site_id, a_post(2)))
        other.start()
        save_post(connection, site_id, a_post(3))
    other.join()
    assert ids(database) == [3, 2, 1]


def test_terms_and_posts_go_with_their_site(database: Database) -> None:
    site_id = a_site(database)
    learn(database, site_id, *CATEGORIES)
    save(database, site_id, a_post(1, categories=(1,)))
    with database.transaction() as connection:
        remove_posts(connection, site_id, [1])
        connection.execute(delete(posts_table))
        connection.execute(text("DELETE FROM sites"))
        assert connection.scalar(text("SELECT count(*) FROM terms")) == 0


def test_a_store_in_a_folder_that_is_not_there_is_refused_and_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"database_url: .*nowhere"):
        Database(f"sqlite:///{tmp_path}/nowhere/store.db")


def test_a_store_that_cannot_be_opened_is_refused_and_named(tmp_path: Path) -> None:
    with (
        pytest.raises(ConfigError, match="database_url"),
        closing(Database(f"sqlite:///{tmp_path}")) as database,
    ):
        database.migrate()


def test_what_is_listed_counts_children_and_depends_on_no_order(tmp_path: Path, empty_store: Path) -> None:
    learnt = [
        Term("category", 1, "energy", "Energy"),
        Term("category", 2, "solar", "Solar", parent=1),
        Term("category", 3, "news", "News"),
        Term("category", 4, "news-2", "News"),
    ]
    written = [a_post(1, categories=(2,)), a_post(2, categories=(3,)), a_post(3, categories=(4, 1))]
    seen = []
    for number, (some_terms, some_posts) in enumerate([(learnt, written), (learnt[::-1], written[::-1])]):
        file = tmp_path / f"{number}.db"
        shutil.copyfile(empty_store, file)
        database = Database(f"sqlite:///{file}")
        site_id = a_site(database, "a")
        learn(database, site_id, *some_terms)
        with database.transaction() as connection:
            for post in some_posts:
                save_post(connection, site_id, post)
        with database.reading() as connection:
            seen.append([(term.slug, held) for term, held in count_entries_by_term(connection, [site_id])])
        database.close()
    assert seen[0] == seen[1] == [("energy", 2), ("news", 1), ("news-2", 1), ("solar", 1)]
