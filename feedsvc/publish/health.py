"""How each site is doing, from the store alone: for the status page, the metrics and `feedsvc check`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from feedsvc.config import Settings
from feedsvc.publish.find import published
from feedsvc.store import traffic
from feedsvc.store.posts import count_posts
from feedsvc.store.site_state import SiteState


@dataclass(frozen=True, slots=True)
class Health:
    """One site: its state, the posts held of it, and the requests and bytes of the last day."""

    state: SiteState
    held: int
    requests: int
    received: int

    @property
    def condition(self) -> Literal["imported", "failing", "waiting", "reading", "well"]:
        """What to call how the site is doing."""
        state = self.state
        if state.is_imported and not state.sync.api_root and not state.poll.failures:
            return "imported"
        if state.poll.failures:
            return "failing"
        if not state.poll.last_success_at:
            return "reading" if state.sync.api_root else "waiting"
        return "well" if state.sync.backfilled_at else "reading"

    def __str__(self) -> str:
        state = self.state
        went = [f"last success {_told(state.poll.last_success_at)}"]
        if state.poll.last_error:
            went.append(f"last error {_told(state.poll.last_error_at)}: {state.poll.last_error}")
        if state.poll.due_at.timestamp() > 0:
            went.append(f"next pull {_told(state.poll.due_at)}")
        kilobytes = round(self.received / 1000)
        went.append(f"{self.held} posts held")
        went.append(f"{self.requests} requests and {kilobytes} kB in the last day")
        return "; ".join([*went, *state.poll.remarks])


def _told(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "never"


def health(connection: Connection, settings: Settings, now: datetime) -> list[Health]:
    """Give how the published sites are doing at `now`: those that fail first, then by name."""
    spent = traffic.sum_last_day(connection, now)
    return [
        Health(state, count_posts(connection, state.id), *spent.get(state.id, (0, 0)))
        for state in sorted(published(connection, settings), key=lambda state: not state.poll.failures)
    ]
