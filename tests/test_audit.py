"""What `.ci/run` makes of pip-audit's report: a hole with a fix ends it, missing data does not."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT

HOLE = {"id": "PYSEC-2026-1", "fix_versions": ["2.0.1"], "aliases": ["CVE-2026-1"], "description": "…"}
SOUND = {"name": "sound", "version": "1.0", "vulns": []}
UNKNOWN = {"name": "unknown", "skip_reason": "Dependency not found on PyPI and could not be audited"}


def pin(*holes: dict[str, Any]) -> dict[str, Any]:
    return {"name": "leaky", "version": "2.0", "vulns": list(holes)}


def audited(folder: Path, report: str | None) -> tuple[int, str]:
    """Return the exit status for a report, and what is said."""
    file = folder / "report.json"
    if report is not None:
        file.write_text(report, "utf-8")
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "audit.py"), str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("pins", "status", "said"),
    [
        ([SOUND], 0, "1 of 1 pins were looked up"),
        ([SOUND, UNKNOWN], 0, "1 of 2 pins were looked up"),
        ([UNKNOWN], 0, "0 of 1 pins were looked up"),
        ([SOUND, pin(HOLE), UNKNOWN], 1, "leaky 2.0: PYSEC-2026-1, fixed in 2.0.1"),
        ([pin(HOLE | {"fix_versions": []})], 0, "leaky 2.0: PYSEC-2026-1, fixed in no version yet"),
        ([pin(HOLE | {"fix_versions": []}, HOLE | {"id": "PYSEC-2026-2"})], 1, "PYSEC-2026-2, fixed in"),
        ([pin(HOLE, HOLE | {"fix_versions": []})], 1, "fixed in no version yet"),
    ],
)
def test_a_pin_with_a_hole_that_a_newer_version_mends_ends_the_run(
    pins: list[dict[str, Any]], status: int, said: str, tmp_path: Path
) -> None:
    told = audited(tmp_path, json.dumps({"dependencies": pins, "fixes": []}))
    assert told[0] == status
    assert said in told[1]


@pytest.mark.parametrize("report", [None, "", "ERROR: the connection was refused", "{}"])
def test_data_that_can_t_be_had_is_said_and_is_no_mistake(report: str | None, tmp_path: Path) -> None:
    assert audited(tmp_path, report) == (0, "pip-audit: not done, since its data could not be had\n")
