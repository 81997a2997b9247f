"""`base_url` with a path: every address that the service makes of itself lies there and answers."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from flask.testing import FlaskClient

from conftest import ROOT
from feedsvc.config import load_settings
from feedsvc.publish.web import create_app
from feedsvc.store.database import Database
from nginx import nginx_before
from service import PATIENCE, Service

OURS = "https://www.example.com/feeds/"
PAGES = ["", "status", "preview?topic=the", "preview?limit=zzz", "list?of=category"]


def service_at(base_url: str, database: Database) -> FlaskClient:
    Path("config.toml").write_text(f'base_url = "{base_url}"\n[topics.ours]\nquery = "the"', "utf-8")
    return create_app(load_settings(), database).test_client()


def addresses_in(page: str, at: str) -> set[str]:
    """Return the addresses of ours that a page at `at` leads to, as a browser makes them of its links."""
    found = re.findall(r"(?:href|action|data-live)=\"([^\"#]+)", page)
    addresses = {urljoin(at, unescape(address)) for address in found}
    return {address for address in addresses if urlsplit(address).netloc == urlsplit(OURS).netloc}


@pytest.mark.parametrize("strips", [pytest.param(True, id="taken off"), pytest.param(False, id="left")])
@pytest.mark.parametrize("page", PAGES)
def test_all_that_a_page_leads_to_lies_in_the_folder_and_answers(
    held: Database, strips: bool, page: str
) -> None:
    client = service_at(OURS, held)

    def ask(address: str) -> tuple[int, str]:
        path = address.removeprefix("https://www.example.com")
        answer = client.get(path.removeprefix("/feeds") if strips else path)
        return answer.status_code, answer.text

    _, text = ask(OURS + page)
    addresses = addresses_in(text, OURS + page)
    assert OURS + "static/style.css" in addresses
    assert OURS in addresses
    assert OURS + "status" in addresses
    for address in sorted(addresses)[:: max(1, len(addresses) // 25)]:
        assert address.startswith(OURS), address
        assert ask(address)[0] == 200, address


def test_a_redirect_stays_in_the_folder(held: Database) -> None:
    client = service_at(OURS, held)
    for asked in ("/preview?category=&category=energy&category-x=on", "/feeds"):
        answer = client.get(asked)
        if answer.status_code in (301, 302, 303, 307, 308):
            assert urljoin(OURS, answer.headers["Location"]).startswith(OURS)
    assert client.get("/feeds?a=b").headers["Location"] == "/feeds/?a=b"


def test_what_there_is_goes_before_the_folder(held: Database) -> None:
    client = service_at("https://www.example.com/topic", held)
    for address in ("/topic/ours.rss", "/topic/topic/ours.rss", "/topic/", "/feed.rss", "/"):
        assert client.get(address).status_code == 200, address


def test_no_client_says_where_we_lie(held: Database) -> None:
    client = service_at(OURS, held)
    headers = {"X-Forwarded-Prefix": "/evil", "Script-Name": "/evil", "X-Script-Name": "/evil"}
    assert "/evil" not in client.get("/", headers=headers).text


@pytest.mark.real
def test_behind_nginx_the_feeds_lie_in_a_folder(own_folder: Path, sample_store: Path) -> None:
    (own_folder / "feedsvc.db").write_bytes(sample_store.read_bytes())
    with (
        Service(
            own_folder, FEEDSVC_BASE_URL=OURS, FEEDSVC_TRUSTED_PROXIES="1", WEB_CONCURRENCY="1"
        ) as service,
        nginx_before(service.port, own_folder, ROOT / "deploy" / "nginx-folder.conf", "feeds/") as nginx,
    ):
        assert requests.get(nginx.url.rstrip("/"), timeout=PATIENCE).url == nginx.url
        page = requests.get(nginx.url, timeout=PATIENCE)
        addresses = addresses_in(page.text, OURS)
        assert len(addresses) > 10
        for address in [OURS + "static/style.css", *sorted(addresses)[::9]]:
            answer = requests.get(nginx.url + address.removeprefix(OURS), timeout=PATIENCE)
            assert answer.status_code == 200, address
        feed = requests.get(nginx.url + "feed.json?limit=3", timeout=PATIENCE).json()
        assert feed["feed_url"] == OURS + "feed.json?limit=3"
        next_page = nginx.url + feed["next_url"].removeprefix(OURS)
        assert requests.get(next_page, timeout=PATIENCE).json()["items"]
