"""A site into the store when the site misbehaves: nothing is lost, nothing dropped on a guess."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from columns import set_columns
from fake_wordpress import fake_wordpress, wp_time
from feedsvc.config import load_settings
from feedsvc.errors import SiteError
from feedsvc.publish.web import create_app
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.posts import list_known_posts
from feedsvc.worker import Poller
from pulling import pull
from tables import thinned


def held(database: Database) -> set[int]:
    with database.reading() as connection:
        (state,) = sites.list_sites(connection)
        return set(list_known_posts(connection, state.id))


def test_what_a_site_says_that_it_lists_is_remembered_while_it_is_read(database: Database) -> None:
    with fake_wordpress(30) as site:
        pull(site, database)
    with database.reading() as connection:
        (state,) = sites.list_sites(connection)
        assert state.sync.listed_count == 30


def titles(database: Database, limit: int = 5) -> list[str]:
    client = create_app(load_settings(), database).test_client()
    data: dict[str, Any] = client.get(f"/feed.json?limit={limit}").get_json(force=True)
    return [item["title"] for item in data["items"]]


@pytest.mark.real
def test_a_post_on_which_the_site_fails_costs_that_post_alone_in_a_backfill(database: Database) -> None:
    with fake_wordpress(250, breaks_on={77, 180}) as site:
        pull(site, database)
        assert held(database) == set(range(1, 251)) - {77, 180}
        site.breaks_on.clear()
        pull(site, database, full=True)
        assert held(database) == set(range(1, 251))


def test_a_post_on_which_the_site_fails_costs_that_post_alone_in_a_poll(database: Database) -> None:
    with fake_wordpress(30) as site:
        pull(site, database)
        for post_id in range(31, 35):
            site.add(post_id)
        site.breaks_on.add(32)
        assert pull(site, database).new == 3
        assert titles(database, 3) == ["Post 34", "Post 33", "Post 31"]
        site.breaks_on.clear()
        assert pull(site, database).new == 1


def test_a_site_that_fails_on_everything_is_not_asked_for_each_post(database: Database) -> None:
    with fake_wordpress(300, breaks_on=set(range(1, 301))) as site:
        with pytest.raises(SiteError, match="it answered 500"):
            pull(site, database)
        assert len(site.requests) < 60


@pytest.mark.real
def test_a_cache_that_ignores_the_query_drops_nothing(database: Database) -> None:
    with fake_wordpress(250) as site:
        pull(site, database)
        site.ignores_query = True
        with pytest.raises(SiteError, match=r"it gives 10 when asked for 1\."):
            pull(site, database, full=True)
        assert len(held(database)) == 250
        site.ignores_query = False
        del site.posts[9]
        assert pull(site, database).removed == 1


def test_pages_without_end_are_given_up(database: Database) -> None:
    with fake_wordpress(150, endless=True) as site:
        with pytest.raises(SiteError, match="the same page again and again"):
            pull(site, database)
        assert len(site.requests) < 20


@pytest.mark.real
def test_all_posts_come_though_a_proxy_strips_the_totals(database: Database) -> None:
    with fake_wordpress(250, without_totals=True, hidden={240}) as site:
        pull(site, database)
        assert held(database) == set(range(1, 251)) - {240}
        site.add(251)
        assert pull(site, database).new == 1


@pytest.mark.real
def test_posts_that_are_counted_but_never_listed_cost_no_sweep_each_time(database: Database) -> None:
    with fake_wordpress(150, hidden={10, 20}) as site:
        pull(site, database)
        site.requests.clear()
        pull(site, database)
        assert len(site.requests) == 2


def test_an_idle_poll_asks_twice_for_heads_and_by_turns_for_names_and_links(database: Database) -> None:
    with fake_wordpress(150) as site:
        for number in range(1, 4):
            site.add_term("categories", number, f"Section {number}")
            site.add_term("users", number, f"Author {number}")
        for post_id in range(100, 150):
            site.posts[post_id] |= {"categories": [1 + post_id % 3], "author": 1 + post_id % 3}
        pull(site, database)
        seconds = []
        for _ in range(4):
            site.requests.clear()
            site.sent = 0
            report = pull(site, database)
            assert (report.new, report.changed, report.removed) == (0, 0, 0)
            first, second = site.requests
            assert "/posts?per_page=10&page=1&_fields=id,modified_gmt&orderby=modified" in first
            assert site.sent < 2048
            seconds.append(second.removeprefix("/wp-json/wp/v2/").split("&orderby")[0])
        latest = "posts?per_page=10&page=1&_fields=id,modified_gmt,link"
        assert seconds == [
            "categories?per_page=100&page=1&_fields=id,name,slug,parent&include=1,2,3",
            latest,
            "users?per_page=100&page=1&_fields=id,name,slug,parent&include=1,2,3",
            latest,
        ]


@contextmanager
def writes(database: Database) -> Iterator[list[list[str]]]:
    """Yield the write transactions that begin from now on, each with its statements."""
    transactions: list[list[str]] = []

    def note(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement == "BEGIN IMMEDIATE":
            transactions.append([])
        elif connection.get_execution_options().get("writes"):
            transactions[-1].append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield transactions
    event.remove(database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("turn", thinned(range(4), 2))
def test_an_idle_poll_writes_six_times_at_the_most_and_touches_no_post(
    database: Database, turn: int
) -> None:
    with fake_wordpress(20) as site:
        site.add_term("categories", 1, "Energy")
        site.add_term("users", 1, "Zoë")
        for post_id in range(1, 21):
            site.posts[post_id] |= {"categories": [1], "author": 1}
        pull(site, database)
        poller = Poller(load_settings(sites=[site.url]), database)
        (state,) = poller.register()
        with database.transaction() as connection:
            set_columns(connection, state.id, probe_cursor=turn)
        site.requests.clear()
        with writes(database) as transactions:
            assert poller.claim(state.id, even_if_early=True)
            poller.pull(state.id)
        assert len(site.requests) == 2
    assert 0 < len(transactions) <= 6
    assert not [sql for transaction in transactions for sql in transaction if "posts" in sql]


@pytest.mark.real
def test_what_is_looked_at_by_turns_comes_only_when_it_has_changed_where_a_cache_tells(
    database: Database,
) -> None:
    with fake_wordpress(30) as site:
        site.add_term("categories", 1, "Energy")
        site.posts[30]["categories"] = [1]
        site.validators = True
        pull(site, database)
        sent = []
        for _ in range(4):
            site.sent = 0
            pull(site, database)
            sent.append(site.sent)
        names, latest, names_again, latest_again = sent
        assert names_again < names
        assert latest_again < latest
        site.terms["categories"][1]["name"] = "Power"
        pull(site, database)
    client = create_app(load_settings(), database).test_client()
    assert "Power" in client.get("/feed.rss").text


def test_a_date_in_the_future_hides_no_later_change(database: Database) -> None:
    with fake_wordpress(40) as site:
        site.posts[26]["modified_gmt"] = "2099-01-01T00:00:00"
        pull(site, database)
        site.add(5, "Edited", modified_gmt=wp_time(datetime.now(UTC) + timedelta(seconds=2)))
        assert pull(site, database).changed == 1


@pytest.mark.parametrize(
    "home", thinned(["http://x/\u0001", "javascript:alert(1)", None, 5, "http://x/\ud800"], 3)
)
def test_an_address_of_the_site_that_is_none_breaks_no_feed(database: Database, home: object) -> None:
    with fake_wordpress(1, home=home) as site:
        pull(site, database)
        client = create_app(load_settings(), database).test_client()
        for form in ("rss", "atom", "json"):
            answer = client.get(f"/feed.{form}")
            assert answer.status_code == 200
            assert "javascript:" not in answer.text


@pytest.mark.parametrize(
    "message", thinned(["\ud800", "x" * 5_000_000, ["no", "text"], None, "a\u0000b"], 3)
)
def test_whatever_a_site_says_of_its_failure_is_noted_short_and_legal(
    database: Database, message: object
) -> None:
    with fake_wordpress(1) as site:
        pull(site, database)
        site.error = {"code": "x", "message": message}
        with pytest.raises(SiteError):
            pull(site, database)
    with database.reading() as connection:
        (state,) = sites.list_sites(connection)
    assert state.poll.failures == 1
    assert state.poll.last_error
    assert len(state.poll.last_error) <= 500


def test_a_site_at_another_address_is_read_from_the_beginning(database: Database) -> None:
    with fake_wordpress(30) as first, fake_wordpress(3) as second:
        pull(first, database)
        with database.transaction() as connection:
            (state,) = sites.list_sites(connection)
            assert sites.ensure_site(connection, state.site.name, second.url) == state.id
        second.add(99, "Only there")
        settings = load_settings(sites=[second.url])
        poller = Poller(settings, database)
        assert poller.claim(state.id, even_if_early=True)
        poller.pull(state.id)
    assert 99 in held(database)
