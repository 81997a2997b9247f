"""What other sites show within a body: a link for every reader, a frame for the hosts of the policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

import regex
from lxml import html as lxml_html
from lxml.html import HtmlElement

from feedsvc.clean import policy
from feedsvc.clean.urls import absolute

_OF_A_FRAME = ("height", "width", "src", "title", "allowfullscreen")
_BARE_ADDRESS = regex.compile(r"https?://\S+")
_ID = r"([\w-]+)"


@dataclass(frozen=True, slots=True)
class _Site:
    """How the page for people, and a picture of it, follow from a frame's address."""

    address: regex.Pattern[str]
    page: str
    picture: str = ""


def _site(address: str, page: str, picture: str = "") -> _Site:
    return _Site(regex.compile(r"https?://" + address), page, picture)


_YOUTUBE = r"(?:www\.|m\.)?youtube(?:-nocookie)?\.com/embed/"
_SITES = (
    _site(_YOUTUBE + rf"videoseries\?(?:.*&)?list={_ID}", r"https://www.youtube.com/playlist?list=\1"),
    _site(
        _YOUTUBE + _ID, r"https://www.youtube.com/watch?v=\1", r"https://i.ytimg.com/vi/\1/hqdefault.jpg"
    ),
    _site(rf"player\.vimeo\.com/video/(\d+)\?(?:.*&)?h={_ID}", r"https://vimeo.com/\1/\2"),
    _site(r"player\.vimeo\.com/video/(\d+)", r"https://vimeo.com/\1"),
    _site(
        rf"(?:(?:www\.)?dailymotion\.com/embed/video/|geo\.dailymotion\.com/player[^?]*\?(?:.*&)?video=){_ID}",
        r"https://www.dailymotion.com/video/\1",
        r"https://www.dailymotion.com/thumbnail/video/\1",
    ),
    _site(r"open\.spotify\.com/embed(?:-podcast)?/(\w+/\w+)", r"https://open.spotify.com/\1"),
    _site(r"embed\.podcasts\.apple\.com/([^?#]+)", r"https://podcasts.apple.com/\1"),
    _site(r"embed\.ted\.com/talks/([^?#]+)", r"https://www.ted.com/talks/\1"),
    _site(rf"(?:videopress\.com|video\.wordpress\.com)/embed/{_ID}", r"https://videopress.com/v/\1"),
    _site(r"archive\.org/embed/([^?#/]+)", r"https://archive.org/details/\1"),
    _site(r"platform\.twitter\.com/embed/\w+\.html\?(?:.*&)?id=(\d+)", r"https://x.com/i/status/\1"),
)
_QUOTES: Mapping[str, str] = {
    "twitter-tweet": "cite",
    "tiktok-embed": "cite",
    "instagram-media": "data-instgrm-permalink",
    "text-post-media": "data-text-post-permalink",
    "reddit-embed-bq": "cite",
    "bluesky-embed": "cite",
}
_BOXES: Mapping[str, str] = dict.fromkeys(("fb-post", "fb-video"), "data-href")

READ = {"blockquote": set(_QUOTES.values()), "div": set(_BOXES.values())}
"""The attributes that are read here, by element."""


def settle(root: HtmlElement, base: str) -> None:
    """Make every embed in a body readable without a script."""
    quoted = _quoted(root)
    for number, frame in enumerate(list(root.iter("iframe"))):
        if quoted.isdisjoint((frame.getparent(), *frame.iterancestors("figure"))) or not _is_own(frame):
            _settle_frame(frame, base, may_show=number < policy.MAX_FRAMES)
        frame.drop_tree()
    for element in list(root.iter("blockquote", "div")):
        classes = set(element.get("class", "").split())
        readings = _QUOTES if element.tag == "blockquote" else _BOXES
        for name in sorted(classes & readings.keys()):
            _add_link(element, element.get(readings[name], "").strip(), base)
        if "wp-block-embed__wrapper" in classes:
            _link_bare_address(element)


def _settle_frame(frame: HtmlElement, base: str, *, may_show: bool) -> None:
    """Put before a frame what stands for it."""
    source = frame.get("src", "").strip()
    address = _secure(absolute(source, base)) if source else ""
    if not address:
        return
    may_show = may_show and policy.is_embed(address)
    page, picture = _page(address)
    if not _is_linked(frame, page):
        frame.addprevious(_link(page, picture, frame.get("title", "").strip() or page))
        if may_show:
            frame.addprevious(lxml_html.Element("br"))
    if may_show:
        frame.set("src", address)
        made = lxml_html.Element("iframe")
        for name in _OF_A_FRAME:
            if name in frame.attrib:
                made.set(name, frame.get(name))
        frame.addprevious(made)


def _is_own(element: HtmlElement) -> bool:
    """Tell whether an element is a part of WordPress's own embeds of other posts."""
    return "wp-embedded-content" in element.get("class", "").split()


def _quoted(root: HtmlElement) -> set[HtmlElement]:
    """Give the elements in which WordPress quotes another post, so that its frame only repeats it."""
    quotes = [quote for quote in root.iter("blockquote") if _is_own(quote)]
    return {holder for quote in quotes for holder in (quote.getparent(), *quote.iterancestors("figure"))}


def _secure(address: str) -> str:
    """Give a frame's address as the policy wants it: by https, and not playing by itself."""
    secure = "https" + address.removeprefix("http") if address.startswith("http:") else address
    parts = urlsplit(secure)
    if "autoplay" not in parts.query and "auto_play" not in parts.query:
        return secure
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in ("autoplay", "auto_play")
    ]
    return urlunsplit(parts._replace(query=urlencode(kept)))


def _page(address: str) -> tuple[str, str]:
    """Give the page for people of what a frame shows, and a picture of it, or nothing for that."""
    for site in _SITES:
        if match := site.address.match(address):
            return match.expand(site.page), match.expand(site.picture)
    if address.startswith("https://w.soundcloud.com/player/"):
        [track, *_] = parse_qs(urlsplit(address).query).get("url", [""])
        return absolute(track, "") or address, ""
    return address, ""


def _link(page: str, picture: str, title: str) -> HtmlElement:
    link = lxml_html.Element("a", href=page)
    if picture:
        link.append(lxml_html.Element("img", alt=title, src=picture))
    else:
        link.text = title
    return link


def _is_linked(frame: HtmlElement, page: str) -> bool:
    """Tell whether the link that we would make stands before a frame, as in a body cleaned before."""
    line = frame.getprevious()
    link = line.getprevious() if line is not None and line.tag == "br" and not line.tail else None
    return link is not None and link.tag == "a" and link.get("href") == page and not link.tail


def _add_link(element: HtmlElement, given: str, base: str) -> None:
    address = absolute(given, base) if given else ""
    bare = address.partition("?")[0]
    if address and not any(link.get("href", "").partition("?")[0] == bare for link in element.iter("a")):
        link = lxml_html.Element("a", href=address)
        link.text = address
        element.append(link)


def _link_bare_address(wrapper: HtmlElement) -> None:
    text = (wrapper.text or "").strip()
    if len(wrapper) == 0 and _BARE_ADDRESS.fullmatch(text):
        wrapper.text = None
        wrapper.append(_link(text, "", text))
