"""A WordPress of our own over a real socket, for the faults that a real one does not show on demand.

    with fake_wordpress(30) as site:
        site.fail("gzip_bomb", where="/posts")
        ...
        site.heal()

The faults are the functions below `MODES`.
"""

import gzip
import json
import re
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

START = datetime(2025, 1, 1, tzinfo=UTC)
HOME = "http://fake.example/"

Item = dict[str, Any]

_BOUNDS: dict[str, tuple[str, Callable[[str, str], bool]]] = {
    "after": ("date_gmt", str.__gt__),
    "before": ("date_gmt", str.__lt__),
    "modified_after": ("modified_gmt", str.__gt__),
    "modified_before": ("modified_gmt", str.__lt__),
}
_TERM_ROUTES = ("categories", "tags", "users")


def wp_time(moment: datetime) -> str:
    """Return a moment as WordPress's *_gmt fields have it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "application/json; charset=UTF-8"


@dataclass
class FakeWordPress:
    """The posts, terms and media of the site, by id, and how it is set up.

    `breaks_on` are posts whose rendering ends in a fatal error of PHP; `ignores_query` is a cache that
    looks at the path alone; `without_totals` a proxy that strips X- headers; `hidden` are posts that are
    counted but never listed; `endless` gives the first page for every page; `media_status` is what it
    answers when asked for media; `page_size` is the most that it gives at once; `validators` is a cache
    that gives an ETag and answers 304; without `pretty`, permalinks are plain; without `keep_alive`, each
    answer ends its connection; `announces` is where the home page says that the API is, if not where it is.
    `language` is what the home page has in <html lang>, `icon` the site's.
    `requests` are the targets asked for, `sent` the bytes of all bodies.
    """

    posts: dict[int, Item] = field(default_factory=dict)
    terms: dict[str, dict[int, Item]] = field(default_factory=lambda: {route: {} for route in _TERM_ROUTES})
    media: dict[int, Item] = field(default_factory=dict)
    media_status: int = 200
    breaks_on: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    ignores_query: bool = False
    without_totals: bool = False
    endless: bool = False
    error: Item | None = None
    home: Any = HOME
    version: str = "6.8.1"
    language: str = ""
    icon: str = ""
    validators: bool = False
    page_size: int = 100
    pretty: bool = True
    keep_alive: bool = True
    announces: str = ""
    host: str = "127.0.0.1"
    url: str = ""
    requests: list[str] = field(default_factory=list)
    sent: int = 0

    def __post_init__(self) -> None:
        self._server: _Server | None = None
        self._fault: tuple[re.Pattern[str], Callable[[Exchange], None]] | None = None
        self.over = threading.Event()
        """Set when the fault is over, for those who wait in it."""

    # What there is

    def add(self, post_id: int, title: str = "", **changes: Any) -> None:
        """Publish a post; by default an hour after the one with the id before."""
        published = wp_time(START + timedelta(hours=post_id))
        self.posts[post_id] = {
            "id": post_id,
            "date_gmt": published,
            "modified_gmt": published,
            "guid": {"rendered": f"{HOME}?p={post_id}"},
            "link": self._link(post_id, HOME),
            "status": "publish",
            "title": {"rendered": title or f"Post {post_id}"},
            "content": {"rendered": f"<p>Body {post_id}</p>", "protected": False},
            "excerpt": {"rendered": ""},
            "author": 0,
            "categories": [],
            "tags": [],
            **changes,
        }

    def add_term(self, route: str, term_id: int, name: str, **changes: Any) -> None:
        """Make a category, a tag or a user; `route` is the plural that the API knows it by."""
        slug = name.lower().replace(" ", "-")
        self.terms[route][term_id] = {"id": term_id, "name": name, "slug": slug, **changes}
        if route == "categories":
            self.terms[route][term_id].setdefault("parent", 0)

    def add_picture(self, media_id: int, **changes: Any) -> None:
        """Upload a picture, to be a post's featured_media."""
        self.media[media_id] = {
            "id": media_id,
            "source_url": f"{HOME}wp-content/uploads/{media_id}.jpg",
            "alt_text": f"Picture {media_id}",
            "mime_type": "image/jpeg",
            "media_details": {"width": 1600, "height": 900, "sizes": []},
            **changes,
        }

    def move(self, home: str = HOME, *, pretty: bool = True) -> None:
        """Change the domain or the permalinks: every post's link changes, and none is modified."""
        self.home, self.pretty = home, pretty
        for post_id, post in self.posts.items():
            post["link"] = self._link(post_id, home)

    def _link(self, post_id: int, home: str) -> str:
        return f"{home}{post_id}/" if self.pretty else f"{home}?p={post_id}"

    # How it fails

    def fail(self, mode: str, *, where: str = "", **details: Any) -> None:
        """Misbehave from now on as the function of that name in `MODES`, with its details, wherever the
        regular expression `where` is found in what is asked for.
        """
        self.heal()
        self._fault = re.compile(where), partial(MODES[mode], **details)
        self.over = threading.Event()
        if mode == "refused":
            self.stop()

    def heal(self) -> None:
        """Be well again, at the same address."""
        self._fault = None
        self.over.set()
        if self._server is None:
            self.start()

    def start(self) -> None:
        """Listen, at the port of the time before if there was one."""
        port = urlsplit(self.url).port or 0
        self._server = _Server((self.host, port), partial(_Handler, self))
        self.url = f"http://{self.host}:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        """Listen no more, and break every connection."""
        self.over.set()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server.break_connections()
            self._server = None

    # What it answers

    def speak(self, exchange: "Exchange") -> None:
        """Answer a request, as the fault has it if there is one."""
        self.requests.append(exchange.target)
        fault = self._fault
        if fault and fault[0].search(exchange.target):
            fault[1](exchange)
        else:
            exchange.send(exchange.good())

    def answer(self, target: str) -> Reply:
        """Return what a site without a fault answers."""
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path in ("/", "/index.php"):
            route = query.get("rest_route")
        else:
            inside = self.pretty and parts.path.startswith("/wp-json")
            route = parts.path.removeprefix("/wp-json") if inside else None
            if route is None:
                return _page(404, "Page not found")
        if route is None:
            return self._home_page()
        return self._rest(route, {} if self.ignores_query else query)

    def _home_page(self) -> Reply:
        root = self.announces or self.url + ("wp-json/" if self.pretty else "index.php?rest_route=/")
        generator = f'<meta name="generator" content="WordPress {self.version}">' if self.version else ""
        head = f'{generator}<link rel="https://api.w.org/" href="{root}">'
        link = {"Link": f'<{root}>; rel="https://api.w.org/"'}
        return replace(_page(200, "Fake", head, self.language), headers=link)

    def _rest(self, route: str, query: Mapping[str, str]) -> Reply:
        if route.strip("/") == "":
            about = {"name": "Fake", "description": "", "url": self.url, "namespaces": ["wp/v2"]}
            about["site_icon_url"] = self.icon
            return _json(_picked([{**about, "home": self.home}], query)[0])
        if self.error:
            return _json(self.error, 500)
        if route == "/wp/v2/posts":
            return self._posts(query)
        if route == "/wp/v2/media":
            return self._media(query)
        if (name := route.removeprefix("/wp/v2/")) in _TERM_ROUTES:
            return self._terms(name, query)
        return _refusal(404, "rest_no_route", "No route was found matching the URL and request method.")

    def _media(self, query: Mapping[str, str]) -> Reply:
        if self.media_status != 200:
            return _refusal(self.media_status, "rest_cannot_read", "Sorry.")
        found = [self.media[media_id] for media_id in _ids(query, "include") if media_id in self.media]
        return self._listing(found, query)

    def _terms(self, route: str, query: Mapping[str, str]) -> Reply:
        found = [term for term_id, term in self.terms[route].items() if _is_wanted(term_id, query)]
        found.sort(key=lambda term: term.get(query.get("orderby", "name"), ""))
        return self._listing(found, query)

    def _posts(self, query: Mapping[str, str]) -> Reply:
        found = [post for post in self.posts.values() if _is_wanted(_id(post), query)]
        for name, (key, holds) in _BOUNDS.items():
            if bound := query.get(name, "").removesuffix("Z"):
                found = [post for post in found if holds(str(post.get(key, "")), bound)]
        order = query.get("orderby", "date")
        if order == "include":
            asked = _ids(query, "include")
            found.sort(key=lambda post: asked.index(_id(post)))
        else:
            backwards = query.get("order", "desc") == "desc"
            found.sort(key=_ORDERS[order], reverse=backwards)
        return self._listing(found, query, hidden=self.hidden)

    def _listing(
        self, found: Sequence[Item], query: Mapping[str, str], hidden: Collection[object] = ()
    ) -> Reply:
        size, number = int(query.get("per_page", 10)), int(query.get("page", 1))
        if not 1 <= size <= 100:
            return _refusal(400, "rest_invalid_param", "Invalid parameter(s): per_page")
        size = min(size, self.page_size)
        pages = 10**9 if self.endless else -(-len(found) // size)
        if found and number > pages:
            message = "The page number requested is larger than the number of pages available."
            return _refusal(400, "rest_post_invalid_page_number", message)
        start = 0 if self.endless else (number - 1) * size
        page = [one for one in found[start : start + size] if _id(one) not in hidden]
        if "content" in query.get("_fields", "content") and self.breaks_on.intersection(map(_id, page)):
            return _page(500, "There has been a critical error on this website.")
        totals = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
        return _json(_picked(page, query), headers={} if self.without_totals else totals)


def _json(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps(data).encode(), headers or {})


def _refusal(status: int, code: str, message: str) -> Reply:
    return _json({"code": code, "message": message, "data": {"status": status}}, status)


def _page(status: int, text: str, head: str = "", language: str = "") -> Reply:
    attribute = f' lang="{language}"' if language else ""
    html = (
        f"<!DOCTYPE html><html{attribute}><head><title>{text}</title>{head}</head>"
        f"<body><h1>{text}</h1></body></html>"
    )
    return Reply(status, html.encode(), kind="text/html; charset=UTF-8")


def _ids(query: Mapping[str, str], name: str) -> list[int]:
    return [int(one) for one in query.get(name, "").split(",") if one]


def _id(item: Item) -> int:
    """Return the id to sort by and to look for, 0 where it is none."""
    return value if isinstance(value := item.get("id"), int) else 0


_ORDERS: dict[str, Callable[[Item], Any]] = {
    "id": _id,
    "date": lambda post: str(post.get("date_gmt") or ""),
    "modified": lambda post: str(post.get("modified_gmt") or ""),
}


def _is_wanted(item_id: int, query: Mapping[str, str]) -> bool:
    return ("include" not in query or item_id in _ids(query, "include")) and (
        item_id not in _ids(query, "exclude")
    )


def _picked(items: Sequence[Item], query: Mapping[str, str]) -> list[Item]:
    """Return what `_fields` asks for, as WordPress does: all of `meta`, or a part such as `meta.enclosure`,
    but no part of media_details, whose parts it does not know.
    """
    fields = query.get("_fields", "").split(",")
    if fields == [""]:
        return list(items)
    return [_part(item, [one for one in fields if not one.startswith("media_details.")]) for item in items]


def _part(item: Item, fields: Sequence[str]) -> Item:
    part: Item = {}
    for name, _, inner in (one.partition(".") for one in fields):
        if name in item and not inner:
            part[name] = item[name]
        elif inner and isinstance(item.get(name), dict) and inner in item[name]:
            part.setdefault(name, {})[inner] = item[name][inner]
    return part


class Exchange:
    """One request and the way back to who asks, for the modes to misbehave on."""

    def __init__(self, site: FakeWordPress, handler: "_Handler") -> None:
        self.site = site
        self.target = handler.path
        self.agent = handler.headers.get("User-Agent", "")
        self._handler = handler

    def good(self) -> Reply:
        """Return what the site would answer if it were well."""
        return self.site.answer(self.target)

    def send(self, reply: Reply, *, length: int | None = -1) -> None:
        """Send an answer. `length` is what Content-Length says if not the truth; None leaves it out."""
        asked = self._handler.headers.get("If-None-Match")
        etag = f'"{sha256(reply.body).hexdigest()[:16]}"'
        if self.site.validators and reply.status == 200 and asked == etag:
            reply = Reply(304, b"", kind="")
        self._handler.send_response(reply.status)
        headers = {**({"Content-Type": reply.kind} if reply.kind else {}), **reply.headers}
        if self.site.validators:
            headers["ETag"] = etag
        if length is not None:
            headers["Content-Length"] = str(len(reply.body) if length < 0 else length)
        if length != -1 or not self.site.keep_alive:
            headers["Connection"] = "close"
        for name, value in headers.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()
        self.write(reply.body)
        self.site.sent += len(reply.body)

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._handler.wfile.write(data)

    def drip(self, data: Iterator[bytes], pause: float) -> None:
        """Send some bytes after each pause, until the site is well or nobody listens."""
        for some in data:
            self.write(some)
            if self.wait(pause):
                break
        self.end()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the fault is over; give whether it is."""
        return self.site.over.wait(seconds)

    def end(self, *, broken: bool = False) -> None:
        """End the connection: in order, or with a reset."""
        self._handler.close_connection = True
        if broken:
            linger = struct.pack("ii", 1, 0)
            self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self._handler.connection.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer waits 40 ms for the client's ACK of its headers

    def __init__(self, site: FakeWordPress, *args: Any) -> None:
        self._site = site
        super().__init__(*args)

    def do_GET(self) -> None:
        self._site.speak(Exchange(self._site, self))

    def log_message(self, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    """Knows its connections, to break them when it is stopped."""

    request_queue_size = 256  # as many may come at once

    def __init__(self, *args: Any) -> None:
        self._connections: set[socket.socket] = set()
        super().__init__(*args)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def close_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report mistakes of ours alone: clients that have gone are what this server is made for."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def break_connections(self) -> None:
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


MODES: dict[str, Callable[..., None]] = {}
"""The faults by their names."""


def _mode(speak: Callable[..., None]) -> Callable[..., None]:
    MODES[speak.__name__] = speak
    return speak


@_mode
def refused(exchange: Exchange) -> None:
    """Nothing listens at the port."""


@_mode
def silent(exchange: Exchange) -> None:
    """It takes the request and never answers."""
    exchange.wait()
    exchange.end()


@_mode
def reset(exchange: Exchange) -> None:
    """The connection is reset before an answer."""
    exchange.end(broken=True)


@_mode
def reset_in_headers(exchange: Exchange) -> None:
    """The connection is reset within the headers."""
    exchange.write(b"HTTP/1.1 200 OK\r\nContent-Type: applic")
    exchange.end(broken=True)


@_mode
def reset_in_body(exchange: Exchange) -> None:
    """The connection is reset in the middle of the body."""
    reply = exchange.good()
    half = reply.body[: len(reply.body) // 2]
    exchange.send(replace(reply, body=half), length=len(reply.body))
    exchange.end(broken=True)


@_mode
def hung_up(exchange: Exchange) -> None:
    """The connection ends in order, without an answer."""
    exchange.end()


@_mode
def no_http(exchange: Exchange) -> None:
    """Something else listens there."""
    exchange.write(b"SSH-2.0-OpenSSH_9.6\r\n")
    exchange.end()


@_mode
def drips_headers(exchange: Exchange, pause: float = 0.05) -> None:
    """The headers come byte by byte, for ever."""
    exchange.write(b"HTTP/1.1 200 OK\r\nX-Padding: ")
    exchange.drip(iter(lambda: b"x", b""), pause)


@_mode
def drips_body(exchange: Exchange, pause: float = 0.05, *, length: bool = True) -> None:
    """The body comes byte by byte, with pauses shorter than any time limit of a socket."""
    exchange.send(replace(exchange.good(), body=b""), length=10**6 if length else None)
    exchange.drip(iter(lambda: b" ", b""), pause)


@_mode
def endless_body(exchange: Exchange) -> None:
    """The body never ends."""
    exchange.send(replace(exchange.good(), body=b"["), length=None)
    exchange.drip(iter(lambda: b" " * 65536, b""), 0.005)


@_mode
def gzip_bomb(exchange: Exchange) -> None:
    """64 kB that are 64 MB when unpacked."""
    headers = {"Content-Encoding": "gzip"}
    exchange.send(replace(exchange.good(), body=_bomb(), headers=headers))


@cache
def _bomb() -> bytes:
    return gzip.compress(b" " * (64 << 20))


@_mode
def truncated(exchange: Exchange, *, length: bool = True) -> None:
    """Half of the JSON as if it were all, with a Content-Length that agrees or with none."""
    reply = exchange.good()
    half = replace(reply, body=reply.body[: len(reply.body) // 2])
    exchange.send(half, length=len(half.body) if length else None)
    exchange.end()


@_mode
def cut_off(exchange: Exchange) -> None:
    """The connection ends in order before as much as Content-Length says has come."""
    reply = exchange.good()
    half = reply.body[: len(reply.body) // 2]
    exchange.send(replace(reply, body=half), length=len(reply.body))
    exchange.end()


_NOTICE = (
    b'<br />\n<b>Warning</b>:  Undefined array key "seo" in '
    b"<b>/var/www/html/wp-content/plugins/seo/meta.php</b> on line <b>12</b><br />\n"
)


@_mode
def notices_before(exchange: Exchange) -> None:
    """PHP's notices stand before the JSON, and PHP held them back until the headers were sent."""
    reply = exchange.good()
    exchange.send(replace(reply, body=_NOTICE * 2 + reply.body))


@_mode
def notices_first(exchange: Exchange) -> None:
    """PHP's notices stand before the JSON and went out at once, so that neither status nor header of
    WordPress could be sent: all comes as a page with 200.
    """
    page = _page(200, "")
    exchange.send(replace(page, body=_NOTICE + exchange.good().body))


@_mode
def notices_behind(exchange: Exchange) -> None:
    """PHP's notices stand behind the JSON."""
    reply = exchange.good()
    exchange.send(replace(reply, body=reply.body + b"\n" + _NOTICE))


@_mode
def bom(exchange: Exchange) -> None:
    """A byte order mark stands before the JSON, as a theme's file that was saved with one brings about."""
    reply = exchange.good()
    exchange.send(replace(reply, body=b"\xef\xbb\xbf" + reply.body))


@_mode
def not_utf8(exchange: Exchange) -> None:
    """The JSON is in Latin-1."""
    reply = exchange.good()
    text = json.dumps(json.loads(reply.body), ensure_ascii=False) if "json" in reply.kind else ""
    exchange.send(replace(reply, body=text.encode("latin-1", "replace") or reply.body))


@_mode
def challenge(exchange: Exchange) -> None:
    """A guard in front of the site wants to see a browser, and says so with 200."""
    exchange.send(_page(200, "Just a moment..."))


@_mode
def blank(exchange: Exchange) -> None:
    """Nothing, with 200: PHP's white screen."""
    exchange.send(replace(_page(200, ""), body=b""))


@_mode
def null(exchange: Exchange) -> None:
    """JSON, but null: a plug-in's filter has forgotten to return anything."""
    exchange.send(_json(None))


@_mode
def dumped(exchange: Exchange) -> None:
    """What a plug-in dumped for its author stands before the JSON."""
    reply = exchange.good()
    exchange.send(replace(reply, body=b'string(4) "here"\n' + reply.body))


@_mode
def empty_list(exchange: Exchange) -> None:
    """There is nothing, says the site."""
    exchange.send(_json([], headers={"X-WP-Total": "0", "X-WP-TotalPages": "0"}))


@_mode
def status(exchange: Exchange, code: int, retry_after: str = "") -> None:
    """A page with that status, and Retry-After if it is given."""
    headers = {"Retry-After": retry_after} if retry_after else {}
    exchange.send(replace(_page(code, f"Error {code}"), headers=headers))


@_mode
def rest_disabled(exchange: Exchange, code: int = 401) -> None:
    """A security plug-in has switched the REST API off."""
    message = "DRA: Only authenticated users can access the REST API."
    exchange.send(_refusal(code, "rest_cannot_access", message))


@_mode
def redirect(exchange: Exchange, to: str) -> None:
    """It sends everyone on to the same place at another address."""
    exchange.send(Reply(301, b"", {"Location": to.rstrip("/") + exchange.target}))


@_mode
def redirect_circle(exchange: Exchange) -> None:
    """It sends everyone from here to there and back."""
    here, there = exchange.target, "&there"
    target = here.removesuffix(there) if here.endswith(there) else here + there
    exchange.send(Reply(302, b"", {"Location": target}))


@_mode
def litter(exchange: Exchange) -> None:
    """Things that are no posts stand in the list."""
    reply = exchange.good()
    if reply.body.startswith(b"["):
        reply = replace(reply, body=json.dumps([None, *json.loads(reply.body), "x", 7, []]).encode())
    exchange.send(reply)


@_mode
def twisted(exchange: Exchange, twist: Callable[[list[Any]], object]) -> None:
    """A plug-in, or whoever has the site, makes something else of each list."""
    reply = exchange.good()
    if reply.body.startswith(b"["):
        reply = replace(reply, body=json.dumps(twist(json.loads(reply.body))).encode())
    exchange.send(reply)


@_mode
def makes_up(exchange: Exchange, pages: int = 0) -> None:
    """It lists posts that there are not: so many pages of them, or always more than it said before."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(exchange.target).query).items()}
    if "/posts" not in exchange.target or "include" in query:
        exchange.send(exchange.good())
        return
    size, number = int(query.get("per_page", 10)), int(query.get("page", 1))
    first = 10**6 + (number - 1) * size
    posts = [
        {**exchange.site.posts[1], "id": post_id, "link": f"{HOME}{post_id}/"}
        for post_id in range(first, first + size)
    ]
    page_count = pages or number + 3
    totals = {"X-WP-Total": str(page_count * size), "X-WP-TotalPages": str(page_count)}
    exchange.send(_json(_picked(posts, query), headers=totals))


@_mode
def shrinks(exchange: Exchange, post_id: int) -> None:
    """A post is deleted, once, between the first page of a listing and the second."""
    if re.search(r"[?&]page=2\b", exchange.target):
        del exchange.site.posts[post_id]
        exchange.site.heal()
    exchange.send(exchange.good())


SiteT = TypeVar("SiteT", bound=FakeWordPress)


@contextmanager
def serve_site(site: SiteT, posts: int = 0) -> Iterator[SiteT]:
    """Serve a site with so many posts, with ids from 1."""
    for post_id in range(1, posts + 1):
        site.add(post_id)
    site.start()
    try:
        yield site
    finally:
        site.stop()


def fake_wordpress(posts: int = 0, **setup: Any) -> AbstractContextManager[FakeWordPress]:
    """Serve a site with so many posts, with ids from 1, set up as the fields of FakeWordPress say."""
    return serve_site(FakeWordPress(**setup), posts)


@contextmanager
def fake_proxy(sites: Mapping[str, FakeWordPress]) -> Iterator[str]:
    """Serve a proxy that knows where sites are by their names, and yield its address: sites that are public
    addresses to who asks through it.
    """

    class Proxy(_Handler):
        def __init__(self, *args: Any) -> None:
            super().__init__(FakeWordPress(), *args)

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            site = sites[parts.hostname or ""]
            self.path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            site.speak(Exchange(site, self))

    server = _Server(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        server.break_connections()


@contextmanager
def serve_folders(sites: Mapping[str, FakeWordPress], seconds: float = 0.0) -> Iterator[str]:
    """Serve sites in folders of one server, by their names, each of which takes `seconds` for an answer;
    yield the server's address.
    """

    class Folders(_Handler):
        def __init__(self, *args: Any) -> None:
            super().__init__(FakeWordPress(), *args)

        def do_GET(self) -> None:
            name, _, rest = self.path.lstrip("/").partition("/")
            self.path = f"/{rest}"
            time.sleep(seconds)
            sites[name].speak(Exchange(sites[name], self))

    server = _Server(("127.0.0.1", 0), Folders)
    address = f"http://127.0.0.1:{server.server_port}/"
    for name, site in sites.items():
        site.url = f"{address}{name}/"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()
        server.break_connections()
