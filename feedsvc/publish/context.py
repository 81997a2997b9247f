"""What every route works with: the settings, the store, and what a request says of us."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

from flask import Request, current_app
from sqlalchemy import Connection

from feedsvc.config import Settings
from feedsvc.store.database import Database

EXTENSION = "feedsvc"
"""The key of the context among the application's extensions."""

_MAX_AGE_SECONDS = 300

MAX_ANSWER_SECONDS = 5.0
"""What an answer may take to be found. Of 100,000 posts nearly all take hundredths of a second; a machine
that is ten times slower, or busy, still answers them. Readers wait for ten seconds and longer, and what
nobody waits for any more ends soon enough for the others."""


@dataclass(frozen=True, slots=True)
class PublishContext:
    """What `create_app` was given."""

    settings: Settings
    database: Database

    def reading(self) -> AbstractContextManager[Connection]:
        """Return a connection to answer a request with, until MAX_ANSWER_SECONDS are over."""
        return self.database.reading_for(MAX_ANSWER_SECONDS)

    def base_url(self, request: Request) -> str:
        """Return where the client of `request` reaches us, with a slash behind."""
        if self.settings.base_url:
            return self.settings.address
        return f"{request.scheme}://{request.host}/"

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
