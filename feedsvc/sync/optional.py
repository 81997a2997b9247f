"""Requests that posts can do without: for terms, pictures, the version of WordPress.

A site that refuses them costs those alone: posts come all the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from feedsvc.errors import SiteError
from feedsvc.sync.plan import may_ask_for_optional
from feedsvc.sync.site_store import SiteStore
from feedsvc.sync.steps import OptionalRefused

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OptionalRequests:
    """Asks one site for what its posts can do without.

    `remark` is called with what is missing.
    """

    store: SiteStore
    remark: Callable[[str], None]

    def fetch(self, ask: Callable[[], T], otherwise: T, what: str = "") -> T:
        """Return what `ask` returns, or `otherwise` where the site does not answer it.

        With `what`, the name of what is then missing, that is worth a remark. Raise SiteError where the
        site asks us to wait: then nothing else is asked of it now, and for a day after that wait nothing
        but its posts.
        """
        now = datetime.now(UTC)
        if not may_ask_for_optional(self.store.load_state(), now):
            return otherwise
        try:
            return ask()
        except SiteError as error:
            if error.asks_to_wait:
                self.store.remember(OptionalRefused(error.retry_at, now))
                raise
            if what:
                self.remark(f"{what} are not given: {error}")
            return otherwise
