"""Posts of one site → the store, with the pictures and the terms that they need."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from feedsvc.errors import FeedsvcError, SiteError
from feedsvc.model import Image, Taxonomy, Term
from feedsvc.store.post_writer import ChangeCounts
from feedsvc.store.sources import load_source_images
from feedsvc.store.terms import filter_named_ids
from feedsvc.sync.batch import Batch, load_item_digests, read_batch
from feedsvc.sync.fetch import PostFetcher
from feedsvc.sync.optional import OptionalRequests
from feedsvc.sync.site_store import SiteStore
from feedsvc.sync.steps import Fact, LinksChanged
from feedsvc.wordpress.api import Api
from feedsvc.wordpress.diagnosis import ADVICE, ADVICE_CACHE
from feedsvc.wordpress.json_values import is_id
from feedsvc.wordpress.listing import PAGE_SIZE, split_into_pages
from feedsvc.wordpress.media import parse_featured_id, parse_image
from feedsvc.wordpress.parse import parse_terms

_MAX_CHARACTERS_AT_ONCE = 2_000_000
"""Of the bodies that are written at once, as WordPress gives them: a hundred posts of most sites."""
MAX_EMPTY_PAGES = 10
"""Pages of posts, asked for by their ids, of which none comes: they were never there."""


@dataclass(frozen=True, slots=True)
class UnreadPosts:
    """Posts as the site gave them, with what is needed to read them: the digests of those that are stored,
    the featured images; `lacking_ids` are the posts that lack theirs.
    """

    items: Sequence[Mapping[str, Any]]
    digests: Mapping[int, bytes]
    images: Mapping[int, Image]
    lacking_ids: Set[int]


@dataclass(frozen=True, slots=True)
class PostIngest:
    """Takes posts of one site into the store.

    `remark` is called with why a post is left out.
    """

    store: SiteStore
    api: Api
    fetcher: PostFetcher
    optional: OptionalRequests
    remark: Callable[[str], None]

    def fetch_and_store(self, post_ids: Iterable[int]) -> ChangeCounts:
        """Fetch the posts of some ids and store them, a page in one transaction. Raise SiteError when
        MAX_EMPTY_PAGES in a row bring none: then the site lists what it does not have.
        """
        counts, empty_count = ChangeCounts(), 0
        for page_ids in split_into_pages(dict.fromkeys(post_ids)):
            fetched = self.fetcher.fetch_posts(page_ids)
            empty_count = 0 if fetched.items or fetched.failed_ids else empty_count + 1
            if empty_count == MAX_EMPTY_PAGES:
                got = f"it gives none of {empty_count * PAGE_SIZE} posts that it lists when asked for them"
                raise SiteError(self.api.root, got, ADVICE_CACHE, cause="unusable")
            counts += self.store_posts(fetched.items)
        return counts

    def store_posts(
        self,
        items: Sequence[Mapping[str, Any]],
        fact: Fact | None = None,
        *,
        relearn: bool = False,
        are_newest: bool = False,
    ) -> ChangeCounts:
        """Store one page of posts, and remember `fact` in the transaction of the last of them. There is one
        transaction, unless the posts are long.

        With `relearn`, the names of all their terms are asked for again. Raise SiteError when the posts
        `are_newest` of all and none of them can be used: then it is not a post that is odd, but the site,
        and what is held must not go for it.
        """
        counts = ChangeCounts()
        waiting: list[Batch] = []
        is_usable = not are_newest
        parts = split_by_length(items)
        for number, part in enumerate(parts, start=1):
            waiting.append(self._complete(part, relearn=relearn))
            is_usable = is_usable or not _is_unusable(waiting[-1])
            if is_usable:
                *before, last = waiting
                for batch in before:
                    counts += self.store.write(batch.changes)
                counts += self.store.write(last.changes, fact if number == len(parts) else None)
                waiting = []
        if waiting:
            (_, reason), *_ = waiting[0].changes.withheld.values()
            raise make_unusable_error(self.api.root, len(items), reason)
        return counts

    def refresh_relinked_posts(self, links: Mapping[int, str]) -> ChangeCounts:
        """Compare links that the site gives, by post id, with those held; fetch the posts with others.

        Where those that come have the links given before, the links of all posts may have changed
        (permalinks, the domain, a category's slug in the address): that is remembered. Links that are
        never the same twice say nothing.
        """
        held_links = self.store.list_links(links)
        changed_ids = [post_id for post_id, link in held_links.items() if link != links[post_id]]
        if not changed_ids:
            return ChangeCounts()
        try:
            items = self.fetcher.fetch_posts(changed_ids).items
        except FeedsvcError:
            # Else it would not show before the turn of the latest posts comes again.
            self.store.remember(LinksChanged(are_stable=True, now=datetime.now(UTC)))
            raise
        batch = self._complete(items)
        are_stable = any(source.link == links.get(source.id) for source in batch.sources)
        # In the transaction of the posts: once they are stored, they do not show it any more.
        return self.store.write(batch.changes, LinksChanged(are_stable, datetime.now(UTC)))

    def _complete(self, items: Sequence[Mapping[str, Any]], *, relearn: bool = False) -> Batch:
        """Return what is to be written of some posts, with their pictures and the names of their terms."""
        posts = self.gather(items)
        return self.complete(posts, self.read(posts), relearn=relearn)

    def gather(self, items: Sequence[Mapping[str, Any]]) -> UnreadPosts:
        """Return some posts with their pictures, which are asked for."""
        images, lacking_ids = self._fetch_images(items)
        with self.store.reading() as connection:
            digests = load_item_digests(connection, self.store.site_id, items)
        return UnreadPosts(items, digests, images, lacking_ids)

    def read(self, posts: UnreadPosts) -> Batch:
        """Parse and clean some posts."""
        return read_batch(posts.items, posts.digests, posts.images, self.remark)

    def complete(self, posts: UnreadPosts, batch: Batch, *, relearn: bool = False) -> Batch:
        """Return what came of some posts with the names of their terms, which are asked for."""
        post_ids = {item["id"] for item in posts.items if is_id(item.get("id"))}
        changes = replace(
            batch.changes,
            terms=[*self._fetch_unknown_terms(batch, relearn=relearn), *batch.changes.terms],
            complete_ids=post_ids - posts.lacking_ids,
            incomplete_ids=posts.lacking_ids,
        )
        return replace(batch, changes=changes)

    def fetch_terms(
        self, taxonomy: Taxonomy, term_ids: Collection[int], *, max_age: timedelta | None = None
    ) -> list[Term] | None:
        """Return what the site tells of some terms, or None if it does not: many hide their authors."""
        return self.optional.fetch(
            lambda: parse_terms(
                taxonomy, self.api.fetch_terms(taxonomy, sorted(term_ids), max_age=max_age)
            ),
            None,
        )

    def _fetch_images(self, items: Sequence[Mapping[str, Any]]) -> tuple[dict[int, Image], Set[int]]:
        """Return the featured images of some posts, by the images' ids, and the posts that lack theirs.

        Where the site does not tell of them, those that are held are returned: posts come without a
        picture rather than not at all, none loses the one that it has, and a sweep asks again.
        """
        image_ids = {item["id"]: image_id for item in items if (image_id := parse_featured_id(item))}
        if not image_ids:
            return {}, set()
        wanted_ids = sorted(set(image_ids.values()))
        media = self.optional.fetch(lambda: list(self.api.fetch_media(wanted_ids)), None, "featured images")
        if not media:
            with self.store.reading() as connection:
                held_images = load_source_images(connection, self.store.site_id, image_ids)
            return {image_ids[post_id]: image for post_id, image in held_images.items()}, image_ids.keys()
        images = {
            item["id"]: image for item in media if is_id(item.get("id")) and (image := parse_image(item))
        }
        return images, set()

    def _fetch_unknown_terms(self, batch: Batch, *, relearn: bool) -> list[Term]:
        """Return the terms of some posts whose names are not known, or all of them with `relearn`."""
        term_ids: dict[Taxonomy, set[int]] = {
            "category": {term_id for source in batch.sources for term_id in source.categories},
            "tag": {term_id for source in batch.sources for term_id in source.tags},
            "author": {term_id for source in batch.sources for term_id in source.authors},
        }
        if not relearn:
            with self.store.reading() as connection:
                for taxonomy, ids in term_ids.items():
                    ids -= filter_named_ids(connection, self.store.site_id, taxonomy, ids)
        learnt_terms: list[Term] = []
        for taxonomy, ids in term_ids.items():
            learnt_terms += self.fetch_terms(taxonomy, ids) or ()
        return learnt_terms


def split_by_length(items: Sequence[Mapping[str, Any]]) -> list[Sequence[Mapping[str, Any]]]:
    """Return posts in parts that are written at once, at least one part: others wait for the database for
    as long, and what is computed of a text takes twenty times its memory.
    """
    parts: list[list[Mapping[str, Any]]] = [[]]
    length = 0
    for item in items:
        length += len(str(item.get("content")))
        if length > _MAX_CHARACTERS_AT_ONCE and parts[-1]:
            parts.append([])
            length = len(str(item.get("content")))
        parts[-1].append(item)
    return list(parts)


def _is_unusable(batch: Batch) -> bool:
    """Return whether of some posts none can be used, for a reason that is not that they are not public."""
    reasons = [reason for _, reason in batch.changes.withheld.values()]
    return bool(reasons) and all(reasons) and not batch.sources


def make_unusable_error(asked: str, count: int, reason: str) -> SiteError:
    """Return the error for a site of whose posts, `count` of them, none can be used, for such a reason."""
    got = f"it gives {count} post{'' if count == 1 else 's'} and none that can be used: {reason}"
    return SiteError(asked, got, ADVICE, cause="unusable")
