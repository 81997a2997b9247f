"""Pictures and frames that a script would load later: shown at once, and once."""

from collections.abc import Iterator

import regex
from lxml.html import HtmlElement

from feedsvc.clean import urls
from feedsvc.clean.images import picture_key

# Where the lazy-load plug-ins keep the address: a3, Jetpack, WP Rocket, LiteSpeed, Smush, EWWW, jQuery's,
# Avada, Optimole, Cloudflare Mirage, WP Fastest Cache, Lazy Loader, PageSpeed, Ezoic, Breeze, Echo.
_SOURCES = tuple(
    "data-src data-lazy-src data-original data-orig-src data-opt-src data-cfsrc data-wpfc-original-src "
    "data-ll-src data-lazyload data-pagespeed-lazy-src data-ezsrc data-breeze data-echo data-litespeed-src "
    "data-lazy data-original-src data-hi-res-src data-img-src".split()
)
_SETS = tuple(
    "data-srcset data-lazy-srcset data-orig-srcset data-opt-srcset data-cfsrcset data-ezsrcset "
    "data-wpfc-original-srcset data-ll-srcset data-brsrcset data-original-set".split()
)
READ = {
    **{tag: {*_SOURCES, *_SETS} for tag in ("img", "source", "iframe", "audio", "video")},
    "div": {"data-id", "data-src"},
}
"""The attributes that are read here, by element."""

_NOSCRIPT = "feedsvc-noscript"
_NOSCRIPT_TAG = regex.compile(r"<(/?)noscript\b[^<>]*>", regex.IGNORECASE)
_VIDEO_ID = regex.compile(r"[\w-]{6,20}")


def open_noscript(markup: str) -> str:
    """Give `markup` with the content of noscript elements as any other, marked by a class.

    To a parser it is plain text or markup, according to whether scripts run: sanitisers that differ on
    that are how attacks pass. So it becomes markup before the first of them reads it: a button, which
    alone may stand in a paragraph and hold blocks.
    """
    return _NOSCRIPT_TAG.sub(
        lambda m: "</button>" if m[1] else f"<button class={_NOSCRIPT}>", markup
    )  # fmt: skip


def is_noscript(element: HtmlElement) -> bool:
    """Tell whether an element is an opened noscript."""
    return bool(element.get("class") == _NOSCRIPT)


def promote(root: HtmlElement, base: str) -> None:
    """Give every lazy picture and frame its true address, and take out their doubles."""
    for element in root.iter("div"):
        if "rll-youtube-player" in element.get("class", "").split():  # WP Rocket's stand-in for a frame
            _make_frame(element)
    for element in root.iter("img", "source", "iframe", "audio", "video"):
        if not any(name.startswith("data-") for name in element.keys()):  # noqa: SIM118 (an element holds children)
            continue
        for names, target in ((_SOURCES, "src"), (_SETS, "srcset")):
            given = (element.get(name, "").strip() for name in names)
            if value := next(filter(None, given), ""):
                element.set(target, value)
                element.attrib.pop("style", None)  # which hid it until then
    _settle_noscript(root, base)


def _make_frame(element: HtmlElement) -> None:
    video = element.get("data-id", "")
    if not element.get("data-src") and _VIDEO_ID.fullmatch(video):
        element.set("data-src", f"https://www.youtube.com/embed/{video}")
    element.tag = "iframe"


def _settle_noscript(root: HtmlElement, base: str) -> None:
    """Keep what a noscript shows that is not shown already; its words are for browsers without scripts."""
    opened = [one for one in root.iter("button") if is_noscript(one)]
    within = {element for noscript in opened for element in noscript.iter()}
    playlists = {one for one in root.iter("div") if "wp-playlist" in one.get("class", "").split()}
    shown = {_key(element, base) for element in _shown(root) if element not in within}
    for noscript in opened:
        if not playlists.isdisjoint(noscript.iterancestors()):
            noscript.drop_tag()  # its songs stand nowhere else
            continue
        for element in list(_shown(noscript)):
            key = _key(element, base)
            if key and key not in shown:
                shown.add(key)
                holders = [one for one in element.iterancestors("picture", "a") if one in within]
                kept = holders[-1] if holders else element
                kept.tail = None
                noscript.addprevious(kept)
        noscript.drop_tree()


def _shown(root: HtmlElement) -> Iterator[HtmlElement]:
    yield from root.iter("img", "iframe", "audio", "video")


def _key(element: HtmlElement, base: str) -> str:
    address = element.get("src", "")
    if not address and element.get("srcset"):
        address = urls.widest(urls.candidates(element.get("srcset", ""), base))
    whole = urls.absolute(address, base) if address else ""
    return picture_key(whole) if element.tag == "img" else whole.partition(":")[2]
