"""A query: as it was asked, and as its names were found in the store. Frozen data, nothing decided here.

A query has four verbs: parse (query_string.py), resolve (publish/resolve.py), canonicalise (address.py)
and execute (publish/find.py).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from feedsvc.query.condition import ANYTHING, Condition, all_of

DEFAULT_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for, whether in a URL, on the command line or in the configuration.

    Names in `condition` are as they were written: NameFilter, never ResolvedFilter. `saved_topic` is the
    name of a topic of the configuration, which `condition` narrows further.
    `players` is whether RSS and Atom carry frames, None where the settings say.
    """

    condition: Condition = ANYTHING
    saved_topic: str = ""
    since: timedelta | date | None = None
    limit: int = DEFAULT_LIMIT
    page: int = 1
    content: Literal["full", "summary"] = "full"
    players: bool | None = None
    dedupe: bool = True

    def since_moment(self, now: datetime) -> datetime | None:
        """Return the time (UTC) that `since` means at `now`: a date means its beginning in UTC."""
        if isinstance(self.since, timedelta):
            return now - self.since
        return datetime(*self.since.timetuple()[:3], tzinfo=UTC) if self.since else None


@dataclass(frozen=True, slots=True)
class ResolvedQuery:
    """A query with rows of the store for its names: ResolvedFilter, never NameFilter.

    `condition` is that of `query`; `saved_condition` and `saved_title` are of the saved topic that it
    narrows, if any.
    """

    query: Query
    condition: Condition
    saved_condition: Condition = ANYTHING
    saved_title: str = ""

    @property
    def whole_condition(self) -> Condition:
        """What an entry must meet: the condition of the query and that of its saved topic."""
        return all_of([self.condition, self.saved_condition])
