"""Whether a backfill keeps pace: posts stored a second, against posts that one core cleans a second."""

import os
import runpy
import subprocess
import sys
import time
from collections.abc import Sequence
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
        cleanings, pulls = [], []
        for number in range(_ROUNDS):
            started = time.perf_counter()
            for source in sources:
                clean_post(source)
            cleanings.append((time.perf_counter() - started) / len(sources))
            pulls.append(_seconds_of_pull(site.url, Path(folder) / f"store{number}.db") / posts)
    cleaning, pulling = min(cleanings), min(pulls)  # what disturbs only adds
    report.line("cleaning alone, on one core", cleaning * 1000)
    report.line("feedsvc pull", pulling * 1000)
    if count_cores() > 1:  # else it has no second core to clean on
        label = "posts stored / posts cleaned by one core"
        report.figures.add(label, cleaning / pulling, MIN_RATIO, "at least")


def _seconds_of_pull(url: str, database: Path) -> float:
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database}"}
    started = time.perf_counter()
    command = [sys.executable, "-m", "feedsvc", "pull", "--site", url]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started
