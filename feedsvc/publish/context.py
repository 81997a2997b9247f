"""What every route works with: the settings, the store, and what a request says of us."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial

from flask import Request, current_app, request
from sqlalchemy import Connection

from feedsvc.config import Settings
from feedsvc.publish.access import is_private
from feedsvc.publish.client_presence import has_left
from feedsvc.publish.directory import DirectoryCache
from feedsvc.publish.freshness import format_cache_control, load_sighting
from feedsvc.publish.hosts import is_known_host
from feedsvc.publish.prepared_answers import PreparedAnswers
from feedsvc.publish.published_sites import PublishedSites
from feedsvc.store.database import Database

EXTENSION = "feedsvc"
"""The key of the context among the application's extensions."""

MAX_ANSWER_SECONDS = 5.0
"""What an answer may take to be found. Of 100,000 posts nearly all take hundredths of a second; a machine
that is ten times slower, or busy, still answers them. Readers wait for ten seconds and longer, and what
nobody waits for any more ends soon enough for the others."""


@dataclass(frozen=True, slots=True)
class PublishContext:
    """What `create_app` was given."""

    settings: Settings
    database: Database
    answers: PreparedAnswers
    answer_seconds: float = MAX_ANSWER_SECONDS
    directories: DirectoryCache = field(default_factory=DirectoryCache)

    def reading(self) -> AbstractContextManager[Connection]:
        """Return a connection to answer the current request with, until `answer_seconds` are over or the
        client has left; then TooLongError is raised.
        """
        return self.database.reading_for(
            self.answer_seconds, partial(has_left, request.environ.get("gunicorn.socket"))
        )

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
        'no-store', since the client itself may keep it. So it is with what a key has opened.
        """
        if is_private(request):
            return False
        return bool(self.settings.base_url) or is_known_host(self.settings, request.host)

    def cache_control(self, connection: Connection, request: Request, published: PublishedSites) -> str:
        """Return the Cache-Control of the answer to `request`, which shows what is `published`."""
        return format_cache_control(
            self.settings,
            load_sighting(connection, published).next_pull_at,
            is_complete=published.is_complete,
            may_share=self.may_share(request),
        )


def current_context() -> PublishContext:
    """Return the context of the application that answers the current request."""
    context: PublishContext = current_app.extensions[EXTENSION]
    return context


def read_query_string(request: Request) -> str:
    """Return the query string of `request`, with U+FFFD for bytes that are not UTF-8."""
    return request.query_string.decode("utf-8", errors="replace")
