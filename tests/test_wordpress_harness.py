"""The WordPress harness itself: what the tests of feedsvc rely on when they use it."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from wordpress import WordPress, missing

pytestmark = pytest.mark.real

DATE = datetime(2024, 2, 29, 20, 15, 42, tzinfo=UTC)
CONTENT = (
    '<p>A \\ and a \\" and "quotes", ไทย 🐘 &amp; <a href="/x" target="_blank">x</a></p>\n'
    '<iframe src="https://video.example/1"></iframe><script>let a = "\\n" && 1 < 2;</script>\n'
)


@pytest.fixture(scope="module")
def machine() -> None:
    """Take care that a machine which cannot run WordPress is told, and on CI is a failure."""
    sentence = missing()
    if sentence is None:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="module")
def site(machine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    """Yield a WordPress with pretty permalinks at the root of its server."""
    with WordPress(tmp_path_factory.mktemp("pretty")) as wordpress:
        yield wordpress


@pytest.fixture(scope="module")
def plain_site(machine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    """Yield a WordPress with plain permalinks in a subfolder."""
    root = tmp_path_factory.mktemp("plain")
    with WordPress(root, permalinks="plain", folder="news") as wordpress:
        yield wordpress


def ask(address: str, **query: str | int) -> requests.Response:
    """Take an address and what to ask; give the answer, got without any proxy."""
    with requests.Session() as session:
        session.trust_env = False
        return session.get(address, params=query, timeout=20)


def posts(site: WordPress, **query: str | int) -> list[dict[str, Any]]:
    """Take a site and what to ask its posts for; give the posts that its REST API tells."""
    response = ask(f"{site.url}index.php", rest_route="/wp/v2/posts", **query)
    response.raise_for_status()
    answer: list[dict[str, Any]] = response.json()
    return answer


def test_rest_tells_a_post_at_pretty_addresses(site: WordPress) -> None:
    """A post comes out of /wp-json/ with all that was given, and has a page of its own."""
    asia = site.create_category("Asia & Pacific", slug="asia")
    thailand = site.create_category("Thailand", parent=asia)
    tag = site.create_tag("Élections")
    author = site.create_author("nok", "Nok O'Brien")
    post_id = site.create_post(
        'A \\ "title" & more',
        CONTENT,
        excerpt="An <em>excerpt</em> \\ here",
        categories=[asia, thailand],
        tags=[tag],
        author=author,
        date_gmt=DATE,
        slug="a-title",
    )

    response = ask(f"{site.url}wp-json/wp/v2/posts", include=post_id, _embed="1")

    assert response.status_code == 200
    assert response.headers["X-WP-Total"] == "1"
    [post] = response.json()
    assert post["link"] == f"{site.url}2024/03/a-title/"
    assert sorted(post["categories"]) == sorted([asia, thailand])
    assert post["tags"] == [tag]
    assert post["_embedded"]["author"][0]["name"] == "Nok O'Brien"
    assert '<iframe src="https://video.example/1"></iframe>' in post["content"]["rendered"]
    assert site.eval(f"return get_post({post_id})->post_content;") == CONTENT
    assert site.eval(f"return get_post({post_id})->post_title;") == 'A \\ "title" & more'
    assert site.eval(f"return get_post({post_id})->post_excerpt;").count("\\") == 1
    page = ask(post["link"])
    assert page.status_code == 200
    assert f"{site.url}wp-json/" in page.headers["Link"]
    assert "https://video.example/1" in page.text
    site.rename_category(thailand, "Siam")
    category = ask(f"{site.url}wp-json/wp/v2/categories/{thailand}").json()
    assert (category["name"], category["slug"]) == ("Siam", "thailand")


def test_rest_of_a_subfolder_with_plain_permalinks(plain_site: WordPress) -> None:
    """In a subfolder without pretty permalinks only index.php?rest_route= tells posts."""
    ids = plain_site.create_posts(
        [{"title": f"Post {number}", "content": f"<p>{number}</p>"} for number in range(3)]
    )

    assert plain_site.url.endswith("/news/")
    assert [post["id"] for post in posts(plain_site, orderby="id", order="asc")] == ids
    assert posts(plain_site, include=ids[0])[0]["link"] == f"{plain_site.url}?p={ids[0]}"
    assert ask(f"{plain_site.url}wp-json/wp/v2/posts").status_code == 404


def test_date_of_publication_is_kept_and_an_edit_is_dated_now(site: WordPress) -> None:
    """The date of publication survives an edit, and the edit moves the date of modification."""
    post_id = site.create_post("First", "<p>first</p>", date_gmt=DATE)
    [before] = posts(site, include=post_id)
    assert before["date_gmt"] == before["modified_gmt"] == "2024-02-29T20:15:42"
    assert before["date"] == "2024-03-01T03:15:42"

    edited_from = int(time.time())
    site.update_post(post_id, title="Second")

    [after] = posts(site, include=post_id)
    assert after["date_gmt"] == before["date_gmt"]
    assert after["title"]["rendered"] == "Second"
    assert after["content"] == before["content"]
    modified = datetime.fromisoformat(after["modified_gmt"]).replace(tzinfo=UTC)
    assert edited_from <= modified.timestamp() <= time.time()


def test_deleted_and_trashed_posts_are_gone(site: WordPress) -> None:
    """The REST API answers 404 for a deleted post, and hides a trashed one."""
    deleted, trashed = site.create_posts(
        [{"title": "One", "content": "1"}, {"title": "Two", "content": "2"}]
    )
    assert len(posts(site, include=f"{deleted},{trashed}")) == 2

    site.delete_post(deleted)
    site.trash_post(trashed)

    assert posts(site, include=f"{deleted},{trashed}") == []
    assert ask(f"{site.url}wp-json/wp/v2/posts/{deleted}").status_code == 404
    assert ask(f"{site.url}wp-json/wp/v2/posts/{trashed}").status_code == 401
