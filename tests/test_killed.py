"""Killed at any moment, the next start has lost nothing and ends with the feeds of an undisturbed run."""

import json
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, event

from conftest import ROOT
from fake_wordpress import START, FakeWordPress, fake_wordpress, wp_time
from feedsvc.config import load_settings
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.publish.web import create_app
from feedsvc.store.database import Database
from feedsvc.store.indexing import rebuild_index
from feedsvc.text import similarity
from feedsvc.worker import Poller
from service import PATIENCE

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

KILLS = 50
"""Of each of four histories: 200 in all."""

BACKFILLS = 6
"""Of these, at the least so many while all posts are read for the first time."""

IDLE_POLLS = 4
"""After so many a name that was changed is known, though no post was."""

POSTS = 110
CATEGORIES, AUTHORS = range(1, 5), range(1, 4)
BEGUN, WRITES, WRITTEN, PULLED = (bytes([one]) for one in b"b().")
"""What a process says while it lives; the last that it said tells in what it was killed."""


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process from which the others are forked find this module: it has no other threads, as a
    process that forks should not.
    """
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}:{ROOT / 'tests'}")


FORKS = get_context("forkserver")
FORKS.set_forkserver_preload([__name__])
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
def service(file: Path, url: str, watch: Callable[[Database], None] = lambda _: None) -> Iterator[Poller]:
    """Start as every process of the service does, with what it keeps beside its database."""
    settings = load_settings(sites=[url]).model_copy(update={"database_url": f"sqlite:///{file}"})
    with closing(Database(settings.database_url)) as database:
        event.listen(database.engine, "connect", hurry)
        watch(database)
        database.migrate()
        yield Poller(settings, database)


def hurry(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")  # a kill takes nothing from the system's own memory


def pull(poller: Poller) -> None:
    (state,) = poller.register()
    assert poller.claim(state.id, even_if_early=True), "a site that nobody pulls could not be claimed"
    poller.pull(state.id)


def undisturbed(file: Path, url: str) -> float:
    """Pull once, and give the seconds that it took."""
    started = time.perf_counter()
    with service(file, url) as poller:
        pull(poller)
    return time.perf_counter() - started


def pull_for_ever(file: Path, url: str, said: Pipe) -> None:
    """Pull again and again, and say what is being done: this is the process that is killed."""

    def watch(database: Database) -> None:
        def begins(connection: Connection) -> None:
            if connection.get_execution_options().get("writes"):
                said.send_bytes(WRITES)

        event.listen(database.engine, "begin", begins)
        event.listen(database.engine, "checkin", lambda *_: said.send_bytes(WRITTEN))

    said.send_bytes(BEGUN)
    with service(file, url, watch) as poller:
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


def killed_after(seconds: float, file: Path, url: str) -> Life:
    """Let a process pull for so long, and kill it."""
    hears, says = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=pull_for_ever, args=[file, url, says], daemon=True)
    with closing(hears):
        process.start()
        says.close()
        try:
            assert hears.poll(PATIENCE), "the process never began"
            time.sleep(seconds)
            committed = held(file)
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


# The site


@dataclass
class Editors:
    """Those who write on the site; `done` is what they have done since `told` was asked for last."""

    site: FakeWordPress
    chance: Random
    newest: int = 0
    minutes: int = 0
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number in CATEGORIES:
            self.site.add_term("categories", number, f"Category {number}", parent=number // 2)
        for number in AUTHORS:
            self.site.add_term("users", number, f"Author {number}")
        for _ in range(POSTS):
            self.publish()

    def change(self) -> None:
        """Do some of what is done on a site, at a later time than all before."""
        ways = (self.publish, self.go_live, self.back_date, self.repeat, self.repeat_in_part, self.edit,
                self.move, self.protect, self.remove, self.rename)  # fmt: skip
        for way in self.chance.choices(ways, k=self.chance.randint(1, 3)):
            self.done.append(f"{way.__name__} {way()}")

    def told(self) -> str:
        told, self.done = self.done, []
        return ", ".join(told) or "as it was"

    def publish(self, **changes: object) -> int:
        self.newest += 1
        given: dict[str, Any] = {"content": content(self._text()), "modified_gmt": self._now(), **changes}
        author = self.chance.choice(AUTHORS)
        self.site.add(self.newest, categories=self._categories(), author=author, **given)
        return self.newest

    def go_live(self) -> int:
        """Publish what was scheduled, which was modified long before."""
        return self.publish(modified_gmt=wp_time(START))

    def back_date(self) -> int:
        return self.publish(date_gmt=wp_time(START + timedelta(hours=self.chance.randint(1, POSTS))))

    def repeat(self) -> int:
        original = self.site.posts[self._any()]
        return self.publish(title=original["title"]["rendered"], content=original["content"])

    def repeat_in_part(self) -> int:
        original = self.site.posts[self._any()]
        words = original["content"]["rendered"].split()
        shorter = " ".join(words[: len(words) * 3 // 4])
        return self.publish(title=original["title"]["rendered"], content=content(shorter))

    def edit(self) -> int:
        return self._change(content=content(self._text()))

    def move(self) -> int:
        return self._change(categories=self._categories())

    def protect(self) -> int:
        return self._change(content={"rendered": "", "protected": True})

    def remove(self) -> int:
        post_id = self._any()
        del self.site.posts[post_id]
        return post_id

    def rename(self) -> str:
        route = self.chance.choice(["categories", "users"])
        term_id = self.chance.choice(list(self.site.terms[route]))
        name = f"Renamed at {self._now()}"
        self.site.terms[route][term_id] |= {"name": name, "slug": name.lower().replace(" ", "-")}
        return f"{route} {term_id}"

    def _change(self, **changes: object) -> int:
        post_id = self._any()
        self.site.posts[post_id] |= {"modified_gmt": self._now(), **changes}
        return post_id

    def _any(self) -> int:
        return self.chance.choice(list(self.site.posts))

    def _categories(self) -> list[int]:
        return sorted(self.chance.sample(CATEGORIES, self.chance.randint(0, 2)))

    def _text(self) -> str:
        words = ("".join(self.chance.choices("aeioubcdfglmnprst", k=6)) for _ in range(40))
        return " ".join(words)

    def _now(self) -> str:
        self.minutes += 1
        return wp_time(START + timedelta(days=30, minutes=self.minutes))


def content(text: str) -> dict[str, object]:
    return {"rendered": text, "protected": False}


# What a database holds


def held(file: Path) -> Held:
    """Read what is committed, while another process may be writing."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            posts = dict(connection.execute("SELECT wp_id, modified FROM posts").fetchall())
            page = connection.execute(f"SELECT max(ifnull(backfill_page, {POSTS})) FROM sites").fetchone()
            return Held(posts, page[0] or 0)
    except sqlite3.OperationalError as error:
        if "unable to open" in str(error) or "no such table" in str(error):
            return Held()  # it was not made yet
        raise


def emptied(folder: Path) -> Held:
    """Lose what was held, as where the disk is emptied at a restart."""
    for left in folder.glob("killed*"):
        left.unlink()
    return Held()


def assert_nothing_lost(before: Held, after: Held, site: FakeWordPress) -> None:
    """Check that a post went only when the site withdrew it, that none is older than it was, and that the
    backfill went on where it was.
    """
    there = {one: second for one, second in before.posts.items() if one in public(site)}
    assert not {one for one, second in there.items() if after.posts.get(one, 0) < second}
    assert after.page >= before.page


def public(site: FakeWordPress) -> set[int]:
    return {one for one, post in site.posts.items() if not post["content"]["protected"]}


def copied(file: Path) -> Path:
    """Copy a database as it was left, so that the process that starts next finds it so."""
    copy = file.with_name("copy.db")
    for ending in ("", "-wal"):
        Path(f"{copy}{ending}").unlink(missing_ok=True)
        if (left := Path(f"{file}{ending}")).exists():
            shutil.copyfile(left, f"{copy}{ending}")
    return copy


SOUND: dict[str, list[tuple[str]]] = {
    "PRAGMA integrity_check": [("ok",)],
    "PRAGMA foreign_key_check": [],
}
SETTLED: dict[str, list[tuple[str]]] = {
    "SELECT key FROM posts WHERE canonical_key IS NULL OR index_rowid IS NULL OR marks = ''": [],
    "SELECT wp_id FROM posts GROUP BY wp_id HAVING count(*) > 1": [],
    "SELECT wp_id FROM posts EXCEPT SELECT wp_id FROM sources": [],
    "INSERT INTO search (search) VALUES ('integrity-check')": [],
}


def assert_sound(file: Path) -> None:
    """Check that SQLite finds no fault in a file, and that no transaction was kept in part."""
    with closing(sqlite3.connect(file)) as connection:
        made = connection.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'uq_posts_index_rowid'"
        ).fetchall()
        for statement, expected in (SOUND | SETTLED if made else SOUND).items():
            assert connection.execute(statement).fetchall() == expected, statement


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
"""What is the same in two databases with the same posts, whatever came before."""


def assert_same(file: Path, other: Path) -> None:
    with closing(sqlite3.connect(file)) as one, closing(sqlite3.connect(other)) as another:
        for question in SAME:
            assert one.execute(question).fetchall() == another.execute(question).fetchall(), question


def assert_indexed(file: Path) -> None:
    """Check that the index holds what one that is made anew does, in the order of publication."""
    with ExitStack() as opened:
        names = (file, copied(file))
        one, anew = (opened.enter_context(closing(Database(f"sqlite:///{name}"))) for name in names)
        with anew.transaction() as connection:
            rebuild_index(connection)
        stands, expected = (index(database) for database in (one, anew))
    assert stands == expected
    assert stands["keys"] == sorted(stands["keys"])


def index(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.reading() as connection:
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'search', 'instance')"
        )
        return {
            name: [tuple(row) for row in connection.exec_driver_sql(question)]
            for name, question in {
                "words": "SELECT term, doc, col, offset FROM vocabulary ORDER BY doc, col, offset",
                "keys": "SELECT key FROM posts ORDER BY index_rowid",
            }.items()
        }


def feeds(file: Path, url: str) -> dict[str, bytes]:
    """Return every feed of a service."""
    paths = ["/feed", *(f"/category/{one}" for one in CATEGORIES)]
    asked = [*product(paths, FORMATS, ["dedupe=on", "dedupe=off"]), ("/feed", "json", "dedupe=off&page=2")]
    given = {}
    with closing(Database(f"sqlite:///{file}")) as database:
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


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment_nothing_is_lost_and_the_feeds_end_the_same(seed: int, tmp_path: Path) -> None:
    chance = Random(seed)
    file, twin = tmp_path / "killed.db", tmp_path / "undisturbed.db"
    lives: list[Life] = []
    with fake_wordpress() as site:
        editors = Editors(site, chance)
        lasts, seen = 0.0, Held()
        while len(lives) < KILLS:
            if lives and (lives[-1].has_pulled or chance.random() < 0.25):
                editors.change()
            if editors.done or not lasts:
                lasts = max(lasts, undisturbed(twin, site.url))
            life = killed_after(chance.uniform(0, 1.1 * lasts), file, site.url)
            print(f"kill {len(lives)}: {life.said.decode()}; the site: {editors.told()}")
            left = copied(file)
            assert_sound(left)
            assert_nothing_lost(seen, life.committed, site)
            seen = held(left)
            assert_nothing_lost(life.committed, seen, site)
            lives.append(life)
            if life.has_pulled and len(lives) < BACKFILLS:
                seen = emptied(tmp_path)
            elif life.has_pulled:
                lasts = 0.0
        for name in [file, twin] * IDLE_POLLS:
            undisturbed(name, site.url)
    assert_same(file, twin)
    assert_indexed(file)
    given = feeds(file, site.url)
    assert given == feeds(twin, site.url)
    shown = guids(given, "dedupe=off", "dedupe=off&page=2")
    assert sorted(shown) == sorted(site.posts[one]["guid"]["rendered"] for one in public(site))
    assert set(guids(given, "dedupe=on")) < set(shown)
    assert sum(not life.has_pulled for life in lives) > KILLS // 4
    assert KILLS // 8 < sum(life.in_a_transaction for life in lives) < KILLS - KILLS // 8
