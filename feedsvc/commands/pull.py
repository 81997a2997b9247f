"""`feedsvc pull`: pulls every site once and says what came of it."""

import logging
import sys
import time

import click

from feedsvc.commands.failures import describe_failure
from feedsvc.commands.open_store import open_store
from feedsvc.config import Settings
from feedsvc.errors import ConfigError, FeedsvcError
from feedsvc.store.site_state import SiteState
from feedsvc.sync.reclean import clean_again
from feedsvc.worker import Poller

log = logging.getLogger(__name__)

_WAIT_SECONDS = 0.5


def pull_sites(settings: Settings, *, full: bool) -> bool:
    """Pull every site, print a line about each, and return whether all went well; with `full`, ask for
    every post again. Raises ConfigError when no site is configured.
    """
    if not settings.sites:
        raise ConfigError(["no site is configured: write one into config.toml, or give --site URL"])
    with open_store(settings) as database:
        clean_again(database)
        poller = Poller(settings, database)
        outcomes = [_pull_site(poller, state, full=full) for state in poller.register()]
    return all(outcomes)


def _pull_site(poller: Poller, state: SiteState, *, full: bool) -> bool:
    """Pull a site, print a line about it, and return whether it went well."""
    name = state.site.name
    try:
        _claim_site(poller, state.id, name)
        hidden = not sys.stderr.isatty()
        with click.progressbar(length=1, label=name, file=sys.stderr, show_pos=True, hidden=hidden) as bar:

            def show(done: int, total: int) -> None:
                bar.length = max(total, 1)
                bar.update(min(done, total) - bar.pos)

            report = poller.pull(state.id, full=full, plan=False, progress=show)
    except FeedsvcError as error:
        click.echo(f"{name}: failed: {describe_failure(error)}")
        return False
    except Exception:  # the other sites are pulled all the same
        log.exception("site %s: an error in feedsvc", name)
        click.echo(f"{name}: failed: an error in feedsvc, please report it")
        return False
    click.echo(f"{name}: {report}")
    return True


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
