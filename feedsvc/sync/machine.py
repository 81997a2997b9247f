"""What the machine has to spare for a further process: cores and memory, also within a container."""

import os
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
_MEMORY_INFO = Path("/proc/meminfo")

MIN_BYTES = 512 * 2**20
"""Of memory that is free: three times what a process that cleans posts takes."""


def has_room_for_a_process(cgroup: Path = _CGROUP, memory_info: Path = _MEMORY_INFO) -> bool:
    """Return whether there is a second core, and enough memory as far as the system tells."""
    free_bytes = [size for size in (_read_free(memory_info), _read_cgroup_free(cgroup)) if size is not None]
    return count_cores(cgroup) >= 2 and min(free_bytes, default=MIN_BYTES) >= MIN_BYTES


def count_cores(cgroup: Path = _CGROUP) -> float:
    """Return how many cores this process may use; a container may have a share of one."""
    cores: float = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota, _, period = _read(cgroup / "cpu.max").partition(" ")
    if quota.isdigit() and period.strip().isdigit():
        cores = min(cores, int(quota) / int(period))
    return cores


def _read_free(memory_info: Path) -> int | None:
    for line in _read(memory_info).splitlines():
        name, *amount = line.split()
        if name == "MemAvailable:" and amount and amount[0].isdigit():
            return int(amount[0]) * 1024
    return None


def _read_cgroup_free(cgroup: Path) -> int | None:
    limit, used = (_read(cgroup / name).strip() for name in ("memory.max", "memory.current"))
    return int(limit) - int(used) if limit.isdigit() and used.isdigit() else None


def _read(file: Path) -> str:
    """Return what a file of the system says, nothing where there is none."""
    try:
        return file.read_text("ascii", "replace")
    except OSError:
        return ""
