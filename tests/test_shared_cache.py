"""A shared cache in front: what our headers let nginx do for us."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from browsers import BROWSERS, PROGRAMS
from fake_wordpress import fake_wordpress
from nginx import nginx_before
from service import PATIENCE, Service, eventually

OURS = "http://feeds.example/"
CLIENTS = 1000


def count_entries(address: str) -> int:
    return requests.get(address, timeout=PATIENCE).text.count("<item>")


@pytest.mark.real
@pytest.mark.timeout(240)
def test_of_a_thousand_clients_one_comes_through_for_each_change(tmp_path: Path) -> None:
    with fake_wordpress() as site:
        for number in range(1, 6):
            site.add(number)
        with (
            Service(
                tmp_path, FEEDSVC_SITES=site.url, FEEDSVC_BASE_URL=OURS, FEEDSVC_POLL_INTERVAL="3s"
            ) as service,
            nginx_before(service.port, tmp_path) as nginx,
        ):
            address = nginx.url + "feed.rss"
            eventually(lambda: service.get("feed.rss").text.count("<item>") == 5, "the backfill is done")

            def read(_number: int) -> tuple[int, str]:
                answer = requests.get(address, timeout=PATIENCE)
                return answer.status_code, answer.headers["ETag"]

            seen: set[tuple[int, str]] = set()
            with ThreadPoolExecutor(32) as readers:
                seen |= set(readers.map(read, range(CLIENTS)))
                site.add(6)
                eventually(lambda: count_entries(address) == 6, "the new post comes through")
                seen |= set(readers.map(read, range(CLIENTS)))
            counts = nginx.count_upstream()
    assert {status for status, _ in seen} == {200}
    assert len(seen) == 2, "before the change, and after it"
    assert set(counts) <= {"200", "304"}
    assert counts["200"] == len(seen) + 1, "with a body: one for each change, and /healthz at the start"


@pytest.mark.real
def test_when_the_service_is_gone_the_cache_goes_on(tmp_path: Path) -> None:
    with fake_wordpress() as site:
        site.add(1)
        with (
            Service(tmp_path, FEEDSVC_SITES=site.url, FEEDSVC_BASE_URL=OURS) as service,
            nginx_before(service.port, tmp_path) as nginx,
        ):
            eventually(lambda: "<item>" in service.get("feed.rss").text, "the post is there")
            address = nginx.url + "feed.rss"
            before = requests.get(address, timeout=PATIENCE).content
            service.stop()
            after = requests.get(address, timeout=PATIENCE)
            assert (after.status_code, after.content) == (200, before)


@pytest.mark.real
def test_browsers_and_readers_are_told_apart_by_the_service_and_by_the_cache(tmp_path: Path) -> None:
    pages = [BROWSERS[name] for name in ("Chrome by https", "Firefox by http")]
    feeds = [PROGRAMS[name] for name in ("curl", "miniflux", "Java", "Googlebot")]
    with fake_wordpress() as site:
        site.add(1)
        with (
            Service(
                tmp_path, FEEDSVC_SITES=site.url, FEEDSVC_BASE_URL=OURS, WEB_CONCURRENCY="1"
            ) as service,
            nginx_before(service.port, tmp_path) as nginx,
        ):
            eventually(lambda: "<item>" in service.get("feed.rss").text, "the post is there")
            for url in (service.url, nginx.url):
                for headers in (*feeds, *pages, *feeds, *pages):
                    is_person = headers in pages
                    answer = requests.get(url + "feed.rss", headers=headers, timeout=PATIENCE)
                    expected = "text/html" if is_person else "application/rss+xml"
                    assert answer.headers["Content-Type"].startswith(expected), (url, headers, answer.text)
                    assert ("Sec-Fetch-Dest" in answer.headers["Vary"]) == is_person
                    mistake = requests.get(url + "nil", headers=headers, timeout=PATIENCE)
                    assert mistake.headers["Content-Type"].startswith("text/html") == is_person


@pytest.mark.real
def test_a_cache_gives_nothing_of_a_private_service_to_one_who_shows_no_key(tmp_path: Path) -> None:
    ours, others, partners = "first-t0ken", "second-t0ken", "of-a-partner"
    addresses = (
        "feed.rss",
        "feed.json",
        "feed.rss?topic=post",
        "topic/ours.atom",
        "feeds.opml",
        "",
        "status",
    )
    settings = f"""
access_token = ["{ours}", "{others}"]
[topics.ours]
query = "post"
access_token = "{partners}"
"""
    with fake_wordpress() as site:
        site.add(1, "A secret post")
        with (
            Service(
                tmp_path, FEEDSVC_SITES=site.url, FEEDSVC_BASE_URL=OURS, FEEDSVC_CONFIG_TOML=settings
            ) as service,
            nginx_before(service.port, tmp_path) as nginx,
        ):
            eventually(lambda: "secret" in service.get(f"feed.rss?key={ours}").text, "the post is there")

            def read(address: str, *, key: str = "", password: str = "") -> requests.Response:
                return requests.get(
                    nginx.url + address,
                    params={"key": key} if key else {},
                    auth=("reader", password) if password else None,
                    timeout=PATIENCE,
                )

            for address in addresses:
                for _ in range(2):  # what one has got may be kept, and given to the next
                    by_key, by_password = read(address, key=ours), read(address, password=others)
                    strangers = [read(address), read(address, key="wrong"), read(address, password="wrong")]
                    assert (by_key.status_code, by_password.status_code) == (200, 200), address
                    assert {stranger.status_code for stranger in strangers} == {401}, address
                    assert not [stranger for stranger in strangers if "secret" in stranger.text]
                    # The links keep the key that was shown, and nobody else's.
                    assert others not in by_key.text
                    assert ours not in by_password.text
            for _ in range(2):
                assert read("topic/ours.rss", key=partners).status_code == 200
                assert read("feed.rss", key=partners).status_code == 401
                assert read("feed.rss", password=partners).status_code == 401
            kept = [file.read_bytes() for file in (tmp_path / "cache").rglob("*") if file.is_file()]
    assert not [body for body in kept if b"secret" in body or ours.encode() in body]
