"""What several tests share: a store, a web client over the bundled samples, and what a machine lacks."""

import gc
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import is_hypothesis_test
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import Compiled
from sqlalchemy.util import LRUCache

from feedsvc.config import Settings, load_settings
from feedsvc.publish.web import create_app
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.sync.importing import import_posts
from postgres import drop_databases, emptied_postgresql
from properties import is_thorough, load_profile

load_profile()  # before any test module makes the settings of its properties

# Where Python keeps nothing that it compiles, as in many containers, each process would compile all anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Each test has a folder of its own: in memory, where the machine has enough, it need not wait for the disk.
MEMORY = Path("/dev/shm")
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4 * 2**30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples" / "posts.json"
SHARED_SAMPLE = ROOT.parent / "shared" / "samples" / "000_8c74cef168701161.json"

KEPT_FOR_300_SECONDS = "max-age=300, stale-while-revalidate=60, stale-if-error=86400"
"""What Cache-Control says of answers whose next change nobody has planned."""

THOROUGH_SECONDS = 3600
"""What a property may take when it is tried with many examples."""

ON_BOTH_ENGINES = (
    *("test_store", "test_indexing", "test_index_rowids", "test_post_writer", "test_families"),
    *("test_entry_ids", "test_repeats", "test_standing", "test_former_slugs", "test_views"),
)
"""The modules of tests whose `database` lies in SQLite, and again in PostgreSQL."""

WAITING_WORKERS = 2
"""Processes beyond one for each core, which work while others wait for a server's time-outs."""

_OURS = ("FEEDSVC_", "PORT", "DATABASE_URL", "REDIS_URL", "WEB_CONCURRENCY")


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> Generator[None, int, int]:
    """Return in how many processes the tests are run: one for each core, as xdist has it, and two more
    where the long tests are among them, which wait for half of their time.

    One file or test is run in this very process, to be debugged.
    """
    cores = yield
    if len(config.args) == 1 and ".py" in config.args[0]:
        return 0
    is_given = "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ
    return cores if is_given or "not real" in config.option.markexpr else cores + WAITING_WORKERS


@pytest.hookimpl(trylast=True)  # a module's tests stand together by now
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long tests first, those before all that may take longest: what is left at the end is short,
    and can be shared between the workers.
    """
    items.sort(key=_brevity)
    for item in items:
        if is_thorough() and isinstance(item, pytest.Function) and is_hypothesis_test(item.obj):
            item.add_marker(pytest.mark.timeout(THOROUGH_SECONDS))


def pytest_sessionfinish() -> None:
    """Leave nothing on the server."""
    drop_databases()


def _brevity(item: pytest.Item) -> tuple[bool, float]:
    """Return what orders tests by how long they may take, the longest first."""
    limit = item.get_closest_marker("timeout")
    return item.get_closest_marker("real") is None, -limit.args[0] if limit else 0.0


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect the tests without the garbage collector, and leave them out of its rounds: they all stay."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


class _SharedCompiled(LRUCache[tuple[Any, ...], Compiled]):
    """The statements that SQLAlchemy has compiled, for all stores of the process: an engine keeps its own.

    The first part of a key is the engine's own dialect: its name says as much.
    """

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Compiled) -> None:
        super().__setitem__((key[0].name, *key[1:]), compiled)


_COMPILED = _SharedCompiled(1000)


class _CompiledTemplates(BytecodeCache):
    """The templates that Jinja has compiled, for all applications of the process: each has a Jinja."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._compiled[bucket.key, bucket.checksum] = bucket.code


Flask.jinja_options["bytecode_cache"] = _CompiledTemplates()


@event.listens_for(Engine, "engine_connect")
def _share_compiled(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_COMPILED)


@event.listens_for(Engine, "connect")
def _skip_the_disk(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")  # no test takes the power away


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run every test in a folder of its own, with no setting of the machine's."""
    for name in list(os.environ):
        if name.startswith(_OURS) and not name.startswith("FEEDSVC_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def settings() -> Settings:
    """The settings of an empty configuration."""
    return empty_configuration()


@cache
def empty_configuration() -> Settings:
    """Read once: it is frozen, and each test has an environment without our variables."""
    return load_settings()


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a store at the current schema, to be copied."""
    return made(tmp_path_factory.mktemp("empty") / "store.db", [])


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory, sample_posts: list[dict[str, Any]]) -> Path:
    """A file with a store of the bundled samples, to be copied."""
    return made(tmp_path_factory.mktemp("samples") / "store.db", sample_posts)


def made(file: Path, posts: list[dict[str, Any]]) -> Path:
    database = Database(f"sqlite:///{file}")
    database.migrate()
    if posts:
        with database.transaction() as connection:
            site_id = sites.ensure_site(
                connection, "newsroom.example", "https://newsroom.example/", imported=True
            )
        import_posts(database, site_id, posts)
    database.close()
    return file


@contextmanager
def copied(store: Path, folder: Path) -> Iterator[Database]:
    file = folder / "store.db"
    shutil.copyfile(store, file)
    database = Database(f"sqlite:///{file}")
    yield database
    database.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let the contract of the store be kept by both engines."""
    marks = metafunc.definition.iter_markers("parametrize")
    is_open = "engine" in metafunc.fixturenames and not any(mark.args[0] == "engine" for mark in marks)
    if is_open and metafunc.module.__name__ in ON_BOTH_ENGINES:
        metafunc.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])


@pytest.fixture
def engine() -> str:
    """The engine that a test's store lies in."""
    return "sqlite"


@pytest.fixture
def database(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A new store at the current schema."""
    if engine == "postgresql":
        with closing(Database(emptied_postgresql())) as database:
            yield database
        return
    with copied(request.getfixturevalue("empty_store"), tmp_path) as database:
        yield database


@pytest.fixture(scope="session")
def sample_posts() -> list[dict[str, Any]]:
    """The bundled sample posts, as WordPress's REST API would give them."""
    posts: list[dict[str, Any]] = json.loads(SAMPLES.read_text("utf-8"))
    return posts


@pytest.fixture
def samples(tmp_path: Path, sample_store: Path) -> Iterator[Database]:
    """A store that holds the bundled samples."""
    with copied(sample_store, tmp_path) as database:
        yield database


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, sample_store: Path) -> Iterator[Database]:
    """A store that holds the bundled samples, which no test changes that uses it."""
    with copied(sample_store, tmp_path_factory.mktemp("held")) as database:
        yield database


@pytest.fixture(scope="module")
def service(held: Database) -> Callable[[], Flask]:
    """What gives the service that publishes the samples, made when it is first asked for."""
    return cache(lambda: create_app(empty_configuration(), held))


@pytest.fixture
def reader(service: Callable[[], Flask]) -> FlaskClient:
    """A web client of that service."""
    return service().test_client()


@pytest.fixture
def client(settings: Settings, samples: Database) -> FlaskClient:
    """A web client of a service that publishes the bundled samples."""
    return create_app(settings, samples).test_client()


def lacking(sentence: str | None) -> None:
    """Skip a test for what the machine lacks, or fail it in CI, where nothing may be lacking."""
    if sentence is None:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)
