"""That the long benchmarks run and print figures; what they are is for a machine that has nothing to do."""

import subprocess
import sys

import pytest

from conftest import ROOT


@pytest.mark.real
@pytest.mark.timeout(300)
def test_a_short_soak_prints_each_figure_with_its_limit() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "soak", "--seconds", "10"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.stderr == ""
    figures = [line for line in done.stdout.splitlines() if line.endswith(("within", "OVER"))]
    assert len(figures) == 7
    assert all(" of " in line for line in figures)
    assert done.returncode == any(line.endswith("OVER") for line in figures)


@pytest.mark.real
@pytest.mark.timeout(300)
def test_a_short_look_at_warm_answers_prints_each_figure_with_its_limit() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "warm", "--seconds", "1", "--rounds", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.stderr == ""
    figures = done.stdout.splitlines()
    assert len(figures) == 3
    assert all(line.endswith(("within", "OVER")) and " ratio " in line for line in figures)
    assert done.returncode == any(line.endswith("OVER") for line in figures)


@pytest.mark.real
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        pytest.param(["fleet", "--sites", "20", "--idle-seconds", "1"], 7, id="a small fleet"),
        pytest.param(["dyno", "--posts", "60", "--sites", "3", "--seconds", "1"], 3, id="a dyno"),
    ],
)
def test_a_short_look_at_many_sites_prints_each_figure_with_its_limit(
    arguments: list[str], count: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.stderr == ""
    figures = [line for line in done.stdout.splitlines() if line.endswith(("within", "OVER"))]
    assert len(figures) == count
    assert done.returncode == any(line.endswith("OVER") for line in figures)
