"""That the soak runs and prints its figures; what they are is for a machine with nothing else to do."""

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
