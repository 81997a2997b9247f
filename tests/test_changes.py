"""What is looked at again, and what is not: posts that settle late, long ones, links, merged terms."""

from datetime import UTC, datetime, timedelta

import pytest

from columns import set_columns
from fake_wordpress import FakeWordPress, fake_wordpress, wp_time
from feedsvc.config import load_settings
from feedsvc.connect_site import make_http_client
from feedsvc.errors import SiteError, StoppedError
from feedsvc.publish.web import create_app
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.post_writer import PostChanges
from feedsvc.store.posts import list_ids_with_terms, list_known_posts, list_retry_ids
from feedsvc.store.site_state import SyncState
from feedsvc.sync.pull import pull_site
from feedsvc.sync.report import Report
from feedsvc.sync.site_store import SiteStore
from feedsvc.wordpress.http import Http
from feedsvc.wordpress.response import Response
from feedsvc.wordpress.transport import Bounds
from feedsvc.worker import Poller
from pulling import pull

pytestmark = pytest.mark.real


def titles(database: Database, address: str) -> set[str]:
    answer = create_app(load_settings(), database).test_client().get(f"{address}.json?limit=100")
    return {item["title"] for item in answer.get_json(force=True).get("items", [])}


def held(database: Database) -> set[int]:
    with database.reading() as connection:
        (state,) = sites.list_sites(connection)
        return set(list_known_posts(connection, state.id))


@pytest.mark.parametrize("at_first", [True, False])
def test_a_post_that_is_too_long_costs_that_post_alone(database: Database, at_first: bool) -> None:
    with fake_wordpress(150) as site:
        bounds = Bounds(megabytes=1)
        if not at_first:
            pull(site, database, bounds=bounds)
        site.add(151, content={"rendered": "x" * 2**21, "protected": False})
        site.add(152)
        report = pull(site, database, bounds=bounds)
        assert held(database) == {*range(1, 151), 152}
        assert any("post 151 is left out for now" in remark for remark in report.remarks)


def sweep(site: FakeWordPress, database: Database) -> Report:
    with database.transaction() as connection:
        set_columns(connection, 1, swept_at=datetime.now(UTC) - timedelta(days=1))
    return pull(site, database)


@pytest.mark.parametrize("at_first", [True, False])
def test_posts_on_which_the_site_fails_keep_no_others_away(database: Database, at_first: bool) -> None:
    bad = {11, 21, 31, 41, 45, 48, 51}
    with fake_wordpress(150) as site:
        if not at_first:
            pull(site, database)
            for post_id in bad:
                site.posts[post_id]["modified_gmt"] = wp_time(datetime.now(UTC))
        site.breaks_on |= bad
        site.add(151)
        pull(site, database)
        assert held(database) == set(range(1, 152)) - (bad if at_first else set())
        site.add(152)
        del site.posts[70]
        pull(site, database)
        assert 152 in held(database)
        assert 70 not in held(database)
        site.breaks_on.clear()
        pull(site, database)
        sweep(site, database)
        assert held(database) == set(site.posts)


def test_pictures_and_names_that_were_not_told_come_later(database: Database) -> None:
    with fake_wordpress(30) as site:
        site.add_picture(500)
        site.add_term("tags", 7, "Solar")
        for post in site.posts.values():
            post |= {"featured_media": 500, "tags": [7]}
        site.fail("status", code=500, where="/media|/tags")
        pull(site, database)
        site.heal()
        sweep(site, database)
        client = create_app(load_settings(), database).test_client()
        assert len(titles(database, "/tag/solar")) == 30
        assert client.get("/feed.rss").text.count("uploads/500.jpg") >= 20


def test_an_empty_answer_takes_no_picture_away(database: Database) -> None:
    with fake_wordpress(3) as site:
        site.add_picture(500)
        site.posts[2]["featured_media"] = 500
        pull(site, database)
        picture = site.media.pop(500)
        site.add(2, "Edited", featured_media=500, modified_gmt=wp_time(datetime.now(UTC)))
        pull(site, database)
        assert (
            "uploads/500.jpg" in create_app(load_settings(), database).test_client().get("/feed.rss").text
        )
        site.media[500] = picture


def test_a_post_that_could_not_be_used_for_a_while_comes_back(database: Database) -> None:
    with fake_wordpress(5) as site:
        pull(site, database)
        link, guid = site.posts[4]["link"], site.posts[4]["guid"]
        edited = wp_time(datetime.now(UTC))
        site.posts[4] |= {"link": False, "guid": {"rendered": ""}, "modified_gmt": edited}
        assert pull(site, database).removed == 1
        site.posts[4] |= {"link": link, "guid": guid}
        sweep(site, database)
        assert titles(database, "/feed") == {f"Post {number}" for number in range(1, 6)}


def test_a_site_that_gives_fewer_posts_than_it_is_asked_for_gives_all(database: Database) -> None:
    with fake_wordpress(60) as site:
        site.page_size = 10
        pull(site, database)
        assert held(database) == set(range(1, 61))
        for post_id in (3, 30, 59):
            del site.posts[post_id]
        assert sweep(site, database).removed == 3


def test_an_author_who_is_hidden_costs_no_more_requests_in_the_long_run(database: Database) -> None:
    with fake_wordpress(150) as site:
        for number in (1, 2):
            site.add_term("users", number, f"Author {number}")
        for post_id, post in site.posts.items():
            post["author"] = 1 + post_id % 2
        pull(site, database)
        del site.terms["users"][1]
        for _ in range(4):
            pull(site, database)
        for _ in range(4):
            site.requests.clear()
            pull(site, database)
            assert len(site.requests) == 2
        assert len(titles(database, "/author/author-1")) == 75


def test_a_redirect_for_a_while_does_not_lead_away_for_ever(database: Database) -> None:
    with fake_wordpress(5) as site, fake_wordpress(5) as other:
        pull(site, database)
        site.add(6)
        other.fail("status", code=403)
        away = other.url.replace("127.0.0.1", "localhost")
        with database.transaction() as connection:
            set_columns(connection, 1, api_root=f"{away}wp-json/")
        assert pull(site, database).new == 1


def test_what_is_saved_just_after_its_post_is_not_missed(database: Database) -> None:
    with fake_wordpress(3) as site:
        site.add_term("categories", 7, "Energy")
        pull(site, database)
        site.add(4, modified_gmt=wp_time(datetime.now(UTC)))
        pull(site, database)
        site.posts[4]["categories"] = [7]  # as WordPress does, in the same request, a moment later
        pull(site, database)
        assert titles(database, "/category/energy") == {"Post 4"}


def test_an_old_post_that_is_deleted_is_missed_though_the_latest_are_answered_with_304(
    database: Database,
) -> None:
    with fake_wordpress(150) as site:
        site.validators = True
        pull(site, database)
        for _ in range(3):
            pull(site, database)
        del site.posts[5]
        assert pull(site, database).removed == 1


def test_links_that_change_all_the_time_do_not_have_all_posts_read_each_time(database: Database) -> None:
    with fake_wordpress(120) as site:
        pull(site, database)
        whole_pages = []
        for number in range(16):
            for post_id, post in site.posts.items():
                post["link"] = f"http://fake.example/{post_id}/?{number}"
            site.requests.clear()
            pull(site, database)
            whole_pages.append(sum("&page=2&" in one and "content" in one for one in site.requests))
        assert sum(whole_pages) == 3
        assert whole_pages[-1] == 0


def test_a_category_that_was_merged_is_left_by_all_its_posts_but_one_that_fails(
    database: Database,
) -> None:
    with fake_wordpress(250) as site:
        for term_id, name in ((7, "Energy"), (8, "Power")):
            site.add_term("categories", term_id, name)
        for post in site.posts.values():
            post["categories"] = [7]
        pull(site, database)
        del site.terms["categories"][7]
        for post in site.posts.values():
            post["categories"] = [8]
        site.breaks_on.add(200)
        for _ in range(4):
            pull(site, database)
        with database.reading() as connection:
            assert list_ids_with_terms(connection, 1, [("category", 7)]) == [200]
            assert len(list_ids_with_terms(connection, 1, [("category", 8)])) == 249


def test_the_only_author_may_be_replaced(database: Database) -> None:
    with fake_wordpress(12) as site:
        site.add_term("users", 1, "Ada")
        for post in site.posts.values():
            post["author"] = 1
        pull(site, database)
        assert len(titles(database, "/author/ada")) == 12
        site.terms["users"].clear()
        site.add_term("users", 2, "Bea")
        for post in site.posts.values():
            post["author"] = 2
        for _ in range(4):
            pull(site, database)
        assert len(titles(database, "/author/bea")) == 12


def test_a_site_that_wants_us_to_wait_with_names_is_left_alone_and_then_asked_for_posts(
    database: Database,
) -> None:
    with fake_wordpress(120) as site:
        for post in site.posts.values():
            post["author"] = 1
        site.fail("status", code=429, retry_after="3600", where="/users")
        with pytest.raises(SiteError) as caught:
            pull(site, database)
        assert caught.value.cause == "http_429"
        with database.transaction() as connection:
            (state,) = sites.list_sites(connection)
            assert state.poll.retry_at
            assert timedelta(minutes=59) < state.poll.retry_at - datetime.now(UTC) < timedelta(minutes=61)
            set_columns(connection, state.id, retry_at=datetime.now(UTC))  # an hour later
        site.requests.clear()
        pull(site, database)
        assert len(held(database)) == 120
        assert not any("/users" in request for request in site.requests)


@pytest.mark.parametrize("told", ["a short list", "a list with others"])
def test_a_parent_that_a_list_lacks_for_once_stays(database: Database, told: str) -> None:
    with fake_wordpress(5) as site:
        site.add_term("categories", 7, "Energy")
        site.add_term("categories", 8, "Solar", parent=7)
        for post in site.posts.values():
            post["categories"] = [8]
        pull(site, database)
        energy = site.terms["categories"].pop(7)
        if told == "a list with others":
            site.add_term("categories", 9, "Water")
        site.add(6, categories=[8])
        pull(site, database)
        assert len(titles(database, "/category/energy")) == 6
        site.terms["categories"][7] = energy


def test_many_categories_that_a_list_lacks_cost_few_requests(database: Database) -> None:
    with fake_wordpress(300) as site:
        for number in range(1, 301):
            site.add_term("categories", number, f"Section {number}")
            site.posts[number]["categories"] = [number]
        pull(site, database)
        for number in range(2, 301):
            del site.terms["categories"][number]
        site.add(301)
        site.requests.clear()
        pull(site, database)
        assert len(site.requests) < 20
        assert len(held(database)) == 301


def test_a_site_s_own_words_are_kept_short(database: Database) -> None:
    with fake_wordpress(1, home="http://fake.example/" + "x" * 5000) as site:
        pull(site, database)
        with database.reading() as connection:
            (state,) = sites.list_sites(connection)
        assert len(state.site.url) < 100


@pytest.mark.parametrize("column", ["retry_at", "claimed_until", "swept_at", "optional_retry_at"])
def test_a_clock_that_was_years_ahead_stops_nothing(database: Database, column: str) -> None:
    with fake_wordpress(5) as site:
        pull(site, database)
        ahead = {column: datetime.now(UTC) + timedelta(days=2000)}
        with database.transaction() as connection:
            set_columns(connection, 1, claimed_by="elsewhere:1:x", **ahead)
        if column != "claimed_until":
            with database.transaction() as connection:
                set_columns(connection, 1, claimed_by=None)
        site.add(6)
        assert pull(site, database).new == 1


def test_posts_that_never_say_when_they_were_modified_cost_no_more_requests(database: Database) -> None:
    with fake_wordpress(450) as site:
        for post in site.posts.values():
            post["modified_gmt"] = None
        pull(site, database)
        site.requests.clear()
        pull(site, database)
        assert len(site.requests) == 2
        site.add(451, modified_gmt=None)
        assert pull(site, database).new == 1


def test_who_has_lost_the_claim_writes_no_more(database: Database) -> None:
    now = datetime.now(UTC)
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "x", "http://x.example/")
        assert sites.claim_site(
            connection, site_id, "a:1:x", now - timedelta(hours=1), timedelta(minutes=1)
        )
    mine = SiteStore(database, site_id, "a:1:x")
    with mine.transaction() as connection:
        sites.save_sync_state(connection, site_id, SyncState(probe_cursor=5))
    with database.transaction() as connection:
        assert sites.claim_site(connection, site_id, "b:2:y", now, timedelta(minutes=1))
    taken_over = pytest.raises(StoppedError, match="another process has taken it over")
    with taken_over, mine.transaction() as connection:
        sites.save_sync_state(connection, site_id, SyncState(probe_cursor=6))
    assert SiteStore(database, site_id).load_state().probe_cursor == 5


def test_a_site_whose_address_is_changed_while_it_is_pulled_is_read_from_the_beginning(
    database: Database,
) -> None:
    with fake_wordpress(150) as old, fake_wordpress(3) as new:
        poller = Poller(load_settings(sites=[old.url]), database)
        (state,) = poller.register()
        assert poller.claim(state.id)

        def change(done: int, total: int) -> None:
            with database.transaction() as connection:
                assert sites.ensure_site(connection, state.site.name, new.url) == state.id

        with pytest.raises(StoppedError, match="another process has taken it over"):
            poller.pull(state.id, progress=change)
        with database.reading() as connection:
            sync = sites.load_sync_state(connection, state.id)
        assert (sync.backfill_page, sync.backfilled_at, sync.api_root) == (1, None, "")
        new.add(99, "Only there")
        later = Poller(load_settings(sites=[new.url]), database)
        assert later.claim(state.id)
        later.pull(state.id)
    assert 99 in held(database)


def test_pictures_of_posts_that_are_gone_are_asked_for_no_more(database: Database) -> None:
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "x", "http://x.example/")
        writer = database.post_writer(connection)
        writer.apply(site_id, PostChanges(incomplete_ids=[1, 2]))
        writer.apply(site_id, PostChanges(removed_ids=[2]))
        assert list_retry_ids(connection, site_id, 100) == [1]


class Stopping:
    """HTTP that is told to stop before it asks for whole posts."""

    def __init__(self, inner: Http) -> None:
        self._inner = inner

    def get(self, url: str, *, max_age: timedelta | None = None, fresh: bool = False) -> Response:
        if "content" in url:
            raise StoppedError("enough")
        return self._inner.get(url, max_age=max_age, fresh=fresh)


def test_links_that_have_changed_are_remembered_though_the_posts_can_not_be_fetched(
    database: Database,
) -> None:
    with fake_wordpress(5) as site:
        site.add_term("categories", 1, "Energy")
        for post in site.posts.values():
            post["categories"] = [1]
        pull(site, database)
        with database.transaction() as connection:
            set_columns(connection, 1, probe_cursor=1)  # the latest posts are looked at next, then terms
        for post in site.posts.values():
            post["link"] += "?moved"
        store = SiteStore(database, 1)
        with pytest.raises(StoppedError, match="enough"):
            pull_site(store, Stopping(make_http_client(load_settings(sites=[site.url]), site.url)))
        pull(site, database)
        links = store.list_links(range(1, 6))
    assert len(links) == 5
    assert all(link.endswith("?moved") for link in links.values())
