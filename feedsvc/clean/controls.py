"""Buttons and labels outside of forms: what opens, names or lists something is text; what acts goes."""

import regex
from lxml import html as lxml_html
from lxml.html import HtmlElement

from feedsvc.clean import lazy, policy
from feedsvc.clean.tree import read_text_before, take_out, write_text_before

_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6 dt summary caption legend".split())
_BLOCKS = frozenset("div p h1 h2 h3 h4 h5 h6 ul ol table figure section".split())
_OPENS = (
    "aria-controls", "aria-expanded", "aria-selected", "data-bs-toggle", "data-toggle", "data-bs-target",
    "data-target",
)  # fmt: skip
_OPENING_NAME = regex.compile(
    r"accordion|toggle|(?<![a-z])tabs?(?![a-z])|collaps|faq|question|heading|title|spoiler|trigger|expand|disclosure"
    r"|playlist|track(?!er)|chapter|episode",
    regex.IGNORECASE,
)
_ACTING_NAME = regex.compile(
    r"search|submit|clos(?:e|ing)|dismiss|share|sharing|social|copy|clipboard|(?<![a-z])(?:like|vote|reset|cancel|sort"
    r"|filter|zoom|mute|prev|previous|next|pause|play|send|buy|save|print|nav|menu|navbar|hamburger|burger|cart|more"
    r"|less|all|back|top|theme|dark)(?![a-z])|subscri|download|lightbox|fullscreen|load-?more|read-?more|bookmark"
    r"|favou?rite|comment|reply|login|signup|consent|cookie|arrow|swiper|slick|carousel-control|expand-?all"
    r"|collapse-?all|theme-?toggle|dropdown-toggle|tooltip|popover|feedback",
    regex.IGNORECASE,
)
_ACTING_WORDS = regex.compile(
    r"\W*(?:close|share|search|submit|copy(?: link| code)?|print|menu|download|subscribe|like|send|x)?\W*",
    regex.IGNORECASE,
)
_ACTING_TARGETS = frozenset({"modal", "offcanvas", "tooltip", "popover", "dropdown", "button"})
_QUESTION = regex.compile(r"[?？؟;;]\s*$")
_MIN_LISTED = 2
_MAX_HOLDERS = 3
"""Elements around a sign that are asked whether they open something."""
_SIGNS = regex.compile(r"[\s+\-−–—×✕✖➕➖⊕⊖▼▲▾▴▽△▸▹►▶◀◄◂‹›»«⌄⌃∨∧↓↑→←⬇⬆☰…]{1,4}")
_ICON_NAME = regex.compile(
    r"icon|arrow|chevron|caret|indicator|plus|minus|sign|marker|(?<![a-z])(?:fa|open|close)(?![a-z])",
    regex.IGNORECASE,
)


def read_controls(root: HtmlElement) -> None:
    """Make text of the buttons of a body that open, name or list something, and drop the others, in place.

    A tab's name goes before its panel. A label stays as text. What is hidden from assistive software within
    a button is an icon, and goes.
    """
    panels: dict[str, HtmlElement] | None = None
    controls = [control for control in root.iter(*policy.CONTROLS) if not lazy.is_noscript(control)]
    # All are judged before one is changed, since those of a list are judged together.
    lists: dict[HtmlElement, bool] = {}
    texts = {control for control in controls if control.tag == "button" and _is_text(control, lists)}
    for control in controls:
        if control.getparent() is None:
            continue
        if control.tag == "label":
            _set_apart(control)
        elif control not in texts:
            control.drop_tree()
        else:
            if panels is None:
                panels = _find_panels(root)
            _drop_icons(control)
            _write_name(control, panels)


def drop_icons_of_headings(root: HtmlElement) -> None:
    """Drop the signs by which a theme shows that a heading opens, in place: a plus, an arrow."""
    for element in list(root.iter("span", "i")):
        if element.get("aria-hidden") != "true" and not _ICON_NAME.search(element.get("class", "")):
            continue
        if not _SIGNS.fullmatch(element.text_content()):
            continue
        holders = [holder for _, holder in zip(range(_MAX_HOLDERS), element.iterancestors(), strict=False)]
        if any(
            holder.tag in _HEADINGS or _OPENING_NAME.search(holder.get("class", "")) for holder in holders
        ):
            take_out(element)


def _is_text(button: HtmlElement, lists: dict[HtmlElement, bool]) -> bool:
    """Return whether a button's words are text; `lists` remembers of lists whether they list names."""
    names = " ".join((button.get("class", ""), button.get("id", ""), button.get("data-action", "")))
    if button.get("type", "").lower() in ("submit", "reset"):
        return False
    ancestors = list(button.iterancestors())
    if any(ancestor.tag in _HEADINGS for ancestor in ancestors):
        return True
    parent = ancestors[0]
    if _ACTING_WORDS.fullmatch(button.text_content()) and button.get("role") != "tab":
        return False
    if button.get("role") == "tab" or parent.get("role") == "tablist":
        return True
    if {button.get("data-toggle"), button.get("data-bs-toggle")} & _ACTING_TARGETS or button.get(
        "aria-haspopup", "false"
    ) != "false":
        return False
    acts = bool(_ACTING_NAME.search(names))
    if _QUESTION.search(button.text_content()) and not acts:
        return True
    around = f"{names} {parent.get('class', '')}"
    if acts and not _OPENING_NAME.search(names):
        return parent.tag == "li" and "playlist" in around
    if any(button.get(name) is not None for name in _OPENS):
        return True
    if _OPENING_NAME.search(names):
        return True
    siblings = parent.getparent() if parent.tag == "li" else None
    if siblings is not None and len(parent) == 1 and not (parent.text or "").strip():
        if siblings not in lists:
            lists[siblings] = _is_list_of_names(siblings)
        return lists[siblings]
    return False


def _is_list_of_names(element: HtmlElement) -> bool:
    listed = [item for item in element if item.tag == "li" and item.find("button") is not None]
    classes = " ".join((element.get("class", ""), *(item.get("class", "") for item in listed)))
    return len(listed) >= _MIN_LISTED and not _ACTING_NAME.search(classes)


def _drop_icons(button: HtmlElement) -> None:
    """Drop from a button what assistive software does not read, unless that is all it says."""
    icons = [element for element in button.iterdescendants() if element.get("aria-hidden") == "true"]
    said = button.text_content().strip()
    for icon in icons:
        if icon.text_content().strip() != said:
            take_out(icon)


def _find_panels(root: HtmlElement) -> dict[str, HtmlElement]:
    """Return the panels of tabs by their id, and by the id of the tab that names them behind 'of '."""
    panels: dict[str, HtmlElement] = {}
    for element in root.iter():
        if element.get("role") in ("tabpanel", "region") or "tab-pane" in element.get("class", "").split():
            panels.setdefault(element.get("id", ""), element)
            for name in element.get("aria-labelledby", "").split():
                panels.setdefault(f"of {name}", element)
    panels.pop("", None)
    return panels


def _write_name(button: HtmlElement, panels: dict[str, HtmlElement]) -> None:
    """Put the words of a button where they read as what they are."""
    _part_words(button)
    parent = next(button.iterancestors())
    if any(ancestor.tag in _HEADINGS for ancestor in button.iterancestors()):
        button.drop_tag()
        return
    is_tab = button.get("role") == "tab" or parent.get("role") == "tablist"
    target = button.get("aria-controls") or (
        button.get("data-bs-target") or button.get("data-target") or ""
    ).lstrip("#")
    panel = panels.get(target) if target else None
    panel = panel if panel is not None else panels.get(f"of {button.get('id')}")
    if any(child.tag in _BLOCKS for child in button):
        button.tag = "div"
    elif parent.tag in ("li", "p", "span", "td", "th") and not (is_tab and panel is not None):
        button.drop_tag()
        return
    else:
        button.tag = "p"
        strong = lxml_html.Element("strong")
        strong.text, button.text = button.text, None
        strong.extend(list(button))
        button.append(strong)
    for name in list(button.attrib):
        if name not in policy.EVERYWHERE:
            del button.attrib[name]
    if is_tab and panel is not None and button not in panel.iterancestors():
        write_text_before(button, read_text_before(button) + (button.tail or ""))
        button.tail = None
        panel.addprevious(button)


def _part_words(button: HtmlElement) -> None:
    """Put a space between the parts of a button, which a theme sets apart."""
    for part in button.iterdescendants():
        before = part.getprevious()
        if before is not None and not (before.tail or "") and part.text_content()[:1].strip():
            before.tail = " "


def _set_apart(label: HtmlElement) -> None:
    """Dissolve a label, apart from a word beside it."""
    text = read_text_before(label)
    if text[-1:].isalnum() or (not text and label.getprevious() is not None):
        write_text_before(label, f"{text} ")
    if label.tail and label.tail[:1].isalnum():
        label.tail = f" {label.tail}"
    elif not label.tail and label.getnext() is not None:
        label.tail = " "
    label.drop_tag()
