"""What has happened on a site since it was asked last: its posts' heads compared with those held."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from feedsvc.pull.batch import EPOCH, Report
from feedsvc.pull.discover import shown_version
from feedsvc.pull.intake import Intake
from feedsvc.pull.names import GLANCE_BYTES, Names
from feedsvc.pull.parse import modified_of
from feedsvc.pull.wordpress import GLANCE, PAGE, Page, links_of
from feedsvc.store import posts, sites

_CLOCKS = timedelta(minutes=5)
"""How far the clock that stamps modifications may be ahead of the one that stamps answers."""

_HEAD_BYTES = 70
"""A head with a link, but for the link."""

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
        state, known = self._state(), self._known()
        first = self.intake.api.last_modified()
        if known and not first.items:
            self.intake.remark(f"it lists no posts, while {len(known)} are held: nothing is removed")
        modified = [head for page in self._modified(first, state, known) for head in page.items]
        wanted = self._unlike(modified, state, known)
        vanished = self._vanished(first, known)
        if wanted or vanished or first.total not in (None, len(known) + state.hidden_posts):
            # Names first: those that come with new posts would hide that others have gone.
            report = Names(self.intake).learn_all()
            report = report.plus(self._look_at_latest(state, known, wanted))
        else:
            report = self._glance(state, known) if glance else Report()
        moments = [moment for head in modified if (moment := modified_of(head))]
        newest = max((*moments, state.modified_until or EPOCH))
        # One may lie in the future.
        self._note(asked_at=first.date, modified_until=min(newest, first.date))
        overdue = not state.swept_at or datetime.now(UTC) - state.swept_at >= self.sweep_interval
        if sweep or overdue:
            return report.plus(self._sweep()).plus(self._learn_again())
        if vanished and first.items:
            report = report.plus(Report(removed=self._drop(vanished, first.items[0]["id"])))
        missing = 0 if first.total is None else len(self._known()) + state.hidden_posts - first.total
        if not missing:
            return report
        removed = self._gone_lately(missing)
        return report.plus(Report(removed=removed) if removed else self._sweep())

    def _modified(
        self, first: Page, state: sites.SiteState, known: Mapping[int, datetime]
    ) -> Iterator[Page]:
        """Give pages of heads, those modified last first, back to what was there the last time."""
        yield first
        if first.last or self._is_old(first, state, known):
            return
        for page in self.intake.api.modified_heads():
            yield page
            if self._is_old(page, state, known):
                return

    def _is_old(self, page: Page, state: sites.SiteState, known: Mapping[int, datetime]) -> bool:
        """Tell whether what follows a page was there the last time, as its last post was."""
        if not page.items or not state.modified_until:
            return not page.items
        modified = modified_of(page.items[-1])
        was_there = known.get(page.items[-1]["id"]) == modified
        return was_there and modified is not None and modified <= state.modified_until

    def _unlike(
        self, heads: Iterable[Head], state: sites.SiteState, known: Mapping[int, datetime]
    ) -> list[int]:
        """Give the ids of posts that are not known as they are.

        WordPress counts whole seconds: what was modified in the very second in which we asked may have been
        modified again.
        """
        unsettled = state.asked_at or EPOCH - timedelta(days=1)
        return [
            head["id"]
            for head in heads
            if _differs(head["id"], modified := modified_of(head), known)
            or (modified and unsettled - timedelta(seconds=1) <= modified <= unsettled + _CLOCKS)
        ]

    def _vanished(self, first: Page, known: Mapping[int, datetime]) -> set[int]:
        """Give the posts that ought to be among those modified last, and are not."""
        last = modified_of(first.items[-1]) if first.items else None
        there = {head["id"] for head in first.items}
        return {i for i, modified in known.items() if last and modified > last and i not in there}

    def _glance(self, state: sites.SiteState, known: Mapping[int, datetime]) -> Report:
        """Look at one of the things that a quiet site may have changed."""
        self._note(turn=state.turn + 1)
        turn, is_latest = divmod(state.turn, 2)
        names = Names(self.intake)
        glances = names.glances()
        if is_latest or not glances:
            return self._look_at_latest(state, known)
        return names.look(*glances[turn % len(glances)])

    def _look_at_latest(
        self, state: sites.SiteState, known: Mapping[int, datetime], wanted: Sequence[int] = ()
    ) -> Report:
        """Look at the posts published last, back to one that is known, and take in what is not, with what
        is `wanted`.

        A post that was scheduled goes live with the modification time of when it was written: only its
        place among the latest tells. Where the link of one that was not modified is another, those of all
        posts may be: they are read again.
        """
        heads: list[Head] = []
        for page in self.intake.api.latest_heads(self._fitting()):
            heads += page.items
            if any(head["id"] in known for head in page.items):
                break
        unlike = dict.fromkeys((*wanted, *self._unlike(heads, state, known)))
        report = self.intake.fetch(unlike)
        if self.intake.relinked(links_of(head for head in heads if head["id"] not in unlike)):
            self._note(backfill_page=1)
        return report

    def _fitting(self) -> int:
        """Give how many heads with links are told in GLANCE_BYTES, as the longest of those held."""
        with self.intake.database.reading() as connection:
            links = posts.latest_links(connection, self.intake.site_id, GLANCE)
        longest = max((len(link.replace("/", "\\/")) for link in links), default=100)
        return max(1, min(GLANCE, GLANCE_BYTES // (longest + _HEAD_BYTES)))

    def _gone_lately(self, missing: int) -> int:
        """Drop the posts that are gone, if they are among the latest of many; gives how many."""
        latest = sorted(self._known())[-(PAGE - 1) :]
        if missing < 1 or len(self._known()) <= 2 * PAGE:
            return 0
        there = self.intake.api.are_there(latest)
        gone = set(latest) - there
        return self._drop(gone, max(there)) if there and len(gone) == missing else 0

    def _sweep(self) -> Report:
        """Compare the ids of all posts with those held: fetch what is missing, drop what is gone."""
        listed: dict[int, datetime | None] = {}
        total = 0
        for page in self.intake.api.every_head():
            listed |= {head["id"]: modified_of(head) for head in page.items}
            total = (
                total or page.total or 0
            )  # of the first page: what came or went since is for the next poll
        known = self._known()
        report = self.intake.fetch(i for i, modified in listed.items() if _differs(i, modified, known))
        removed = self._drop(known.keys() - listed.keys(), max(listed)) if listed else 0
        known = self._known()
        uncounted = len(known.keys() - listed.keys())
        hidden = max(0, total - len(listed)) + len(listed.keys() - known.keys()) - uncounted
        self._note(hidden_posts=hidden, swept_at=datetime.now(UTC))
        return report.plus(Report(removed=removed))

    def _drop(self, gone: Iterable[int], control: int) -> int:
        """Drop the posts that a listing lacked, if the site does not have them when asked for by their ids,
        together with one that it has.
        """
        missed = sorted(gone)
        missed = sorted(set(missed) - self.intake.api.are_there(missed, control))
        with self.intake.database.writing() as connection:
            return posts.remove(connection, self.intake.site_id, missed)

    def _learn_again(self) -> Report:
        """Learn what is seldom looked at: all names, the version of WordPress."""
        names = Names(self.intake)
        version = self.intake.aside(lambda: shown_version(self.intake.api.http, self._state().site.url), "")
        self._note(version=version or self._state().version)
        return names.learn_all().plus(names.look_at_tags())

    def _known(self) -> dict[int, datetime]:
        with self.intake.database.reading() as connection:
            return posts.known(connection, self.intake.site_id)

    def _state(self) -> sites.SiteState:
        with self.intake.database.reading() as connection:
            return sites.state(connection, self.intake.site_id)

    def _note(self, **values: Any) -> None:
        with self.intake.database.writing() as connection:
            sites.change(connection, self.intake.site_id, **values)


def _differs(wp_id: int, modified: datetime | None, known: Mapping[int, datetime]) -> bool:
    """Tell whether a post is not known as it is; one that never says when it was modified, not at all."""
    return wp_id not in known or (modified is not None and modified != known[wp_id])
