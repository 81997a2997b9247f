"""`feedsvc migrate`: brings the database to the current schema."""

import click

from feedsvc.config import Settings
from feedsvc.connect_store import connect_store


def migrate_store(settings: Settings) -> None:
    """Bring the database to the current schema, and print whether anything was to do."""
    database = connect_store(settings)
    changed = database.migrate()
    database.close()
    click.echo(
        "the database is now at the current schema" if changed else "the database was current already"
    )
