"""What a pull does next: each case of `decide` with what it remembers, observes, does and saves."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conftest import ROOT
from feedsvc.store.site_state import EPOCH, SyncState
from feedsvc.sync.heads import find_differing, find_unsettled, reaches_known
from feedsvc.sync.plan import decide, may_ask_for_optional, remember
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

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
INTERVAL = timedelta(hours=6)

SETTLED = SyncState(
    api_root="https://a.example/wp-json/",
    backfill_page=None,
    backfilled_at=NOW - DAY,
    swept_at=NOW - HOUR,
    observed_at=NOW - HOUR,
    newest_modified=NOW - DAY,
)
"""What is remembered of a site after a while in which all went well."""

CATEGORIES = ProbeTerms("category", frozenset({1, 2}))
AUTHORS = ProbeTerms("author", frozenset({1}))

QUIET = HeadsRead(
    action=ReadHeads(sweep=False, probe=True),
    now=NOW,
    observed_at=NOW - SECOND,
    newest_modified=NOW - DAY,
    differing_ids=(),
    unsettled_ids=(),
    total=30,
    known_count=30,
    probes=(CATEGORIES, AUTHORS),
)
"""The heads of a site on which nothing has happened."""

RECORD = Remember(HeadsRecorded(NOW - SECOND, NOW - DAY))
LATER = (RECORD, CompareCounts(30))


def state(**changes: Any) -> SyncState:
    """Return SETTLED but for some fields."""
    return replace(SETTLED, **changes)


def heads(**changes: Any) -> HeadsRead:
    """Return QUIET but for some fields."""
    return replace(QUIET, **changes)


Case = tuple[SyncState, Observation, tuple[Action, ...], SyncState]

CASES: dict[str, Case] = {
    # The start of a pull
    "a first pull backfills": (
        SyncState(), Started(full=False),
        (Backfill(1), ReadHeads(sweep=False, probe=False)), SyncState(),
    ),
    "a backfill that was broken off goes on": (
        state(backfill_page=7), Started(full=False),
        (Backfill(7), ReadHeads(sweep=False, probe=False)), state(backfill_page=7),
    ),
    "a poll reads heads": (
        SETTLED, Started(full=False), (ReadHeads(sweep=False, probe=True),), SETTLED,
    ),
    "a full pull reads all again, and sweeps": (
        SETTLED, Started(full=True),
        (Backfill(1, relearn=True), ReadHeads(sweep=True, probe=False)), state(backfill_page=1),
    ),
    "a full pull begins a broken backfill anew": (
        state(backfill_page=7), Started(full=True),
        (Backfill(1, relearn=True), ReadHeads(sweep=True, probe=False)), state(backfill_page=1),
    ),
    # The heads of an idle poll
    "nothing has happened: terms have their turn": (
        SETTLED, QUIET, (CATEGORIES, *LATER), state(probe_cursor=1),
    ),
    "nothing has happened: the latest posts have their turn": (
        state(probe_cursor=1), QUIET, (CheckLatest(), *LATER), state(probe_cursor=2),
    ),
    "nothing has happened: the second batch of terms has its turn": (
        state(probe_cursor=2), QUIET, (AUTHORS, *LATER), state(probe_cursor=3),
    ),
    "the batches of terms begin again": (
        state(probe_cursor=4), QUIET, (CATEGORIES, *LATER), state(probe_cursor=5),
    ),
    "without terms the latest posts have every turn": (
        SETTLED, heads(probes=()), (CheckLatest(), *LATER), state(probe_cursor=1),
    ),
    "after a backfill nothing is probed": (
        SETTLED, heads(action=ReadHeads(sweep=False, probe=False)), LATER, SETTLED,
    ),
    "posts that are counted but never listed are no difference": (
        state(unlisted_count=2), heads(total=32),
        (CATEGORIES, RECORD, CompareCounts(32)), state(unlisted_count=2, probe_cursor=1),
    ),
    "without a total only the heads tell": (
        SETTLED, heads(total=None), (CATEGORIES, RECORD, CompareCounts(None)), state(probe_cursor=1),
    ),
    # The heads when something has happened
    "a post was modified: terms, then the latest with it": (
        SETTLED, heads(differing_ids=(7,), unsettled_ids=(8,)),
        (LearnTerms(300), CheckLatest((7, 8)), *LATER), SETTLED,
    ),
    "the site counts more posts than are known": (
        SETTLED, heads(total=31),
        (LearnTerms(300), CheckLatest(()), RECORD, CompareCounts(31)), SETTLED,
    ),
    "the site counts fewer posts than are known": (
        SETTLED, heads(total=29),
        (LearnTerms(300), CheckLatest(()), RECORD, CompareCounts(29)), SETTLED,
    ),
    "a post was modified just before the last poll": (
        SETTLED, heads(unsettled_ids=(8,)), (FetchPosts((8,)), *LATER), SETTLED,
    ),
    "a modification in the future hides no later one": (
        SETTLED, heads(newest_modified=NOW + 999 * DAY, differing_ids=(7,)),
        (
            LearnTerms(300), CheckLatest((7,)),
            Remember(HeadsRecorded(NOW - SECOND, NOW - SECOND)), CompareCounts(30),
        ),
        SETTLED,
    ),
    "where heads say nothing, the newest modification stays": (
        SETTLED, heads(newest_modified=None), (CATEGORIES, *LATER), state(probe_cursor=1),
    ),
    "where none was ever told, the newest modification is long ago": (
        state(newest_modified=None), heads(newest_modified=None),
        (CATEGORIES, Remember(HeadsRecorded(NOW - SECOND, EPOCH)), CompareCounts(30)),
        state(newest_modified=None, probe_cursor=1),
    ),
    # Sweeps
    "a sweep is due": (
        state(swept_at=NOW - INTERVAL), QUIET,
        (CATEGORIES, RECORD, Sweep(30), Relearn()), state(swept_at=NOW - INTERVAL, probe_cursor=1),
    ),
    "a sweep was never made": (
        state(swept_at=None), QUIET,
        (CATEGORIES, RECORD, Sweep(30), Relearn()), state(swept_at=None, probe_cursor=1),
    ),
    "a sweep in the future is none": (
        state(swept_at=NOW + DAY), QUIET,
        (CATEGORIES, RECORD, Sweep(30), Relearn()), state(swept_at=NOW + DAY, probe_cursor=1),
    ),
    "a full pull sweeps before it is due": (
        SETTLED, heads(action=ReadHeads(sweep=True, probe=False)), (RECORD, Sweep(30), Relearn()), SETTLED,
    ),
    # Counts
    "as many as the site counts": (SETTLED, CountsCompared(30, 30), (), SETTLED),
    "no number to compare": (SETTLED, CountsCompared(None, 30), (), SETTLED),
    "some of few posts are gone": (SETTLED, CountsCompared(28, 30), (Sweep(28),), SETTLED),
    "some of many posts are gone: the latest first": (
        SETTLED, CountsCompared(299, 301), (DropLatest(2, 299),), SETTLED,
    ),
    "of 200 posts all are compared at once": (SETTLED, CountsCompared(199, 200), (Sweep(199),), SETTLED),
    "there are more than are known": (SETTLED, CountsCompared(302, 301), (Sweep(302),), SETTLED),
    "unlisted posts are not missed": (
        state(unlisted_count=2), CountsCompared(32, 30), (), state(unlisted_count=2),
    ),
    "the latest were all that was gone": (SETTLED, LatestChecked(2, 299), (), SETTLED),
    "others than the latest are gone": (SETTLED, LatestChecked(0, 299), (Sweep(299),), SETTLED),
    # The end of a pull
    "all is done": (SETTLED, Finished(), (), SETTLED),
    "all posts are to be read again": (
        state(backfill_page=1), Finished(), (Backfill(1),), state(backfill_page=1),
    ),
}  # fmt: skip


FACTS: dict[str, tuple[SyncState, Fact, SyncState]] = {
    # The backfill
    "what is modified while we page is found afterwards": (
        SyncState(), BackfillStarted(NOW, NOW - HOUR, 70),
        SyncState(observed_at=NOW, newest_modified=NOW - HOUR, listed_count=70),
    ),
    "a site whose posts never say when they were modified": (
        SETTLED, BackfillStarted(NOW, None), state(observed_at=NOW, newest_modified=None),
    ),
    "a page that is stored is not asked for again": (
        SyncState(), PageStored(3), SyncState(backfill_page=4),
    ),
    "a first backfill in one go needs no sweep": (
        SyncState(backfill_page=9), BackfillFinished(is_whole=True, now=NOW),
        SyncState(backfill_page=None, backfilled_at=NOW, swept_at=NOW),
    ),
    "a backfill that was broken off ends in a sweep": (
        SyncState(backfill_page=9), BackfillFinished(is_whole=False, now=NOW),
        SyncState(backfill_page=None, backfilled_at=NOW, swept_at=None),
    ),
    "a second backfill ends in a sweep": (
        state(backfill_page=9), BackfillFinished(is_whole=True, now=NOW),
        state(backfilled_at=NOW, swept_at=None),
    ),
    "what the heads told of is stored": (
        state(observed_at=None), HeadsRecorded(NOW - SECOND, NOW - DAY),
        state(observed_at=NOW - SECOND, newest_modified=NOW - DAY),
    ),
    "what the site counts and never lists is remembered": (
        SETTLED, Swept(32, 30, NOW), state(unlisted_count=2, swept_at=NOW),
    ),
    "a site without totals has nothing unlisted": (
        state(unlisted_count=2), Swept(None, 30, NOW), state(swept_at=NOW),
    ),
    # Links
    "links have changed: all posts are read again": (
        SETTLED, LinksChanged(are_stable=True, now=NOW), state(backfill_page=1, resync_count=1),
    ),
    "links that are never the same twice say nothing": (
        SETTLED, LinksChanged(are_stable=False, now=NOW), SETTLED,
    ),
    "all posts are being read again already": (
        state(backfill_page=4), LinksChanged(are_stable=True, now=NOW), state(backfill_page=4),
    ),
    "links have changed again soon": (
        state(backfilled_at=NOW - HOUR, resync_count=2), LinksChanged(are_stable=True, now=NOW),
        state(backfilled_at=NOW - HOUR, backfill_page=1, resync_count=3),
    ),
    "links change too often": (
        state(backfilled_at=NOW - HOUR, resync_count=3), LinksChanged(are_stable=True, now=NOW),
        state(backfilled_at=NOW - HOUR, resync_count=3),
    ),
    "links have changed again after a while": (
        state(resync_count=3), LinksChanged(are_stable=True, now=NOW),
        state(backfill_page=1, resync_count=1),
    ),
    "links of a site that was never read whole": (
        state(backfilled_at=None), LinksChanged(are_stable=True, now=NOW),
        state(backfilled_at=None, backfill_page=1, resync_count=1),
    ),
    # The API
    "the API is found": (
        SyncState(), ApiLocated("https://a.example/wp-json/", "A", "All of A", "https://a.example/", "6.9"),
        SyncState(
            api_root="https://a.example/wp-json/", title="A", description="All of A",
            home="https://a.example/", wordpress_version="6.9",
        ),
    ),
    "the API says nothing new": (
        SETTLED, ApiLocated("https://a.example/wp-json/", "", "", "", ""), SETTLED,
    ),
    "a version that does not show stays": (
        state(wordpress_version="6.9"), ApiLocated("https://a.example/wp-json/", "", "", "", ""),
        state(wordpress_version="6.9"),
    ),
    "the API is elsewhere: the links of the latest posts are looked at next": (
        state(probe_cursor=8), ApiLocated("https://b.example/wp-json/", "", "", "", ""),
        state(api_root="https://b.example/wp-json/", probe_cursor=1),
    ),
    "the API sends us elsewhere for good": (
        state(title="A"), ApiMoved("https://b.example/wp-json/"),
        state(title="A", api_root="https://b.example/wp-json/", probe_cursor=1),
    ),
    "a version of WordPress shows": (SETTLED, HomePageSeen("6.9"), state(wordpress_version="6.9")),
    "no version of WordPress shows": (
        state(wordpress_version="6.9"), HomePageSeen(""), state(wordpress_version="6.9"),
    ),
    # What posts can do without
    "asked for terms, the site wants to be left alone": (
        SETTLED, OptionalRefused(NOW + HOUR, NOW), state(optional_retry_at=NOW + HOUR + DAY),
    ),
    "it says not for how long": (
        SETTLED, OptionalRefused(None, NOW), state(optional_retry_at=NOW + DAY),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_each_observation_leads_to_its_actions_and_state(case: Case) -> None:
    before, observation, actions, after = case
    decision = decide(before, observation, INTERVAL)
    assert decision.actions == actions
    assert decision.state == after


@pytest.mark.parametrize("case", FACTS.values(), ids=FACTS.keys())
def test_each_fact_is_remembered(case: tuple[SyncState, Fact, SyncState]) -> None:
    before, fact, after = case
    assert remember(before, fact) == after


@pytest.mark.real  # it starts an interpreter that traces each line
def test_the_cases_cover_every_branch_of_the_plan(own_folder: Any) -> None:
    python = [sys.executable, "-m"]
    plan = str(ROOT / "feedsvc" / "sync" / "plan.py")
    tests = [
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-m",
        "not real",
        "-o",
        "addopts=",
        str(ROOT / "tests" / "test_plan.py"),
    ]
    run = [*python, "coverage", "run", "--branch", f"--include={plan}", "-m", *tests]
    traced = subprocess.run(run, cwd=own_folder, capture_output=True, text=True, timeout=100, check=False)
    assert traced.returncode == 0, traced.stdout + traced.stderr
    report = [
        *python,
        "coverage",
        "report",
        f"--rcfile={ROOT / 'pyproject.toml'}",
        "--fail-under=100",
        "--show-missing",
    ]
    done = subprocess.run(report, cwd=own_folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, traced.stdout + traced.stderr + done.stdout + done.stderr


# How heads are compared with what is known


def head(post_id: int, modified: datetime | None) -> dict[str, Any]:
    """Return the head of a post as the REST API gives it."""
    return {"id": post_id, "modified_gmt": modified and modified.strftime("%Y-%m-%dT%H:%M:%S")}


KNOWN = {1: NOW - 2 * DAY, 2: NOW - DAY}


@pytest.mark.parametrize(
    ("post_id", "modified", "differs"),
    [
        pytest.param(1, NOW - 2 * DAY, False, id="as it is known"),
        pytest.param(1, NOW, True, id="modified later"),
        pytest.param(1, NOW - 3 * DAY, True, id="modified earlier, as after a restored backup"),
        pytest.param(1, None, False, id="known, and never says when"),
        pytest.param(3, NOW, True, id="not known"),
        pytest.param(3, None, True, id="not known, and never says when"),
    ],
)
def test_a_post_differs_when_it_is_not_known_as_it_is(
    post_id: int, modified: datetime | None, differs: bool
) -> None:
    assert find_differing([head(post_id, modified)], KNOWN) == ([post_id] if differs else [])


@pytest.mark.parametrize(
    ("modified", "is_unsettled"),
    [
        pytest.param(NOW - timedelta(seconds=11), False, id="long before we asked"),
        pytest.param(NOW - timedelta(seconds=10), True, id="ten seconds before we asked"),
        pytest.param(NOW, True, id="in the same second"),
        pytest.param(NOW + timedelta(minutes=5), True, id="by a clock that is ahead"),
        pytest.param(NOW + timedelta(minutes=6), False, id="in the future"),
        pytest.param(None, False, id="never says when"),
    ],
)
def test_a_post_modified_just_before_we_asked_is_unsettled(
    modified: datetime | None, is_unsettled: bool
) -> None:
    assert find_unsettled([head(1, modified)], NOW) == ([1] if is_unsettled else [])
    assert find_unsettled([head(1, modified)], None) == []


@pytest.mark.parametrize(
    ("page", "newest_modified", "is_reached"),
    [
        pytest.param([head(2, NOW - DAY)], NOW - DAY, True, id="the last is as it was"),
        pytest.param([head(2, NOW)], NOW - DAY, False, id="the last was modified"),
        pytest.param([head(3, NOW)], NOW - DAY, False, id="the last is new"),
        pytest.param([head(2, NOW - DAY)], NOW - 2 * DAY, False, id="it was not seen by a poll yet"),
        pytest.param([head(2, NOW - DAY)], None, False, id="no poll has seen any"),
        pytest.param([head(3, NOW), head(1, None)], NOW, True, id="from here on nobody says when"),
        pytest.param([head(3, NOW), head(4, None)], NOW, False, id="nobody says when, and one is new"),
        pytest.param([head(1, None), head(2, None)], NOW, True, id="all known, none says when"),
        pytest.param([head(1, None), head(3, None)], NOW, False, id="one new, none says when"),
        pytest.param([], NOW, True, id="nothing"),
    ],
)
def test_pages_of_heads_are_read_until_one_ends_with_what_was_there(
    page: list[dict[str, Any]], newest_modified: datetime | None, is_reached: bool
) -> None:
    assert reaches_known(page, KNOWN, newest_modified) == is_reached


@pytest.mark.parametrize(
    ("retry_at", "may_ask"),
    [
        pytest.param(None, True, id="it never minded"),
        pytest.param(NOW - SECOND, True, id="the time is over"),
        pytest.param(NOW + HOUR, False, id="not yet"),
        pytest.param(NOW + 1000 * DAY, True, id="set by a clock that was years ahead"),
    ],
)
def test_a_site_that_wants_to_be_left_alone_is_asked_for_posts_alone(
    retry_at: datetime | None, may_ask: bool
) -> None:
    assert may_ask_for_optional(state(optional_retry_at=retry_at), NOW) == may_ask
