"""What we ask of a site: requests and bytes of bodies, in a backfill and in polls that find nothing new."""

import json
import runpy
import time
from collections.abc import Collection
from contextlib import closing
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measure import Report
from feedsvc.config import load_settings
from feedsvc.store.database import Database
from feedsvc.worker import Poller

_SITE = Path(__file__).parent.parent / "tests" / "fake_wordpress.py"
_SIZES = (100, 10_000)
_CATEGORIES, _AUTHORS = 40, 20
_POLLS = 12  # idle ones: what they look at beside the posts modified last goes by turns
_LINK = "https://www.example.com/2025/01/a-title-that-makes-an-address-of-90-characters-{:010}/"


def measure(report: Report) -> None:
    """Measure at each size, against a WordPress of the tests over real sockets."""
    serving = runpy.run_path(str(_SITE))["fake_wordpress"]
    for size in _SIZES:
        report.heading(f"Pulling a site of {size:,} posts, {_CATEGORIES} categories and {_AUTHORS} authors")
        with TemporaryDirectory() as folder, serving() as site:
            _fill(site, size)
            address = f"sqlite:///{folder}/store.db"
            settings = load_settings(sites=[site.url]).model_copy(update={"database_url": address})
            with closing(Database(address)) as database:
                database.migrate()
                _measure(report, site, Poller(settings, database))


def _fill(site: Any, size: int) -> None:
    for number in range(_CATEGORIES):
        site.add_term("categories", number + 1, f"Name of a category {number}")
    for number in range(_AUTHORS):
        site.add_term("users", number + 1, f"Name of an author {number}")
    for number in range(1, size + 1):
        of = {"categories": [number % _CATEGORIES + 1], "author": number % _AUTHORS + 1}
        site.add(number, link=_LINK.format(number), **of)


@dataclass(frozen=True)
class _Cost:
    """What one pull cost: requests, bytes of bodies, milliseconds."""

    requests: int
    received: int
    taken: float


def _measure(report: Report, site: Any, poller: Poller) -> None:
    (state,) = poller.register()

    def pull() -> _Cost:
        site.requests.clear()
        started = time.perf_counter()
        poller.claim(state.id, even_if_early=True)
        poller.pull(state.id)
        taken = (time.perf_counter() - started) * 1000
        asked = list(site.requests)
        return _Cost(len(asked), sum(_length(site.answer(target).body) for target in asked), taken)

    def line(label: str, costs: Collection[_Cost]) -> None:
        requests, received, taken = (mean(figures) for figures in zip(*map(astuple, costs), strict=True))
        report.line(f"{label}: {requests:g} requests, {received:,.0f} bytes", taken)

    line("the backfill", [pull()])
    idle = [pull() for _ in range(_POLLS)]
    line(f"an idle poll, on average of {_POLLS}", idle)
    line("the one with most bytes", [max(idle, key=lambda cost: cost.received)])


def _length(body: bytes) -> int:
    """Return the length of an answer as PHP writes it: no spaces, backslashes before slashes."""
    if body[:1] not in (b"[", b"{"):
        return len(body)
    return len(json.dumps(json.loads(body), separators=(",", ":")).replace("/", r"\/"))
