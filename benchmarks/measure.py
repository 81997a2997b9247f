"""How a benchmark measures and prints: medians, as ratios to one unit of the same run, or to a limit."""

import re
import statistics
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


def milliseconds(run: Callable[[], object], times: int = 30) -> float:
    """Return the median time of `run`."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, with the limit that it keeps: the most, or the least, that is allowed.

    Of what must not be at all the limit is 0.
    """

    label: str
    measured: float
    limit: float
    bound: Literal["at most", "at least"] = "at most"

    @property
    def is_within(self) -> bool:
        """Whether the limit is kept."""
        return self.measured <= self.limit if self.bound == "at most" else self.measured >= self.limit

    @property
    def verdict(self) -> str:
        """The word for that."""
        return "within" if self.is_within else "OVER" if self.bound == "at most" else "UNDER"


@dataclass
class Figures:
    """What was measured, each with its limit."""

    lines: list[Figure] = field(default_factory=list)

    def add(
        self, label: str, measured: float, limit: float, bound: Literal["at most", "at least"] = "at most"
    ) -> None:
        """Take a figure, and print it."""
        figure = Figure(label, measured, limit, bound)
        self.lines.append(figure)
        ratio = f"ratio {measured / limit:.2f}" if limit else "none allowed"
        print(
            f"{label:<66} {measured:10.2f} of {bound} {limit:8.2f}  {ratio:<12} {figure.verdict}",
            flush=True,
        )

    @property
    def are_within(self) -> bool:
        """Whether no figure is beyond its limit."""
        return all(figure.is_within for figure in self.lines)


@dataclass(frozen=True)
class Report:
    """Prints what is measured, in milliseconds and as multiples of `unit`, and keeps what has a limit.

    `rates` are answers a second, by what was asked for; `growth` are milliseconds by the posts held, for
    each engine and query.
    """

    unit: float
    figures: Figures = field(default_factory=Figures)
    rates: dict[str, float] = field(default_factory=dict)
    growth: dict[tuple[str, str], dict[int, float]] = field(default_factory=dict)

    def heading(self, text: str) -> None:
        """Print what the lines below are about."""
        print(f"\n{text}", flush=True)

    def line(self, label: str, taken: float) -> None:
        """Print a time, in milliseconds."""
        print(f"{label:<72} {taken:9.2f} ms  ratio {taken / self.unit:.1f}", flush=True)

    def measured(self, label: str, run: Callable[[], object], times: int = 30) -> float:
        """Measure `run`, print the median, and give it."""
        taken = milliseconds(run, times)
        self.line(label, taken)
        return taken


def list_processes(pid: int) -> list[int]:
    """Return a process and all that it has started, and those that they have."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    parents = {int(child): int(parent) for child, parent in map(str.split, listed.stdout.splitlines())}
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def measure_memory(pid: int) -> float:
    """Return the megabytes of a process and all below it, pages that they share counted once (PSS)."""
    return sum(measure_own_memory(one) for one in list_processes(pid))


def measure_own_memory(pid: int) -> float:
    """Return the megabytes of one process, pages that it shares counted in part; 0 where it has ended."""
    with suppress(OSError):
        told = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
        return sum(map(int, re.findall(r"^Pss: +(\d+)", told, re.MULTILINE))) / 1024
    return 0.0
