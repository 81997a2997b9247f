"""The pictures of a body: which count readers, which are characters, which of several sizes is shown."""

import unicodedata
from collections import Counter
from urllib.parse import parse_qs, unquote, urlsplit

import regex
from lxml import html as lxml_html
from lxml.html import HtmlElement

from feedsvc.clean import policy, urls
from feedsvc.clean.tree import read_text_before
from feedsvc.model import Image
from feedsvc.text.characters import remove_illegal_characters

_TRACKER = regex.compile(
    r"(?:https?:)?//(?:[\w-]+\.)*(?:" + "|".join(map(regex.escape, policy.TRACKERS)) + ")", regex.IGNORECASE
)
_TINY = regex.compile(r"\s*0*[01](?:\.0*)?\s*(?:px)?\s*")
_STYLED_SIZE = regex.compile(r"(?:^|[;\s])(width|height)\s*:\s*([^;!]+)", regex.IGNORECASE)
_HIDDEN_BY_STYLE = regex.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", regex.IGNORECASE)

_SEEMING_TAG = regex.compile(r"<[A-Za-z/!?]")
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
_MAX_VARIANTS = 5
# Folders that pictures of any site lie in: that they agree tells nothing.
_COMMON_FOLDERS = frozenset(
    "wp-content uploads files file images image img media photos pictures assets static public".split()
)
_YEAR = regex.compile(r"(?:19|20)\d\d")
# Parameters in which services that resize pictures are told of one.
_PICTURE_PARAMETERS = ("url", "src", "image")
_UPLOADS = regex.compile(r".*/(?:wp-content/uploads|files)/")


def tidy_images(root: HtmlElement, base: str) -> None:
    """Drop what is no picture; set for each picture one address, that of the largest sensible size.

    Addresses are made absolute against `base`. An emoji becomes its characters.
    """
    for image in list(root.iter("img", "source")):
        _tidy_srcset(image, base)
    times_by_alt = Counter(image.get("alt", "").strip() for image in root.iter("img"))
    for image in list(root.iter("img")):
        if is_pixel(image):
            image.drop_tree()
        elif (text := _read_emoji(image)) is not None:
            image.tail = text + (image.tail or "")
            image.drop_tree()
        elif not _has_address(image, base):
            _leave_alternative(image, times_by_alt)


def _leave_alternative(image: HtmlElement, times_by_alt: Counter[str]) -> None:
    """Drop a picture that can't be shown, but for its alternative text where no other picture has that."""
    alt = image.get("alt", "").strip()
    # What looks like a tag is no person's words, and is none to a title or a summary that is made of it.
    if alt and times_by_alt[alt] == 1 and not _SEEMING_TAG.search(alt):
        opening = " " if read_text_before(image)[-1:].isalnum() else ""
        closing = " " if (image.tail or "")[:1].isalnum() else ""
        image.tail = f"{opening}{alt}{closing}{image.tail or ''}"
    image.drop_tree()


def make_image_key(address: str) -> str:
    """Return what the addresses of one picture share, whatever its size, its format and its host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    place = unicodedata.normalize("NFC", unquote(f"{parts.netloc}{parts.path}")).lower()
    place = _UPLOADS.sub("", place)
    for _ in range(_MAX_VARIANTS):
        place = _VARIANT.sub("", place)
    return place


def is_same_picture(address: str, other: str) -> bool:
    """Return whether two addresses are of one picture, in any size and format and from any server.

    The last parts of their paths agree, beside folders that every site has. A name alone, such as
    photo.jpg, is enough only on one site.
    """
    host, folders, name = _split_address(address)
    other_host, other_folders, other_name = _split_address(other)
    if not name or name != other_name:
        return False
    agreeing = 0
    for one, two in zip(reversed(folders), reversed(other_folders), strict=False):
        if one != two:
            if _YEAR.fullmatch(one) and _YEAR.fullmatch(two):
                return False
            break
        agreeing += 1
    agreed_folders = folders[len(folders) - agreeing :]
    if not _COMMON_FOLDERS.issuperset(agreed_folders):
        return True
    is_all = agreeing == min(len(folders), len(other_folders))
    return is_all and (
        _is_of_host(host, other_host, other_folders) or _is_of_host(other_host, host, folders)
    )


def prepend_image(root: HtmlElement, picture: Image) -> None:
    """Show `picture`, with its caption, above a body that does not show it already."""
    if any(is_same_picture(picture.url, image.get("src", "")) for image in root.iter("img")):
        return
    figure = lxml_html.Element("figure")
    image = lxml_html.Element("img", src=picture.url, alt=picture.alt)
    for name, size in (("width", picture.width), ("height", picture.height)):
        if size:
            image.set(name, str(size))
    figure.append(image)
    if picture.caption:
        caption = lxml_html.Element("figcaption")
        caption.text = picture.caption
        figure.append(caption)
    figure.tail, root.text = root.text, None
    root.insert(0, figure)


def _split_address(address: str) -> tuple[str, list[str], str]:
    """Return the host of a picture, its folders, and its name without a size and a format."""
    try:
        parts = urlsplit(address)
        parameters = parse_qs(parts.query)
        for told in (parameters[name][0] for name in _PICTURE_PARAMETERS if name in parameters):
            if _VARIANT.search(told.lower()):
                parts = urlsplit(told if "//" in told else f"//{told.removeprefix('/')}")
                break
    except ValueError:
        return "", [], ""
    path = unicodedata.normalize("NFC", unquote(parts.path)).lower()
    *folders, name = [part for part in path.split("/") if part] or [""]
    for _ in range(_MAX_VARIANTS):
        name = _VARIANT.sub("", name)
    return parts.netloc.lower().removeprefix("www."), folders, name


def _is_of_host(host: str, other_host: str, other_folders: list[str]) -> bool:
    """Return whether another server shows what is on `host`: one of its own, or one that names it."""
    return bool(host) and (
        other_host == host
        or other_host.endswith(f".{host}")
        or host in (folder.removeprefix("www.") for folder in other_folders)
    )


def _tidy_srcset(image: HtmlElement, base: str) -> None:
    if "srcset" not in image.attrib:
        return
    candidates = urls.parse_srcset(image.get("srcset", ""), base)
    if not candidates:
        del image.attrib["srcset"]
        return
    image.set("srcset", urls.format_srcset(candidates))
    if image.tag == "img" and (address := urls.choose_widest(candidates)):
        image.set("src", address)


def _has_address(image: HtmlElement, base: str) -> bool:
    """Return whether a picture can be shown; one without an address gets that of its picture element."""
    if image.get("src", "").strip() and urls.make_absolute(image.get("src", ""), base):
        return True
    parent = image.getparent()
    if parent is None or parent.tag != "picture" or image.get("src", "").strip():
        return False
    candidates = [
        candidate
        for source in parent.iter("source")
        for candidate in urls.parse_srcset(source.get("srcset", ""), base)
    ]
    if address := urls.choose_widest(candidates):
        image.set("src", address)
    return bool(address)


def is_pixel(image: HtmlElement) -> bool:
    """Return whether a picture or frame is there to count readers: a counter, hidden, or of one pixel."""
    if _TRACKER.match(image.get("src", "").strip()):
        return True
    style = image.get("style", "")
    if _HIDDEN_BY_STYLE.search(style):
        return True
    sizes = {name.lower(): value for name, value in _STYLED_SIZE.findall(style)}
    sizes |= {name: image.get(name, "") for name in ("width", "height") if image.get(name)}
    return bool(sizes) and all(_TINY.fullmatch(size) for size in sizes.values())


def _read_emoji(image: HtmlElement) -> str | None:
    """Return the characters that an emoji's picture stands for, or None for any other picture."""
    file_name = _EMOJI_FILE.search(image.get("src", ""))
    if not file_name and _EMOJI_CLASSES.isdisjoint(image.get("class", "").split()):
        return None
    if alt := str(image.get("alt", "")):
        return alt
    points = [int(point, 16) for point in file_name[1].split("-")] if file_name else []
    return remove_illegal_characters("".join(chr(point) for point in points if point < 0x110000)) or None
