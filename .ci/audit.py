"""What pip-audit has found in the pins: ends with 1 where one has a hole that a newer version has not.

    pip-audit --format json … >report.json; python3 .ci/audit.py report.json

Where the data could not be had, as on a machine without the internet, that is said, and is no mistake.
"""

import json
import sys
from pathlib import Path
from typing import Any


def main(report: Path) -> int:
    """Print what there is to know, and return the exit status."""
    try:
        pins: list[dict[str, Any]] = json.loads(report.read_text("utf-8"))["dependencies"]
    except (OSError, ValueError, KeyError):
        print("pip-audit: not done, since its data could not be had")
        return 0
    looked_up = [pin for pin in pins if "skip_reason" not in pin]
    print(f"pip-audit: {len(looked_up)} of {len(pins)} pins were looked up; of the others it had no data")
    status = 0
    for pin in looked_up:
        for hole in pin["vulns"]:
            fixed_in = ", ".join(hole["fix_versions"])
            print(f"{pin['name']} {pin['version']}: {hole['id']}, fixed in {fixed_in or 'no version yet'}")
            status = status or bool(fixed_in)
    return int(status)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
