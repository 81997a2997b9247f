"""The picture of a run (SVG): answers a second, and the time of a query over the number of posts held."""

import math
from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _LEFT, _RIGHT = 760, 190, 90
_BAR_HEIGHT, _BAR_STEP = 22, 34
_CHART_HEIGHT = 240
_STYLE = """
  text { font: 14px system-ui, sans-serif; fill: #222 }
  .small { font-size: 12px; fill: #666 }
  .bar { fill: #1f6f8b } .grid { stroke: #ccc }
  polyline { fill: none; stroke-width: 2 }
  .line0 { stroke: #1f6f8b } .line1 { stroke: #b5541c }
  .line2 { stroke: #5b7f2b } .line3 { stroke: #7a4b94 }
  @media (prefers-color-scheme: dark) {
    text { fill: #eee } .small { fill: #aaa } .grid { stroke: #555 } .bar { fill: #58b2cf }
    .line0 { stroke: #58b2cf } .line1 { stroke: #e8935c }
    .line2 { stroke: #a3c66b } .line3 { stroke: #c79be0 }
  }
"""
_LINES = 4  # colours that there are


def draw_picture(rates: Mapping[str, float], growth: Mapping[str, Mapping[int, float]]) -> str:
    """Return the SVG: a bar for each of `rates`, a line for each of `growth` (milliseconds by posts held).

    The lines' axes are logarithmic, as the numbers of posts are.
    """
    top = 50 + len(rates) * _BAR_STEP
    height = top + 60 + _CHART_HEIGHT + 30
    parts = [*_draw_bars(rates), *_draw_lines(dict(list(growth.items())[:_LINES]), top + 60)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="Answers a second, and milliseconds over posts">\n<style>{_STYLE}</style>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _draw_bars(rates: Mapping[str, float]) -> Sequence[str]:
    parts = [_write(0, 20, "Answers a second")]
    most = max(rates.values(), default=1.0)
    for row, (label, rate) in enumerate(rates.items()):
        y = 40 + row * _BAR_STEP
        width = max(1.0, (_WIDTH - _LEFT - _RIGHT) * rate / most)
        parts.append(_write(0, y + 16, label))
        parts.append(f'<rect class="bar" x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_BAR_HEIGHT}"/>')
        parts.append(_write(_LEFT + width + 8, y + 16, f"{rate:,.0f}"))
    return parts


def _draw_lines(growth: Mapping[str, Mapping[int, float]], top: float) -> Sequence[str]:
    parts = [_write(0, top - 20, "Milliseconds from the store to a feed, over the posts held")]
    sizes = sorted({size for line in growth.values() for size in line})
    times = [taken for line in growth.values() for taken in line.values()]
    if len(sizes) < 2:
        return []
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    high = max(high, low + 1)
    first, last = math.log10(sizes[0]), math.log10(sizes[-1])
    right = _WIDTH - _RIGHT - 110

    def place(size: int, taken: float) -> tuple[float, float]:
        x = 60 + (right - 60) * (math.log10(size) - first) / (last - first)
        return x, top + _CHART_HEIGHT * (high - math.log10(taken)) / (high - low)

    for exponent in range(low, high + 1):
        _, y = place(sizes[0], 10**exponent)
        parts.append(f'<line class="grid" x1="60" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(_write(0, y + 4, f"{10**exponent:g} ms", "small"))
    for size in sizes:
        x, _ = place(size, 10**low)
        parts.append(_write(x - 24, top + _CHART_HEIGHT + 22, f"{size:,}", "small"))
    ends = []
    for number, (label, line) in enumerate(growth.items()):
        points = [place(size, line[size]) for size in sorted(line)]
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline class="line{number}" points="{drawn}"/>')
        ends.append((points[-1][1], label))
    lowest = -math.inf
    for y, label in sorted(ends):  # labels that would stand on each other move down
        lowest = max(y, lowest + 16)
        parts.append(_write(right + 8, lowest + 4, label, "small"))
    return parts


def _write(x: float, y: float, text: str, kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}"{f" class={kind!r}" if kind else ""}>{escape(text)}</text>'
