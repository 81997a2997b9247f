"""`feedsvc pull`: pulls every site once and says what came of it."""

import json
import logging
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import click

from feedsvc.commands.failures import describe_failure
from feedsvc.commands.prepared_store import prepared_store
from feedsvc.config import Settings
from feedsvc.errors import ConfigError, FeedsvcError
from feedsvc.store import sites
from feedsvc.store.site_state import SiteState
from feedsvc.sync.reclean import clean_again
from feedsvc.sync.report import Report
from feedsvc.worker import Poller

log = logging.getLogger(__name__)

_WAIT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class PullOutcome:
    """What came of pulling one site: the report, or the error."""

    name: str
    url: str
    report: Report | None = None
    error: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.report or f'failed: {self.error}'}"

    def to_data(self) -> Mapping[str, object]:
        """Return it as data for JSON."""
        data: dict[str, object] = {"name": self.name, "url": self.url, "error": self.error or None}
        if report := self.report:
            data |= {"new": report.new, "changed": report.changed, "removed": report.removed,
                     "duplicates": report.duplicates, "seconds": round(report.seconds, 3),
                     "remarks": report.remarks}  # fmt: skip
        return data


def pull_sites(settings: Settings, *, full: bool, as_json: bool = False) -> bool:
    """Pull every site, print a line about each, or all as JSON, and return whether all went well; with
    `full`, ask for every post again. Raises ConfigError when no site is configured.
    """
    if not settings.sites:
        raise ConfigError(["no site is configured: write one into config.toml, or give --site URL"])
    outcomes = []
    with prepared_store(settings) as database:
        clean_again(database)
        poller = Poller(settings, database)
        for state in poller.register():
            outcome = _pull_site(poller, state, full=full)
            with database.reading() as connection:  # it may be called by its home now
                name = sites.load_site(connection, state.id).site.name
            outcomes.append(replace(outcome, name=name))
            if not as_json:
                click.echo(str(outcomes[-1]))
    if as_json:
        data = {"sites": [outcome.to_data() for outcome in outcomes]}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    return all(outcome.report for outcome in outcomes)


def _pull_site(poller: Poller, state: SiteState, *, full: bool) -> PullOutcome:
    """Pull a site, and return what came of it."""
    name, url = state.site.name, state.configured_url
    try:
        _claim_site(poller, state.id, name)
        hidden = not sys.stderr.isatty()
        with click.progressbar(length=1, label=name, file=sys.stderr, show_pos=True, hidden=hidden) as bar:

            def show(done: int, total: int) -> None:
                bar.length = max(total, 1)
                bar.update(min(done, total) - bar.pos)

            report = poller.pull(state.id, full=full, plan=False, progress=show)
    except FeedsvcError as error:
        return PullOutcome(name, url, error=describe_failure(error))
    except Exception:  # the other sites are pulled all the same
        log.exception("site %s: an error in feedsvc", name)
        return PullOutcome(name, url, error="an error in feedsvc, please report it")
    return PullOutcome(name, url, report)


def _claim_site(poller: Poller, site_id: int, name: str) -> None:
    """Claim a site, waiting for another process to be done with it. Raises SiteError when the site itself
    has asked us to wait.
    """
    is_announced = False
    while not poller.claim(site_id, even_if_early=True):
        poller.check_retry_after(site_id)
        if not is_announced:
            click.echo(f"{name}: another process is pulling it; waiting", err=True)
        is_announced = True
        time.sleep(_WAIT_SECONDS)
