"""That the long benchmarks run and print figures; what they are is for a machine that has nothing to do."""

import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from benchmarks.measure import Report
from benchmarks.record import BEGIN, END, record
from conftest import ROOT


def run_benchmark(*arguments: str) -> tuple[list[str], int]:
    """Return the lines that a benchmark prints and its exit status; it says nothing beside them."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.splitlines(), done.returncode


@pytest.mark.real
@pytest.mark.timeout(300)
def test_a_short_soak_prints_each_figure_with_its_limit() -> None:
    lines, status = run_benchmark("soak", "--seconds", "5")
    figures = [line for line in lines if line.endswith(("within", "OVER"))]
    assert len(figures) == 7
    assert all(" of " in line for line in figures)
    assert status == any(line.endswith("OVER") for line in figures)


@pytest.mark.real
@pytest.mark.timeout(300)
def test_a_short_look_at_warm_answers_prints_each_figure_with_its_limit() -> None:
    lines, status = run_benchmark("warm", "--seconds", "1", "--rounds", "1")
    figures = [line for line in lines if "prepared / bare" in line]
    assert len(figures) == 3
    assert all(line.endswith(("within", "UNDER")) and " ratio " in line for line in figures)
    assert status == any(line.endswith("UNDER") for line in figures)


def test_the_figures_of_a_run_are_written_with_their_limits_and_a_picture(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"# Before\n{BEGIN}\n| as it was |\n{END}\n# After\n")
    report = Report(1.0)
    report.figures.add("a cold answer", 1.5, 1.2)
    report.figures.add("a warm answer", 0.9, 0.85, "at least")
    report.rates.update({"bare, 200": 5000.0, "warm, 200": 4500.0, "cold": 90.0})
    report.growth["sqlite", "all posts"] = {1_000: 7.0, 10_000: 7.1, 100_000: 7.3}
    report.growth["postgresql", "all posts"] = {1_000: 12.0, 10_000: 13.0, 100_000: 17.0}
    record(report, tmp_path)
    text = page.read_text()
    assert text.startswith(f"# Before\n{BEGIN}\n![Answers a second")
    assert text.endswith(f"{END}\n# After\n")
    assert "as it was" not in text
    assert "| a cold answer | at most 1.2 | 1.50 | OVER |\n" in text
    assert "| a warm answer | at least 0.85 | 0.90 | within |\n" in text
    picture = etree.fromstring((tmp_path / "benchmarks.svg").read_bytes())
    shown = [element.text for element in picture.iter("{*}text")]
    assert {"bare, 200", "5,000", "cold", "90", "100,000", "all, SQLite", "all, PostgreSQL"} <= set(shown)
    widths = [float(bar.get("width", "0")) for bar in picture.iter("{*}rect")]
    assert widths[0] > widths[1] > widths[2] > 0
    lines = [line.get("points", "").split() for line in picture.iter("{*}polyline")]
    assert [len(line) for line in lines] == [3, 3]


def test_a_page_without_the_marks_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "benchmarks.md").write_text("# Other\n")
    with pytest.raises(ValueError, match="lacks '<!-- figures: written by make bench -->'"):
        record(Report(1.0), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["benchmarks.md"]


@pytest.mark.real
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        pytest.param(["fleet", "--sites", "10", "--idle-seconds", "1"], 8, id="a small fleet"),
        pytest.param(["dyno", "--posts", "60", "--sites", "3", "--seconds", "1"], 4, id="a dyno"),
    ],
)
def test_a_short_look_at_many_sites_prints_each_figure_with_its_limit(
    arguments: list[str], count: int
) -> None:
    lines, status = run_benchmark(*arguments)
    figures = [line for line in lines if line.endswith(("within", "OVER"))]
    assert len(figures) == count
    assert status == any(line.endswith("OVER") for line in figures)
