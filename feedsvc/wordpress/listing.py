"""The pages in which WordPress lists things."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from feedsvc.errors import SiteError
from feedsvc.wordpress.diagnosis import ADVICE_CACHE, ADVICE_ENDLESS
from feedsvc.wordpress.json_values import is_id

PAGE_SIZE = 100
"""Items: the most that WordPress gives at once."""

MAX_ITEMS = 2_000_000
"""Items of one listing that are read: twice the posts of the largest sites that we know of."""

MAX_PAGES = 100_000
"""Pages of one listing that are read: a million items of a site that gives ten at once."""

MAX_UNCOUNTED_PAGES = 2_000
"""Pages that are read where a proxy takes away how many there are: then nothing tells a long listing from
one that is made up."""

MAX_STALE_PAGES = 3
"""Pages in a row that may bring nothing new. One may, when as much was published as a page holds."""

MIN_NEW_PAGES = 10
"""Pages by which a listing may grow while it is read, or by a tenth of them: by then it is made up."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing, given at `date` (UTC, by the site's clock).

    `total` is what WordPress counts, posts that it never lists included, and None when a proxy took the
    header away; so is `page_count`, the number of pages. `last` says that no page follows.
    """

    number: int
    items: Sequence[dict[str, Any]]
    total: int | None
    last: bool
    date: datetime
    url: str
    page_count: int | None = None


def iter_pages(fetch: Callable[[int], Page], start: int = 1) -> Iterator[Page]:
    """Yield pages from the number `start` to the last.

    Raises SiteError when the listing would go on for ever: a page comes twice, or several bring nothing
    new, or there are far more than the first one said.
    """
    previous_ids: list[object] = []
    seen_ids: set[int] = set()
    stale_count, max_number = 0, start + MAX_UNCOUNTED_PAGES - 1
    for number in count(start):
        page = fetch(number)
        ids = [item.get("id") for item in page.items]
        new_ids = {item_id for item_id in ids if is_id(item_id)} - seen_ids
        stale_count = 0 if new_ids or not ids else stale_count + 1
        if ids and (ids == previous_ids or stale_count == MAX_STALE_PAGES):
            if page.total is None:
                return  # it knows nothing of pages
            raise SiteError(
                page.url, "it gives the same page again and again", ADVICE_CACHE, cause="ignores_query"
            )
        if number == start and page.page_count is not None:
            max_number = min(MAX_PAGES, page.page_count + max(MIN_NEW_PAGES, page.page_count // 10))
        if number > max_number or len(seen_ids) > MAX_ITEMS:
            got = f"its list goes on behind page {number - 1}, far beyond what it counts"
            raise SiteError(page.url, got, ADVICE_ENDLESS, cause="endless")
        yield page
        if page.last:
            return
        previous_ids = ids
        seen_ids |= new_ids


def split_into_pages(ids: Iterable[int], size: int = PAGE_SIZE) -> Iterator[list[int]]:
    """Yield `ids` in lists that are short enough for one request."""
    all_ids = list(ids)
    for start in range(0, len(all_ids), size):
        yield all_ids[start : start + size]
