"""Which schema a database has, and how it comes to be today's: made at once where it is new, else migrated.

Alembic, which takes as long to import as a hundred posts to write, is imported where there is something to
migrate.
"""

from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

from feedsvc.store.sqlite_search import CREATE_SEARCH
from feedsvc.store.tables import metadata

MIGRATIONS = Path(__file__).with_name("migrations")

_VERSION_TABLE = table("alembic_version", column("version_num"))
# As Alembic makes it.
_CREATE_VERSION_TABLE = (
    "CREATE TABLE IF NOT EXISTS alembic_version"
    " (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)

SCHEMAS = tuple(sorted((file.name[:4] for file in (MIGRATIONS / "versions").glob("0*.py")), reverse=True))
"""The schemas that this version knows, the newest first: its own. Their files are called by them."""


def load_schema(connection: Connection) -> str | None:
    """Return the schema of a database; None where it has none yet."""
    if not inspect(connection).has_table(_VERSION_TABLE.name):
        return None
    found: str | None = connection.scalar(select(_VERSION_TABLE.c.version_num))
    return found


def create_schema(connection: Connection) -> None:
    """Make today's schema in a file of SQLite that has none: what the migrations make, in a tenth of their
    time.
    """
    metadata.create_all(connection, checkfirst=False)  # what has our tables and no schema is not ours
    connection.exec_driver_sql(CREATE_SEARCH)
    connection.exec_driver_sql(_CREATE_VERSION_TABLE)
    connection.execute(_VERSION_TABLE.insert().values(version_num=SCHEMAS[0]))


def migrate_schema(connection: Connection) -> None:
    """Bring a database whose schema is one of `SCHEMAS`, or that has none, to the newest of them."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
