"""The loop of a pull: observe the site, decide (plan.py), do it, until nothing is left to do."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, assert_never

from feedsvc.site_address import parse_api_root
from feedsvc.store.post_writer import ChangeCounts
from feedsvc.store.posts import count_posts, list_withheld_reasons
from feedsvc.store.site_state import EPOCH
from feedsvc.sync.cleaning_process import CleaningProcess
from feedsvc.sync.fetch import PostFetcher
from feedsvc.sync.heads import Head, find_differing, find_unsettled, reaches_known
from feedsvc.sync.ingest import PostIngest, make_unusable_error
from feedsvc.sync.optional import OptionalRequests
from feedsvc.sync.pages import PageStorer
from feedsvc.sync.plan import decide
from feedsvc.sync.site_store import SiteStore
from feedsvc.sync.steps import (
    Action,
    Backfill,
    BackfillFinished,
    BackfillStarted,
    CheckLatest,
    CompareCounts,
    CountsCompared,
    DropLatest,
    FetchPosts,
    Finished,
    HeadsRead,
    HomePageSeen,
    LatestChecked,
    LearnTerms,
    Observation,
    ProbeTerms,
    ReadHeads,
    Relearn,
    Remember,
    Started,
    Sweep,
)
from feedsvc.sync.sweep import MAX_DIFFERING_POSTS, PostSweeper
from feedsvc.sync.terms import MAX_PROBE_BYTES, TermSync
from feedsvc.wordpress.api import PROBE_SIZE, Api, get_title, parse_links
from feedsvc.wordpress.discover import PageInfo, fetch_page_info
from feedsvc.wordpress.listing import PAGE_SIZE, Page, iter_pages
from feedsvc.wordpress.parse import parse_modified

FIRST_PAGE_SIZE = 20
"""Posts that are asked for before all else, so that a slow site's feeds have something within seconds."""

MAX_LATEST_PAGES = 100
"""Pages of the posts published last that are read back to one that is known. Where there are more new ones,
their number shows, and a sweep finds them."""

HEAD_BYTES = 70
"""A head with a link takes so many bytes of JSON, and those of its link."""


class PlanRun:
    """Follows the plan for one site at one address of its REST API.

    `progress` is called after each page of a backfill with the posts done and the posts there are;
    `remark` with what is odd but does no harm.
    """

    def __init__(
        self,
        store: SiteStore,
        api: Api,
        sweep_interval: timedelta,
        progress: Callable[[int, int], None],
        remark: Callable[[str], None],
        cleaning: CleaningProcess,
    ) -> None:
        self._store = store
        self._api = api
        self._sweep_interval = sweep_interval
        self._progress = progress
        self._remark = remark
        self._cleaning = cleaning
        self._fetcher = PostFetcher(store, api, remark)
        self._optional = OptionalRequests(store, remark)
        self._ingest = PostIngest(store, api, self._fetcher, self._optional, remark)
        self._terms = TermSync(store, self._ingest)
        self._sweeper = PostSweeper(store, api, self._ingest)

    def run(self, *, full: bool) -> ChangeCounts:
        """Do what the plan says until it has nothing more; with `full`, ask for every post and term.

        Raise SiteError and StoppedError as the requests do.
        """
        counts = ChangeCounts()
        actions = deque(self._decide(Started(full)))
        while actions:
            changes, observation = self._do(actions.popleft())
            counts += changes
            if observation:
                actions.extendleft(reversed(self._decide(observation)))
            if not actions:
                actions.extend(self._decide(Finished()))
        return counts

    def _decide(self, observation: Observation) -> tuple[Action, ...]:
        """Return what to do about an observation, once what is to be remembered before is saved."""
        state = self._store.load_state()
        decision = decide(state, observation, self._sweep_interval)
        if decision.state != state:
            self._store.save_state(decision.state)
        return decision.actions

    def _do(self, action: Action) -> tuple[ChangeCounts, Observation | None]:
        """Do one thing; return what that changed, and what was observed if there is something to decide."""
        match action:
            case Backfill(number, relearn):
                return self._backfill(number, relearn=relearn), None
            case ReadHeads():
                return ChangeCounts(), self._read_heads(action)
            case LearnTerms(max_terms):
                return self._terms.learn_all(max_terms), None
            case CheckLatest(post_ids):
                return self._check_latest(post_ids), None
            case FetchPosts(post_ids):
                return self._ingest.fetch_and_store(post_ids), None
            case ProbeTerms(taxonomy, term_ids):
                return self._terms.probe(taxonomy, term_ids), None
            case Remember(fact):
                self._store.remember(fact)
                return ChangeCounts(), None
            case CompareCounts(total):
                return ChangeCounts(), CountsCompared(total, len(self._store.list_known_posts()))
            case DropLatest(missing, total):
                counts = self._sweeper.drop_latest(missing)
                return counts, LatestChecked(counts.removed, total)
            case Sweep(total):
                return self._sweeper.sweep(total), None
            case Relearn():
                return self._relearn(), None
            case _:
                assert_never(action)

    def _backfill(self, number: int, *, relearn: bool) -> ChangeCounts:
        """Read all posts from a page on, each page in a transaction with the number of the next in it.

        Killed anywhere, the next pull begins with the first page that was not stored.
        """
        counts = ChangeCounts()
        totals: set[int | None] = set()
        if number == 1:
            newest = self._api.fetch_last_modified(1)
            modified = max(_modifications(newest.items), default=None)
            self._store.remember(
                BackfillStarted(newest.date, min(modified, newest.date) if modified else None, newest.total)
            )
            totals.add(newest.total)
            first_page = self._fetcher.fetch_page(1, FIRST_PAGE_SIZE)
            newest_posts = (
                first_page.items if first_page.last else self._leave_out_repeats(first_page.items)
            )
            counts += self._ingest.store_posts(newest_posts, relearn=relearn, are_newest=True)
            counts += self._terms.learn_all()

        def note(page: Page) -> None:
            self._progress(page.number * PAGE_SIZE, page.total or page.number * PAGE_SIZE)
            totals.add(page.total)

        pages = iter_pages(self._fetcher.fetch_page, number)
        counts += PageStorer(self._ingest, self._cleaning, relearn, note).store(pages)
        self._require_usable_posts()
        is_whole = number == 1 and len(totals) == 1 and None not in totals
        self._store.remember(BackfillFinished(is_whole, datetime.now(UTC)))
        return counts

    def _leave_out_repeats(self, items: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """Return those of the newest posts of a site whose titles do not come again further back.

        Where the disk was lost, subscribers have what a repeat repeats. It comes with that, in the next
        page: else it would be an entry until then, which they had never seen as one.
        """
        if not self._store.is_filling():
            return items
        no_titles: list[tuple[int, str]] = []
        titles = self._optional.fetch(self._api.fetch_titles, no_titles)
        newest_ids = [item.get("id") for item in items]  # whatever they are
        older_titles = {title for post_id, title in titles if title and post_id not in newest_ids}
        return [item for item in items if get_title(item) not in older_titles]

    def _require_usable_posts(self) -> None:
        """Raise SiteError when posts were read and not one of them can be published: then it is not a post
        that is odd, but the site.
        """
        with self._store.reading() as connection:
            reasons = list_withheld_reasons(connection, self._store.site_id, PAGE_SIZE)
            has_posts = count_posts(connection, self._store.site_id) > 0
        if reasons and not has_posts:
            raise make_unusable_error(self._api.root, len(reasons), reasons[0])

    def _read_heads(self, action: ReadHeads) -> HeadsRead:
        """Read the heads of the posts modified last, and compare them with the posts that are known."""
        state, known_posts = self._store.load_state(), self._store.list_known_posts()
        first = self._api.fetch_last_modified()
        if known_posts and not first.items:
            self._remark(f"it lists no posts, while {len(known_posts)} are held: nothing is removed")
        newest_modified: datetime | None = None
        differing_ids: list[int] = []
        unsettled_ids: list[int] = []
        # Page by page: of a million posts that were all modified the heads are not kept.
        for heads in self._heads_back_to_known(first, known_posts, state.newest_modified):
            modified = max(_modifications(heads), default=None)
            newest_modified = max(newest_modified or EPOCH, modified) if modified else newest_modified
            differing_ids += find_differing(heads, known_posts)
            unsettled_ids += find_unsettled(heads, state.observed_at)
            if len(differing_ids) > MAX_DIFFERING_POSTS:
                newest_modified = None  # the next poll looks behind these
                break
        return HeadsRead(
            action=action,
            now=datetime.now(UTC),
            observed_at=first.date,
            newest_modified=newest_modified,
            differing_ids=tuple(differing_ids),
            unsettled_ids=tuple(unsettled_ids),
            total=first.total,
            known_count=len(known_posts),
            probes=self._terms.list_probes(),
        )

    def _heads_back_to_known(
        self, first: Page, known_posts: Mapping[int, datetime], newest_modified: datetime | None
    ) -> Iterator[Sequence[Head]]:
        """Yield pages of heads, those modified last first, back to what was there the last time."""
        yield first.items
        if first.last or reaches_known(first.items, known_posts, newest_modified):
            return
        for page in self._api.iter_heads_by_modified():
            yield page.items
            if reaches_known(page.items, known_posts, newest_modified):
                return

    def _check_latest(self, post_ids: Iterable[int]) -> ChangeCounts:
        """Look at the posts published last, back to one that is known; fetch what differs, and `post_ids`.

        A post that was scheduled goes live with the time of modification of when it was written: only its
        place among the latest tells. Where a post that was not modified has another link, others may have.
        """
        known_posts = self._store.list_known_posts()
        heads: list[Head] = []
        pages = self._api.iter_heads_by_date(self._fitting_page_size())
        for page in islice(pages, MAX_LATEST_PAGES):
            heads += page.items
            if any(head["id"] in known_posts for head in page.items):
                break
        changed_ids = dict.fromkeys((*post_ids, *find_differing(heads, known_posts)))
        counts = self._ingest.fetch_and_store(changed_ids)
        links = parse_links(head for head in heads if head["id"] not in changed_ids)
        return counts + self._ingest.refresh_relinked_posts(links)

    def _fitting_page_size(self) -> int:
        """Return how many heads with links MAX_PROBE_BYTES tell, judged by the longest link held."""
        links = self._store.list_latest_links(PROBE_SIZE)
        longest = max((len(link.replace("/", "\\/")) for link in links), default=100)
        return max(1, min(PROBE_SIZE, MAX_PROBE_BYTES // (longest + HEAD_BYTES)))

    def _relearn(self) -> ChangeCounts:
        """Learn what is seldom looked at: what the site's page says, all terms."""
        page_url = self._store.load_configured_url()
        if parse_api_root(page_url):
            page_url = self._store.load_state().home or page_url
        page = self._optional.fetch(lambda: fetch_page_info(self._api.http, page_url), PageInfo())
        self._store.remember(HomePageSeen(page.version, page.language))
        self._terms.name_unnamed()
        return self._terms.learn_all() + self._terms.probe_tags()


def _modifications(heads: Iterable[Mapping[str, Any]]) -> Iterator[datetime]:
    return (modified for head in heads if (modified := parse_modified(head)))
