"""One site into the store: everything at first, newest first, then what has changed or is gone."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from feedsvc.errors import SiteError
from feedsvc.store import posts
from feedsvc.sync.api_location import Locator
from feedsvc.sync.batch import Report
from feedsvc.sync.ingest import Intake
from feedsvc.sync.plan import Changes
from feedsvc.sync.site_store import Holding
from feedsvc.sync.terms import Names
from feedsvc.wordpress.api import Api
from feedsvc.wordpress.http import Http
from feedsvc.wordpress.pages import PAGE_SIZE, iter_pages
from feedsvc.wordpress.parse import parse_modified

_FIRST_PAGE = 20
"""Asked for before all else, so that the feeds of a slow site have something within seconds."""

_MOST_REMARKS = 20


@dataclass(frozen=True, slots=True)
class Pull:
    """Pulls the site of a holding. `progress` is called after each page of a backfill with the posts done
    and the posts there are. `http` may raise StoppedError before any request: then nothing is noted that
    was not done.
    """

    holding: Holding
    http: Http
    sweep_interval: timedelta = timedelta(hours=6)
    progress: Callable[[int, int], None] = lambda done, total: None
    _remarks: dict[str, None] = field(default_factory=dict, init=False)

    def run(self, *, full: bool = False) -> Report:
        """Bring the store to what the site has; with `full`, asking for every post and name again.

        Raises SiteError when the site does not answer as it should, StoppedError when it has to leave off:
        what was stored until then stays, and the next run goes on from there.
        """
        started = time.monotonic()
        locator = Locator(self.holding, self.http, self._remark, self.sweep_interval)
        api = locator.api()
        try:
            report = self._bring(api, full=full)
        except SiteError as error:
            moved = locator.moved(api, error)
            if not moved:
                raise
            api, report = moved, self._bring(moved, full=full)
        if api.moved_to:
            locator.note_root(api.moved_to)
        with self.holding.reading() as connection:
            duplicates = posts.repeated(connection, self.holding.site_id)
            left_out = posts.left_out(connection, self.holding.site_id, _MOST_REMARKS)
        return replace(
            report,
            duplicates=duplicates,
            seconds=time.monotonic() - started,
            remarks=tuple({**self._remarks, **dict.fromkeys(left_out)})[:_MOST_REMARKS],
        )

    def _bring(self, api: Api, *, full: bool) -> Report:
        intake = Intake(self.holding, api, self._remark)
        if full:
            self.holding.note(backfill_page=1)
        was_read = self._backfill(intake, relearn=full)
        changes = Changes(intake, self.sweep_interval)
        report = (was_read or Report()).plus(changes.find(sweep=full, glance=not was_read))
        # What was found may be that all posts have other links now.
        return report.plus(self._backfill(intake) or Report())

    def _backfill(self, intake: Intake, *, relearn: bool = False) -> Report | None:
        """Page through all posts, newest first, noting each page as it is stored; None if that was done."""
        state = self.holding.state()
        number = state.backfill_page
        if not number:
            return None
        report = Report()
        totals: set[int | None] = set()
        if number == 1:
            # What is modified while we page has to be found afterwards: hence before the first page.
            newest = intake.api.fetch_last_modified(1)
            moments = [moment for head in newest.items if (moment := parse_modified(head))]
            until = min(max(moments), newest.date) if moments else None
            self.holding.note(modified_until=until, asked_at=newest.date)
            totals.add(newest.total)
            report = report.plus(intake.store(intake.page(1, _FIRST_PAGE).items, relearn=relearn))
            report = report.plus(Names(intake).learn_all())
        for page in iter_pages(intake.page, number):
            noted = {"backfill_page": page.number + 1}
            report = report.plus(intake.store(page.items, relearn=relearn, **noted))
            self.progress(page.number * PAGE_SIZE, page.total or page.number * PAGE_SIZE)
            totals.add(page.total)
        # Where a post went while we paged, others moved up to a page that was read already. A sweep finds
        # them, unless all was read in one go and the total stood still.
        # And what is gone, unless nothing was held.
        at_once = number == 1 and len(totals) == 1 and None not in totals and not state.backfilled_at
        now = datetime.now(UTC)
        self.holding.note(backfill_page=None, backfilled_at=now, swept_at=now if at_once else None)
        return report

    def _remark(self, text: str) -> None:
        self._remarks[text] = None
