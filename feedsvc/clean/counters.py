"""Numbers that a script counts up on the page: the number it ends with, which stands in an attribute."""

import regex
from lxml.html import HtmlElement

from feedsvc.clean.tree import compile_path

_WITH_DATA = compile_path("descendant::*[@*[starts-with(name(), 'data-')]]")
# Elementor data-to-value, Divi data-number-value, Kadence and Otter data-end, Avada data-value, WPBakery
# data-counter-value and data-pie-value, purecounter data-purecounter-end, counterUp data-count.
_END = regex.compile(
    r"data-(?:\w+-)*(?:value|to|end|count|counter|countto|countup|target|number|num|stop|final|max|limit|percent"
    r"|percentage|total|amount)"
)
_BEGIN = regex.compile(r"data-(?:\w+-)*(?:from|start|begin|initial)(?:-\w+)?")
_NUMBER = regex.compile(r"[+-]?\d[\d.,]*")
_COUNTS = regex.compile(
    r"count|number|odometer|\bstat|fact|milestone|figure|pie|chart|progress|circle|percent|gauge|numeral|digit|amount"
)
_CLOCK = regex.compile(
    r"line-number|lineno|hljs|countdown|count-down|timer|clock|comment|share|view|like|cart|vote|rating"
)
_SHOWS_NUMBER = regex.compile(r"value|number|count|process|digit|amount|percent|figure")
_SHOWS_ELSE = regex.compile(r"sign|suffix|prefix|title|label|text|desc|wrap")
_MAX_LEVELS_TO_CLASS = 3


def set_counted_numbers(root: HtmlElement) -> None:
    """Write into each counter of a body the number that its script would end with, in place."""
    for element in _WITH_DATA(root):
        number, name = _read_end(element)
        if number and _is_counter(element):
            _show_number(element, number, is_share="percent" in name)


def _read_end(element: HtmlElement) -> tuple[str, str]:
    """Return the number that a counter ends with, as a person writes it, and its attribute's name."""
    for name, value in element.attrib.items():
        value = value.strip()
        if _END.fullmatch(name) and not _BEGIN.fullmatch(name) and _NUMBER.fullmatch(value):
            mark = element.get("data-delimiter") or element.get("data-separator") or ""
            if mark in (",", ".", " ", "'", "’", "\xa0"):
                whole, point, rest = value.partition(".")
                if len(whole.lstrip("+-")) > 3 and whole.lstrip("+-").isdigit():
                    value = f"{int(whole):,}".replace(",", mark) + point + rest
            return value, name
    return "", ""


def _is_counter(element: HtmlElement) -> bool:
    names, level = "", element
    for _ in range(_MAX_LEVELS_TO_CLASS):
        if level is None:
            break
        names += f" {level.get('class', '')}"
        level = level.getparent()
    names = f"{names} {' '.join(element.attrib)}".lower()
    return bool(_COUNTS.search(names)) and not _CLOCK.search(names)


def _show_number(element: HtmlElement, number: str, *, is_share: bool) -> None:
    """Put `number` where the counter shows its beginning; one that shows another number stays."""
    begins = {value.strip() for name, value in element.attrib.items() if _BEGIN.fullmatch(name)}
    prefix, suffix = (
        _read_part(element, "prefix", "currency"),
        _read_part(element, "suffix", "units", "unit"),
    )
    candidates = [element] if len(element) == 0 else []
    candidates += [
        child
        for child in element.iterdescendants()
        if _SHOWS_NUMBER.search(child.get("class", "").lower())
        and not _SHOWS_ELSE.search(child.get("class", "").lower())
    ]
    if not candidates:
        candidates = [element]
    for place in candidates:
        text = place.text or ""
        shown = _NUMBER.search(text)
        if shown is None and (text.strip() or place.text_content().strip()) and place is not element:
            continue
        if shown is not None:
            if shown[0].strip(".,") in begins or not shown[0].strip("+-0.,"):
                place.text = text[: shown.start()] + number + text[shown.end() :]
            return
        if place is element and place.text_content().strip() and _NUMBER.search(place.text_content()):
            return
        around = element.text_content()
        sign = "%" if is_share and "%" not in f"{around}{suffix}{element.tail or ''}" else ""
        shown_prefix = "" if prefix and prefix in around else prefix
        shown_suffix = "" if suffix and suffix in around else suffix
        place.text = f"{shown_prefix}{number}{shown_suffix}{sign}" + (f" {text}" if text.strip() else "")
        return


def _read_part(element: HtmlElement, *endings: str) -> str:
    """Return what stands before or behind a counter's number, from the attribute with one of `endings`."""
    for name, value in element.attrib.items():
        if name.startswith("data-") and name.rpartition("-")[2] in endings:
            return str(value)
    return ""
