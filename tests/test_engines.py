"""SQLite and PostgreSQL give the same bytes, before and after a copy from one to the other."""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql
from sqlalchemy import Connection, event, func, make_url, select, text

from columns import set_columns
from conftest import empty_configuration
from feedsvc.cli import main
from feedsvc.errors import ConfigError, FeedsvcError
from feedsvc.model import Post, Term
from feedsvc.publish.feed import build_feed
from feedsvc.publish.find import find_entries
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.query.condition import Condition, NameFilter, Phrase, ResolvedFilter, all_of, any_of
from feedsvc.query.query_string import parse_query_string
from feedsvc.store import sites
from feedsvc.store.copying import copy_store
from feedsvc.store.database import Database
from feedsvc.store.entries import count_selected, list_selected_keys, load_entries
from feedsvc.store.index_entries import IndexQuery
from feedsvc.store.postgresql_search import PostgresqlIndex
from feedsvc.store.selection import Selection
from feedsvc.store.sqlite_search import SqliteIndex
from feedsvc.store.tables import metadata
from feedsvc.store.terms import save_terms
from feedsvc.sync.importing import import_posts
from feedsvc.text import words
from postgres import SERVER, emptied_postgresql, make_database
from properties import steadily
from storing import pull_posts, remove_posts, save_posts
from topics import POSTS, TERMS

NOW = datetime(2028, 1, 1, tzinfo=UTC)
POSTS_OF_A_SITE = 100
COMMON = "the of and to in is for on with ลม 太 陽 光 C++ R&D über Straße e-mail 10⁶".split()
RARE = [f"{start}{number}" for start in ("solar", "wind", "battery", "grid") for number in range(60)]


def generated(chance: Random, site: str) -> list[Post]:
    """Return posts that share words, categories and seconds, some of them one another's text."""
    posts: list[Post] = []
    for wp_id in range(1, POSTS_OF_A_SITE + 1):
        some = [
            chance.choice(COMMON if chance.random() < 0.7 else RARE) for _ in range(chance.randint(5, 120))
        ]
        published = datetime(2026, 5, 4, tzinfo=UTC) + timedelta(
            seconds=chance.choice((0, 3600, 86400)) * wp_id
        )
        post = Post(
            id=wp_id, guid=f"https://{site}.example/?p={wp_id}", link=f"https://{site}.example/{wp_id}/",
            title=" ".join(some[:4]).title(), summary="", content=f"<p>{' '.join(some)}.</p>",
            published=published, modified=published,
            categories=tuple(chance.sample(range(1, 7), 2)), tags=(chance.randint(1, 5),),
            authors=(wp_id % 3 + 1,),
        )  # fmt: skip
        if posts and chance.random() < 0.2:
            post = replace(post, title=posts[-1].title, content=posts[-1].content)
        posts.append(post)
    return posts


def a_site(connection: Connection, name: str) -> int:
    """Return the row of a site, made without looking at the clock."""
    site_id = sites.ensure_site(connection, name, f"https://{name}.example/", imported=True)
    set_columns(connection, site_id, fills_until=NOW)
    return site_id


def fill(database: Database, samples: list[dict[str, Any]]) -> None:
    """Write the samples, the posts of the table of topics and generated ones; edit and remove some."""
    chance = Random(15)
    with database.transaction() as connection:
        own_id = a_site(connection, "newsroom")
    import_posts(database, own_id, samples)
    learnt = [Term("category", n, f"c{n}", f"Kategorie {n}", parent=n // 2) for n in range(1, 7)]
    learnt += [Term("tag", n, f"t{n}", "Ähnlich" if n < 3 else f"tag {n}") for n in range(1, 6)]
    learnt += [Term("author", n, f"a{n}", f"Author {n}") for n in range(1, 4)]
    with database.transaction() as connection:
        table_id = a_site(connection, "table")
        save_terms(connection, table_id, TERMS)
        save_posts(connection, table_id, [replace(post, title=post.title or "Untitled") for post in POSTS])
    for name in ("beta", "Alpha", "ähre"):
        posts = generated(chance, name)
        with database.transaction() as connection:
            site_id = a_site(connection, name)
            save_terms(connection, site_id, learnt)
            for start in range(0, len(posts), 50):
                pull_posts(connection, site_id, posts[start : start + 50], NOW - timedelta(days=300))
        edited = [replace(post, content=f"{post.content}<p>edited</p>") for post in posts[::7]]
        with database.transaction() as connection:
            pull_posts(connection, site_id, edited, NOW - timedelta(days=200))
            remove_posts(connection, site_id, [post.id for post in posts[3::11]])
    with database.transaction() as connection:
        save_terms(connection, site_id, [Term("tag", 5, "renamed", "tag 5")])


TOPICS = (
    """
the|solar1|wind*|w*|s*|so*|sol*|solar1*|"the of"|"of the and"|"and so"*|"the s"*|the of and to
solar1 OR wind2|-the|-solar1|the -of|the -wind*|-"the of"|("the of" OR solar3) -"in is"
title:the|title:sol*|title:t*|-title:"the of"|ลม|太陽|"太 陽"|C++|R&D|uber|strasse|email|10⁶|106|nowhere
(solar1 wind2) OR (grid3 -the)|category:c1|category:c2 the|-category:c1|tag:t1 OR author:a2
category:c1 "the of"|(the OR -of) (to OR -in)|edited|solar*|"in is for"|"solar1 the"|-s*|-w* the
""".strip()
    .replace("\n", "|")
    .split("|")
)
QUERIES = [
    *"""
page=2 page=40 limit=100 limit=100&page=3 dedupe=off dedupe=off&page=9 site=beta site=-beta site=Alpha,ähre
site=Alpha&topic=the site=-newsroom&topic=of category=c1 category=c1&site=beta category=-c2&page=2
tag=ähnlich author=a1&topic=of since=2000d since=650d&topic=the since=640d&site=beta,Alpha topic=the&page=5
topic=-the&dedupe=off category=c1&dedupe=off&limit=50
""".split(),
    "",
    *(urlencode({"topic": topic}) for topic in TOPICS),
]


def feeds(database: Database, every: int = 1) -> dict[tuple[str, str], bytes]:
    """Return the bytes of feeds, of each query or of some; the sentence of a query that has none."""
    answers: dict[tuple[str, str], bytes] = {}
    for query in QUERIES[::every]:
        with database.reading() as connection:
            try:
                parsed = parse_query_string(query)
                found = find_entries(connection, empty_configuration(), parsed, NOW, counts_pages=True)
            except FeedsvcError as error:
                answers |= {(query, suffix): str(error).encode() for suffix in FORMATS}
                continue
        for suffix in FORMATS:
            feed = build_feed(found, suffix, "https://feeds.example/")
            answers[query, suffix] = FORMATS[suffix].serialize(feed)
    return answers


def rows(database: Database) -> dict[str, Sequence[tuple[object, ...]]]:
    """Return all rows that a store has."""
    with database.reading() as connection:
        return {
            table.name: connection.execute(select(table).order_by(*table.primary_key.columns)).all()
            for table in metadata.sorted_tables
            if table.name != "facts"
        }


@pytest.fixture(scope="module")
def filled(
    tmp_path_factory: pytest.TempPathFactory, empty_store: Path, sample_posts: list[dict[str, Any]]
) -> Iterator[tuple[Database, Database]]:
    """A store of each engine with the same posts, written in the same order."""
    file = tmp_path_factory.mktemp("filled") / "store.db"
    shutil.copyfile(empty_store, file)
    with ExitStack() as opened:
        lite, server = (
            opened.enter_context(closing(Database(url)))
            for url in (f"sqlite:///{file}", emptied_postgresql(3))
        )
        for database in (lite, server):
            fill(database, sample_posts)
        yield lite, server


@pytest.mark.real
def test_the_same_posts_and_queries_give_the_same_bytes_on_both_engines(
    filled: tuple[Database, Database],
) -> None:
    lite, server = (feeds(database) for database in filled)
    assert {query for query in lite if lite[query] != server[query]} == set()
    assert len(set(lite.values())) > len(QUERIES)


WORDS = st.sampled_from([*COMMON[:9], *RARE[::20], "edited", "nowhere", "so", "s"])
TERM_IDS = st.sets(st.integers(1, 80), max_size=4) | st.sampled_from(
    [set(range(1, 400)), set(range(1, 60))]
)
ATOMS = st.builds(
    lambda some, *flags: Phrase(tuple(words.tokenize_for_search(" ".join(some))), *flags),
    st.lists(WORDS, min_size=1, max_size=3),
    st.booleans(),
    st.booleans(),
) | st.builds(
    lambda field, ids: ResolvedFilter(NameFilter(field, ("x",)), frozenset(ids)),
    st.sampled_from(["category", "tag", "site"]),
    TERM_IDS,
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda parts: (
        parts.map(lambda part: part.negate())
        | st.lists(parts, min_size=1, max_size=3).map(all_of)
        | st.lists(parts, min_size=1, max_size=3).map(any_of)
    ),
    max_leaves=6,
)
SITE_IDS = (
    st.none() | st.sets(st.integers(1, 6), min_size=1).map(frozenset) | st.just(frozenset(range(2, 90)))
)


@pytest.mark.real
@steadily(150)
@given(
    condition=CONDITIONS,
    published=SITE_IDS,
    since=st.none() | st.integers(0, 700).map(lambda days: NOW - timedelta(days=days)),
    dedupe=st.booleans(),
    limit=st.integers(1, 30),
    offset=st.sampled_from([0, 0, 7, 100]),
    first_window=st.integers(1, 40),
)
def test_whatever_is_asked_both_engines_select_the_same(
    filled: tuple[Database, Database],
    condition: Condition,
    published: frozenset[int] | None,
    since: datetime | None,
    dedupe: bool,
    limit: int,
    offset: int,
    first_window: int,
) -> None:
    selection = Selection(condition, published, since, dedupe)
    query = IndexQuery(condition, selection.marks_of, "entry" if dedupe else "post", published)
    answers = []
    for database in filled:
        index = SqliteIndex() if database is filled[0] else PostgresqlIndex(first_window)
        with database.reading() as connection:
            page = [entry.key for entry in load_entries(connection, selection, limit, offset)]
            keys = list_selected_keys(connection, selection, limit + offset)
            number = count_selected(connection, selection, limit + offset)
            newest = index.select_newest(connection, query, lambda statement: statement, limit, offset)
            answers.append((page, keys, number, sorted(connection.scalars(newest))))
    assert answers[0] == answers[1]


@pytest.mark.real
def test_the_posts_of_a_page_are_looked_up_by_their_rowids_and_not_all_read(
    filled: tuple[Database, Database],
) -> None:
    for database, explain, looked_up in (
        (filled[0], "EXPLAIN QUERY PLAN", "SEARCH posts USING INDEX uq_posts_index_rowid"),
        (filled[1], "EXPLAIN", "Index Cond: (index_rowid = ANY ($"),
    ):
        with sent_statements(database) as sent, database.reading() as connection:
            load_entries(connection, Selection(Phrase(("the",))), 20)
        [(statement, parameters)] = [one for one in sent if "FROM posts JOIN sites" in one[0]]
        with database.reading() as connection:
            if database is filled[1]:  # so few posts are read at once otherwise
                connection.execute(text("SET LOCAL enable_seqscan = off"))
            plan = connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
        assert any(looked_up in str(row[-1]) for row in plan), plan


@contextmanager
def sent_statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """Yield a list that gets the statements that are sent, with their parameters."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        sent.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


@pytest.mark.real
def test_the_same_posts_make_the_same_rows_on_both_engines(filled: tuple[Database, Database]) -> None:
    lite, server = (rows(database) for database in filled)
    for name in lite:
        assert lite[name] == server[name], name


@pytest.mark.real
@pytest.mark.parametrize("way", ["there and back", "within SQLite", "within PostgreSQL"])
def test_a_copy_gives_the_same_bytes_and_goes_on(
    way: str, filled: tuple[Database, Database], tmp_path: Path
) -> None:
    lite, server = filled
    expected, expected_rows = feeds(lite, 5), rows(lite)
    with ExitStack() as opened:
        first, second = (
            opened.enter_context(closing(Database(url)))
            for url in {
                "there and back": (make_database(), f"sqlite:///{tmp_path}/back.db"),
                "within SQLite": (f"sqlite:///{tmp_path}/one.db", f"sqlite:///{tmp_path}/two.db"),
                "within PostgreSQL": (make_database(), make_database()),
            }[way]
        )
        told: list[tuple[int, int]] = []
        copy_store(server if way == "within PostgreSQL" else lite, first, lambda *done: told.append(done))
        assert [done for done, _ in told] == sorted(done for done, _ in told)
        assert told[-1][0] == told[-1][1]
        copy_store(first, second)
        for copied in (first, second):
            assert copied.describe_outdated() is None
            assert copied.migrate() is False
            assert rows(copied) == expected_rows
            assert feeds(copied, 5) == expected
            with copied.transaction() as connection:
                site_id = sites.ensure_site(connection, "new", "https://new.example/", imported=True)
                save_terms(connection, site_id, [Term("tag", 1, "new", "New")])
                save_posts(
                    connection,
                    site_id,
                    [replace(post, tags=(1,)) for post in generated(Random(1), "new")[:3]],
                )
            with copied.reading() as connection:
                found = find_entries(connection, empty_configuration(), parse_query_string("tag=new"), NOW)
            assert found.entries


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Database]:
    """A database that is not there yet."""
    with closing(Database(f"sqlite:///{tmp_path}/target.db")) as database:
        yield database


def test_a_target_that_is_not_empty_is_refused_and_stays_as_it_is(
    samples: Database, target: Database
) -> None:
    copy_store(samples, target)
    before = rows(target)
    with pytest.raises(ConfigError, match=r"target\.db is not empty: copy into a new database"):
        copy_store(samples, target)
    assert rows(target) == before


def test_a_copy_of_what_is_not_there_makes_nothing(target: Database, tmp_path: Path) -> None:
    with (
        closing(Database(f"sqlite:///{tmp_path}/nowhere.db")) as source,
        pytest.raises(ConfigError, match=r"there is no database .*nowhere\.db to copy from"),
    ):
        copy_store(source, target)
    assert not (tmp_path / "nowhere.db").exists()


def test_a_source_of_another_schema_is_refused(target: Database, samples: Database) -> None:
    with samples.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0008'"))
    with pytest.raises(
        ConfigError, match="is not at the schema of this version of feedsvc: run feedsvc migrate"
    ):
        copy_store(samples, target)


def test_a_copy_that_fails_leaves_the_target_empty(samples: Database, target: Database) -> None:
    def fail(done: int, total: int) -> None:
        if done > total / 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        copy_store(samples, target, fail)
    with target.reading() as connection:
        for table in metadata.sorted_tables:
            if table.name != "facts":
                assert connection.scalar(select(func.count()).select_from(table)) == 0
    copy_store(samples, target)
    assert rows(target) == rows(samples)


def test_the_command_copies_and_says_what_to_do_next(samples: Database, tmp_path: Path) -> None:
    source = f"sqlite:///{samples.engine.url.database}"
    done = CliRunner().invoke(main, ["copy", source, f"sqlite:///{tmp_path}/target.db"])
    assert (done.exit_code, done.stderr) == (0, "")
    assert "target.db; set DATABASE_URL" in done.stdout
    with closing(Database(f"sqlite:///{tmp_path}/target.db")) as target:
        assert rows(target) == rows(samples)


def test_what_is_no_database_of_ours_is_refused_with_a_sentence(samples: Database, tmp_path: Path) -> None:
    ours = f"sqlite:///{samples.engine.url.database}"
    junk, newer = tmp_path / "junk.db", tmp_path / "newer.db"
    junk.write_text("no database at all\n" * 100)
    shutil.copyfile(samples.engine.url.database or "", newer)
    with closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for source, target, said in (
        (f"sqlite:///{junk}", f"sqlite:///{tmp_path}/new.db", "can't be used as a database: file is not"),
        (ours, f"sqlite:///{junk}", "can't be used as a database: file is not"),
        (f"sqlite:///{newer}", f"sqlite:///{tmp_path}/new.db", "a newer feedsvc has written"),
        (ours, f"sqlite:///{newer}", "a newer feedsvc has written"),
    ):
        done = CliRunner().invoke(main, ["copy", source, target])
        assert (done.exit_code, done.stdout) == (2, "")
        assert said in done.stderr
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_can_t_hold_all_languages_is_refused_with_what_to_do(
    encoding: str, samples: Database
) -> None:
    url = make_database()
    name = make_url(url).database or ""
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
        made = sql.SQL("CREATE DATABASE {} ENCODING {} LOCALE 'C' TEMPLATE template0")
        connection.execute(made.format(sql.Identifier(name), sql.Literal(encoding)))
    done = CliRunner().invoke(main, ["copy", f"sqlite:///{samples.engine.url.database}", url])
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"is of the encoding {encoding}" in done.stderr
    assert f"createdb --encoding=UTF8 --template=template0 {name}" in done.stderr


def test_an_address_may_have_spaces_and_a_line_s_end_around_it(samples: Database, tmp_path: Path) -> None:
    source = f" sqlite:///{samples.engine.url.database}\n"
    done = CliRunner().invoke(main, ["copy", source, f"{make_database()}\n"])
    assert (done.exit_code, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "addresses", [("postgres://u:s3cret@", "sqlite:///t.db"), ("sqlite:///t.db", "s3cret")]
)
def test_an_address_that_is_none_is_refused_without_its_password(addresses: tuple[str, str]) -> None:
    done = CliRunner().invoke(main, ["copy", *addresses])
    assert done.exit_code == 2
    assert "s3cret" not in done.output
    assert done.stderr.startswith(("feedsvc: SOURCE: ", "feedsvc: TARGET: "))
