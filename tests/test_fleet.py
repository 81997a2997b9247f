"""Two webs and three workers on PostgreSQL and Redis, and sites that change while things break."""

import json
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise, product
from pathlib import Path
from random import Random

import psycopg
import pytest

from editors import Editors
from fake_wordpress import FakeWordPress, Reply, serve_site
from feedsvc.config import Settings, load_settings
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.publish.web import create_app
from feedsvc.store.database import Database
from feedsvc.worker import Poller
from postgres_cluster import Cluster, postgres_cluster
from redis_server import redis_client, redis_server
from service import Service, eventually

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

SITES = ("one", "two", "three")
WEBS, WORKERS = 2, 3
INTERVAL_SECONDS = 3
CHANGES = 24
CHANGE_SECONDS = 0.6
POSTS = 40
"""Of each site at the beginning."""

POLL = re.compile(r"[?&]orderby=modified\b.*[?&]per_page=10\b|[?&]per_page=10\b.*[?&]orderby=modified\b")
"""What each poll asks for, once."""


@dataclass
class WatchedSite(FakeWordPress):
    """A site on which one writes while it answers; it knows when it was polled."""

    polls: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, target: str) -> Reply:
        with self.lock:
            if POLL.search(target):
                self.polls.append(time.monotonic())
            return super().answer(target)


@contextmanager
def written_sites(chance: Random) -> Iterator[dict[str, Editors]]:
    """Serve the sites, with posts, and yield those who write on them."""
    with ExitStack() as stack:
        editors = {}
        for number, name in enumerate(SITES):
            site = stack.enter_context(serve_site(WatchedSite()))
            home, offset = f"http://{name}.example/", timedelta(minutes=number)
            editors[name] = Editors(site, chance, home, offset, POSTS)
        yield editors


def watched(editors: Editors) -> WatchedSite:
    assert isinstance(editors.site, WatchedSite)
    return editors.site


def write_settings(folder: Path, written: dict[str, Editors]) -> Path:
    lines = [f'base_url = "https://feeds.example/"\npoll_interval = "{INTERVAL_SECONDS}s"\n']
    lines += [f'[[sites]]\nname = "{name}"\nurl = "{each.site.url}"\n' for name, each in written.items()]
    file = folder / "config.toml"
    file.write_text("".join(lines), "utf-8")
    return file


@dataclass
class Fleet:
    """The processes, in folders of their own, and when one of them or what they share was disturbed."""

    webs: list[Service]
    workers: list[Service]
    cluster: Cluster
    redis_url: str
    disturbed: list[float] = field(default_factory=list)

    def kill_a_worker(self, chance: Random) -> None:
        self.disturbed.append(time.monotonic())
        killed = self.workers.pop(chance.randrange(len(self.workers)))
        assert killed.stop(signal.SIGKILL) == -signal.SIGKILL

    def cut_connections(self) -> None:
        """Cut all connections to the database."""
        self.disturbed.append(time.monotonic())
        with psycopg.connect(self.cluster.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def restart_postgresql(self) -> None:
        self.disturbed.append(time.monotonic())
        self.cluster.stop()
        self.cluster.start()
        self.disturbed.append(time.monotonic())

    def empty_redis(self) -> None:
        with redis_client(self.redis_url) as client:
            client.flushall()


@contextmanager
def running_fleet(folder: Path, settings: Path) -> Iterator[Fleet]:
    with ExitStack() as stack:
        cluster = stack.enter_context(postgres_cluster())
        redis_url = stack.enter_context(redis_server(folder))
        with closing(Database(cluster.url)) as database:
            database.migrate()
        services: dict[str, list[Service]] = {"serve": [], "worker": []}
        for command, count in (("worker", WORKERS), ("serve", WEBS)):
            for number in range(count):
                own = folder / f"{command}{number}"
                own.mkdir()
                service = Service(
                    own, "--config", str(settings), *(["--no-poller"] if command == "serve" else []),
                    command=command, DATABASE_URL=cluster.url, REDIS_URL=redis_url, WEB_CONCURRENCY="1",
                    FEEDSVC_POLL_INTERVAL=f"{INTERVAL_SECONDS}s",
                )  # fmt: skip
                services[command].append(stack.enter_context(service))
        yield Fleet(services["serve"], services["worker"], cluster, redis_url)


ADDRESSES = [
    *(f"feed.{form}?limit=100&dedupe={way}" for form, way in product(FORMATS, ["on", "off"])),
    "feed.json?limit=100&category=1",
    *(f"feed.json?limit=100&dedupe=off&page={page}" for page in (2, 3)),
    *(f"feed.rss?limit=100&site={name}" for name in SITES),
]


def fresh_feeds(folder: Path, file: Path) -> dict[str, bytes]:
    """Return the feeds of a store in SQLite that is filled from nothing now."""
    folder.mkdir()
    address = {"database_url": f"sqlite:///{folder}/fresh.db"}
    settings: Settings = load_settings(file).model_copy(update=address)
    with closing(Database(settings.database_url)) as database:
        database.migrate()
        poller = Poller(settings, database)
        for state in poller.register():
            assert poller.claim(state.id)
            poller.pull(state.id)
        client = create_app(settings, database).test_client()
        answers = {address: client.get(f"/{address}") for address in ADDRESSES}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {address: answer.data for address, answer in answers.items()}


def differing(web: Service, expected: dict[str, bytes]) -> list[str]:
    """Return the addresses at which a web gives other bytes."""
    return [address for address in ADDRESSES if web.get(address).content != expected[address]]


def test_a_fleet_misses_no_post_pulls_none_twice_and_ends_with_the_bytes_of_a_fresh_store(
    tmp_path: Path,
) -> None:
    chance = Random(15)
    with written_sites(chance) as written:
        file = write_settings(tmp_path, written)
        with running_fleet(tmp_path, file) as fleet:
            read = "SELECT count(*) FROM sites WHERE backfilled_at IS NOT NULL"
            with psycopg.connect(fleet.cluster.url, autocommit=True) as connection:
                eventually(lambda: connection.execute(read).fetchone() == (3,), "all sites are read")
            disturb = [
                lambda: fleet.kill_a_worker(chance),
                fleet.cut_connections,
                fleet.restart_postgresql,
                fleet.empty_redis,
            ]
            chance.shuffle(disturb)
            moments = sorted(chance.sample(range(CHANGES), len(disturb)))
            for number in range(CHANGES):
                for each in written.values():
                    with watched(each).lock:
                        each.change()
                if number in moments:
                    disturb[moments.index(number)]()
                time.sleep(CHANGE_SECONDS)
            early = {name: early_polls(watched(each), fleet) for name, each in written.items()}
            expected = fresh_feeds(tmp_path / "fresh", file)
            for web in fleet.webs:
                eventually(lambda web=web: not differing(web, expected), "a web has caught up")  # type: ignore[misc]
    assert not any(early.values()), early
    shown = {
        item["id"]
        for page in ("", "&page=2", "&page=3")
        for item in json.loads(expected[f"feed.json?limit=100&dedupe=off{page}"])["items"]
    }
    assert shown == {
        post["guid"]["rendered"]
        for each in written.values()
        for post in each.site.posts.values()
        if not post["content"]["protected"]
    }


def early_polls(site: WatchedSite, fleet: Fleet) -> list[tuple[float, float]]:
    """Return the polls between which less than an interval lay, without those that were broken off.

    Times are kept in whole seconds, so that one may come that much early.
    """
    return [
        (one, another)
        for one, another in pairwise(site.polls)
        if another - one < INTERVAL_SECONDS - 1 and not any(one <= at <= another for at in fleet.disturbed)
    ]
