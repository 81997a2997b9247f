"""Posts of one site → the store, with the pictures and names that they need."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from feedsvc.errors import SiteError
from feedsvc.model import Image, Taxonomy, Term
from feedsvc.pull.batch import Batch, Report, held_digests, read, write
from feedsvc.pull.media import featured_id, parse_image
from feedsvc.pull.parse import is_id, parse_terms
from feedsvc.pull.wordpress import Api, Page, in_pages
from feedsvc.store import posts, sites, sources, terms
from feedsvc.store.database import Database

T = TypeVar("T")

_ASIDE = timedelta(minutes=15)
_MOST_FAILING = 5
"""Posts of one page that may fail on the site before we take the site itself for broken."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes posts of a site into the store. `remark` is told of those that are left out."""

    database: Database
    api: Api
    site_id: int
    remark: Callable[[str], None]

    def page(self, number: int) -> Page:
        """Give a page of the backfill. Where the site fails to give it, one post may be to blame."""
        try:
            return self.api.newest(number)
        except SiteError as error:
            if not _may_be_one_post(error):
                raise
            heads = self.api.newest_heads(number)
            return Page(
                number,
                self._posts([int(head["id"]) for head in heads.items]),
                heads.total,
                heads.last,
                heads.date,
                heads.url,
            )

    def fetch(self, wanted: Iterable[int]) -> Report:
        """Ask for the posts of some ids and store them."""
        report = Report()
        for ids in in_pages(dict.fromkeys(wanted)):
            report = report.plus(self.store(self._posts(ids)))
        return report

    def store(self, items: Sequence[Mapping[str, Any]], *, relearn: bool = False, **noted: Any) -> Report:
        """Write one page of posts and what is to be noted of the site with it, in one transaction; with
        `relearn`, asking for the names of all their terms again.
        """
        pictures = self._ask_for_pictures(items)
        with self.database.reading() as connection:
            held = held_digests(connection, self.site_id, items)
        batch = read(items, held, pictures, self.remark)
        names = self._ask_for_names(batch, relearn=relearn)
        with self.database.writing() as connection:
            terms.save(connection, self.site_id, names)
            report = write(connection, self.site_id, batch)
            if noted:
                sites.change(connection, self.site_id, **noted)
        return report

    def relinked(self, told: Mapping[int, str]) -> bool:
        """Tell whether the links of posts that are held have changed, given those that the site tells.

        Those that have are asked for again: some links are never the same twice, and tell nothing.
        """
        changed = [wp_id for wp_id, link in self._links(told).items() if link != told[wp_id]]
        self.fetch(changed)
        return any(link == told[wp_id] for wp_id, link in self._links(changed).items())

    def _links(self, wp_ids: Collection[int]) -> dict[int, str]:
        with self.database.reading() as connection:
            return posts.links(connection, self.site_id, wp_ids)

    def _posts(self, ids: Sequence[int]) -> list[dict[str, Any]]:
        """Give the posts of `ids`; those on which the site fails are left out and asked for again later."""
        failed: list[int] = []

        def give(some: Sequence[int]) -> list[dict[str, Any]]:
            try:
                return list(self.api.posts(some))
            except SiteError as error:
                if not _may_be_one_post(error) or len(failed) >= _MOST_FAILING:
                    raise
                if len(some) == 1:
                    failed.append(some[0])
                    self.remark(f"post {some[0]} is left out for now: {error}")
                    return []
                half = len(some) // 2
                return give(some[:half]) + give(some[half:])

        return give(ids)

    def _ask_for_pictures(self, items: Sequence[Mapping[str, Any]]) -> dict[int, Image]:
        """Give the featured images of some posts, by the ids of the images.

        Where the site does not tell of them, those that are held are given again: posts come without a
        picture rather than not at all, and none loses the one that it has.
        """
        wanted = {item["id"]: wp_id for item in items if (wp_id := featured_id(item))}
        asked = sorted(set(wanted.values()))
        told = self.aside(lambda: list(self.api.media(asked)), None, "featured images")
        if told is None:
            with self.database.reading() as connection:
                held = sources.images(connection, self.site_id, wanted)
            return {wanted[post_id]: image for post_id, image in held.items()}
        return {one["id"]: image for one in told if is_id(one.get("id")) and (image := parse_image(one))}

    def _ask_for_names(self, batch: Batch, *, relearn: bool) -> list[Term]:
        """Give the terms of some posts whose names are not known, or all of them with `relearn`."""
        told = [*batch.same, *(source for source, _ in batch.cleaned)]
        carried: dict[Taxonomy, set[int]] = {
            "category": {wp_id for post in told for wp_id in post.categories},
            "tag": {wp_id for post in told for wp_id in post.tags},
            "author": {post.author for post in told if post.author is not None},
        }
        if not relearn:
            with self.database.reading() as connection:
                for taxonomy, wp_ids in carried.items():
                    wp_ids -= terms.named(connection, self.site_id, taxonomy, wp_ids)
        return [term for taxonomy, wp_ids in carried.items() for term in self.terms(taxonomy, wp_ids)]

    def terms(self, taxonomy: Taxonomy, ids: Collection[int]) -> list[Term]:
        """Give what the site tells of some terms. Many hide their authors: posts go on without them."""
        return self.aside(
            lambda: parse_terms(taxonomy, self.api.terms(taxonomy, sorted(ids))), list[Term]()
        )

    def aside(self, ask: Callable[[], T], otherwise: T, what: str = "") -> T:
        """Give what the site answers when it is asked for what posts can do without, or `otherwise`, with a
        remark if `what` is missed is worth one.

        Where that makes the site ask us to wait, it is not asked for such things before then; its posts are
        another matter.
        """
        now = datetime.now(UTC)
        with self.database.reading() as connection:
            until = sites.state(connection, self.site_id).aside_until
        if until and until > now:
            return otherwise
        try:
            return ask()
        except SiteError as error:
            if asks_to_wait(error):
                with self.database.writing() as connection:
                    wait = error.retry_at or now + _ASIDE
                    sites.change(connection, self.site_id, aside_until=wait)
            if what:
                self.remark(f"{what} are not given: {error}")
            return otherwise


def asks_to_wait(error: SiteError) -> bool:
    """Tell whether a site wants to be left alone, which is no time to ask it for something else."""
    return error.status == 429 or error.retry_at is not None


def _may_be_one_post(error: SiteError) -> bool:
    """Tell whether the site answered, but in a way that an error within one post brings about."""
    answered = error.status is not None and (error.status == 200 or error.status >= 500)
    return answered and not asks_to_wait(error)
