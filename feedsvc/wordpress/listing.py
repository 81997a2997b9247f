"""The pages in which WordPress lists things."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from feedsvc.errors import SiteError
from feedsvc.wordpress.diagnosis import ADVICE_CACHE

PAGE_SIZE = 100
"""Items: the most that WordPress gives at once."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing, given at `date` (UTC, by the site's clock).

    `total` is what WordPress counts, posts that it never lists included, and None when a proxy took the
    header away. `last` says that no page follows.
    """

    number: int
    items: Sequence[dict[str, Any]]
    total: int | None
    last: bool
    date: datetime
    url: str


def iter_pages(fetch: Callable[[int], Page], start: int = 1) -> Iterator[Page]:
    """Yield pages from the number `start` to the last.

    Raises SiteError when a page comes twice, which would go on for ever.
    """
    previous_ids: list[object] = []
    for number in count(start):
        page = fetch(number)
        ids = [item.get("id") for item in page.items]
        if ids and ids == previous_ids:
            if page.total is None:
                return  # it knows nothing of pages
            raise SiteError(
                page.url, "it gives the same page again and again", ADVICE_CACHE, cause="ignores_query"
            )
        yield page
        if page.last:
            return
        previous_ids = ids


def split_into_pages(ids: Iterable[int], size: int = PAGE_SIZE) -> Iterator[list[int]]:
    """Yield `ids` in lists that are short enough for one request."""
    all_ids = list(ids)
    for start in range(0, len(all_ids), size):
        yield all_ids[start : start + size]
