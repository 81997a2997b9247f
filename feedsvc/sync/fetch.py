"""Whole posts from a site that may fail on some of them: one bad post costs that post alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from feedsvc.errors import SiteError
from feedsvc.sync.site_store import SiteStore
from feedsvc.wordpress.api import Api
from feedsvc.wordpress.listing import PAGE_SIZE, Page

MAX_FAILED_POSTS = 5
"""Posts that may fail while none comes, before we look whether the site itself is broken."""

MAX_REQUESTS_PER_PAGE = 60
"""Requests that are made for one page of posts of which some fail."""

MAX_SLOW_ANSWERS = 3
_SLOW = ("too_slow", "timeout")


@dataclass(frozen=True, slots=True)
class FetchedPosts:
    """Posts as the site gave them, and the ids of those on which it failed."""

    items: list[dict[str, Any]]
    failed_ids: list[int]


@dataclass(frozen=True, slots=True)
class PostFetcher:
    """Fetches posts of one site. `remark` is told of those that are left out for now."""

    store: SiteStore
    api: Api
    remark: Callable[[str], None]

    def fetch_page(self, number: int, size: int = PAGE_SIZE) -> Page:
        """Return a page of all posts, the newest first. Where the site fails to give it, one post may be
        to blame: then its posts are fetched by their ids.
        """
        try:
            return self.api.fetch_posts_page(number, size)
        except SiteError as error:
            if not _may_be_one_post(error):
                raise
            heads = self.api.fetch_heads_page(number, size)
            return replace(heads, items=self.fetch_posts([int(head["id"]) for head in heads.items]).items)

    def fetch_posts(self, post_ids: Sequence[int]) -> FetchedPosts:
        """Return the posts of `post_ids` that the site gives, without those on which it fails.

        They are asked for again by each poll while they are among the posts modified last, else by a sweep.

        One post may be to blame for a failure (an error of PHP in its shortcode, a guard that does not
        like its text), or many for an answer that is too long. So halves are asked for until those to
        blame are alone. Raise SiteError when the site itself fails.
        """
        items: list[dict[str, Any]] = []
        failed_ids: list[int] = []
        requests = slow_answers = 0
        batches = [list(post_ids)]
        while batches:
            batch = batches.pop()
            requests += 1
            try:
                items += list(self.api.fetch_posts(batch))  # all of them or none: the halves come again
            except SiteError as error:
                slow_answers += error.cause in _SLOW
                if slow_answers > MAX_SLOW_ANSWERS or not _may_be_one_post(error):
                    raise
                nothing_comes = len(failed_ids) == MAX_FAILED_POSTS and not items
                if nothing_comes and not self._gives_another(post_ids):
                    raise
                if len(batch) > 1 and requests < MAX_REQUESTS_PER_PAGE:
                    half = len(batch) // 2
                    batches += [batch[half:], batch[:half]]
                else:
                    failed_ids += batch
                    numbers = ", ".join(map(str, batch))
                    subject = f"post {numbers} is" if len(batch) == 1 else f"posts {numbers} are"
                    self.remark(f"{subject} left out for now: {error}")
        return FetchedPosts(items, failed_ids)

    def _gives_another(self, post_ids: Sequence[int]) -> bool:
        """Return whether the site gives a post that is held, so that those of `post_ids` are to blame."""
        held_ids = self.store.list_known_posts().keys() - post_ids
        try:
            return bool(held_ids and list(self.api.fetch_posts([max(held_ids)])))
        except SiteError:
            return False


def _may_be_one_post(error: SiteError) -> bool:
    """Return whether something within one post, or its length, may have brought a failure about."""
    status = error.status or 0
    has_answered = status in (200, 403, 406) or status >= 500
    return (has_answered or error.cause in ("too_large", "reset", *_SLOW)) and not error.asks_to_wait
