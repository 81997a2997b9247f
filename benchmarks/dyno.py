"""One small dyno whose disk forgets: how soon it serves after a start from nothing, in how much memory.

    python -m benchmarks dyno                  # some minutes
    python -m benchmarks dyno --posts 300

`feedsvc serve` as it comes, with SQLite and 10,000 posts of 8,000 characters on ten sites, is asked for
feeds of all kinds while it reads them for the first time, and after that.
"""

import argparse
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import booting
from benchmarks.measure import Figures, list_processes, measure_memory, measure_own_memory
from benchmarks.pulling import publish_releases

sys.path.append(str(Path(__file__).parent.parent / "tests"))  # the sites are those of the tests

from fake_wordpress import FakeWordPress, serve_folders

POSTS = 10_000
SITES = 10
MAX_MEGABYTES = 300.0
MAX_SECONDS = 10.0
"""From a site's first answer until its newest posts are served."""

_SAMPLES = Path(__file__).parent.parent / "samples" / "posts.json"
_PATIENCE_SECONDS = 1800.0
_READING_SECONDS = 20.0
_ADDRESSES = (
    *(
        "feed.rss",
        "feed.atom",
        "feed.json",
        "feed.rss?limit=100",
        "feed.json?limit=100&page=7",
        "feeds.opml",
    ),
    *("", "status", "metrics", "preview?topic=energy", "feed.rss?topic=solar+OR+wind", "feed.rss?topic=b*"),
    *(f"feed.{suffix}?site=site{number}&limit=100" for number in range(10) for suffix in ("rss", "json")),
    *(f"feed.atom?category=category-{number}" for number in range(1, 21)),
)


def main(arguments: Sequence[str]) -> int:
    """Measure, print the figures with their limits, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks dyno", description=__doc__)
    parser.add_argument("--posts", type=int, default=POSTS)
    parser.add_argument("--sites", type=int, default=SITES)
    parser.add_argument("--seconds", type=float, default=_READING_SECONDS, help="of reading at the end")
    options = parser.parse_args(arguments)
    figures = Figures()
    sites = _make_sites(options.posts, options.sites)
    with serve_folders(sites) as _, TemporaryDirectory() as folder, _serving(Path(folder), sites) as dyno:
        figures.add(
            "seconds from the start to the first answer", dyno.wait_for_answer(), booting.MAX_SECONDS
        )
        seconds = dyno.wait_for_newest_posts(sites)
        figures.add("seconds until the newest posts of every site are served", seconds, MAX_SECONDS)
        dyno.wait_until_read(options.sites)
        figures.add("memory of all processes at the most until all are read, MB", dyno.peak, MAX_MEGABYTES)
        dyno.read_for(options.seconds)
        figures.add("memory of all processes at the most in all, MB", dyno.peak, MAX_MEGABYTES)
        for label, megabytes in dyno.list_parts():
            print(f"  {label:<64} {megabytes:10.2f}")
    return 0 if figures.are_within else 1


@dataclass
class _Dyno:
    """`feedsvc serve` in a folder; `peak` is the most memory of all its processes that was seen (PSS)."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path
    started: float
    peak: float = 0.0
    parts: list[tuple[str, float]] = field(default_factory=list)

    def watch(self, over: threading.Event) -> None:
        """Look at the memory until it is over."""
        while not over.wait(0.5):
            megabytes = measure_memory(self.process.pid)
            if megabytes > self.peak:
                self.peak = megabytes
                self.parts = [
                    (_name(pid), measure_own_memory(pid)) for pid in list_processes(self.process.pid)
                ]

    def list_parts(self) -> list[tuple[str, float]]:
        """Return the processes when they took most, with their megabytes."""
        return self.parts

    def wait_for_answer(self) -> float:
        """Return how many seconds after its start the service answered."""
        while not self.ask("healthz"):
            self.require_life(self.started)
            time.sleep(0.01)
        return time.monotonic() - self.started

    def require_life(self, since: float) -> None:
        """Raise RuntimeError when the service has ended, or does not get on for too long."""
        if self.process.poll() is not None or time.monotonic() > since + _PATIENCE_SECONDS:
            raise RuntimeError(f"the service does not get on: {self.log.read_text('utf-8')[-2000:]}")

    def wait_for_newest_posts(self, sites: Mapping[str, FakeWordPress]) -> float:
        """Return how many seconds after its first answer a site's newest post was served, at the most."""
        newest = {name: site.posts[max(site.posts)]["guid"]["rendered"] for name, site in sites.items()}
        begun: dict[str, float] = {}
        slowest, started = 0.0, time.monotonic()
        while newest:
            self.require_life(started)
            now = time.monotonic()
            begun |= {name: now for name, site in sites.items() if site.requests and name not in begun}
            for name, guid in list(newest.items()):
                if name in begun and guid.encode() in self.ask(f"feed.json?site={name}&limit=1"):
                    slowest = max(slowest, time.monotonic() - begun[name])
                    del newest[name]
            time.sleep(0.1)
        return slowest

    def wait_until_read(self, count: int) -> None:
        """Ask for feeds until so many sites were read to the end."""
        started = time.monotonic()
        while len(re.findall(r" \d+ new", self.log.read_text("utf-8"))) < count:
            self.require_life(started)
            self.read_for(1.0)

    def read_for(self, seconds: float) -> None:
        """Ask for feeds and pages of all kinds, one after the other, packed and not."""
        deadline, number = time.monotonic() + seconds, 0
        while time.monotonic() < deadline:
            self.ask(_ADDRESSES[number % len(_ADDRESSES)], ("gzip", "br", "identity")[number % 3])
            number += 1
            time.sleep(0.02)

    def ask(self, address: str, coding: str = "identity") -> bytes:
        """Return what is answered; nothing while nobody listens yet."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with closing(connection):
            try:
                connection.request("GET", f"/{address}", headers={"Accept-Encoding": coding})
                return connection.getresponse().read()
            except OSError:
                return b""


def _make_sites(posts: int, count: int) -> dict[str, FakeWordPress]:
    items = json.loads(_SAMPLES.read_text("utf-8"))
    sites = {}
    for number in range(count):
        home = f"http://site{number}.example/"
        site = FakeWordPress(home=home)
        publish_releases(site, items, posts // count, seed=number)
        for post_id, post in site.posts.items():
            post |= {"guid": {"rendered": f"{home}?p={post_id}"}, "link": f"{home}{post_id}/"}
        sites[f"site{number}"] = site
    return sites


@contextmanager
def _serving(folder: Path, sites: Mapping[str, FakeWordPress]) -> Iterator[_Dyno]:
    port = _choose_port()
    lines = [f'[[sites]]\nname = "{name}"\nurl = "{site.url}"\n' for name, site in sites.items()]
    (folder / "config.toml").write_text("".join(lines), "utf-8")
    log = folder / "log"
    environment = {
        **os.environ, "PORT": str(port), "FEEDSVC_HOST": "127.0.0.1", "DATABASE_URL": "sqlite:///feedsvc.db",
    }  # fmt: skip
    started = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "feedsvc", "serve"],
            cwd=folder, env=environment, stdout=output, stderr=output,
        )  # fmt: skip
    dyno, over = _Dyno(process, port, log, started), threading.Event()
    watcher = threading.Thread(target=dyno.watch, args=[over])
    watcher.start()
    try:
        yield dyno
    finally:
        over.set()
        watcher.join()
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _name(pid: int) -> str:
    """Return what a process is, by its command and its number."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        command = "ended"
    return f"{pid} {command.strip()[-48:]}"


def _choose_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
