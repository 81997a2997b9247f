"""One pull of a site, from where its REST API is to the report of what was done."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from feedsvc.errors import SiteError
from feedsvc.store import posts
from feedsvc.sync.api_location import ApiLocator
from feedsvc.sync.report import Report
from feedsvc.sync.run import PlanRun
from feedsvc.sync.site_store import SiteStore
from feedsvc.sync.state import StateKeeper
from feedsvc.sync.steps import ApiMoved
from feedsvc.wordpress.http import Http

MAX_REMARKS = 20


@dataclass(frozen=True, slots=True)
class Pull:
    """One pull of the site of `store`.

    `http` may raise StoppedError before any request: then nothing is remembered that was not done.
    `progress` is called after each page of a backfill with the posts done and the posts there are.
    """

    store: SiteStore
    http: Http
    sweep_interval: timedelta = timedelta(hours=6)
    progress: Callable[[int, int], None] = lambda done, total: None
    _remarks: dict[str, None] = field(default_factory=dict, init=False)

    def run(self, *, full: bool = False, failures: int = 0) -> Report:
        """Bring the store to what the site has; with `full`, ask for every post and term again.

        `failures` are the pulls that failed since the last success. Raise SiteError when the site does
        not answer as it should, StoppedError when the pull has to leave off: what was stored until then
        stays, and the next pull goes on from there.
        """
        started = time.monotonic()
        keeper = StateKeeper(self.store, self.sweep_interval)
        locator = ApiLocator(self.store, self.http, self.sweep_interval, keeper.settle_alone, self._remark)
        api = locator.locate(failures)
        try:
            report = PlanRun(self.store, api, keeper, self.progress, self._remark).run(full=full)
        except SiteError as error:
            moved_api = locator.relocate(api, error)
            if not moved_api:
                raise
            api = moved_api
            report = PlanRun(self.store, api, keeper, self.progress, self._remark).run(full=full)
        if api.moved_to:
            keeper.settle_alone(ApiMoved(api.moved_to))
        with self.store.reading() as connection:
            duplicates = posts.count_repeats(connection, self.store.site_id)
            left_out = posts.list_withheld_reasons(connection, self.store.site_id, MAX_REMARKS)
        return replace(
            report,
            duplicates=duplicates,
            seconds=time.monotonic() - started,
            remarks=tuple({**self._remarks, **dict.fromkeys(left_out)})[:MAX_REMARKS],
        )

    def _remark(self, text: str) -> None:
        self._remarks[text] = None
