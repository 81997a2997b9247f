"""What has happened on a site since it was asked last: its posts' heads compared with those held."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from feedsvc.errors import SiteError
from feedsvc.pull.batch import EPOCH, Report
from feedsvc.pull.discover import shown_version
from feedsvc.pull.intake import Intake, asks_to_wait
from feedsvc.pull.names import LOOKED_AT, Names
from feedsvc.pull.parse import modified_of, web_address
from feedsvc.pull.wordpress import PAGE, Page
from feedsvc.store import posts, sites

_CLOCKS = timedelta(minutes=5)
"""How far the clock that stamps modifications may be ahead of the one that stamps answers."""

Head = Mapping[str, Any]


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
        if wanted or first.total not in (None, len(known) + state.hidden_posts):
            report = self._look_at_latest(state, known, wanted).plus(Names(self.intake).look_at_all())
        else:
            report = self._glance(state, known) if glance else Report()
        moments = [moment for head in modified if (moment := modified_of(head))]
        newest = max((*moments, state.modified_until or EPOCH))
        # One may lie in the future.
        self._note(asked_at=first.date, modified_until=min(newest, first.date))
        overdue = not state.swept_at or datetime.now(UTC) - state.swept_at >= self.sweep_interval
        if sweep or overdue:
            return report.plus(self._sweep()).plus(self._learn_again())
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

    def _glance(self, state: sites.SiteState, known: Mapping[int, datetime]) -> Report:
        """Look at one of the things that a quiet site may have changed."""
        names = Names(self.intake)
        glances = names.glances()
        turn = state.turn % (len(glances) + 1)
        self._note(turn=turn + 1)
        return names.look(*glances[turn]) if turn < len(glances) else self._look_at_latest(state, known)

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
        for page in self.intake.api.latest_heads():
            heads += page.items
            if any(head["id"] in known for head in page.items):
                break
        with self.intake.database.reading() as connection:
            held = posts.links(connection, self.intake.site_id, [head["id"] for head in heads])
        unlike = {*wanted, *self._unlike(heads, state, known)}
        told = {head["id"]: web_address(head.get("link")) for head in heads}
        relinked = [i for i in held.keys() - unlike if told[i] not in ("", held[i])]
        report = self.intake.fetch([*wanted, *(i for i in told if i in unlike), *relinked])
        with self.intake.database.reading() as connection:
            now_held = posts.links(connection, self.intake.site_id, relinked)
        # Some links are never the same twice: those say nothing of the others.
        if any(now_held.get(i) == told[i] for i in relinked):
            self._note(backfill_page=1)
        return report

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
        names, report = Names(self.intake), Report()
        for taxonomy in LOOKED_AT:
            report = report.plus(names.learn(taxonomy))
        try:
            version = shown_version(self.intake.api.http, self._state().site.url)
            self._note(version=version or self._state().version)
        except SiteError as error:
            if asks_to_wait(error):
                raise
        return report.plus(names.learn_tags())

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
