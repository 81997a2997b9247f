"""One pull of a site, from where its REST API is to the report of what was done."""

import time
from collections.abc import Callable
from datetime import timedelta

from feedsvc.errors import SiteError
from feedsvc.store.posts import count_repeats, list_withheld_reasons
from feedsvc.sync.api_location import ApiLocator
from feedsvc.sync.cleaning_process import CleaningProcess
from feedsvc.sync.report import Report
from feedsvc.sync.run import PlanRun
from feedsvc.sync.site_store import SiteStore
from feedsvc.sync.steps import ApiMoved
from feedsvc.sync.terms import describe_cut_terms_of_site
from feedsvc.wordpress.http import Http

MAX_REMARKS = 20


def pull_site(
    store: SiteStore,
    http: Http,
    sweep_interval: timedelta = timedelta(hours=6),
    progress: Callable[[int, int], None] = lambda done, total: None,
    *,
    full: bool = False,
    failures: int = 0,
    cleaning: CleaningProcess | None = None,
) -> Report:
    """Bring the store to what the site has; with `full`, ask for every post and term again.

    `http` may raise StoppedError before any request: then nothing is remembered that was not done.
    `progress` is called after each page of a backfill with the posts done and the posts there are.
    `failures` are the pulls that failed since the last success. `cleaning` is the process that long
    backfills have their posts cleaned in; without it, one of their own.

    Raise SiteError when the site does not answer as it should, StoppedError when the pull has to leave off:
    what was stored until then stays, and the next pull goes on from there.
    """
    started = time.monotonic()
    remarks: dict[str, None] = {}

    def remark(text: str) -> None:
        remarks[text] = None

    cleaning = cleaning or CleaningProcess()
    # What a pull before this has left, if it was killed.
    store.database.settle_posts(store.site_id)
    locator = ApiLocator(store, http, sweep_interval, remark)
    api = locator.locate(failures)
    try:
        counts = PlanRun(store, api, sweep_interval, progress, remark, cleaning).run(full=full)
    except SiteError as error:
        moved_api = locator.relocate(api, error)
        if not moved_api:
            raise
        api = moved_api
        counts = PlanRun(store, api, sweep_interval, progress, remark, cleaning).run(full=full)
    if api.moved_to:
        store.remember(ApiMoved(api.moved_to))
    with store.reading() as connection:
        duplicates = count_repeats(connection, store.site_id)
        left_out = list_withheld_reasons(connection, store.site_id, MAX_REMARKS)
    cut_terms = describe_cut_terms_of_site(store)
    return Report(
        counts=counts,
        duplicates=duplicates,
        seconds=time.monotonic() - started,
        remarks=tuple(dict.fromkeys([*cut_terms, *remarks, *left_out]))[:MAX_REMARKS],
    )
