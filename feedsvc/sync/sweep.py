"""Comparing the ids of all posts of a site with those that are here; nothing is dropped on a guess."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from feedsvc.store.post_writer import ChangeCounts, PostChanges
from feedsvc.store.posts import list_retry_ids
from feedsvc.sync.heads import find_differing
from feedsvc.sync.ingest import PostIngest
from feedsvc.sync.site_store import SiteStore
from feedsvc.sync.steps import Swept
from feedsvc.wordpress.api import Api
from feedsvc.wordpress.listing import PAGE_SIZE

MAX_DIFFERING_POSTS = 5_000
"""Posts that a listing of heads brings to light at a time. Those of a site that makes up such a listing are
asked for before more of it is read; where they are true, the next poll goes on behind them.
"""


@dataclass(frozen=True, slots=True)
class PostSweeper:
    """Finds what is gone and what is missing of one site's posts."""

    store: SiteStore
    api: Api
    ingest: PostIngest

    def sweep(self, total: int | None) -> ChangeCounts:
        """Compare the ids of all posts with those known: drop what is gone, fetch what is missing.

        What could not be used or was not told is asked for again as well.
        """
        known_posts = self.store.list_known_posts()
        listed_ids: set[int] = set()
        differing_ids: dict[int, None] = {}
        for page in self.api.iter_all_heads():
            listed_ids |= {head["id"] for head in page.items}
            differing_ids |= dict.fromkeys(find_differing(page.items, known_posts))
            if len(differing_ids) > MAX_DIFFERING_POSTS:
                return self.ingest.fetch_and_store(differing_ids)  # the sweep is due still
        # An empty listing drops nothing.
        counts = (
            self._drop(known_posts.keys() - listed_ids, max(listed_ids)) if listed_ids else ChangeCounts()
        )
        with self.store.reading() as connection:
            incomplete_ids = list_retry_ids(connection, self.store.site_id, PAGE_SIZE)
        counts += self.ingest.fetch_and_store(
            [*differing_ids, *(post_id for post_id in incomplete_ids if post_id in listed_ids)]
        )
        self.store.remember(Swept(total, len(self.store.list_known_posts()), datetime.now(UTC)))
        return counts

    def drop_latest(self, missing: int) -> ChangeCounts:
        """Drop what is gone of the latest posts, if that is all of the `missing`."""
        latest_ids = sorted(self.store.list_known_posts())[-(PAGE_SIZE - 1) :]
        present_ids = self.api.fetch_existing_ids(latest_ids)
        gone_ids = set(latest_ids) - present_ids
        if not present_ids or len(gone_ids) != missing:
            return ChangeCounts()
        return self._drop(gone_ids, max(present_ids))

    def _drop(self, missing_ids: Iterable[int], control_id: int) -> ChangeCounts:
        """Drop the posts that a listing lacked.

        Only those that the site does not give when asked for them by their ids, together with
        `control_id`, which it lists: nothing is dropped on a guess.
        """
        asked_ids = sorted(missing_ids)
        gone_ids = sorted(set(asked_ids) - self.api.fetch_existing_ids(asked_ids, control_id))
        if not gone_ids:
            return ChangeCounts()
        return self.store.write(PostChanges(removed_ids=gone_ids))
