"""The figures of a run → docs/benchmarks.md, between its two marks, and the picture beside it."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import Figure, Report
from benchmarks.picture import draw_picture

DOCS = Path(__file__).parent.parent / "docs"
BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"
_DRAWN = {
    ("sqlite", "all posts"): "all, SQLite",
    ("sqlite", "a boolean of five parts"): "boolean, SQLite",
    ("postgresql", "all posts"): "all, PostgreSQL",
    ("postgresql", "a boolean of five parts"): "boolean, PostgreSQL",
}


def record(report: Report, folder: Path = DOCS) -> None:
    """Write the figures of a whole run into the page in `folder`, and the picture.

    Raises ValueError when the page lacks a mark.
    """
    page = folder / "benchmarks.md"
    before, begin, rest = page.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} lacks {BEGIN!r} or, behind it, {END!r}: put both where the figures go")
    table = "\n".join(_list_lines(report.figures.lines))
    page.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", "utf-8")
    growth = {label: report.growth[drawn] for drawn, label in _DRAWN.items() if drawn in report.growth}
    (folder / "benchmarks.svg").write_text(draw_picture(report.rates, growth), "utf-8")


def _list_lines(figures: Sequence[Figure]) -> Sequence[str]:
    day = datetime.now(UTC).strftime("%d %B %Y").lstrip("0")
    load = os.getloadavg()[2]
    machine = f"{os.cpu_count()} cores of {platform.machine()} with Python {platform.python_version()}"
    return [
        "![Answers a second, and milliseconds over the number of posts](benchmarks.svg)",
        "",
        f"Of {day}, on {machine};",
        f"the load was {load:.1f} on average of the last quarter of an hour, the benchmark's own included.",
        "",
        "| figure | limit | measured | |",
        "|---|---|---|---|",
        *map(_write_row, figures),
    ]


def _write_row(figure: Figure) -> str:
    return (
        f"| {figure.label} | {figure.bound} {figure.limit:g} | {figure.measured:.2f} | {figure.verdict} |"
    )
