"""What stands in the index after any history is what would stand there if it were made anew."""

import shutil
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given
from hypothesis import strategies as st
from sqlalchemy import Connection, event, func, insert, select, text

from feedsvc.model import Post, Term
from feedsvc.query.condition import ANYTHING, Condition, NameFilter, Phrase, ResolvedFilter, all_of, any_of
from feedsvc.query.fields import Field
from feedsvc.store import keys, sites
from feedsvc.store.database import Database
from feedsvc.store.entries import list_selected_keys, load_entries
from feedsvc.store.index_rowids import assign_index_rowids
from feedsvc.store.indexing import index_groups, rebuild_index
from feedsvc.store.selection import Selection
from feedsvc.store.tables import known_words, post_terms
from feedsvc.store.tables import posts as posts_table
from feedsvc.store.tables import terms as terms_table
from feedsvc.store.terms import save_terms
from feedsvc.text import words
from feedsvc.text.html import extract_body_text
from properties import steadily
from storing import PostStep, take_steps
from tables import thinned

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SITES = "abc"

_SENTENCES = (
    "Along the harbour wall the divers found an anchor that no ship of our days could lift alone.",
    "The baker on the corner gives away what is left of the bread when the bells have rung.",
    "Two herons stand every morning beside the old sluice, as if they were waiting for a boat.",
    "Nobody remembers who planted the walnut trees that give their shade to the market place.",
    "In the reading room a lamp burns through the night, so that the students may stay there.",
    "The ferryman knows each stone of the river bed and tells of them to whoever will listen.",
)


def _paragraphs(number: int) -> str:
    return "".join(f"<p>{one}</p>" for one in _SENTENCES[:number])


BODIES = (
    _paragraphs(6),
    _paragraphs(5),
    _paragraphs(3),
    f"<p>{_SENTENCES[0]}</p>",
    f"<p>{_SENTENCES[0].upper()}</p>",
    "<p>A short note on herons.</p>",
    "",
)
"""Whole, cut twice, a sentence alone and in capitals, a note that is compared with nothing, nothing."""

WORDS = ("harbour", "seldom", "summary")


@dataclass(frozen=True)
class Step:
    """A post that is saved, or that goes where `post` is none."""

    site: str
    wp_id: int
    post: Post | None


def a_post(
    wp_id: int,
    body: int = 0,
    hours: int = 0,
    *,
    title: str = "The town in spring",
    categories: Collection[int] = (),
    tags: Collection[int] = (),
    author: int | None = None,
) -> Post:
    published = NOON + hours * HOUR
    return Post(
        id=wp_id,
        guid=f"https://site.example/?p={wp_id}",
        link=f"https://site.example/{wp_id}/",
        title=title,
        summary="" if BODIES[body] else "A summary alone.",
        content=BODIES[body],
        published=published,
        modified=published,
        categories=tuple(sorted(categories)),
        tags=tuple(sorted(tags)),
        authors=() if author is None else (author,),
    )


@dataclass(frozen=True)
class Store:
    """A store that each test fills as it needs it, with another of the same shape beside it."""

    database: Database
    twin: Database

    def take(self, *some: Step) -> None:
        """Take some steps in one transaction."""
        with self.database.transaction() as connection:
            take(connection, *some)

    @contextmanager
    def made_anew(self) -> Iterator[Connection]:
        """Yield a connection to a copy whose index is made anew."""
        copy(self.database, self.twin)
        with self.twin.transaction() as connection:
            rebuild_index(connection)
        with self.twin.reading() as connection:
            yield connection


def take(connection: Connection, *steps: Step) -> None:
    """Take steps; those that go are removed, or withheld where their id is even."""
    take_steps(
        connection,
        (
            PostStep(
                SITES.index(step.site) + 1,
                step.wp_id,
                step.post,
                None if step.post or step.wp_id % 2 else NOON,
            )
            for step in steps
        ),
    )


def copy(one: Database, other: Database) -> None:
    """Make `other` hold what `one` does."""
    names = [str(database.engine.url.database) for database in (one, other)]
    with closing(sqlite3.connect(names[0])) as source, closing(sqlite3.connect(names[1])) as target:
        source.backup(target)


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Iterator[list[Database]]:
    """Stores with sites and terms that do not wait for the disk: one stays without posts."""
    folder = tmp_path_factory.mktemp("several")
    with ExitStack() as opened:
        found = []
        for name in ("stocked", "grouped", "used", "twin"):
            shutil.copyfile(empty_store, folder / f"{name}.db")
            found.append(opened.enter_context(closing(Database(f"sqlite:///{folder}/{name}.db"))))
            event.listen(found[-1].engine, "connect", hurry)
        with found[0].transaction() as connection:
            for name in SITES:
                site_id = sites.ensure_site(connection, name, f"https://{name}.example/")
                learnt = [Term("category", number, f"c{number}", f"Category {number}") for number in (1, 2)]
                learnt += [Term("tag", 1, "t1", "Tag"), Term("author", 1, "x", "X")]
                save_terms(connection, site_id, learnt)
        copy(found[0], found[1])
        grouped = Store(found[1], found[3])
        grouped.take(A1, B2, C3)
        assert count(grouped, Selection()) == 1
        yield found


def hurry(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = OFF")


A1 = Step("a", 1, a_post(1, categories=[1]))
B2 = Step("b", 2, a_post(2, hours=1, categories=[2], tags=[1]))
C3 = Step("c", 3, a_post(3, hours=2, categories=[2], author=1))


@pytest.fixture
def store(several: list[Database]) -> Store:
    """A store with sites and terms, without posts."""
    stocked, _, used, twin = several
    copy(stocked, used)
    return Store(used, twin)


@pytest.fixture
def grouped(several: list[Database]) -> Store:
    """A store of three posts that are one text."""
    _, with_a_group, used, twin = several
    copy(with_a_group, used)
    return Store(used, twin)


# What stands there

Index = list[tuple[str, int, str, int]]
"""Of each word and mark: what it is, the post's position, the column, the place in it."""


def index(connection: Connection) -> Index:
    connection.exec_driver_sql(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab('main', 'search', 'instance')"
    )
    everything = "SELECT term, doc, col, offset FROM vocabulary ORDER BY doc, col, offset"
    return [(term, doc, col, offset) for term, doc, col, offset in connection.execute(text(everything))]


Answers = Mapping[str, list[int]]
"""By what is asked: the keys of what is found, newest first."""


def of(field: Field, ids: Collection[int]) -> ResolvedFilter:
    return ResolvedFilter(NameFilter(field, ("any",)), frozenset(ids))


def conditions(connection: Connection, published: frozenset[int] | None) -> Iterator[tuple[str, Condition]]:
    """Yield what can be asked for, on some sites."""
    rows = connection.execute(select(terms_table).order_by(terms_table.c.id)).all()
    on_them = [row for row in rows if published is None or row.site_id in published]
    for row in on_them[:10]:
        yield f"{row.taxonomy} {row.id}", of(row.taxonomy, [row.id])
    first = of("category", [row.id for row in on_them if (row.taxonomy, row.wp_id) == ("category", 1)])
    yield "either", any_of([Phrase(("ferryman",)), first])
    yield "one and not the other", all_of([Phrase(("ferryman",)), first.negate()])
    yield "neither", any_of([Phrase(("ferryman",)), first]).negate()
    for site_id in published or (1, 2):
        yield f"site {site_id}", of("site", [site_id])
    for word in WORDS:
        yield word, Phrase((word,))
    yield "a phrase", Phrase(("town", "in", "spring"), in_title=True)
    yield "a prefix", Phrase(("h",), is_prefix=True)
    yield "all", ANYTHING


Way = tuple[frozenset[int] | None, bool]
"""The sites that are published, none for all, and whether repeats count as one."""

SHORTLY: tuple[Way, ...] = ((frozenset({2, 3}), True),)
THOROUGHLY: tuple[Way, ...] = (*SHORTLY, (None, True), (None, False), (frozenset({2, 3}), False))


def answers(connection: Connection, ways: Sequence[Way]) -> Answers:
    everyone = connection.scalars(select(posts_table.c.key)).all()
    told = {}
    for published, dedupe in ways:
        for asked, condition in conditions(connection, published):
            wanted = Selection(condition, published, None, dedupe)
            found = list_selected_keys(connection, wanted, len(everyone) + 1)
            told[f"{asked}, published {published}, dedupe {dedupe}"] = found
    return told


def expected_answers(connection: Connection, ways: Sequence[Way]) -> Answers:
    """Return what the posts and their groups say, without the index."""
    rows = connection.execute(select(posts_table).order_by(posts_table.c.key)).all()
    of_posts: dict[int, set[int]] = {row.key: set() for row in rows}
    for row in connection.execute(select(post_terms.c.post_key, post_terms.c.term_id)):
        of_posts[row.post_key].add(row.term_id)
    told = {}
    for published, dedupe in ways:
        groups: dict[int, list[Any]] = {}
        for row in rows:
            if published is None or row.site_id in published:
                groups.setdefault(row.canonical_key if dedupe else row.key, []).append(row)
        for asked, condition in conditions(connection, published):
            found = [
                row.key
                for group in groups.values()
                for row in (standing_for(group) if dedupe else group)
                if meets(condition, row, group, of_posts)
            ]
            told[f"{asked}, published {published}, dedupe {dedupe}"] = sorted(found, reverse=True)
    return told


def standing_for(group: Sequence[Any]) -> list[Any]:
    """Return the posts that stand for a group, or for what is shown of it: of the posts that lead on their
    sites those that are behind none of another site.
    """
    leaders = [row for row in group if row.leader_key == row.key]
    return [
        row
        for row in leaders
        if not any(other.place < row.place and other.site_id != row.site_id for other in leaders)
    ]


def meets(condition: Condition, shown: Any, group: Sequence[Any], of_posts: Mapping[int, set[int]]) -> bool:
    """Return whether a group meets a condition: the text of what is shown, the terms and sites of all."""

    def has(atom: Condition) -> bool:
        match atom:
            case ResolvedFilter(NameFilter("site"), ids):
                return any(row.site_id in ids for row in group)
            case ResolvedFilter(_, ids):
                return any(of_posts[row.key] & ids for row in group)
            case Phrase(asked, in_title, is_prefix):
                body = extract_body_text(shown.content, shown.summary)
                texts = [shown.title] if in_title else [shown.title, body]
                return any(is_in(asked, words.tokenize_for_search(one), is_prefix) for one in texts)
        raise TypeError(atom)

    return condition.matches(has)


def is_in(asked: tuple[str, ...], found: list[str], is_prefix: bool) -> bool:
    if is_prefix:
        return any(one.startswith(asked[0]) for one in found)
    return any(tuple(found[at : at + len(asked)]) == asked for at in range(len(found)))


def assert_sound(store: Store) -> None:
    """Check that the index holds what one that is made anew does."""
    with store.database.transaction() as connection:
        connection.execute(text("INSERT INTO search (search) VALUES ('integrity-check')"))
        stands = index(connection)
        learnt = set(connection.scalars(select(known_words.c.word)))
    assert learnt >= {term for term, _, column, _ in stands if column != "marks"}
    with store.made_anew() as connection:
        assert stands == index(connection)


def assert_right(store: Store, ways: Sequence[Way] = SHORTLY) -> Answers:
    """Check that the index answers what the posts and their groups say; gives the answers."""
    with store.database.reading() as connection:
        told = answers(connection, ways)
        assert told == expected_answers(connection, ways)
    return told


def count(store: Store, wanted: Selection) -> int:
    with store.database.reading() as connection:
        return len(load_entries(connection, wanted, 1000))


# Any history

IDENTITIES = st.tuples(st.sampled_from("aabbc"), st.integers(1, 4))
versions = st.builds(
    lambda body, hours, title, categories, tags, author: {
        "body": body,
        "hours": hours,
        "title": title,
        "categories": categories,
        "tags": tags,
        "author": author,
    },
    st.sampled_from([0, 0, 0, 1, 1, 2, 3, 3, 4, 5, 6]),
    st.sampled_from([0, 0, 1, 2, 3, 30, 200, -100]),
    st.sampled_from(["The town in spring", "The town in spring", "Seldom seen: the first walnut"]),
    st.sets(st.integers(1, 2)),
    st.sets(st.just(1)),
    st.sampled_from([None, 1]),
)
comings = st.builds(
    lambda one, version: Step(one[0], one[1], a_post(one[1], **version)), IDENTITIES, versions
)
goings = st.builds(lambda one: Step(one[0], one[1], None), IDENTITIES)
histories = st.lists(
    st.lists(st.one_of(comings, comings, comings, goings), max_size=7), min_size=1, max_size=4
)


# What fails is small enough, and to make it smaller takes minutes.
@steadily(4, phases=[Phase.explicit, Phase.generate])
@given(histories)
def test_after_every_transaction_the_index_is_as_if_made_anew(
    several: list[Database], history: list[list[Step]]
) -> None:
    stocked, _, used, twin = several
    copy(stocked, used)
    store = Store(used, twin)
    for transaction in history:
        store.take(*transaction)
        assert_sound(store)
    assert_right(store, THOROUGHLY)


@pytest.mark.real
def test_after_a_long_life_the_index_is_as_if_made_anew(store: Store) -> None:
    chance = Random(20260504)
    repeated = 0
    for _ in range(18):
        some = []
        for _ in range(chance.randint(1, 5)):
            site, wp_id = chance.choice("aabbc"), chance.randint(1, 8)
            post = a_post(
                wp_id,
                chance.choice([0, 0, 0, 1, 1, 2, 3, 4, 5, 6]),
                chance.choice([0, 0, 1, 2, 3, 30, 200]),
                categories=chance.sample([1, 2], chance.randint(0, 2)),
                tags=chance.sample([1], chance.randint(0, 1)),
                author=chance.choice([None, 1]),
            )
            some.append(Step(site, wp_id, post if chance.random() < 0.75 else None))
        store.take(*some)
        if chance.random() < 0.2:
            assert_sound(store)
        with store.database.reading() as connection:
            is_repeat = posts_table.c.canonical_key != posts_table.c.key
            repeated += connection.scalar(select(func.count()).where(is_repeat)) or 0
    assert repeated > 15
    assert_sound(store)
    told = assert_right(store, THOROUGHLY)
    with store.made_anew() as connection:
        assert answers(connection, THOROUGHLY) == told
    assert sum(map(bool, told.values())) > len(told) // 2


# Changes of a group


@pytest.mark.parametrize(
    "change",
    thinned(
        [
            pytest.param([Step("a", 4, a_post(4, hours=3, categories=[2]))], id="another repeat comes"),
            pytest.param(
                [Step("a", 4, a_post(4, hours=-1, categories=[2]))], id="one comes before the first"
            ),
            pytest.param([Step("b", 4, a_post(4, 5))], id="a post that has nothing to do with it comes"),
            pytest.param([Step("a", 1, None)], id="the first goes"),
            pytest.param([Step("b", 2, None)], id="the second goes"),
            pytest.param([Step("a", 1, None), Step("b", 2, None)], id="the last alone stays"),
            pytest.param([Step("a", 1, None), Step("b", 2, None), Step("c", 3, None)], id="all go"),
            pytest.param([Step("a", 1, None), A1], id="the first goes and comes again"),
            pytest.param([Step("a", 1, a_post(1, 5, categories=[1]))], id="the first has another text"),
            pytest.param([Step("b", 2, a_post(2, 1, 1, categories=[2]))], id="the second is cut"),
            pytest.param([Step("a", 1, a_post(1, 2, categories=[1]))], id="the first is cut"),
            pytest.param([Step("a", 1, a_post(1, categories=[2]))], id="the first has another category"),
            pytest.param(
                [Step("c", 3, a_post(3, hours=2, tags=[1]))], id="the last has another tag and no author"
            ),
            pytest.param([Step("b", 2, a_post(2, hours=1))], id="the second has no category left"),
            pytest.param(
                [Step("a", 1, a_post(1, hours=5, categories=[1]))], id="the first becomes the last"
            ),
            pytest.param([Step("b", 2, a_post(2, hours=500, tags=[1]))], id="the second leaves the window"),
            pytest.param([Step("b", 2, a_post(2, hours=1, title="Seldom", tags=[1]))], id="another title"),
            pytest.param([Step("b", 2, a_post(2, 6, 1, tags=[1]))], id="a summary alone"),
        ],
        3,
    ),
)
def test_when_a_group_changes_the_index_does(grouped: Store, change: list[Step]) -> None:
    grouped.take(*change)
    assert_sound(grouped)
    assert_right(grouped)


def test_a_change_that_fails_leaves_the_index_as_it_was(grouped: Store) -> None:
    with grouped.database.reading() as connection:
        before = index(connection)
    with pytest.raises(ZeroDivisionError), grouped.database.transaction() as connection:
        take(connection, Step("a", 1, None), Step("c", 3, a_post(3, 5)), Step("b", 4, a_post(4)))
        raise ZeroDivisionError
    with grouped.database.reading() as connection:
        assert index(connection) == before
    assert_sound(grouped)
    assert_right(grouped)


def test_when_all_posts_are_gone_nothing_stands_in_the_index(grouped: Store) -> None:
    grouped.take(*(Step(step.site, step.wp_id, None) for step in (A1, B2, C3)))
    assert_sound(grouped)
    with grouped.database.reading() as connection:
        assert index(connection) == []


def test_a_post_that_is_saved_unchanged_is_not_written_again(grouped: Store) -> None:
    with grouped.database.transaction() as connection:
        before = connection.exec_driver_sql("SELECT total_changes()").scalar()
        take(connection, A1, B2, C3)
        assert connection.exec_driver_sql("SELECT total_changes()").scalar() == before


def test_nothing_is_found_by_another_connection_before_the_end_of_a_transaction(store: Store) -> None:
    store.take(A1)
    with store.database.transaction() as connection:
        take(connection, Step("b", 9, a_post(9, 5)))
        assert count(store, Selection()) == 1
    assert count(store, Selection()) == 2


def test_more_posts_than_are_settled_at_once_are_all_settled(store: Store) -> None:
    rows: list[dict[str, Any]] = [
        {
            "key": keys.first_key(NOON) + number,
            "canonical_key": keys.first_key(NOON) + number,
            "site_id": 1,
            "wp_id": number,
            "guid": f"https://site.example/?p={number}",
            "link": f"https://site.example/{number}/",
            "title": f"Note {number}",
            "summary": "",
            "content": "",
            "published": NOON,
            "modified": NOON,
            "fingerprint": "",
            "digest": b"",
        }
        for number in range(1, 202)
    ]
    with store.database.transaction() as connection:
        connection.execute(insert(posts_table), rows)
        assign_index_rowids(connection)
        index_groups(connection, [row["key"] for row in rows])
    assert count(store, Selection(Phrase(("note",)))) == 201
    assert_sound(store)


def test_another_window_makes_other_groups_and_another_index(store: Store) -> None:
    store.take(A1, B2, C3, Step("a", 4, a_post(4, hours=200, categories=[2])))
    with closing(Database(str(store.database.engine.url), timedelta(minutes=30))) as database:
        assert database.migrate()
    assert count(store, Selection()) == 4
    assert_sound(store)
    assert_right(store)
