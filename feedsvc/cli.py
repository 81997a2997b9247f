"""The commands: their names and options; errors become an exit status here.

What a command does is in commands/, and is imported when it is called: to print help, or to say that an
option is wrong, takes no database.
"""

import gc
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import click

from feedsvc import __version__
from feedsvc.errors import ConfigError, FeedsvcError, QueryError

if TYPE_CHECKING:
    from feedsvc.config import Settings

P = ParamSpec("P")

_ADDRESS = re.compile(r"https?://|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/|$)")

_STATUS_FAILED = 1
_STATUS_WRONG_USAGE = 2


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


def _with_settings(run: Callable[Concatenate["Settings", P], None]) -> Callable[..., None]:
    """Add the common options to a command and call it with the settings; errors become an exit status."""

    @_add_common_options
    @wraps(run)
    def wrapped(file: Path | None, addresses: tuple[str, ...], *args: P.args, **kwargs: P.kwargs) -> None:
        from feedsvc.config import check_settings, load_settings

        before: dict[str, Any] = click.get_current_context().obj
        try:
            settings = load_settings(file or before["file"], before["addresses"] + addresses)
            _choose_log(settings, is_service=before["is_service"])
            check_settings(settings)
            run(settings, *args, **kwargs)
        except FeedsvcError as error:
            if kwargs.get("as_json"):
                click.echo(json.dumps({"mistakes": str(error).splitlines()}, ensure_ascii=False))
            for line in str(error).splitlines():
                click.echo(f"feedsvc: {line}", err=True)
            usage = isinstance(error, ConfigError | QueryError)
            raise SystemExit(_STATUS_WRONG_USAGE if usage else _STATUS_FAILED) from error

    return wrapped


def _choose_log(settings: "Settings", *, is_service: bool) -> None:
    """Write the log as the settings say. Services write it to stdout, as platforms expect; elsewhere stdout
    is the command's own output, and what matters little is left out unless it is asked for.
    """
    from feedsvc.service_log import set_up_log

    is_asked_for = is_service or "log_level" in settings.model_fields_set
    set_up_log(settings, "stdout" if is_service else "stderr", "" if is_asked_for else "warning")


_as_json = click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")


_OBJECTS_BEFORE_COLLECTING = 50_000
"""More than the trees of a body have, which a collector finds in use when it looks every 700 objects."""


@contextmanager
def _importing() -> Iterator[None]:
    """Import what stays until the process ends, without the garbage collector, which would go through all
    of it again and again: now, and while the command is at work. There it looks for garbage seldom.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(_OBJECTS_BEFORE_COLLECTING)
        gc.enable()


class _FormatName(click.ParamType[str]):
    """The name of a feed format."""

    name = "format"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """Return the names, as they stand in the help."""
        return self._choice().get_metavar(param, ctx)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the name that `value` is; fail when it is none."""
        return self._choice().convert(value, param, ctx)

    def _choice(self) -> click.Choice[str]:
        from feedsvc.publish.serialize.formats import FORMATS

        return click.Choice(list(FORMATS))


class _Command(click.Command):
    """A command that says how to name a site, where an address was given without --site."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        given = tuple(args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            addresses = [text for text in given if text in error.message and _ADDRESS.match(text)]
            if addresses and not isinstance(error, click.BadParameter):
                advice = " ".join(f"--site {address}" for address in addresses)
                raise click.UsageError(f"a site is named by an option: {advice}", ctx) from error
            raise


class _Commands(click.Group):
    """The group of the commands."""

    command_class = _Command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="feedsvc")
@_add_common_options
@click.pass_context
def main(context: click.Context, file: Path | None, addresses: tuple[str, ...]) -> None:
    """Clean RSS, Atom and JSON feeds from the REST API of WordPress sites."""
    is_service = context.invoked_subcommand in ("serve", "worker")
    context.obj = {"file": file, "addresses": addresses, "is_service": is_service}


@main.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), help="The port to listen on, instead of the one set."
)
@click.option("--no-poller", is_flag=True, help="Serve what is stored, and pull no site.")
@click.option(
    "--require-sites", is_flag=True, help="End when a site can't be read of which nothing is stored yet."
)
@_with_settings
def serve(settings: "Settings", port: int | None, no_poller: bool, require_sites: bool) -> None:
    """Serve the feeds and pull the sites: the whole service."""
    from feedsvc.serve import require_free_port, run_server

    if port is not None:
        settings = settings.model_copy(update={"port": port})
    require_free_port(settings)
    if require_sites:
        from feedsvc.commands.require import require_sites_to_answer

        require_sites_to_answer(settings)
    run_server(settings, with_poller=not no_poller)


@main.command()
@_with_settings
def worker(settings: "Settings") -> None:
    """Pull the sites, each as often as it is due."""
    with _importing():
        from feedsvc.commands.work import run_worker

    run_worker(settings)


@main.command()
@click.option("--full", is_flag=True, help="Ask for every post again.")
@_as_json
@_with_settings
def pull(settings: "Settings", full: bool, as_json: bool) -> None:
    """Pull every site once and say what came of it."""
    with _importing():
        from feedsvc.commands.pull import pull_sites

    if not pull_sites(settings, full=full, as_json=as_json):
        raise SystemExit(_STATUS_FAILED)


@main.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@_as_json
@_with_settings
def import_(settings: "Settings", files: tuple[Path, ...], as_json: bool) -> None:
    """Take posts from saved REST responses: one post or a list of them in each of FILES."""
    with _importing():
        from feedsvc.commands.import_files import import_files

    import_files(settings, files, as_json=as_json)


@main.command()
@click.argument("query", default="")
@click.option("--format", "suffix", type=_FormatName(), default="rss", show_default=True)
@_with_settings
def render(settings: "Settings", query: str, suffix: str) -> None:
    """Print the feed that the URL with the query string QUERY would give."""
    from feedsvc.commands.render import print_feed

    print_feed(settings, query, suffix)


@main.command()
@_as_json
@_with_settings
def check(settings: "Settings", as_json: bool) -> None:
    """Check the configuration, and ask each site whether its REST API answers."""
    from feedsvc.commands.check import check_sites

    report = check_sites(settings)
    click.echo(report.to_json() if as_json else str(report))
    for mistake in report.mistakes:
        click.echo(f"feedsvc: {mistake}", err=True)
    if report.mistakes:
        raise SystemExit(_STATUS_WRONG_USAGE)
    if not report.all_answer:
        raise SystemExit(_STATUS_FAILED)


@main.command()
@click.argument("source")
@click.argument("target")
@_with_settings
def copy(settings: "Settings", source: str, target: str) -> None:
    """Copy a store into an empty database, of another engine too: SOURCE and TARGET as in DATABASE_URL."""
    from feedsvc.commands.copy import copy_between

    copy_between(settings, source, target)


@main.command()
@_with_settings
def migrate(settings: "Settings") -> None:
    """Bring the database to the current schema."""
    from feedsvc.commands.migrate import migrate_store

    migrate_store(settings)


@main.group()
def token() -> None:
    """Tokens that open private feeds."""


@token.command("new")
def make_token() -> None:
    """Print a new token, and say where to put it."""
    import secrets

    click.echo(secrets.token_urlsafe(32))
    click.echo(
        "Put it into FEEDSVC_ACCESS_TOKEN, or access_token of the configuration; several may be valid at "
        "once, and that of a topic opens this topic alone. Readers write ?key= and the token behind an "
        "address, or give it as the password of HTTP Basic.",
        err=True,
    )
