"""Pictures and frames that a script would load later: shown at once, and once."""

from collections.abc import Iterator, Set

import regex
from lxml.html import HtmlElement

from feedsvc.clean import urls
from feedsvc.clean.images import make_image_key

# Where plug-ins keep an address under a name without 'src': jQuery's, EWWW, Breeze, Echo and others.
_OTHER_NAMES = frozenset(
    "data-original data-lazy data-lazyload data-echo data-breeze data-original-set data-url data-image "
    "data-img data-img-url data-full data-full-url data-large data-large_image data-large-file "
    "data-orig-file data-href data-lazy-load data-image-src data-video-url".split()
)
# A name of these words means the picture itself, whatever stands in src; of any other name only what
# is needed is taken.
_LAZY_NAMES = frozenset(
    "data-src data-lazy-src data-original data-orig-src data-opt-src data-cfsrc data-wpfc-original-src "
    "data-ll-src data-lazyload data-pagespeed-lazy-src data-ezsrc data-breeze data-echo data-litespeed-src "
    "data-lazy data-original-src data-hi-res-src data-img-src data-srcset data-lazy-srcset "
    "data-orig-srcset data-opt-srcset data-cfsrcset data-ezsrcset data-wpfc-original-srcset "
    "data-ll-srcset data-brsrcset data-original-set".split()
)
_SMALL = regex.compile(r"thumb|small|tiny|lqip|preview|placeholder|fallback|blur|low|poster")
_LAZY_TAGS = ("img", "source", "iframe", "audio", "video")
TAGS = (*_LAZY_TAGS, "button")
FRAME_CLASS = "rll-youtube-player"  # WP Rocket's stand-in for a frame
"""A body without one of these elements (a button may be an opened noscript) and without this class shows no
picture, film or frame."""

LAZY_ATTRIBUTES: dict[str, Set[str]] = {
    **dict.fromkeys(_LAZY_TAGS, _LAZY_NAMES | _OTHER_NAMES),
    "div": {"data-id", "data-src"},
}
"""The attributes that are read here, by element; and any whose name holds 'src'."""

# What can be an address of a picture, a film or a frame: never data:, a word, a number, a ratio.
_ADDRESS = regex.compile(
    r"https?://\S+|//[^\s/]+\.\S+|(?:\.{0,2}/)(?!/)\S+"
    r"|[^\s:{}\[\]]+\.(?:jpe?g|png|gif|webp|avif|svg|bmp|mp4|m4v|webm|og[gv]|mov|mp3|m4a|wav|html?|php)"
    r"(?:[?#]\S*)?",
    regex.IGNORECASE,
)
# Pictures and pages that stand where another one will be.
_BLANK_FILE = regex.compile(
    r"(?:[\w-]*[-_])?(?:blank|lazy|lazyload|lazy-?load(?:er|ing)?|placeholder|spacer|transparent|clear|empty"
    r"|dummy|1x1|1px|pixel|loading|loader|gr[ae]y|fallback-?img)(?:[-_.\d][\w.-]*)?"
    r"\.(?:gif|png|svg|jpe?g|webp|html?|php)",
    regex.IGNORECASE,
)
_EMPTY_PAGE = regex.compile(r"/(?:blank|empty)\.(?:html?|php)$", regex.IGNORECASE)
_PICTURE_FILE = regex.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp)(?:[?#]|$)", regex.IGNORECASE)

_NOSCRIPT = "feedsvc-noscript"
_NOSCRIPT_TAG = regex.compile(r"<(/?)noscript\b[^<>]*>", regex.IGNORECASE)
_ON_SCRIPTS = regex.compile(r"java\s?script|disqus|\bcookies?\b", regex.IGNORECASE)
_VIDEO_ID = regex.compile(r"[\w-]{6,20}")


def open_noscript(markup: str) -> str:
    """Return `markup` with the content of noscript elements as any other, marked by a class.

    A parser takes it for plain text or for markup, according to whether scripts run; where two sanitisers
    differ on that, attacks pass. So it becomes markup before the first of them reads it: a button, which
    alone may stand in a paragraph and hold blocks.
    """
    if "<n" not in markup and "<N" not in markup:
        return markup
    return _NOSCRIPT_TAG.sub(
        lambda m: "</button>" if m[1] else f"<button class={_NOSCRIPT}>", markup
    )  # fmt: skip


def is_noscript(element: HtmlElement) -> bool:
    """Return whether an element is an opened noscript."""
    return bool(element.get("class") == _NOSCRIPT)


def is_media_address(value: str) -> bool:
    """Return whether the value of an attribute can be the address of a picture, a film or a frame."""
    if " " in value and ", " not in value and _PICTURE_FILE.search(value):
        value = value.replace(" ", "%20")  # in a file's name
    return bool(_ADDRESS.fullmatch(value))


def is_blank(address: str) -> bool:
    """Return whether nothing is shown at `address`: it is none, or of a known placeholder."""
    return not is_media_address(address) or _is_placeholder(address)


def _is_placeholder(address: str) -> bool:
    """Return whether the file at `address` is by its name one that stands where another will be."""
    file_name = address.partition("?")[0].partition("#")[0].rpartition("/")[2]
    return bool(_BLANK_FILE.fullmatch(file_name))


def reveal_lazy_media(root: HtmlElement, base: str) -> None:
    """Set the true address of every lazy picture and frame, and drop their doubles in noscript."""
    for element in root.iter("div"):
        if FRAME_CLASS in element.get("class", "").split():
            _make_frame(element)
    for element in list(root.iter(*_LAZY_TAGS)):
        _reveal(element, base)
    _dissolve_noscript(root, base)


def _reveal(element: HtmlElement, base: str) -> None:
    """Set the true addresses of one element, where its attributes or the link around it tell them."""
    source = element.get("src", "").strip()
    shows_nothing = is_blank(source)
    values = {
        name: value.strip()
        for name, value in element.attrib.items()
        if name not in ("src", "srcset") and ("src" in name or name in _OTHER_NAMES)
    }
    names = sorted(values, key=lambda name: bool(_SMALL.search(name)))
    for name in names:
        may_replace = name in _LAZY_NAMES or shows_nothing
        if may_replace and not name.endswith("set") and _fits(element, name, values[name]):
            element.set("src", values[name])
            element.attrib.pop("style", None)  # which hid it until then
            shows_nothing = False
            break
    for name in names:
        may_replace = name in _LAZY_NAMES or not urls.parse_srcset(element.get("srcset", ""), base)
        if may_replace and name.endswith("set") and _is_srcset(values[name]):
            element.set("srcset", values[name])
            element.attrib.pop("style", None)
            break
    if shows_nothing and element.tag == "img":
        _reveal_linked_picture(element, base)
    elif element.tag == "iframe" and _EMPTY_PAGE.search(element.get("src", "")):
        del element.attrib["src"]  # a consent service's empty page


def _fits(element: HtmlElement, name: str, value: str) -> bool:
    """Return whether an attribute's value can be the address of what the element shows."""
    if not is_media_address(value) or _is_placeholder(value):
        return False
    is_picture = bool(_PICTURE_FILE.search(value))
    if element.tag in ("audio", "video"):
        return not is_picture and (name in _LAZY_NAMES or element.find("source") is None)
    return is_picture or element.tag == "iframe" or name not in _OTHER_NAMES or name in _LAZY_NAMES


def _is_srcset(value: str) -> bool:
    return all(is_media_address(part.split()[0]) for part in value.split(", ") if part.strip()) and bool(
        value
    )


def _reveal_linked_picture(image: HtmlElement, base: str) -> None:
    """Set for a picture without one the address of the picture that the link around it leads to."""
    if urls.parse_srcset(image.get("srcset", ""), base):
        return
    link = next(image.iterancestors("a"), None)
    address = link.get("href", "").strip() if link is not None else ""
    if _PICTURE_FILE.search(address) and is_media_address(address):
        image.set("src", address)


def _make_frame(element: HtmlElement) -> None:
    video = element.get("data-id", "")
    if not element.get("data-src") and _VIDEO_ID.fullmatch(video):
        element.set("data-src", f"https://www.youtube.com/embed/{video}")
    element.tag = "iframe"


def _dissolve_noscript(root: HtmlElement, base: str) -> None:
    """Keep what a noscript shows that is not shown already, and drop the rest.

    Its words are for browsers without scripts; a link leads to what a script would show.
    """
    noscripts = [button for button in root.iter("button") if is_noscript(button)]
    if not noscripts:
        return
    within_noscripts = {element for noscript in noscripts for element in noscript.iter()}
    playlists = {div for div in root.iter("div") if "wp-playlist" in div.get("class", "").split()}
    shown_keys = {
        _make_media_key(element, base) for element in _iter_media(root) if element not in within_noscripts
    }
    for noscript in noscripts:
        _drop_blank_before(noscript)
        if not playlists.isdisjoint(noscript.iterancestors()):
            noscript.drop_tag()  # its songs stand nowhere else
            continue
        for element in list(_iter_media(noscript)):
            key = _make_media_key(element, base)
            if key and key not in shown_keys:
                shown_keys.add(key)
                ancestors = element.iterancestors("picture", "a")
                holders = [ancestor for ancestor in ancestors if ancestor in within_noscripts]
                outermost = holders[-1] if holders else element
                outermost.tail = None
                noscript.addprevious(outermost)
        for link in _list_embed_links(noscript):
            link.tail = None
            noscript.addprevious(link)
        noscript.drop_tree()


def _drop_blank_before(noscript: HtmlElement) -> None:
    """Drop a placeholder that stands directly before the noscript with its picture."""
    blank = noscript.getprevious()
    if blank is None or blank.tag != "img" or (blank.tail or "").strip():
        return
    if _is_placeholder(blank.get("src", "")) and next(noscript.iter("img"), None) is not None:
        blank.drop_tree()


def _list_embed_links(noscript: HtmlElement) -> list[HtmlElement]:
    """Return the links in a noscript, unless they only tell how to turn scripts on."""
    if _ON_SCRIPTS.search(noscript.text_content()):
        return []
    links = [link for link in noscript.iter("a") if link.text_content().strip()]
    return [link for link in links if not _ON_SCRIPTS.search(link.get("href", ""))]


def _iter_media(root: HtmlElement) -> Iterator[HtmlElement]:
    yield from root.iter("img", "iframe", "audio", "video")


def _make_media_key(element: HtmlElement, base: str) -> str:
    """Return what two elements share that show the same thing."""
    address = element.get("src", "")
    if not address and element.get("srcset"):
        address = urls.choose_widest(urls.parse_srcset(element.get("srcset", ""), base))
    whole = urls.make_absolute(address, base) if address else ""
    return make_image_key(whole) if element.tag == "img" else whole.partition(":")[2]
