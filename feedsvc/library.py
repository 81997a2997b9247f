"""What Python programs may use: an open store, the entries that a query asks for, and feeds of them.

`feedsvc/__init__.py` offers it as `open_store`, `find_entries` and `render_feed`; see docs/library.md.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from feedsvc.config import Settings, check_settings, load_settings
from feedsvc.connect_store import connect_store
from feedsvc.errors import ConfigError, QueryError
from feedsvc.model import Entry
from feedsvc.publish.feed import build_feed
from feedsvc.publish.find import QueryResult, find_entries
from feedsvc.publish.serialize.formats import DEFAULT_FORMAT, FORMATS
from feedsvc.query.query_string import parse_query_string
from feedsvc.store.clock import load_now
from feedsvc.store.database import Database
from feedsvc.values import parse_database_url


@dataclass(frozen=True, slots=True)
class OpenStore:
    """A store with the settings that it is read by."""

    settings: Settings
    database: Database


@contextmanager
def open_store(
    config: str | PathLike[str] | None = None, *, sites: Sequence[str] = (), database_url: str | None = None
) -> Iterator[OpenStore]:
    """Yield the store that the configuration names, and close it at the end.

    `config` is a TOML file; without it, FEEDSVC_CONFIG or config.toml is read, as by the commands. `sites`
    are addresses instead of those configured, as by --site; `database_url` is as in DATABASE_URL. No site
    is asked for anything. A database of SQLite is brought to the current schema.

    Raises ConfigError with every mistake in the configuration.
    """
    settings = load_settings(Path(config) if config else None, sites)
    if database_url is not None:
        settings = settings.model_copy(update={"database_url": _parse_database_url(database_url)})
    check_settings(settings)
    with closing(connect_store(settings)) as database:
        database.prepare()
        yield OpenStore(settings, database)


def find_stored_entries(store: OpenStore, query: str = "") -> tuple[Entry, ...]:
    """Return the entries that `query` asks for, the newest first: a query string as in a feed's address,
    such as 'topic=solar&category=energy&limit=50'.

    Raises QueryError with a sentence where that can't be, NotReadyError while a site that may have a name
    is still read for the first time.
    """
    return _find(store, query).entries


def render_feed(store: OpenStore, query: str = "", suffix: str = DEFAULT_FORMAT.name) -> bytes:
    """Return the feed that the address with the query string `query` gives: 'rss', 'atom' or 'json'.

    Raises what `find_stored_entries` does.
    """
    if suffix not in FORMATS:
        raise QueryError(f"there is no format {suffix!r}: known are {', '.join(FORMATS)}")
    settings = store.settings
    result = _find(store, query)
    feed = build_feed(result, suffix, settings.address, settings.title, settings.poll_interval)
    return FORMATS[suffix].serialize(feed)


def _parse_database_url(url: str) -> str:
    try:
        return parse_database_url(url)
    except ValueError as error:
        raise ConfigError([f"database_url: {error}"]) from error


def _find(store: OpenStore, query: str) -> QueryResult:
    parsed = parse_query_string(query)
    with store.database.reading() as connection:
        return find_entries(connection, store.settings, parsed, load_now(connection), counts_pages=True)
