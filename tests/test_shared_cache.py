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
