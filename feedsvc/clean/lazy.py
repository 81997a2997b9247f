"""Pictures and frames that a script would load later: shown at once, and once."""

from collections.abc import Iterator

import regex
from lxml.html import HtmlElement

from feedsvc.clean import urls
from feedsvc.clean.images import make_image_key

# Where the lazy-load plug-ins keep the address: a3, Jetpack, WP Rocket, LiteSpeed, Smush, EWWW, jQuery's,
# Avada, Optimole, Cloudflare Mirage, WP Fastest Cache, Lazy Loader, PageSpeed, Ezoic, Breeze, Echo.
_SRC_ATTRIBUTES = tuple(
    "data-src data-lazy-src data-original data-orig-src data-opt-src data-cfsrc data-wpfc-original-src "
    "data-ll-src data-lazyload data-pagespeed-lazy-src data-ezsrc data-breeze data-echo data-litespeed-src "
    "data-lazy data-original-src data-hi-res-src data-img-src".split()
)
_SRCSET_ATTRIBUTES = tuple(
    "data-srcset data-lazy-srcset data-orig-srcset data-opt-srcset data-cfsrcset data-ezsrcset "
    "data-wpfc-original-srcset data-ll-srcset data-brsrcset data-original-set".split()
)
_LAZY_TAGS = ("img", "source", "iframe", "audio", "video")
LAZY_ATTRIBUTES = {
    **{tag: {*_SRC_ATTRIBUTES, *_SRCSET_ATTRIBUTES} for tag in _LAZY_TAGS},
    "div": {"data-id", "data-src"},
}
"""The attributes that are read here, by element."""

_NOSCRIPT = "feedsvc-noscript"
_NOSCRIPT_TAG = regex.compile(r"<(/?)noscript\b[^<>]*>", regex.IGNORECASE)
_VIDEO_ID = regex.compile(r"[\w-]{6,20}")


def open_noscript(markup: str) -> str:
    """Return `markup` with the content of noscript elements as any other, marked by a class.

    A parser takes it for plain text or for markup, according to whether scripts run; where two sanitisers
    differ on that, attacks pass. So it becomes markup before the first of them reads it: a button, which
    alone may stand in a paragraph and hold blocks.
    """
    return _NOSCRIPT_TAG.sub(
        lambda m: "</button>" if m[1] else f"<button class={_NOSCRIPT}>", markup
    )  # fmt: skip


def is_noscript(element: HtmlElement) -> bool:
    """Return whether an element is an opened noscript."""
    return bool(element.get("class") == _NOSCRIPT)


def reveal_lazy_media(root: HtmlElement, base: str) -> None:
    """Set the true address of every lazy picture and frame, and drop their doubles in noscript."""
    for element in root.iter("div"):
        if "rll-youtube-player" in element.get("class", "").split():  # WP Rocket's stand-in for a frame
            _make_frame(element)
    for element in root.iter(*_LAZY_TAGS):
        if not any(name.startswith("data-") for name in element.keys()):  # noqa: SIM118 (an element holds children)
            continue
        for names, target in ((_SRC_ATTRIBUTES, "src"), (_SRCSET_ATTRIBUTES, "srcset")):
            values = (element.get(name, "").strip() for name in names)
            if value := next(filter(None, values), ""):
                element.set(target, value)
                element.attrib.pop("style", None)  # which hid it until then
    _dissolve_noscript(root, base)


def _make_frame(element: HtmlElement) -> None:
    video = element.get("data-id", "")
    if not element.get("data-src") and _VIDEO_ID.fullmatch(video):
        element.set("data-src", f"https://www.youtube.com/embed/{video}")
    element.tag = "iframe"


def _dissolve_noscript(root: HtmlElement, base: str) -> None:
    """Keep what a noscript shows that is not shown already, and drop the rest.

    Its words are for browsers without scripts.
    """
    noscripts = [button for button in root.iter("button") if is_noscript(button)]
    within_noscripts = {element for noscript in noscripts for element in noscript.iter()}
    playlists = {div for div in root.iter("div") if "wp-playlist" in div.get("class", "").split()}
    shown_keys = {
        _make_media_key(element, base) for element in _iter_media(root) if element not in within_noscripts
    }
    for noscript in noscripts:
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
        noscript.drop_tree()


def _iter_media(root: HtmlElement) -> Iterator[HtmlElement]:
    yield from root.iter("img", "iframe", "audio", "video")


def _make_media_key(element: HtmlElement, base: str) -> str:
    """Return what two elements share that show the same thing."""
    address = element.get("src", "")
    if not address and element.get("srcset"):
        address = urls.choose_widest(urls.parse_srcset(element.get("srcset", ""), base))
    whole = urls.make_absolute(address, base) if address else ""
    return make_image_key(whole) if element.tag == "img" else whole.partition(":")[2]
