"""What we cost the sites: requests and bytes, by the hour of the last day and in all."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

from feedsvc.store.constructs import insert_or_update
from feedsvc.store.tables import sites, traffic

_DAY = timedelta(days=1)


def record_traffic(
    connection: Connection, site_id: int, now: datetime, requests: int, received: int
) -> None:
    """Add to what a site was asked and has sent (bytes of bodies), and forget what is older than a day."""
    if not requests:
        return
    hour = now.replace(minute=0, second=0, microsecond=0)
    added = {"requests": requests, "received": received}
    statement = insert_or_update(traffic).values(site_id=site_id, hour=hour, **added)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["site_id", "hour"],
            set_={name: traffic.c[name] + value for name, value in added.items()},
        )
    )
    connection.execute(delete(traffic).where(traffic.c.site_id == site_id, traffic.c.hour <= hour - _DAY))
    connection.execute(
        update(sites)
        .where(sites.c.id == site_id)
        .values({name: sites.c[name] + value for name, value in added.items()})
    )


def sum_last_day(connection: Connection, now: datetime) -> Mapping[int, tuple[int, int]]:
    """Return the requests and the bytes of each site in this hour and the 23 before it, by site id."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    rows = connection.execute(
        select(traffic.c.site_id, func.sum(traffic.c.requests), func.sum(traffic.c.received))
        .where(traffic.c.hour > hour - _DAY)
        .group_by(traffic.c.site_id)
    )
    return {site_id: (int(requests), int(received)) for site_id, requests, received in rows}
