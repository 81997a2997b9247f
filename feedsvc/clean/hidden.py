"""What a page never shows, or shows twice: hidden text, words for screen readers, twins by size of screen.

A block that a click opens is no hidden text: it stays.
"""

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

import regex
from lxml.html import HtmlElement

from feedsvc.clean import policy
from feedsvc.clean.style import read_style
from feedsvc.clean.tree import compile_path, compile_values_path, take_out

_SUSPECTS = compile_path("descendant::*[@hidden or @style or @class]")
_FOR_SCREEN_READERS = regex.compile(
    r"(?:sr|screen-?reader|elementor-screen)-(?:only|text)(?:-focusable)?|screen-?reader(?:-text)?|sr-?only|sronly"
    r"|(?:u-|cdk-|is-|a11y-|uk-)?(?:visually?|accessibly)-?hidden(?:-focusable)?|assistive-text|a11y-(?:hidden|text)"
    r"|show-for-sr|element-invisible|hide-visually|accessib(?:le|ility)-text|skip-link|vh-text|offscreen|off-screen"
    r"|u-hiddenvisually|visuallyhidden|(?:[\w-]+__)?(?:sr-only|visually-hidden|screen-reader-text)"
)
_HIDDEN_CLASSES = frozenset({"d-none", "hidden", "is-hidden", "u-hidden", "display-none"})
# Words in the class or id of what a click, a tap or a script of a slider opens.
_OPENED = regex.compile(
    r"accordion|toggle|\btab|[-_]tab|collaps|faq|spoiler|expand|panel|pane\b|slide|carousel|swiper|more|answer|content"
    r"|reveal|drawer|opened|openable|dropdown|transcript|solution|disclosure|gallery|full-?text|until-found",
    regex.IGNORECASE,
)
_OPENERS = [
    (name, compile_values_path(f"descendant::*/@{name}"))
    for name in ("aria-controls", "data-target", "data-bs-target", "data-toggle-target", "href")
]
_ANIMATED = regex.compile(
    r"\b(?:wow|aos|animat\w*|fade\w*|reveal\w*|elementor-invisible)\b", regex.IGNORECASE
)
_AWAY = regex.compile(r"-\d{3,}(?:px|em|rem|vw|%)|-\d{2,}(?:em|rem)")
_CLIPPED = regex.compile(r"rect\(\s*(?:0|1px|0px)\b|inset\(\s*(?:50|100)%")
_MEDIA = frozenset("img iframe video audio source picture".split())

_WIDE = r"(?:desktop|desk|lg|xl|xxl|large|wide|pc)"
_NARROW = r"(?:mobile|phone|handy|xs|sm|small|smartphone)"
_NOT_ON = r"(?:hidd?en|hide|no|none|invisible)"
_ONLY_ON = r"(?:only|visible|show|shown)"


def _compile_device_class(here: str, elsewhere: str) -> regex.Pattern[str]:
    """Return what the class looks like of what is shown on one kind of screen and not on the other."""
    return regex.compile(
        rf"(?:[\w-]*[-_])?{_NOT_ON}[-_](?:[\w]+[-_]){{0,3}}{elsewhere}(?:[-_]\w+)?"
        rf"|(?:[\w-]*[-_])?{_ONLY_ON}[-_](?:[\w]+[-_]){{0,3}}{here}(?:[-_](?:only|block|inline|flex))?"
        rf"|{here}[-_]?(?:only|visible|show)|{elsewhere}[-_]?(?:hidden|hide|none)"
        rf"|d-{elsewhere}-none|{elsewhere}:hidden"
    )


_ON_NARROW = _compile_device_class(_NARROW, _WIDE)
_ON_WIDE = _compile_device_class(_WIDE, _NARROW)
_SHOWN_WHEN_WIDE = regex.compile(r"(?:d-)?(?:sm|md|lg|xl)[-:](?:block|flex|inline|inline-block|grid|table)")
_HIDDEN_WHEN_WIDE = regex.compile(r"d-(?:md|sm)-none|(?:md|sm):hidden|hidden-md")
_DEVICE_IN_NAME = regex.compile(r"(?<![a-z])(?:mobile|phone|desktop)(?![a-z])")
_WORD = regex.compile(r"\w+")
_MIN_SHARED_WORDS = 0.8


class _Names(NamedTuple):
    """What the classes of an element say: whether it is hidden, on which screens it is shown ('wide',
    'narrow' or empty for all), and its names with a star for the device.
    """

    are_hidden: bool
    are_for_software: bool
    device: str
    of_twins: tuple[str, ...]


_NO_NAMES = _Names(are_hidden=False, are_for_software=False, device="", of_twins=())


def drop_hidden(root: HtmlElement) -> None:
    """Drop from a body what no reader of the page saw, and of each pair of twins one, in place."""
    hidden: list[HtmlElement] = []
    by_device: list[tuple[HtmlElement, bool]] = []
    by_name: dict[tuple[str, str], list[HtmlElement]] = defaultdict(list)
    suspects = _SUSPECTS(root)
    for element in suspects:
        if element.tag in _MEDIA and (element.tag != "img" or _has_data(element)):
            continue  # what is loaded later is hidden until then
        classes = element.get("class", "")
        names = _read_names(classes) if classes else _NO_NAMES
        if names.device:
            by_device.append((element, names.device == "narrow"))
        for name in names.of_twins:
            by_name[name, " ".join(element.text_content().split())].append(element)
        if names.are_hidden or _is_hidden(element, classes):
            hidden.append(element)
    if hidden:
        _drop_unopened(root, hidden)
    if 1 < len(by_device) <= policy.MAX_COMPARED:
        _drop_twins(by_device)
    for (_, text), elements in by_name.items():
        if text and len(elements) > 1:
            _drop_named_twin(elements)


def _has_data(element: HtmlElement) -> bool:
    return any(name.startswith("data-") for name in element.attrib)


@lru_cache(maxsize=4096)  # themes give the same ones to thousands of elements
def _read_names(classes: str) -> _Names:
    """Return what the value of a class attribute says about where its element is seen."""
    names = [name for name in classes.lower().split() if len(name) <= policy.MAX_NAME_LENGTH]
    is_for_software = any(_FOR_SCREEN_READERS.fullmatch(name) for name in names)
    are_hidden = is_for_software or (
        not _HIDDEN_CLASSES.isdisjoint(names) and not any(map(_SHOWN_WHEN_WIDE.fullmatch, names))
    )
    twins = tuple(_DEVICE_IN_NAME.sub("*", name) for name in names if _DEVICE_IN_NAME.search(name))
    return _Names(are_hidden, is_for_software, _read_device(names), twins)


def _is_hidden(element: HtmlElement, classes: str) -> bool:
    if element.get("hidden") is not None and element.get("hidden") != "until-found":
        return True
    if "style" not in element.attrib:
        return False
    style = read_style(element)
    if style.get("display") == "none" or style.get("mso-hide") == "all":
        return True
    if style.get("visibility") == "hidden":
        return "animation-name" not in style and not _ANIMATED.search(classes)
    if style.get("position") in ("absolute", "fixed"):
        return (
            bool(_CLIPPED.search(style.get("clip", "") + style.get("clip-path", "")))
            or any(_AWAY.fullmatch(style.get(side, "")) for side in ("left", "top", "right"))
            or style.get("width") == style.get("height") == "1px"
        )
    return style.get("font-size") in ("0", "0px") and not len(element)


def _drop_unopened(root: HtmlElement, hidden: list[HtmlElement]) -> None:
    opened_ids = {
        target.lstrip("#")
        for name, find in _OPENERS
        for value in find(root)
        if name != "href" or value.startswith("#")
        for target in value.split()
    }
    opened_ids.discard("")
    for element in hidden:
        if element.getparent() is None or root not in element.iterancestors():
            continue  # gone with what held it
        if not _is_opened(element, opened_ids):
            element.drop_tree()


def _is_opened(element: HtmlElement, opened_ids: set[str]) -> bool:
    """Return whether something on the page opens a hidden element."""
    if _read_names(element.get("class", "")).are_for_software:
        return False
    if element.get("role") in ("tabpanel", "region") or element.get("id", "") in opened_ids:
        return True
    if element.tag in _MEDIA or element.tag in ("button", "a", "label"):
        return False
    names = f"{element.get('class', '')} {element.get('id', '')}"
    if _OPENED.search(names):
        return True
    before = element.getprevious()
    return before is not None and any(
        part.tag in ("button", "summary")
        or part.get("role") in ("button", "tab")
        or part.get("aria-expanded") is not None
        for part in before.iter()
    )


def _read_device(names: list[str]) -> str:
    """Return 'wide' or 'narrow' for what only such screens show, an empty string for anything else."""
    is_narrow = is_wide = False
    for name in names:
        if "-" in name or "_" in name or ":" in name or "mobile" in name or "desktop" in name:
            is_narrow = is_narrow or bool(_ON_NARROW.fullmatch(name) or _HIDDEN_WHEN_WIDE.fullmatch(name))
            is_wide = is_wide or bool(_ON_WIDE.fullmatch(name))
    if not is_narrow and ("hidden" in names or "d-none" in names):
        is_wide = is_wide or any(_SHOWN_WHEN_WIDE.fullmatch(name) for name in names)
    return "" if is_narrow == is_wide else "narrow" if is_narrow else "wide"


def _drop_twins(by_device: list[tuple[HtmlElement, bool]]) -> None:
    """Drop of two elements for different screens that say or show the same the one for small screens."""
    wide = [(element, _read_content(element)) for element, is_narrow in by_device if not is_narrow]
    for element, is_narrow in by_device:
        if not is_narrow:
            continue
        content = _read_content(element)
        for other, other_content in wide:
            beside = element.getprevious() is other or element.getnext() is other
            same = content == other_content or _share_words(content, other_content)
            if same or (beside and not any(_WORD.match(part) for part in content | other_content)):
                element.drop_tree()
                break


def _read_content(element: HtmlElement) -> frozenset[str]:
    """Return the words of an element and the addresses of its pictures, each behind a slash."""
    words = _WORD.findall(element.text_content().lower())
    return frozenset([*words, *(f"/{image.get('src', '')}" for image in element.iter("img"))])


def _share_words(content: frozenset[str], other: frozenset[str]) -> bool:
    words = {part for part in content if not part.startswith("/")}
    return bool(words) and len(words & other) >= _MIN_SHARED_WORDS * len(words)


def _drop_named_twin(elements: list[HtmlElement]) -> None:
    """Drop one of two elements whose classes differ by the device; a tab's name beside its panel stays."""
    narrow = [element for element in elements if "desktop" not in element.get("class", "").lower()]
    wide = [element for element in elements if "desktop" in element.get("class", "").lower()]
    if narrow and wide:
        is_tab = any(element.get("role") == "tab" or "tab" in element.get("class", "") for element in wide)
        for element in wide if is_tab else narrow:
            take_out(element)
