"""A site whose answers are JSON, and wrong: it is a site that fails, and no harm is done."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner

from fake_wordpress import fake_wordpress
from feedsvc.cli import main
from feedsvc.config import load_settings
from feedsvc.connect_site import make_http_client
from feedsvc.errors import SiteError
from feedsvc.publish.web import create_app
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.posts import list_known_posts
from feedsvc.wordpress.discover import discover
from feedsvc.wordpress.listing import MAX_STALE_PAGES, MAX_UNCOUNTED_PAGES, MIN_NEW_PAGES, Page, iter_pages
from feedsvc.worker import Poller
from pulling import pull
from servers import Canned, serving
from tables import thinned

Twist = Callable[[list[Any]], object]


def held(database: Database) -> set[int]:
    with database.reading() as connection:
        return set(list_known_posts(connection, 1))


def undated(items: list[Any]) -> list[Any]:
    lost = dict.fromkeys(("date", "date_gmt", "modified", "modified_gmt"))
    return [{**item, **{name: None for name in lost if name in item}} for item in items]


WRONG: dict[str, Twist] = {
    "objects without ids": lambda items: [{} for _ in items],
    "numbers": lambda items: list(range(len(items))),
    "nothings": lambda items: [None for _ in items],
    "lists": lambda items: [[item] for item in items],
    "ids that are texts": lambda items: [{**item, "id": str(item["id"])} for item in items],
    "negative ids": lambda items: [{**item, "id": -item["id"]} for item in items],
    "huge ids": lambda items: [{**item, "id": 2**70 + item["id"]} for item in items],
    "ids that are true": lambda items: [{**item, "id": True} for item in items],
    "posts without dates": undated,
    "posts without addresses": lambda items: [{**item, "link": None, "guid": None} for item in items],
    "an object with numbers for keys": lambda items: {str(n): item for n, item in enumerate(items)},
}

wrong = pytest.mark.parametrize("twist", thinned(WRONG.values(), 6), ids=WRONG)


@wrong
def test_a_site_that_answers_wrongly_from_the_beginning_fails(database: Database, twist: Twist) -> None:
    with fake_wordpress(12) as site:
        site.fail("twisted", twist=twist)
        for _ in range(2):
            with pytest.raises(SiteError) as caught:
                pull(site, database)
            assert caught.value.cause in ("not_wordpress", "unusable")
            assert "Open the address" in caught.value.advice
        client = create_app(load_settings(), database).test_client()
        assert " 0.0" in next(line for line in client.get("/metrics").text.splitlines() if "_up{" in line)
        assert len(site.requests) < 20
        site.heal()
        assert pull(site, database).new == 12


@wrong
def test_what_is_held_of_a_site_that_answers_wrongly_later_stays(database: Database, twist: Twist) -> None:
    with fake_wordpress(12) as site:
        pull(site, database)
        site.fail("twisted", twist=twist)
        with pytest.raises(SiteError):
            pull(site, database, full=True)
        client = create_app(load_settings(), database).test_client()
        assert len(json.loads(client.get("/feed.json").data)["items"]) == 12
        site.heal()
        report = pull(site, database, full=True)
        assert (report.new, report.changed, report.removed) == (0, 0, 0)


@pytest.mark.parametrize(
    "odd",
    thinned(
        [
            {},
            {"id": "7"},
            None,
            7,
            [],
            {"id": 900},
            {"id": 900, "date_gmt": None, "link": "http://x.example/"},
        ],
        3,
    ),
    ids=repr,
)
def test_one_odd_thing_among_posts_does_no_harm(database: Database, odd: object) -> None:
    with fake_wordpress(12) as site:
        site.fail("twisted", twist=lambda items: [*items[:-1], odd], where="content.*orderby=date")
        pull(site, database)
        assert held(database) >= set(range(2, 13))
        assert pull(site, database).removed == 0


def test_more_items_than_were_asked_for_are_refused(database: Database) -> None:
    with fake_wordpress(12) as site:
        site.fail("twisted", twist=lambda items: items * 20)
        with pytest.raises(SiteError, match="it gives 20 when asked for 1") as caught:
            pull(site, database)
        assert caught.value.cause == "ignores_query"


@pytest.mark.real
def test_an_answer_that_would_take_too_much_memory_is_not_parsed(database: Database) -> None:
    with fake_wordpress(12) as site:
        pull(site, database)
        # One thing inside of a post that is one of ten: the number of items says nothing of it.
        site.fail("twisted", twist=lambda items: [{**item, "odd": [{}] * 30_000} for item in items])
        with pytest.raises(SiteError, match="would take too much memory") as caught:
            pull(site, database)
        assert caught.value.cause == "too_large"
        assert held(database) == set(range(1, 13))


@pytest.mark.real
def test_a_large_page_comes_in_smaller_ones(database: Database) -> None:
    """Each post is within the bounds, all of them together are not."""
    odd: list[Any] = [{}] * 10_000
    with fake_wordpress(12) as site:
        site.fail(
            "twisted",
            twist=lambda items: [{**item, "odd": odd} if "content" in item else item for item in items],
        )
        report = pull(site, database)
        assert report.new == 12


@pytest.mark.parametrize(
    "where",
    thinned(["orderby=modified", "orderby=id", "orderby=(id|modified)"], 3),
    ids=["heads", "a sweep", "both"],
)
def test_a_listing_that_is_made_up_is_given_up(database: Database, where: str) -> None:
    """Each of its pages tells of more pages."""
    with fake_wordpress(3) as site:
        pull(site, database)
        del site.posts[2]  # so that all are compared
        site.fail("makes_up", where=where)
        with pytest.raises(SiteError) as caught:
            pull(site, database)
        assert caught.value.cause == "endless"
        assert "far beyond what it counts" in caught.value.got
        assert held(database) == {1, 2, 3}
        assert len(site.requests) < 60


@pytest.mark.real
def test_posts_that_are_listed_and_not_there_are_not_asked_for_without_end(database: Database) -> None:
    with fake_wordpress(3) as site:
        pull(site, database)
        del site.posts[2]  # so that all are compared
        site.fail("makes_up", where="orderby=modified", pages=40)
        with pytest.raises(SiteError, match="it gives none of 1000 posts that it lists") as caught:
            pull(site, database)
        assert caught.value.cause == "unusable"
        assert held(database) == {1, 2, 3}
        assert len([one for one in site.requests if "include" in one]) < 20


def page(number: int, ids: list[int], *, total: int | None, pages: int | None, last: bool = False) -> Page:
    items = [{"id": item_id} for item_id in ids]
    return Page(number, items, total, last, datetime.now(UTC), "http://x.example/", pages)


def count_pages(fetch: Callable[[int], Page], start: int = 1) -> tuple[int, str]:
    """Return how many pages are read, and the cause for which the listing is given up, or nothing."""
    count = 0
    try:
        for _ in iter_pages(fetch, start):
            count += 1
    except SiteError as error:
        return count, error.cause
    return count, ""


@pytest.mark.parametrize(
    ("fetch", "expected"),
    [
        pytest.param(
            lambda n: page(n, [n], total=1000, pages=1000, last=n == 1000), (1000, ""), id="as it said"
        ),
        pytest.param(
            lambda n: page(n, [n], total=n, pages=1), (1 + MIN_NEW_PAGES, "endless"), id="behind its end"
        ),
        pytest.param(
            lambda n: page(n, [n], total=n, pages=n), (1 + MIN_NEW_PAGES, "endless"), id="growing"
        ),
        pytest.param(
            lambda n: page(n, [n], total=1, pages=1000),
            (1000 + 100, "endless"),
            id="a tenth of what it said",
        ),
        pytest.param(lambda n: page(n, [7], total=9, pages=9), (1, "ignores_query"), id="the same page"),
        pytest.param(
            lambda n: page(n, [n % 2 + 1], total=9, pages=10**6), (4, "ignores_query"), id="by turns"
        ),
        pytest.param(
            lambda n: page(n, [n % 5 + 1], total=9, pages=10**6),
            (5 + MAX_STALE_PAGES - 1, "ignores_query"),
            id="round and round",
        ),
        pytest.param(lambda n: page(n, [7], total=None, pages=None), (1, ""), id="no pages at all"),
        pytest.param(
            lambda n: page(n, [n], total=None, pages=None), (MAX_UNCOUNTED_PAGES, "endless"), id="uncounted"
        ),
        pytest.param(
            lambda n: page(n, [n if n != 5 else 3], total=9, pages=9, last=n == 9), (9, ""), id="moved on"
        ),
        pytest.param(
            lambda n: page(n, [n] if n % 5 == 0 else [], total=9, pages=50, last=n == 50),
            (50, ""),
            id="pages of hidden posts",
        ),
    ],
)
def test_a_listing_ends(fetch: Callable[[int], Page], expected: tuple[int, str]) -> None:
    assert count_pages(fetch) == expected


def test_a_listing_of_a_million_posts_is_read_to_its_end() -> None:
    def fetch(number: int) -> Page:
        first = (number - 1) * 100
        return page(
            number, list(range(first + 1, first + 101)), total=10**6, pages=10**4, last=number == 10**4
        )

    assert count_pages(fetch, start=9_000) == (1_001, "")


# A site that asks us to wait, and what it says


def too_many(path: str) -> dict[str, Canned]:
    return {path: Canned(429, "slow down", "text/plain")}


def test_a_search_for_the_api_ends_where_we_are_asked_to_wait(own_folder: object) -> None:
    announced = Canned(200, '<link rel="https://api.w.org/" href="/wp-json/">', "text/html")
    for answers in (too_many("/"), {"/": announced, **too_many("/wp-json/")}):
        with serving(answers, Canned(404, "", "text/plain")) as url:
            http = make_http_client(load_settings(sites=[url]), url)
            with pytest.raises(SiteError) as caught:
                discover(http, url)
            assert caught.value.status == 429
            assert http.take_traffic().requests == len(answers)


@pytest.mark.real
def test_a_host_that_asks_us_to_wait_is_asked_nothing_more_in_a_pull(database: Database) -> None:
    with fake_wordpress(12) as site:
        site.add_picture(5)
        site.posts[12]["featured_media"] = 5
        for where in ("/media", "/users", "/categories", "content"):
            site.fail("status", code=429, where=where)
            site.requests.clear()
            with pytest.raises(SiteError) as caught:
                pull(site, database, full=True)
            assert caught.value.status == 429
            with database.transaction() as connection:
                state = sites.load_sync_state(connection, 1)
                sites.save_sync_state(connection, 1, type(state)())  # as if a day had passed
            assert len([one for one in site.requests if where in one]) == 1
            assert where in site.requests[-1]


SECRET = "AKIAIOSFODNN7EXAMPLE"


@pytest.mark.parametrize(
    "body",
    thinned(
        [
            SECRET,
            f'"{SECRET}" and more',
            f"[1] {SECRET}",
            json.dumps({"code": 403, "message": SECRET}),
            json.dumps({"Code": "x", "message": SECRET, "code": {"a": 1}}),
            json.dumps([{"id": SECRET, "date_gmt": SECRET}] * 3),
            json.dumps([{"id": 1, "date_gmt": SECRET, "link": SECRET}]),
            json.dumps([{"id": 1, "date_gmt": "2025-01-01T00:00:00", "link": SECRET}]),
        ],
        3,
    ),
)
@pytest.mark.parametrize("status", [200, 403])
def test_what_a_site_said_stands_on_no_page(
    database: Database, caplog: pytest.LogCaptureFixture, status: int, body: str
) -> None:
    caplog.set_level(logging.INFO)
    about = {"/wp-json/": Canned(200, '{"name": "x", "namespaces": ["wp/v2"]}')}
    with serving({**about, "/wp-json/wp/v2/posts": Canned(status, body)}) as url:
        poller = Poller(load_settings(sites=[f"{url}wp-json/"]), database)
        (state,) = poller.register()
        assert poller.claim(state.id)
        with pytest.raises(SiteError) as caught:
            poller.pull(state.id)
    assert SECRET not in str(caught.value)
    client = create_app(load_settings(), database).test_client()
    for address in ("/status", "/metrics", "/", "/preview"):
        assert SECRET not in client.get(address).text, address
    if caught.value.quote:
        assert any(caught.value.quote in line for line in caplog.messages)
    assert bool(caught.value.quote) == (not body.startswith(("[{", "{")))


def test_what_a_site_said_stands_on_the_terminal(own_folder: object) -> None:
    with serving({"/wp-json/": Canned(200, "Who are you?")}) as url:
        for command in ("pull", "check"):
            done = CliRunner().invoke(main, [command, f"--site={url}wp-json/"])
            assert done.exit_code == 1
            assert "It said “Who are you?”" in done.output


def test_a_mistake_of_ours_tells_no_page_what_came(database: Database) -> None:
    with fake_wordpress(3) as site:
        poller = Poller(load_settings(sites=[site.url]), database)
        (state,) = poller.register()
        assert poller.claim(state.id)

        def fail(done: int, total: int) -> None:
            raise ValueError(SECRET)

        with pytest.raises(ValueError, match=SECRET):
            poller.pull(state.id, progress=fail)
        with database.reading() as connection:
            error = sites.load_site(connection, state.id).poll.last_error or ""
        assert "please report it" in error
        assert "ValueError" in error
        assert SECRET not in error
