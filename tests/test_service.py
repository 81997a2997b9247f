"""The service as it is deployed: processes, signals, restarts, and a real WordPress behind it."""

import os
import random
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
import requests

from conftest import ROOT, lacking
from service import Service, eventually, free_port
from wordpress import WordPress, missing

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

POSTS = 450
START = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    lacking(missing())
    with WordPress(tmp_path_factory.mktemp("wordpress"), permalinks="plain", folder="news") as site:
        tag = site.create_tag("Grid")
        site.create_posts(
            {
                "title": f"Post {n}",
                "content": f"<p>Body {n}. " + "More words of a usual length follow here. " * 40 + "</p>",
                "tags": [tag],
                "date_gmt": START + timedelta(hours=n),
            }
            for n in range(POSTS)
        )
        yield site


@pytest.fixture
def stocked(own_folder: Path, sample_store: Path) -> Path:
    """A folder whose database holds the bundled samples."""
    shutil.copyfile(sample_store, own_folder / "feedsvc.db")
    return own_folder


@pytest.fixture(scope="module")
def serving_samples(tmp_path_factory: pytest.TempPathFactory, sample_store: Path) -> Iterator[Service]:
    """A service of the bundled samples, which no test stops."""
    folder = tmp_path_factory.mktemp("samples")
    shutil.copyfile(sample_store, folder / "feedsvc.db")
    with Service(folder) as service:
        yield service


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def everything(service: Service) -> list[str]:
    """Return every page of the service's feed of all posts."""
    return [service.get(f"feed.rss?limit=100&page={page}").text for page in range(1, 7)]


def test_the_bytes_are_the_same_after_a_restart(stocked: Path) -> None:
    port = free_port()
    seen = []
    for _ in range(2):
        with Service(stocked, port=port) as service:
            answers = [service.get(f"feed.{form}?limit=50") for form in ("rss", "atom", "json")]
            seen.append([(a.content, a.headers["ETag"], a.headers["Last-Modified"]) for a in answers])
    assert seen[0] == seen[1]


def test_a_feed_is_fetched_once_and_then_answered_with_304(serving_samples: Service) -> None:
    service = serving_samples
    first = service.get("feed.rss", **{"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    again = service.get("feed.rss", **{"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = service.get("feed.rss", **{"If-Modified-Since": first.headers["Last-Modified"]})
    assert (since.status_code, since.content) == (304, b"")
    head = requests.head(service.url + "feed.rss", headers={"Accept-Encoding": "gzip"}, timeout=10)
    assert head.content == b""
    assert head.headers["ETag"] == first.headers["ETag"]
    assert head.headers["Content-Length"] == first.headers["Content-Length"]


def test_sigterm_stops_every_process_with_status_0(stocked: Path) -> None:
    with Service(stocked) as service:
        eventually(lambda: len(service.children()) >= 3, "two workers and a poller run")
        children = service.children()
        assert service.stop() == 0
        eventually(lambda: not any(map(is_alive, children)), "all processes have ended", 12)
        assert is_free(service.port)


def test_after_kill_9_nothing_is_left_and_the_port_is_free_again(stocked: Path) -> None:
    with Service(stocked) as service:
        eventually(lambda: len(service.children()) >= 3, "two workers and a poller run")
        children = service.children()
        service.stop(signal.SIGKILL)
        eventually(lambda: not any(map(is_alive, children)), "all processes have ended", 12)
    with Service(stocked, port=service.port) as again:
        assert again.get("feed.rss").ok


def test_a_poller_that_is_killed_is_started_again(stocked: Path) -> None:
    with Service(stocked, WEB_CONCURRENCY="1") as service:
        eventually(lambda: len(service.children()) == 2, "one worker and a poller run")
        before = service.children()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        eventually(lambda: len(service.children() - before) == 2, "both are there again", 20)
        assert service.get("feed.rss").ok
        assert "the poller has ended unexpectedly" in service.log()
        assert "was sent SIGKILL" in service.log()
        assert service.errors.read_text() == ""  # all logs go to stdout


def test_readers_go_before_the_poller(stocked: Path) -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    with Service(stocked, WEB_CONCURRENCY="1") as service:
        eventually(
            lambda: {os.getpriority(os.PRIO_PROCESS, pid) - own for pid in service.children()} == {0, 5},
            "the poller is nice, the web is not",
        )


def test_the_feeds_have_posts_while_the_backfill_goes_on(wordpress: WordPress, own_folder: Path) -> None:
    with Service(own_folder, "--site", wordpress.url) as service:
        eventually(lambda: "Post 449" in service.get("feed.rss").text, "the newest post is there", 15)
        assert "450 new" not in service.log()
        eventually(lambda: "450 new" in service.log(), "the backfill ends")
        pages = everything(service)
        assert "Post 0<" in pages[4]
        assert feedparser.parse(pages[5]).entries == []


def test_killed_anywhere_in_a_backfill_it_loses_nothing_and_goes_on(
    wordpress: WordPress, own_folder: Path
) -> None:
    undisturbed = own_folder / "undisturbed"
    undisturbed.mkdir()
    port = free_port()
    with Service(undisturbed, "--site", wordpress.url, port=port) as service:
        eventually(lambda: "450 new" in service.log(), "the backfill ends")
        expected = everything(service)
    disturbed = own_folder / "disturbed"
    disturbed.mkdir()
    held = 0
    chance = random.Random(20250301)
    for _ in range(3):  # test_killed.py does it 200 times, with a site of our own
        worker = Service(disturbed, "--site", wordpress.url, command="worker").start()
        with pytest.raises(subprocess.TimeoutExpired):
            worker.process.wait(0.7 + chance.random() * 0.8)
        worker.stop(signal.SIGKILL)
        with Service(disturbed, port=port) as service:
            before, held = held, sum(page.count("<item>") for page in everything(service))
            assert held >= before
    with Service(disturbed, "--site", wordpress.url, port=port) as service:
        eventually(
            lambda: (
                "so far" not in service.get("status").text and f">{POSTS}" in service.get("status").text
            ),
            "the rest comes",
        )
        assert everything(service) == expected


def test_a_worker_beside_the_service_pulls_no_post_twice(wordpress: WordPress, own_folder: Path) -> None:
    with (
        Service(own_folder, "--site", wordpress.url) as service,
        Service(own_folder, "--site", wordpress.url, command="worker") as worker,
    ):
        eventually(lambda: "450 new" in service.log() + worker.log(), "the backfill ends")
        wordpress.create_post("Late", "<p>Late</p>", date_gmt=START + timedelta(days=100))
        eventually(lambda: "Late" in service.get("feed.rss?limit=1").text, "a new post comes")
        assert sum(page.count("<item>") for page in everything(service)) == POSTS + 1
        assert (service.log() + worker.log()).count("450 new") == 1
        assert worker.stop() == 0


def test_a_site_that_breaks_leaves_its_feeds_alone(
    own_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lacking(missing())
    with WordPress(tmp_path_factory.mktemp("breaks")) as site:
        site.create_post("One", "<p>Body</p>", date_gmt=START)
        with Service(own_folder, "--site", site.url) as service:
            eventually(lambda: "<item>" in service.get("feed.rss").text, "the post is there")
            is_read = "stale-if-error"  # which is said when all of the site was read
            eventually(lambda: is_read in service.get("feed.rss").headers["Cache-Control"], "it is read")
            before = service.get("feed.rss").content
            site.__exit__(None, None, None)
            eventually(lambda: "refused" in service.get("status").text, "the failure shows")
            assert service.get("feed.rss").content == before
            assert service.get("readyz").ok
            assert "the connection was refused. Check the address and its port" in service.log()


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_site_that_hangs_does_not_keep_us_from_stopping(own_folder: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        site = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with Service(own_folder, "--site", site, command=command) as service:
            connection, _ = silent.accept()
            service.stop()
            assert service.process.returncode == 0
            eventually(lambda: "the poller has stopped" in service.log(), "the poller stops by itself", 1)
        connection.close()


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_newsboat_subscribes_and_lists_the_entries(
    serving_samples: Service, own_folder: Path, form: str
) -> None:
    lacking(None if shutil.which("newsboat") else "newsboat is not installed: apt-get install newsboat")
    home = own_folder / "home"
    home.mkdir()
    (home / "config").write_text("")
    (home / "urls").write_text(f"{serving_samples.url}feed.{form}?limit=100\n")
    newsboat = ["newsboat", f"-u{home}/urls", f"-C{home}/config", f"-c{home}/cache.db"]
    environment = {**os.environ, "HOME": str(home), "LANG": "C.UTF-8"}
    for action in ("reload", "print-unread"):
        done = subprocess.run(
            [*newsboat, "-x", action],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert done.stdout.strip() == "35 unread articles"  # one of the 36 repeats another
    # A second visit finds nothing new, so that nobody reads anything twice.
    subprocess.run([*newsboat, "-x", "reload"], env=environment, timeout=60, check=True)
    done = subprocess.run(
        [*newsboat, "-x", "print-unread"], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "35 unread articles"  # one of the 36 repeats another
    import sqlite3

    with sqlite3.connect(home / "cache.db") as cache:
        titles = {title for (title,) in cache.execute("SELECT title FROM rss_item")}
    cache.close()
    assert "Ice Battery Wins This Year’s Harbour Prize" in titles
    assert any("หนองบัว" in title for title in titles)


def chromium(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    lacking(None if shutil.which("chromium") else "Chromium is not installed: apt-get install chromium")
    return subprocess.run(
        [
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--enable-logging=stderr",
            f"--user-data-dir={folder / 'chromium'}",
            "--window-size=900,1200",
            *arguments,
        ],
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    )


def test_the_home_page_shows_the_feeds_in_a_browser(serving_samples: Service, own_folder: Path) -> None:
    done = chromium(own_folder, "--dump-dom", serving_samples.url)
    page = done.stdout
    assert ">newsroom.example</h1>" in page
    for name in ("energy", "tag/5g", "author/zoe-muller"):
        assert f'href="{"category/" if "/" not in name else ""}{name}.rss"' in page
    assert 'rel="alternate" type="application/atom+xml"' in page
    assert "CONSOLE" not in done.stderr  # such as a style that our own policy refuses


@pytest.fixture
def checkout(own_folder: Path) -> Path:
    """What `make run` needs of a checkout, with the environment that `make test` made for this one."""
    environment = ROOT / ".venv"
    lacking(None if (environment / ".run").exists() else "there is no .venv: run the tests by `make test`")
    for name in ("Makefile", "pyproject.toml", "requirements-build.txt", "requirements.txt"):
        shutil.copy2(ROOT / name, own_folder)
    shutil.copytree(ROOT / "samples", own_folder / "samples")
    (own_folder / ".venv").symlink_to(environment)
    return own_folder


@contextmanager
def make_run(checkout: Path, *arguments: str) -> Iterator[str]:
    """Do `make run` until the end of the block, and give the address that it serves."""
    port = free_port()
    process = subprocess.Popen(
        ["make", "run", f"PORT={port}", *arguments],
        cwd=checkout,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )

    def answers() -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).ok
        except requests.ConnectionError:
            return False

    try:
        eventually(answers, "the service answers")
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()  # make itself: the service has to go with it
        process.wait(30)
        eventually(lambda: is_free(port), "the service has ended with make")


def feed_of(address: str) -> Any:
    return feedparser.parse(requests.get(address + "feed.rss", timeout=10).content)


def test_make_run_serves_the_bundled_samples(checkout: Path) -> None:
    with make_run(checkout) as address:
        feed = feed_of(address)
        assert len(feed.entries) == 20
        assert feed.feed.title == "Sample newsroom"


def test_make_run_with_a_site_serves_that_site(wordpress: WordPress, checkout: Path) -> None:
    with make_run(checkout, f"SITE={wordpress.url}") as address:
        eventually(lambda: len(feed_of(address).entries) == 20, "the newest posts are there")
        assert feed_of(address).feed.title == "Test Newsroom"
