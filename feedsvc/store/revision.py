"""The revision: one number that rises with each transaction that changes what is published.

Whoever keeps a prepared answer learns from it whether there is anything to look at.
"""

import time

from sqlalchemy import Connection, bindparam, insert, select, update

from feedsvc.store.tables import facts

_FACT = "revision"
_SELECT = select(facts.c.value).where(facts.c.name == _FACT)
_UPDATE = update(facts).where(facts.c.name == _FACT).values(value=bindparam("of_revision"))


def load_revision(connection: Connection) -> int:
    """Return the revision of the store as `connection` sees it, 0 for a new one."""
    return int(connection.scalar(_SELECT) or 0)


def raise_revision(connection: Connection) -> None:
    """Raise the revision, in the transaction that has changed something.

    It is the time in milliseconds where that is higher, so that a store brought back from a backup does not
    come to a revision that a process has seen of the one before.
    """
    revision = max(load_revision(connection) + 1, time.time_ns() // 1_000_000)
    if not connection.execute(_UPDATE, {"of_revision": str(revision)}).rowcount:
        connection.execute(insert(facts).values(name=_FACT, value=str(revision)))
