"""What every route works with: the settings, the store, and what a request says of us."""

from dataclasses import dataclass

from flask import Request, current_app

from feedsvc.config import Settings
from feedsvc.publish.hosts import is_known_host
from feedsvc.store.database import Database

EXTENSION = "feedsvc"
"""The key of the context among the application's extensions."""

_MAX_AGE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class PublishContext:
    """What `create_app` was given."""

    settings: Settings
    database: Database

    def base_url(self, request: Request) -> str:
        """Return where the client of `request` reaches us, with a slash behind."""
        if self.settings.base_url:
            return self.settings.address
        return f"{request.scheme}://{request.host}/"

    def may_share(self, request: Request) -> bool:
        """Return whether a cache may give the answer to `request` to others than its client.

        Addresses that are made from a Host which the operator has not named are for who sent it alone: a
        cache that does not tell hosts apart would hand them to everyone. 'private' rather than
        'Vary: Host', which caches take for a part of their key anyway, or not at all; rather than
        'no-store', since the client itself may keep it.
        """
        return bool(self.settings.base_url) or is_known_host(self.settings, request.host)

    def max_age(self, *, is_complete: bool) -> int:
        """Return for how many seconds caches may keep an answer."""
        # While posts are still coming in, no cache should hold on to what lacks most of them.
        if not is_complete:
            return 0
        return int(min(self.settings.poll_interval.total_seconds(), _MAX_AGE_SECONDS))


def current_context() -> PublishContext:
    """Return the context of the application that answers the current request."""
    context: PublishContext = current_app.extensions[EXTENSION]
    return context


def read_query_string(request: Request) -> str:
    """Return the query string of `request`, with U+FFFD for bytes that are not UTF-8."""
    return request.query_string.decode("utf-8", errors="replace")
