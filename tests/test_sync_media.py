"""Pictures and recordings in a pull: asked for once a page, and never at the cost of a post."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from fake_wordpress import FakeWordPress, fake_wordpress
from feedsvc.config import load_settings
from feedsvc.publish.web import create_app
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.posts import list_known_posts
from pulling import pull


def media_requests(site: FakeWordPress) -> list[dict[str, str]]:
    """Return the query of each request for media."""
    asked = [urlsplit(request) for request in site.requests if "/wp/v2/media" in request]
    return [{name: one[0] for name, one in parse_qs(parts.query).items()} for parts in asked]


def asked_for(site: FakeWordPress) -> list[list[int]]:
    """Return the ids of each request for media."""
    return [[int(one) for one in query["include"].split(",")] for query in media_requests(site)]


def items(database: Database) -> list[dict[str, Any]]:
    """Return the items of the feed, the newest first."""
    client = create_app(load_settings(), database).test_client()
    answer = client.get("/feed.json?limit=100")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.get_json(force=True)["items"]
    return found


def pictures(database: Database) -> dict[str, str]:
    """Return the picture of each item that has one."""
    return {item["title"]: item["image"].rpartition("/")[2] for item in items(database) if "image" in item}


def give_pictures(site: FakeWordPress, *post_ids: int) -> None:
    """Add featured images to posts, each its own."""
    for post_id in post_ids:
        site.add_picture(1000 + post_id)
        site.posts[post_id]["featured_media"] = 1000 + post_id


@pytest.mark.real
def test_a_backfill_asks_for_the_pictures_of_a_page_at_once(database: Database) -> None:
    with fake_wordpress(130) as site:
        give_pictures(site, *range(1, 131))
        pull(site, database)
        # The first twenty are asked for before all else.
        expected = [range(1111, 1131), range(1031, 1131), range(1001, 1031)]
        assert asked_for(site) == [list(ids) for ids in expected]
        assert {query["per_page"] for query in media_requests(site)} == {"100"}
        assert pictures(database) == {f"Post {n}": f"{1000 + n}.jpg" for n in range(31, 131)}


def test_the_sizes_of_a_picture_are_asked_for_as_wordpress_gives_them(database: Database) -> None:
    with fake_wordpress(1) as site:
        small = {"source_url": "http://fake.example/small.jpg", "width": 300, "height": 169}
        sizes = {"width": 1600, "height": 900, "sizes": {"medium": small}}
        site.add_picture(7, media_details=sizes)
        site.posts[1]["featured_media"] = 7
        pull(site, database)
    text = create_app(load_settings(), database).test_client().get("/feed.rss").text
    assert 'width="1600"' in text
    assert 'height="900"' in text
    assert '<media:thumbnail url="http://fake.example/small.jpg"/>' in text


def test_a_picture_of_several_posts_is_asked_for_once_a_page(database: Database) -> None:
    with fake_wordpress(10) as site:
        site.add_picture(7)
        for post in site.posts.values():
            post["featured_media"] = 7
        pull(site, database)
        assert asked_for(site) == [[7], [7]]
        assert pictures(database) == {f"Post {n}": "7.jpg" for n in range(1, 11)}


def test_no_picture_is_asked_for_where_no_post_has_one(database: Database) -> None:
    with fake_wordpress(0) as site:
        for post_id, featured in enumerate([0, None, False, "", "12", [12], -1, 2**70], 1):
            site.add(post_id, featured_media=featured)
        site.add(99)
        assert pull(site, database).new == 9
        assert media_requests(site) == []


def test_a_poll_asks_for_the_picture_of_a_new_post_alone(database: Database) -> None:
    with fake_wordpress(4) as site:
        give_pictures(site, 1, 2, 3, 4)
        pull(site, database)
        site.requests.clear()
        pull(site, database)
        assert media_requests(site) == []
        site.add(5)
        give_pictures(site, 5)
        assert pull(site, database).new == 1
        assert asked_for(site) == [[1005]]
        assert pictures(database)["Post 5"] == "1005.jpg"


@pytest.mark.parametrize("status", [401, 500])
def test_a_site_that_refuses_its_media_costs_pictures_and_no_posts(database: Database, status: int) -> None:
    with fake_wordpress(3, media_status=status) as site:
        give_pictures(site, 1, 2, 3)
        assert pull(site, database).new == 3
        assert pictures(database) == {}
        report = pull(site, database, full=True)
        assert (report.new, report.changed, report.removed) == (0, 0, 0)
    with database.reading() as connection:
        (state,) = sites.list_sites(connection)
    assert (state.poll.failures, state.poll.last_error) == (0, None)
    assert state.sync.backfilled_at


def test_pictures_come_with_a_full_pull_when_the_site_has_opened_its_media(database: Database) -> None:
    with fake_wordpress(3, media_status=401) as site:
        give_pictures(site, 1, 2)
        pull(site, database)
        site.media_status = 200
        assert pull(site, database, full=True).changed == 2
        assert pictures(database) == {"Post 2": "1002.jpg", "Post 1": "1001.jpg"}


def test_pictures_stay_when_the_site_fails_to_give_them_for_once(database: Database) -> None:
    """When a site fails, the last good feed goes on."""
    with fake_wordpress(3) as site:
        give_pictures(site, 1, 2)
        pull(site, database)
        before = items(database)
        site.media_status = 503
        pull(site, database, full=True)
        assert items(database) == before


@pytest.mark.real
def test_a_picture_that_was_replaced_comes_with_a_full_pull(database: Database) -> None:
    with fake_wordpress(3) as site:
        give_pictures(site, 1, 2, 3)
        pull(site, database)
        site.add_picture(1002, alt_text="Another")
        site.add_picture(2000)
        site.posts[1]["featured_media"] = 2000
        site.posts[3]["featured_media"] = 0
        assert pull(site, database, full=True).changed == 3
        assert pictures(database) == {"Post 2": "1002.jpg", "Post 1": "2000.jpg"}
        assert pull(site, database, full=True).changed == 0


def test_a_picture_that_the_site_does_not_list_is_none(database: Database) -> None:
    with fake_wordpress(3) as site:
        give_pictures(site, 1, 2, 3)
        del site.media[1002]
        assert pull(site, database).new == 3
        assert pictures(database) == {"Post 3": "1003.jpg", "Post 1": "1001.jpg"}


HOSTILE: list[dict[str, Any]] = [
    {"source_url": "javascript:alert(1)"},
    {"source_url": ["http://fake.example/a.jpg"]},
    {"mime_type": "video/mp4"},
    {"mime_type": None, "alt_text": {"rendered": "x"}},
    {"alt_text": "\ud800\x00"},
    {"media_details": {"sizes": {"full": {"width": {}}}, "width": []}},
    {"media_details": "none"},
    {"id": None},
    {"id": "1"},
    {"id": 2**70},
    {"code": "rest_forbidden", "message": "No.", "data": {"status": 401}, "id": None},
]


def test_whatever_a_site_tells_of_its_media_costs_no_post_and_no_feed(database: Database) -> None:
    with fake_wordpress(len(HOSTILE) + 1) as site:
        give_pictures(site, *site.posts)
        for post_id, told in enumerate(HOSTILE, 2):
            site.media[1000 + post_id] |= told
        assert pull(site, database).new == len(HOSTILE) + 1
    assert pictures(database)["Post 1"] == "1001.jpg"
    assert len(items(database)) == len(HOSTILE) + 1
    client = create_app(load_settings(), database).test_client()
    for form in ("rss", "atom"):
        answer = client.get(f"/feed.{form}")
        assert answer.status_code == 200
        assert "javascript:" not in answer.text


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"id": [2]}, id="a list for the id"),
        pytest.param({"mime_type": "image/\x00"}, id="a type with an illegal character"),
        pytest.param({"mime_type": "image/\ud800"}, id="a type with half a character"),
    ],
)
def test_one_picture_costs_no_other_and_no_feed(database: Database, told: dict[str, object]) -> None:
    with fake_wordpress(2) as site:
        give_pictures(site, 1, 2)
        site.media[1002] |= told
        assert pull(site, database).new == 2
    assert pictures(database)["Post 1"] == "1001.jpg"
    assert create_app(load_settings(), database).test_client().get("/feed.rss").status_code == 200


def test_a_recording_is_asked_for_and_told(database: Database) -> None:
    with fake_wordpress(0) as site:
        site.add(1, meta={"enclosure": "http://fake.example/1.mp3\n5\naudio/mpeg\n"})
        pull(site, database)
        asked = [request for request in site.requests if "content" in request]
        assert asked
        assert all("meta.audio_file,meta.enclosure" in request for request in asked)
    (item,) = items(database)
    assert item["attachments"] == [
        {"url": "http://fake.example/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 5}
    ]


def test_a_post_that_is_gone_takes_its_picture_along(database: Database) -> None:
    with fake_wordpress(3) as site:
        give_pictures(site, 1, 2, 3)
        pull(site, database)
        del site.posts[2]
        assert pull(site, database).removed == 1
        assert pictures(database) == {"Post 3": "1003.jpg", "Post 1": "1001.jpg"}
        with database.reading() as connection:
            assert len(list_known_posts(connection, 1)) == 2
