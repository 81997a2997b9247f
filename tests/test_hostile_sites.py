"""A site that means harm, beside one that does not: whatever it publishes and answers, the other's news
reach readers as they are.
"""

import json
import logging
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from html import unescape
from itertools import count, cycle, product
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree

import pairs
from conftest import ROOT
from fake_wordpress import HOME, FakeWordPress, Item, fake_wordpress, wp_time
from feedsvc.config import Settings, load_settings
from feedsvc.errors import SiteError
from feedsvc.publish.web import create_app
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.sync.report import Report
from feedsvc.wordpress.http import HttpClient
from feedsvc.wordpress.transport import Bounds
from feedsvc.worker import Poller
from hostile_site import (
    ATTACKER,
    ATTACKS,
    BROKEN_JSON,
    ELSEWHERE,
    METADATA,
    SECOND,
    SRCSETS,
    HostileSite,
    hostile_site,
    matches_srcset,
)
from properties import thoroughly
from service import Service, eventually
from tables import thinned

BOUNDS = Bounds(megabytes=16, connect=5.0, total=10.0)
IMPATIENT = Bounds(megabytes=16, connect=2.0, total=3.0)
"""For sites that never come to an end of what they say."""
FORMATS = ("rss", "atom", "json")

NEWS = 30
"""The id of the post that is attacked, and how many hours after the start it was published."""
OLDER = (3, 4, 5)
"""The ids of the posts that the same site had before."""
HEADLINE = pairs.COUNCIL_TITLE
BODY = (
    pairs.html(*pairs.COUNCIL)
    + f'<p>The drawings are on <a href="{HOME}wall/">a page of the town</a>.</p>'
    + f'<p><img src="{HOME}wall.jpg" alt="The wall as it was drawn"></p>'
)
CITY, QUAY, ZOE, PRESS = 7, 8, 9, 70

Entries = Mapping[str, Item]
"""The entries of a feed by their ids, the newest first."""


class Published:
    """Several sites in one service: polled one by one, and what readers and the operator see of them."""

    def __init__(
        self,
        folder: Path,
        configured: Mapping[str, FakeWordPress],
        bounds: Bounds = BOUNDS,
    ) -> None:
        folder.mkdir(exist_ok=True)
        location = f"sqlite:///{folder}/feedsvc.db"
        self.settings = self._configure(folder, configured, location)
        self.database = Database(location)
        if not (folder / "feedsvc.db").exists():
            self.database.migrate()
        self._poller = Poller(self.settings, self.database, bounds)
        self._ids = {state.site.name: state.id for state in self._poller.register()}
        self.get = create_app(self.settings, self.database).test_client().get

    @staticmethod
    def _configure(folder: Path, configured: Mapping[str, FakeWordPress], location: str) -> Settings:
        file = folder / "config.toml"
        tables = [f'[[sites]]\nname = "{name}"\nurl = "{site.url}"\n' for name, site in configured.items()]
        file.write_text('base_url = "https://feeds.example/"\n' + "".join(tables), "utf-8")
        return load_settings(file).model_copy(update={"database_url": location})

    def poll(self, name: str, *, full: bool = False) -> Report:
        """Pull a site, due or not."""
        assert self._poller.claim(self._ids[name], even_if_early=True)
        return self._poller.pull(self._ids[name], full=full)

    def fill(self) -> None:
        """Pull all sites, in the order in which they are configured."""
        for name in self._ids:
            self.poll(name)

    def entries(self, address: str = "feed") -> Entries:
        """Return the entries of a feed, such as 'feed' or 'category/city?site=victim'."""
        path, _, query = address.partition("?")
        answer = self.get(f"/{path}.json?{query or 'limit=100'}")
        assert answer.status_code == 200, answer.text
        return {item["id"]: item for item in json.loads(answer.data)["items"]}

    def bytes_of(self, *addresses: str) -> list[bytes]:
        """Return the bodies of feeds: the first as RSS, the next as Atom, the next as JSON, and so on."""
        return [
            self._fetch(address, form) for address, form in zip(addresses, cycle(FORMATS), strict=False)
        ]

    def bytes_in_all_formats(self, *addresses: str) -> list[bytes]:
        """Return the bodies of feeds, each in all formats."""
        return [self._fetch(address, form) for address in addresses for form in FORMATS]

    def _fetch(self, address: str, form: str) -> bytes:
        path, _, query = address.partition("?")
        answer = self.get(f"/{path}.{form}?{query}")
        assert answer.status_code == 200, address
        return bytes(answer.data)

    def metrics(self, name: str, site: str) -> list[str]:
        """Return the values of a metric of a site."""
        return re.findall(
            rf'^feedsvc_site_{name}\{{[^}}]*site="{site}"[^}}]*\}} (\S+)$',
            self.get("/metrics").text,
            re.MULTILINE,
        )

    def error_of(self, name: str) -> str:
        """Return what the operator is told of the last failure of a site."""
        with self.database.reading() as connection:
            return sites.load_site(connection, self._ids[name]).poll.last_error or ""

    def close(self) -> None:
        self.database.close()


class Newsrooms:
    """A good site and a hostile one, set up once, and put back as they were for each test.

    `filled` is the folder of a service that has read both, and then the good one's news.
    """

    def __init__(self, victim: FakeWordPress, attacker: HostileSite, filled: Path) -> None:
        self.victim, self.attacker, self.filled = victim, attacker, filled
        self._set_up()
        self._before = [(site, deepcopy(self._state_of(site))) for site in (victim, attacker)]
        with _published(filled, victim=victim, attacker=attacker) as service:
            service.fill()
            publish_news(victim)
            assert service.poll("victim").new == 1

    def _set_up(self) -> None:
        self.victim.add_term("categories", CITY, "City")
        self.victim.add_term("tags", QUAY, "Quay")
        self.victim.add_term("users", ZOE, "Zoe")
        for number in OLDER:
            self.victim.add(number)
        self.attacker.add_term("categories", PRESS, "Press")
        self.attacker.add_term("users", ZOE, "Mallory")
        # Innocent, and published within the week in which repeats are looked for.
        self.attacker.add(20, pairs.FERRY_TITLE, content=_rendered(pairs.html(*pairs.FERRY)))

    @staticmethod
    def _state_of(site: FakeWordPress) -> dict[str, Any]:
        names = ("posts", "terms", "media", "error", "ignores_fields")
        return {name: value for name, value in vars(site).items() if name in names}

    def restore(self) -> None:
        """Put back what the sites have, as it was before the news, and make them well."""
        for site, state in self._before:
            site.heal()
            vars(site).update(deepcopy(state))
            site.requests.clear()


@pytest.fixture(scope="module")
def newsrooms(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Iterator[Newsrooms]:
    folder = tmp_path_factory.mktemp("filled")
    shutil.copyfile(empty_store, folder / "feedsvc.db")
    with fake_wordpress() as victim, hostile_site() as attacker:
        yield Newsrooms(victim, attacker, folder)


@pytest.fixture
def victim(newsrooms: Newsrooms) -> FakeWordPress:
    """A site with a few posts of which none is the news that is attacked."""
    newsrooms.restore()
    return newsrooms.victim


@pytest.fixture
def attacker(newsrooms: Newsrooms) -> HostileSite:
    """A site with an innocent post."""
    return newsrooms.attacker


@contextmanager
def _published(
    folder: Path, bounds: Bounds = BOUNDS, /, **configured: FakeWordPress
) -> Iterator[Published]:
    service = Published(folder, configured, bounds)
    try:
        yield service
    finally:
        service.close()


@pytest.fixture
def empty(own_folder: Path, empty_store: Path) -> Path:
    """A folder with a store at the current schema."""
    folder = own_folder / "service"
    folder.mkdir()
    shutil.copyfile(empty_store, folder / "feedsvc.db")
    return folder


@pytest.fixture
def both(
    own_folder: Path, newsrooms: Newsrooms, victim: FakeWordPress, attacker: HostileSite
) -> Iterator[Published]:
    """A service that has read both sites, and then the victim's news."""
    publish_news(victim)
    folder = own_folder / "service"
    shutil.copytree(newsrooms.filled, folder)
    with _published(folder, victim=victim, attacker=attacker) as service:
        yield service


def _rendered(html: str) -> Item:
    return {"rendered": html, "protected": False}


def publish_news(site: FakeWordPress, **changes: Any) -> None:
    """Publish the news that is attacked."""
    carried = {"categories": [CITY], "tags": [QUAY], "author": ZOE, "content": _rendered(BODY)}
    site.add(NEWS, HEADLINE, **{**carried, **changes})


def news_of(service: Published, address: str = "feed") -> Item:
    """Return the victim's news as a feed has it, which has it once."""
    return service.entries(address)[f"{HOME}?p={NEWS}"]


def owned(item: Item) -> Item:
    """Return what of an entry belongs to the site that published it."""
    return {name: value for name, value in item.items() if name != "tags"}


WHOLE = ("feed", "feed?category=city", "feed?tag=quay&author=zoe", "feed?topic=wall&limit=20")
OF_TERMS = ("category/city", "tag/quay", "author/zoe", "category/city?site=victim")
OWN = ("feed?site=victim", "category/city?site=victim", "tag/quay?site=victim", "author/zoe?site=victim")


# 1. A back-dated copy


@pytest.mark.parametrize(
    ("earlier", "leads_to"),
    thinned(
        [
            pytest.param(SECOND, HOME, id="a second earlier"),
            pytest.param(SECOND, ATTACKER, id="a second earlier, with links to itself"),
            pytest.param(SECOND, ELSEWHERE, id="a second earlier, with links elsewhere"),
            pytest.param(timedelta(0), HOME, id="at the same second"),
            pytest.param(timedelta(hours=5), ATTACKER, id="hours earlier"),
            pytest.param(timedelta(days=6, hours=23), HOME, id="days earlier"),
            pytest.param(timedelta(days=6, hours=23), ELSEWHERE, id="days earlier, with links elsewhere"),
            pytest.param(timedelta(days=3000), HOME, id="years earlier"),
            pytest.param(-SECOND, HOME, id="a second later"),
        ],
        4,
    ),
)
def test_a_copy_that_comes_later_takes_over_no_entry(
    both: Published, victim: FakeWordPress, attacker: HostileSite, earlier: timedelta, leads_to: str
) -> None:
    before = {address: news_of(both, address) for address in (*WHOLE, *OF_TERMS, *OWN)}
    own = both.bytes_of(*OWN)
    order = [item for item in both.entries() if item.startswith(HOME)]
    attacker.copy_post(victim.posts[NEWS], 31, earlier=earlier, leads_to=leads_to, categories=[PRESS])
    assert both.poll("attacker").new == 1
    for address, item in before.items():
        assert owned(news_of(both, address)) == owned(item), address
    assert [item for item in both.entries() if item.startswith(HOME)] == order
    assert f"{HOME}?p={NEWS}" in both.entries("feed?limit=2")
    assert both.bytes_of(*OWN) == own


def test_a_copy_that_comes_later_adds_its_categories_in_the_feed_of_all(
    both: Published, victim: FakeWordPress, attacker: HostileSite
) -> None:
    attacker.copy_post(victim.posts[NEWS], 31, categories=[PRESS])
    both.poll("attacker")
    assert set(news_of(both)["tags"]) >= {"City", "Press"}
    assert [item["title"] for item in both.entries().values()].count(HEADLINE) == 1
    (entry,) = [
        entry for entry in feedparser.parse(both.get("/feed.rss").data).entries if entry.title == HEADLINE
    ]
    assert {"City", "Press"} <= {tag.term for tag in entry.tags}
    assert "Press" not in news_of(both, "feed?site=victim")["tags"]


def test_a_site_s_own_feeds_show_its_own_member_of_a_group(
    both: Published, victim: FakeWordPress, attacker: HostileSite
) -> None:
    attacker.copy_post(victim.posts[NEWS], 31, categories=[PRESS], author=ZOE)
    both.poll("attacker")
    copied = f"{ATTACKER}?p=31"
    for address in ("feed?site=attacker", "category/press", "feed?category=press", "author/mallory"):
        entries = both.entries(address)
        assert copied in entries, address
        assert entries[copied]["url"] == f"{ATTACKER}31/"
        assert f"{HOME}?p={NEWS}" not in entries


def test_a_category_that_both_sites_have_shows_who_published_first(
    both: Published, victim: FakeWordPress, attacker: HostileSite
) -> None:
    before = news_of(both, "category/city")
    attacker.add_term("categories", CITY, "City")
    attacker.copy_post(victim.posts[NEWS], 31, categories=[CITY])
    both.poll("attacker")
    assert owned(news_of(both, "category/city")) == owned(before)
    assert list(both.entries("category/city")) == [f"{HOME}?p={NEWS}"]


def test_many_copies_from_days_back_leave_the_news_among_the_newest(
    both: Published, victim: FakeWordPress, attacker: HostileSite
) -> None:
    own = both.bytes_of(*OWN)
    for number in range(40):
        attacker.copy_post(victim.posts[NEWS], 100 + number, earlier=timedelta(hours=4 * number + 1))
    both.poll("attacker")
    assert f"{HOME}?p={NEWS}" in both.entries("feed?limit=20")
    assert both.bytes_of(*OWN) == own


COPIES_BY_EDIT: Mapping[str, Callable[[Item], Mapping[str, Any]]] = {
    "wholly": lambda news: {"title": news["title"], "content": news["content"]},
    "under its own title": lambda news: {"content": news["content"]},
    "by appending": lambda news: {
        "content": _rendered(pairs.html(*pairs.FERRY) + news["content"]["rendered"])
    },
    "by appending, and with the title": lambda news: {
        "title": news["title"],
        "content": _rendered(news["content"]["rendered"] + pairs.html(*pairs.FERRY)),
    },
    "wholly, dated back": lambda news: {
        "title": news["title"],
        "content": news["content"],
        "date_gmt": wp_time(datetime(2024, 12, 30, tzinfo=UTC)),
    },
}


@pytest.mark.parametrize("way", thinned(COPIES_BY_EDIT, 4))
def test_an_older_post_that_is_edited_into_a_copy_takes_over_no_entry(
    both: Published, victim: FakeWordPress, attacker: HostileSite, way: str
) -> None:
    before = {address: news_of(both, address) for address in (*WHOLE, *OF_TERMS)}
    own = both.bytes_of(*OWN)
    attacker.rewrite_post(20, **COPIES_BY_EDIT[way](victim.posts[NEWS]))
    assert both.poll("attacker").changed == 1
    for address, item in before.items():
        assert owned(news_of(both, address)) == owned(item), address
    assert both.bytes_of(*OWN) == own
    assert f"{HOME}?p={NEWS}" in both.entries("feed?limit=2")


@pytest.mark.parametrize("more", ["", "<p>The vote was held in the hall of the old school, we add.</p>"])
@pytest.mark.parametrize("earlier", thinned([SECOND, timedelta(days=2), -SECOND], 3))
def test_a_site_can_mend_its_own_news_while_a_copy_stands_elsewhere(
    both: Published, victim: FakeWordPress, attacker: HostileSite, earlier: timedelta, more: str
) -> None:
    attacker.copy_post(victim.posts[NEWS], 31, earlier=earlier, more=more)
    both.poll("attacker")
    mended = BODY.replace("a dear answer", "a costly answer")
    victim.posts[NEWS]["content"] = _rendered(mended)
    victim.posts[NEWS]["modified_gmt"] = wp_time(datetime.now(UTC))
    assert both.poll("victim").changed == 1
    for address in (*WHOLE, *OF_TERMS, *OWN):
        item = news_of(both, address)
        assert "a costly answer" in item["content_html"], address
        assert item["url"] == victim.posts[NEWS]["link"]


def test_when_the_first_post_is_deleted_the_other_may_lead(
    both: Published, victim: FakeWordPress, attacker: HostileSite
) -> None:
    attacker.copy_post(victim.posts[NEWS], 31, categories=[PRESS])
    both.poll("attacker")
    del victim.posts[NEWS]
    assert both.poll("victim").removed == 1
    entries = both.entries()
    assert f"{HOME}?p={NEWS}" not in entries
    assert f"{ATTACKER}?p=31" in entries
    assert f"{ATTACKER}?p=31" not in both.entries("feed?site=victim")


@pytest.mark.real
def test_a_site_that_is_added_later_takes_over_no_entry(
    empty: Path, victim: FakeWordPress, attacker: HostileSite
) -> None:
    publish_news(victim)
    with _published(empty, victim=victim) as alone:
        alone.fill()
        before = news_of(alone)
        own = alone.bytes_of(*OWN)
    attacker.copy_post(victim.posts[NEWS], 31, earlier=timedelta(hours=1), categories=[PRESS])
    with _published(empty, victim=victim, attacker=attacker) as both:
        both.poll("attacker")
        for address in (*WHOLE, *OF_TERMS):
            assert owned(news_of(both, address)) == owned(before), address
        assert both.bytes_of(*OWN) == own


EVERYTHING = ("feed", "feed?dedupe=off", "category/city", "category/press", *OWN, "feed?site=attacker")


@pytest.mark.real
@pytest.mark.parametrize(
    "earlier", thoroughly([SECOND, timedelta(0), -SECOND], [SECOND, timedelta(0)]), ids=str
)
def test_a_store_that_is_filled_from_nothing_is_the_same_in_whichever_order_the_sites_are_pulled(
    own_folder: Path, empty: Path, victim: FakeWordPress, attacker: HostileSite, earlier: timedelta
) -> None:
    publish_news(victim)
    attacker.copy_post(victim.posts[NEWS], 31, earlier=earlier, categories=[PRESS])
    attacker.copy_post(victim.posts[NEWS], 32, earlier=earlier, leads_to=ELSEWHERE, categories=[PRESS])
    attacker.add(33, "Taken", guid=victim.posts[3]["guid"], link=victim.posts[3]["link"])
    found = []
    for order in (("victim", "attacker"), ("attacker", "victim"), ("victim", "attacker", "victim")):
        folder = own_folder / "-".join(order)
        shutil.copytree(empty, folder)
        with _published(folder, victim=victim, attacker=attacker) as service:
            for name in order:
                service.poll(name)
            found.append(service.bytes_in_all_formats(*EVERYTHING))
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("first", ["victim", "attacker"])
def test_of_two_posts_of_one_second_that_of_the_site_configured_first_leads_a_new_store(
    empty: Path, victim: FakeWordPress, attacker: HostileSite, first: str
) -> None:
    publish_news(victim)
    attacker.copy_post(victim.posts[NEWS], NEWS, earlier=timedelta(0), categories=[PRESS])
    named: dict[str, FakeWordPress] = {"victim": victim, "attacker": attacker}
    order = [first, *(name for name in named if name != first)]
    with _published(empty, **{name: named[name] for name in order}) as service:
        service.fill()
        (item,) = (item for item in service.entries().values() if item["title"] == HEADLINE)
    assert item["id"].startswith({"victim": HOME, "attacker": ATTACKER}[first])


LEADING_ELSEWHERE = {
    "a link": '<p>See <a href="{}plan/">the whole plan</a> for it.</p>',
    "a picture": '<p>See the whole plan for it.</p><p><img src="{}plan.jpg" alt=""></p>',
    "a recording": '<p>See the whole plan for it.</p><p><audio src="{}plan.mp3" controls></audio></p>',
    "a film": '<p>See the whole plan for it.</p><p><video src="{}plan.mp4" controls></video></p>',
}


@pytest.mark.parametrize("text", [pairs.html(*pairs.COUNCIL), pairs.html(pairs.COUNCIL[3])])
@pytest.mark.parametrize("kind", thinned(LEADING_ELSEWHERE, 4))
def test_links_and_media_that_lead_to_another_host_are_news(
    empty: Path, victim: FakeWordPress, attacker: HostileSite, kind: str, text: str
) -> None:
    body = text + LEADING_ELSEWHERE[kind].format(HOME)
    publish_news(victim, content=_rendered(body))
    attacker.copy_post(victim.posts[NEWS], 31, earlier=-SECOND)
    attacker.copy_post(victim.posts[NEWS], 32, earlier=-2 * SECOND, leads_to=ELSEWHERE)
    with _published(empty, victim=victim, attacker=attacker) as service:
        service.fill()
        shown = {item for item, entry in service.entries().items() if entry["title"] == HEADLINE}
    assert shown == {f"{HOME}?p={NEWS}", f"{ATTACKER}?p=32"}


# 2. A guid of another site

GUIDS: Mapping[str, Callable[[str], str]] = {
    "the same": lambda guid: guid,
    "with white space": lambda guid: f"  {guid}\n",
    "escaped": lambda guid: guid.replace("=", "&#061;"),
    "with markup": lambda guid: f"<b>{guid}</b>",
}


def ids_of(service: Published, address: str = "feed") -> list[list[str]]:
    """Return the ids of a feed's entries as each format has them."""
    path, _, query = address.partition("?")
    rss, atom, listed = (service.get(f"/{path}.{form}?limit=100&{query}").data for form in FORMATS)
    return [
        [str(guid.text) for guid in etree.fromstring(rss).iter("guid")],
        [
            str(entry.findtext("{http://www.w3.org/2005/Atom}id"))
            for entry in etree.fromstring(atom).iter("{http://www.w3.org/2005/Atom}entry")
        ],
        [item["id"] for item in json.loads(listed)["items"]],
    ]


def assert_ids_are_unique(service: Published) -> None:
    for address in ("feed", "feed?dedupe=off", "feed?site=victim", "feed?site=attacker"):
        for ids in ids_of(service, address):
            assert len(ids) == len(set(ids)), address


@pytest.mark.parametrize("spelling", thinned(GUIDS, 4))
@pytest.mark.parametrize("day", ["2024-12-31T00:00:00", "2025-02-01T00:00:00"], ids=["before", "after"])
def test_a_guid_stays_with_the_site_that_published_it_first(
    both: Published, victim: FakeWordPress, attacker: HostileSite, spelling: str, day: str
) -> None:
    own = both.bytes_of(*OWN)
    before = news_of(both)
    guid = GUIDS[spelling](victim.posts[NEWS]["guid"]["rendered"])
    attacker.add(31, "Taken", guid={"rendered": guid}, date_gmt=day, modified_gmt=day)
    both.poll("attacker")
    assert_ids_are_unique(both)
    assert both.bytes_of(*OWN) == own
    assert news_of(both) == before
    assert both.entries()[f"{ATTACKER}31/"]["title"] == "Taken"


def test_a_post_whose_guid_and_link_are_another_s_has_an_id_of_its_own_that_stays(
    both: Published, victim: FakeWordPress, attacker: HostileSite
) -> None:
    own = both.bytes_of(*OWN)
    news = victim.posts[NEWS]
    for number in (31, 32):
        attacker.add(number, f"Taken {number}", guid=news["guid"], link=news["guid"]["rendered"])
    both.poll("attacker")
    assert_ids_are_unique(both)
    assert both.bytes_of(*OWN) == own
    titles = {item["title"]: key for key, item in both.entries().items()}
    assert {"Taken 31", "Taken 32"} <= titles.keys()
    attacker.rewrite_post(31, content=_rendered("<p>Another text.</p>"))
    attacker.add(33, "Innocent")
    both.poll("attacker")
    both.poll("attacker", full=True)
    again = {item["title"]: key for key, item in both.entries().items()}
    assert {title: again[title] for title in titles} == titles


def test_a_guid_that_is_another_post_s_link_takes_no_id_away(
    both: Published, victim: FakeWordPress, attacker: HostileSite
) -> None:
    # Two posts of the victim share a guid, so one of them goes by its link, which the attacker wants.
    victim.add(31, "Twin", guid=victim.posts[NEWS]["guid"])
    both.poll("victim")
    own = both.bytes_of(*OWN)
    attacker.add(31, "Taken", guid={"rendered": victim.posts[31]["link"]})
    both.poll("attacker")
    assert_ids_are_unique(both)
    assert both.bytes_of(*OWN) == own


def test_two_posts_of_one_site_with_the_same_guid_have_two_ids(
    both: Published, victim: FakeWordPress
) -> None:
    before = news_of(both)
    victim.add(31, "Twin", guid=victim.posts[NEWS]["guid"])
    both.poll("victim")
    assert_ids_are_unique(both)
    assert news_of(both) == before
    assert both.entries()[victim.posts[31]["link"]]["title"] == "Twin"


def test_ids_are_unique_in_a_store_that_is_filled_from_nothing(empty: Path) -> None:
    with fake_wordpress(5) as one, hostile_site(5) as other:
        for number, post in enumerate(one.posts.values(), 6):
            other.add(number, f"Taken {number}", guid=post["guid"], link=post["link"])
            other.add(number + 10, f"Taken {number + 10}", guid=post["guid"])
        with _published(empty, victim=one, attacker=other) as service:
            service.fill()
            assert_ids_are_unique(service)
            assert len(service.entries()) == 20
            assert {f"{HOME}?p={number}" for number in range(1, 6)} <= service.entries().keys()


# 3. Dates of the future


def to_come(span: timedelta) -> str:
    return wp_time(datetime.now(UTC) + span)


FUTURES: Mapping[str, Callable[[], str]] = {
    "9998": lambda: "9998-12-30T00:00:00",
    "2241, when keys end": lambda: "2241-01-01T00:00:00",
    "next month": lambda: to_come(timedelta(days=30)),
    "in an hour": lambda: to_come(timedelta(hours=1)),
}
any_future = pytest.mark.parametrize("moment", thinned(FUTURES, 2))
far_and_near = pytest.mark.parametrize("moment", thinned(["9998", "in an hour"], 2))


def shown_date(item: Item) -> datetime:
    return datetime.fromisoformat(item["date_published"])


@pytest.mark.real
@far_and_near
def test_a_date_of_the_future_does_not_stay_on_top(
    both: Published, victim: FakeWordPress, attacker: HostileSite, moment: str
) -> None:
    attacker.add(31, "To come", date_gmt=FUTURES[moment](), modified_gmt=to_come(timedelta(days=-2)))
    both.poll("attacker")
    time.sleep(1.1)  # feeds are ordered by the second
    victim.add(31, "Of today", date_gmt=to_come(timedelta(0)), modified_gmt=to_come(timedelta(0)))
    both.poll("victim")
    titles = [item["title"] for item in both.entries().values()]
    assert titles[0] == "Of today"
    assert "To come" in titles  # it is not lost either
    assert next(iter(both.entries("feed?since=1h").values()))["title"] == "Of today"


@any_future
def test_no_feed_has_a_date_of_the_future_and_each_has_a_last_modified(
    both: Published, attacker: HostileSite, moment: str
) -> None:
    date = FUTURES[moment]()
    attacker.add(31, "To come", date_gmt=date, modified_gmt=date)
    both.poll("attacker")
    now = datetime.now(UTC)
    for address in ("feed", "feed?since=1h", "feed?site=attacker"):
        assert all(shown_date(item) <= now for item in both.entries(address).values()), address
        path, _, query = address.partition("?")
        for form in FORMATS:
            answer = both.get(f"/{path}.{form}?{query}")
            changed = parsedate_to_datetime(answer.headers["Last-Modified"])
            assert changed <= now
            again = both.get(
                f"/{path}.{form}?{query}", headers={"If-Modified-Since": answer.headers["Last-Modified"]}
            )
            assert again.status_code == 304


@pytest.mark.real
@far_and_near
def test_the_date_that_a_post_of_the_future_gets_stays(
    both: Published, attacker: HostileSite, moment: str
) -> None:
    attacker.add(31, "To come", date_gmt=FUTURES[moment](), modified_gmt=to_come(timedelta(hours=-2)))
    both.poll("attacker")
    first = both.entries()[f"{ATTACKER}?p=31"]["date_published"]
    time.sleep(1.1)
    both.poll("attacker")
    both.poll("attacker", full=True)
    attacker.rewrite_post(31, content=_rendered("<p>It is put off.</p>"))
    both.poll("attacker")
    assert "put off" in both.entries()[f"{ATTACKER}?p=31"]["content_html"]
    assert both.entries()[f"{ATTACKER}?p=31"]["date_published"] == first


def test_since_an_hour_ago_has_nothing_of_another_day(both: Published, attacker: HostileSite) -> None:
    for number, moment in enumerate(FUTURES.values(), 31):
        attacker.add(number, f"To come {number}", date_gmt=moment(), modified_gmt="2025-01-01T00:00:00")
    both.poll("attacker")
    now = datetime.now(UTC)
    shown = [shown_date(item) for item in both.entries("feed?since=1h").values()]
    assert all(now - timedelta(hours=1, minutes=1) <= date <= now for date in shown)


@pytest.mark.parametrize("form", FORMATS)
def test_a_post_modified_in_the_future_takes_no_last_modified_away(
    both: Published, attacker: HostileSite, form: str
) -> None:
    attacker.add(31, "Edited", modified_gmt="9998-12-30T00:00:00")
    both.poll("attacker")
    answer = both.get(f"/feed.{form}")
    assert parsedate_to_datetime(answer.headers["Last-Modified"]) <= datetime.now(UTC)
    assert "9998" not in answer.text


# 4. Terms

PAGES = ("/", "/feeds.opml", "/preview", "/status", "/metrics")


def outlines(service: Published) -> list[str]:
    """Return the addresses of all feeds that the list of feeds has."""
    opml = etree.fromstring(service.get("/feeds.opml?of=tags,authors").data)
    return [address for one in opml.iter("outline") if (address := one.get("xmlUrl"))]


@pytest.mark.real
@pytest.mark.timeout(60)
@pytest.mark.parametrize("shape", ["make_ring", "make_chain", "make_own_parents"])
def test_parents_of_categories_in_any_shape_keep_no_page_from_answering(
    both: Published, attacker: HostileSite, shape: str
) -> None:
    own = both.bytes_of(*OWN)
    getattr(attacker, shape)(500)
    both.poll("attacker", full=True)
    assert {both.get(page).status_code for page in PAGES} == {200}
    for name in ("ring-1", "ring-250", "ring-500"):
        assert f"Within {name[5:]}" in {item["title"] for item in both.entries(f"category/{name}").values()}
    assert both.bytes_of(*OWN) == own


@pytest.mark.timeout(60)
def test_children_of_usual_depth_are_within_their_parents_all_the_same(
    both: Published, victim: FakeWordPress
) -> None:
    for number in range(1, 9):
        victim.add_term(
            "categories", 100 + number, f"Level {number}", parent=99 + number if number > 1 else 0
        )
    victim.add(31, "Deep down", categories=[108])
    both.poll("victim", full=True)
    assert [item["title"] for item in both.entries("category/level-1").values()] == ["Deep down"]


@pytest.mark.real
@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("way", "count"),
    thoroughly(
        product(["embed_terms", "carry_terms"], [5_000, 40_000]),
        [("carry_terms", 5_000), ("embed_terms", 40_000)],
    ),
)
def test_a_post_with_very_many_terms_keeps_no_feed_from_answering(
    both: Published, victim: FakeWordPress, attacker: HostileSite, way: str, count: int
) -> None:
    own = both.bytes_of(*OWN)
    getattr(attacker, way)(31, count)
    try:
        remarks: Sequence[str] = both.poll("attacker").remarks
    except SiteError as error:  # so much that it takes too much memory: nothing of it is stored
        remarks = [str(error)]
        assert error.cause == "too_large"
        assert count > 5_000
    else:
        assert "Embedded" in both.get("/feed.rss").text or "Carried" in both.get("/feed.rss").text
    assert {both.get(page).status_code for page in PAGES} == {200}
    listed = outlines(both)
    assert len(listed) < 5_000
    assert both.get(next(one for one in listed if "/category/" in one)).status_code == 200
    assert len(both.get("/feed.rss").data) < 1_000_000
    assert both.bytes_of(*OWN) == own
    assert any(re.search("categor|term|tag|memory", remark) for remark in remarks), remarks


def test_a_post_with_more_terms_than_are_kept_comes_with_a_remark(
    both: Published, attacker: HostileSite
) -> None:
    attacker.carry_terms(31, 1_000)
    report = both.poll("attacker")
    assert any(re.search("categor|term|tag", remark) for remark in report.remarks), report.remarks
    assert "Carried" in {item["title"] for item in both.entries("feed?site=attacker").values()}
    assert len(both.entries("feed?site=attacker")[f"{ATTACKER}?p=31"]["tags"]) < 500


# 5. The write lock

PROBE = re.compile(r"orderby=modified")


def count_polls(site: FakeWordPress) -> int:
    """Return how often a site was asked for what was modified last, as each poll does once."""
    return len({target for target in enumerate(list(site.requests)) if PROBE.search(target[1])})


def stocked(folder: Path, **configured: FakeWordPress) -> Path:
    tables = [f'[[sites]]\nname = "{name}"\nurl = "{site.url}"\n' for name, site in configured.items()]
    (folder / "config.toml").write_text("".join(tables), "utf-8")
    return folder


BESIDE = [
    "posts that are alike",
    "posts that are alike but for a sentence",
    "back-dated copies",
    "a ring of categories",
    "terms that are embedded",
    "objects without ids",
    "posts without an end",
    "more than was asked for",
    "a byte a second",
    "a body without an end",
]


@pytest.mark.real
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "attack", thoroughly(BESIDE, ["posts that are alike but for a sentence", "posts without an end"])
)
def test_a_good_site_s_posts_are_seen_within_two_polls_beside_an_attack(
    own_folder: Path, victim: FakeWordPress, attacker: HostileSite, attack: str
) -> None:
    with Service(stocked(own_folder, victim=victim, attacker=attacker)) as service:
        eventually(lambda: "3 new" in service.log(), "the good site is read")
        turns = service.log().count("site attacker:")
        ATTACKS[attack](attacker, victim)

        def sees(title: str) -> bool:
            return title in service.get("feed.rss?site=victim&limit=1").text

        # Until a turn of the hostile site has ended since, the attack goes on: its writing comes last.
        end = time.monotonic() + 25
        for number in count(31):
            is_over = service.log().count("site attacker:") > turns + 1 or time.monotonic() > end
            if is_over and number > 33:
                break
            victim.add(number, f"News {number}")
            begun = count_polls(victim)
            eventually(partial(sees, f"News {number}"), f"post {number} is seen beside {attack}", 20)
            # One may have been under way when it was published, and one begun before we looked.
            assert count_polls(victim) - begun <= 4
        assert "database is locked" not in service.log()
        assert "Traceback" not in service.log() + service.errors.read_text("utf-8")


@pytest.mark.real
@pytest.mark.timeout(180)
def test_a_database_that_is_busy_for_long_ends_no_poll(own_folder: Path, victim: FakeWordPress) -> None:
    with Service(stocked(own_folder, victim=victim)) as service:
        eventually(lambda: "3 new" in service.log(), "the site is read")
        with closing(sqlite3.connect(own_folder / "feedsvc.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            victim.add(31, "Late")
            time.sleep(40)  # longer than any one statement waits
            assert service.get("feed.rss").ok  # readers read on
            other.execute("ROLLBACK")
        eventually(lambda: "Late" in service.get("feed.rss?limit=1").text, "the post is seen")
        assert "database is locked" not in service.log()
        assert "Traceback" not in service.log() + service.errors.read_text("utf-8")


def test_a_site_that_could_not_be_stored_is_not_up(both: Published, attacker: HostileSite) -> None:
    with both.database.transaction() as connection:
        # What a full disk or a broken page does: the rows of this one site can't be written.
        connection.exec_driver_sql(
            "CREATE TRIGGER refuse BEFORE INSERT ON posts WHEN NEW.link LIKE 'http://attacker%' "
            "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    attacker.add(31, "Unwritten")
    with pytest.raises(Exception, match="disk is full"):
        both.poll("attacker")
    assert both.metrics("up", "attacker") == ["0.0"]
    assert both.metrics("up", "victim") == ["1.0"]
    assert both.metrics("failures", "attacker") == ["1.0"]
    assert "disk is full" not in both.get("/feed.rss").text


# 6. Answers


def assert_fails(service: Published, name: str = "attacker", *, full: bool = False) -> SiteError:
    """Pull a site that answers wrongly, and give the error: it is a failing site, and its feeds stay."""
    before = service.bytes_of("feed")
    with pytest.raises(SiteError) as caught:
        service.poll(name, full=full)
    assert service.metrics("up", name) == ["0.0"]
    assert service.bytes_of("feed") == before
    assert str(caught.value).isprintable()
    return caught.value


@pytest.mark.real
@pytest.mark.parametrize("kind", BROKEN_JSON)
def test_an_answer_that_is_no_list_of_posts_is_a_failure_of_the_site(
    both: Published, attacker: HostileSite, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    attacker.fail("says", where="/posts", body=BROKEN_JSON[kind])
    with caplog.at_level(logging.ERROR):
        assert_fails(both)
        assert_fails(both, full=True)
    assert not caplog.records


ITEMS_WITHOUT_IDS = ["{}", "[]", '{"id":null}', '{"a":{"b":{}}}', '"x"', "0"]


@pytest.mark.real
@pytest.mark.parametrize("item", ITEMS_WITHOUT_IDS)
@pytest.mark.parametrize("full", [False, True], ids=["in a poll", "in a pull of all"])
def test_a_list_of_what_has_no_id_is_a_failure_of_the_site(
    both: Published, attacker: HostileSite, item: str, full: bool
) -> None:
    attacker.fail("objects_without_ids", where="/posts", item=item, size=100_000)
    assert_fails(both, full=full)


def test_items_without_ids_in_a_new_store_are_a_failure_of_the_site(
    empty: Path, attacker: HostileSite
) -> None:
    attacker.fail("objects_without_ids", where="/posts", item="{}", size=300)
    with _published(empty, attacker=attacker) as service:
        with pytest.raises(SiteError):
            service.poll("attacker")
        assert service.metrics("up", "attacker") == ["0.0"]


def pull_in_a_process(folder: Path, site: FakeWordPress) -> tuple[int, int, str]:
    """Return the exit status of `feedsvc pull`, its memory at the most in bytes, and what it said."""
    folder.mkdir()
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "feedsvc", "pull", "--site", site.url],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=said,
            stderr=said,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_maxrss * 1024, (folder / "said").read_text("utf-8")


@pytest.fixture(scope="module")
def usual_memory(newsrooms: Newsrooms, tmp_path_factory: pytest.TempPathFactory) -> int:
    """The bytes of memory that it takes to pull a site with one innocent post."""
    newsrooms.restore()
    newsrooms.attacker.clear()
    status, usual, said = pull_in_a_process(tmp_path_factory.mktemp("usual") / "pull", newsrooms.attacker)
    assert status == 0, said
    return usual


@pytest.mark.real
@pytest.mark.timeout(300)
@pytest.mark.parametrize("item", thoroughly(ITEMS_WITHOUT_IDS, ["{}", '{"id":null}', '"x"']))
def test_the_largest_answer_takes_at_most_five_times_its_bytes(
    usual_memory: int, own_folder: Path, attacker: HostileSite, item: str
) -> None:
    attacker.clear()
    size = 15 << 20
    attacker.fail("objects_without_ids", where="/posts", item=item, size=size)
    status, most, said = pull_in_a_process(own_folder / "attacked", attacker)
    assert status == 1
    assert "Traceback" not in said
    assert (most - usual_memory) / size <= 5


@pytest.mark.real
@pytest.mark.parametrize("where", ["/posts", "/posts.*_fields=id", "/posts.*content"])
@pytest.mark.parametrize("full", [False, True], ids=["in a poll", "in a pull of all"])
def test_more_posts_than_were_asked_for_are_refused(
    both: Published, attacker: HostileSite, where: str, full: bool
) -> None:
    attacker.add(31, "Lure")
    attacker.fail("more_than_asked", where=where)
    with pytest.raises(SiteError):
        for _ in range(4):  # an idle poll looks at one thing after the other
            both.poll("attacker", full=full)
    assert both.metrics("up", "attacker") == ["0.0"]
    held = both.metrics("posts", "attacker")
    assert held in (["1.0"], ["2.0"])


@pytest.mark.real
@pytest.mark.parametrize("where", ["/users", "/categories", "/media", "/tags"])
def test_more_names_and_pictures_than_were_asked_for_cost_no_post(
    both: Published, attacker: HostileSite, where: str
) -> None:
    attacker.add_term("tags", 5, "Sky")
    attacker.add_picture(6)
    attacker.fail("more_than_asked", where=where)
    attacker.add(31, "Innocent", author=ZOE, categories=[PRESS], tags=[5], featured_media=6)
    assert both.poll("attacker", full=True).new == 1
    assert "Innocent" in {item["title"] for item in both.entries("feed?site=attacker").values()}
    assert len(outlines(both)) < 100


HEADS = r"/posts.*_fields=id,modified_gmt\b"


@pytest.mark.real
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("where", "total", "full"),
    thoroughly(
        product(["/users", "/categories", HEADS], [10**9, None], [False, True]),
        [("/users", 10**9, False), ("/categories", None, True), (HEADS, 10**9, True), (HEADS, None, False)],
    ),
)
def test_a_listing_without_an_end_is_not_read_for_ever(
    both: Published, attacker: HostileSite, where: str, total: int | None, full: bool
) -> None:
    attacker.fail("never_ends", where=where, total=total)
    attacker.add(31, "Innocent")
    with suppress(SiteError):
        both.poll("attacker", full=full)
    assert both.poll("victim").new == 0
    assert len(outlines(both)) < 20_000


NAMES = r"/wp/v2/(users|categories|media)"


@pytest.mark.real
@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("mode", "where"),
    thoroughly(
        product(("drips_body", "drips_headers", "endless_body"), ("", "/posts", NAMES)),
        [("drips_body", ""), ("drips_headers", "/posts"), ("endless_body", NAMES), ("drips_body", NAMES)],
    ),
)
def test_a_site_that_answers_a_byte_at_a_time_is_given_up_in_time(
    empty: Path, victim: FakeWordPress, attacker: HostileSite, mode: str, where: str
) -> None:
    with _published(empty, IMPATIENT, victim=victim, attacker=attacker) as service:
        service.fill()
        attacker.fail(mode, where=where)
        attacker.add(31, "Innocent")
        with suppress(SiteError):
            service.poll("attacker")
        victim.add(31, "News")
        assert service.poll("victim").new == 1


# 7. Cloud metadata and inner addresses

SECRET = "AKIA-the-secret-of-the-machine-0123456789"


class Canary:
    """Listens on the loopback, where nobody has to come: `asked` is what was asked for."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                with connection, suppress(OSError):
                    connection.settimeout(2)
                    self.asked.append(connection.recv(4096))
                    body = SECRET.encode()
                    connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + body)

    def close(self) -> None:
        self._server.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    listener = Canary()
    yield listener
    listener.close()


def public_pages(service: Published) -> str:
    return "\n".join(
        service.get(page).text for page in ("/", "/status", "/metrics", "/feed.rss", "/feed.json")
    )


@pytest.mark.real
@pytest.mark.parametrize("host", METADATA)
def test_a_redirect_to_the_cloud_s_secrets_is_refused(
    both: Published, attacker: HostileSite, host: str
) -> None:
    attacker.fail("leads", to=f"http://{host}/latest/meta-data/iam/security-credentials/")
    error = assert_fails(both, full=True)
    assert error.cause == "inner_address"


def lead_names_to(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Let every name lead to `address`, as whoever owns a domain can."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    record = (family, socket.SOCK_STREAM, 6, "", (address, 80, 0, 0)[: 4 if ":" in address else 2])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [record])


METADATA_ADDRESSES = """
    169.254.169.254 ::ffff:169.254.169.254 64:ff9b::169.254.169.254 64:ff9b::a9fe:a9fe 2002:a9fe:a9fe::
    2002:a9fe:a9fe::1 fd00:ec2::254 100.100.100.200 ::ffff:100.100.100.200 192.0.0.192 168.63.129.16
    ::ffff:168.63.129.16 64:ff9b::168.63.129.16 fe80::a9fe:a9fe ::169.254.169.254 169.254.170.2
""".split()


@pytest.mark.parametrize("address", METADATA_ADDRESSES)
def test_the_name_of_a_configured_site_never_leads_to_the_cloud_s_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    http = HttpClient(cache_file=tmp_path / "http.sqlite", named=["http://blog.example/"], bounds=IMPATIENT)
    lead_names_to(monkeypatch, address)
    with pytest.raises(SiteError) as caught:
        http.get("http://blog.example/wp-json/")
    assert caught.value.cause == "inner_address"


def test_the_name_of_a_configured_site_may_lead_to_an_inner_address_that_is_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, canary: Canary
) -> None:
    named = f"http://blog.internal:{canary.port}/"
    http = HttpClient(cache_file=tmp_path / "http.sqlite", named=[named], bounds=IMPATIENT)
    record = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", canary.port))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [record])
    assert http.get(named).text == SECRET


@pytest.mark.parametrize("where", ["", "/posts"])
def test_a_redirect_to_another_port_of_a_configured_address_never_arrives(
    both: Published, attacker: HostileSite, canary: Canary, where: str
) -> None:
    attacker.fail("leads", where=where, to=f"http://127.0.0.1:{canary.port}/admin?delete=all")
    assert_fails(both, full=True)
    assert canary.asked == []


def test_a_redirect_to_another_site_that_is_configured_by_its_address_never_arrives(
    both: Published, victim: FakeWordPress, attacker: HostileSite
) -> None:
    attacker.fail("leads", to=f"{victim.url}wp-json/wp/v2/users?context=edit")
    victim.requests.clear()
    assert_fails(both, full=True)
    assert victim.requests == []


@pytest.mark.parametrize("kind", thinned(["text/plain", "application/json", "text/html"], 3))
def test_what_a_site_answered_stands_on_no_public_page(
    both: Published, attacker: HostileSite, kind: str
) -> None:
    attacker.fail("says", body=SECRET.encode(), kind=kind)
    assert_fails(both)
    pages = public_pages(both)
    assert SECRET[:8] not in pages
    assert "attacker" in both.get("/status").text


@pytest.mark.real
@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_what_a_site_answered_with_an_error_stands_on_no_public_page(
    both: Published, attacker: HostileSite, status: int
) -> None:
    attacker.error = {"code": SECRET, "message": SECRET, "data": {"status": status}}
    assert_fails(both)
    assert SECRET[:8] not in public_pages(both)


# 8. srcset


@pytest.mark.parametrize("attribute", thinned(["srcset", "data-srcset", "data-lazy-srcset"], 3))
def test_no_address_gets_through_behind_a_comma_of_a_srcset(
    both: Published, attacker: HostileSite, attribute: str
) -> None:
    for number, srcset in enumerate(SRCSETS, 31):
        picture = f"<p><img src=\"{ATTACKER}p.png\" {attribute}='{srcset}' alt='A picture'></p>"
        attacker.add(number, srcset, content=_rendered(f"<p>Text {number}.</p>{picture}"))
    assert both.poll("attacker").new == len(SRCSETS)
    got_through = {}
    for item in both.entries("feed?site=attacker&limit=100").values():
        values = [unescape(value) for value in re.findall(r'srcset="([^"]*)"', item["content_html"])]
        has_script = re.search(r"(?i)javascript:|vbscript:|data:", item["content_html"])
        if has_script or not all(map(matches_srcset, values)):
            got_through[item["title"]] = values
    assert got_through == {}


@pytest.mark.parametrize(
    "srcset",
    thinned(
        [
            f"{ATTACKER}a.png 1x, {ATTACKER}b.png 2x",
            f"{ATTACKER}a.png 300w, {ATTACKER}b.png 1024w",
            f"{ATTACKER}a,b.png 1.5x, {ATTACKER}b.png 2x",
        ],
        3,
    ),
)
def test_a_srcset_as_it_should_be_stays(both: Published, attacker: HostileSite, srcset: str) -> None:
    picture = f"<p><img src=\"{ATTACKER}p.png\" srcset='{srcset}' alt='A picture'></p>"
    attacker.add(31, "Picture", content=_rendered(f"<p>Text.</p>{picture}"))
    both.poll("attacker")
    assert f'srcset="{srcset}"' in both.entries()[f"{ATTACKER}?p=31"]["content_html"]


# All of it

LONG_ATTACKS = {
    "posts that are alike",
    "posts that are alike but for a sentence",
    "posts without an end",
    # Others of their kind are tried, and these themselves above.
    "a chain of categories",
    "categories in themselves",
    "lists without ids",
    "headers by the byte",
}


@pytest.mark.real
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "attack", thoroughly(ATTACKS, [name for name in ATTACKS if name not in LONG_ATTACKS])
)
def test_nothing_that_a_site_does_changes_another_site_s_feeds_by_a_byte(
    empty: Path, victim: FakeWordPress, attacker: HostileSite, attack: str
) -> None:
    publish_news(victim)
    attacker.clear()
    with _published(empty, IMPATIENT, victim=victim, attacker=attacker) as service:
        service.fill()
        own = service.bytes_in_all_formats(*OWN)
        ATTACKS[attack](attacker, victim)
        for full in (False, True):
            with suppress(SiteError):
                service.poll("attacker", full=full)
            assert service.bytes_in_all_formats(*OWN) == own
        assert_ids_are_unique(service)
        victim.add(31, "More news")
        assert service.poll("victim").new == 1
        assert "More news" in {item["title"] for item in service.entries("feed?site=victim").values()}
        attacker.heal()
        attacker.clear()
        attacker.add(2, "Well again")
        with suppress(SiteError):
            service.poll("attacker", full=True)
        assert service.metrics("up", "victim") == ["1.0"]
