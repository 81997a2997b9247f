"""Killed at any moment, the next start has lost nothing and ends with the feeds of an undisturbed run."""

import json
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import product
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, event

from editors import CATEGORIES, POSTS, Editors
from fake_wordpress import FakeWordPress, fake_wordpress
from feedsvc.config import load_settings
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.publish.web import create_app
from feedsvc.store.database import Database
from feedsvc.text import similarity
from feedsvc.worker import Poller
from forks import FORKS, fork, preload
from kept_stores import KeptStore, NotMadeError, PostgresqlDatabase, SqliteFile
from postgres import make_database
from properties import thoroughly
from service import PATIENCE

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

KILLS = 50
"""Of each of four histories: 200 in all in the thorough profile, on each engine; else of one of them."""

FEW_KILLS = 8

BY_DEFAULT = [("sqlite", 0, KILLS), ("postgresql", 0, FEW_KILLS)]
CASES = thoroughly(
    [("postgresql", 0, FEW_KILLS), *product(["sqlite", "postgresql"], range(4), [KILLS])], BY_DEFAULT
)

BACKFILLS = 6
"""Of these, at the least so many while all posts are read for the first time."""

IDLE_POLLS = 4
"""After so many a name that was changed is known, though no post was."""

BEGUN, WRITES, WRITTEN, PULLED = (bytes([one]) for one in b"b().")
"""What a process says while it lives; the last that it said tells in what it was killed."""


preload(__name__)
similarity.prepare_text(
    "", "May"
)  # reads the calendars of all languages, which need not be done in each process


@dataclass(frozen=True)
class Held:
    """What a database holds: the posts, each with the second of its modification, and the page of the
    backfill that comes next.
    """

    posts: dict[int, int] = field(default_factory=dict)
    page: int = 0


# The service


@contextmanager
def service(
    database_url: str, url: str, watch: Callable[[Database], None] = lambda _: None
) -> Iterator[Poller]:
    """Start as every process of the service does, with what it keeps beside its database."""
    settings = load_settings(sites=[url]).model_copy(update={"database_url": database_url})
    with closing(Database(settings.database_url)) as database:
        event.listen(database.engine, "connect", hurry)
        watch(database)
        database.migrate()
        yield Poller(settings, database)


def hurry(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")  # a kill takes nothing from the system's own memory


def pull(poller: Poller) -> None:
    (state,) = poller.register()
    assert poller.claim(state.id, even_if_early=True), "a site that nobody pulls could not be claimed"
    poller.pull(state.id)


def undisturbed(store: KeptStore, url: str) -> float:
    """Pull once, and give the seconds that it took."""
    started = time.perf_counter()
    with service(store.url, url) as poller:
        pull(poller)
    return time.perf_counter() - started


def pull_for_ever(folder: Path, database_url: str, url: str, said: Pipe) -> None:
    """Pull again and again, and say what is being done: this is the process that is killed."""
    os.chdir(folder)

    def watch(database: Database) -> None:
        def begins(connection: Connection) -> None:
            if connection.get_execution_options().get("writes"):
                said.send_bytes(WRITES)

        event.listen(database.engine, "begin", begins)
        event.listen(database.engine, "checkin", lambda *_: said.send_bytes(WRITTEN))

    said.send_bytes(BEGUN)
    with service(database_url, url, watch) as poller:
        while True:
            pull(poller)
            said.send_bytes(PULLED)


@dataclass(frozen=True)
class Life:
    """What a process said until it was killed, and what was committed just before."""

    said: bytes
    committed: Held

    @property
    def in_a_transaction(self) -> bool:
        return self.said.endswith(WRITES)

    @property
    def has_pulled(self) -> bool:
        return PULLED in self.said


def killed_after(seconds: float, store: KeptStore, url: str) -> Life:
    """Let a process pull for so long, and kill it."""
    hears, says = FORKS.Pipe(duplex=False)
    with closing(hears):
        process = fork(pull_for_ever, Path.cwd(), store.url, url, says)
        says.close()
        try:
            assert hears.poll(PATIENCE), "the process never began"
            time.sleep(seconds)
            committed = held(store)
        finally:
            process.kill()
            process.join()
        life = Life(b"".join(heard(hears)), committed)
    assert process.exitcode == -signal.SIGKILL, f"it ended by itself, after {life.said!r}"
    process.close()
    return life


def heard(pipe: Pipe) -> Iterator[bytes]:
    try:
        while True:
            yield pipe.recv_bytes()
    except EOFError:
        return


# What a store holds


def held(store: KeptStore) -> Held:
    """Read what is committed, while another process may be writing."""
    try:
        posts: Any = store.rows("SELECT wp_id, modified FROM posts")
        pages: Any = store.rows(f"SELECT max(coalesce(backfill_page, {POSTS})) FROM sites")
    except NotMadeError:
        return Held()
    return Held(dict(posts), pages[0][0] or 0)


def assert_nothing_lost(before: Held, after: Held, site: FakeWordPress) -> None:
    """Check that a post went only when the site withdrew it, that none is older than it was, and that the
    backfill went on where it was.
    """
    there = {one: second for one, second in before.posts.items() if one in public(site)}
    assert not {one for one, second in there.items() if after.posts.get(one, 0) < second}
    assert after.page >= before.page


def public(site: FakeWordPress) -> set[int]:
    return {one for one, post in site.posts.items() if not post["content"]["protected"]}


SAME = (
    "SELECT key, wp_id, guid, link, title, summary, content, published, modified, fingerprint, figures, "
    "media, canonical_key, digest FROM posts ORDER BY key",
    "SELECT taxonomy, wp_id, slug, name, parent, post_key, entry_key FROM post_terms "
    "JOIN terms ON terms.id = term_id ORDER BY post_key, taxonomy, wp_id",
    "SELECT hash, post_key FROM sketches ORDER BY hash, post_key",
    "SELECT wp_id, digest, policy FROM sources ORDER BY wp_id",
    "SELECT wp_id, modified FROM withheld ORDER BY wp_id",
    "SELECT name, home, title, backfill_page, unlisted_count, claimed_by, failures FROM sites",
)
"""What is the same in two stores with the same posts, whatever came before and whatever they lie in."""


def assert_same(store: KeptStore, other: KeptStore) -> None:
    for question in SAME:
        assert store.rows(question) == other.rows(question), question


def assert_indexed(store: KeptStore) -> None:
    """Check that the index holds what one that is made anew does, in the order of publication."""
    stands = store.index()
    assert stands == store.index(anew=True)
    assert stands["keys"] == sorted(stands["keys"])


def feeds(store: KeptStore, url: str) -> dict[str, bytes]:
    """Return every feed of a service."""
    paths = ["/feed", *(f"/category/{one}" for one in CATEGORIES)]
    asked = [*product(paths, FORMATS, ["dedupe=on", "dedupe=off"]), ("/feed", "json", "dedupe=off&page=2")]
    given = {}
    with closing(Database(store.url)) as database:
        client = create_app(load_settings(sites=[url]), database).test_client()
        for path, form, way in asked:
            answer = client.get(address := f"{path}.{form}?limit=100&{way}")
            assert answer.status_code == 200, address
            given[address] = answer.data
    return given


def guids(given: dict[str, bytes], *ways: str) -> list[str]:
    pages = [json.loads(given[f"/feed.json?limit=100&{way}"]) for way in ways]
    return [item["id"] for page in pages for item in page["items"]]


# Killed


@pytest.mark.parametrize(("engine", "seed", "kills"), CASES)
def test_killed_at_any_moment_nothing_is_lost_and_the_feeds_end_the_same(
    engine: str, seed: int, kills: int, tmp_path: Path
) -> None:
    chance = Random(seed)
    store: KeptStore = SqliteFile(tmp_path / "killed.db")
    if engine == "postgresql":
        store = PostgresqlDatabase(make_database(), tmp_path)
    twin = SqliteFile(tmp_path / "undisturbed.db")
    lives: list[Life] = []
    with fake_wordpress() as site:
        editors = Editors(site, chance)
        lasts, seen = 0.0, Held()
        while len(lives) < kills:
            if lives and (lives[-1].has_pulled or chance.random() < 0.25):
                editors.change()
            if editors.done or not lasts:
                lasts = max(lasts, undisturbed(twin, site.url))
            life = killed_after(chance.uniform(0, 1.1 * lasts), store, site.url)
            print(f"kill {len(lives)}: {life.said.decode()}; the site: {editors.told()}")
            left = store.left()
            left.assert_sound()
            assert_nothing_lost(seen, life.committed, site)
            seen = held(left)
            assert_nothing_lost(life.committed, seen, site)
            lives.append(life)
            if life.has_pulled and len(lives) < BACKFILLS:
                store.lose()
                seen = Held()
            elif life.has_pulled:
                lasts = 0.0
        for one in [store, twin] * IDLE_POLLS:
            undisturbed(one, site.url)
    assert_same(store, twin)
    assert_indexed(store)
    given = feeds(store, site.url)
    assert given == feeds(twin, site.url)
    shown = guids(given, "dedupe=off", "dedupe=off&page=2")
    assert sorted(shown) == sorted(site.posts[one]["guid"]["rendered"] for one in public(site))
    assert set(guids(given, "dedupe=on")) < set(shown)
    if kills == KILLS:  # of fewer it can't be said
        assert sum(not life.has_pulled for life in lives) > KILLS // 4
        assert KILLS // 8 < sum(life.in_a_transaction for life in lives) < KILLS - KILLS // 8
