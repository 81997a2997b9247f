"""A WordPress in an attacker's hands, over a real socket: what it publishes, and how it answers.

    with fake_wordpress(3) as victim, hostile_site() as attacker:
        attacker.copy_post(victim.posts[3], 1, earlier=SECOND)
        attacker.fail("never_ends", where="/users")

What it publishes are the methods of HostileSite; how it answers are the functions below, which `fail`
knows beside those of fake_wordpress.py. ATTACKS are all of them, one after the other.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fake_wordpress import HOME, MODES, Exchange, FakeWordPress, Item, Reply, serve_site, wp_time

ATTACKER = "http://attacker.example/"
ELSEWHERE = "http://elsewhere.example/"
SECOND = timedelta(seconds=1)
METADATA = """
    169.254.169.254 [::ffff:169.254.169.254] [::ffff:a9fe:a9fe] [64:ff9b::169.254.169.254]
    [2002:a9fe:a9fe::] [fd00:ec2::254] [fe80::a9fe:a9fe] 100.100.100.200 192.0.0.192 168.63.129.16
    2852039166 0xa9fea9fe
""".split()
"""Where clouds keep their machines' secrets, in the ways in which a host can be written."""

_WHOLE_ANSWER = 15 << 20  # bytes: an answer may have 16 MB
_WORDS = "harbour council bridge winter school kiosk orchestra garden lantern meadow river tower".split()


@dataclass
class HostileSite(FakeWordPress):
    """A site that says of itself whatever harms others.

    `ignores_fields` sends all that there is of an item, whatever was asked for. `agents` are the
    User-Agents of those who asked.
    """

    home: Any = ATTACKER
    ignores_fields: bool = False
    agents: set[str] = field(default_factory=set)

    def speak(self, exchange: Exchange) -> None:
        self.agents.add(exchange.agent)
        super().speak(exchange)

    def answer(self, target: str) -> Reply:
        if self.ignores_fields:
            parts = urlsplit(target)
            kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "_fields"]
            target = urlunsplit(parts._replace(query=urlencode(kept)))
        return super().answer(target)

    # What it publishes

    def add(self, post_id: int, title: str = "", **changes: Any) -> None:
        """Publish a post at the attacker's own address."""
        own = {"guid": {"rendered": f"{ATTACKER}?p={post_id}"}, "link": f"{ATTACKER}{post_id}/"}
        super().add(post_id, title, **{**own, **changes})

    def copy_post(
        self,
        post: Item,
        post_id: int,
        *,
        earlier: timedelta = SECOND,
        leads_to: str = HOME,
        more: str = "",
        **changes: Any,
    ) -> None:
        """Publish another site's post as if it had been here `earlier`, with the links and pictures that
        led to that site leading to `leads_to`, and `more` behind.
        """
        published = wp_time(datetime.fromisoformat(post["date_gmt"]).replace(tzinfo=UTC) - earlier)
        body = post["content"]["rendered"].replace(HOME, leads_to) + more
        copied = {
            "date_gmt": published,
            "modified_gmt": published,
            "content": {"rendered": body, "protected": False},
        }
        self.add(post_id, post["title"]["rendered"], **{**copied, **changes})

    def rewrite_post(self, post_id: int, **changes: Any) -> None:
        """Edit a post now."""
        self.posts[post_id].update({"modified_gmt": wp_time(datetime.now(UTC)), **changes})

    def make_ring(self, count: int) -> None:
        """Make categories each of which is the child of the one before, and the first of the last."""
        self._make_parents(count, lambda number: (number - 2) % count + 1)

    def make_chain(self, count: int) -> None:
        """Make categories each of which is the child of the one before."""
        self._make_parents(count, lambda number: number - 1)

    def make_own_parents(self, count: int) -> None:
        """Make categories that are their own parents."""
        self._make_parents(count, lambda number: number)

    def _make_parents(self, count: int, parent_of: Callable[[int], int]) -> None:
        for number in range(1, count + 1):
            self.add_term("categories", number, f"Ring {number}", parent=parent_of(number))
            self.add(number, f"Within {number}", categories=[number])

    def embed_terms(self, post_id: int, count: int) -> None:
        """Publish a post that brings very many categories, all of them children of its own one."""
        self.ignores_fields = True
        self.add_term("categories", 1, "Deep")
        terms = [
            {
                "id": number,
                "taxonomy": "category",
                "name": f"Term {number}",
                "slug": f"t{number}",
                "parent": 1,
            }
            for number in range(2, count + 2)
        ]
        self.add(post_id, "Embedded", categories=[1], _embedded={"wp:term": [terms]})

    def carry_terms(self, post_id: int, count: int) -> None:
        """Publish a post that is in very many categories and has as many tags."""
        for number in range(1, count + 1):
            self.add_term("categories", number, f"Kind {number}")
            self.add_term("tags", number, f"Label {number}")
        carried = list(range(1, count + 1))
        self.add(post_id, "Carried", categories=carried, tags=carried)

    def add_alike(self, count: int, size: int = 140_000, *, but_for: str = "recording") -> None:
        """Publish long posts that are alike but for one recording each, or for one 'sentence' each, which
        takes reading all of both to find.
        """
        words = " ".join(f"{word}{number}" for number in range(size // 80) for word in _WORDS)[:size]
        paragraphs = "".join(f"<p>{words[at : at + 700]}</p>" for at in range(0, size, 700))
        for number in range(1, count + 1):
            own = f'<p><audio src="{ATTACKER}{number}.mp3" controls></audio></p>'
            if but_for == "sentence":
                letters = "".join("abcdefghij"[int(digit)] for digit in f"{number:04}")
                own = f"<p>{' '.join(f'{word}{letters}' for word in _WORDS)}.</p>"
            self.add(number, "Alike", content={"rendered": paragraphs + own, "protected": False})

    def clear(self) -> None:
        """Be a site without an attack, and without a post but one."""
        self.heal()
        self.posts.clear()
        for terms in self.terms.values():
            terms.clear()
        self.ignores_fields = False
        self.add(1, "Innocent")


def hostile_site(posts: int = 0, **setup: Any) -> AbstractContextManager[HostileSite]:
    """Serve a hostile site with so many innocent posts, with ids from 1, set up as its fields say."""
    return serve_site(HostileSite(**setup), posts)


# How it answers


def _mode(speak: Callable[..., None]) -> Callable[..., None]:
    MODES[speak.__name__] = speak
    return speak


def _is_listing(reply: Reply) -> bool:
    return reply.status == 200 and reply.body.startswith(b"[")


@_mode
def objects_without_ids(exchange: Exchange, item: str = "{}", size: int = _WHOLE_ANSWER) -> None:
    """The listing is as large as an answer may be, and is made of objects that say nothing."""
    reply = exchange.good()
    if _is_listing(reply):
        count = size // (len(item) + 1)
        reply = replace(reply, body=f"[{','.join([item] * count)}]".encode())
    exchange.send(reply)


def _ask_for_one(exchange: Exchange) -> tuple[Item | None, dict[str, str]]:
    """Return an item such as the listing has that is asked for, and the parameters it is asked for with."""
    parts = urlsplit(exchange.target)
    query = dict(parse_qsl(parts.query))
    kept = {name: value for name, value in query.items() if name in ("rest_route", "_fields")}
    reply = exchange.site.answer(urlunsplit(parts._replace(query=urlencode(kept))))
    items = json.loads(reply.body) if _is_listing(reply) else []
    return (items[0] if items else None), query


def _as_page(item: Item, ids: Iterable[int], total: int | None, size: int) -> Reply:
    totals = {} if total is None else {"X-WP-Total": str(total), "X-WP-TotalPages": str(-(-total // size))}
    return Reply(200, json.dumps([{**item, "id": one} for one in ids]).encode(), totals)


@_mode
def more_than_asked(exchange: Exchange, times: int = 20) -> None:
    """Each page of a listing has many times the items that were asked for; each of them is there when it is
    asked for by its id, and so are others.
    """
    item, query = _ask_for_one(exchange)
    if item is None:
        exchange.send(exchange.good())
        return
    size = int(query.get("per_page", 10))
    asked = [int(one) for one in query.get("include", "").split(",") if one]
    ids = [*asked, *range(10_000, 10_000 + times * size - len(asked))]
    exchange.send(_as_page(item, dict.fromkeys(ids), times * size, times * size))


@_mode
def never_ends(exchange: Exchange, total: int | None = 10**9) -> None:
    """Each page of a listing is full, of items that no page before had, and each is there when it is
    asked for by its id; without `total`, it counts none.
    """
    item, query = _ask_for_one(exchange)
    if item is None:
        exchange.send(exchange.good())
        return
    size = int(query.get("per_page", 10))
    start = (int(query.get("page", 1)) - 1) * size + 10_000
    asked = [int(one) for one in query.get("include", "").split(",") if one]
    exchange.send(_as_page(item, asked or range(start, start + size), total, size))


@_mode
def says(exchange: Exchange, body: bytes, kind: str = "application/json") -> None:
    """It says something, whatever was asked."""
    exchange.send(Reply(200, body, {"X-WP-Total": "3", "X-WP-TotalPages": "1"}, kind))


@_mode
def leads(exchange: Exchange, to: str) -> None:
    """It sends everyone to one address, whose path is the attacker's choice."""
    exchange.send(Reply(302, b"", {"Location": to}))


BROKEN_JSON: Mapping[str, bytes] = {
    "an object that is not closed": b'{"id": 1',
    "a list that is not closed": b'[{"id": 1}',
    "a list closed as an object": b'[{"id": 1}}',
    "half a word": b"[nul",
    "half a string": b'[{"id": "1',
    "half an escape": b'["\\u12"]',
    "single quotes": b"[{'id': 1}]",
    "a comma too many": b'[{"id": 1},]',
    "two lists": b"[][]",
    "nested lists": b"[" * 100_000,
    "nested objects": b'{"a":' * 100_000,
    "nested and closed": b"[" * 100_000 + b"]" * 100_000,
    "a number without an end": b'[{"id": ' + b"9" * 200_000 + b"}]",
    "a number as a whole answer": b"7",
    "a text as a whole answer": b'"posts"',
    "a word as a whole answer": b"true",
    "an object for a list": b'{"id": 1}',
    "an error with 200": b'{"code": "rest_forbidden", "message": "Sorry."}',
    "zero bytes": b"\0" * 5000,
    "bytes that are no text": bytes(range(128, 256)) * 40,
    "UTF-16": '[{"id": 1}]'.encode("utf-16"),
    "a list of numbers": b"[1,2,3]",
    "a list of lists": b"[[],[],[]]",
    "a list of texts": b'["a","b","c"]',
    "a list of objects without ids": b"[{},{},{}]",
}
"""Answers to a question for posts that are none; each comes with the status 200."""

_BEHIND = "http://behind.example/p.png"
SRCSETS = [
    f"/a.png {descriptor}{comma}{_BEHIND} 2x"
    for descriptor in (
        "1x(",
        "1x (",
        "(",
        "((",
        "1x 2x",
        "1q",
        "1xw",
        "-1x",
        "1e9x",
        "x",
        "100w 1h",
        "100.5w",
    )
    for comma in (",", " ,", "),")
]
"""Values of srcset with an address behind a comma that stands, for one reader or the other, within a
descriptor.
"""
SRCSETS += [
    "/a.png 1x(,javascript:hit() 2x",
    "/a.png (,data:text/html,hit() 2x",
    "/a.png 1x\f,javascript:hit()\f2x",
    "/a.png 1w\t(\t,\tvbscript:hit()\t2w",
    f"/a.png,{_BEHIND}",
    f"/a.png 1x,,,{_BEHIND}",
    f"/a.png 1x;{_BEHIND} 2x",
    f"/a.png 1x&#44;{_BEHIND} 2x",
]


# All of it, one after the other

Attack = Callable[[HostileSite, FakeWordPress], None]


def _newest(victim: FakeWordPress) -> Item:
    return max(victim.posts.values(), key=lambda post: str(post["date_gmt"]))


def _copies(site: HostileSite, victim: FakeWordPress) -> None:
    for number, earlier in enumerate((SECOND, timedelta(hours=1), timedelta(days=6), -SECOND), 100):
        site.copy_post(_newest(victim), number, earlier=earlier)
        site.copy_post(_newest(victim), number + 100, earlier=earlier, leads_to=ELSEWHERE)
        site.copy_post(_newest(victim), number + 200, earlier=earlier, more="<p>More of it here.</p>")


def _edits(site: HostileSite, victim: FakeWordPress) -> None:
    content = _newest(victim)["content"]
    site.rewrite_post(1, content=content, title=_newest(victim)["title"])


def _guids(site: HostileSite, victim: FakeWordPress) -> None:
    for number, post in enumerate(victim.posts.values(), 100):
        site.add(number, f"Taken {number}", guid=post["guid"], link=post["link"])


def _future(site: HostileSite, _victim: FakeWordPress) -> None:
    for number, year in enumerate((2031, 2240, 9998), 100):
        moment = f"{year}-12-30T23:00:00"
        site.add(number, f"Of {year}", date_gmt=moment, modified_gmt=moment)


def _content(number: int, srcset: str) -> Item:
    return {"rendered": f"<p>Picture {number}</p><img src='/p{number}.png' srcset=\"{srcset}\">"}


def _srcsets(site: HostileSite, _victim: FakeWordPress) -> None:
    for number, srcset in enumerate(SRCSETS, 100):
        site.add(number, f"Picture {number}", content=_content(number, srcset))


def _answers(mode: str, where: str = r"/wp/v2/", **details: Any) -> Attack:
    return lambda site, _victim: site.fail(mode, where=where, **details)


def _broken(site: HostileSite, _victim: FakeWordPress) -> None:
    for number, body in enumerate(BROKEN_JSON.values(), 100):
        site.add(number, content={"rendered": body.decode("latin-1")})
    site.fail("says", where="/posts", body=BROKEN_JSON["nested objects"])


ATTACKS: Mapping[str, Attack] = {
    "back-dated copies": _copies,
    "an edit into a copy": _edits,
    "the guids of another": _guids,
    "dates of the future": _future,
    "a ring of categories": lambda site, _victim: site.make_ring(500),
    "a chain of categories": lambda site, _victim: site.make_chain(500),
    "categories in themselves": lambda site, _victim: site.make_own_parents(500),
    "posts with too many terms": lambda site, _victim: site.carry_terms(1000, 2000),
    "terms that are embedded": lambda site, _victim: site.embed_terms(1000, 40_000),
    "posts that are alike": lambda site, _victim: site.add_alike(100),
    "posts that are alike but for a sentence": lambda site, _victim: site.add_alike(
        100, but_for="sentence"
    ),
    "objects without ids": _answers("objects_without_ids", "/posts"),
    "lists without ids": _answers("objects_without_ids", "/posts", item="[]"),
    "names without ids": _answers("objects_without_ids", "/(users|categories|media)"),
    "posts without an end": _answers("never_ends", "/posts"),
    "names without an end": _answers("never_ends", "/(users|categories)"),
    "more than was asked for": _answers("more_than_asked"),
    "broken JSON": _broken,
    "a byte a second": _answers("drips_body", pause=1.0),
    "headers by the byte": _answers("drips_headers", pause=1.0),
    "a bomb": _answers("gzip_bomb"),
    "a body without an end": _answers("endless_body"),
    "the way to the cloud's secrets": _answers("leads", to=f"http://{METADATA[1]}/latest/meta-data/"),
    "the way to another site": lambda site, victim: site.fail("leads", to=f"{victim.url}wp-json/"),
    "pictures behind commas": _srcsets,
}
"""Each is done to a hostile site that is as `HostileSite.clear` leaves it, with the site to be harmed."""


def matches_srcset(value: str) -> bool:
    """Return whether `value` is a srcset of nothing but web addresses with a whole descriptor or none, so
    that every reader takes it for the same.
    """
    return all(
        re.fullmatch(r"https?://[^\s()]*[^\s(),](?: (?:[1-9]\d*w|\d+(?:\.\d+)?x))?", candidate)
        for candidate in value.split(", ")
    )
