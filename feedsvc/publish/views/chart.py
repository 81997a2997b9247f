"""Numbers over time → the bars of a chart, as one path of SVG. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

_STEP, _GAP, HEIGHT = 6, 2, 32


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of bars: how wide its drawing is, the path of its bars, and what it says in words."""

    width: int
    path: str
    label: str
    height: int = HEIGHT


def draw_bars(numbers: Sequence[int], label: str) -> Chart:
    """Return the chart of `numbers`, the oldest first, the highest as high as the drawing.

    A number above zero has a bar that can be seen.
    """
    highest = max(numbers, default=0)
    bars = []
    for place, number in enumerate(numbers):
        if number:
            height = max(2, round(number * (HEIGHT - 1) / highest))
            bars.append(f"M{place * _STEP} {HEIGHT - 1}v-{height}h{_STEP - _GAP}v{height}z")
    return Chart(max(len(numbers) * _STEP - _GAP, 1), "".join(bars), label)
