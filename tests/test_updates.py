"""Updates while processes of two versions run: an older schema is refused, and so is a newer one."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from conftest import made
from feedsvc.cli import main
from feedsvc.config import load_settings
from feedsvc.publish.web import create_app
from feedsvc.store.database import Database
from feedsvc.worker import Poller
from postgres import make_database

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.real)]


def run(*arguments: str, **environment: str) -> tuple[int, str]:
    """Return the exit status of a command, and what it says of errors."""
    done = CliRunner().invoke(main, arguments, env={"PORT": "", **environment})
    return done.exit_code, done.stderr


@pytest.fixture(params=ENGINES)
def current(request: pytest.FixtureRequest, own_folder: Path) -> Iterator[Database]:
    """A store at the current schema, which the settings name."""
    url = make_database() if request.param == "postgresql" else f"sqlite:///{own_folder}/feedsvc.db"
    with closing(Database(url)) as database, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        database.migrate()
        yield database


def migrate_to_newer(database: Database) -> None:
    """Do what a newer version's migration may do: change a table that this version reads."""
    with database.transaction() as connection:
        connection.execute(text("ALTER TABLE posts RENAME COLUMN title TO headline"))
        connection.execute(text("ALTER TABLE sites RENAME COLUMN next_pull_at TO due_at"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))


@pytest.mark.real
@pytest.mark.parametrize("command", ["serve", "worker", "pull"])
def test_an_older_schema_is_refused_with_what_to_run(command: str) -> None:
    site = ("--site", "http://127.0.0.1:1/")
    status, said = run(command, *site, DATABASE_URL=make_database(), FEEDSVC_PORT="28631")
    assert status == 2
    assert "is not at the schema of this version of feedsvc: run feedsvc migrate" in said


@pytest.mark.parametrize("command", ["serve", "worker", "pull", "render", "migrate"])
def test_a_newer_schema_is_refused_by_every_command_with_what_to_do(
    current: Database, command: str
) -> None:
    migrate_to_newer(current)
    arguments = ("--site", "http://127.0.0.1:1/") if command == "pull" else ()
    status, said = run(command, *arguments, FEEDSVC_PORT="28632")
    assert status == 2
    assert f"a newer feedsvc has written {current.name}: use that one" in said
    assert "run feedsvc migrate" not in said


def test_a_process_that_runs_while_the_schema_changes_says_so_and_does_no_harm(
    current: Database, caplog: pytest.LogCaptureFixture
) -> None:
    settings = load_settings(sites=["http://127.0.0.1:1/"])
    client = create_app(settings, current).test_client()
    poller = Poller(settings, current)
    site_ids = frozenset(state.id for state in poller.register())
    assert client.get("/readyz").status_code == 200
    assert poller.list_due_ids(site_ids, {}) == list(site_ids)
    migrate_to_newer(current)
    for address in ("/feed.rss", "/status", "/metrics", "/feeds.opml"):
        answer = client.get(address)
        assert answer.status_code == 503, address
        assert answer.headers["Retry-After"]
        assert "is being updated" in answer.text
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    for _ in range(3):
        assert poller.list_due_ids(site_ids, {}) == []
    said = [record.getMessage() for record in caplog.records if "pulls nothing more" in record.getMessage()]
    assert len(said) == 1


def test_a_fault_of_ours_is_still_one(own_folder: Path) -> None:
    with closing(Database(f"sqlite:///{made(own_folder / 'store.db', [])}")) as database:
        with database.transaction() as connection:
            connection.execute(text("ALTER TABLE sites RENAME COLUMN next_pull_at TO due_at"))
        app = create_app(load_settings(), database)
        app.config["PROPAGATE_EXCEPTIONS"] = False
        assert app.test_client().get("/status").status_code == 500
