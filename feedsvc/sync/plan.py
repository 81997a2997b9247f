"""What has happened on a site since it was asked last: its posts' heads compared with those held."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from feedsvc.store import posts, sites
from feedsvc.sync.batch import EPOCH, Report
from feedsvc.sync.ingest import Intake
from feedsvc.sync.terms import GLANCE_BYTES, Names
from feedsvc.wordpress.api import PROBE_SIZE, parse_links
from feedsvc.wordpress.discover import fetch_version
from feedsvc.wordpress.pages import PAGE_SIZE, Page
from feedsvc.wordpress.parse import parse_modified

_CLOCKS = timedelta(minutes=5)
"""How far the clock that stamps modifications may be ahead of the one that stamps answers."""

_HEAD_BYTES = 70
"""A head with a link, but for the link."""

_SETTLING = timedelta(seconds=10)

_MOST_NAMES = 300
"""Where there are more categories or authors, new posts are no reason to ask for all of them."""

Head = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Changes:
    """Finds what is new, modified or gone on the site of an intake, and has it taken in."""

    intake: Intake
    sweep_interval: timedelta

    def find(self, *, sweep: bool, glance: bool = True) -> Report:
        """Ask for the posts that were modified last; when nothing has happened, `glance` at one more thing,
        by turns; when anything has, look at all of them. Sweeps with `sweep`, when it is time, and when the
        site does not count as many posts as are known.
        """
        holding = self.intake.holding
        state, known = holding.state(), holding.known()
        first = self.intake.api.fetch_last_modified()
        if known and not first.items:
            self.intake.remark(f"it lists no posts, while {len(known)} are held: nothing is removed")
        heads = [head for page in self._modified(first, state, known) for head in page.items]
        unlike = [head["id"] for head in heads if _differs(head, known)]
        unsettled = [head["id"] for head in heads if _is_unsettled(head, state.asked_at)]
        if unlike or first.total not in (None, len(known) + state.hidden_posts):
            # Names first: those that come with new posts would hide that others have gone.
            report = Names(self.intake).learn_all(_MOST_NAMES)
            report = report.plus(self._look_at_latest(known, [*unlike, *unsettled]))
        elif unsettled:
            report = self.intake.fetch(unsettled)
        else:
            report = self._glance(state, known) if glance else Report()
        moments = [moment for head in heads if (moment := parse_modified(head))]
        newest = max((*moments, state.modified_until or EPOCH))
        # One may lie in the future.
        holding.note(asked_at=first.date, modified_until=min(newest, first.date))
        now = datetime.now(UTC)
        overdue = not state.swept_at or not timedelta(0) <= now - state.swept_at < self.sweep_interval
        if sweep or overdue:
            return report.plus(self._sweep(first.total)).plus(self._learn_again())
        missing = 0 if first.total is None else len(holding.known()) + state.hidden_posts - first.total
        if not missing:
            return report
        removed = self._gone_lately(missing)
        return report.plus(Report(removed=removed) if removed else self._sweep(first.total))

    def _modified(
        self, first: Page, state: sites.SiteState, known: Mapping[int, datetime]
    ) -> Iterator[Page]:
        """Give pages of heads, those modified last first, back to what was there the last time."""
        yield first
        if first.last or _is_old(first, state, known):
            return
        for page in self.intake.api.iter_heads_by_modified():
            yield page
            if _is_old(page, state, known):
                return

    def _glance(self, state: sites.SiteState, known: Mapping[int, datetime]) -> Report:
        """Look at one of the things that a quiet site may have changed."""
        self.intake.holding.note(turn=state.turn + 1)
        turn, is_latest = divmod(state.turn, 2)
        names = Names(self.intake)
        glances = names.glances()
        if is_latest or not glances:
            return self._look_at_latest(known)
        return names.look(*glances[turn % len(glances)])

    def _look_at_latest(self, known: Mapping[int, datetime], wanted: Sequence[int] = ()) -> Report:
        """Look at the posts published last, back to one that is known, and take in what is not, with what
        is `wanted`.

        A post that was scheduled goes live with the modification time of when it was written: only its
        place among the latest tells. Where the link of one that was not modified is another, those of all
        posts may be: they are read again.
        """
        heads: list[Head] = []
        for page in self.intake.api.iter_heads_by_date(self._fitting()):
            heads += page.items
            if any(head["id"] in known for head in page.items):
                break
        unlike = dict.fromkeys((*wanted, *(head["id"] for head in heads if _differs(head, known))))
        report = self.intake.fetch(unlike)
        self.intake.see_to_links(parse_links(head for head in heads if head["id"] not in unlike))
        return report

    def _fitting(self) -> int:
        """Give how many heads with links are told in GLANCE_BYTES, as the longest of those held."""
        with self.intake.holding.reading() as connection:
            links = posts.latest_links(connection, self.intake.holding.site_id, PROBE_SIZE)
        longest = max((len(link.replace("/", "\\/")) for link in links), default=100)
        return max(1, min(PROBE_SIZE, GLANCE_BYTES // (longest + _HEAD_BYTES)))

    def _gone_lately(self, missing: int) -> int:
        """Drop the posts that are gone, if they are among the latest of many; gives how many."""
        known = sorted(self.intake.holding.known())
        if missing < 1 or len(known) <= 2 * PAGE_SIZE:
            return 0
        latest = known[-(PAGE_SIZE - 1) :]
        there = self.intake.api.fetch_existing_ids(latest)
        gone = set(latest) - there
        return self._drop(gone, max(there)) if there and len(gone) == missing else 0

    def _sweep(self, total: int | None) -> Report:
        """Compare the ids of all posts with those held: fetch what is missing, drop what is gone.

        `total` is what the site counted before: what it never lists is not missed again.
        """
        listed: dict[int, Head] = {}
        for page in self.intake.api.iter_all_heads():
            listed |= {head["id"]: head for head in page.items}
        known = self.intake.holding.known()
        removed = self._drop(known.keys() - listed.keys(), max(listed)) if listed else 0
        with self.intake.holding.reading() as connection:
            again = posts.to_ask_again(connection, self.intake.holding.site_id, PAGE_SIZE)
        unlike = [i for i, head in listed.items() if _differs(head, known)]
        report = self.intake.fetch([*unlike, *(i for i in again if i in listed)])
        hidden = 0 if total is None else total - len(self.intake.holding.known())
        self.intake.holding.note(hidden_posts=hidden, swept_at=datetime.now(UTC))
        return report.plus(Report(removed=removed))

    def _drop(self, gone: Iterable[int], control: int) -> int:
        """Drop the posts that a listing lacked, if the site does not have them when asked for by their ids,
        together with one that it has.
        """
        missed = sorted(gone)
        missed = sorted(set(missed) - self.intake.api.fetch_existing_ids(missed, control))
        with self.intake.holding.writing() as connection:
            return posts.remove(connection, self.intake.holding.site_id, missed)

    def _learn_again(self) -> Report:
        """Learn what is seldom looked at: all names, the version of WordPress."""
        state = self.intake.holding.state()
        version = self.intake.aside(lambda: fetch_version(self.intake.api.http, state.configured_url), "")
        self.intake.holding.note(version=version or state.version)
        names = Names(self.intake)
        names.name_the_rest()
        return names.learn_all().plus(names.look_at_tags())


def _differs(head: Head, known: Mapping[int, datetime]) -> bool:
    """Tell whether a post is not known as it is; one that never says when it was modified, not at all."""
    modified = parse_modified(head)
    return head["id"] not in known or (modified is not None and modified != known[head["id"]])


def _is_old(page: Page, state: sites.SiteState, known: Mapping[int, datetime]) -> bool:
    """Tell whether what follows a page was there the last time: as its last post was, or all of them where
    they do not say when they were modified.
    """
    moments = [moment for head in page.items if (moment := parse_modified(head))]
    if not moments:
        return all(head["id"] in known for head in page.items)
    modified = parse_modified(page.items[-1])
    if modified is None:  # nor do those behind it say it
        return page.items[-1]["id"] in known
    if not state.modified_until:
        return False
    return known.get(page.items[-1]["id"]) == modified <= state.modified_until


def _is_unsettled(head: Head, asked_at: datetime | None) -> bool:
    """Tell whether a post was modified just before we asked the last time: in the same second again, or its
    terms and its picture had not been saved yet, which WordPress does after the post.
    """
    modified = parse_modified(head)
    return bool(modified and asked_at and asked_at - _SETTLING <= modified <= asked_at + _CLOCKS)
