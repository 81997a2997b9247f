"""What processes that are forked share of their memory."""

import subprocess
import sys

import pytest

_FORK = """
import gc, os, re, sys
from pathlib import Path
from feedsvc.process_limits import share_objects
held = [[number] for number in range(400_000)]
if sys.argv[1] == "shared":
    share_objects()
if pid := os.fork():
    os.waitpid(pid, 0)
else:
    gc.collect()
    told = Path("/proc/self/smaps_rollup").read_text()
    print(re.search(r"Private_Dirty: +(\\d+)", told)[1])
"""


def private_kilobytes(way: str) -> int:
    """Return what a forked process has for itself once it has looked for garbage."""
    done = subprocess.run(
        [sys.executable, "-c", _FORK, way], capture_output=True, text=True, timeout=60, check=True
    )
    return int(done.stdout)


@pytest.mark.real
def test_looking_for_garbage_leaves_what_was_there_before_a_fork_shared() -> None:
    assert private_kilobytes("shared") < private_kilobytes("not shared") / 4
