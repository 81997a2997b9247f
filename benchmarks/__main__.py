"""Prints the figures that matter, as ratios within one run: `python -m benchmarks`.

`python -m benchmarks soak`, and `warm`, `fleet` and `dyno` in its place, are programs of their own: see the
modules of these names.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path

import nh3

from benchmarks import (
    backfill,
    beside,
    booting,
    cleaning,
    cold,
    comparing,
    dyno,
    fleet,
    polling,
    pulling,
    searching,
    serving,
    soak,
    warm,
)
from benchmarks.measure import Report, milliseconds
from benchmarks.record import record
from benchmarks.stores import filled_stores
from feedsvc.model import SourcePost
from feedsvc.text.html import extract_visible_text
from feedsvc.wordpress.parse import parse_post

SAMPLES = Path(__file__).parent.parent / "samples" / "posts.json"
SIZES = (1_000, 10_000, 100_000)  # of stores, in posts
RELEASE = 9_000  # characters of a press release


def main() -> None:
    """Measure, print a line for each, and write the figures with a limit into docs/benchmarks.md."""
    items = json.loads(SAMPLES.read_text("utf-8"))
    release = _release([source for item in items if (source := parse_post(item))])
    unit = milliseconds(lambda: extract_visible_text.__wrapped__(nh3.clean(release.content)))
    report = Report(unit)
    report.line("reading a press release with nh3 and lxml", unit)
    cleaning.measure(report, release)
    comparing.measure(report)
    serving.measure(report, items)
    booting.measure(report)
    polling.measure(report)
    pulling.measure(report, items)
    backfill.measure(report, items)
    warm.measure(report)
    beside.measure(report, items)
    with filled_stores(SIZES) as urls:
        cold.measure(report, urls)
        searching.measure(report, "sqlite", urls)
        searching.measure(report, "postgresql", urls)
    record(report)


def _release(sources: list[SourcePost]) -> SourcePost:
    """Return a press release of about 9 kB, made of the longest of the samples."""
    longest = sorted(sources, key=lambda source: -len(source.content))
    body = ""
    for source in longest:
        if len(body) + len(source.content) <= RELEASE:
            body += source.content
    return replace(longest[0], content=body)


if __name__ == "__main__":
    programs = {"soak": soak.main, "warm": warm.main, "fleet": fleet.main, "dyno": dyno.main}
    if program := programs.get("".join(sys.argv[1:2])):
        sys.exit(program(sys.argv[2:]))
    main()
