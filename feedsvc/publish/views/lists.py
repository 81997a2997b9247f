"""Lists of feeds as pages show them: in the order of a tree, searched, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedsvc.publish.directory import FeedListing
from feedsvc.publish.serialize.formats import DEFAULT_FORMAT
from feedsvc.text.words import fold

PAGE_LENGTH = 100
MAX_LEVEL = 3
"""What is deeper in the tree is shown as deep as this."""

_ROW_BYTES, _ADDRESSES_OF_ROW = 290, 5
"""What a feed takes on a page beside its addresses, and how many of these it has."""


@dataclass(frozen=True, slots=True)
class Row:
    """A feed in a list, and how deep in the tree of its kind it stands."""

    listing: FeedListing
    level: int = 0


@dataclass(frozen=True, slots=True)
class ListPage:
    """A part of a list: its rows; which page it is of how many; how many feeds there are in all of it."""

    rows: Sequence[Row]
    page: int
    page_count: int
    total: int


def find_listings(listings: Sequence[FeedListing], text: str) -> list[FeedListing]:
    """Return those of `listings` whose names have each word of `text` in them; all for an empty text."""
    words = fold(text).split()
    return [listing for listing in listings if all(word in fold(listing.title) for word in words)]


def cut_to_bytes(listings: Sequence[FeedListing], room: int) -> Sequence[FeedListing]:
    """Return the first of `listings` that take up to `room` bytes of a page: in the addresses of other
    scripts a letter takes nine.
    """
    for number, listing in enumerate(listings):
        room -= _ROW_BYTES + _ADDRESSES_OF_ROW * len(listing.href(DEFAULT_FORMAT.name))
        if room < 0:
            return listings[:number]
    return listings


def arrange_tree(listings: Sequence[FeedListing], parents: Mapping[str, str]) -> list[Row]:
    """Return `listings` with those below another right behind it; `parents` has slugs by slugs.

    What is below one that is not listed stands where it would alone. Rings have no top: their first counts
    as one.
    """
    by_slug = {listing.name: listing for listing in listings}
    below: dict[str, list[str]] = {}
    tops = []
    for slug in by_slug:
        parent = parents.get(slug, "")
        if parent in by_slug and parent != slug:
            below.setdefault(parent, []).append(slug)
        else:
            tops.append(slug)
    rows: list[Row] = []
    placed: set[str] = set()
    for top in [*tops, *by_slug]:  # what is left behind the tops is in rings
        stack = [(top, 0)]
        while stack:
            slug, level = stack.pop()
            if slug not in placed:
                placed.add(slug)
                rows.append(Row(by_slug[slug], min(level, MAX_LEVEL)))
                stack += [(child, level + 1) for child in reversed(below.get(slug, []))]
    return rows


def cut_page(rows: Sequence[Row], page: int) -> ListPage:
    """Return the page of `rows` with the number `page`, counted from one; the last where it is too high."""
    page_count = max(1, -(-len(rows) // PAGE_LENGTH))
    page = min(page, page_count)
    start = (page - 1) * PAGE_LENGTH
    return ListPage(rows[start : start + PAGE_LENGTH], page, page_count, len(rows))
