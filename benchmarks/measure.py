"""How a benchmark measures and prints: medians, as ratios to one unit within the same run."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


def milliseconds(run: Callable[[], object], times: int = 30) -> float:
    """Return the median time of `run`."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


@dataclass(frozen=True)
class Report:
    """Prints figures in milliseconds and as multiples of `unit`."""

    unit: float

    def heading(self, text: str) -> None:
        """Print what the lines below are about."""
        print(f"\n{text}")

    def line(self, label: str, taken: float) -> None:
        """Print a time, in milliseconds."""
        print(f"{label:<72} {taken:9.2f} ms  ratio {taken / self.unit:.1f}")

    def measured(self, label: str, run: Callable[[], object], times: int = 30) -> float:
        """Measure `run`, print the median, and give it."""
        taken = milliseconds(run, times)
        self.line(label, taken)
        return taken
