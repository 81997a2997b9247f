"""What a pull costs beside the cleaning of its posts: requests, JSON, the store's statements, the index."""

import os
import random
import re
import resource
import runpy
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measure import Report
from feedsvc.clean.post import clean_post
from feedsvc.model import SourcePost
from feedsvc.wordpress.parse import parse_post

MAX_RATIO = 2.0
"""CPU of `feedsvc pull`, as a multiple of the CPU of cleaning the same posts alone."""

_SITE = Path(__file__).parent.parent / "tests" / "fake_wordpress.py"
_POSTS = 600
_ROUNDS = 4
_BODY_LENGTH = 8_000
_CATEGORIES, _TAGS, _AUTHORS = 40, 200, 20
_BLOCK = re.compile(r"<(p|ul|ol|h2|h3|blockquote|figure|table)\b[^>]*>.*?</\1>", re.S)
_LATIN = re.compile("[\x00-\u024f\u2000-\u206f\u20ac]*")
_TEXT = re.compile(r"(?<=>)[^<>]+(?=<)")


def measure(report: Report, items: Sequence[dict[str, Any]]) -> None:
    """Measure with posts made of the blocks of `items`, which are posts as the REST API gives them."""
    report.heading(f"Pulling {_POSTS} posts of {_BODY_LENGTH:,} characters: CPU a post")
    serving = runpy.run_path(str(_SITE))["fake_wordpress"]
    with TemporaryDirectory() as folder, serving() as site:
        publish_releases(site, items, _POSTS)
        sources = [source for item in site.posts.values() if (source := parse_post(item))]
        cleanings, pulls = [], []
        for number in range(_ROUNDS):
            cleanings.append(_cpu_of_cleaning(sources))
            database = Path(folder) / f"store{number}.db"
            pulls.append(_cpu_of_command("pull", "--site", site.url, database=database))
        starting = _cpu_of_command("--help", database=Path(folder) / "none.db")
    # What disturbs only adds: the least of each is nearest to the truth.
    cleaning, pulling = min(cleanings), min(pulls)
    ratio = pulling / cleaning
    report.line("cleaning alone", cleaning / _POSTS)
    report.line("feedsvc pull", pulling / _POSTS)
    report.line("of which starting the process", starting / _POSTS)
    report.figures.add("feedsvc pull / cleaning alone, CPU", ratio, MAX_RATIO)


def _cpu_of_cleaning(sources: Sequence[SourcePost]) -> float:
    """Return the milliseconds of CPU that cleaning `sources` takes, one after the other."""
    started = time.process_time()
    for source in sources:
        clean_post(source)
    return (time.process_time() - started) * 1000


def _cpu_of_command(*arguments: str, database: Path) -> float:
    """Return the milliseconds of CPU, of user and system, that a command of feedsvc takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database}"}
    command = [sys.executable, "-m", "feedsvc", *arguments]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def publish_releases(site: Any, items: Sequence[dict[str, Any]], posts: int, seed: int = 20260504) -> None:
    """Publish posts that look like press releases: the samples' blocks and words, in another order each."""
    chance = random.Random(seed)
    found = [match.group() for item in items for match in _BLOCK.finditer(item["content"]["rendered"])]
    blocks = [block for block in found if _LATIN.fullmatch(block)]  # no release is in Thai and in English
    vocabulary = [word for block in blocks for text in _TEXT.findall(block) for word in text.split()]
    for number in range(1, _CATEGORIES + 1):
        site.add_term("categories", number, f"Category {number}")
    for number in range(1, _TAGS + 1):
        site.add_term("tags", number, f"Tag {number}")
    for number in range(1, _AUTHORS + 1):
        site.add_term("users", number, f"Author {number}")
    for number in range(1, posts + 1):
        body = _body(chance, blocks, vocabulary)
        words = [word for text in _TEXT.findall(body) for word in text.split()]
        site.add(
            number,
            " ".join(words[:8]),
            content={"rendered": body, "protected": False},
            excerpt={"rendered": f"<p>{' '.join(words[:55])} [&hellip;]</p>\n"},
            categories=sorted(chance.sample(range(1, _CATEGORIES + 1), 2)),
            tags=sorted(chance.sample(range(1, _TAGS + 1), 4)),
            author=chance.randint(1, _AUTHORS),
        )


def _body(chance: random.Random, blocks: Sequence[str], vocabulary: Sequence[str]) -> str:
    body = ""
    while len(body) < _BODY_LENGTH:
        body += _TEXT.sub(lambda text: _reworded(chance, text.group(), vocabulary), chance.choice(blocks))
    return body


def _reworded(chance: random.Random, text: str, vocabulary: Sequence[str]) -> str:
    """Return as many words as `text` has, with the spaces at its ends."""
    words = " ".join(chance.choices(vocabulary, k=len(text.split())))
    return f"{text[: len(text) - len(text.lstrip())]}{words}{text[len(text.rstrip()) :]}"
