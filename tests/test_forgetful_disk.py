"""One dyno whose disk forgets: after a start from nothing no subscriber gets an entry again."""

import json
import signal
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from editors import Editors
from fake_wordpress import fake_wordpress
from service import Service, eventually

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

SITES = ("one", "two")
POSTS = 130
FEEDS = tuple(
    f"feed.{form}?limit=100&dedupe={way}" for form in ("rss", "atom", "json") for way in ("on", "off")
)


def entries(service: Service, query: str) -> dict[str, Any]:
    """Return the entries of a feed by their ids; nothing while there is none yet."""
    answer = service.get(f"feed.json?{query}")
    return {item["id"]: item for item in answer.json()["items"]} if answer.ok else {}


def test_after_a_start_from_nothing_each_entry_is_as_it_was_and_so_are_all_feeds_in_the_end(
    tmp_path: Path,
) -> None:
    with ExitStack() as stack:
        lines = ['base_url = "https://feeds.example/"\npoll_interval = "15m"\n']
        for number, name in enumerate(SITES):
            site = stack.enter_context(fake_wordpress())
            home, offset = f"http://{name}.example/", timedelta(minutes=number)
            editors = Editors(site, Random(number), home, offset, POSTS)
            for _ in range(10):
                editors.repeat()
            editors.edit()
            lines.append(f'[[sites]]\nname = "{name}"\nurl = "{site.url}"\n')
            # Long enough after them: see the limits in README.md.
            for _ in range(30):
                editors.newest += 7
                editors.publish()
        (tmp_path / "config.toml").write_text("".join(lines), "utf-8")

        def is_read(service: Service) -> bool:
            return service.log().count(" new, ") >= len(SITES) * (1 + len(list(tmp_path.glob("lost*"))))

        with Service(tmp_path, FEEDSVC_POLL_INTERVAL="15m") as service:
            eventually(lambda: is_read(service), "all is read")
            before = {address: service.get(address).content for address in FEEDS}
            known = {
                id_: item
                for page in range(1, 5)
                for id_, item in entries(service, f"limit=100&page={page}").items()
            }
            service.stop(signal.SIGKILL)
        (tmp_path / "lost").mkdir()
        for file in tmp_path.glob("feedsvc*"):
            file.unlink()
        with Service(tmp_path, FEEDSVC_POLL_INTERVAL="15m") as service:
            for name in SITES:
                eventually(lambda name=name: entries(service, f"site={name}"), "newest posts")  # type: ignore[misc]
            while not is_read(service):
                for id_, item in entries(service, "limit=20").items():
                    assert item == known[id_]
            assert {address: service.get(address).content for address in FEEDS} == before
    assert len(json.loads(before["feed.json?limit=100&dedupe=off"])["items"]) == 100
