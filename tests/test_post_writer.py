"""What writing a page of posts costs, and that a transaction leaves nothing to do."""

import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from feedsvc.model import Post, SourcePost, Term
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.post_writer import ChangeCounts, PostChanges
from feedsvc.store.prepared import prepare_post
from feedsvc.store.sources import serialize_source
from feedsvc.store.tables import post_terms
from feedsvc.store.tables import posts as posts_table
from feedsvc.sync.reclean import clean_again
from statements import counted_statements

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PAGE = 100
WORDS = [
    f"{a}{b}{c}" for a in ("bar", "fen", "kol", "mir", "tas") for b in "aeiou" for c in ("ra", "lo", "ne")
]


def a_post(wp_id: int, published: datetime, **changes: Any) -> Post:
    """Return a post of sixty words drawn at random, with a category, two tags and an author."""
    chance = random.Random(wp_id)
    post = Post(
        id=wp_id,
        guid=f"https://site.example/?p={wp_id}",
        link=f"https://site.example/{wp_id}/",
        title=" ".join(chance.choices(WORDS, k=8)),
        summary="",
        content=f"<p>{' '.join(chance.choices(WORDS, k=60))}</p>",
        published=published,
        modified=published,
        categories=(wp_id % 7 + 1,),
        tags=(wp_id % 11 + 1, wp_id % 13 + 20),
        authors=(wp_id % 3 + 1,),
    )
    return replace(post, **changes)


def a_page(first: int, every: timedelta = HOUR, **changes: Any) -> list[Post]:
    """Return a page of posts, the newest first, as a site lists them."""
    numbers = range(first + PAGE - 1, first - 1, -1)
    return [a_post(number, NOON + number * every, **changes) for number in numbers]


def reworded(post: Post) -> str:
    return post.content.replace("ra", "ri")


def source_of(post: Post) -> SourcePost:
    return SourcePost(
        id=post.id,
        guid=post.guid,
        link=post.link,
        title=post.title,
        content=post.content,
        excerpt="",
        published=post.published,
        modified=post.modified,
        categories=post.categories,
        tags=post.tags,
        authors=post.authors,
    )


def changes_of(posts: Sequence[Post], policy: str = "today's") -> PostChanges:
    """Return what a pull asks for when it has read a page of posts."""
    own = [Term("category", wp_id, f"c{wp_id}", f"Category {wp_id}") for wp_id in range(1, 8)]
    return PostChanges(
        posts=[prepare_post(post) for post in posts],
        sources=[serialize_source(source_of(post)) for post in posts],
        policy=policy,
        terms=own * len(posts),
        complete_ids=[post.id for post in posts],
    )


def apply(database: Database, site_id: int, changes: PostChanges) -> ChangeCounts:
    with database.transaction() as connection:
        return database.post_writer(connection).apply(site_id, changes)


A, B = 1, 2
"""The rows of the two sites."""

STORED = 1000
"""Posts of the second site in a store that is stocked, half an hour before those of `a_page`."""


@pytest.fixture(scope="module")
def empty_file(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Path:
    """A store with the sites, without posts."""
    empty = tmp_path_factory.mktemp("empty") / "empty.db"
    shutil.copyfile(empty_store, empty)
    with closing(Database(f"sqlite:///{empty}")) as database, database.transaction() as connection:
        assert [sites.ensure_site(connection, name, f"https://{name}.example/") for name in "ab"] == [A, B]
    return empty


@pytest.fixture(scope="module")
def stocked_file(tmp_path_factory: pytest.TempPathFactory, empty_file: Path) -> Path:
    """A store with the sites that is stocked: it takes seconds."""
    stocked = tmp_path_factory.mktemp("stocked") / "stocked.db"
    shutil.copyfile(empty_file, stocked)
    with closing(Database(f"sqlite:///{stocked}")) as database:
        for first in range(1, STORED, PAGE):
            page = [replace(post, published=post.published - HOUR / 2) for post in a_page(first)]
            apply(database, B, changes_of(page))
    return stocked


@pytest.fixture
def database(tmp_path: Path, empty_file: Path) -> Iterator[Database]:
    """A store that has the sites and no posts."""
    shutil.copyfile(empty_file, tmp_path / "store.db")
    with closing(Database(f"sqlite:///{tmp_path}/store.db")) as database:
        yield database


@pytest.fixture
def stocked(tmp_path: Path, stocked_file: Path) -> Iterator[Database]:
    """A store in which the second site has thousands of posts, with terms."""
    shutil.copyfile(stocked_file, tmp_path / "stocked.db")
    with closing(Database(f"sqlite:///{tmp_path}/stocked.db")) as database:
        yield database


def assert_nothing_to_do(database: Database, posts: int) -> None:
    with database.transaction() as connection:
        connection.execute(text("INSERT INTO search (search) VALUES ('integrity-check')"))
        assert connection.scalar(text("SELECT count(*) FROM search")) == posts
        for column in (posts_table.c.canonical_key, posts_table.c.index_rowid, post_terms.c.entry_key):
            assert connection.scalar(select(func.count()).where(column.is_(None))) == 0


MAX_STATEMENTS = 3 * PAGE


def test_a_page_of_new_posts_takes_three_statements_a_post_at_most(database: Database) -> None:
    changes = changes_of(a_page(1))
    with counted_statements(database) as statements:
        assert apply(database, A, changes) == ChangeCounts(new=PAGE)
    assert len(statements) <= MAX_STATEMENTS
    assert_nothing_to_do(database, PAGE)


@pytest.mark.real
@pytest.mark.parametrize(
    ("first", "new"),
    [
        pytest.param(5001, {}, id="later than all"),
        pytest.param(901, {}, id="each between two"),
        pytest.param(901, {"published": NOON + 1000 * HOUR}, id="all in one second"),
    ],
)
def test_it_takes_no_more_where_thousands_of_posts_are_stored(
    first: int, new: dict[str, Any], stocked: Database
) -> None:
    page = [replace(post, **new, content=reworded(post)) for post in a_page(first)]
    changes = changes_of(page)
    with counted_statements(stocked) as statements:
        assert apply(stocked, A, changes) == ChangeCounts(new=PAGE)
    assert len(statements) <= MAX_STATEMENTS
    assert_nothing_to_do(stocked, STORED + PAGE)


@pytest.mark.real
def test_it_takes_no_more_where_each_post_repeats_one_that_is_stored(stocked: Database) -> None:
    for page in (a_page(901), [replace(post, published=post.published - HOUR) for post in a_page(501)]):
        changes = changes_of(page)
        with counted_statements(stocked) as statements:
            assert apply(stocked, A, changes) == ChangeCounts(new=PAGE)
        assert len(statements) <= MAX_STATEMENTS
    with stocked.reading() as connection:
        is_repeat = posts_table.c.canonical_key != posts_table.c.key
        assert connection.scalar(select(func.count()).where(is_repeat)) == 2 * PAGE
    assert_nothing_to_do(stocked, STORED + 2 * PAGE)


def test_a_page_that_is_stored_as_it_is_takes_few_statements(database: Database) -> None:
    apply(database, A, changes_of(a_page(1)))
    changes = changes_of(a_page(1))
    with counted_statements(database) as statements:
        assert apply(database, A, changes) == ChangeCounts()
    assert len(statements) <= 10


@pytest.mark.real
def test_a_page_that_is_removed_or_withheld_takes_few_statements(stocked: Database) -> None:
    apply(stocked, A, changes_of(a_page(901)))
    ids = range(901, 901 + PAGE)
    changes = PostChanges(removed_ids=ids[::2], withheld=dict.fromkeys(ids[1::2], (NOON, "")))
    with counted_statements(stocked) as statements:
        assert apply(stocked, A, changes) == ChangeCounts(removed=PAGE)
    assert len(statements) <= 40
    assert_nothing_to_do(stocked, STORED)


@pytest.mark.real
def test_bodies_that_are_cleaned_again_take_few_statements(database: Database) -> None:
    page = a_page(1)
    older = [prepare_post(replace(post, content=reworded(post))) for post in page]
    changes = replace(changes_of(page), posts=older, policy="an older one")
    apply(database, A, changes)
    with counted_statements(database) as statements:
        assert clean_again(database) == PAGE
    assert len(statements) <= PAGE
    assert_nothing_to_do(database, PAGE)


def test_the_texts_of_posts_that_are_written_are_not_read_from_the_store(database: Database) -> None:
    changes = changes_of(a_page(1))
    with counted_statements(database) as statements:
        apply(database, A, changes)
    assert statements
    assert not [statement for statement in statements if "posts.content" in statement.partition("FROM")[0]]
