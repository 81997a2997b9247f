"""`feedsvc check`: asks each site whether its REST API answers."""

from contextlib import closing
from datetime import UTC, datetime

import click
from sqlalchemy.exc import SQLAlchemyError

from feedsvc.commands.failures import describe_failure
from feedsvc.config import Settings, SiteSettings
from feedsvc.connect_store import connect_store
from feedsvc.errors import DatabaseBusyError, SiteError
from feedsvc.publish.health import SiteHealth, list_health
from feedsvc.sync.turn import check_retry_after
from feedsvc.wordpress.discover import discover
from feedsvc.worker import make_http_client


def check_sites(settings: Settings) -> bool:
    """Ask each site whether its REST API answers, print what came of it, and return whether all do."""
    click.echo("configuration: in order")
    if not settings.sites:
        click.echo("no site is configured: write one into config.toml, or set FEEDSVC_SITES")
    health_by_url = _load_health(settings)
    answers = [_check_site(settings, site, health_by_url.get(site.url)) for site in settings.sites]
    return all(answers)


def _load_health(settings: Settings) -> dict[str, SiteHealth]:
    """Return how the sites are doing, by their addresses; without a database nothing, and none is made."""
    database = connect_store(settings)
    try:
        if not database.exists() or not database.is_current():
            return {}
        with database.reading() as connection:
            sites_health = list_health(connection, settings, datetime.now(UTC))
        return {health.state.configured_url: health for health in sites_health}
    except (SQLAlchemyError, DatabaseBusyError) as error:
        click.echo(f"the database can't be read: {error}")
        return {}
    finally:
        database.close()


def _check_site(settings: Settings, site: SiteSettings, health: SiteHealth | None) -> bool:
    """Ask a site whether its REST API answers, and return whether it does.

    Prints what the site answered and `health`, how it was doing.
    """
    try:
        if health:
            check_retry_after(health.state)
        with closing(make_http_client(settings, site.url)) as http:
            discovered = discover(http, site.url)
            total = discovered.api.fetch_last_modified().total
    except SiteError as error:
        answers, outcome = False, f"failed: {describe_failure(error)}"
    else:
        version = f", WordPress {discovered.page.version}" if discovered.page.version else ""
        post_count = "" if total is None else f", {total} posts"
        answers, outcome = True, f"{discovered.api.root} answers{version}{post_count}"
    click.echo(f"{site.name}: {outcome}" + (f"\n    {health}" if health else ""))
    return answers
