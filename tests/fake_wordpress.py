"""A WordPress of our own over a real socket, for faults that a real one does not show on demand."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

START = datetime(2025, 1, 1, tzinfo=UTC)


def wp_time(moment: datetime) -> str:
    """Give a moment as WordPress's *_gmt fields have it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


@dataclass
class FakeWordPress:
    """The posts and the media of the site, by id, and how it misbehaves.

    `breaks_on` are posts whose rendering ends in a fatal error of PHP; `ignores_query` is a cache that
    looks at the path alone; `without_totals` a proxy that strips X- headers; `hidden` are posts that are
    counted but never listed; `endless` gives the first page for every page; `media_status` is what it
    answers when asked for media.
    """

    posts: dict[int, dict[str, Any]] = field(default_factory=dict)
    media: dict[int, dict[str, Any]] = field(default_factory=dict)
    media_status: int = 200
    breaks_on: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    ignores_query: bool = False
    without_totals: bool = False
    endless: bool = False
    error: dict[str, Any] | None = None
    home: Any = "http://fake.example/"
    url: str = ""
    requests: list[str] = field(default_factory=list)

    def add(self, post_id: int, title: str = "", **changes: Any) -> None:
        """Publish a post; by default an hour after the one with the id before."""
        published = wp_time(START + timedelta(hours=post_id))
        self.posts[post_id] = {
            "id": post_id,
            "date_gmt": published,
            "modified_gmt": published,
            "guid": {"rendered": f"http://fake.example/?p={post_id}"},
            "link": f"http://fake.example/{post_id}/",
            "status": "publish",
            "title": {"rendered": title or f"Post {post_id}"},
            "content": {"rendered": f"<p>Body {post_id}</p>", "protected": False},
            "excerpt": {"rendered": ""},
            "author": 0,
            "categories": [],
            "tags": [],
            **changes,
        }

    def add_picture(self, media_id: int, **changes: Any) -> None:
        """Upload a picture, to be a post's featured_media."""
        self.media[media_id] = {
            "id": media_id,
            "source_url": f"http://fake.example/wp-content/uploads/{media_id}.jpg",
            "alt_text": f"Picture {media_id}",
            "mime_type": "image/jpeg",
            "media_details": {"width": 1600, "height": 900, "sizes": []},
            **changes,
        }

    def answer(self, target: str) -> tuple[int, dict[str, str], bytes]:
        """Give status, headers and body for a request target."""
        self.requests.append(target)
        parts = urlsplit(target)
        query = {} if self.ignores_query else {k: v[0] for k, v in parse_qs(parts.query).items()}
        if parts.path == "/wp-json/":
            about = {"name": "Fake", "namespaces": ["wp/v2"], "home": self.home}
            return 200, {}, json.dumps(about).encode()
        if self.error:
            return 500, {}, json.dumps(self.error).encode()
        if parts.path == "/wp-json/wp/v2/media":
            return self._media(query)
        if parts.path != "/wp-json/wp/v2/posts":
            return 200, {"X-WP-Total": "0", "X-WP-TotalPages": "0"}, b"[]"
        return self._posts(query)

    def _media(self, query: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        status = self.media_status
        if status != 200:
            refused = {"code": "rest_cannot_read", "message": "Sorry.", "data": {"status": status}}
            return status, {}, json.dumps(refused).encode()
        wanted = {int(one) for one in query.get("include", "").split(",") if one}
        found = [one for media_id, one in self.media.items() if media_id in wanted]
        if fields := query.get("_fields", ""):
            # As WordPress does, for which media_details.width names no part of a media object.
            found = [{name: one[name] for name in fields.split(",") if name in one} for one in found]
        found = found[: int(query.get("per_page", 10))]
        return 200, {"X-WP-Total": str(len(found)), "X-WP-TotalPages": "1"}, json.dumps(found).encode()

    def _posts(self, query: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        found = list(self.posts.values())
        if "include" in query:
            wanted = {int(one) for one in query["include"].split(",")}
            found = [post for post in found if post["id"] in wanted]
        if "modified_after" in query:
            after = query["modified_after"].removesuffix("Z")
            found = [post for post in found if post["modified_gmt"] > after]
        order = {"modified": "modified_gmt", "id": "id"}.get(query.get("orderby", ""), "date_gmt")
        found.sort(key=lambda post: post[order], reverse=query.get("order", "desc") == "desc")
        size, number = int(query.get("per_page", 10)), int(query.get("page", 1))
        start = 0 if self.endless else (number - 1) * size
        page = [post for post in found[start : start + size] if post["id"] not in self.hidden]
        if "content" in query.get("_fields", "content") and any(p["id"] in self.breaks_on for p in page):
            return 500, {"Content-Type": "text/html"}, b"There has been a critical error on this website."
        pages = 10**9 if self.endless else -(-len(found) // size)
        if number > max(pages, 1):
            return 400, {}, b'{"code": "rest_post_invalid_page_number", "message": "No such page."}'
        totals = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
        return 200, {} if self.without_totals else totals, json.dumps(page).encode()


@contextmanager
def fake_wordpress(posts: int = 0, **faults: Any) -> Iterator[FakeWordPress]:
    """Serve a site with so many posts, with ids from 1."""
    site = FakeWordPress(**faults)
    for post_id in range(1, posts + 1):
        site.add(post_id)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = site.answer(self.path)
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    site.url = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
