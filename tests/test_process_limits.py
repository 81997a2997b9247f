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


_GIVE_BACK = """
import re
from pathlib import Path
from feedsvc.process_limits import give_back_memory, limit_heaps
limit_heaps()
blocks = [bytes([65]) * 3000 for _ in range(20_000)]
kept = blocks[::500]  # so that nothing lies free behind the last
del blocks
give_back_memory()
told = Path("/proc/self/smaps_rollup").read_text()
print(re.search(r"Anonymous: +(\\d+)", told)[1])
"""


@pytest.mark.real
def test_what_is_free_between_blocks_in_use_is_given_back() -> None:
    def anonymous_kilobytes(program: str) -> int:
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
        )
        return int(done.stdout)

    kept = anonymous_kilobytes(_GIVE_BACK.replace("give_back_memory()\n", "pass\n"))
    assert anonymous_kilobytes(_GIVE_BACK) < kept - 30_000
