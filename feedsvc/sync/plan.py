"""What a pull does next, and what it remembers: decided from what the site just answered. Pure.

`decide` takes an observation and returns what to do next; `remember` takes a fact and returns the state to
save in the transaction of what was done. `run.py` is the loop around them.

An idle poll goes like this: Started → ReadHeads; HeadsRead, where nothing differs → a probe, Remember,
CompareCounts; CountsCompared, where no post is missing → nothing. It costs the site two requests: the
heads of the ten posts modified last, and one probe; a third for the root of the API when what is kept of
that has run out (INFO_MAX_AGE). It writes five times at the most: the claim, its renewal, `probe_cursor`,
what the heads told, the release of the claim.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from feedsvc.store.site_state import EPOCH, SyncState
from feedsvc.sync.steps import (
    Action,
    ApiLocated,
    ApiMoved,
    Backfill,
    BackfillFinished,
    BackfillStarted,
    CheckLatest,
    CompareCounts,
    CountsCompared,
    DropLatest,
    Fact,
    FetchPosts,
    Finished,
    HeadsRead,
    HeadsRecorded,
    HomePageSeen,
    LatestChecked,
    LearnTerms,
    LinksChanged,
    Observation,
    OptionalRefused,
    PageStored,
    ProbeTerms,
    ReadHeads,
    Relearn,
    Remember,
    Started,
    Sweep,
    Swept,
)
from feedsvc.wordpress.listing import PAGE_SIZE

MAX_TERMS_TO_RELEARN = 300
"""Where there are more categories or authors, new posts are no reason to ask for all of them."""

RESYNC_WINDOW = timedelta(hours=6)
MAX_RESYNCS = 3
"""Backfills for changed links in a row, each within RESYNC_WINDOW of the one before. Some sites make
links that are never the same twice."""

OPTIONAL_PAUSE = timedelta(days=1)
"""How long a site that asked us to wait when it was asked for terms or pictures is asked for posts
alone."""

_LATEST_PROBE = 1
"""The value of `probe_cursor` at which the latest posts are probed next."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do next, before all that is still to be done, and the state to save."""

    actions: tuple[Action, ...]
    state: SyncState


def decide(state: SyncState, observation: Observation, sweep_interval: timedelta) -> Decision:
    """Return what to do about `observation`, given what is remembered of the site, and the state to save
    before it is done.
    """
    match observation:
        case Started(full):
            return _decide_start(state, full=full)
        case HeadsRead():
            return _decide_on_heads(state, observation, sweep_interval)
        case CountsCompared():
            return Decision(tuple(_act_on_counts(state, observation)), state)
        case LatestChecked(removed, total):
            return Decision(() if removed else (Sweep(total),), state)
        case Finished():
            # Links may have changed during the pull: then all posts are read again, while the feeds go on.
            again = (Backfill(state.backfill_page),) if state.backfill_page else ()
            return Decision(again, state)
        case _:
            assert_never(observation)


def _decide_start(state: SyncState, *, full: bool) -> Decision:
    if full:
        state = replace(state, backfill_page=1)
    if state.backfill_page:
        # Terms come with the backfill: no probe.
        actions = (Backfill(state.backfill_page, relearn=full), ReadHeads(sweep=full, probe=False))
        return Decision(actions, state)
    return Decision((ReadHeads(sweep=False, probe=True),), state)


def _decide_on_heads(state: SyncState, heads: HeadsRead, sweep_interval: timedelta) -> Decision:
    """Return a closer look where a head or the total differs, else a probe; then a sweep, if one is due."""
    actions: list[Action] = []
    # The total tells of what no modification does: what was scheduled, back-dated, deleted or hidden.
    if heads.differing_ids or heads.total not in (None, heads.known_count + state.unlisted_count):
        # Terms first: those that come with new posts would hide that others are gone.
        actions += [
            LearnTerms(MAX_TERMS_TO_RELEARN),
            CheckLatest((*heads.differing_ids, *heads.unsettled_ids)),
        ]
    elif heads.unsettled_ids:
        actions.append(FetchPosts(heads.unsettled_ids))
    elif heads.action.probe:
        actions.append(_next_probe(state.probe_cursor, heads.probes))
        # Before it is made: a probe that fails each time must not keep the others away.
        state = replace(state, probe_cursor=state.probe_cursor + 1)
    newest = max(heads.newest_modified or EPOCH, state.newest_modified or EPOCH)
    # A post's time of modification may lie in the future: it must not hide later changes.
    actions.append(Remember(HeadsRecorded(heads.observed_at, min(newest, heads.observed_at))))
    if heads.action.sweep or _is_sweep_due(state, heads.now, sweep_interval):
        actions += [Sweep(heads.total), Relearn()]
    else:
        actions.append(CompareCounts(heads.total))
    return Decision(tuple(actions), state)


def _next_probe(cursor: int, probes: tuple[ProbeTerms, ...]) -> CheckLatest | ProbeTerms:
    """Return what is looked at by turns, since no modification and no total tells of it.

    In every other poll that is the latest posts with their links: a post that went live while another
    went, new permalinks, a new domain. Between them it is terms. To ask for all of it would see it sooner
    and cost every site three requests more in each poll.
    """
    turn, is_for_latest = divmod(cursor, 2)
    if is_for_latest or not probes:
        return CheckLatest()
    return probes[turn % len(probes)]


def _is_sweep_due(state: SyncState, now: datetime, interval: timedelta) -> bool:
    # A time in the future was set by a clock that was ahead.
    return state.swept_at is None or not timedelta(0) <= now - state.swept_at < interval


def _act_on_counts(state: SyncState, counts: CountsCompared) -> Iterator[Action]:
    """Yield what looks for the posts by which the counts differ."""
    if counts.total is None:  # a proxy took the header away
        return
    missing = counts.known_count + state.unlisted_count - counts.total
    if missing > 0 and counts.known_count > 2 * PAGE_SIZE:
        yield DropLatest(missing, counts.total)
    elif missing:
        yield Sweep(counts.total)


def remember(state: SyncState, fact: Fact) -> SyncState:
    """Return the state in which `fact` is remembered."""
    match fact:
        case ApiLocated(root, title, description, home, version, language, icon):
            profile = replace(
                _with_home_page(state, version, language),
                title=title, description=description, home=home, icon=icon,
            )  # fmt: skip
            return _at_root(profile, root)
        case ApiMoved(root):
            return _at_root(state, root)
        case BackfillStarted(observed_at, newest_modified, listed_count):
            return replace(
                state,
                observed_at=observed_at,
                newest_modified=newest_modified,
                listed_count=listed_count,
            )
        case PageStored(number):
            return replace(state, backfill_page=number + 1)
        case BackfillFinished(is_whole, now):
            # Where a post went while we paged, others moved up to a page that was read already: only a
            # sweep finds them, and what is gone since an earlier backfill.
            swept_at = now if is_whole and not state.backfilled_at else None
            return replace(state, backfill_page=None, backfilled_at=now, swept_at=swept_at)
        case HeadsRecorded(observed_at, newest_modified):
            return replace(state, observed_at=observed_at, newest_modified=newest_modified)
        case LinksChanged(are_stable, now):
            return _plan_resync(state, now) if are_stable else state
        case Swept(total, known_count, now):
            # What the site counts and does not give is not missed again.
            unlisted_count = 0 if total is None else total - known_count
            return replace(state, unlisted_count=unlisted_count, swept_at=now)
        case HomePageSeen(version, language):
            return _with_home_page(state, version, language)
        case OptionalRefused(retry_at, now):
            return replace(state, optional_retry_at=(retry_at or now) + OPTIONAL_PAUSE)
        case _:
            assert_never(fact)


def _with_home_page(state: SyncState, version: str, language: str) -> SyncState:
    """Return the state once the site's page was read; what it does not show stays."""
    return replace(
        state,
        wordpress_version=version or state.wordpress_version,
        language=language or state.language,
    )


def _at_root(state: SyncState, root: str) -> SyncState:
    if state.api_root in ("", root):
        return replace(state, api_root=root)
    # Posts may have other links there: those of the latest are looked at next.
    return replace(state, api_root=root, probe_cursor=_LATEST_PROBE)


def _plan_resync(state: SyncState, now: datetime) -> SyncState:
    """Return the state in which all posts are read again, since the links of all may have changed.

    Unless that is under way already, or was done too often of late.
    """
    is_recent = (
        state.backfilled_at is not None and timedelta(0) <= now - state.backfilled_at < RESYNC_WINDOW
    )
    count = state.resync_count + 1 if is_recent else 1
    if state.backfill_page is not None or count > MAX_RESYNCS:
        return state
    return replace(state, backfill_page=1, resync_count=count)


def may_ask_for_optional(state: SyncState, now: datetime) -> bool:
    """Return whether the site may be asked for what posts can do without."""
    retry_at = state.optional_retry_at
    # A time years ahead was set by a clock that was wrong.
    return not (retry_at and now < retry_at < now + 2 * OPTIONAL_PAUSE)
