"""A soak: two good sites, a hostile one and 50 readers, ten of them hostile; what the good ones notice.

    python -m benchmarks soak                  # five minutes
    python -m benchmarks soak --seconds 60

First without the attack, for a seventh of the time, which tells what is usual; then with it, a little
longer where five minutes were too short for the last of its kinds. Each figure is printed with its limit,
as their ratio; the exit status is 1 when one is over.
"""

import argparse
import http.client
import itertools
import random
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Figures, measure_memory

sys.path.append(str(Path(__file__).parent.parent / "tests"))  # the sites are those of the tests

from fake_wordpress import FakeWordPress, fake_wordpress, wp_time
from hostile_site import ATTACKS, HostileSite, hostile_site

SECONDS = 300.0
MAX_POLLS = 2
"""Polls within which a post of a good site is seen."""
MAX_SLOWDOWN = 10.0
"""How many times as long as without the attack honest readers wait, of a hundred all but one."""
MAX_MEGABYTES = 600.0
"""Memory of all processes together, one of which may hold an answer of 16 MB in five times its bytes."""

_CALM_SHARE = 0.15
_MORE_SECONDS = 10.0  # by which the attack goes on until each of its kinds has come
_POLL_SECONDS = 3
_POSTS = 200
_HONEST, _HOSTILE = 40, 10
_PATIENCE_SECONDS = 30.0
_PUBLISH_SECONDS = 3.0
_HELD_CONNECTIONS = 100  # of one hostile reader
_PROBE = re.compile(r"[?&]orderby=modified\b")

_HONEST_ADDRESSES = (
    *("feed.rss", "feed.atom", "feed.json", "feed.rss?limit=100", "category/news.rss", "feeds.opml", ""),
    *("feed.rss?topic=body", "feed.rss?site=one", "feed.json?since=7d", "preview?topic=body", "status"),
)
_HEAVY = (
    *("preview?topic=b*", "feed.rss?topic=b*&limit=100&page=2", "feed.json?topic=-(a*+OR+b*+OR+p*)"),
    "preview?topic=a*+OR+b*+OR+c*+OR+d*+OR+e*+OR+f*+OR+g*+OR+h*+OR+i*+OR+p*",
    "feed.rss?topic=" + "(" * 3_000 + "a" + ")" * 3_000,
    "feed.rss?" + "&".join(f"category=c{number}" for number in range(500)),
)
_HEAD = b"GET /feed.rss HTTP/1.1\r\nHost: a\r\n"
_HALF_SENT = (b"", b"GET /fe", _HEAD, _HEAD + b"X: ", _HEAD + b"Content-Length: 1000000\r\n\r\n")
_MALFORMED = (
    *(b"GET / HTTP/9.9\r\n\r\n", b"\0" * 200 + b"\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"),
    b"GET /\nforged HTTP/1.1\r\n\r\n",
    _HEAD + b"X: " + b"x" * 20_000 + b"\r\n\r\n",
)


def main(arguments: Sequence[str]) -> int:
    """Do it, print the figures, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long it takes; 300 if left out")
    seconds = parser.parse_args(arguments).seconds
    figures = Figures()
    with TemporaryDirectory() as folder, ExitStack() as stack:
        good = {name: stack.enter_context(fake_wordpress(_POSTS)) for name in ("one", "two")}
        for site in good.values():
            site.add_term("categories", 1, "News")
        hostile = stack.enter_context(hostile_site())
        hostile.clear()
        service = stack.enter_context(_serving(Path(folder), {**good, "hostile": hostile}))
        _wait_until_read(service)
        soak = _Soak(service, good, hostile, stack.enter_context(_make_pool()))
        soak.warm_up()
        calm = soak.run(seconds * _CALM_SHARE, attacked=False)
        is_whole = seconds >= SECONDS
        attacked = soak.run(
            seconds * (1 - _CALM_SHARE), attacked=True, attacks=len(ATTACKS) if is_whole else 0
        )
        _report(figures, calm, attacked, service.read_log())
        if is_whole:
            figures.add("attacks that it did not come to", max(0, len(ATTACKS) - attacked.attacks), 0)
    return 0 if figures.are_within else 1


@dataclass(frozen=True)
class _Service:
    """`feedsvc serve`, in a folder."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    def read_log(self) -> str:
        """Return what it has said so far."""
        return self.log.read_text("utf-8", errors="replace")


@contextmanager
def _serving(folder: Path, sites: dict[str, FakeWordPress]) -> Iterator[_Service]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    lines = [f'host = "127.0.0.1"\nport = {port}\npoll_interval = "{_POLL_SECONDS}s"\n']
    lines += [f'[[sites]]\nname = "{name}"\nurl = "{site.url}"\n' for name, site in sites.items()]
    (folder / "config.toml").write_text("".join(lines), "utf-8")
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "feedsvc", "serve"], cwd=folder, stdout=output, stderr=output
        )
    try:
        yield _Service(process, port, log)
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_read(service: _Service) -> None:
    """Wait until each good site was read for the first time."""
    deadline = time.monotonic() + 4 * _PATIENCE_SECONDS
    while service.read_log().count(f"{_POSTS} new") < 2:
        if service.process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"the service did not start: {service.read_log()}")
        time.sleep(0.2)


@contextmanager
def _make_pool() -> Iterator[ProcessPoolExecutor]:
    """Yield two processes for the readers: what is measured must not wait for the sites that are here."""
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        yield pool


@dataclass(frozen=True)
class _Phase:
    """What was observed for some time: how many seconds honest readers waited for each answer, how many
    answers were none, how many polls each good post took, how much memory there was at the most.
    """

    waits: Sequence[float]
    failures: int
    polls: Sequence[float]
    megabytes: float
    attacks: int

    @property
    def p99(self) -> float:
        """The seconds that of a hundred answers all but one took no longer than."""
        return statistics.quantiles(self.waits, n=100)[98] if len(self.waits) > 1 else sum(self.waits)


class _Soak:
    """A service between two good sites, a hostile one and its readers."""

    def __init__(
        self,
        service: _Service,
        good: dict[str, FakeWordPress],
        hostile: HostileSite,
        pool: ProcessPoolExecutor,
    ) -> None:
        self._service, self._good, self._hostile, self._pool = service, good, hostile, pool
        self._numbers = itertools.count(_POSTS + 1)
        # By turns of both halves: a site that fails twice running is asked less often.
        attacks, half = list(ATTACKS.items()), len(ATTACKS) // 2
        mixed = [one for pair in zip(attacks[:half], attacks[half:], strict=False) for one in pair]
        self._attacks = itertools.cycle(mixed + attacks[2 * half :])
        self._attack_count = 0
        self._over = threading.Event()

    def warm_up(self) -> None:
        """Start the readers' processes, and ask for each address once."""
        for waiting in [self._pool.submit(read_honestly, self._service.port, 0.5, 1) for _ in range(2)]:
            waiting.result()

    def run(self, seconds: float, *, attacked: bool, attacks: int = 0) -> _Phase:
        """Let good sites publish and honest readers read for so long, beside an attack or not; longer, but
        not by more than half, until the hostile site has come to so many `attacks`.
        """
        self._over.clear()
        latest = time.monotonic() + 1.5 * seconds
        waits: list[float] = []
        failures = 0
        with ThreadPoolExecutor() as pool:
            publishers = [pool.submit(self._publish, name) for name in self._good]
            memory = pool.submit(self._watch_memory)
            attacker = pool.submit(self._attack) if attacked else None
            try:
                while True:
                    more_waits, more_failures = self._read(seconds, attacked=attacked)
                    waits += more_waits
                    failures += more_failures
                    if self._attack_count >= attacks or time.monotonic() > latest:
                        break
                    seconds = _MORE_SECONDS
            finally:
                self._over.set()
                self._hostile.heal()
            polls = [count for publisher in publishers for count in publisher.result()]
            if attacker:
                attacker.result()
            return _Phase(waits, failures, polls, memory.result(), self._attack_count)

    def _read(self, seconds: float, *, attacked: bool) -> tuple[list[float], int]:
        """Let readers read for so long, some hostile or none; return what honest ones have met."""
        honest = self._pool.submit(read_honestly, self._service.port, seconds, _HONEST)
        if attacked:
            self._pool.submit(read_hostilely, self._service.port, seconds).result()
        return honest.result()

    def _publish(self, name: str) -> list[float]:
        """Publish post after post on a good site, and return how many polls each took until it was seen."""
        site, found = self._good[name], []
        while not self._over.wait(_PUBLISH_SECONDS):
            number = next(self._numbers)
            now = wp_time(datetime.now(UTC))
            begun = self._count_polls(site)
            title = f"News {number} of {name}"
            site.add(number, title, date_gmt=now, modified_gmt=now, categories=[1])
            deadline = time.monotonic() + _PATIENCE_SECONDS
            while True:
                answer = b""
                with suppress(OSError, http.client.HTTPException):
                    answer = _ask(self._service.port, f"feed.json?site={name}&limit=5", "127.0.3.1")[1]
                if title.encode() in answer:
                    found.append(float(self._count_polls(site) - begun))
                    break
                if time.monotonic() > deadline:
                    found.append(float("inf"))
                    break
                time.sleep(0.1)
        return found

    @staticmethod
    def _count_polls(site: FakeWordPress) -> int:
        """Return how many polls have begun: each asks once for what was modified last."""
        return sum(1 for target in list(site.requests) if _PROBE.search(target))

    def _watch_memory(self) -> float:
        most = 0.0
        while not self._over.wait(0.5):
            most = max(most, measure_memory(self._service.process.pid))
        return most

    def _attack(self) -> None:
        """Do one attack after the other, each until the site was polled in it, and count those."""
        while not self._over.is_set():
            name, attack = next(self._attacks)
            self._hostile.clear()
            self._hostile.requests.clear()
            attack(self._hostile, self._good["one"])
            deadline = time.monotonic() + _PATIENCE_SECONDS
            while not self._hostile.requests and time.monotonic() < deadline:
                if self._over.wait(0.1):
                    return
            print(f"  {name}", flush=True)
            self._attack_count += 1
            self._over.wait(_POLL_SECONDS)


def _ask(port: int, address: str, whence: str, **headers: str) -> tuple[int, bytes, str]:
    """Return the status, the body and the ETag of an answer."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=_PATIENCE_SECONDS, source_address=(whence, 0)
    )
    with closing(connection):
        connection.request("GET", f"/{address}", headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.getheader("ETag", "")


def read_honestly(port: int, seconds: float, count: int) -> tuple[list[float], int]:
    """Read as so many subscribers do; return how long each answer took, and how many were none."""
    with ThreadPoolExecutor(count) as pool:
        read = [pool.submit(_subscribe, port, seconds, number) for number in range(count)]
        found = [each.result() for each in read]
    return [wait for waits, _ in found for wait in waits], sum(failures for _, failures in found)


def _subscribe(port: int, seconds: float, number: int) -> tuple[list[float], int]:
    chance = random.Random(number)
    etags: dict[str, str] = {}
    waits, failures = [], 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        address = chance.choice(_HONEST_ADDRESSES)
        known = {"If-None-Match": etags[address]} if address in etags else {}
        start = time.perf_counter()
        try:
            status, _, etags[address] = _ask(port, address, f"127.0.1.{number + 1}", **known)
        except (OSError, http.client.HTTPException):
            status = 0
        waits.append(time.perf_counter() - start)
        failures += status not in (200, 304)
        if not etags.get(address):
            etags.pop(address, None)
        time.sleep(chance.uniform(0.5, 1.5))
    return waits, failures


def read_hostilely(port: int, seconds: float) -> None:
    """Read as ten hostile readers do, each in its own way."""
    over = threading.Event()
    ways = itertools.cycle((_ask_heavily, _leave, _hold, _send_nonsense, _send_much))
    with ThreadPoolExecutor(_HOSTILE) as pool:
        for number, way in zip(range(_HOSTILE), ways, strict=False):
            pool.submit(_repeat, partial(way, port, f"127.0.2.{number + 1}", over), over)
        over.wait(seconds)
        over.set()


def _repeat(act: Callable[[], None], over: threading.Event) -> None:
    while not over.wait(0.05):
        with suppress(OSError, http.client.HTTPException):
            act()


def _connect(port: int, whence: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), 5.0, source_address=(whence, 0))


def _ask_heavily(port: int, whence: str, _over: threading.Event) -> None:
    """Ask for what takes long, and say that it is someone else each time."""
    client = f"203.0.113.{random.randrange(256)}"
    _ask(
        port,
        random.choice(_HEAVY),
        whence,
        **{"X-Forwarded-For": client, "X-Forwarded-Host": "evil.example"},
    )


def _leave(port: int, whence: str, _over: threading.Event) -> None:
    """Ask for what takes long, and leave."""
    with _connect(port, whence) as connection:
        connection.sendall(f"GET /{random.choice(_HEAVY)} HTTP/1.1\r\nHost: a\r\n\r\n".encode())


def _hold(port: int, whence: str, over: threading.Event) -> None:
    """Hold many connections over which half a request has gone, or none."""
    with ExitStack() as stack:
        for _ in range(_HELD_CONNECTIONS):
            connection = stack.enter_context(_connect(port, whence))
            connection.sendall(random.choice(_HALF_SENT))
        over.wait(10)


def _send_nonsense(port: int, whence: str, _over: threading.Event) -> None:
    """Send what is no request."""
    with _connect(port, whence) as connection:
        connection.sendall(random.choice(_MALFORMED))
        connection.recv(1000)


def _send_much(port: int, whence: str, _over: threading.Event) -> None:
    """Send a large body, and read no answer."""
    with _connect(port, whence) as connection:
        connection.sendall(b"POST /feed.rss HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n")
        for _ in range(130):
            connection.sendall(b"x" * 65536)


def _report(figures: Figures, calm: _Phase, attacked: _Phase, log: str) -> None:
    print(f"{attacked.attacks} attacks of {len(ATTACKS)}; {len(calm.waits)} answers without, "
          f"{len(attacked.waits)} with; {len(attacked.polls)} good posts")  # fmt: skip
    print(f"p99 without the attack {1000 * calm.p99:.0f} ms, with it {1000 * attacked.p99:.0f} ms")
    figures.add(
        "polls until a good post was seen, at the most, without", max(calm.polls, default=0), MAX_POLLS
    )
    figures.add("polls until a good post was seen, at the most", max(attacked.polls, default=0), MAX_POLLS)
    figures.add(
        "p99 of honest readers, times that without the attack", attacked.p99 / calm.p99, MAX_SLOWDOWN
    )
    figures.add("answers to honest readers that were none, per cent",
                100 * attacked.failures / max(1, len(attacked.waits)), 1.0)  # fmt: skip
    figures.add("memory of all processes at the most, MB", attacked.megabytes, MAX_MEGABYTES)
    figures.add("tracebacks in the log", log.count("Traceback (most recent call last)"), 0)
    figures.add("mistakes of ours in the log", log.count("an error in feedsvc"), 0)
