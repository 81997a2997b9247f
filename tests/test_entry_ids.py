"""What feeds call a post: a name that is an IRI, one post's alone, and that stays."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from feedsvc.config import load_settings
from feedsvc.model import Post
from feedsvc.publish.web import create_app
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.entries import load_entries
from feedsvc.store.selection import Selection
from feedsvc.text.iri import make_iri
from storing import save_post, save_posts

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"


def a_post(wp_id: int, guid: str, **changes: Any) -> Post:
    post = Post(
        id=wp_id,
        guid=guid,
        link=f"https://new.example/{wp_id}/",
        title=f"Post {wp_id}",
        summary="",
        content=f"<p>What was said of boat {wp_id * 17} in the harbour of {wp_id} islands.</p>",
        published=NOON + timedelta(hours=wp_id),
        modified=NOON + timedelta(hours=wp_id),
    )
    return replace(post, **changes)


def a_site(database: Database, url: str = "https://old.example/") -> int:
    with database.transaction() as connection:
        return sites.ensure_site(connection, "news", url)


def ids(database: Database) -> list[str]:
    with database.reading() as connection:
        return [entry.id for entry in load_entries(connection, Selection(), 10)]


def save(database: Database, site_id: int, *posts: Post) -> None:
    with database.transaction() as connection:
        save_posts(connection, site_id, posts)


EDITED = "<p>Another text, of trains, that has nothing of what stood here.</p>"


@pytest.mark.parametrize(
    ("guid", "changes"),
    [
        pytest.param("https://old.example/?p=1", {}, id="to https"),
        pytest.param("https://www.old.example/?p=1", {}, id="to www"),
        pytest.param(
            "https://old.example/?p=1",
            {"content": EDITED, "published": NOON - timedelta(days=3)},
            id="to https, edited and dated anew",
        ),
        pytest.param("https://new.example/?p=1", {}, id="to another host"),
        pytest.param("https://new.example/blog/?p=1", {}, id="to a folder of another host"),
        pytest.param("https://new.example/?p=1", {"content": EDITED}, id="to another host, edited"),
        pytest.param(
            "https://new.example/?p=1",
            {"published": NOON - timedelta(hours=2)},
            id="to another host, dated anew",
        ),
        pytest.param("0f3c-11aa", {}, id="to no address at all"),
    ],
)
def test_a_post_keeps_its_id_when_its_guid_changes(
    guid: str, changes: dict[str, Any], database: Database
) -> None:
    site_id = a_site(database)
    first = a_post(1, "http://old.example/?p=1")
    save(database, site_id, first, a_post(2, "http://old.example/?p=2"))
    before = ids(database)
    a_site(database, "https://new.example/")
    for _ in range(2):
        save(database, site_id, replace(first, guid=guid, **changes))
        assert sorted(ids(database)) == sorted(before)
    save(database, site_id, replace(first, guid=guid, title="Edited later", **changes))
    assert sorted(ids(database)) == sorted(before)


def test_another_site_at_the_address_has_ids_of_its_own(database: Database) -> None:
    site_id = a_site(database)
    save(database, site_id, a_post(1, "https://old.example/?p=1"))
    a_site(database, "https://new.example/")
    other = a_post(1, "https://new.example/?p=1", content=EDITED, published=NOON - timedelta(days=300))
    save(database, site_id, other)
    assert ids(database) == ["https://new.example/?p=1"]


def test_an_id_that_a_post_keeps_is_no_other_post_s(database: Database) -> None:
    site_id = a_site(database)
    first = a_post(1, "http://old.example/?p=1")
    save(database, site_id, first)
    save(database, site_id, replace(first, guid="https://new.example/?p=1"))
    save(database, site_id, a_post(2, "http://old.example/?p=1"), a_post(3, "https://new.example/?p=1"))
    assert ids(database) == [
        "https://new.example/?p=1",
        "https://new.example/2/",
        "http://old.example/?p=1",
    ]


@pytest.mark.parametrize(
    ("guid", "expected"),
    [
        ("https://a.example/?p=1", "https://a.example/?p=1"),
        ("https://a.example/?p=1&x=é", "https://a.example/?p=1&x=é"),
        ("tag:a.example,2026:1", "tag:a.example,2026:1"),
        ("urn:uuid:0f3c", "urn:uuid:0f3c"),
        ("https://a.example/?p=1 2", "https://a.example/?p=1%202"),
        ("https://a.example/50%?p=1", "urn:feedsvc:guid:https:%2F%2Fa.example%2F50%25%3Fp=1"),
        ("12345", "urn:feedsvc:guid:12345"),
        ("/news/?p=7", "urn:feedsvc:guid:%2Fnews%2F%3Fp=7"),
        ("my post", "urn:feedsvc:guid:my%20post"),
        ("a: b", "urn:feedsvc:guid:a:%20b"),
        ("ข่าว", "urn:feedsvc:guid:%E0%B8%82%E0%B9%88%E0%B8%B2%E0%B8%A7"),
    ],
)
def test_a_guid_that_is_no_iri_becomes_one(guid: str, expected: str) -> None:
    assert make_iri(guid, "urn:feedsvc:guid:") == expected
    assert make_iri(expected, "urn:feedsvc:guid:") == expected


def test_a_post_has_one_id_in_all_formats_and_none_is_two_posts(database: Database) -> None:
    site_id = a_site(database)
    guids = ["12345", "https://a.example/?p=1 2", "https://a.example/?p=1%202", "urn:feedsvc:guid:12345"]
    with database.transaction() as connection:
        for wp_id, guid in enumerate(guids, start=1):
            save_post(connection, site_id, a_post(wp_id, guid))
    client = create_app(load_settings(), database).test_client()
    rss, atom, listed = (client.get(f"/feed.{form}").data for form in ("rss", "atom", "json"))
    of_json = [item["id"] for item in json.loads(listed)["items"]]
    assert of_json[::-1] == [
        "urn:feedsvc:guid:12345",
        "https://a.example/?p=1%202",
        "https://new.example/3/",
        "https://new.example/4/",
    ]
    assert [guid.text for guid in etree.fromstring(rss).iter("guid")] == of_json
    assert [entry.findtext(f"{ATOM}id") for entry in etree.fromstring(atom).iter(f"{ATOM}entry")] == of_json
