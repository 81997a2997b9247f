"""The pictures of a body: which count readers, which are characters, which of several sizes is shown."""

import unicodedata
from urllib.parse import unquote, urlsplit

import regex
from lxml import html as lxml_html
from lxml.html import HtmlElement

from feedsvc.clean import policy, urls
from feedsvc.model import Image
from feedsvc.text.html import legal

_TRACKER = regex.compile(
    r"(?:https?:)?//(?:[\w-]+\.)*(?:" + "|".join(map(regex.escape, policy.TRACKERS)) + ")", regex.IGNORECASE
)
_TINY = regex.compile(r"\s*0*[01](?:\.0*)?\s*(?:px)?\s*")
_STYLED = regex.compile(r"(?:^|[;\s])(width|height)\s*:\s*([^;!]+)", regex.IGNORECASE)
_HIDDEN = regex.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", regex.IGNORECASE)

_EMOJI_CLASSES = frozenset({"emoji", "wp-smiley"})
_EMOJI_FILE = regex.compile(
    r"(?://s\.w\.org/images/core/emoji|/twemoji|abs(?:-\d)?\.twimg\.com/emoji)(?=/)[^?#]{0,80}?"
    r"/([0-9a-f]{2,5}(?:-[0-9a-f]{2,5}){0,9})\.(?:svg|png)",
    regex.IGNORECASE,
)
# What WordPress and its plug-ins put behind a file's name: a size, a mark of scaling, turning or editing.
_VARIANT = regex.compile(
    r"(?:-\d{1,5}x\d{1,5}|-scaled|-rotated|-e\d{10,15}|@2x|\.(?:jpe?g|png|gif|webp|avif))$"
)
_MOST_VARIANTS = 5
_UPLOADS = regex.compile(r".*/(?:wp-content/uploads|files)/")


def settle(root: HtmlElement, base: str) -> None:
    """Take out what is no picture, give each picture one address, the largest that is sensible."""
    for image in list(root.iter("img", "source")):
        _settle_sources(image, base)
    for image in list(root.iter("img")):
        if _is_pixel(image):
            image.drop_tree()
        elif (text := _emoji(image)) is not None:
            image.tail = text + (image.tail or "")
            image.drop_tree()
        elif not _has_address(image, base):
            image.drop_tree()


def picture_key(address: str) -> str:
    """Give what the addresses of one picture share, whatever its size, its format and its host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    place = unicodedata.normalize("NFC", unquote(f"{parts.netloc}{parts.path}")).lower()
    place = _UPLOADS.sub("", place)
    for _ in range(_MOST_VARIANTS):
        place = _VARIANT.sub("", place)
    return place


def put_on_top(root: HtmlElement, picture: Image) -> None:
    """Show `picture` above a body that does not show it already."""
    wanted = picture_key(picture.url)
    if any(picture_key(image.get("src", "")) == wanted for image in root.iter("img")):
        return
    figure = lxml_html.Element("figure")
    image = lxml_html.Element("img", src=picture.url, alt=picture.alt)
    for name, size in (("width", picture.width), ("height", picture.height)):
        if size:
            image.set(name, str(size))
    figure.append(image)
    figure.tail, root.text = root.text, None
    root.insert(0, figure)


def _settle_sources(image: HtmlElement, base: str) -> None:
    if "srcset" not in image.attrib:
        return
    pictures = urls.candidates(image.get("srcset", ""), base)
    if not pictures:
        del image.attrib["srcset"]
        return
    image.set("srcset", urls.srcset(pictures))
    if image.tag == "img" and (best := urls.widest(pictures)):
        image.set("src", best)


def _has_address(image: HtmlElement, base: str) -> bool:
    """Tell whether a picture can be shown; one without an address gets that of its picture element."""
    if image.get("src", "").strip() and urls.absolute(image.get("src", ""), base):
        return True
    parent = image.getparent()
    if parent is None or parent.tag != "picture" or image.get("src", "").strip():
        return False
    pictures = [
        one for source in parent.iter("source") for one in urls.candidates(source.get("srcset", ""), base)
    ]
    if best := urls.widest(pictures):
        image.set("src", best)
    return bool(best)


def _is_pixel(image: HtmlElement) -> bool:
    """Tell whether a picture is there to count readers: a known counter, hidden, or of one pixel."""
    if _TRACKER.match(image.get("src", "").strip()):
        return True
    style = image.get("style", "")
    if _HIDDEN.search(style):
        return True
    sizes = {name.lower(): value for name, value in _STYLED.findall(style)}
    sizes |= {name: image.get(name, "") for name in ("width", "height") if image.get(name)}
    return bool(sizes) and all(_TINY.fullmatch(size) for size in sizes.values())


def _emoji(image: HtmlElement) -> str | None:
    """Give the characters that a picture stands for, or None when it is a picture."""
    name = _EMOJI_FILE.search(image.get("src", ""))
    if not name and _EMOJI_CLASSES.isdisjoint(image.get("class", "").split()):
        return None
    if alt := str(image.get("alt", "")):
        return alt
    points = [int(point, 16) for point in name[1].split("-")] if name else []
    return legal("".join(chr(point) for point in points if point < 0x110000)) or None
