"""A service of one process with its layer of prepared answers, and a store of five posts, for tests."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.test import Client, TestResponse

from feedsvc.config import Settings
from feedsvc.model import Post
from feedsvc.publish.context import EXTENSION, PublishContext
from feedsvc.publish.freshness import LOOK_SECONDS
from feedsvc.publish.warm import WarmAnswers
from feedsvc.publish.web import create_app
from feedsvc.store import sites
from feedsvc.store.database import Database
from storing import save_post

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@dataclass
class Warm:
    """A service of one process, with its layer of prepared answers, and how often it was called behind."""

    settings: Settings
    database: Database
    calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        app = create_app(self.settings, self.database)
        self.context: PublishContext = app.extensions[EXTENSION]

        def counted(environ: dict[str, Any], start_response: Any) -> Any:
            self.calls.append(environ["PATH_INFO"])
            return app(environ, start_response)

        self.client = Client(WarmAnswers(counted, self.context))

    def get(self, address: str, **headers: str) -> TestResponse:
        """Return the answer to a GET; in names of headers stands an underscore for each hyphen."""
        return self.client.get(address, headers=named(headers))

    def look_again(self) -> None:
        """Wait until the next request finds out what has changed."""
        time.sleep(2 * LOOK_SECONDS + 0.05)


def named(headers: dict[str, str]) -> dict[str, str]:
    """Return headers by their names, from names with underscores."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


def told(response: TestResponse) -> tuple[int, list[tuple[str, str]], bytes]:
    """Return all that an answer says."""
    return response.status_code, sorted(response.headers.items()), response.data


def a_post(number: int, words: str = "some words", **others: Any) -> Post:
    """Return a post of its own text."""
    at = NOON + timedelta(hours=number)
    text = f"<p>{words} {' '.join(f'word{number}x{place}' for place in range(30))}</p>"
    values: dict[str, Any] = {
        "id": number,
        "guid": f"https://news.example/?p={number}",
        "link": f"https://news.example/{number}/",
        "title": f"Number {number}",
        "summary": "",
        "content": text,
        "published": at,
        "modified": at,
    }
    return Post(**values | others)


def save(database: Database, post: Post) -> None:
    """Write a post of the site 'news'."""
    with database.transaction() as connection:
        save_post(connection, 1, post)


def fill(database: Database) -> None:
    """Put the site 'news' and five posts into an empty store."""
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "news", "https://news.example/", imported=True)
        for number in range(1, 6):
            save_post(connection, site_id, a_post(number))
