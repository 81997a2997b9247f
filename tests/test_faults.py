"""A site that breaks, in every way: its feeds go on as they were, the operator is told, and it heals."""

import json
import re
import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from columns import set_columns
from fake_wordpress import START, FakeWordPress, fake_proxy, fake_wordpress, wp_time
from feedsvc.cli import main
from feedsvc.config import load_settings
from feedsvc.errors import SiteError
from feedsvc.publish.web import create_app
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.posts import list_known_posts
from feedsvc.store.site_state import SiteState
from feedsvc.sync.report import Report
from feedsvc.wordpress.transport import Bounds
from feedsvc.worker import Poller
from pulling import run_until
from service import Service, eventually

pytestmark = pytest.mark.real

BOUNDS = Bounds(megabytes=1, connect=1.0, total=1.5)
"""Short, for the sites that hang."""
PATIENT = Bounds(megabytes=1, connect=20.0, total=40.0)
"""For the sites that answer: a machine that is busy with other tests may take its time."""


class Observed:
    """A site, the service that pulls it, and what readers and the operator see of it."""

    def __init__(
        self, site: FakeWordPress, database: Database, *named: str, bounds: Bounds = BOUNDS
    ) -> None:
        settings = load_settings(sites=[site.url, *named])
        self._database = database
        self.poller = Poller(settings, database, bounds=bounds)
        self.id = self.poller.register()[0].id
        self.get = create_app(settings, database).test_client().get

    def pull(self, *, full: bool = False) -> Report:
        assert self.poller.claim(self.id, even_if_early=True)
        return self.poller.pull(self.id, full=full)

    def fail(self) -> SiteError:
        """Pull, and give the error that came of it."""
        with pytest.raises(SiteError) as caught:
            self.pull()
        return caught.value

    @property
    def state(self) -> SiteState:
        with self._database.reading() as connection:
            return sites.load_site(connection, self.id)

    @property
    def held(self) -> set[int]:
        with self._database.reading() as connection:
            return set(list_known_posts(connection, self.id))

    def feeds(self) -> list[tuple[bytes, str]]:
        """Return the feeds of all posts in each format, with their ETags."""
        answers = [self.get(f"/feed.{form}?limit=100") for form in ("rss", "atom", "json")]
        assert {answer.status_code for answer in answers} == {200}
        return [(answer.data, answer.headers["ETag"]) for answer in answers]

    def items(self) -> dict[str, Any]:
        """Return the entries of the feed by their titles, the newest first."""
        items = json.loads(self.get("/feed.json?limit=100").data)["items"]
        return {item["title"]: item for item in items}

    def status(self) -> str:
        return unescape(self.get("/status").text)

    def metrics(self) -> dict[str, float]:
        """Return the figures of the site, such as `up` and `error refused`."""
        answer = self.get("/metrics")
        assert answer.status_code == 200
        found: dict[str, float] = {}
        for name, labels, value in re.findall(
            r"^feedsvc_site_(\w+)\{(.*)\} (\S+)$", answer.text, re.MULTILINE
        ):
            told = dict(re.findall(r'(\w+)="((?:\\.|[^"\\])*)"', labels))
            if told.pop("site") == self.state.site.name:
                found[" ".join([name, *told.values()])] = float(value)
        return found


def errors(metrics: Mapping[str, float]) -> list[str]:
    """Return the causes that the metrics tell of."""
    return [name.removeprefix("error ") for name in metrics if name.startswith("error ")]


@dataclass(frozen=True, slots=True)
class Fault:
    """How a site fails, and what the operator is told: the cause in a word, regular expressions of what
    came and of what to do. `{port}` in a detail stands for the site's own port.
    """

    mode: str
    cause: str
    came: str
    todo: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join([self.mode, *(f"{value}" for value in self.details.values())])

    @property
    def bounds(self) -> Bounds:
        return BOUNDS if self.cause in ("timeout", "too_slow") else PATIENT

    def strike(self, site: FakeWordPress, where: str = "") -> None:
        details = dict(self.details)
        if "to" in details:
            details["to"] = details["to"].replace("{port}", port_of(site))
        site.fail(self.mode, where=where, **details)


def port_of(site: FakeWordPress) -> str:
    return site.url.rstrip("/").rpartition(":")[2]


def _status(code: int, todo: str) -> Fault:
    return Fault("status", f"http_{code}", f"answered {code}", todo, {"code": code})


def _redirect(to: str, cause: str, came: str, todo: str) -> Fault:
    return Fault("redirect", cause, came, todo, {"to": to})


FAULTS = [
    Fault("refused", "refused", "the connection was refused", "try later"),
    Fault("silent", "timeout", "did not answer in time", "Try later"),
    Fault("reset", "reset", "connection broke", "Try later"),
    Fault("reset_in_headers", "reset", "connection broke", "Try later"),
    Fault("reset_in_body", "reset", "connection broke", "Try later"),
    Fault("hung_up", "reset", "connection broke", "Try later"),
    Fault("no_http", "reset", "connection broke", "Try later"),
    Fault("drips_headers", "too_slow", "had not finished", "Try later"),
    Fault("drips_body", "too_slow", "had not finished", "Try later"),
    Fault("drips_body", "too_slow", "had not finished", "Try later", {"length": False}),
    Fault("endless_body", "too_large", "sent more than", "REST API"),
    Fault("gzip_bomb", "too_large", "sent more than", "REST API"),
    Fault("truncated", "truncated", "JSON that breaks off", "Try later"),
    Fault("truncated", "truncated", "JSON that breaks off", "Try later", {"length": False}),
    Fault("cut_off", "reset", "connection broke", "Try later"),
    Fault("challenge", "not_json", "a page instead of JSON", "guard"),
    Fault("blank", "not_json", "an empty body", "REST API"),
    Fault("null", "not_wordpress", "no list", "REST API"),
    Fault("dumped", "not_json", "no JSON", "REST API"),
    _status(401, "log-in"),
    _status(403, "forbids"),
    _status(404, "switched off"),
    _status(410, "gone for good"),
    _status(429, "longer poll_interval"),
    _status(500, "try later"),
    _status(502, "try later"),
    _status(503, "try later"),
    Fault("rest_disabled", "http_401", "401 .*Only authenticated users", "log-in"),
    Fault("rest_disabled", "http_404", "404 .*Only authenticated users", "switched off", {"code": 404}),
    Fault("redirect_circle", "redirect_loop", "redirects in a circle", "where it ends"),
    _redirect("http://nowhere.invalid", "dns", "no such host", "spelling"),
    _redirect("https://127.0.0.1:{port}", "tls", "no secure connection", "http://"),
    _redirect("file:///etc", "redirect_scheme", "no web address", "where it ends"),
    _redirect("http://169.254.169.254", "inner_address", "not public", "configure"),
]

any_fault = pytest.mark.parametrize("fault", FAULTS, ids=str)


@any_fault
def test_a_site_that_breaks_leaves_its_feeds_as_they_were_and_heals(
    database: Database, fault: Fault
) -> None:
    with fake_wordpress(2) as site:
        seen = Observed(site, database, bounds=fault.bounds)
        seen.pull()
        before = seen.feeds()
        site.add(3)
        fault.strike(site)
        error = seen.fail()
        assert error.cause == fault.cause
        assert str(error).startswith(f"asked {site.url}")
        assert re.search(fault.came, error.got)
        assert re.search(fault.todo, error.advice)
        assert str(error).isprintable()  # a site's own words must not break a line of the log in two
        assert seen.feeds() == before
        state = seen.state
        assert (state.poll.failure_cause, state.poll.last_error, state.poll.failures) == (
            fault.cause,
            str(error),
            1,
        )
        assert str(error) in seen.status()
        assert seen.get("/readyz").status_code == 200
        metrics = seen.metrics()
        assert (metrics["up"], metrics["failures"], errors(metrics)) == (0, 1, [fault.cause])
        site.heal()
        assert seen.pull().new == 1
        assert next(iter(seen.items())) == "Post 3"
        assert (seen.state.poll.failure_cause, seen.state.poll.failures) == ("", 0)
        assert "recovered" in seen.status()
        metrics = seen.metrics()
        assert (metrics["up"], metrics["failures"], errors(metrics)) == (1, 0, [])


HALFWAY = ("silent", "reset_in_body", "gzip_bomb", "truncated", "status 404", "status 429", "status 500")


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if str(fault) in HALFWAY], ids=str)
def test_a_fault_within_the_first_pull_leaves_what_was_read_and_the_next_goes_on(
    database: Database, fault: Fault
) -> None:
    with fake_wordpress(103) as site:
        seen = Observed(site, database, bounds=fault.bounds)
        fault.strike(site, where=r"/posts\?.*[?&]page=2\b")
        error = seen.fail()
        assert error.cause == fault.cause
        assert str(error) in seen.status()
        assert seen.held == set(range(4, 104))
        assert len(seen.items()) == 100
        assert seen.state.sync.backfilled_at is None
        site.heal()
        site.requests.clear()
        assert seen.pull().new == 3
        assert seen.held == set(range(1, 104))
        assert not [one for one in site.requests if "content" in one and re.search(r"[?&]page=1\b", one)]


@pytest.fixture
def own_signals() -> Iterator[None]:
    """Put back how this process takes signals."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("own_signals")
def test_the_log_has_one_line_for_each_pull_that_failed(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    faults = {fault.cause: fault for fault in FAULTS}.values()
    with ExitStack() as stack:
        broken = [stack.enter_context(fake_wordpress(1)) for _ in faults]
        for site, fault in zip(broken, faults, strict=True):
            fault.strike(site)
        poller = Poller(load_settings(sites=[site.url for site in broken]), database, bounds=BOUNDS)
        poller.register()

        def states() -> list[SiteState]:
            with database.reading() as connection:
                return sites.list_sites(connection)

        run_until(poller, lambda: all(state.poll.failures for state in states()))
    told = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert sorted(told) == sorted(f"site {state.site.name}: {state.poll.last_error}" for state in states())
    assert {record.levelname for record in caplog.records} <= {"INFO", "WARNING"}
    assert [state.poll.failures for state in states()] == [1] * len(faults)


# Faults that are put up with


PUT_UP_WITH = [
    pytest.param("notices_before", "notices", id="PHP's notices before the JSON"),
    pytest.param("notices_first", "notices", id="PHP's notices before any header"),
    pytest.param("notices_behind", "notices", id="PHP's notices behind the JSON"),
    pytest.param("not_utf8", "UTF-8", id="bytes that are not UTF-8"),
    pytest.param("bom", "", id="a byte order mark"),
    pytest.param("litter", "", id="things that are no posts"),
]


@pytest.mark.parametrize(("mode", "remark"), PUT_UP_WITH)
def test_what_can_be_read_all_the_same_comes_with_a_remark(
    database: Database, mode: str, remark: str, caplog: pytest.LogCaptureFixture
) -> None:
    with fake_wordpress(5) as site:
        seen = Observed(site, database)
        seen.pull()
        before = seen.items()
        site.add(6, content={"rendered": "<p>Le café</p>"})
        site.fail(mode)
        report = seen.pull()
        assert report.new == 1
        assert {title: seen.items()[title] for title in before} == before
        assert re.fullmatch("<p>Le caf.</p>", seen.items()["Post 6"]["content_html"])
        assert [remark in one for one in report.remarks] == [True] * bool(remark)
        assert seen.state.poll.remarks == report.remarks
        assert all(one in seen.status() for one in report.remarks)
        metrics = seen.metrics()
        assert (metrics["up"], metrics["remarks"], errors(metrics)) == (1, bool(remark), [])
        site.heal()
        assert seen.pull().remarks == ()
        assert seen.metrics()["remarks"] == 0


@pytest.mark.parametrize(("mode", "remark"), PUT_UP_WITH)
def test_what_can_be_read_all_the_same_can_be_read_from_the_beginning(
    database: Database, mode: str, remark: str
) -> None:
    with fake_wordpress(103) as site:
        seen = Observed(site, database)
        site.fail(mode)
        assert seen.pull().new == 103
        assert seen.pull().removed == 0
        assert seen.held == set(range(1, 104))


NAMES, PICTURES = r"/(users|categories|tags)\?", r"/media\?"


@pytest.mark.parametrize(
    ("mode", "details", "where"),
    [
        pytest.param("status", {"code": 401}, f"{NAMES}|{PICTURES}", id="closed"),
        pytest.param("status", {"code": 500}, f"{NAMES}|{PICTURES}", id="broken"),
        pytest.param("challenge", {}, f"{NAMES}|{PICTURES}", id="guarded"),
        pytest.param("truncated", {}, f"{NAMES}|{PICTURES}", id="truncated"),
        pytest.param("empty_list", {}, NAMES, id="empty"),
    ],
)
def test_names_and_pictures_that_are_not_given_cost_no_post_and_none_is_lost(
    database: Database, mode: str, details: Mapping[str, Any], where: str
) -> None:
    with fake_wordpress(0) as site:
        site.add_term("categories", 5, "Energy")
        site.add_term("tags", 6, "Solar")
        site.add_term("users", 7, "Zoe")
        site.add_picture(8)
        carried: dict[str, Any] = {"categories": [5], "tags": [6], "author": 7, "featured_media": 8}
        site.add(1, **carried)
        seen = Observed(site, database)
        seen.pull()
        before = seen.items()["Post 1"]
        assert "Energy" in str(before)
        site.fail(mode, where=where, **details)
        site.add(2, **carried)
        assert seen.pull().new == 1
        for full in (False, False, True):
            seen.pull(full=full)
            assert seen.items()["Post 1"] == before
        assert (seen.state.poll.failures, errors(seen.metrics())) == (0, [])


# Single bad posts


def _dated(value: object) -> dict[str, object]:
    return {"date": value, "date_gmt": value, "modified": value, "modified_gmt": value}


LEFT_OUT: dict[str, dict[str, Any]] = {
    "no date at all": _dated(None),
    "a date of zeros": _dated("0000-00-00T00:00:00"),
    "the year 9999": _dated("9999-12-31T23:59:59"),
    "the year 1": _dated("0001-01-01T00:00:00"),
    "a date in words": _dated("yesterday"),
    "a number for a date": _dated(7),
    "a list for a date": _dated([]),
    "no address": {"link": None, "guid": None},
    "a script for an address": {"link": "javascript:alert(1)", "guid": {"rendered": ""}},
}
"""Posts that can't be published; the operator is told of each."""

WITHOUT_ID: dict[str, dict[str, Any]] = {
    f"{wp_id!r} for an id": {"id": wp_id} for wp_id in (None, "9", 0, -9, 2**70, [9])
}
"""Posts that can't even be asked for."""

PUBLISHED: dict[str, dict[str, Any]] = {
    "no content": {"content": None},
    "empty content": {"content": {"rendered": None}},
    "a list for content": {"content": ["x"]},
    "no excerpt": {"excerpt": None},
    "no link": {"link": None},
    "a link that is none": {"link": "http://["},
    "no guid": {"guid": None},
    "a local date alone": {"date_gmt": "0000-00-00T00:00:00", "date": "2025-01-05T12:00:00"},
    "never modified": {"modified_gmt": "0000-00-00T00:00:00"},
    "modified in the year 9999": {"modified_gmt": "9999-12-31T23:59:59"},
    "class_list as an object": {"class_list": {"0": "post-9", "3": "category-news"}},
    "class_list as text": {"class_list": "post-9"},
    "terms that are none": {"categories": {"0": 1}, "tags": "x", "author": "y"},
    "errors among what is embedded": {
        "author": 3,
        "_embedded": {
            "author": [{"code": "rest_user_invalid_id", "message": "No.", "data": {"status": 404}}],
            "wp:term": [[{"code": "rest_forbidden"}], None, "x"],
            "wp:featuredmedia": [{"code": "rest_forbidden", "data": {"status": 401}}],
        },
    },
}
"""Posts that lack something that a feed can do without."""

at_first_or_later = pytest.mark.parametrize(
    "at_first", [True, False], ids=["in the first pull", "in a poll"]
)


def add_all(site: FakeWordPress, *tables: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Publish a post for each row of the tables, under its name, and give their ids."""
    ids: dict[str, int] = {}
    for name, changes in (row for table in tables for row in table.items()):
        ids[name] = max(site.posts) + 1
        site.add(ids[name], name, **changes)
    return ids


@at_first_or_later
def test_a_bad_post_costs_that_post_alone(database: Database, at_first: bool) -> None:
    with fake_wordpress(3) as site:
        seen = Observed(site, database)
        if not at_first:
            seen.pull()
        add_all(site, LEFT_OUT, WITHOUT_ID, PUBLISHED)
        site.add(99)
        seen.pull()
        assert set(seen.items()) == {"Post 1", "Post 2", "Post 3", "Post 99", *PUBLISHED}
        assert (seen.state.poll.failures, errors(seen.metrics())) == (0, [])
        again = seen.pull()
        assert (again.new, again.changed, again.removed) == (0, 0, 0)


@at_first_or_later
def test_the_operator_is_told_of_a_bad_post_until_it_is_mended(
    database: Database, at_first: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with fake_wordpress(3) as site:
        seen = Observed(site, database)
        if not at_first:
            seen.pull()
        ids = add_all(site, LEFT_OUT)
        for _ in range(2):
            report = seen.pull()
            assert len(report.remarks) == len(LEFT_OUT)
            assert seen.state.poll.remarks == report.remarks
            for name, wp_id in ids.items():
                (told,) = [remark for remark in report.remarks if f"post {wp_id} " in remark]
                assert ("address" if "address" in name else "date") in told
                assert told in seen.status()
        assert seen.metrics()["remarks"] == len(LEFT_OUT)
        assert len([record for record in caplog.records if record.levelname == "WARNING"]) == len(LEFT_OUT)
        for name, wp_id in ids.items():
            site.add(wp_id, name, modified_gmt=wp_time(datetime.now(UTC)))
        assert seen.pull().new == len(LEFT_OUT)
        assert seen.pull().remarks == ()
        assert seen.metrics()["remarks"] == 0


def test_a_post_without_a_title_is_published(database: Database) -> None:
    with fake_wordpress(3) as site:
        titles: list[object] = [None, {"rendered": 5}, "", []]
        for wp_id, title in enumerate(titles, 10):
            site.add(wp_id)
            site.posts[wp_id]["title"] = title
        assert Observed(site, database).pull().new == 7


@at_first_or_later
def test_of_two_posts_with_one_id_the_one_modified_later_counts(database: Database, at_first: bool) -> None:
    with fake_wordpress(3) as site:
        seen = Observed(site, database)
        if not at_first:
            seen.pull()
        site.add(9, "The earlier")
        site.posts[999] = {
            **site.posts[9],
            "title": {"rendered": "The later"},
            "modified_gmt": wp_time(START + timedelta(days=2)),
        }
        site.add(10)
        report = seen.pull()
        assert report.new == (5 if at_first else 2)
        assert set(seen.items()) == {"Post 1", "Post 2", "Post 3", "Post 10", "The later"}
        assert any("post 9 " in remark for remark in report.remarks)
        assert (seen.pull().new, seen.metrics()["up"]) == (0, 1)


# A site that changes while we look


@at_first_or_later
def test_a_page_that_shrinks_while_we_page_costs_no_post(database: Database, at_first: bool) -> None:
    with fake_wordpress(120) as site:
        seen = Observed(site, database)
        if not at_first:
            seen.pull()
            del site.posts[60]  # so that all are compared, the oldest first
        site.fail("shrinks", post_id=120 if at_first else 1)
        seen.pull()
        assert seen.held >= set(site.posts)
        seen.pull()
        assert seen.held == set(site.posts)


def test_a_site_that_lists_nothing_all_at_once_loses_nothing(database: Database) -> None:
    with fake_wordpress(5) as site:
        seen = Observed(site, database)
        seen.pull()
        before = seen.feeds()
        site.fail("empty_list", where="/posts")
        for full in (False, True):
            with suppress(SiteError):
                seen.pull(full=full)
            assert seen.feeds() == before
        site.heal()
        site.add(6)
        assert seen.pull().new == 1
        assert len(seen.items()) == 6


def settle(seen: Observed) -> None:
    """Poll as often as it may take until a change is seen that modifies no post: every third idle poll."""
    count = len(seen.items())
    for _ in range(4):
        with suppress(SiteError):
            seen.pull()
        assert len(seen.items()) == count


def links(seen: Observed) -> set[str]:
    return {item["url"] for item in seen.items().values()}


def test_a_site_goes_from_pretty_to_plain_permalinks_and_back(database: Database) -> None:
    with fake_wordpress(30) as site:
        seen = Observed(site, database)
        seen.pull()
        pretty = links(seen)
        ids = {item["id"] for item in seen.items().values()}
        site.move(pretty=False)
        settle(seen)
        assert links(seen) == {f"http://fake.example/?p={number}" for number in range(1, 31)}
        site.move(pretty=True)
        settle(seen)
        assert links(seen) == pretty
        assert {item["id"] for item in seen.items().values()} == ids
        assert seen.state.poll.failures == 0


@pytest.mark.parametrize("forwards", [True, False], ids=["the old one redirects", "both are the site"])
def test_a_site_goes_to_another_domain(
    database: Database, monkeypatch: pytest.MonkeyPatch, forwards: bool
) -> None:
    with fake_wordpress(30) as old, fake_wordpress() as new, ExitStack() as stack:
        old.url, new.url = "http://old.example/", "http://new.example/"
        proxy = fake_proxy({"old.example": old, "new.example": new})
        monkeypatch.setenv("FEEDSVC_PROXY", stack.enter_context(proxy))
        seen = Observed(old, database)
        seen.pull()
        ids = {item["id"] for item in seen.items().values()}
        old.move("http://new.example/")
        new.posts = old.posts
        if forwards:
            old.fail("redirect", to=new.url)
        settle(seen)
        assert links(seen) == {f"http://new.example/{number}/" for number in range(1, 31)}
        assert {item["id"] for item in seen.items().values()} == ids
        assert seen.state.poll.failures == 0
        new.add(31)
        assert seen.pull().new == 1


# Where a site may not send us


INNER = [
    "http://127.0.0.2:{port}",
    "http://localhost:{port}",
    "http://2130706433:{port}",
    "http://0x7f.1:{port}",
    "http://0.0.0.0:{port}",
    "http://[::1]:{port}",
    "http://[::ffff:127.0.0.2]:{port}",
    "http://169.254.169.254",
    "http://10.0.0.1",
    "http://192.168.0.1",
    "https://127.0.0.2:{port}",
]
"""Where no site may send us: the machine itself, its network, the platform's own services."""


@pytest.mark.parametrize("at_first", [True, False], ids=["when it is found", "in a poll"])
def test_an_inner_address_is_never_asked(database: Database, at_first: bool) -> None:
    with fake_wordpress(5) as site, fake_wordpress(5) as here, fake_wordpress(5, host="127.0.0.2") as there:
        seen = Observed(site, database)
        if not at_first:
            seen.pull()
        for address in INNER:
            for port in (port_of(here), port_of(there)):
                site.fail("redirect", to=address.replace("{port}", port))
                assert seen.fail().cause == "inner_address", address
        assert here.requests == there.requests == []


def test_an_api_that_is_announced_at_an_inner_address_is_never_asked(database: Database) -> None:
    with fake_wordpress(5) as site, fake_wordpress(5, host="127.0.0.2") as canary:
        site.announces = f"{canary.url}wp-json/"
        with suppress(SiteError):
            Observed(site, database).pull()
        assert site.requests
        assert canary.requests == []


def test_an_inner_address_that_the_operator_named_may_be_asked(database: Database) -> None:
    with fake_wordpress(5, host="127.0.0.2") as site:
        assert Observed(site, database).pull().new == 5
        assert site.requests


def test_an_inner_address_that_is_named_for_another_site_is_never_asked(database: Database) -> None:
    with fake_wordpress(5) as site, fake_wordpress(5, host="127.0.0.2") as other:
        seen = Observed(site, database, other.url)
        site.announces = f"{other.url}wp-json/"
        with suppress(SiteError):
            seen.pull()
        site.fail("redirect", to=other.url)
        assert seen.fail().cause == "inner_address"
        assert site.requests
        assert other.requests == []


# A site that asks us to wait


TWO_HOURS = timedelta(hours=2)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("code", "asked", "wait"),
    [
        pytest.param(429, "7200", TWO_HOURS, id="seconds"),
        pytest.param(503, "{in_two_hours}", TWO_HOURS, id="a date"),
        pytest.param(403, "99999999999999", DAY, id="for ever"),
        pytest.param(500, "Fri, 31 Dec 9999 23:59:59 GMT", DAY, id="until the year 9999"),
    ],
)
def test_a_site_that_asks_us_to_wait_is_left_alone_by_everyone(
    database: Database, tmp_path: Path, code: int, asked: str, wait: timedelta
) -> None:
    with fake_wordpress(5) as site:
        seen = Observed(site, database)
        seen.pull()
        before = seen.feeds()
        in_two_hours = format_datetime(datetime.now(UTC) + TWO_HOURS, usegmt=True)
        site.fail("status", code=code, retry_after=asked.format(in_two_hours=in_two_hours))
        error = seen.fail()
        assert error.cause == f"http_{code}"
        state = seen.state
        assert state.poll.retry_at
        assert abs(state.poll.retry_at - datetime.now(UTC) - wait) < timedelta(minutes=2)
        assert state.poll.due_at >= state.poll.retry_at
        site.heal()
        site.add(6)
        site.requests.clear()
        after_a_restart = Observed(site, database)
        assert not after_a_restart.poller.claim(seen.id)
        assert not after_a_restart.poller.claim(seen.id, even_if_early=True)
        database_url = {"DATABASE_URL": f"sqlite:///{tmp_path}/store.db"}
        pulled = CliRunner().invoke(main, ["pull", "--site", site.url], env=database_url)
        assert pulled.exit_code == 1
        assert f"before {state.poll.retry_at:%Y-%m-%d %H:%M:%S} UTC" in pulled.output
        assert site.requests == []
        assert seen.feeds() == before
        with database.transaction() as connection:
            set_columns(connection, seen.id, retry_at=datetime.now(UTC) - timedelta(seconds=1))
        assert after_a_restart.pull().new == 1
        assert seen.state.poll.retry_at is None


def test_a_wait_that_is_none_keeps_nobody_waiting(database: Database) -> None:
    with fake_wordpress(1) as site:
        seen = Observed(site, database)
        for asked in (
            "soon",
            "-5",
            "0",
            "1.5",
            "²",
            format_datetime(datetime.now(UTC) - TWO_HOURS, usegmt=True),
            "Fri, 99 Xyz 2025 00:00:00 GMT",
        ):
            site.fail("status", code=503, retry_after=asked)
            assert seen.fail().cause == "http_503"
        site.heal()
        assert seen.pull().new == 1


# One site and the others


def test_sites_that_hang_never_delay_another(own_folder: Path) -> None:
    with ExitStack() as stack:
        hanging = [stack.enter_context(fake_wordpress(1)) for _ in range(6)]
        for site in hanging:
            site.fail("silent")
        well = stack.enter_context(fake_wordpress(1))
        addresses = [f"--site={site.url}" for site in (*hanging, well)]
        with Service(own_folder, *addresses, command="worker") as worker:
            for number in (1, 2):
                well.add(number)
                eventually(partial(lambda n: worker.log().count("1 new") == n, number), "a post comes")
            worker.stop(signal.SIGKILL)  # not waiting for those that hang
