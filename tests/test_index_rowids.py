"""Where posts stand in the index: in the order of their keys, whatever the order in which they come."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, event, insert, select, text

from feedsvc.model import Post
from feedsvc.query.condition import Phrase
from feedsvc.store import keys, sites
from feedsvc.store.database import Database
from feedsvc.store.entries import load_entries
from feedsvc.store.index_rowids import assign_index_rowids, choose_rowids
from feedsvc.store.indexing import index_groups
from feedsvc.store.search import clear_index
from feedsvc.store.selection import Selection
from feedsvc.store.tables import posts as posts_table
from feedsvc.store.tables import sites as sites_table
from properties import steadily
from storing import PostStep, remove_posts, save_post, take_steps

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ORIGIN = datetime(1990, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)

Identity = tuple[int, str]
"""A post's id and its site: what orders the posts of one second."""

SITE_IDS = {"a": 1, "b": 2}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Iterator[Database]:
    """A store that each test empties before it uses it, and that does not wait for the disk."""
    file = tmp_path_factory.mktemp("positions") / "store.db"
    shutil.copyfile(empty_store, file)
    with closing(Database(f"sqlite:///{file}")) as database:

        def hurry(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA synchronous = OFF")

        event.listen(database.engine, "connect", hurry)
        yield database


def emptied(store: Database) -> Database:
    with store.transaction() as connection:
        connection.execute(delete(sites_table))
        clear_index(connection)
        for name, expected in SITE_IDS.items():
            assert sites.ensure_site(connection, name, f"https://{name}.example/") == expected
    return store


def word(one: Identity) -> str:
    """Return the word that a post alone has."""
    return f"only{one[1]}{one[0]}"


def a_post(one: Identity, published: datetime) -> Post:
    wp_id, site = one
    return Post(
        id=wp_id,
        guid=f"https://{site}.example/?p={wp_id}",
        link=f"https://{site}.example/{wp_id}/",
        title=f"Post {wp_id}",
        summary="",
        content=f"<p>Of {site}: {word(one)}.</p>",
        published=published,
        modified=published,
    )


def save(connection: Connection, one: Identity, published: datetime) -> None:
    save_post(connection, SITE_IDS[one[1]], a_post(one, published))


def remove(connection: Connection, one: Identity) -> None:
    remove_posts(connection, SITE_IDS[one[1]], [one[0]])


def rows(connection: Connection) -> Sequence[Any]:
    """Return the posts by their positions, the lowest first: position, key, identity."""
    return connection.execute(
        select(posts_table.c.index_rowid, posts_table.c.key, posts_table.c.wp_id, sites_table.c.name)
        .join(sites_table, sites_table.c.id == posts_table.c.site_id)
        .order_by(posts_table.c.index_rowid)
    ).all()


def indexed(connection: Connection) -> dict[str, list[int]]:
    """Return the positions at which the index has each of the words that one post alone has."""
    connection.exec_driver_sql(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab('main', 'search', 'instance')"
    )
    found: dict[str, list[int]] = {}
    for term, position in connection.execute(
        text("SELECT term, doc FROM vocabulary WHERE term GLOB 'only*'")
    ):
        found.setdefault(term, []).append(position)
    return found


def second(moment: datetime) -> int:
    """Return the second of a moment; what is too far off is sorted as the nearest that is not."""
    return int(min(max(moment, keys.EARLIEST), keys.LATEST).timestamp() // 1)


def in_order(held: dict[Identity, datetime]) -> list[Identity]:
    return sorted(held, key=lambda one: (second(held[one]), one))


def assert_in_order(store: Database, held: dict[Identity, datetime]) -> None:
    """Check that positions rise with the keys, and that the index has each post at its own."""
    with store.transaction() as connection:
        connection.execute(text("INSERT INTO search (search) VALUES ('integrity-check')"))
        found = rows(connection)
        at = indexed(connection)
    assert all(before.key < behind.key for before, behind in pairwise(found))
    assert all(before.index_rowid < behind.index_rowid for before, behind in pairwise(found))
    assert [(row.wp_id, row.name) for row in found] == in_order(held)
    assert at == {word((row.wp_id, row.name)): [row.index_rowid] for row in found}


def assert_found(store: Database, held: dict[Identity, datetime]) -> None:
    """Check that each post is found by its own word, and all of them newest first."""
    with store.reading() as connection:
        for one in held:
            (entry,) = load_entries(connection, Selection(Phrase((word(one),))), 10)
            assert (entry.post.id, entry.site.name) == one
        everything = load_entries(connection, Selection(dedupe=False), len(held) + 1)
    assert [(entry.post.id, entry.site.name) for entry in everything] == in_order(held)[::-1]


# The positions of some keys between two that are taken


@pytest.mark.parametrize(
    ("seconds", "before", "after", "expected"),
    [
        pytest.param([10], None, None, [10], id="alone"),
        pytest.param([10], 9, 11, [10], id="just free"),
        pytest.param([10], 3, 30, [10], id="free on both sides"),
        pytest.param([10], 10, None, [11], id="taken by one before"),
        pytest.param([10], 25, None, [26], id="taken by a run before"),
        pytest.param([10], None, 10, [9], id="taken by one after"),
        pytest.param([10], None, -5, [-6], id="taken by a run after"),
        pytest.param([10], 12, 14, [13], id="the only one, above"),
        pytest.param([10], 5, 7, [6], id="the only one, below"),
        pytest.param([0], -1, 1, [0], id="the first second"),
        pytest.param([-3], None, None, [-3], id="before the first second"),
        pytest.param([-5], -5, 0, [-4], id="between below zero"),
        pytest.param([], 3, 4, [], id="none"),
        pytest.param([1, 5, 9], None, None, [1, 5, 9], id="several"),
        pytest.param([10, 10, 10], None, None, [10, 11, 12], id="of one second"),
        pytest.param([10, 10, 11, 20], None, None, [10, 11, 12, 20], id="of one second and the next"),
        pytest.param([1, 5, 9], 3, 20, [4, 5, 9], id="the first is late"),
        pytest.param([1, 5, 30], None, 20, [1, 5, 19], id="the last is early"),
        pytest.param([10, 10, 30], None, 12, [9, 10, 11], id="all are early"),
        pytest.param([10, 10], 9, 12, [10, 11], id="no more room than for them"),
    ],
)
def test_posts_get_the_positions_of_their_seconds_or_the_nearest_that_are_free(
    seconds: list[int], before: int | None, after: int | None, expected: list[int]
) -> None:
    together = [keys.first_key(ORIGIN + one * SECOND) + slot for slot, one in enumerate(seconds)]
    assert choose_rowids(together, before, after) == expected


@steadily(100)
@given(
    st.lists(st.integers(-30, 30), max_size=8).map(sorted),
    st.none() | st.integers(-30, 30),
    st.none() | st.integers(0, 5),
)
def test_positions_rise_between_those_that_are_taken(
    seconds: list[int], before: int | None, gap: int | None
) -> None:
    after = None if gap is None else (before or 0) + len(seconds) + 1 + gap
    together = [keys.first_key(ORIGIN + one * SECOND) + slot for slot, one in enumerate(seconds)]
    chosen = choose_rowids(together, before, after)
    taken = [*([] if before is None else [before]), *chosen, *([] if after is None else [after])]
    assert len(chosen) == len(seconds)
    assert all(one < other for one, other in pairwise(taken))
    if all(one < other for one, other in pairwise([*taken[:1], *seconds, *taken[-1:]])):
        assert chosen == seconds


# Any order of arrival

MOMENTS = [
    *(NOON + number * SECOND for number in (0, 0, 0, 0, 1, 1, 2, 3, 10, 86400)),
    *(ORIGIN + number * SECOND for number in (-2, -1, 0, 0, 1)),
    datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(1904, 2, 29, tzinfo=UTC),
    keys.EARLIEST,
    datetime(1500, 1, 1, tzinfo=UTC),
    datetime(2239, 12, 31, 23, 59, 59, tzinfo=UTC),
    keys.LATEST,
    datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
]


@dataclass(frozen=True)
class Step:
    """A post that comes, or comes again with another date; without a date, one that goes."""

    one: Identity
    published: datetime | None


IDENTITIES = st.tuples(
    st.integers(1, 14) | st.sampled_from([2**29 - 1, 2**29, 2**40]), st.sampled_from("ab")
)
comings = st.builds(Step, IDENTITIES, st.sampled_from(MOMENTS) | st.just(NOON))
steps = st.one_of(comings, comings, comings, st.builds(Step, IDENTITIES, st.none()))
transactions = st.lists(st.lists(steps, min_size=1, max_size=12), min_size=1, max_size=6)


@steadily(8)
@given(transactions)
def test_positions_rise_with_keys_after_every_transaction(
    store: Database, history: list[list[Step]]
) -> None:
    held: dict[Identity, datetime] = {}
    emptied(store)
    for transaction in history:
        with store.transaction() as connection:
            take_steps(
                connection,
                (
                    PostStep(
                        SITE_IDS[step.one[1]],
                        step.one[0],
                        a_post(step.one, step.published) if step.published else None,
                    )
                    for step in transaction
                ),
            )
            for step in transaction:
                held.pop(step.one, None)
                if step.published:
                    held[step.one] = step.published
        assert_in_order(store, held)
    assert_found(store, held)


@steadily(8)
@given(
    st.dictionaries(
        IDENTITIES, st.sampled_from([NOON, NOON, NOON + SECOND, NOON + 2 * SECOND]), max_size=12
    ),
    st.randoms(use_true_random=False),
    st.integers(1, 4),
)
def test_the_order_does_not_depend_on_the_order_of_arrival(
    store: Database, held: dict[Identity, datetime], chance: Random, at_once: int
) -> None:
    arriving = list(held)
    chance.shuffle(arriving)
    emptied(store)
    for start in range(0, len(arriving), at_once):
        with store.transaction() as connection:
            for one in arriving[start : start + at_once]:
                save(connection, one, held[one])
    assert_in_order(store, held)
    assert_found(store, held)


NEIGHBOURS = {(500, "a"): NOON - SECOND, (500, "b"): NOON + SECOND}


@pytest.mark.parametrize(
    "arriving",
    [
        pytest.param([range(1, 101), range(101, 201)], id="ascending"),
        pytest.param([range(200, 100, -1), range(100, 0, -1)], id="descending"),
        pytest.param([range(1, 201, 2), range(20, 200, 40)], id="some between the others"),
        pytest.param([Random(20260504).sample(range(1, 201), 200)], id="at random"),
    ],
)
def test_very_many_posts_of_one_second_stand_in_the_order_of_their_ids(
    store: Database, arriving: Sequence[Sequence[int]]
) -> None:
    emptied(store)
    with store.transaction() as connection:
        for one, published in NEIGHBOURS.items():
            save(connection, one, published)
    for some in arriving:
        with store.transaction() as connection:
            insert_at_once(connection, some)
    held = {(wp_id, "a"): NOON for some in arriving for wp_id in some}
    assert_in_order(store, NEIGHBOURS | held)


def insert_at_once(connection: Connection, some: Sequence[int]) -> None:
    """Write posts of one second as `save` does, but for what takes its time."""
    rows = [
        {
            "key": keys.first_key(NOON) + wp_id,
            "canonical_key": keys.first_key(NOON) + wp_id,
            "site_id": SITE_IDS["a"],
            "wp_id": wp_id,
            "guid": f"https://a.example/?p={wp_id}",
            "link": f"https://a.example/{wp_id}/",
            "title": f"Of a: {word((wp_id, 'a'))}",
            "summary": "",
            "content": "",
            "published": NOON,
            "modified": NOON,
            "fingerprint": "",
            "digest": b"",
        }
        for wp_id in some
    ]
    connection.execute(insert(posts_table), rows)
    moved = assign_index_rowids(connection)
    index_groups(connection, moved.union(keys.first_key(NOON) + wp_id for wp_id in some))


@pytest.mark.parametrize("seed", range(2))
def test_posts_of_one_second_that_come_one_by_one_stand_in_the_order_of_their_ids(
    store: Database, seed: int
) -> None:
    emptied(store)
    arriving = Random(seed).sample(range(1, 13), 12)
    for wp_id in arriving:
        with store.transaction() as connection:
            save(connection, (wp_id, "a"), NOON)
    assert_in_order(store, {(wp_id, "a"): NOON for wp_id in arriving})


# What moves


def test_where_there_is_no_room_later_posts_move_up_as_far_as_the_next_gap(store: Database) -> None:
    emptied(store)
    held = {(number, "a"): NOON + number * SECOND for number in (1, 2, 3, 4, 10, 11)}
    with store.transaction() as connection:
        for one, published in held.items():
            save(connection, one, published)
    with store.reading() as connection:
        before = {row.wp_id: row.index_rowid for row in rows(connection)}
    with store.transaction() as connection:
        for number in (20, 21):
            held[number, "a"] = NOON + 2 * SECOND
            save(connection, (number, "a"), NOON + 2 * SECOND)
    with store.reading() as connection:
        behind = {row.wp_id: row.index_rowid for row in rows(connection)}
    assert {one: behind[one] - before[one] for one in before} == {1: 0, 2: 0, 3: 2, 4: 2, 10: 0, 11: 0}
    assert [behind[20], behind[21]] == [before[2] + 1, before[2] + 2]
    assert_in_order(store, held)
    assert_found(store, held)


def test_a_position_is_the_second_since_1990_where_that_is_free(store: Database) -> None:
    emptied(store)
    held = {
        (1, "a"): datetime(1989, 12, 31, 23, 59, 50, tzinfo=UTC),
        (2, "a"): ORIGIN,
        (3, "a"): ORIGIN + 100 * SECOND,
        (4, "a"): NOON,
    }
    with store.transaction() as connection:
        for one in reversed(held):
            save(connection, one, held[one])
    with store.reading() as connection:
        assert [row.index_rowid for row in rows(connection)] == [
            -10,
            0,
            100,
            int((NOON - ORIGIN).total_seconds()),
        ]


def test_the_place_of_a_post_that_went_is_taken_again(store: Database) -> None:
    emptied(store)
    held = {(number, "a"): NOON for number in range(1, 20)}
    with store.transaction() as connection:
        for one in held:
            save(connection, one, NOON)
    for one in ((7, "a"), (19, "a"), (1, "a")):
        with store.transaction() as connection:
            remove(connection, one)
        assert_in_order(store, {other: NOON for other in held if other != one})
        with store.transaction() as connection:
            save(connection, one, NOON)
        assert_in_order(store, held)
    assert_found(store, held)


def test_a_post_whose_date_is_changed_moves_to_its_new_place(store: Database) -> None:
    emptied(store)
    held = {(number, "a"): NOON + number * SECOND for number in range(1, 6)}
    with store.transaction() as connection:
        for one, published in held.items():
            save(connection, one, published)
    for moment in (NOON - SECOND, NOON + 3 * SECOND, NOON + 100 * SECOND, ORIGIN - SECOND, NOON + SECOND):
        held[3, "a"] = moment
        with store.transaction() as connection:
            save(connection, (3, "a"), moment)
        assert_in_order(store, held)
    assert_found(store, held)


def test_a_change_that_fails_moves_nothing(store: Database) -> None:
    emptied(store)
    held = {(number, "a"): NOON for number in (1, 2, 4, 5)}
    with store.transaction() as connection:
        for one in held:
            save(connection, one, NOON)
    with pytest.raises(ZeroDivisionError), store.transaction() as connection:
        save(connection, (3, "a"), NOON)
        raise ZeroDivisionError
    assert_in_order(store, held)
    assert_found(store, held)


def test_positions_keep_the_order_of_keys_when_a_site_is_renamed(store: Database) -> None:
    emptied(store)
    with store.transaction() as connection:
        save(connection, (1, "a"), NOON)
        save(connection, (1, "b"), NOON)
        sites.ensure_site(connection, "z", "https://a.example/")
    with store.transaction() as connection:
        save(connection, (2, "b"), NOON)
    with store.transaction() as connection:
        found = rows(connection)
        connection.execute(text("INSERT INTO search (search) VALUES ('integrity-check')"))
    assert len(found) == 3
    assert all(before.key < behind.key for before, behind in pairwise(found))
