"""A real WordPress, pulled and published: both addresses of its REST API, and everything that changes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import feedparser
import pytest

from conftest import lacking
from feedsvc.config import load_settings
from feedsvc.connect_site import make_http_client
from feedsvc.errors import SiteError, StoppedError
from feedsvc.publish.web import create_app
from feedsvc.store.database import Database
from feedsvc.sync.pull import pull_site
from feedsvc.sync.report import Report
from feedsvc.sync.site_store import SiteStore
from feedsvc.wordpress.http import Http
from feedsvc.wordpress.response import Response
from feedsvc.worker import Poller
from properties import thoroughly
from wordpress import WordPress, missing

pytestmark = pytest.mark.real

START = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)


WAYS: dict[str, tuple[Literal["pretty", "plain"], str]] = {
    "wp-json at the root": ("pretty", ""),
    "rest_route in a subfolder": ("plain", "news"),
}
"""Where the REST API is: how permalinks are written, and WordPress's folder."""

ONE_WAY = {
    "test_an_edit_reaches_the_feed_under_the_same_id",
    "test_a_post_moved_to_the_bin_leaves_the_feeds",
    "test_a_new_post_arrives_whatever_its_date",
    "test_a_scheduled_post_arrives_when_it_goes_live",
    "test_a_post_with_a_password_never_appears",
    "test_a_post_moved_to_another_category_comes_with_a_full_pull",
    "test_the_site_s_own_feed_has_the_same_ids",
}
"""What goes by what WordPress does with its posts: tried by both ways in the thorough profile alone."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try each test with the WordPress that it needs."""
    if "wordpress" in metafunc.fixturenames:
        by_default = list(WAYS)[: 1 if metafunc.function.__name__ in ONE_WAY else None]
        metafunc.parametrize("wordpress", thoroughly(WAYS, by_default), indirect=True, scope="module")


@pytest.fixture(scope="module")
def wordpress(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WordPress]:
    lacking(missing())
    permalinks, folder = WAYS[request.param]
    with WordPress(tmp_path_factory.mktemp("wordpress"), permalinks=permalinks, folder=folder) as site:
        yield site


class Reader:
    """A service over one WordPress, and what a subscriber of it sees."""

    def __init__(self, wordpress: WordPress, database: Database, location: str = "") -> None:
        """`location` is where the store lies, for what is kept beside it."""
        self.settings = load_settings(sites=[wordpress.url])
        if location:
            self.settings = self.settings.model_copy(update={"database_url": location})
        self._database = database
        self.poller = Poller(self.settings, database)
        self.client = create_app(self.settings, database).test_client()

    def pull(self, *, full: bool = False) -> Report:
        (state,) = self.poller.register()
        assert self.poller.claim(state.id, even_if_early=True)
        return self.poller.pull(state.id, full=full)

    def copy_store(self, folder: Path) -> str:
        """Copy the store into a folder; return where it lies, as in DATABASE_URL."""
        with closing(sqlite3.connect(str(self._database.engine.url.database))) as source:
            source.execute("VACUUM INTO ?", [str(folder / "store.db")])
        return f"sqlite:///{folder}/store.db"

    def entries(self, address: str = "/feed.atom?limit=100") -> list[Any]:
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.text
        feed = feedparser.parse(answer.data)
        assert not feed.bozo
        return list(feed.entries)

    def titles(self, address: str = "/feed.atom?limit=100") -> list[str]:
        return [entry.title for entry in self.entries(address)]


@pytest.fixture
def reader(wordpress: WordPress, database: Database) -> Iterator[Reader]:
    yield Reader(wordpress, database)
    wordpress.eval("""
        global $wpdb;
        foreach (['posts', 'postmeta', 'term_relationships'] as $table) {
            $wpdb->query("DELETE FROM {$wpdb->$table}");
        }
        wp_cache_flush();
        return null;
    """)


def guid(wordpress: WordPress, post_id: int) -> str:
    return str(wordpress.eval(f"return get_post({post_id})->guid;"))


def test_a_post_arrives_with_everything_that_wordpress_says_of_it(
    wordpress: WordPress, reader: Reader
) -> None:
    energy = wordpress.create_category("Energy", "energy")
    solar = wordpress.create_category("Solar & Wind", "solar-wind", parent=energy)
    thai = wordpress.create_tag("พลังงาน")
    author = wordpress.create_author("zoe", "Zoé Müller")
    post_id = wordpress.create_post(
        "Sun “here” & now",
        "<p>The panels are up.</p>\n<p>See <a href='/about/'>us</a>.</p>",
        excerpt="What the village decided.",
        categories=[solar],
        tags=[thai],
        author=author,
        date_gmt=START,
    )
    reader.pull()
    (entry,) = reader.entries()
    assert entry.title == "Sun “here” & now"
    assert entry.id == guid(wordpress, post_id)
    assert entry.published == "2025-03-01T08:00:00Z"
    assert entry.author == "Zoé Müller"
    assert entry.summary == "What the village decided."
    assert "The panels are up." in entry.content[0].value
    assert f'href="{wordpress.url.split("/news")[0].rstrip("/")}/about/"' in entry.content[0].value
    assert [(tag.term, tag.label) for tag in entry.tags] == [
        ("solar-wind", "Solar & Wind"),
        ("พลังงาน", "พลังงาน"),
    ]
    for address in (
        "/category/energy.atom",  # a parent includes its children
        "/category/solar-wind.atom",
        "/tag/พลังงาน.atom",
        f"/author/{wordpress.eval(f'return get_userdata({author})->user_nicename;')}.atom",
        "/feed.atom?category=Solar %26 Wind&topic=panels",
    ):
        assert reader.titles(address) == [entry.title], address
    assert reader.titles("/feed.atom?category=-energy") == []


def test_the_feeds_are_named_after_the_site(wordpress: WordPress, reader: Reader) -> None:
    wordpress.create_post("One", "<p>Body</p>", date_gmt=START)
    reader.pull()
    feed = feedparser.parse(reader.client.get("/feed.rss").data).feed
    assert feed.title == "Test Newsroom"
    assert feed.link.rstrip("/") == wordpress.url.rstrip("/")


def test_hundreds_of_posts_come_newest_first_and_all_of_them(wordpress: WordPress, reader: Reader) -> None:
    wordpress.create_posts(
        {"title": f"Post {n}", "content": f"<p>Body {n}</p>", "date_gmt": START + timedelta(hours=n)}
        for n in range(330)
    )
    assert reader.pull().new == 330
    titles: list[str] = []
    for page in range(1, 5):
        titles += reader.titles(f"/feed.atom?limit=100&page={page}")
    assert titles == [f"Post {n}" for n in reversed(range(330))]
    again = reader.pull()
    assert (again.new, again.changed, again.removed) == (0, 0, 0)


def test_a_full_pull_of_what_is_held_changes_nothing(wordpress: WordPress, reader: Reader) -> None:
    wordpress.create_post("One", "<p>Body</p>", date_gmt=START)
    reader.pull()
    before = reader.client.get("/feed.rss").data
    report = reader.pull(full=True)
    assert (report.new, report.changed, report.removed) == (0, 0, 0)
    assert reader.client.get("/feed.rss").data == before


def test_an_edit_reaches_the_feed_under_the_same_id(wordpress: WordPress, reader: Reader) -> None:
    post_id = wordpress.create_post("Frist", "<p>Body with a tpyo</p>", date_gmt=START)
    reader.pull()
    (before,) = reader.entries()
    wordpress.update_post(post_id, title="First", content="<p>Body without a typo</p>")
    assert reader.pull().changed == 1
    (after,) = reader.entries()
    assert (after.title, after.id, after.published) == ("First", before.id, before.published)
    assert after.updated > before.updated
    assert reader.titles("/feed.rss?topic=typo") == ["First"]
    assert reader.titles("/feed.rss?topic=tpyo") == []


def test_a_deleted_post_leaves_the_feeds(wordpress: WordPress, reader: Reader) -> None:
    kept = wordpress.create_post("Kept", "<p>Kept</p>", date_gmt=START)
    gone = wordpress.create_post("Gone", "<p>Gone</p>", date_gmt=START + timedelta(days=1))
    reader.pull()
    assert reader.titles() == ["Gone", "Kept"]
    wordpress.delete_post(gone)
    assert reader.pull().removed == 1
    assert reader.titles() == ["Kept"]
    assert [entry.id for entry in reader.entries()] == [guid(wordpress, kept)]


def test_a_post_moved_to_the_bin_leaves_the_feeds(wordpress: WordPress, reader: Reader) -> None:
    wordpress.create_post("Kept", "<p>Kept</p>", date_gmt=START)
    gone = wordpress.create_post("Binned", "<p>Binned</p>", date_gmt=START)
    reader.pull()
    wordpress.trash_post(gone)
    reader.pull()
    assert reader.titles() == ["Kept"]


@pytest.mark.parametrize(
    "published",
    [
        pytest.param(datetime.now(UTC) - timedelta(minutes=1), id="just now"),
        pytest.param(START - timedelta(days=900), id="back-dated"),
    ],
)
def test_a_new_post_arrives_whatever_its_date(
    wordpress: WordPress, reader: Reader, published: datetime
) -> None:
    wordpress.create_post("Old", "<p>Old</p>", date_gmt=START)
    reader.pull()
    wordpress.create_post("New", "<p>New</p>", date_gmt=published)
    assert reader.pull().new == 1
    assert sorted(reader.titles()) == ["New", "Old"]


def test_a_scheduled_post_arrives_when_it_goes_live(wordpress: WordPress, reader: Reader) -> None:
    wordpress.create_post("Old", "<p>Old</p>", date_gmt=START)
    planned = wordpress.create_post(
        "Planned", "<p>Planned</p>", date_gmt=datetime.now(UTC) + timedelta(days=1), status="future"
    )
    reader.pull()
    assert reader.titles() == ["Old"]
    # As WordPress's own timer does: published, with the modification time of when it was written.
    wordpress.eval(
        f"global $wpdb; $wpdb->update($wpdb->posts, ['post_status' => 'publish',"
        f" 'post_date_gmt' => gmdate('Y-m-d H:i:s'), 'post_date' => current_time('mysql')],"
        f" ['ID' => {planned}]); clean_post_cache({planned}); return 1;"
    )
    assert reader.pull().new == 1
    assert reader.titles() == ["Planned", "Old"]


def test_a_post_with_a_password_never_appears(wordpress: WordPress, reader: Reader) -> None:
    wordpress.create_post("Open", "<p>Open</p>", date_gmt=START)
    closed = wordpress.create_post("Closed", "<p>Secret</p>", password="x", date_gmt=START)
    reader.pull()
    assert reader.titles() == ["Open"]
    assert reader.pull().removed == 0
    wordpress.update_post(closed, password="")
    reader.pull()
    assert sorted(reader.titles()) == ["Closed", "Open"]
    wordpress.update_post(closed, password="y")
    assert reader.pull().removed == 1
    assert reader.titles() == ["Open"]


def test_a_term_that_comes_later_has_its_name_at_once(wordpress: WordPress, reader: Reader) -> None:
    wordpress.create_post("Old", "<p>Old</p>", date_gmt=START)
    reader.pull()
    late = wordpress.create_category("Später", "spaeter")
    wordpress.create_post("New", "<p>New</p>", categories=[late], date_gmt=START + timedelta(days=1))
    reader.pull()
    assert [tag.label for tag in reader.entries("/category/spaeter.atom")[0].tags] == ["Später"]


def test_a_renamed_category_tag_or_author_comes_with_a_full_pull(
    wordpress: WordPress, reader: Reader
) -> None:
    category = wordpress.create_category("Before", "before")
    tag = wordpress.create_tag("Vorher", "vorher")
    author = wordpress.create_author("writer", "Wanda")
    wordpress.create_post(
        "One", "<p>One</p>", categories=[category], tags=[tag], author=author, date_gmt=START
    )
    reader.pull()
    wordpress.eval(
        f"wp_update_term({category}, 'category', ['name' => 'After', 'slug' => 'after']);"
        f"wp_update_term({tag}, 'post_tag', ['name' => 'Nachher', 'slug' => 'nachher']);"
        f"wp_update_user(['ID' => {author}, 'display_name' => 'Wilma']); return 1;"
    )
    reader.pull(full=True)
    (entry,) = reader.entries("/category/after.atom?tag=nachher")
    assert [tag.label for tag in entry.tags] == ["After", "Nachher"]
    assert entry.author == "Wilma"


def test_a_post_moved_to_another_category_comes_with_a_full_pull(
    wordpress: WordPress, reader: Reader
) -> None:
    old, new = wordpress.create_category("Old", "old"), wordpress.create_category("New", "new")
    post_id = wordpress.create_post("One", "<p>One</p>", categories=[old], date_gmt=START)
    reader.pull()
    wordpress.eval(f"wp_set_post_categories({post_id}, [{new}]); return 1;")
    assert reader.pull(full=True).changed == 1
    assert reader.titles("/category/new.rss") == ["One"]


class Stopping:
    """HTTP that is told to stop after some requests."""

    def __init__(self, inner: Http, requests: int) -> None:
        self._inner = inner
        self._left = requests

    def get(self, url: str, *, max_age: timedelta | None = None, fresh: bool = False) -> Response:
        if not self._left:
            raise StoppedError("enough")
        self._left -= 1
        return self._inner.get(url, max_age=max_age, fresh=fresh)


def test_stopped_anywhere_in_a_catch_up_nothing_is_missed(
    wordpress: WordPress, reader: Reader, own_folder: Path
) -> None:
    edited = [wordpress.create_post(f"Old {n}", "<p>Old</p>", date_gmt=START) for n in range(3)]
    reader.pull()
    wordpress.create_posts(  # back-dated, so that only a sweep finds them
        {"title": f"New {n}", "content": "<p>New</p>", "date_gmt": START - timedelta(days=n)}
        for n in range(1, 131)
    )
    for post_id in edited:
        wordpress.update_post(post_id, title="Edited")
    for requests in range(1, 12, 2):  # each with the store as it was before all that
        folder = own_folder / f"after {requests} requests"
        folder.mkdir()
        location = reader.copy_store(folder)
        with closing(Database(location)) as database:
            again = Reader(wordpress, database, location)
            (state,) = again.poller.register()
            http = Stopping(make_http_client(again.settings, wordpress.url), requests)
            with suppress(StoppedError):
                pull_site(SiteStore(database, state.id), http)
            again.pull()
            titles = again.titles() + again.titles("/feed.atom?limit=100&page=2")
        assert sorted(titles) == sorted(["Edited"] * 3 + [f"New {n}" for n in range(1, 131)]), requests


def test_the_site_s_own_feed_has_the_same_ids(wordpress: WordPress, reader: Reader) -> None:
    """A subscriber who moves from WordPress's feed to ours gets nothing twice."""
    import requests

    wordpress.create_post("One", "<p>One & only</p>", date_gmt=START)
    reader.pull()
    own = feedparser.parse(requests.get(wordpress.url, params={"feed": "rss2"}, timeout=30).content)
    assert [entry.id for entry in own.entries] == [entry.id for entry in reader.entries("/feed.rss")]


@pytest.mark.parametrize(
    "address", ["wp-json/", "index.php?rest_route=/", "index.php?rest_route=/wp/v2/posts", ""]
)
def test_the_api_is_found_from_each_address_of_it(
    wordpress: WordPress, database: Database, own_folder: Path, address: str
) -> None:
    if "wp-json" in address and "news" in wordpress.url:
        address = "index.php"  # with plain permalinks there is no /wp-json/
    wordpress.create_post("One", "<p>One</p>", date_gmt=START)
    settings = load_settings(sites=[wordpress.url + address])
    poller = Poller(settings, database)
    (state,) = poller.register()
    assert poller.claim(state.id)
    assert poller.pull(state.id).new >= 1


def test_a_site_that_fails_keeps_its_feeds_and_says_why(wordpress: WordPress, reader: Reader) -> None:
    wordpress.create_post("One", "<p>One</p>", date_gmt=START)
    reader.pull()
    before = reader.client.get("/feed.rss").data
    plugins = wordpress.path / "wp-content" / "mu-plugins"
    plugins.mkdir(exist_ok=True)
    (plugins / "closed.php").write_text(
        "<?php add_filter('rest_authentication_errors', fn() => "
        "new WP_Error('closed', 'Only for members.', ['status' => 401]));"
    )
    try:
        with pytest.raises(SiteError) as caught:
            reader.pull()
    finally:
        (plugins / "closed.php").unlink()
    assert "401" in str(caught.value)
    assert "Only for members." in str(caught.value)
    assert reader.client.get("/feed.rss").data == before
    assert "Only for members." in reader.client.get("/status").text
    reader.pull()
    assert "recovered" in reader.client.get("/status").text
