"""The commands: each wires the parts together; errors become an exit status here."""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

import click
from sqlalchemy.exc import SQLAlchemyError

from feedsvc import __version__
from feedsvc.config import Settings, SiteSettings, load_settings
from feedsvc.errors import ConfigError, FeedsvcError, QueryError, SiteError
from feedsvc.publish.feed import build_feed
from feedsvc.publish.find import find_entries
from feedsvc.publish.health import SiteHealth, list_health
from feedsvc.publish.saved_topics import parse_saved_topics
from feedsvc.publish.serialize.formats import DEFAULT_FORMAT, FORMATS
from feedsvc.query.query_string import parse_query_string
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.post_writer import ChangeCounts
from feedsvc.store.site_state import SiteState
from feedsvc.sync.importing import import_posts
from feedsvc.sync.reclean import clean_again
from feedsvc.sync.turn import check_retry_after
from feedsvc.values import derive_site_name
from feedsvc.wordpress.discover import discover
from feedsvc.wordpress.saved import group_by_site, read_saved_posts
from feedsvc.worker import Poller, make_http_client

log = logging.getLogger(__name__)

P = ParamSpec("P")

_STATUS_FAILED = 1
_STATUS_WRONG_USAGE = 2
_WAIT_SECONDS = 0.5


def _add_common_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add to a command the options that all have, before its name and behind it."""
    config = click.option(
        "--config", "file", type=click.Path(path_type=Path), help="The TOML file to read."
    )
    site = click.option(
        "--site",
        "addresses",
        multiple=True,
        metavar="URL",
        help="A site to use instead of those set; repeatable.",
    )
    return config(site(command))


def _with_settings(run: Callable[Concatenate[Settings, P], None]) -> Callable[..., None]:
    """Add the common options to a command and call it with the settings; errors become an exit status."""

    @_add_common_options
    @wraps(run)
    def wrapped(file: Path | None, addresses: tuple[str, ...], *args: P.args, **kwargs: P.kwargs) -> None:
        before: dict[str, Any] = click.get_current_context().obj
        try:
            settings = load_settings(file or before["file"], before["addresses"] + addresses)
            parse_saved_topics(settings)  # a mistake in one is a mistake in the configuration
            run(settings, *args, **kwargs)
        except FeedsvcError as error:
            click.echo(f"feedsvc: {error}", err=True)
            usage = isinstance(error, ConfigError | QueryError)
            raise SystemExit(_STATUS_WRONG_USAGE if usage else _STATUS_FAILED) from error

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="feedsvc")
@_add_common_options
@click.pass_context
def main(context: click.Context, file: Path | None, addresses: tuple[str, ...]) -> None:
    """Clean RSS, Atom and JSON feeds from the REST API of WordPress sites."""
    context.obj = {"file": file, "addresses": addresses}
    # The services log to stdout, as platforms expect; elsewhere stdout is the command's own output.
    is_service = context.invoked_subcommand in ("serve", "worker")
    logging.basicConfig(
        stream=sys.stdout if is_service else sys.stderr,
        level=logging.INFO if is_service else logging.WARNING,
        format="%(asctime)s %(levelname)s %(message)s",
    )
    for noisy in ("requests_cache", "urllib3", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


@main.command()
@_with_settings
def serve(settings: Settings) -> None:
    """Serve the feeds and pull the sites: the whole service."""
    from feedsvc.serve import run_server  # gunicorn, which no other command needs

    run_server(settings)


@main.command()
@_with_settings
def worker(settings: Settings) -> None:
    """Pull the sites, each as often as it is due."""
    with _open_store(settings) as database:
        Poller(settings, database).run()


@main.command()
@click.option("--full", is_flag=True, help="Ask for every post again.")
@_with_settings
def pull(settings: Settings, full: bool) -> None:
    """Pull every site once and say what came of it."""
    if not settings.sites:
        raise ConfigError(["no site is configured: write one into config.toml, or give --site URL"])
    with _open_store(settings) as database:
        clean_again(database)
        poller = Poller(settings, database)
        outcomes = [_pull_site(poller, state, full=full) for state in poller.register()]
    if not all(outcomes):
        raise SystemExit(_STATUS_FAILED)


@main.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@_with_settings
def import_(settings: Settings, files: tuple[Path, ...]) -> None:
    """Take posts from saved REST responses: one post or a list of them in each of FILES."""
    only_site = settings.sites[0].url if len(settings.sites) == 1 else None
    sorted_files = [(file, group_by_site(file, read_saved_posts(file), only_site)) for file in files]
    names_by_url = {site.url.rstrip("/"): site.name for site in settings.sites}
    with _open_store(settings) as database:
        clean_again(database)
        for file, items_by_url in sorted_files:
            counts = ChangeCounts()
            for url, items in items_by_url.items():
                name = names_by_url.get(url.rstrip("/"), derive_site_name(url))
                with database.transaction() as connection:
                    site_id = sites.ensure_site(connection, name, url, imported=True)
                counts += import_posts(database, site_id, items)
            click.echo(f"{file}: {counts.new} new, {counts.changed} changed, {counts.removed} removed")


@main.command()
@click.argument("query", default="")
@click.option(
    "--format", "suffix", type=click.Choice(list(FORMATS)), default=DEFAULT_FORMAT.name, show_default=True
)
@_with_settings
def render(settings: Settings, query: str, suffix: str) -> None:
    """Print the feed that the URL with the query string QUERY would give."""
    # Bytes of the command line that are not UTF-8 are refused as in an address.
    parsed = parse_query_string(query.encode(errors="surrogateescape").decode(errors="replace"))
    with _open_store(settings) as database, database.reading() as connection:
        result = find_entries(connection, settings, parsed, datetime.now(UTC))
    feed = build_feed(result, suffix, settings.address, settings.title)
    sys.stdout.buffer.write(FORMATS[suffix].serialize(feed))


@main.command()
@_with_settings
def check(settings: Settings) -> None:
    """Check the configuration, and ask each site whether its REST API answers."""
    click.echo("configuration: in order")
    if not settings.sites:
        click.echo("no site is configured: write one into config.toml, or set FEEDSVC_SITES")
    health_by_url = _load_health(settings)
    outcomes = [_check_site(settings, site, health_by_url.get(site.url)) for site in settings.sites]
    if not all(outcomes):
        raise SystemExit(_STATUS_FAILED)


@main.command()
@_with_settings
def migrate(settings: Settings) -> None:
    """Bring the database to the current schema."""
    database = Database(settings.database_url, settings.duplicate_window)
    changed = database.migrate()
    database.close()
    click.echo(
        "the database is now at the current schema" if changed else "the database was current already"
    )


@contextmanager
def _open_store(settings: Settings) -> Iterator[Database]:
    """Yield the store, at the current schema, and close it when the command is done."""
    database = Database(settings.database_url, settings.duplicate_window)
    try:
        database.migrate()
        yield database
    finally:
        database.close()


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
        click.echo(f"{name}: failed: {_describe_failure(error)}")
        return False
    except Exception:  # the other sites are pulled all the same
        log.exception("site %s: an error in feedsvc", name)
        click.echo(f"{name}: failed: an error in feedsvc, please report it")
        return False
    click.echo(f"{name}: {report}")
    return True


def _load_health(settings: Settings) -> dict[str, SiteHealth]:
    """Return how the sites are doing, by their addresses; without a database nothing, and none is made."""
    database = Database(settings.database_url, settings.duplicate_window)
    try:
        if not database.exists() or not database.is_current():
            return {}
        with database.reading() as connection:
            sites_health = list_health(connection, settings, datetime.now(UTC))
        return {health.state.configured_url: health for health in sites_health}
    except SQLAlchemyError as error:
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
        answers, outcome = False, f"failed: {_describe_failure(error)}"
    else:
        version = f", WordPress {discovered.version}" if discovered.version else ""
        post_count = "" if total is None else f", {total} posts"
        answers, outcome = True, f"{discovered.api.root} answers{version}{post_count}"
    click.echo(f"{site.name}: {outcome}" + (f"\n    {health}" if health else ""))
    return answers


def _describe_failure(error: FeedsvcError) -> str:
    """Return an error as a terminal shows it, which is not public: with what the site said."""
    return f"{error} It said {error.quote}" if isinstance(error, SiteError) and error.quote else str(error)


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
