"""How each site is doing, from the store alone: for the status page, the metrics and `feedsvc check`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from feedsvc.config import Settings
from feedsvc.publish.published_sites import load_published_sites
from feedsvc.store import posts, traffic
from feedsvc.store.site_state import SiteState


@dataclass(frozen=True, slots=True)
class SiteHealth:
    """One site: its state, the number of its posts, the requests and bytes of the last day, and whether its
    pull is overdue.
    """

    state: SiteState
    post_count: int
    requests: int
    received_bytes: int
    is_overdue: bool = False

    @property
    def is_up(self) -> bool:
        """Whether the last pull went well and the next one is not overdue."""
        return self.condition in ("well", "reading") and not self.is_overdue

    @property
    def condition(self) -> Literal["imported", "failing", "waiting", "reading", "well"]:
        """How the site is doing, in a word."""
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
        parts = [f"last success {_format_moment(state.poll.last_success_at)}"]
        if state.poll.last_error:
            parts.append(f"last error {_format_moment(state.poll.last_error_at)}: {state.poll.last_error}")
        if state.poll.due_at.timestamp() > 0:
            parts.append(f"next pull {_format_moment(state.poll.due_at)}")
        kilobytes = round(self.received_bytes / 1000)
        parts.append(f"{self.post_count} posts held")
        parts.append(f"{self.requests} requests and {kilobytes} kB in the last day")
        return "; ".join([*parts, *state.poll.remarks])


def _format_moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "never"


def list_health(connection: Connection, settings: Settings, now: datetime) -> list[SiteHealth]:
    """Return how the published sites are doing at `now`: those that fail first, then by name."""
    traffic_by_site = traffic.sum_last_day(connection, now)
    post_counts = posts.count_posts_by_site(connection)
    published = load_published_sites(connection, settings)
    return [
        SiteHealth(
            state,
            post_counts.get(state.id, 0),
            *traffic_by_site.get(state.id, (0, 0)),
            is_overdue=state.is_overdue(now),
        )
        for state in sorted(published.states, key=lambda state: not state.poll.failures)
    ]
