"""What finding repeats costs with 100,000 posts held, and how often the answer is right."""

import random
import runpy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, insert

from benchmarks.measure import Report, milliseconds
from feedsvc.model import Post
from feedsvc.store import keys, sites
from feedsvc.store.database import Database
from feedsvc.store.groups import decide_groups
from feedsvc.store.post_writer import PostChanges
from feedsvc.store.prepared import prepare_post
from feedsvc.store.tables import posts as posts_table
from feedsvc.store.tables import sketches
from feedsvc.text import similarity
from feedsvc.text.html import extract_visible_text, to_plain_text

_PAIRS = Path(__file__).parent.parent / "tests" / "pairs.py"
_HELD = 100_000
_NEWEST = datetime(2026, 6, 1, tzinfo=UTC)
_WINDOW = timedelta(days=7)
_GREATEST = 2**32 * similarity.SKETCH_SIZE // 700  # of the smallest hashes of 700
_SHARED = 8  # hashes of a sketch that all posts have in common, as of a third of boilerplate


def measure(report: Report) -> None:
    """Measure the comparison, and judge it by the pairs that the tests hold."""
    report.heading(f"Comparing a new post of 700 words with {_HELD:,} that are held")
    for label, span, shared in (
        ("over ten years, of unlike texts", timedelta(days=3650), 0),
        ("over ten years, a third of each text boilerplate", timedelta(days=3650), _SHARED),
        ("over a year, a third of each text boilerplate", timedelta(days=365), _SHARED),
        ("all within a week, of unlike texts", timedelta(days=7), 0),
    ):
        with TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{folder}/store.db", _WINDOW)
            database.migrate()
            report.line(label, _comparison(database, span, shared))
            database.close()
    _judge()


def _comparison(database: Database, span: timedelta, shared: int) -> float:
    """Return the median milliseconds of deciding what a new post repeats, once it is stored."""
    random.seed(5)
    boilerplate = " ".join(_words(230 if shared else 0))
    texts = [f"{' '.join(_words(700 - 230 * bool(shared)))} {boilerplate}" for _ in range(20)]
    common = sorted(
        set.intersection(
            *(set(similarity.make_sketch(similarity.prepare_text("x", text))) for text in texts)
        )
    )
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "a", "https://a.example/")
        _fill(connection, site_id, span, common if shared else [])
    taken = []
    for number, text in enumerate(texts, start=_HELD + 1):
        with database.transaction() as connection:
            post = _post(number, _NEWEST - span / 2, text)
            changes = PostChanges(posts=[prepare_post(post)])
            database.post_writer(connection).apply(site_id, changes)
            key = keys.first_key(post.published) + number
            taken.append(milliseconds(partial(decide_groups, connection, [key], {}, _WINDOW), 1))
    return median(taken)


def _fill(connection: Connection, site_id: int, span: timedelta, common: list[int]) -> None:
    """Hold posts as they would be, but for their texts, which are not needed: each with its sketch."""
    rows, hashes = [], []
    for number in range(1, _HELD + 1):
        published = _NEWEST - span * (number / _HELD)
        key = keys.first_key(published) + number
        rows.append(_row(key, site_id, number, published))
        own = random.sample(range(_GREATEST), similarity.SKETCH_SIZE - len(common))
        hashes += [{"hash": one, "post_key": key} for one in {*common, *own}]
    connection.execute(insert(posts_table), rows)
    connection.execute(insert(sketches), hashes)


def _row(key: int, site_id: int, number: int, published: datetime) -> dict[str, object]:
    return {
        "key": key, "site_id": site_id, "wp_id": number, "guid": str(number), "link": "", "title": "",
        "summary": "", "content": "", "published": published, "modified": published,
        "fingerprint": str(number), "figures": b"", "media": "", "canonical_key": key, "digest": b"",
    }  # fmt: skip


def _post(number: int, published: datetime, text: str) -> Post:
    return Post(number, str(number), "https://a.example/", f"Title {number}", "", f"<p>{text}</p>",
                published, published)  # fmt: skip


def _words(number: int) -> Iterator[str]:
    return ("".join(random.choices("aeioubcdfglmnprst", k=random.randint(3, 9))) for _ in range(number))


def _judge() -> None:
    """Print precision and recall over the pairs, and over those that the requirements name."""
    pairs = runpy.run_path(str(_PAIRS))["PAIRS"]
    print(f"\nNear duplicates and look-alikes: {len(pairs)} pairs")
    for label, chosen in (("all", pairs), ("named", [pair for pair in pairs if pair.named])):
        joined = [(_joins(pair), pair.same) for pair in chosen]
        right = sum(got and same for got, same in joined)
        precision = right / max(1, sum(got for got, _ in joined))
        recall = right / max(1, sum(same for _, same in joined))
        print(f"{label:<8} {len(chosen):4} pairs  precision {precision:.1%}  recall {recall:.1%}")


def _joins(pair: Any) -> bool:
    earlier, later = (
        similarity.prepare_text(to_plain_text(text.title), extract_visible_text(text.body))
        for text in (pair.earlier, pair.later)
    )
    near = timedelta(days=pair.later.day - pair.earlier.day) <= _WINDOW
    return near and similarity.is_repeat(later, earlier)
