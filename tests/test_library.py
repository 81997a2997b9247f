"""feedsvc from Python: the three names, the example of docs/library.md, and the WSGI application."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

import feedsvc
from conftest import ROOT
from feedsvc import find_entries, open_store, render_feed
from feedsvc.cli import main
from feedsvc.errors import ConfigError, QueryError
from service import eventually, free_port

DOCUMENT = (ROOT / "docs" / "library.md").read_text("utf-8")


@pytest.fixture
def stocked(own_folder: Path, sample_store: Path) -> Path:
    """A folder whose database holds the bundled samples."""
    shutil.copyfile(sample_store, own_folder / "feedsvc.db")
    return own_folder


@pytest.mark.usefixtures("stocked")
def test_the_example_of_the_document_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.+?)```", DOCUMENT, re.S)
    names: dict[str, bytes] = {}
    exec(compile(example, "docs/library.md", "exec"), names)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert all(re.match(r"20\d\d-\d\d-\d\d .+ https://newsroom\.example/", line) for line in lines)
    printed = CliRunner().invoke(main, ["render", "topic=solar", "--format", "atom"])
    assert names["atom"] == printed.stdout_bytes
    assert b"<feed" in names["atom"]


def test_every_name_that_is_offered_stands_in_the_document() -> None:
    offered = set(feedsvc.__all__) - {"__version__"}
    assert offered == set(re.findall(r"^\| `(\w+)\(", DOCUMENT, re.M))
    assert len(offered) <= 3
    with pytest.raises(AttributeError, match="no attribute 'find_entry'"):
        feedsvc.find_entry  # noqa: B018


def test_a_store_is_named_by_its_address_and_by_a_file(stocked: Path) -> None:
    (stocked / "feedsvc.db").rename(stocked / "other.db")
    with open_store(database_url="sqlite:///other.db") as store:
        assert len(find_entries(store)) == 20
        assert len(find_entries(store, "limit=100&category=energy")) == len(
            find_entries(store, "?limit=100&category=energy")
        )
    (stocked / "my.toml").write_text('title = "Mine"\ndatabase_url = "sqlite:///other.db"')
    with open_store("my.toml") as store:
        assert b"<title>Mine</title>" in render_feed(store)
        assert b'"title": "Mine"' in render_feed(store, suffix="json").replace(b'":"', b'": "')


@pytest.mark.usefixtures("stocked")
def test_mistakes_are_the_errors_of_feedsvc_with_their_sentence() -> None:
    with open_store() as store:
        with pytest.raises(QueryError, match="there is no category 'enrgy': did you mean 'energy'"):
            find_entries(store, "category=enrgy")
        with pytest.raises(QueryError, match="there is no format 'opml': known are rss, atom, json"):
            render_feed(store, suffix="opml")
    with (
        pytest.raises(ConfigError, match="database_url: no database is called 'mysql'"),
        open_store(database_url="mysql://h/d"),
    ):
        pass
    with pytest.raises(ConfigError, match=r"there is no file none\.toml"), open_store("none.toml"):
        pass


def test_the_names_cost_nothing_until_they_are_used() -> None:
    script = "import sys, feedsvc; print(*(name for name in sys.modules if name.startswith('feedsvc.')))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, timeout=60)
    assert done.stdout.strip() == b""


SERVERS = {
    "gunicorn": ["gunicorn", "--bind", "127.0.0.1:{port}", "feedsvc.wsgi"],
    "gunicorn, with the name": ["gunicorn", "--bind", "127.0.0.1:{port}", "feedsvc.wsgi:app"],
    "flask": ["flask", "--app", "feedsvc.wsgi", "run", "--port", "{port}"],
}


@contextmanager
def wsgi_server(name: str) -> Iterator[str]:
    """Serve feedsvc.wsgi by one of SERVERS and yield its address."""
    port = free_port()
    module, *options = [part.format(port=port) for part in SERVERS[name]]
    process = subprocess.Popen(
        [sys.executable, "-m", module, *options],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}/"

    def answers() -> bool:
        try:
            return requests.get(f"{address}readyz", timeout=5).ok
        except (requests.ConnectionError, requests.Timeout):
            return False

    try:
        eventually(answers, f"{name} answers")
        yield address
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.real
@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize("name", SERVERS)
def test_a_server_of_one_s_own_serves_the_application(name: str) -> None:
    with wsgi_server(name) as address:
        for _ in range(2):  # the second is prepared
            assert requests.get(f"{address}feed.json?limit=5", timeout=10).json()["items"]


@pytest.mark.real
def test_a_wrong_configuration_ends_gunicorn_with_the_sentence() -> None:
    Path("config.toml").write_text("port = 0")
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{free_port()}", "feedsvc.wsgi"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 3
    assert "feedsvc: port: 0 is out of range: write a whole number from 1 to 65535\n" in done.stderr
    assert "Traceback" not in done.stderr
