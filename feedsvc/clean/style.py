"""What an element's style or class says that its tag does not: struck, raised, bold, aligned.

Styles are read here, and only here; the policy lets none of them through.
"""

import regex
from lxml import html as lxml_html
from lxml.html import HtmlElement

from feedsvc.clean import policy
from feedsvc.clean.tree import compile_path

_STYLED = compile_path("descendant::*[@style]")
_DECLARATION = regex.compile(r"([a-z-]+)\s*:\s*([^;]+)")
_CLEAR = regex.compile(
    r"transparent|none|initial|unset|#[0-9a-f]{3}0|#[0-9a-f]{6}00"
    r"|(?:rgb|hsl)a?\([^()]*[,/\s]\s*0*(?:\.0+|0|0\.0+|0%)\s*\)"
)
_TRANSPARENT_FUNCTION = regex.compile(r"(?:rgba|hsla)\(|/")
_BOLD = regex.compile(r"bold(?:er)?|[6-9]00")
_PHRASING = frozenset("span em strong b i u a small ins code cite q abbr sub sup mark font".split())
_HOLDERS = _PHRASING | frozenset(
    "p li td th dd dt h1 h2 h3 h4 h5 h6 figcaption blockquote div ul ol section".split()
)
_NUMBERED = {
    "decimal": "", "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A",
    "lower-roman": "i", "upper-roman": "I",
}  # fmt: skip
_BULLETS = frozenset({"disc", "circle", "square"})
_ALIGNED = {"left": "left", "right": "right", "center": "center", "justify": "justify"}
_ALIGNED_BY_CLASS = {f"has-text-align-{name}": name for name in _ALIGNED}
_RAISED = {"super": "sup", "sub": "sub"}
_RAISED_BY_CLASS = {"superscript": "sup", "subscript": "sub"}


def read_style(element: HtmlElement) -> dict[str, str]:
    """Return the declarations of an element's style attribute, in lower case, without '!important'."""
    return {
        name: value.replace("!important", "").strip()
        for name, value in _DECLARATION.findall(element.get("style", "").lower())
    }


def set_meaning_of_styles(root: HtmlElement) -> None:
    """Say by elements and attributes of HTML what styles and elements of old say in a body, in place."""
    for element in list(root.iter(*policy.OF_OLD)):
        element.tag = policy.OF_OLD[element.tag]
    for element in list(root.iter("span")):
        for name in element.get("class", "").split():
            if name in _RAISED_BY_CLASS:
                element.tag = _RAISED_BY_CLASS[name]
    for cell in root.iter("td", "th"):
        for name in cell.get("class", "").split():
            if name in _ALIGNED_BY_CLASS:
                cell.set("align", _ALIGNED_BY_CLASS[name])
    for element in _STYLED(root):
        _read_meaning(element, read_style(element))


def _read_meaning(element: HtmlElement, style: dict[str, str]) -> None:
    tag = element.tag
    if style.get("direction") in ("rtl", "ltr") and not element.get("dir"):
        element.set("dir", style["direction"])
    if tag in ("ol", "ul"):
        _set_kind_of_list(element, style.get("list-style-type") or style.get("list-style", ""))
    elif tag in ("td", "th", "tr"):
        alignment = _ALIGNED.get(style.get("text-align", ""))
        for cell in [element] if tag != "tr" else element:
            if alignment and (cell is element or not cell.get("align")):
                cell.set("align", alignment)
    elif tag == "mark" and _is_clear(style):
        tag = element.tag = "span"
    weight, slant = style.get("font-weight", ""), style.get("font-style", "")
    if (tag in ("b", "strong") and weight in ("normal", "400")) or (
        tag in ("i", "em") and slant == "normal"
    ):
        tag = element.tag = "span"
    lines = f"{style.get('text-decoration', '')} {style.get('text-decoration-line', '')}"
    meanings = [
        meaning
        for meaning, holds in (
            ("s", "line-through" in lines and tag not in ("s", "del") and tag in _HOLDERS),
            ("u", "underline" in lines and tag == "span"),
            ("strong", tag == "span" and bool(_BOLD.fullmatch(weight))),
            ("em", tag == "span" and slant.startswith(("italic", "oblique"))),
            (_RAISED.get(style.get("vertical-align", ""), ""), tag in _PHRASING - {"sup", "sub"}),
        )
        if holds and meaning
    ]
    for meaning in meanings:
        _wrap_content(element, meaning)


def _set_kind_of_list(element: HtmlElement, style: str) -> None:
    kind = next((word for word in style.split() if word in _NUMBERED or word in _BULLETS), "")
    if kind in _NUMBERED:
        element.tag = "ol"
        if _NUMBERED[kind]:
            element.set("type", _NUMBERED[kind])
    elif kind:
        element.tag = "ul"
        element.attrib.pop("type", None)


def _is_clear(style: dict[str, str]) -> bool:
    """Return whether a background is given that nobody sees."""
    background = style.get("background-color") or style.get("background", "")
    if not _CLEAR.fullmatch(background):
        return False
    return "(" not in background or bool(_TRANSPARENT_FUNCTION.search(background))


def _wrap_content(element: HtmlElement, tag: str) -> None:
    """Put what `element` holds into a new element, unless that holds blocks: then into one for each."""
    blocks = [child for child in element if child.tag not in _PHRASING and child.tag in _HOLDERS]
    if blocks:
        for block in blocks:
            _wrap_content(block, tag)
        return
    wrapper = lxml_html.Element(tag)
    wrapper.text, element.text = element.text, None
    wrapper.extend(list(element))
    element.append(wrapper)
