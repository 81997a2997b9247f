"""When the entries of a selection were published: how many in all and lately, and week by week."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from feedsvc.publish.views.chart import Chart, draw_bars
from feedsvc.store import entries
from feedsvc.store.selection import Selection

MAX_ENTRIES = 20_000
"""Entries that are looked at, the newest: more than nearly every site has. Beyond them, all are counted."""

_MAX_COUNTED = 1_000_000
_RECENT_DAYS = (7, 30, 365)
_WEEKS = 52


@dataclass(frozen=True, slots=True)
class Timeline:
    """The rowids of the newest entries in the index; how many entries there are in all, and how many of the
    last 7, 30 and 365 days; the chart of the last year, week by week.

    Days are those of UTC, and today is the last of them: so a page stays the same for a day.
    """

    rowids: Sequence[int]
    total: int
    recent: Sequence[tuple[int, int]]
    chart: Chart


def load_timeline(connection: Connection, selection: Selection, now: datetime) -> Timeline:
    """Return when the entries of `selection` were published, seen from `now` (UTC)."""
    rowids = entries.list_selected_rowids(connection, selection, MAX_ENTRIES + 1)
    total = len(rowids)
    if total > MAX_ENTRIES:
        total = entries.count_selected(connection, selection, _MAX_COUNTED)
    tomorrow = datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)
    days = [*_RECENT_DAYS, *(7 * week for week in range(1, _WEEKS + 1))]
    first = entries.find_first_rowids(connection, [tomorrow - timedelta(days=number) for number in days])
    ascending = rowids[::-1]
    counts = [0 if rowid is None else len(ascending) - bisect_left(ascending, rowid) for rowid in first]
    recent = list(zip(_RECENT_DAYS, counts, strict=False))
    weeks = [0, *counts[len(_RECENT_DAYS) :]]
    numbers = [weeks[week] - weeks[week - 1] for week in range(_WEEKS, 0, -1)]
    label = f"Posts per week of the last year: at the most {max(numbers)} in a week"
    return Timeline(rowids[:MAX_ENTRIES], total, recent, draw_bars(numbers, label))
