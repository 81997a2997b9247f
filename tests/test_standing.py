"""One site beside another in the store: who stands for a group, what entries are called, their dates."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from sqlalchemy import func, select

import pairs
from feedsvc.config import Settings
from feedsvc.model import Entry, Post
from feedsvc.publish.find import find_entries
from feedsvc.query.query_string import parse_query_string
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.dates import PostDates, date_post
from feedsvc.store.post_writer import PostChanges, PostWriter
from feedsvc.store.posts import list_known_posts
from feedsvc.store.prepared import prepare_post
from feedsvc.store.tables import posts as posts_table
from storing import WEEK, pull_posts, remove_posts, save_posts
from tables import thinned

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86400))
HERALD, COPIER, THIRD = 1, 2, 3
NAMES = {HERALD: "herald", COPIER: "copier", THIRD: "third"}
NEWS = pairs.html(*pairs.COUNCIL)
INNOCENT = pairs.html(*pairs.FERRY)
MORE = "The mayor thanked everyone who had come to the meeting, and wished them a safe way home."


def a_post(site_id: int, wp_id: int, published: datetime = NOON, body: str = NEWS, **changes: Any) -> Post:
    host = f"https://{NAMES[site_id]}.example"
    post = Post(
        id=wp_id,
        guid=f"{host}/?p={wp_id}",
        link=f"{host}/{wp_id}/",
        title=pairs.COUNCIL_TITLE,
        summary="",
        content=body,
        published=published,
        modified=published,
    )
    return replace(post, **changes)


@dataclass(frozen=True)
class Store:
    """Three sites in a store, and what readers see of them."""

    database: Database

    def fill(self, site_id: int, *some: Post) -> None:
        """Write posts of a site that is read for the first time, in a new store."""
        with self.database.transaction() as connection:
            save_posts(connection, site_id, some)

    def pull(self, site_id: int, at: datetime, *some: Post) -> None:
        """Write posts that a site gives at a moment."""
        with self.database.transaction() as connection:
            pull_posts(connection, site_id, some, at)

    def remove(self, site_id: int, wp_id: int) -> None:
        with self.database.transaction() as connection:
            remove_posts(connection, site_id, [wp_id])

    def entries(self, query: str = "") -> list[Entry]:
        with self.database.reading() as connection:
            found = find_entries(connection, Settings(), parse_query_string(query), NOON + 90 * DAY)
        return list(found.entries)

    def shown(self, query: str = "") -> list[tuple[str, int]]:
        """Return the sites and ids of the posts that a query shows, newest first."""
        return [(entry.site.name, entry.post.id) for entry in self.entries(query)]


@pytest.fixture
def store(tmp_path: Path, empty_store: Path) -> Iterator[Store]:
    copyfile(empty_store, tmp_path / "store.db")
    with closing(Database(f"sqlite:///{tmp_path}/store.db")) as database:
        with database.transaction() as connection:
            for site_id, name in NAMES.items():
                assert sites.ensure_site(connection, name, f"https://{name}.example/") == site_id
        yield Store(database)


# Who stands for a group


@pytest.mark.parametrize("before", [SECOND, HOUR, 6 * DAY], ids=["a second", "an hour", "six days"])
def test_a_copy_that_claims_an_earlier_date_joins_the_group_of_what_it_copies(
    before: timedelta, store: Store
) -> None:
    store.pull(HERALD, NOON + MINUTE, a_post(HERALD, 1))
    store.pull(COPIER, NOON + 2 * MINUTE, a_post(COPIER, 9, NOON - before))
    assert store.shown() == store.shown("site=herald") == [("herald", 1)]
    assert store.shown("site=copier") == [("copier", 9)]
    assert store.shown("dedupe=off") == [("herald", 1), ("copier", 9)]


def test_it_joins_what_was_there_from_the_beginning_as_well(store: Store) -> None:
    store.fill(HERALD, a_post(HERALD, 1))
    store.pull(COPIER, NOON + MINUTE, a_post(COPIER, 9, NOON - DAY))
    assert store.shown() == [("herald", 1)]


@pytest.mark.parametrize("order", list(itertools.permutations((HERALD, COPIER, THIRD))))
def test_a_store_that_is_filled_from_nothing_goes_by_the_dates_then_by_the_order_of_the_sites(
    order: Sequence[int], store: Store
) -> None:
    posts = {
        # In one second, the smallest number on the last site.
        HERALD: [a_post(HERALD, 7), a_post(HERALD, 8, NOON + DAY, INNOCENT)],
        COPIER: [a_post(COPIER, 5), a_post(COPIER, 6, NOON + HOUR, INNOCENT)],
        THIRD: [a_post(THIRD, 3), a_post(THIRD, 4, NOON + DAY, INNOCENT)],
    }
    for site_id in order:
        store.fill(site_id, *posts[site_id])
    assert store.shown() == [("copier", 6), ("herald", 7)]
    assert store.shown("site=third,herald") == [("herald", 8), ("herald", 7)]


def test_among_its_own_posts_a_site_s_dates_decide(store: Store) -> None:
    store.pull(HERALD, NOON + MINUTE, a_post(HERALD, 1))
    store.pull(COPIER, NOON + 2 * MINUTE, a_post(COPIER, 9))
    store.pull(HERALD, NOON + HOUR, a_post(HERALD, 2, NOON - DAY))
    assert store.shown() == store.shown("site=herald") == [("herald", 2)]
    assert store.shown("site=copier") == [("copier", 9)]


@pytest.mark.parametrize(
    "edited",
    [
        pytest.param(NEWS, id="another body"),
        pytest.param(INNOCENT + NEWS, id="the copy behind the old body"),
        pytest.param(NEWS + INNOCENT, id="the copy before the old body"),
    ],
)
def test_an_old_post_that_is_edited_into_a_copy_does_not_take_over(edited: str, store: Store) -> None:
    store.fill(COPIER, a_post(COPIER, 9, NOON - DAY, INNOCENT, title=pairs.COUNCIL_TITLE))
    store.pull(HERALD, NOON + MINUTE, a_post(HERALD, 1))
    store.pull(COPIER, NOON + HOUR, a_post(COPIER, 9, NOON - DAY, edited))
    assert ("herald", 1) in store.shown()
    assert store.shown("site=herald") == [("herald", 1)]


def test_nor_does_one_that_is_edited_a_little_at_a_time(store: Store) -> None:
    words = NEWS.removeprefix("<p>").removesuffix("</p>").split(" ")
    store.fill(COPIER, a_post(COPIER, 9, NOON - DAY, INNOCENT))
    store.pull(HERALD, NOON + MINUTE, a_post(HERALD, 1))
    for number in range(0, len(words) + 8, 8):
        body = f"<p>{' '.join(words[:number])}</p>{INNOCENT}" if number < len(words) else NEWS
        store.pull(COPIER, NOON + HOUR + number * MINUTE, a_post(COPIER, 9, NOON - DAY, body))
        assert ("herald", 1) in store.shown()
    assert store.shown() == [("herald", 1)]


@pytest.mark.parametrize("copied", [NEWS, f"{NEWS}<p>{MORE}</p>"], ids=["a copy", "a copy and a sentence"])
def test_who_mends_a_word_of_his_news_does_not_fall_behind_its_copy(copied: str, store: Store) -> None:
    store.pull(HERALD, NOON + MINUTE, a_post(HERALD, 1))
    store.pull(COPIER, NOON + HOUR, a_post(COPIER, 9, NOON - DAY, copied))
    before = store.shown("site=herald")
    mended = NEWS.replace("meadows", "pastures")
    assert mended != NEWS
    store.pull(HERALD, NOON + DAY, a_post(HERALD, 1, body=mended))
    assert ("herald", 1) in store.shown()
    assert store.shown("site=herald") == before == [("herald", 1)]


def test_what_repeats_news_follows_it_when_that_grows(store: Store) -> None:
    store.pull(HERALD, NOON + MINUTE, a_post(HERALD, 1))
    store.pull(COPIER, NOON + HOUR, a_post(COPIER, 9, NOON - DAY))
    store.pull(HERALD, NOON + DAY, a_post(HERALD, 1, body=f"{NEWS}<p>{MORE}</p>"))
    assert store.shown() == [("herald", 1)]


def test_when_a_post_goes_another_site_stands_for_what_it_said(store: Store) -> None:
    store.pull(HERALD, NOON + MINUTE, a_post(HERALD, 1))
    store.pull(THIRD, NOON + HOUR, a_post(THIRD, 5, NOON - DAY))
    store.pull(COPIER, NOON + 2 * HOUR, a_post(COPIER, 9, NOON - 2 * DAY))
    store.remove(HERALD, 1)
    assert store.shown() == [("third", 5)]
    store.remove(THIRD, 5)
    assert store.shown() == [("copier", 9)]


@pytest.mark.parametrize(
    "body",
    [
        NEWS,
        "<p>The rowing club of Kestrel has taken the silver oar for the ninth time, to the joy of all.</p>",
    ],
)
@pytest.mark.parametrize(
    "addition",
    [
        pytest.param('<p><a href="https://elsewhere.example/">Read on</a></p>', id="a link"),
        pytest.param('<p><img src="https://elsewhere.example/a.jpg" alt=""></p>', id="a picture"),
        pytest.param('<audio src="https://elsewhere.example/a.mp3"></audio>', id="a recording"),
    ],
)
def test_a_copy_that_leads_elsewhere_is_news_of_its_own(addition: str, body: str, store: Store) -> None:
    store.pull(HERALD, NOON + MINUTE, a_post(HERALD, 1, body=body))
    store.pull(COPIER, NOON + HOUR, a_post(COPIER, 9, NOON - DAY, body + addition))
    store.pull(THIRD, NOON + HOUR, a_post(THIRD, 5, NOON - DAY, body))
    assert store.shown() == [("herald", 1), ("copier", 9)]


def test_a_copy_with_the_links_of_what_it_copies_is_none(store: Store) -> None:
    linked = f'{NEWS}<p><a href="https://herald.example/more/">More</a></p>'
    store.pull(HERALD, NOON + MINUTE, a_post(HERALD, 1, body=linked))
    store.pull(COPIER, NOON + HOUR, a_post(COPIER, 9, body=linked))
    assert store.shown() == [("herald", 1)]


def test_a_copy_with_links_to_its_own_site_and_pictures_of_a_network_is_none(store: Store) -> None:
    def with_links(site_id: int, number: int) -> str:
        own = f'<a href="https://www.{NAMES[site_id]}.example/more/">More</a>'
        return f'{NEWS}<p>{own} <img src="https://i{number}.cdn.example/{site_id}.jpg" alt=""></p>'

    store.pull(HERALD, NOON + MINUTE, a_post(HERALD, 1, body=with_links(HERALD, 0)))
    store.pull(COPIER, NOON + HOUR, a_post(COPIER, 9, body=with_links(COPIER, 2)))
    assert store.shown() == [("herald", 1)]


@pytest.mark.parametrize("max_words", thinned([1, 500, 3_000], 3))
def test_posts_that_are_left_undecided_are_decided_in_the_transactions_that_follow(
    max_words: int, store: Store
) -> None:
    titles = ("First", "Second", "Third", "Fourth", pairs.COUNCIL_TITLE)
    posts = [a_post(COPIER, n, NOON - n * HOUR, title=titles[n % 5]) for n in range(1, 21)]
    store.pull(HERALD, NOON + MINUTE, a_post(HERALD, 1))
    changes = PostChanges(posts=[prepare_post(post) for post in posts], pulled_at=NOON + HOUR)
    with store.database.transaction() as connection:
        PostWriter(connection, WEEK, max_words).apply(COPIER, changes)
        undecided = func.count().filter(posts_table.c.canonical_key.is_(None))
        assert connection.scalar(select(undecided).select_from(posts_table))
    assert ("herald", 1) in store.shown()
    rounds, is_left = 0, True
    while is_left:
        rounds += 1
        with store.database.transaction() as connection:
            is_left = PostWriter(connection, WEEK, max_words).settle(COPIER)
    at_once = settle_at_once(store, changes)
    assert [store.shown(query) for query in ("", "site=copier", "dedupe=off")] == at_once
    assert rounds > 1 or max_words == 3_000


def settle_at_once(store: Store, changes: PostChanges) -> list[list[tuple[str, int]]]:
    """Return what is shown when the same posts are decided in one transaction."""
    for post in changes.posts:
        store.remove(COPIER, post.post.id)
    with store.database.transaction() as connection:
        PostWriter(connection, WEEK).apply(COPIER, changes)
    return [store.shown(query) for query in ("", "site=copier", "dedupe=off")]


# What an entry is called


def test_an_id_is_the_site_s_that_published_it_first(store: Store) -> None:
    store.pull(HERALD, NOON + MINUTE, a_post(HERALD, 1, guid="urn:uuid:1"))
    store.pull(COPIER, NOON + HOUR, a_post(COPIER, 9, NOON - DAY, INNOCENT, guid="urn:uuid:1"))
    assert [entry.id for entry in store.entries()] == ["urn:uuid:1", "https://copier.example/9/"]


def test_an_address_of_a_site_is_that_site_s_though_another_has_used_it_before(store: Store) -> None:
    guid = "https://herald.example/?p=1"
    store.pull(COPIER, NOON, a_post(COPIER, 9, NOON, INNOCENT, guid=guid))
    assert [entry.id for entry in store.entries()] == [guid]
    store.pull(HERALD, NOON + HOUR, a_post(HERALD, 1, NOON + HOUR))
    assert [entry.id for entry in store.entries()] == [guid, "https://copier.example/9/"]


def test_of_one_site_the_first_of_several_posts_keeps_their_id(store: Store) -> None:
    one, other = a_post(HERALD, 1), a_post(HERALD, 2, NOON + HOUR, INNOCENT)
    store.pull(HERALD, NOON + DAY, one, replace(other, guid=one.guid, link=one.link))
    later = a_post(HERALD, 3, NOON - DAY, pairs.html(*pairs.THEATRE), guid=one.guid)
    store.pull(HERALD, NOON + 2 * DAY, later)
    assert [entry.id for entry in store.entries()] == [
        one.link,
        one.guid,
        "https://herald.example/3/",
    ]


@pytest.mark.parametrize("order", list(itertools.permutations((HERALD, COPIER, THIRD))))
def test_in_a_store_that_is_filled_from_nothing_the_earliest_keeps_its_id(
    order: Sequence[int], store: Store
) -> None:
    texts = {HERALD: NEWS, COPIER: INNOCENT, THIRD: pairs.html(*pairs.THEATRE)}
    for site_id in order:
        after = {HERALD: HOUR, COPIER: MINUTE, THIRD: DAY}[site_id]
        store.fill(site_id, a_post(site_id, 1, NOON + after, texts[site_id], guid="urn:uuid:1"))
    assert [entry.id for entry in store.entries()] == [
        "https://third.example/1/",
        "https://herald.example/1/",
        "urn:uuid:1",
    ]


@pytest.mark.parametrize("wanted", ["https://herald.example/1/", "urn:feedsvc:herald:1"])
def test_no_site_can_take_the_name_that_another_s_post_falls_back_on(wanted: str, store: Store) -> None:
    store.pull(COPIER, NOON, a_post(COPIER, 8, NOON, INNOCENT, guid=wanted))
    store.pull(COPIER, NOON, a_post(COPIER, 9, NOON, pairs.html(*pairs.THEATRE), guid="urn:uuid:1"))
    store.pull(HERALD, NOON + HOUR, a_post(HERALD, 1, NOON + HOUR, guid="urn:uuid:1"))
    ids = [entry.id for entry in store.entries()]
    assert len(set(ids)) == len(ids) == 3
    assert ids[0].split(":")[-1].strip("/").endswith("1")


def test_an_entry_keeps_its_id_when_its_post_is_edited_or_another_s_goes(store: Store) -> None:
    store.pull(HERALD, NOON, a_post(HERALD, 1, guid="urn:uuid:1"))
    store.pull(COPIER, NOON, a_post(COPIER, 9, NOON, INNOCENT, guid="urn:uuid:1"))
    store.pull(COPIER, NOON + DAY, a_post(COPIER, 9, NOON, INNOCENT + f"<p>{MORE}</p>", guid="urn:uuid:1"))
    store.remove(HERALD, 1)
    assert [entry.id for entry in store.entries()] == ["https://copier.example/9/"]


# Dates of the future

NEXT_MONTH, LAST_WEEK = NOON + 30 * DAY, NOON - 7 * DAY
FAR = datetime(9998, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("published", "modified", "stored", "expected"),
    [
        pytest.param(LAST_WEEK, NOON, None, PostDates(LAST_WEEK, NOON), id="as they are"),
        pytest.param(NOON + MINUTE, NOON, None, PostDates(NOON + MINUTE, NOON), id="a clock that is ahead"),
        pytest.param(
            NEXT_MONTH,
            LAST_WEEK,
            None,
            PostDates(LAST_WEEK, LAST_WEEK, NEXT_MONTH),
            id="an event that was written last week",
        ),
        pytest.param(FAR, FAR, None, PostDates(NOON, NOON, FAR, FAR), id="nothing to go by"),
        pytest.param(
            NEXT_MONTH,
            NOON,
            PostDates(LAST_WEEK, LAST_WEEK, NEXT_MONTH),
            PostDates(LAST_WEEK, NOON, NEXT_MONTH),
            id="an event that was edited",
        ),
        pytest.param(
            FAR,
            NOON,
            PostDates(LAST_WEEK, LAST_WEEK, NEXT_MONTH),
            PostDates(LAST_WEEK, NOON, FAR),
            id="an event that was put off",
        ),
        pytest.param(
            LAST_WEEK,
            NOON,
            PostDates(LAST_WEEK - DAY, LAST_WEEK, LAST_WEEK),
            PostDates(LAST_WEEK - DAY, NOON, LAST_WEEK),
            id="an event that is over",
        ),
        pytest.param(
            NOON - HOUR,
            NOON,
            PostDates(LAST_WEEK, LAST_WEEK, FAR),
            PostDates(NOON - HOUR, NOON),
            id="a date that was mended",
        ),
    ],
)
def test_a_post_of_the_future_is_dated_by_when_it_was_first_seen(
    published: datetime, modified: datetime, stored: PostDates | None, expected: PostDates
) -> None:
    assert date_post(published, modified, NOON, stored) == expected


def test_it_is_not_on_top_for_ever_and_keeps_its_date(store: Store) -> None:
    event = a_post(HERALD, 1, FAR, modified=FAR)
    store.pull(HERALD, NOON, event)
    store.pull(HERALD, NOON + DAY, a_post(HERALD, 2, NOON + DAY, INNOCENT))
    for title in ("Changed", "Changed again"):
        store.pull(HERALD, NOON + 2 * DAY, replace(event, title=title))
        newest, dated = store.entries()
        assert (newest.post.id, dated.post.title) == (2, title)
        assert dated.post.published == NOON
        assert dated.post.changed == NOON
    with store.database.reading() as connection:
        assert list_known_posts(connection, HERALD)[1] == FAR
