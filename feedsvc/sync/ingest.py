"""Posts of one site → the store, with the pictures and names that they need."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from feedsvc.errors import SiteError
from feedsvc.model import Image, Taxonomy, Term
from feedsvc.store import posts, sites, sources, terms
from feedsvc.sync.batch import Batch, Report, held_digests, read, write
from feedsvc.sync.site_store import Holding
from feedsvc.wordpress.api import Api
from feedsvc.wordpress.json_values import is_id
from feedsvc.wordpress.media import parse_featured_id, parse_image
from feedsvc.wordpress.pages import PAGE_SIZE, Page, split_into_pages
from feedsvc.wordpress.parse import parse_terms

T = TypeVar("T")

_ASIDE = timedelta(days=1)
_MOST_FAILING = 5
"""Posts that may fail, and none come, before we look whether the site itself is broken."""

_MOST_ASKED = 60
"""Requests that are made for one page of posts of which some fail."""

_SLOW = ("too_slow", "timeout")
_MOST_SLOW = 3


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes posts of a site into the store. `remark` is told of those that are left out."""

    holding: Holding
    api: Api
    remark: Callable[[str], None]

    def page(self, number: int, size: int = PAGE_SIZE) -> Page:
        """Give a page of the backfill. Where the site fails to give it, one post may be to blame."""
        try:
            return self.api.fetch_posts_page(number, size)
        except SiteError as error:
            if not _may_be_one_post(error):
                raise
            heads = self.api.fetch_heads_page(number, size)
            return replace(heads, items=self._posts([int(head["id"]) for head in heads.items]))

    def fetch(self, wanted: Iterable[int]) -> Report:
        """Ask for the posts of some ids and store them."""
        report = Report()
        for ids in split_into_pages(dict.fromkeys(wanted)):
            report = report.plus(self.store(self._posts(ids)))
        return report

    def store(self, items: Sequence[Mapping[str, Any]], *, relearn: bool = False, **noted: Any) -> Report:
        """Write one page of posts and what is to be noted of the site with it, in one transaction; with
        `relearn`, asking for the names of all their terms again.
        """
        pictures, incomplete = self._ask_for_pictures(items)
        with self.holding.reading() as connection:
            held = held_digests(connection, self.holding.site_id, items)
        batch = read(items, held, pictures, self.remark)
        ids = [item["id"] for item in items if is_id(item.get("id"))]
        names = self._ask_for_names(batch, relearn=relearn)
        with self.holding.writing() as connection:
            terms.save(connection, self.holding.site_id, names)
            report = write(connection, self.holding.site_id, batch)
            posts.note_incomplete(connection, self.holding.site_id, ids, incomplete)
            if noted:
                sites.change(connection, self.holding.site_id, **noted)
        return report

    def see_to_links(self, told: Mapping[int, str]) -> None:
        """Compare links that the site tells with those held, and ask again for the posts that have others.

        Where those that come agree with what was told, all posts may have others: they are read again.
        Some links are never the same twice: those say nothing.
        """
        changed = [wp_id for wp_id, link in self.holding.links(told).items() if link != told[wp_id]]
        if not changed:
            return
        before = self.holding.state()
        self.holding.ask_to_read_again()  # first, since these will not tell of it any more
        self.fetch(changed)
        if not any(link == told[wp_id] for wp_id, link in self.holding.links(changed).items()):
            self.holding.note(backfill_page=before.backfill_page, readings=before.readings)

    def _posts(self, ids: Sequence[int]) -> list[dict[str, Any]]:
        """Give the posts of `ids`; those on which the site fails are left out and asked for again later.

        One post may be to blame for a failure, or many of them for an answer that is too long: halves are
        asked for, until those are alone, or too many requests were made for them.
        """
        given: list[dict[str, Any]] = []
        failed: list[int] = []
        asked = slow = 0
        waiting = [list(ids)]
        while waiting:
            some = waiting.pop()
            asked += 1
            try:
                given += self.api.fetch_posts(some)
            except SiteError as error:
                slow += error.cause in _SLOW
                if slow > _MOST_SLOW or not _may_be_one_post(error):
                    raise
                if len(failed) == _MOST_FAILING and not given and not self._gives_another(ids):
                    raise
                if len(some) > 1 and asked < _MOST_ASKED:
                    half = len(some) // 2
                    waiting += [some[half:], some[:half]]
                else:
                    failed += some
                    numbers = ", ".join(map(str, some))
                    said = f"post {numbers} is" if len(some) == 1 else f"posts {numbers} are"
                    self.remark(f"{said} left out for now: {error}")
        return given

    def _gives_another(self, ids: Sequence[int]) -> bool:
        """Tell whether the site gives a post that is held, so that those of `ids` are to blame."""
        held = self.holding.known().keys() - ids
        try:
            return bool(held and list(self.api.fetch_posts([max(held)])))
        except SiteError:
            return False

    def _ask_for_pictures(self, items: Sequence[Mapping[str, Any]]) -> tuple[dict[int, Image], Set[int]]:
        """Give the featured images of some posts, by the ids of the images, and the posts that lack theirs.

        Where the site does not tell of them, those that are held are given again: posts come without a
        picture rather than not at all, and none loses the one that it has.
        """
        wanted = {item["id"]: wp_id for item in items if (wp_id := parse_featured_id(item))}
        asked = sorted(set(wanted.values()))
        told = (
            self.aside(lambda: list(self.api.fetch_media(asked)), None, "featured images") if asked else []
        )
        if asked and not told:
            with self.holding.reading() as connection:
                held = sources.images(connection, self.holding.site_id, wanted)
            return {wanted[post_id]: image for post_id, image in held.items()}, wanted.keys()
        found = {
            one["id"]: image for one in told or () if is_id(one.get("id")) and (image := parse_image(one))
        }
        return found, set()

    def _ask_for_names(self, batch: Batch, *, relearn: bool) -> list[Term]:
        """Give the terms of some posts whose names are not known, or all of them with `relearn`."""
        told = [*batch.same, *(source for source, _ in batch.cleaned)]
        carried: dict[Taxonomy, set[int]] = {
            "category": {wp_id for post in told for wp_id in post.categories},
            "tag": {wp_id for post in told for wp_id in post.tags},
            "author": {post.author for post in told if post.author is not None},
        }
        if not relearn:
            with self.holding.reading() as connection:
                for taxonomy, wp_ids in carried.items():
                    wp_ids -= terms.named(connection, self.holding.site_id, taxonomy, wp_ids)
        return [term for taxonomy, wp_ids in carried.items() for term in self.terms(taxonomy, wp_ids) or ()]

    def terms(
        self, taxonomy: Taxonomy, ids: Collection[int], *, keep: timedelta | None = None
    ) -> list[Term] | None:
        """Give what the site tells of some terms, or None if it does not: many hide their authors."""
        return self.aside(
            lambda: parse_terms(taxonomy, self.api.fetch_terms(taxonomy, sorted(ids), max_age=keep)), None
        )

    def aside(self, ask: Callable[[], T], otherwise: T, what: str = "") -> T:
        """Give what the site answers when it is asked for what posts can do without, or `otherwise`, with a
        remark if `what` is missed is worth one.

        Raises SiteError where that makes the site ask us to wait. For a day after that wait it is asked for
        its posts alone.
        """
        now = datetime.now(UTC)
        until = self.holding.state().aside_until
        if until and now < until < now + 2 * _ASIDE:
            return otherwise
        try:
            return ask()
        except SiteError as error:
            if asks_to_wait(error):
                self.holding.note(aside_until=(error.retry_at or now) + _ASIDE)
                raise
            if what:
                self.remark(f"{what} are not given: {error}")
            return otherwise


def asks_to_wait(error: SiteError) -> bool:
    """Tell whether a site wants to be left alone, which is no time to ask it for something else."""
    return error.status == 429 or error.retry_at is not None


def _may_be_one_post(error: SiteError) -> bool:
    """Tell whether the site failed in a way that something within one post, or its length, brings about: an
    error of PHP, a guard that does not like its text.
    """
    status = error.status or 0
    answered = status in (200, 403, 406) or status >= 500
    return (answered or error.cause in ("too_large", "reset", *_SLOW)) and not asks_to_wait(error)
