"""One site into the store: everything at first, newest first, then what has changed or is gone."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from feedsvc.errors import SiteError
from feedsvc.model import Image, Taxonomy, Term
from feedsvc.pull.batch import EPOCH, Batch, Report, held_digests, read, write
from feedsvc.pull.discover import discover
from feedsvc.pull.http import Http
from feedsvc.pull.media import featured_id, parse_image
from feedsvc.pull.parse import is_id, modified_of, parse_term
from feedsvc.pull.wordpress import PAGE, Api, Page, in_pages, paged
from feedsvc.store import posts, sites, sources, terms
from feedsvc.store.database import Database
from feedsvc.text import plain

log = logging.getLogger(__name__)

_MOST_FAILING = 5
"""Posts of one page that may fail on the site before we take the site itself for broken."""

_FIRST_PAGE = 20
"""Asked for before all else, so that the feeds of a slow site have something within seconds."""


@dataclass(frozen=True, slots=True)
class Pull:
    """Pulls one site. `progress` is called after each page of a backfill with the posts done and the posts
    there are. `http` may raise StoppedError before any request: then nothing is noted that was not done.
    """

    database: Database
    http: Http
    site_id: int
    sweep_interval: timedelta = timedelta(hours=6)
    progress: Callable[[int, int], None] = lambda done, total: None

    def run(self, *, full: bool = False) -> Report:
        """Bring the store to what the site has; with `full`, asking for every post and name again.

        Raises SiteError when the site does not answer as it should, StoppedError when it has to leave off:
        what was stored until then stays, and the next run goes on from there.
        """
        started = time.monotonic()
        api = self._find_api()
        if full:
            self._note(backfill_page=1)
        self._learn_categories(api, fresh=full)
        report = self._backfill(api, relearn=full).plus(self._catch_up(api, sweep=full))
        with self.database.reading() as connection:
            duplicates = posts.repeated(connection, self.site_id)
        return replace(report, duplicates=duplicates, seconds=time.monotonic() - started)

    def _find_api(self) -> Api:
        with self.database.reading() as connection:
            state = sites.state(connection, self.site_id)
        api = Api(self.http, state.api) if state.api else discover(self.http, state.configured_url)
        about = api.about()
        self._note(
            api=api.root,
            title=plain(about.title),
            description=plain(about.description),
            home=about.home or state.configured_url,
        )
        return api

    def _backfill(self, api: Api, *, relearn: bool) -> Report:
        """Page through all posts, newest first, noting each page as it is stored, if that is not done."""
        with self.database.reading() as connection:
            number: int | None = sites.state(connection, self.site_id).backfill_page
        report = Report()
        if number == 1:
            # What is modified while we page has to be found afterwards: hence before the first page.
            newest = api.heads(orderby="modified", order="desc", per_page=1)
            moments = [moment for head in newest.items if (moment := modified_of(head))]
            until = min(max(moments), newest.date) if moments else None
            self._note(modified_until=until, asked_at=newest.date)
            report = self._store(api, api.newest(1, _FIRST_PAGE).items, relearn=relearn)
        if number:
            for page in paged(lambda at: self._page(api, at), number):
                noted = {"backfill_page": page.number + 1}
                report = report.plus(self._store(api, page.items, relearn=relearn, **noted))
                self.progress(page.number * PAGE, page.total or page.number * PAGE)
            now = datetime.now(UTC)
            self._note(backfill_page=None, backfilled_at=now, swept_at=now)
        return report

    def _page(self, api: Api, number: int) -> Page:
        """Give a page of the backfill. Where the site fails to give it, one post may be to blame."""
        try:
            return api.newest(number)
        except SiteError as error:
            if not _may_be_one_post(error):
                raise
            heads = api.newest_heads(number)
            return replace(heads, items=self._posts(api, [int(head["id"]) for head in heads.items]))

    def _posts(self, api: Api, ids: Sequence[int]) -> list[dict[str, Any]]:
        """Give the posts of `ids`; those on which the site fails are left out and asked for again later."""
        failed: list[int] = []

        def give(some: Sequence[int]) -> list[dict[str, Any]]:
            try:
                return list(api.posts(some))
            except SiteError as error:
                if not _may_be_one_post(error) or len(failed) >= _MOST_FAILING:
                    raise
                if len(some) == 1:
                    failed.append(some[0])
                    log.warning("post %s left out: %s", some[0], error)
                    return []
                half = len(some) // 2
                return give(some[:half]) + give(some[half:])

        return give(ids)

    def _catch_up(self, api: Api, *, sweep: bool) -> Report:
        """Fetch what is new or modified since the last time; look for more when the totals disagree."""
        with self.database.reading() as connection:
            state = sites.state(connection, self.site_id)
            known = posts.known(connection, self.site_id)
        latest, total, date = self._latest(api, known)
        changed = list(api.changed_heads(state.modified_until)) if state.modified_until else []
        # WordPress counts whole seconds: what was modified in the very second in which we asked may have
        # been modified again.
        settled = state.asked_at and state.asked_at - timedelta(seconds=1)
        wanted = [
            int(head["id"])
            for head in (*changed, *latest)
            if (modified := modified_of(head)) != known.get(int(head["id"]))
            or (modified and settled and modified >= settled)
        ]
        report = self._fetch(api, wanted)
        moments = [moment for head in (*changed, *latest) if (moment := modified_of(head))]
        newest = max((*moments, state.modified_until or EPOCH))
        self._note(asked_at=date, modified_until=min(newest, date))  # one may lie in the future
        with self.database.reading() as connection:
            expected = posts.known_count(connection, self.site_id) + state.hidden_posts
        overdue = not state.swept_at or datetime.now(UTC) - state.swept_at >= self.sweep_interval
        if sweep or overdue or total not in (None, expected):
            report = report.plus(self._sweep(api, total))
        return report

    def _latest(
        self, api: Api, known: Mapping[int, datetime]
    ) -> tuple[list[dict[str, Any]], int | None, datetime]:
        """Give the heads of the posts published last, back to one that is known; the total; the time.

        A post that was scheduled goes live with the modification time of when it was written: only its
        place among the latest tells.
        """
        heads: list[dict[str, Any]] = []
        pages: list[Page] = []
        for page in api.latest_heads():
            pages.append(page)
            heads += page.items
            if any(head["id"] in known for head in page.items):
                break
        return heads, pages[0].total, pages[0].date

    def _sweep(self, api: Api, total: int | None) -> Report:
        """Compare the ids of all posts with those held: fetch what is missing, drop what is gone.

        Nothing is dropped when the site lists nothing at all, or has a post when asked for it by its id.
        """
        listed = {int(head["id"]): modified_of(head) for head in api.every_head()}
        with self.database.reading() as connection:
            known = posts.known(connection, self.site_id)
        report = self._fetch(api, [i for i, modified in listed.items() if known.get(i) != modified])
        gone = known.keys() - listed.keys() if listed else set()
        gone -= api.are_there(sorted(gone))
        with self.database.writing() as connection:
            removed = posts.remove(connection, self.site_id, gone)
            held = posts.known_count(connection, self.site_id)
            hidden = 0 if total is None else total - held
            sites.change(connection, self.site_id, hidden_posts=hidden, swept_at=datetime.now(UTC))
        return report.plus(Report(removed=removed))

    def _fetch(self, api: Api, wanted: Iterable[int]) -> Report:
        report = Report()
        for ids in in_pages(dict.fromkeys(wanted)):
            report = report.plus(self._store(api, self._posts(api, ids)))
        return report

    def _store(
        self, api: Api, items: Sequence[Mapping[str, Any]], *, relearn: bool = False, **noted: Any
    ) -> Report:
        """Write one page of posts and what is to be noted with it, in one transaction."""
        pictures = self._ask_for_pictures(api, items)
        with self.database.reading() as connection:
            held = held_digests(connection, self.site_id, items)
        batch = read(items, held, pictures)
        names = self._ask_for_names(api, batch, relearn=relearn)
        with self.database.writing() as connection:
            terms.save(connection, self.site_id, names)
            report = write(connection, self.site_id, batch)
            if noted:
                sites.change(connection, self.site_id, **noted)
        return report

    def _ask_for_pictures(self, api: Api, items: Sequence[Mapping[str, Any]]) -> dict[int, Image]:
        """Give the featured images of some posts, by the ids of the images.

        Where the site fails to tell of them, those that are held are given again: posts come without a
        picture rather than not at all, and none loses the one that it has.
        """
        wanted = {item["id"]: wp_id for item in items if (wp_id := featured_id(item))}
        try:
            told = list(api.media(sorted(set(wanted.values()))))
        except SiteError as error:
            log.warning("featured images not given: %s", error)
            with self.database.reading() as connection:
                held = sources.images(connection, self.site_id, wanted)
            return {wanted[post_id]: image for post_id, image in held.items()}
        return {one["id"]: image for one in told if is_id(one.get("id")) and (image := parse_image(one))}

    def _ask_for_names(self, api: Api, batch: Batch, *, relearn: bool) -> list[Term]:
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
        return [
            term
            for taxonomy, wp_ids in carried.items()
            for term in _parsed(taxonomy, _or_nothing(api.terms(taxonomy, sorted(wp_ids))))
        ]

    def _learn_categories(self, api: Api, *, fresh: bool) -> None:
        """Learn all categories, since a parent may have no post of its own."""
        learnt = _parsed("category", _or_nothing(api.categories(fresh=fresh)))
        with self.database.writing() as connection:
            terms.save(connection, self.site_id, learnt)

    def _note(self, **values: Any) -> None:
        with self.database.writing() as connection:
            sites.change(connection, self.site_id, **values)


def _may_be_one_post(error: SiteError) -> bool:
    """Tell whether the site answered, but in a way that an error within one post brings about."""
    return error.status is not None and (error.status == 200 or error.status >= 500)


def _parsed(taxonomy: Taxonomy, items: Iterable[Mapping[str, Any]]) -> list[Term]:
    return [term for item in items if (term := parse_term(taxonomy, item))]


def _or_nothing(items: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give what a site tells of its terms. Many hide their authors: posts go on without the names."""
    try:
        yield from items
    except SiteError as error:
        log.info("names not given: %s", error)
