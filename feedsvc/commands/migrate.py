"""`feedsvc migrate`: brings the database to the current schema."""

from contextlib import closing

import click

from feedsvc.config import Settings
from feedsvc.connect_store import connect_store


def migrate_store(settings: Settings) -> None:
    """Bring the database to the current schema, and print whether anything was to do."""
    with closing(connect_store(settings)) as database:
        changed = database.migrate()
    click.echo(
        "the database is now at the current schema" if changed else "the database was current already"
    )
