"""Whatever changes on a real WordPress reaches the feeds: which change, and by which poll."""

import json
import random
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest
import requests

from columns import set_columns
from conftest import lacking
from feedsvc.config import load_settings
from feedsvc.errors import SiteError
from feedsvc.publish.web import create_app
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.sync.report import Report
from feedsvc.worker import Poller
from wordpress import PRETTY_PERMALINKS, WordPress, missing

pytestmark = pytest.mark.real

START = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)
LONG_AGO = datetime(2009, 1, 1, tzinfo=UTC)
FAR_AHEAD = datetime(2099, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)

Ids = Mapping[str, int]
Change = Callable[[WordPress, Ids], object]
Seen = Mapping[str, str]
"""What a subscriber sees: by a feed's address its titles, newest first; by a title whose post it is."""

AT_FIRST: Seen = {
    "feed": "Clinic Panels Grid",
    "category/energy": "Panels Grid",
    "category/solar": "Panels",
    "category/health": "Clinic",
    "tag/battery": "Grid",
    "author/zoe": "Clinic Grid",
    "author/yan": "Panels",
    "Grid": "Battery, Energy by Zoé",
    "Panels": "Solar by Yan",
    "Clinic": "Health by Zoé",
}


@dataclass(frozen=True, slots=True)
class Newsroom:
    """A WordPress and the ids of what is in it; `held` is what a service has that has read it."""

    site: WordPress
    ids: Ids
    held: Path


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    lacking(missing())
    with WordPress(tmp_path_factory.mktemp("wordpress")) as site:
        ids = a_world(site)
        site.save()
        yield Newsroom(site, ids, tmp_path_factory.mktemp("held") / "store")


def a_world(site: WordPress) -> Ids:
    """Fill the site: three old posts, five that are not public, and an archive that is newer than they.

    So neither what was published last nor what was modified last shows any of them.
    """
    energy = site.create_category("Energy", "energy")
    ids = {
        "energy": energy,
        "solar": site.create_category("Solar", "solar", parent=energy),
        "health": site.create_category("Health", "health"),
        "archive": site.create_category("Archive", "archive"),
        "battery": site.create_tag("Battery", "battery"),
        "zoe": site.create_author("zoe", "Zoé"),
        "yan": site.create_author("yan", "Yan"),
    }

    def post(title: str, days: int, category: str, author: str, **more: Any) -> Any:
        return {
            "title": title,
            "content": f"<p>All about {title}.</p>",
            "categories": [ids[category]],
            "author": ids[author],
            "date_gmt": START + days * DAY,
            **more,
        }

    written = [
        post("Clinic", 9, "health", "zoe"),
        post("Panels", 8, "solar", "yan"),
        post("Grid", 7, "energy", "zoe", tags=[ids["battery"]]),
        post("Sketch", 5, "health", "yan", status="draft"),
        post("Review", 4, "health", "yan", status="pending"),
        post("Secret", 3, "health", "yan", status="private"),
        post("Locked", 2, "health", "yan", password="x"),
        post("Planned", 1, "health", "yan", status="future", date_gmt=FAR_AHEAD, modified_gmt=START),
        *(post(f"Archived {n}", 30 + n, "archive", "zoe") for n in range(12)),
    ]
    return ids | dict(zip((each["title"] for each in written), site.create_posts(written), strict=True))


class Service:
    """A service over one WordPress, with its store in a folder, and what a subscriber of it sees."""

    def __init__(self, site: WordPress, folder: Path) -> None:
        self.site = site
        location = f"sqlite:///{folder}/feedsvc.db"
        settings = load_settings(sites=[site.url]).model_copy(update={"database_url": location})
        self.database = Database(location)
        self.database.migrate()
        self.poller = Poller(settings, self.database)
        self.client = create_app(settings, self.database).test_client()

    def poll(self, *, full: bool = False) -> Report:
        (state,) = self.poller.register()
        assert self.poller.claim(state.id, even_if_early=True)
        return self.poller.pull(state.id, full=full)

    def sweep(self) -> Report:
        """Poll when the last comparison of all posts is long enough ago."""
        with self.database.transaction() as connection:
            for state in sites.list_sites(connection):
                set_columns(connection, state.id, swept_at=datetime.now(UTC) - DAY)
        return self.poll()

    def items(self, address: str) -> list[dict[str, Any]]:
        """Return the entries of a feed but for the archive's; none when there is nothing of that name."""
        answer = self.client.get(f"/{address}.json?limit=100&category=-archive")
        assert answer.status_code in (200, 301, 404), answer.text
        found: list[dict[str, Any]] = json.loads(answer.data)["items"] if answer.status_code == 200 else []
        return found

    def sees(self, wanted: Seen) -> Seen:
        """Return what a subscriber sees of some feeds."""
        posts = {item["title"]: item for item in self.items("feed")}
        return {
            key: " ".join(item["title"] for item in self.items(key))
            if key.islower()
            else whose(posts[key])
            if key in posts
            else ""
            for key in wanted
        }

    def links(self) -> dict[str, str]:
        """Return the address of each post by its guid, the archive's as well."""
        items = json.loads(self.client.get("/feed.json?limit=100").data)["items"]
        return {item["id"]: item["url"] for item in items}

    def cost(self) -> tuple[int, int]:
        """Return what the service itself counts: requests, and bytes of bodies."""
        told = dict(line.rsplit(" ", 1) for line in self.client.get("/metrics").text.splitlines())
        asked, received = (
            next(
                int(float(value))
                for key, value in told.items()
                if key.startswith(f"feedsvc_site_{name}_total{{")
            )
            for name in ("requests", "received_bytes")
        )
        return asked, received


def whose(item: dict[str, Any]) -> str:
    authors = ", ".join(author["name"] for author in item.get("authors", []))
    return f"{', '.join(sorted(item.get('tags', [])))} by {authors}"


@pytest.fixture
def service(newsroom: Newsroom, own_folder: Path) -> Iterator[Service]:
    """Yield a service that has read the site as it was at first: the site is as it was, too."""
    newsroom.site.restore()
    folder = own_folder / "store"
    if not newsroom.held.exists():
        newsroom.held.mkdir()
        first = Service(newsroom.site, newsroom.held)
        first.poll()
        first.database.close()
    shutil.copytree(newsroom.held, folder)
    service = Service(newsroom.site, folder)
    yield service
    service.database.close()


def test_at_first_the_feeds_show_what_is_public(service: Service) -> None:
    assert service.sees(AT_FIRST) == AT_FIRST
    service.poll()
    assert service.sees(AT_FIRST) == AT_FIRST


def now() -> datetime:
    return datetime.now(UTC)


def a_post_of_everything_new(site: WordPress, ids: Ids) -> None:
    site.create_post(
        "Probe",
        "<p>Off to the moon.</p>",
        categories=[site.create_category("Space", "space", parent=ids["energy"])],
        tags=[site.create_tag("Moon", "moon")],
        author=site.create_author("ida", "Ida"),
    )


def live_while_another_is_trashed(site: WordPress, ids: Ids) -> None:
    site.publish_scheduled(ids["Planned"], now())
    site.trash_post(ids["Grid"])


def private_and_public_change_places(site: WordPress, ids: Ids) -> None:
    site.update_post(ids["Grid"], status="private")
    site.update_post(ids["Secret"], status="publish")


def brought_back_from_the_bin(site: WordPress, ids: Ids) -> None:
    site.trash_post(ids["Grid"])
    site.eval(f"wp_untrash_post({ids['Grid']}); return 1;")
    site.update_post(ids["Grid"], title="Mains", status="publish")


def merged_beside_a_new_category(site: WordPress, ids: Ids) -> None:
    site.merge_categories(ids["health"], into=ids["energy"])
    site.create_post("News", "<p>New.</p>", categories=[site.create_category("Space", "space")])


def merged_into_a_new_author(site: WordPress, ids: Ids) -> None:
    site.merge_authors(ids["zoe"], into=site.create_author("ida", "Ida"))
    site.update_post(ids["Archived 0"], title="Filed away")


def much_at_once(site: WordPress, ids: Ids) -> None:
    site.update_post(ids["Clinic"], title="Ward", categories=[ids["solar"]])
    site.delete_post(ids["Panels"])
    site.publish_scheduled(ids["Planned"], now())
    site.update_post(ids["Secret"], status="publish", author=ids["zoe"])
    site.update_post(ids["Locked"], password="")
    site.rename_category(ids["energy"], "Power", "power")
    site.rename_author(ids["zoe"], "Zoë")


WITHOUT_GRID: Seen = {
    "feed": "Clinic Panels",
    "category/energy": "Panels",
    "tag/battery": "",
    "author/zoe": "Clinic",
}
WITH_PLANNED: Seen = {
    "feed": "Planned Clinic Panels Grid",
    "category/health": "Planned Clinic",
    "author/yan": "Planned Panels",
    "Planned": "Health by Yan",
}


def last(title: str) -> Seen:
    """Return what differs when a post of Yan's about health comes in whose date is before all others'."""
    return {
        "feed": f"Clinic Panels Grid {title}",
        "category/health": f"Clinic {title}",
        "author/yan": f"Panels {title}",
        title: "Health by Yan",
    }


AT_ONCE: Mapping[str, tuple[Change, Seen]] = {
    "a new post": (
        lambda site, ids: site.create_post("News", "<p>New.</p>", categories=[ids["solar"]]),
        {"feed": "News Clinic Panels Grid", "category/energy": "News Panels Grid", "News": "Solar by admin"}
        | {"category/solar": "News Panels"},
    ),
    "a new post in a new category, with a new tag, by a new author": (
        a_post_of_everything_new,
        {"feed": "Probe Clinic Panels Grid", "category/energy": "Probe Panels Grid"}
        | dict.fromkeys(("category/space", "tag/moon", "author/ida"), "Probe")
        | {"Probe": "Moon, Space by Ida"},
    ),
    "an edited post": (
        lambda site, ids: site.update_post(ids["Grid"], title="Mains"),
        {"feed": "Clinic Panels Mains", "category/energy": "Panels Mains", "tag/battery": "Mains"}
        | {"author/zoe": "Clinic Mains", "Mains": AT_FIRST["Grid"], "Grid": ""},
    ),
    "a scheduled post that goes live, modified long before": (
        lambda site, ids: site.publish_scheduled(ids["Planned"], now()),
        WITH_PLANNED,
    ),
    "a scheduled post that goes live long after its date": (
        lambda site, ids: site.publish_scheduled(ids["Planned"], LONG_AGO),
        last("Planned"),
    ),
    "a post published now, with a date of years ago": (
        lambda site, ids: site.create_post(
            "Memoir",
            "<p>Old.</p>",
            date_gmt=LONG_AGO,
            modified_gmt=now(),
            author=ids["yan"],
            categories=[ids["health"]],
        ),
        last("Memoir"),
    ),
    "a post imported with all its dates of years ago": (
        lambda site, ids: site.create_post(
            "Memoir", "<p>Old.</p>", date_gmt=LONG_AGO, author=ids["yan"], categories=[ids["health"]]
        ),
        last("Memoir"),
    ),
    "a post whose date is put years back": (
        lambda site, ids: site.update_post(ids["Clinic"], date_gmt=LONG_AGO),
        {"feed": "Panels Grid Clinic", "author/zoe": "Grid Clinic"},
    ),
    "a post whose date is put into the future, so that it is scheduled": (
        lambda site, ids: site.update_post(ids["Grid"], date_gmt=FAR_AHEAD),
        WITHOUT_GRID,
    ),
    "a draft that is published": (
        lambda site, ids: site.update_post(ids["Sketch"], status="publish"),
        last("Sketch"),
    ),
    "a pending post that is approved": (
        lambda site, ids: site.update_post(ids["Review"], status="publish"),
        last("Review"),
    ),
    "a private post made public": (
        lambda site, ids: site.update_post(ids["Secret"], status="publish"),
        last("Secret"),
    ),
    "a post whose password is taken away": (
        lambda site, ids: site.update_post(ids["Locked"], password=""),
        last("Locked"),
    ),
    "a post with a password from now on": (
        lambda site, ids: site.update_post(ids["Grid"], password="y"),
        WITHOUT_GRID,
    ),
    "a post made private": (
        lambda site, ids: site.update_post(ids["Grid"], status="private"),
        WITHOUT_GRID,
    ),
    "a post made private while another is made public": (
        private_and_public_change_places,
        {**WITHOUT_GRID, **last("Secret"), "feed": "Clinic Panels Secret"},
    ),
    "a post that is a draft again": (
        lambda site, ids: site.update_post(ids["Grid"], status="draft"),
        WITHOUT_GRID,
    ),
    "a post that waits for approval again": (
        lambda site, ids: site.update_post(ids["Grid"], status="pending"),
        WITHOUT_GRID,
    ),
    "a post in the bin": (lambda site, ids: site.trash_post(ids["Grid"]), WITHOUT_GRID),
    "a post brought back from the bin under another title": (
        brought_back_from_the_bin,
        {"feed": "Clinic Panels Mains", "tag/battery": "Mains", "category/energy": "Panels Mains"}
        | {"author/zoe": "Clinic Mains", "Mains": AT_FIRST["Grid"]},
    ),
    "a post deleted for good": (lambda site, ids: site.delete_post(ids["Grid"]), WITHOUT_GRID),
    "a post moved to another category": (
        lambda site, ids: site.update_post(ids["Grid"], categories=[ids["health"]]),
        {"category/energy": "Panels", "category/health": "Clinic Grid", "Grid": "Battery, Health by Zoé"},
    ),
    "a post with another author and another tag": (
        lambda site, ids: site.update_post(
            ids["Grid"], author=ids["yan"], tags=[site.create_tag("Copper", "copper")]
        ),
        {"tag/battery": "", "tag/copper": "Grid", "author/zoe": "Clinic", "author/yan": "Panels Grid"}
        | {"Grid": "Copper, Energy by Yan"},
    ),
    "a category merged with another while a new one gets its first post": (
        merged_beside_a_new_category,
        {"feed": "News Clinic Panels Grid", "category/health": "", "category/space": "News"}
        | {"category/energy": "Clinic Panels Grid", "Clinic": "Energy by Zoé", "News": "Space by admin"},
    ),
    "an author merged with a new one who edits one of the posts": (
        merged_into_a_new_author,
        {"author/zoe": "", "author/ida": "Clinic Grid"}
        | {"Grid": "Battery, Energy by Ida", "Clinic": "Health by Ida"},
    ),
    "much at once": (
        much_at_once,
        {"feed": "Planned Ward Grid Secret Locked", "category/power": "Ward Grid", "category/energy": ""}
        | {"category/solar": "Ward", "category/health": "Planned Secret Locked"}
        | {"author/zoe": "Ward Grid Secret", "author/yan": "Planned Locked"}
        | {"Ward": "Solar by Zoë", "Grid": "Battery, Power by Zoë", "Secret": "Health by Zoë"},
    ),
}


def expected(changed: Seen) -> Seen:
    """Return what a subscriber has to see: as at first, but for what has changed and what has gone."""
    seen = {**AT_FIRST, **changed}
    titles = seen["feed"].split()
    return {key: seen[key] if key.islower() or key in titles else "" for key in seen}


@pytest.mark.parametrize(("change", "changed"), AT_ONCE.values(), ids=AT_ONCE)
def test_one_poll_brings(newsroom: Newsroom, service: Service, change: Change, changed: Seen) -> None:
    change(newsroom.site, newsroom.ids)
    service.poll()
    assert service.sees(expected(changed)) == expected(changed)


BY_TURNS: Mapping[str, tuple[Change, Seen]] = {
    "a scheduled post that goes live while another is trashed, so that the total stays": (
        live_while_another_is_trashed,
        {**WITH_PLANNED, **WITHOUT_GRID, "feed": "Planned Clinic Panels"},
    ),
    "a category with another name and slug": (
        lambda site, ids: site.rename_category(ids["energy"], "Power", "power"),
        {"category/energy": "", "category/power": "Panels Grid", "Grid": "Battery, Power by Zoé"},
    ),
    "a category under another": (
        lambda site, ids: site.move_category(ids["solar"], ids["health"]),
        {"category/energy": "Grid", "category/health": "Clinic Panels"},
    ),
    "a category under one that is new": (
        lambda site, ids: site.move_category(ids["energy"], site.create_category("Industry", "industry")),
        {"category/industry": "Panels Grid"},
    ),
    "a category merged with another": (
        lambda site, ids: site.merge_categories(ids["health"], into=ids["energy"]),
        {"category/health": "", "category/energy": "Clinic Panels Grid", "Clinic": "Energy by Zoé"},
    ),
    "a parent category merged with another": (
        lambda site, ids: site.merge_categories(ids["energy"], into=ids["health"]),
        {"category/energy": "", "category/health": "Clinic Grid", "Grid": "Battery, Health by Zoé"},
    ),
    "an author with another name and slug": (
        lambda site, ids: site.rename_author(ids["zoe"], "Ida", "ida"),
        {"author/zoe": "", "author/ida": "Clinic Grid"}
        | {"Grid": "Battery, Energy by Ida", "Clinic": "Health by Ida"},
    ),
    "an author merged with another": (
        lambda site, ids: site.merge_authors(ids["yan"], into=ids["zoe"]),
        {"author/yan": "", "author/zoe": "Clinic Panels Grid", "Panels": "Solar by Zoé"},
    ),
}


@pytest.mark.parametrize(("change", "changed"), BY_TURNS.values(), ids=BY_TURNS)
def test_four_idle_polls_bring(newsroom: Newsroom, service: Service, change: Change, changed: Seen) -> None:
    change(newsroom.site, newsroom.ids)
    for _ in range(4):
        service.poll()
    assert service.sees(expected(changed)) == expected(changed)


def test_one_poll_brings_all_names_when_any_post_has_changed_as_well(
    newsroom: Newsroom, service: Service
) -> None:
    site, ids = newsroom.site, newsroom.ids
    site.rename_category(ids["energy"], "Power", "power")
    site.merge_categories(ids["health"], into=ids["energy"])
    site.move_category(ids["solar"], 0)
    site.merge_authors(ids["yan"], into=ids["zoe"])
    site.rename_author(ids["zoe"], "Ida", "ida")
    site.update_post(ids["Archived 0"], title="Filed away")
    service.poll()
    wanted = expected(
        {"category/energy": "", "category/health": "", "category/power": "Clinic Grid"}
        | {"author/yan": "", "author/zoe": "", "author/ida": "Clinic Panels Grid"}
        | {"Grid": "Battery, Power by Ida", "Panels": "Solar by Ida", "Clinic": "Power by Ida"}
    )
    assert service.sees(wanted) == wanted


def imported_while_another_is_deleted(site: WordPress, ids: Ids) -> None:
    site.create_post(
        "Memoir", "<p>Old.</p>", date_gmt=LONG_AGO, author=ids["yan"], categories=[ids["health"]]
    )
    site.delete_post(ids["Grid"])


AT_THE_SWEEP: Mapping[str, tuple[Change, Seen]] = {
    "a tag with another name and slug": (
        lambda site, ids: site.rename_tag(ids["battery"], "Accumulator", "accumulator"),
        {"tag/battery": "", "tag/accumulator": "Grid", "Grid": "Accumulator, Energy by Zoé"},
    ),
    "a post imported with all its dates of years ago while another is deleted": (
        imported_while_another_is_deleted,
        {**WITHOUT_GRID, **last("Memoir"), "feed": "Clinic Panels Memoir"},
    ),
}


@pytest.mark.parametrize(("change", "changed"), AT_THE_SWEEP.values(), ids=AT_THE_SWEEP)
def test_a_sweep_brings(newsroom: Newsroom, service: Service, change: Change, changed: Seen) -> None:
    change(newsroom.site, newsroom.ids)
    service.sweep()
    assert service.sees(expected(changed)) == expected(changed)


WITH_A_FULL_PULL: Mapping[str, tuple[Change, Seen]] = {
    "a tag that is deleted": (
        lambda site, ids: site.delete_tag(ids["battery"]),
        {"tag/battery": "", "Grid": "Energy by Zoé"},
    ),
    "a post filed elsewhere without being modified": (
        lambda site, ids: site.set_categories(ids["Grid"], [ids["health"]]),
        {"category/energy": "Panels", "category/health": "Clinic Grid", "Grid": "Battery, Health by Zoé"},
    ),
}


@pytest.mark.parametrize(("change", "changed"), WITH_A_FULL_PULL.values(), ids=WITH_A_FULL_PULL)
def test_a_full_pull_brings(newsroom: Newsroom, service: Service, change: Change, changed: Seen) -> None:
    change(newsroom.site, newsroom.ids)
    service.poll(full=True)
    assert service.sees(expected(changed)) == expected(changed)


def test_two_edits_in_one_second_with_a_poll_between_them_are_both_seen(
    newsroom: Newsroom, service: Service
) -> None:
    time.sleep(1 - time.time() % 1)  # WordPress counts whole seconds: all three have to be in one
    for title in ("Mains", "Cable"):
        newsroom.site.update_post(newsroom.ids["Grid"], title=title)
        service.poll()
        assert service.sees({"feed": ""}) == {"feed": f"Clinic Panels {title}"}


def links(site: WordPress) -> dict[str, str]:
    """Return the address of each public post by its guid, as the site tells it."""
    query = {"rest_route": "/wp/v2/posts", "_fields": "guid,link,content", "per_page": "100"}
    with requests.Session() as session:
        session.trust_env = False
        told = session.get(f"{site.url}index.php", params=query, timeout=30).json()
    return {one["guid"]["rendered"]: one["link"] for one in told if not one["content"]["protected"]}


ADDRESSES: Mapping[str, tuple[Change, int]] = {
    "a post with another slug": (
        lambda site, ids: site.update_post(ids["Grid"], slug="mains"),
        1,
    ),
    "a site with plain permalinks from now on": (lambda site, ids: site.set_permalinks(""), 4),
    "a site at another address from now on": (
        lambda site, ids: site.eval(
            "foreach (['siteurl', 'home'] as $name) {"
            " update_option($name, str_replace('127.0.0.1', 'localhost', get_option($name))); } return 1;"
        ),
        3,
    ),
}


@pytest.mark.parametrize(("change", "polls"), ADDRESSES.values(), ids=ADDRESSES)
def test_links_follow(newsroom: Newsroom, service: Service, change: Change, polls: int) -> None:
    before = service.links()
    assert before == links(newsroom.site)
    change(newsroom.site, newsroom.ids)
    for _ in range(polls):
        with suppress(SiteError):  # with plain permalinks the API itself is elsewhere: one poll finds out
            service.poll()
    assert service.links() == links(newsroom.site)
    assert service.links() != before
    assert service.links().keys() == before.keys()


def other_slugs_and_parents(site: WordPress, ids: Ids) -> None:
    site.rename_author(ids["yan"], "Ida", "ida")
    site.rename_category(ids["energy"], "Power", "power")
    site.move_category(ids["health"], parent=ids["archive"])


BETWEEN: Mapping[str, tuple[str, str, Change]] = {
    "from plain permalinks to pretty ones": ("", PRETTY_PERMALINKS, lambda site, ids: None),
    "slugs and parents where permalinks have them": (
        "/%author%/%category%/%postname%/",
        "/%author%/%category%/%postname%/",
        other_slugs_and_parents,
    ),
}


@pytest.mark.parametrize(("before", "after", "change"), BETWEEN.values(), ids=BETWEEN)
def test_links_follow_by_the_third_idle_poll(
    newsroom: Newsroom, service: Service, own_folder: Path, before: str, after: str, change: Change
) -> None:
    newsroom.site.set_permalinks(before)
    reader = Service(newsroom.site, own_folder)
    reader.poll()
    had = reader.links()
    assert had == links(newsroom.site)
    newsroom.site.set_permalinks(after)
    change(newsroom.site, newsroom.ids)
    for _ in range(3):
        reader.poll()
    assert reader.links() == links(newsroom.site) != had


FAULTS = {
    "an empty listing": "add_filter('rest_post_query', fn ($query) => ['post__in' => [0]] + $query);",
    "a listing that lacks posts which are there when asked for by their ids": (
        "add_filter('rest_post_query', fn ($query, $request) =>"
        " empty($request['include']) ? ['category_name' => 'archive'] + $query : $query, 10, 2);"
    ),
    "an answer without a body": "if (str_contains($_SERVER['REQUEST_URI'], '/wp/v2/')) exit;",
    "a fatal error": "add_filter('rest_post_query', fn () => no_such_function());",
    "a refusal": (
        "add_filter('rest_authentication_errors',"
        " fn () => new WP_Error('closed', 'Only for members.', ['status' => 401]));"
    ),
    "a page instead of JSON": "add_filter('rest_enabled', '__return_false'); exit('<p>One moment…</p>');",
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_nothing_leaves_the_feeds_for(newsroom: Newsroom, service: Service, fault: str) -> None:
    with newsroom.site.plugin(fault):
        for poll in (service.poll, service.sweep):
            with suppress(SiteError):
                poll()
            assert service.sees(AT_FIRST) == AT_FIRST
    newsroom.site.trash_post(newsroom.ids["Grid"])
    service.poll()
    assert service.sees(expected(WITHOUT_GRID)) == expected(WITHOUT_GRID)


UNHELPFUL = {
    "with nothing": (
        "add_filter('rest_post_query', fn ($query, $request) =>"
        " empty($request['include']) ? $query : ['post__in' => [0]] + $query, 10, 2);"
    ),
    "with an error": (
        "add_filter('rest_post_query', fn ($query, $request) =>"
        " empty($request['include']) ? $query : no_such_function(), 10, 2);"
    ),
}


@pytest.mark.parametrize("answer", UNHELPFUL.values(), ids=UNHELPFUL)
def test_a_post_that_a_listing_lacks_stays_when_the_site_answers_for_it(
    newsroom: Newsroom, service: Service, answer: str
) -> None:
    newsroom.site.delete_post(newsroom.ids["Grid"])
    with newsroom.site.plugin(answer), suppress(SiteError):
        service.poll()
    assert service.sees(AT_FIRST) == AT_FIRST
    service.poll()
    assert service.sees(expected(WITHOUT_GRID)) == expected(WITHOUT_GRID)


LARGE = """
    foreach (range(1, 40) as $n) {
        wp_insert_term($n % 2 ? "Department of many affairs $n" : "ข่าวประชาสัมพันธ์ $n", 'category');
        wp_insert_post([
            'post_title' => "$n things that every village can do with its roofs and the sun",
            'post_content' => "Text $n",
            'post_author' => wp_insert_user(['user_login' => "writer$n", 'user_pass' => '']),
            'post_date' => "2025-05-01 00:00:$n",
            'post_status' => 'publish',
        ]);
    }
    return 1;
"""


QUIET: Mapping[str, tuple[Change, int]] = {
    "a small site": (lambda site, ids: None, 3),
    "a large site": (lambda site, ids: site.eval(LARGE), 9),
    "a site that has lost a post which nobody saw": (
        lambda site, ids: site.delete_post(ids["Locked"]),
        3,
    ),
}


@pytest.mark.parametrize(("before", "polls"), QUIET.values(), ids=QUIET)
def test_an_idle_poll_is_two_requests_at_most_and_under_two_kilobytes(
    newsroom: Newsroom, service: Service, own_folder: Path, before: Change, polls: int
) -> None:
    before(newsroom.site, newsroom.ids)
    for _ in range(2):  # what is new comes in, and is older than the second in which it is asked for
        service.poll()
    told = own_folder / "told.txt"
    record = f"file_put_contents('{told}', strlen($body) . ' ', FILE_APPEND)"
    with newsroom.site.plugin(f"ob_start(function ($body) {{ {record}; return $body; }});"):
        for _ in range(polls):
            told.write_text("")
            requests_before, received_before = service.cost()
            service.poll()
            sizes = [int(size) for size in told.read_text().split()]
            assert 1 <= len(sizes) <= 2
            assert sum(sizes) < 2048
            assert service.cost() == (requests_before + len(sizes), received_before + sum(sizes))


def a_history(site: WordPress, ids: Ids, chance: random.Random) -> Iterator[str]:
    """Change the site at random, once for each value that is asked for, and tell what was done."""
    posts = [ids[name] for name in ids if name[0].isupper() and name != "Planned"]
    categories = [ids[name] for name in ("energy", "solar", "health", "archive")]
    authors, tags = [ids["zoe"], ids["yan"]], [ids["battery"]]
    number = count(1)

    def taken(of: list[int]) -> int:
        return of.pop(chance.randrange(len(of)))

    def write() -> None:
        n = next(number)
        posts.append(
            site.create_post(
                f"Story {n}", f"<p>Story {n} as it was told.</p>", author=chance.choice(authors),
                categories=chance.sample(categories, 2), tags=chance.sample(tags, 1),
                date_gmt=now() - chance.choice([0, 1, 30, 5000]) * DAY, modified_gmt=now(),
                status=chance.choice(["publish", "publish", "draft"]),
            )
        )  # fmt: skip

    def schedule_and_publish() -> None:
        n = next(number)
        plan = site.create_post(
            f"Plan {n}", f"<p>Plan {n} came true.</p>",
            date_gmt=FAR_AHEAD, modified_gmt=START, status="future",
        )  # fmt: skip
        site.publish_scheduled(plan, now() - chance.choice([0, 5000]) * DAY)
        posts.append(plan)

    def edit() -> None:
        site.update_post(chance.choice(posts), title=f"Edited {next(number)}")

    def file() -> None:
        site.update_post(chance.choice(posts), categories=chance.sample(categories, 2))

    def sign() -> None:
        site.update_post(chance.choice(posts), author=chance.choice(authors))

    def tag() -> None:
        tags.append(site.create_tag(f"Tag {next(number)}"))
        site.update_post(chance.choice(posts), tags=chance.sample(tags, 2))

    def set_status() -> None:
        status = chance.choice(["publish", "private", "draft", "pending"])
        site.update_post(chance.choice(posts), status=status)

    def set_password() -> None:
        site.update_post(chance.choice(posts), password=chance.choice(["", "z"]))

    def set_slug() -> None:
        site.update_post(chance.choice(posts), slug=f"slug-{next(number)}")

    def set_date() -> None:
        site.update_post(chance.choice(posts), date_gmt=LONG_AGO + next(number) * DAY)

    def trash() -> None:
        site.trash_post(taken(posts))

    def delete() -> None:
        site.delete_post(taken(posts))

    def rename_category() -> None:
        n = next(number)
        site.rename_category(chance.choice(categories), f"Section {n}", f"section-{n}")

    def move_category() -> None:
        one, other = chance.sample(categories, 2)
        site.move_category(one, chance.choice([0, other]))

    def merge_categories() -> None:
        if len(categories) > 3:
            site.merge_categories(taken(categories), into=chance.choice(categories))
        categories.append(site.create_category(f"Section {next(number)}"))

    def rename_author() -> None:
        n = next(number)
        site.rename_author(chance.choice(authors), f"Writer {n}", f"writer-{n}")

    def merge_authors() -> None:
        authors.append(site.create_author(f"author{next(number)}", f"Author {next(number)}"))
        site.merge_authors(taken(authors), into=chance.choice(authors))

    acts = [
        *(write, write, schedule_and_publish, edit, file, sign, tag),
        *(set_status, set_password, set_slug, set_date, trash, delete),
        *(rename_category, move_category, merge_categories, rename_author, merge_authors),
    ]
    while True:
        act = chance.choice(acts)
        act()
        yield act.__name__


EVERY_SLUG = """
    $found = [];
    foreach (['category' => 'category', 'post_tag' => 'tag'] as $taxonomy => $name) {
        foreach (get_terms(['taxonomy' => $taxonomy, 'hide_empty' => $name === 'tag']) as $term) {
            $found[] = "$name/" . urldecode($term->slug);
        }
    }
    foreach (get_users(['has_published_posts' => ['post']]) as $user) {
        $found[] = "author/$user->user_nicename";
    }
    return $found;
"""


def everything(service: Service, names: list[str]) -> dict[str, bytes]:
    """Return all feeds of a service, of each category, tag and author as well, and the list of them."""
    feeds = [f"/{name}.{form}?limit=100" for name in ["feed", *names] for form in ("rss", "atom", "json")]
    return {
        address: service.client.get(address).data for address in ["/feeds.opml?of=tags,authors", *feeds]
    }


@pytest.mark.parametrize("seed", [7, 9])
def test_after_any_history_the_feeds_are_those_of_who_reads_the_site_anew(
    newsroom: Newsroom, service: Service, own_folder: Path, seed: int
) -> None:
    chance = random.Random(seed)
    history = a_history(newsroom.site, newsroom.ids, chance)
    done: list[str] = []
    for _ in range(4):
        done += [*islice(history, chance.randint(1, 8)), "poll"]
        service.poll()
    for _ in range(4):  # for the names alone
        service.poll()
    anew = Service(newsroom.site, own_folder)
    anew.poll()
    names = newsroom.site.eval(EVERY_SLUG)
    assert everything(service, names) == everything(anew, names), " ".join(done)
