"""What `feedsvc serve --require-sites` asks before it serves: whether there is anything to read."""

from contextlib import closing

import click

from feedsvc.commands.failures import describe_failure
from feedsvc.config import Settings
from feedsvc.connect_site import make_http_client
from feedsvc.connect_store import connect_store
from feedsvc.errors import SiteError, StartError
from feedsvc.store import posts, sites
from feedsvc.wordpress.discover import discover


def require_sites_to_answer(settings: Settings) -> None:
    """Raise StartError, with a sentence for each, when a site can't be read of which nothing is held."""
    held_urls = _list_held_urls(settings)
    failures = []
    for site in settings.sites:
        if site.url in held_urls:
            continue
        click.echo(f"feedsvc: asking {site.url} for its posts")
        try:
            with closing(make_http_client(settings, site.url)) as http:
                discover(http, site.url).api.fetch_last_modified()
        except SiteError as error:
            failures.append(f"{site.name}: {describe_failure(error)}")
    if failures:
        raise StartError("\n".join(failures))


def _list_held_urls(settings: Settings) -> set[str]:
    """Return the configured addresses of the sites of which posts are stored."""
    with closing(connect_store(settings)) as database:
        if not database.exists() or not database.is_current():
            return set()
        with database.reading() as connection:
            return {
                state.configured_url
                for state in sites.list_sites(connection)
                if posts.count_posts(connection, state.id)
            }
