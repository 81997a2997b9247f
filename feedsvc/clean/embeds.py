"""What other sites show within a body: a link for every reader, a frame for the hosts of the policy.

Few readers show frames, and the W3C validator warns of them in RSS and Atom; there the link, with a picture
where one is known, stands for the frame.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

import regex
from lxml import html as lxml_html
from lxml.html import HtmlElement

from feedsvc.clean import policy
from feedsvc.clean.urls import make_absolute

_FRAME_ATTRIBUTES = ("height", "width", "src", "title", "allowfullscreen")
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
_FRAME_SITES = (
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
# By the class of an embed without a frame: the attribute that holds its address.
_QUOTES: Mapping[str, str] = {
    "twitter-tweet": "cite",
    "tiktok-embed": "cite",
    "instagram-media": "data-instgrm-permalink",
    "text-post-media": "data-text-post-permalink",
    "reddit-embed-bq": "cite",
    "bluesky-embed": "cite",
}
_BOXES: Mapping[str, str] = dict.fromkeys(("fb-post", "fb-video"), "data-href")

EMBED_ATTRIBUTES = {"blockquote": set(_QUOTES.values()), "div": set(_BOXES.values())}
"""The attributes that are read here, by element."""


def replace_embeds(root: HtmlElement, base: str) -> None:
    """Make every embed in a body readable without a script.

    Addresses are made absolute against `base`. At most MAX_FRAMES frames stay.
    """
    quoting_elements = _find_quoting_elements(root)
    for number, frame in enumerate(list(root.iter("iframe"))):
        holders = (frame.getparent(), *frame.iterancestors("figure"))
        if quoting_elements.isdisjoint(holders) or not _is_wordpress_embed(frame):
            _replace_frame(frame, base, may_show=number < policy.MAX_FRAMES)
        frame.drop_tree()
    for element in list(root.iter("blockquote", "div")):
        classes = set(element.get("class", "").split())
        attribute_by_class = _QUOTES if element.tag == "blockquote" else _BOXES
        for name in sorted(classes & attribute_by_class.keys()):
            _add_link(element, element.get(attribute_by_class[name], "").strip(), base)
        if "wp-block-embed__wrapper" in classes:
            _link_bare_address(element)


def _replace_frame(frame: HtmlElement, base: str, *, may_show: bool) -> None:
    """Put before a frame what stands for it: a link, and the frame anew where it may be shown."""
    source = frame.get("src", "").strip()
    address = _secure_address(make_absolute(source, base)) if source else ""
    if not address:
        return
    may_show = may_show and policy.is_embed(address)
    page, picture = _find_page(address)
    if not _is_linked(frame, page):
        frame.addprevious(_make_link(page, picture, frame.get("title", "").strip() or page))
        if may_show:
            frame.addprevious(lxml_html.Element("br"))
    if may_show:
        frame.set("src", address)
        new_frame = lxml_html.Element("iframe")
        for name in _FRAME_ATTRIBUTES:
            if name in frame.attrib:
                new_frame.set(name, frame.get(name))
        frame.addprevious(new_frame)


def _is_wordpress_embed(element: HtmlElement) -> bool:
    """Return whether an element belongs to WordPress's own way of embedding another post."""
    return "wp-embedded-content" in element.get("class", "").split()


def _find_quoting_elements(root: HtmlElement) -> set[HtmlElement]:
    """Return the elements in which WordPress quotes another post, so that its frame only repeats it."""
    quotes = [quote for quote in root.iter("blockquote") if _is_wordpress_embed(quote)]
    return {holder for quote in quotes for holder in (quote.getparent(), *quote.iterancestors("figure"))}


def _secure_address(address: str) -> str:
    """Return a frame's address as the policy wants it: by https, and not playing by itself."""
    secure = "https" + address.removeprefix("http") if address.startswith("http:") else address
    parts = urlsplit(secure)
    if "autoplay" not in parts.query and "auto_play" not in parts.query:
        return secure
    parameters = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in ("autoplay", "auto_play")
    ]
    return urlunsplit(parts._replace(query=urlencode(parameters)))


def _find_page(address: str) -> tuple[str, str]:
    """Return the page for people of what a frame shows, and its picture's address or an empty string."""
    for site in _FRAME_SITES:
        if match := site.address.match(address):
            return match.expand(site.page), match.expand(site.picture)
    if address.startswith("https://w.soundcloud.com/player/"):
        [track, *_] = parse_qs(urlsplit(address).query).get("url", [""])
        return make_absolute(track, "") or address, ""
    return address, ""


def _make_link(page: str, picture: str, title: str) -> HtmlElement:
    link = lxml_html.Element("a", href=page)
    if picture:
        link.append(lxml_html.Element("img", alt=title, src=picture))
    else:
        link.text = title
    return link


def _is_linked(frame: HtmlElement, page: str) -> bool:
    """Return whether the link that we would make stands before a frame, as in a body cleaned before."""
    line = frame.getprevious()
    link = line.getprevious() if line is not None and line.tag == "br" and not line.tail else None
    return link is not None and link.tag == "a" and link.get("href") == page and not link.tail


def _add_link(element: HtmlElement, value: str, base: str) -> None:
    address = make_absolute(value, base) if value else ""
    bare = address.partition("?")[0]
    if address and not any(link.get("href", "").partition("?")[0] == bare for link in element.iter("a")):
        link = lxml_html.Element("a", href=address)
        link.text = address
        element.append(link)


def _link_bare_address(wrapper: HtmlElement) -> None:
    text = (wrapper.text or "").strip()
    if len(wrapper) == 0 and _BARE_ADDRESS.fullmatch(text):
        wrapper.text = None
        wrapper.append(_make_link(text, "", text))
