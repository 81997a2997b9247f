"""Attacks go the whole way from WordPress's answer to the feeds, and nothing of them is left to run.

What comes out is read again by parsers of other kinds (html5lib as browsers do, with scripting and without,
libxml2 as many readers do) and by a real browser. The checks share nothing with the code but the policy.
"""

import json
import re
import shutil
import signal
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any
from urllib.parse import unquote, urlsplit

import html5lib
import pytest
from lxml import etree
from lxml import html as lxml_html
from playwright.sync_api import sync_playwright

from attacks import ATTACKS, LOOK_ALIKES, SLOW
from conftest import ROOT, lacking
from feedsvc.clean import policy
from feedsvc.clean.sanitize import sanitize
from feedsvc.config import Settings
from feedsvc.publish.feed import build_feed
from feedsvc.publish.find import find_entries
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.query.query_string import parse_query_string
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.sync.batch import read_batch
from feedsvc.sync.importing import import_posts
from feedsvc.text.characters import remove_illegal_characters
from servers import Canned, serving
from service import eventually
from tables import thinned

SITE = "https://news.example/"
BASE = f"{SITE}2026/01/a-story/"
NOW = datetime(2026, 2, 1, tzinfo=UTC)
XSS = ROOT.parent / "shared" / "xss"
XSS_FILES = ("html5lib.json", "feedparser.json")

HTML = "{http://www.w3.org/1999/xhtml}"
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
TEXTS = frozenset({"title", "summary", "content", "description", "category", "name", "link", CONTENT})
HIDDEN = frozenset("script style iframe noembed noframes".split())
"""Elements whose text no browser shows, and which may look like markup."""

one_by_one = pytest.mark.parametrize(
    "body",
    [
        row
        for kind, bodies in ATTACKS.items()
        for row in thinned(
            (pytest.param(body, id=f"{kind} {number}") for number, body in enumerate(bodies)), 4
        )
    ],
)


def known_attacks(file: str) -> list[str]:
    """Return the payloads of a file that is shared with us."""
    path = XSS / file
    lacking(None if path.exists() else f"{path} is not there: put shared/ beside the checkout")
    return [attack["payload"] for attack in json.loads(path.read_text("utf-8"))]


# What a fragment of HTML must not hold, as other parsers read it

Element = tuple[str, dict[str, str]]


def as_html5lib_reads(markup: str, *, scripting: bool) -> Iterator[Element]:
    """Yield the elements of a fragment as the HTML standard has them; foreign ones keep their namespace."""
    for element in html5lib.parseFragment(markup, scripting=scripting).iter():
        if not isinstance(element.tag, str):
            yield "a comment", {}
        elif element.tag != "DOCUMENT_FRAGMENT":
            yield element.tag.removeprefix(HTML), dict(element.attrib)


def as_libxml2_reads(markup: str) -> Iterator[Element]:
    """Return the elements of a fragment as libxml2 has them."""
    if markup.strip():
        for element in lxml_html.fragment_fromstring(markup, create_parent="div").iterdescendants():
            if isinstance(element.tag, str):
                yield element.tag, {str(name): str(value) for name, value in element.attrib.items()}
            else:
                yield "a comment", {}


@cache
def faults(markup: str) -> list[str]:
    """Return what is wrong with a cleaned body: what the policy does not have, for any of the parsers."""
    # Only a noscript is read otherwise where scripts run.
    readings = (
        *as_html5lib_reads(markup, scripting=False),
        *(as_html5lib_reads(markup, scripting=True) if "noscript" in markup.lower() else ()),
        *as_libxml2_reads(markup),
    )
    return sorted({fault for tag, attributes in readings for fault in _faults_of(tag, attributes)})


def _faults_of(tag: str, attributes: dict[str, str]) -> Iterator[str]:
    if tag not in policy.TAGS:
        yield f"<{tag}>"
    for name, value in attributes.items():
        said = f"<{tag} {name}={value!r}>"
        if name not in {*policy.EVERYWHERE, *policy.ATTRIBUTES.get(tag, ())}:
            yield said
        addresses = [value] if name in ("href", "src", "poster", "cite") else []
        addresses += candidates(value) if name == "srcset" else []
        if not all(is_absolute(address) for address in addresses):
            yield said
        if (tag, name) == ("iframe", "src") and not is_player(value):
            yield said
    if tag in ("iframe", "img") and "src" not in attributes:
        yield f"<{tag}> without an address"


def candidates(srcset: str) -> list[str]:
    """Return the addresses in a srcset (HTML, 'parse a srcset attribute')."""
    found = []
    while srcset := srcset.lstrip(" \t\n\f\r,"):
        address, *behind = re.split(r"([ \t\n\f\r])", srcset, maxsplit=1)
        srcset = "".join(behind)
        if not address.endswith(","):
            srcset = re.sub(r"^(?:\([^)]*\)?|[^,(])*", "", srcset)  # descriptors
        found.append(address.rstrip(","))
    return found


def is_absolute(address: str) -> bool:
    """Return whether an address is whole, of an allowed scheme, whoever reads it."""
    scheme, _, rest = address.partition(":")
    if scheme.lower() not in policy.SCHEMES:
        return False
    try:
        return scheme in ("mailto", "tel") or (rest.startswith("//") and bool(urlsplit(address).hostname))
    except ValueError:
        return False


def is_player(address: str) -> bool:
    """Return whether a frame shows a player of the policy, as written and as a browser goes there."""
    return (
        address.startswith("https://")
        and "@" not in urlsplit(address).netloc
        and policy.is_embed(address)
        and policy.is_embed(as_a_browser_goes(address))
    )


def as_a_browser_goes(address: str) -> str:
    """Return scheme, host and path of an address as a browser takes them (https://url.spec.whatwg.org/)."""
    address = re.sub(r"[\t\n\r]", "", address.strip("".join(map(chr, range(33)))))
    before, sign, behind = re.split(r"([?#]|$)", address, maxsplit=1)
    scheme, _, rest = before.replace("\\", "/").partition(":")
    authority, _, path = rest.lstrip("/").partition("/")
    host = unicodedata.normalize("NFKC", unquote(authority.rpartition("@")[2])).replace("。", ".").lower()
    kept: list[str] = []
    for segment in path.split("/"):
        plain = re.sub("%2e", ".", segment, flags=re.IGNORECASE)
        if plain == "..":
            kept = kept[:-1]
        elif plain != ".":
            kept.append(segment)
    return f"{scheme.lower()}://{host.removesuffix(':443')}/{'/'.join(kept)}{sign}{behind}"


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<script>hit()</script>", id="an element"),
        pytest.param("<p onclick=hit()>x</p>", id="a handler"),
        pytest.param("<p class=x>x</p>", id="an attribute"),
        pytest.param("<img src=https://news.example/x.png xml:lang=x>", id="an attribute with a prefix"),
        pytest.param("<svg><p>x</p></svg>", id="foreign content"),
        pytest.param("<math><a href=https://news.example/>x</a></math>", id="an allowed name in math"),
        pytest.param("<!-- x -->", id="a comment"),
        pytest.param("<p>x<!--[if IE]>x<![endif]--></p>", id="a conditional comment"),
        pytest.param("<?php x ?>", id="a processing instruction"),
        pytest.param("<noscript><p>x</p></noscript>", id="noscript"),
        pytest.param("<a href=/x>x</a>", id="an address from the root"),
        pytest.param("<a href=x>x</a>", id="an address from the post"),
        pytest.param("<a href=''>x</a>", id="an empty address"),
        pytest.param("<a href=//evil.example/>x</a>", id="an address without a scheme"),
        pytest.param("<a href=javascript:hit()>x</a>", id="javascript"),
        pytest.param("<a href=javascript://news.example/%0Ahit()>x</a>", id="javascript with a host"),
        pytest.param("<a href='\tjavascript:hit()'>x</a>", id="javascript behind a tab"),
        pytest.param("<a href=https:///x>x</a>", id="no host"),
        pytest.param("<a href=https:evil.example>x</a>", id="no strokes"),
        pytest.param("<a href=https://[x>x</a>", id="no address at all"),
        pytest.param("<q cite=data:,x>x</q>", id="cite"),
        pytest.param("<video poster=x src=https://news.example/v.mp4></video>", id="poster"),
        pytest.param("<img>", id="a picture without an address"),
        pytest.param(
            "<img src=https://news.example/x srcset='https://news.example/x 1x,y 2x'>", id="srcset"
        ),
        pytest.param("<iframe></iframe>", id="a frame without an address"),
        pytest.param("<iframe srcdoc=x src=https://www.youtube.com/embed/x></iframe>", id="srcdoc"),
        pytest.param("<iframe src=http://www.youtube.com/embed/x></iframe>", id="a frame over http"),
        pytest.param("<iframe src=https://evil.example/embed/x></iframe>", id="a frame from elsewhere"),
        pytest.param(
            "<iframe src=https://www.youtube.com/x/../embed/y></iframe>", id="a frame with a detour"
        ),
    ],
)
def test_the_checks_find_what_is_wrong(markup: str) -> None:
    assert faults(markup) != []


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(
            '<p dir="rtl">x &lt;script&gt;</p><table><tbody><tr><td>y</td></tr></tbody></table>', id="text"
        ),
        pytest.param(
            '<a href="mailto:a@news.example">x</a><a href="https://news.example/">y</a>', id="links"
        ),
        pytest.param('<iframe src="https://www.youtube.com/embed/x"></iframe>', id="a player"),
        pytest.param(
            '<img src="https://news.example/x" srcset="https://a.example/b,c 1x, https://a.example/d 2x">',
            id="a picture",
        ),
    ],
)
def test_the_checks_find_nothing_wrong_with_what_is_right(markup: str) -> None:
    assert faults(markup) == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("https://a.example/b/../c?d=/../", "https://a.example/c?d=/../", id="a step up"),
        pytest.param("https://a.example/b/%2E./c/.", "https://a.example/c", id="an encoded step up"),
        pytest.param("https://a.example\\@b.example/", "https://a.example/@b.example/", id="a backslash"),
        pytest.param("https://a.example@b.example/", "https://b.example/", id="a name before the host"),
        pytest.param(" ht\ntps://A.ex\tample:443/b", "https://a.example/b", id="white space"),
        pytest.param("https:/a。example", "https://a.example/", id="another full stop"),
    ],
)
def test_an_address_is_taken_as_a_browser_takes_it(address: str, expected: str) -> None:
    assert as_a_browser_goes(address) == expected


# A body alone


@one_by_one
def test_nothing_of_an_attack_is_left_and_what_is_stays_when_it_is_cleaned_again(body: str) -> None:
    cleaned = sanitize(body, BASE)
    assert faults(cleaned) == []
    assert sanitize(cleaned, BASE) == cleaned


@pytest.mark.parametrize("file", XSS_FILES)
def test_nothing_of_a_known_attack_is_left(file: str) -> None:
    left = {body: found for body in known_attacks(file) if (found := faults(sanitize(body, BASE)))}
    assert left == {}


@pytest.mark.parametrize("address", LOOK_ALIKES)
def test_no_frame_may_show_what_only_looks_like_a_player(address: str) -> None:
    assert not policy.is_embed(address)


@pytest.mark.parametrize(
    "base", ["javascript:hit()//", "data:text/html,<script>hit()</script>", "", "https://["]
)
def test_a_post_whose_own_address_attacks_gives_no_links_that_do(base: str) -> None:
    for body in ("<a href='x'>x</a>", "<a href=''>x</a>", "<a href='#x'>x</a>", "<img src='?x'>"):
        assert faults(sanitize(body, base)) == []


MOST_CPU = 10.0
"""Seconds that one body may take a processor: the clock runs on while a machine is busy with others."""


@pytest.fixture
def limited_cpu() -> Iterator[None]:
    """End what takes this process longer than MOST_CPU."""

    def give_up(*_: object) -> None:
        raise AssertionError(f"it takes more than {MOST_CPU} seconds of CPU")

    former = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, MOST_CPU)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, former)


@pytest.mark.real
@pytest.mark.usefixtures("limited_cpu")
@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in SLOW.items()])
def test_a_body_that_is_made_to_take_long_takes_seconds(body: str) -> None:
    sanitize(body, BASE)


# The whole way: posts, store, feeds


@dataclass(slots=True)
class Shown:
    """What a reader is shown of one entry: pieces of HTML, plain texts, and addresses."""

    bodies: list[str] = field(default_factory=list)
    summaries: list[str] = field(default_factory=list)
    """HTML that must be text alone."""
    texts: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


def post_of(number: int, body: str) -> dict[str, Any]:
    """Return a post that attacks with title, body, excerpt and the names of its terms and its author."""
    moment = (NOW - timedelta(minutes=number)).replace(tzinfo=None).isoformat()
    name = {"id": number, "name": body, "slug": f"term-{number}"}
    return {
        "id": number,
        "date_gmt": moment,
        "modified_gmt": moment,
        "guid": {"rendered": f"{SITE}?p={number}"},
        "link": f"{SITE}2026/01/{number}/",
        "title": {"rendered": body},
        "content": {"rendered": body, "protected": False},
        "excerpt": {"rendered": body, "protected": False},
        "author": number,
        "categories": [number],
        "tags": [number],
        "_embedded": {
            "author": [name],
            "wp:term": [[{**name, "taxonomy": "category"}], [{**name, "taxonomy": "post_tag"}]],
        },
    }


def feeds(database: Database, settings: Settings, form: str) -> Iterator[bytes]:
    """Return every page of the feed of all posts."""
    for page in count(1):
        query = parse_query_string(f"limit=100&dedupe=off&page={page}")
        with database.reading() as connection:
            found = find_entries(connection, settings, query, NOW)
        yield FORMATS[form].serialize(build_feed(found, form, "https://feeds.example/"))
        if not found.has_more:
            return


def shown_in_xml(feed: bytes, form: str) -> Iterator[tuple[str, Shown]]:
    """Return what is shown of each entry of an RSS or Atom feed, read by a strict parser."""
    root = etree.fromstring(feed, etree.XMLParser(resolve_entities=False, no_network=True))
    assert b"<!DOCTYPE" not in feed
    assert all(isinstance(element.tag, str) for element in root.iter()), "a comment or an instruction"
    for entry in root.iter("item" if form == "rss" else f"{ATOM}entry"):
        shown = Shown()
        for element in entry.iter():
            text, name = element.text or "", str(element.tag).removeprefix(ATOM)
            assert len(element) == 0 or name not in TEXTS, f"{name} holds elements"
            if name in (CONTENT, "content") and element.get("type") in (None, "html"):
                shown.bodies.append(text)
            elif name == "description":  # the body, where there is no other text
                (shown.bodies if entry.find(CONTENT) is None else shown.summaries).append(text)
            else:
                assert name not in ("title", "summary") or element.get("type") in (None, "text")
                shown.texts += [text, element.get("label", "")]
            shown.addresses += [
                str(element.attrib[key]) for key in ("href", "url") if key in element.attrib
            ]
            shown.addresses += [text] if name == "link" and form == "rss" else []
        yield str(entry.findtext("guid" if form == "rss" else f"{ATOM}id")), shown


def shown_in_json(feed: bytes) -> Iterator[tuple[str, Shown]]:
    """Return what is shown of each item of a JSON feed."""
    for item in json.loads(feed)["items"]:
        texts = [item.get(name, "") for name in ("title", "summary", "content_text")]
        texts += [*item.get("tags", []), *(author["name"] for author in item.get("authors", []))]
        pictures = [item[name] for name in ("image", "banner_image") if name in item]
        attached = [attachment["url"] for attachment in item.get("attachments", [])]
        yield (
            item["id"],
            Shown([item.get("content_html", "")], [], texts, [item["url"], *pictures, *attached]),
        )


@cache
def markup_in(text: str) -> set[str]:
    """Return the names of the elements that a text would be, were it taken for HTML."""
    return {tag for tag, _ in as_html5lib_reads(text, scripting=False)}


@cache
def spelt_in(body: str) -> set[str]:
    """Return the names of the elements that may be spelt in a text made of a body.

    Those that its visible text spells, as `&lt;b&gt;` does, and its attributes, as a frame's title does.
    """
    tree = html5lib.parseFragment(remove_illegal_characters(body), namespaceHTMLElements=False)
    spelt = {
        tag for element in tree.iter() for value in element.attrib.values() for tag in markup_in(value)
    }
    for element in tree.iter():
        if element.tag in HIDDEN:
            element.text = ""
    return spelt | markup_in("".join(tree.itertext()))


def faults_of_an_entry(shown: Shown, body: str) -> list[str]:
    """Return what is wrong with what is shown of an entry that was made of `body`."""
    found = [fault for markup in shown.bodies for fault in faults(markup)]
    found += [f"a summary with <{tag}>" for markup in shown.summaries for tag in markup_in(markup)]
    found += [f"an address {address!r}" for address in shown.addresses if not is_absolute(address)]
    spelt = spelt_in(body)
    found += [f"<{tag}> in {text!r}" for text in shown.texts for tag in markup_in(text) - spelt]
    return found


def left_in_feeds(bodies: Sequence[str], database: Database, settings: Settings) -> dict[str, list[str]]:
    """Send bodies all the way, one post each, and give what is wrong with the entries of each."""
    # As they come: lone surrogates and all.
    items = json.loads(json.dumps([post_of(number, body) for number, body in enumerate(bodies, 1)]))
    batch = read_batch(items)
    assert dict(batch.changes.withheld) == {}
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "news.example", SITE, imported=True)
    assert import_posts(database, site_id, items).new == len(bodies)
    left: dict[str, list[str]] = {}
    for form in FORMATS:
        seen = []
        for feed in feeds(database, settings, form):
            for guid, shown in shown_in_json(feed) if form == "json" else shown_in_xml(feed, form):
                number = int(guid.removeprefix(f"{SITE}?p="))
                seen.append(number)
                if found := faults_of_an_entry(shown, bodies[number - 1]):
                    left.setdefault(bodies[number - 1], []).extend(f"{form}: {fault}" for fault in found)
        assert seen == list(range(1, len(bodies) + 1)), f"{form}: an entry is lost, or one was forged"
    return left


@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.real)], ids=["an eighth", "all"])
@pytest.mark.parametrize("kind", ATTACKS)
def test_no_feed_carries_an_attack(kind: str, every: int, database: Database, settings: Settings) -> None:
    assert left_in_feeds(ATTACKS[kind][::every], database, settings) == {}


@pytest.mark.real  # hundreds of bodies, each the whole way into three feeds
@pytest.mark.parametrize("file", XSS_FILES)
def test_no_feed_carries_a_known_attack(file: str, database: Database, settings: Settings) -> None:
    assert left_in_feeds(known_attacks(file), database, settings) == {}


# A real browser

# Each body has a document of its own, in a frame: one that leaves a tag open swallows no other. A frame is
# written into, since one that is fetched costs a browser several times as much. What waits for somebody to
# act is set off by a script; links and forms that lead elsewhere are held back.
START = '<!doctype html><meta charset="utf-8"><title>Attacks</title>'
INDEX = (
    START
    + """<body><script>
window.hits = new Set();
const elsewhere = ["http:", "https:", "mailto:", "tel:"];
const events = `abort animationend animationstart auxclick beforeinput beforetoggle begin blur canplay
  change click contextmenu copy dblclick drag dragstart end error finish focus focusin
  input invalid keydown keyup load loadstart mousedown mouseenter mousemove mouseout
  mouseover mouseup pageshow paste pointerdown pointerover repeat scroll select start
  submit toggle touchstart transitionend wheel`.split(/\\s+/);
function hold(event) {
  const link = event.target.closest ? event.target.closest("a, area") : null;
  const form = event.type === "submit" ? event.target : null;
  const where = link ? link.protocol : form && form.action ? new URL(form.action, location).protocol : "";
  if (elsewhere.includes(where)) event.preventDefault();
}
function fire(frame) {
  let page;
  try { page = frame.contentDocument; } catch { return; }
  if (!page) return;
  for (const kind of ["click", "auxclick", "submit"]) page.addEventListener(kind, hold, true);
  for (const element of page.querySelectorAll("*")) {
    if (!element.attributes.length && !element.matches("button, input, option, select, summary")) continue;
    for (const name of events) {
      const kind = ["click", "auxclick"].includes(name) ? MouseEvent : Event;
      try { element.dispatchEvent(new kind(name, {bubbles: false, cancelable: true})); } catch {}
    }
  }
}
function show(text) {
  const frame = document.createElement("iframe");
  document.body.append(frame);
  frame.contentDocument.open();
  frame.contentDocument.write(text);
  frame.contentDocument.close();
}
</script>
"""
)
SETTLING = 3.0
"""Seconds in which what was set off may run: what runs at all does so at once."""
MOST = 180_000
"""Milliseconds that a browser may take for all documents: some seconds where it is alone."""

Running = Callable[[], set[int]]
"""The numbers of the documents of which something has run so far."""


@contextmanager
def shown_in_chromium(documents: Sequence[str]) -> Iterator[Running]:
    """Show documents in Chromium, and set off what waits for somebody to act. It reaches nothing but the
    loopback.
    """
    lacking(None if shutil.which("chromium") else "Chromium is not installed: apt-get install chromium")
    texts = [
        sendable(f"{START}<script>function hit() {{ top.hits.add({number}); }}</script><body>{inside}")
        for number, inside in enumerate(documents)
    ]
    data = json.dumps(texts).replace("<", "\\u003c")
    index = Canned(200, f"{INDEX}<script>for (const text of {data}) show(text);</script>", "text/html")
    with serving({"/": index}) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        page = browser.new_page()
        page.goto(address, timeout=MOST)  # which waits for all frames, and for their pictures
        page.evaluate("document.querySelectorAll('iframe').forEach(fire)")
        yield lambda: set(page.evaluate("[...hits]"))
        browser.close()


def sendable(text: str) -> str:
    """Return a text with question marks for its lone surrogates, which UTF-8 does not have."""
    return text.encode("utf-8", "replace").decode()


@pytest.mark.real
@pytest.mark.timeout(240)
def test_in_a_browser_the_attacks_do_run() -> None:
    """So that the next test can fail. Many attacks are for other readers, or only leave the policy. What
    does not spell what would run is left out, and embeds, whose frames from elsewhere cost most.
    """
    bodies = [body for kind in ATTACKS if kind != "embeds" for body in ATTACKS[kind] if "hit()" in body]
    with shown_in_chromium(bodies) as running:
        eventually(lambda: len(running()) > 150, "more than 150 attacks run")


@pytest.mark.real
@pytest.mark.timeout(240)
def test_in_a_browser_nothing_runs_of_the_bodies_that_were_cleaned() -> None:
    shown = {kind: [sanitize(body, BASE) for body in bodies] for kind, bodies in ATTACKS.items()}
    shown["a control"] = ["<p>x</p>", "<img src='x' onerror='hit()'>"]
    pages = {}
    for kind, bodies in shown.items():
        pages[f"{kind}, in the page"] = "".join(f"<div>{body}</div>" for body in bodies)
        # As many readers do it: read by a script, and once more from what that gave.
        data = json.dumps(bodies).replace("<", "\\u003c")
        pages[f"{kind}, put in by a script"] = (
            f"<script>for (const body of {data}) {{"
            "const inner = document.createElement('div'); document.body.append(inner);"
            "inner.innerHTML = body; inner.innerHTML = inner.innerHTML; }</script>"
        )
    controls = {"a control, in the page", "a control, put in by a script"}
    names = list(pages)
    with shown_in_chromium(list(pages.values())) as running:
        eventually(lambda: controls <= {names[number] for number in running()}, "the controls run")
        time.sleep(SETTLING)
        assert {names[number] for number in running()} == controls
