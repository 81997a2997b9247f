"""A first read of a site: what feeds show while its history is not there yet."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from editors import Editors
from fake_wordpress import FakeWordPress, Reply, serve_site
from feedsvc.config import load_settings
from feedsvc.publish.web import create_app
from feedsvc.store.database import Database
from pulling import pull

POSTS = 70


@dataclass
class SeenSite(FakeWordPress):
    """A site that calls `seen` whenever it is asked for something."""

    seen: Callable[[], None] = field(default=lambda: None)

    def answer(self, target: str) -> Reply:
        self.seen()
        return super().answer(target)


def read(site: SeenSite, store: Path) -> list[set[str]]:
    """Read a site into a new store; return the entries that were shown at each request, and in the end."""
    database = Database(f"sqlite:///{store}")
    database.migrate()
    client = create_app(load_settings(sites=[site.url]), database).test_client()
    shown: list[set[str]] = []

    def look() -> None:
        answer = client.get("/feed.json?limit=100")
        shown.append({item["id"] for item in answer.json["items"]} if answer.json else set())

    site.seen = look
    pull(site, database)
    look()
    site.seen = lambda: None
    database.close()
    return shown


def test_while_a_store_is_filled_again_no_repeat_is_an_entry_that_was_none(tmp_path: Path) -> None:
    site = SeenSite()
    with serve_site(site):
        editors = Editors(site, Random(2), "http://one.example/", timedelta(), POSTS)
        far, near = site.posts[POSTS - 40], site.posts[POSTS - 3]
        # Of what is read first, two repeat what lies further back, in whole and in part, one its neighbour.
        for post in (far, site.posts[POSTS - 33], near):
            editors.publish(title=post["title"]["rendered"], content=post["content"])
        cut = " ".join(far["content"]["rendered"].split()[:-20])
        editors.publish(title=far["title"]["rendered"], content={"rendered": cut, "protected": False})
        editors.publish()
        before = read(site, tmp_path / "before.db")
        again = read(site, tmp_path / "again.db")
    entries = before[-1]
    assert again[-1] == entries
    assert len(entries) < len(site.posts)
    assert any(0 < len(shown) < len(entries) for shown in again), "something is there before all is"
    assert not [shown - entries for shown in again if not shown <= entries]
