"""Pages of a backfill → the store, in order: while one is written, the next is cleaned on another core."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from feedsvc.errors import FeedsvcError
from feedsvc.store.post_writer import ChangeCounts
from feedsvc.sync.batch import Batch, join_batches
from feedsvc.sync.cleaning_process import CleaningProcess, read
from feedsvc.sync.ingest import PostIngest, UnreadPosts, split_by_length
from feedsvc.sync.steps import PageStored
from feedsvc.wordpress.listing import PAGE_SIZE, Page


@dataclass(frozen=True, slots=True)
class _Part:
    """Posts of a page that are written at once; `is_last` of those of the page."""

    page: Page
    posts: UnreadPosts
    is_last: bool


@dataclass(frozen=True, slots=True)
class PageStorer:
    """Stores the pages of a backfill. `stored` is called after each.

    Where the cleaning process is at hand and enough posts are to come, a part of one page is cleaned while
    the one before is written and the next is asked for: never more. Else one comes after the other.
    """

    ingest: PostIngest
    cleaning: CleaningProcess
    relearn: bool
    stored: Callable[[Page], None]

    def store(self, pages: Iterable[Page]) -> ChangeCounts:
        """Store pages as they come. What came before a page that could not be fetched is stored."""
        with self.cleaning.borrowed() as process:
            return self._store(self._iter_parts(pages), process)

    def _store(self, parts: Iterator[_Part], process: CleaningProcess | None) -> ChangeCounts:
        counts = ChangeCounts()
        begun: _Begun | None = None
        while True:
            try:
                part = next(parts, None)
            except FeedsvcError:
                if begun:
                    self._write(begun.part, begun.finish())
                raise
            before, batch = begun, begun.finish() if begun else None
            begun = self._begin(part, process) if part and process else None
            if before and batch:
                counts += self._write(before.part, batch)
            if part is None:
                return counts
            if begun:
                begun.read_own_share()
            else:
                counts += self._write(part, self.ingest.read(part.posts))

    def _begin(self, part: _Part, process: CleaningProcess) -> "_Begun | None":
        """Let the process clean a part of the posts, if that is worth it."""
        page, posts = part.page, part.posts
        # Where a proxy takes the total away, there may be as many again.
        to_come = (page.total or 2 * page.number * PAGE_SIZE) - (page.number - 1) * PAGE_SIZE
        ids = {str(item.get("id")) for item in posts.items}
        # Of posts that are stored there is little to do, and of several with one id one counts.
        if to_come < process.min_posts or len(posts.digests) > len(ids) // 2 or len(ids) < len(posts.items):
            return None
        own_count = round(len(posts.items) * (1 - process.share))
        if not process.begin((posts.items[own_count:], posts.digests, posts.images)):
            return None
        return _Begun(part, process, self.ingest.remark, posts.items[:own_count])

    def _iter_parts(self, pages: Iterable[Page]) -> Iterator[_Part]:
        for page in pages:
            lists = split_by_length(page.items)
            for number, items in enumerate(lists, start=1):
                yield _Part(page, self.ingest.gather(items), is_last=number == len(lists))

    def _write(self, part: _Part, batch: Batch) -> ChangeCounts:
        whole = self.ingest.complete(part.posts, batch, relearn=self.relearn)
        fact = PageStored(part.page.number) if part.is_last else None
        counts = self.ingest.store.write(whole.changes, fact)
        if part.is_last:
            self.stored(part.page)
        return counts


@dataclass(slots=True)
class _Begun:
    """A part whose posts are cleaned in two processes at once."""

    part: _Part
    process: CleaningProcess
    remark: Callable[[str], None]
    own_items: Sequence[Mapping[str, Any]]
    own_batch: Batch | None = None

    def read_own_share(self) -> None:
        """Clean what is to be cleaned in this process."""
        posts = replace(self.part.posts, items=self.own_items)
        self.own_batch, remarks = read((posts.items, posts.digests, posts.images))
        for remark in remarks:
            self.remark(remark)

    def finish(self) -> Batch:
        """Return what comes of all posts, once the other process has done its share."""
        batch, remarks = self.process.finish()
        for remark in remarks:
            self.remark(remark)
        return join_batches([self.own_batch, batch] if self.own_batch else [batch])
