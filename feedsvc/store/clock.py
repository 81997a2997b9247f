"""The clock that all processes go by: the database's, whatever each machine's own says."""

from datetime import UTC, datetime

from sqlalchemy import Connection, select

from feedsvc.store.constructs import DatabaseSeconds

_SELECT = select(DatabaseSeconds())


def load_now(connection: Connection) -> datetime:
    """Return what time it is by the clock of the database, in UTC: now, not when the transaction began,
    which may have waited for another.
    """
    return datetime.fromtimestamp(float(connection.execute(_SELECT).scalar_one()), UTC)
