"""Posts of one site → the store, with the pictures and the terms that they need."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from feedsvc.model import Image, Taxonomy, Term
from feedsvc.store.sources import load_source_images
from feedsvc.store.terms import filter_named_ids
from feedsvc.sync.batch import Batch, load_item_digests, read_batch
from feedsvc.sync.fetch import PostFetcher
from feedsvc.sync.optional import OptionalRequests
from feedsvc.sync.report import Report
from feedsvc.sync.site_store import SiteStore
from feedsvc.sync.steps import LinksChanged, Observation
from feedsvc.wordpress.api import Api
from feedsvc.wordpress.json_values import is_id
from feedsvc.wordpress.listing import split_into_pages
from feedsvc.wordpress.media import parse_featured_id, parse_image
from feedsvc.wordpress.parse import parse_terms


@dataclass(frozen=True, slots=True)
class PostIngest:
    """Takes posts of one site into the store.

    `settle` decides on an observation within the transaction of what was done; `remark` is told of posts
    that are left out.
    """

    store: SiteStore
    api: Api
    fetcher: PostFetcher
    optional: OptionalRequests
    settle: Callable[[Connection, Observation], None]
    remark: Callable[[str], None]

    def fetch_and_store(self, post_ids: Iterable[int]) -> Report:
        """Fetch the posts of some ids and store them, a page in one transaction."""
        report = Report()
        for page_ids in split_into_pages(dict.fromkeys(post_ids)):
            report = report.plus(self.store_posts(self.fetcher.fetch_posts(page_ids)))
        return report

    def store_posts(
        self,
        items: Sequence[Mapping[str, Any]],
        observation: Observation | Callable[[Batch], Observation] | None = None,
        *,
        relearn: bool = False,
    ) -> Report:
        """Store one page of posts, and decide on `observation` in the same transaction.

        With `relearn`, the names of all their terms are asked for again.
        """
        images, lacking_image = self._fetch_images(items)
        with self.store.reading() as connection:
            digests = load_item_digests(connection, self.store.site_id, items)
        batch = read_batch(items, digests, images, self.remark)
        post_ids = [item["id"] for item in items if is_id(item.get("id"))]
        learnt_terms = self._fetch_unknown_terms(batch, relearn=relearn)
        changes = replace(
            batch.changes,
            terms=[*learnt_terms, *batch.changes.terms],
            complete_ids=set(post_ids) - lacking_image,
            incomplete_ids=lacking_image,
        )
        with self.store.transaction() as connection:
            counts = self.store.apply(connection, changes)
            if observation:
                self.settle(connection, observation(batch) if callable(observation) else observation)
        return Report.of_changes(counts)

    def refresh_relinked_posts(self, links: Mapping[int, str]) -> Report:
        """Compare links that the site tells, by post id, with those held; fetch the posts with others.

        Where those that come agree with what was told, the links of all posts may have changed
        (permalinks, the domain, a category's slug in the address): LinksChanged tells of it. Some links
        are never the same twice: those say nothing.
        """
        held_links = self.store.list_links(links)
        changed_ids = [post_id for post_id, link in held_links.items() if link != links[post_id]]
        if not changed_ids:
            return Report()

        def observe(batch: Batch) -> Observation:
            are_stable = any(source.link == links.get(source.id) for source in batch.sources)
            return LinksChanged(are_stable, datetime.now(UTC))

        # In the transaction of the posts, since once they are stored they do not tell of it any more.
        return self.store_posts(self.fetcher.fetch_posts(changed_ids), observe)

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
            "author": {source.author for source in batch.sources if source.author is not None},
        }
        if not relearn:
            with self.store.reading() as connection:
                for taxonomy, ids in term_ids.items():
                    ids -= filter_named_ids(connection, self.store.site_id, taxonomy, ids)
        learnt_terms: list[Term] = []
        for taxonomy, ids in term_ids.items():
            learnt_terms += self.fetch_terms(taxonomy, ids) or ()
        return learnt_terms
