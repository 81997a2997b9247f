"""The process that cleans posts beside the poller: what it changes (nothing), and that it never stays."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from textwrap import dedent

import pytest

from conftest import ROOT, copied
from fake_wordpress import FakeWordPress, fake_wordpress
from feedsvc.config import load_settings
from feedsvc.errors import SiteError
from feedsvc.publish.web import create_app
from feedsvc.store.database import Database
from feedsvc.sync.cleaning_process import CleaningProcess, Work
from feedsvc.sync.machine import has_room_for_a_process
from feedsvc.worker import Poller
from service import eventually

POSTS = 350

pytestmark = pytest.mark.real  # each starts a process


@pytest.fixture
def site() -> Iterator[FakeWordPress]:
    """A site of four pages of posts, of which some are odd."""
    with fake_wordpress() as site:
        site.add_term("categories", 1, "Energy")
        for number in range(1, POSTS + 1):
            site.add(number, f"Ferry {number}", categories=[1])
        site.posts[20]["date_gmt"] = "nonsense"
        yield site


@pytest.fixture
def process() -> CleaningProcess:
    """One that starts for the smallest of sites."""
    return CleaningProcess(min_posts=1, has_room=True)


def pull(site: FakeWordPress, database: Database, process: CleaningProcess) -> None:
    poller = Poller(load_settings(sites=[site.url]), database, cleaning=process)
    (state,) = poller.register()
    assert poller.claim(state.id, even_if_early=True)
    poller.pull(state.id)


def feeds(database: Database, site: FakeWordPress) -> list[bytes]:
    client = create_app(load_settings(sites=[site.url]), database).test_client()
    addresses = product(("rss", "json"), range(1, 6))
    return [client.get(f"/feed.{form}?limit=100&page={number}").data for form, number in addresses]


def children() -> list[int]:
    """The processes of this one that clean posts."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and b"cleaning_process" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def test_with_the_process_and_without_it_the_feeds_are_the_same(
    site: FakeWordPress, tmp_path: Path, empty_store: Path, process: CleaningProcess
) -> None:
    outcomes = []
    for name, cleaning in (("with", process), ("without", CleaningProcess(has_room=False))):
        (tmp_path / name).mkdir()
        with copied(empty_store, tmp_path / name) as database:
            pull(site, database, cleaning)
            outcomes.append(feeds(database, site))
    assert outcomes[0] == outcomes[1]
    assert children() == []


def test_a_killed_process_costs_no_post_and_is_told_once(
    site: FakeWordPress, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    pids: list[int] = []

    class Killed(CleaningProcess):
        """Dies with each piece of work, as the system kills what takes too much memory."""

        def begin(self, work: Work) -> bool:
            has_begun = super().begin(work)
            for pid in children():
                pids.append(pid)
                os.kill(pid, signal.SIGKILL)
            return has_begun

    with caplog.at_level(logging.WARNING):
        pull(site, database, Killed(min_posts=1, has_room=True))
    told = [record.message for record in caplog.records if "cleans posts beside" in record.message]
    assert len(told) == 1
    assert len(set(pids)) > 1, "a dead one was not replaced"
    with database.reading() as connection:
        assert connection.exec_driver_sql("select count(*) from posts").scalar() == POSTS - 1
    assert children() == []


def test_what_came_before_a_page_that_fails_is_stored(
    site: FakeWordPress, database: Database, process: CleaningProcess
) -> None:
    site.fail("status", where="[?&]page=3&", code=503)
    with pytest.raises(SiteError):
        pull(site, database, process)
    with database.reading() as connection:
        assert connection.exec_driver_sql("select backfill_page from sites").scalar() == 3
    assert children() == []


def test_one_backfill_at_a_time_has_the_process(process: CleaningProcess) -> None:
    with process.borrowed() as first, process.borrowed() as second:
        assert first is process
        assert second is None
    with process.borrowed() as third:
        assert third is process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_no_process_outlives_the_one_that_started_it(number: signal.Signals) -> None:
    """In the midst of its work too, and though both get a signal that is sent to all."""
    program = dedent("""
        import time
        from feedsvc.sync.cleaning_process import CleaningProcess
        process = CleaningProcess(has_room=True)
        items = [{"id": n, "date_gmt": "2026-01-01T00:00:00", "modified_gmt": "2026-01-01T00:00:00",
                  "guid": {"rendered": f"https://a.example/?p={n}"}, "link": f"https://a.example/{n}/",
                  "title": {"rendered": "a"}, "content": {"rendered": "<p>a <b>b</b></p>" * 5000}}
                 for n in range(1, 200)]
        with process.borrowed():
            assert process.begin((items, {}, {}))
            print(process._process.pid, flush=True)
            time.sleep(60)
    """)
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}"}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment,
        stderr=subprocess.DEVNULL,
    ) as parent:  # fmt: skip
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.send_signal(number)
        parent.wait()
        eventually(lambda: not Path(f"/proc/{pid}").exists(), "the process to end")


@pytest.mark.parametrize(
    ("memory", "files", "expected"),
    [
        ("MemAvailable: 8000000 kB", {}, True),
        ("MemAvailable: 300000 kB", {}, False),
        ("", {}, True),
        ("MemAvailable:\nnonsense", {"cpu.max": "nonsense"}, True),
        ("", {"cpu.max": "max 100000", "memory.max": "max\n"}, True),
        ("", {"cpu.max": "100000 100000\n"}, False),
        ("", {"cpu.max": "200000 100000\n"}, True),
        ("", {"memory.max": "536870912\n", "memory.current": "200000000\n"}, False),
        ("", {"memory.max": "4294967296\n", "memory.current": "200000000\n"}, True),
    ],
)
def test_there_is_room_with_two_cores_and_some_memory(
    tmp_path: Path, memory: str, files: dict[str, str], expected: bool
) -> None:
    for name, text in {"meminfo": memory, **files}.items():
        (tmp_path / name).write_text(text)
    has_cores = len(os.sched_getaffinity(0)) >= 2
    assert has_room_for_a_process(tmp_path, tmp_path / "meminfo") == (expected and has_cores)
