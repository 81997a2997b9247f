"""The pages in which WordPress lists things, and lists that fit into one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from feedsvc.errors import SiteError
from feedsvc.wordpress.diagnosis import ADVICE_CACHE

PAGE_SIZE = 100
"""The most that WordPress gives at once."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing, given at `date` by the site's clock. `total` is what WordPress counts, posts
    that it never lists included, and None when a proxy took the header away; `last` says that no page
    follows.
    """

    number: int
    items: Sequence[dict[str, Any]]
    total: int | None
    last: bool
    date: datetime
    url: str


def iter_pages(fetch: Callable[[int], Page], start: int = 1) -> Iterator[Page]:
    """Return pages from the number `start` to the last.

    Raises SiteError when a page comes twice, which would go on for ever.
    """
    before: list[object] = []
    for number in count(start):
        page = fetch(number)
        ids = [item.get("id") for item in page.items]
        if ids and ids == before:
            if page.total is None:
                return  # it knows nothing of pages
            raise SiteError(
                page.url, "it gives the same page again and again", ADVICE_CACHE, cause="ignores_query"
            )
        yield page
        if page.last:
            return
        before = ids


def split_into_pages(ids: Iterable[int], size: int = PAGE_SIZE) -> Iterator[list[int]]:
    """Return `ids` in lists that are short enough for one request."""
    wanted = list(ids)
    for start in range(0, len(wanted), size):
        yield wanted[start : start + size]
