"""`feedsvc copy`: copies a store into another database."""

import sys
from contextlib import closing

import click

from feedsvc.config import Settings
from feedsvc.connect_store import connect_store
from feedsvc.errors import ConfigError
from feedsvc.store.copying import copy_store
from feedsvc.values import parse_database_url


def copy_between(settings: Settings, source_url: str, target_url: str) -> None:
    """Copy the store at one address into the empty database at another, and print that it is done.

    Raises ConfigError for an address that is none, for a source that is not at the current schema, and for
    a target that is not empty.
    """
    addresses = [_parse(name, url) for name, url in (("SOURCE", source_url), ("TARGET", target_url))]
    stores = [connect_store(settings.model_copy(update={"database_url": url})) for url in addresses]
    source, target = stores
    hidden = not sys.stderr.isatty()
    with (
        closing(source),
        closing(target),
        click.progressbar(length=1, label="copying", file=sys.stderr, hidden=hidden) as bar,
    ):

        def show(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        copy_store(source, target, show)
    click.echo(f"copied {source.name} to {target.name}; set DATABASE_URL to serve it from there")


def _parse(name: str, url: str) -> str:
    try:
        return parse_database_url(url)
    except ValueError as error:
        raise ConfigError([f"{name}: {error}"]) from error
