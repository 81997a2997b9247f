"""What a test sets of a site in the store, as if time had passed or a pull had gone so."""

from sqlalchemy import Connection, update

from feedsvc.store.tables import sites


def set_columns(connection: Connection, site_id: int, **values: object) -> None:
    """Set columns of a site."""
    connection.execute(update(sites).where(sites.c.id == site_id).values(values))
