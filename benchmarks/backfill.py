"""Whether a backfill keeps pace: posts stored a second, against posts that one core cleans a second."""

import os
import runpy
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measure import Report
from benchmarks.pulling import publish_releases
from feedsvc.clean.post import clean_post
from feedsvc.sync.machine import count_cores
from feedsvc.wordpress.parse import parse_post

MIN_RATIO = 1.0
"""Posts stored a second by `feedsvc pull`, as a multiple of those that one core cleans a second."""

_SITE = Path(__file__).parent.parent / "tests" / "fake_wordpress.py"
_POSTS = 2_000
_CLEANED = 300
_ROUNDS = 2


def measure(report: Report, items: Sequence[dict[str, Any]], posts: int = _POSTS) -> None:
    """Measure with posts made of the blocks of `items`, on two cores or more."""
    report.heading(f"Reading all of {posts:,} posts of 8,000 characters for the first time: time a post")
    serving = runpy.run_path(str(_SITE))["fake_wordpress"]
    with TemporaryDirectory() as folder, serving() as site:
        publish_releases(site, items, posts)
        sources = [source for item in list(site.posts.values())[:_CLEANED] if (source := parse_post(item))]
        cleanings: list[float] = []
        pulls: list[_Pull] = []
        for number in range(_ROUNDS):
            started = time.perf_counter()
            for source in sources:
                clean_post(source)
            cleanings.append((time.perf_counter() - started) / len(sources))
            pulls.append(_pull(site.url, Path(folder) / f"store{number}.db"))
    cleaning = min(cleanings)  # what disturbs only adds
    best = min(pulls, key=lambda pull: pull.seconds)
    pulling = best.seconds / posts
    report.line("cleaning alone, on one core", cleaning * 1000)
    report.line("feedsvc pull", pulling * 1000)
    for label, seconds in (
        ("the poller", best.poller), ("its cleaning process", best.cleaning), ("the fake site", best.site),
    ):  # fmt: skip
        report.line(f"of which CPU of {label}", seconds / posts * 1000)
    if count_cores() > 1:  # else it has no second core to clean on
        label = "posts stored / posts cleaned by one core"
        report.figures.add(label, cleaning / pulling, MIN_RATIO, "at least")


@dataclass(frozen=True, slots=True)
class _Pull:
    """How long a pull took, and how many seconds of CPU each process burned: the site is one of ours."""

    seconds: float
    poller: float
    cleaning: float
    site: float


_PROGRAM = """
import resource, sys
from feedsvc.cli import main
try:
    main(["pull", "--site", sys.argv[1]], standalone_mode=False)
finally:
    for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used = resource.getrusage(whose)
        print(used.ru_utime + used.ru_stime, file=sys.stderr)
"""
"""`feedsvc pull`, which says at its end how much CPU it took, and those that it has started."""


def _pull(url: str, database: Path) -> _Pull:
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database}"}
    started, of_site = time.perf_counter(), time.process_time()
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, url],
        env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    seconds, of_site = time.perf_counter() - started, time.process_time() - of_site
    poller, cleaning = map(float, done.stderr.split()[-2:])
    return _Pull(seconds, poller, cleaning, of_site)
