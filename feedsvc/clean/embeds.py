"""What other sites show within a body: a link for every reader, a frame for the hosts of the policy.

Few readers show frames, and the W3C validator warns of them in RSS and Atom; there the link, with a picture
where one is known, stands for the frame.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import regex
from lxml import html as lxml_html
from lxml.html import HtmlElement

from feedsvc.clean import policy
from feedsvc.clean.embed_pages import find_page
from feedsvc.clean.images import is_pixel
from feedsvc.clean.urls import make_absolute

_FRAME_ATTRIBUTES = ("height", "width", "src", "title", "allowfullscreen")
_BARE_ADDRESS = regex.compile(r"https?://\S+")
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

# By the class of an empty link: what a script would fill, and what it would make a button of.
_EMBED_LINK = regex.compile(r"embed|card|timeline|moment|player|widget", regex.IGNORECASE)
_ACTS = regex.compile(r"share|follow|like|button|print|close|popup|btn|hashtag|mention", regex.IGNORECASE)

EMBED_ATTRIBUTES = {"blockquote": set(_QUOTES.values()), "div": set(_BOXES.values())}
"""The attributes that are read here, by element."""


def replace_embeds(root: HtmlElement, base: str) -> None:
    """Make every embed in a body readable without a script.

    Addresses are made absolute against `base`. At most MAX_FRAMES frames stay.
    """
    quoting_elements = _find_quoting_elements(root)
    for number, frame in enumerate(list(root.iter("iframe"))):
        if is_pixel(frame):
            frame.drop_tree()
            continue
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
    for paragraph in root.iter("p"):  # so the classic editor embeds, and WordPress leaves what it could not
        _link_bare_address(paragraph)
    _fill_empty_links(root, base)


def _fill_empty_links(root: HtmlElement, base: str) -> None:
    """Name by its address each empty link that a script would fill, unless the body links there already."""
    for link in list(root.iter("a")):
        if len(link) or (link.text or "").strip() or not _is_embed_link(link):
            continue
        address = make_absolute(link.get("href", ""), base)
        others = (other for other in root.iter("a") if other is not link and (len(other) or other.text))
        if not address.startswith("http") or any(
            make_absolute(other.get("href", ""), base) == address for other in others
        ):
            link.drop_tree()
        else:
            link.text = address


def _is_embed_link(link: HtmlElement) -> bool:
    kind = f"{link.get('class', '')} {link.get('data-pin-do', '')}"
    return "data-iframely-url" in link.attrib or bool(_EMBED_LINK.search(kind) and not _ACTS.search(kind))


def _replace_frame(frame: HtmlElement, base: str, *, may_show: bool) -> None:
    """Put before a frame what stands for it: a link, and the frame anew where it may be shown."""
    source = frame.get("src", "").strip()
    address = _secure_address(make_absolute(source, base)) if source else ""
    if not address:
        return
    may_show = may_show and policy.is_embed(address)
    page = find_page(address)
    if not _is_linked(frame, page.address):
        title = frame.get("title", "").strip() or page.name or _name_page(page.address, address)
        frame.addprevious(_make_link(page.address, page.picture, title))
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


def _name_page(page: str, frame: str) -> str:
    """Return what a page without a title is called: its address; its host where only the frame is known."""
    return urlsplit(page).netloc.removeprefix("www.") if page == frame else page


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
