"""Notes that a page shows in a tooltip: set apart from the sentence, or left out where they stand below."""

import regex
from lxml.html import HtmlElement

from feedsvc.clean import policy
from feedsvc.clean.tree import read_text_before, write_text_before

_TOOLTIP = regex.compile(
    r"(?:[\w-]*[-_])?(?:tooltip|popover|popup|hovercard)[-_]*(?:text|content|box|body|bubble|popup|inner|note|desc\w*)"
    r"|(?:footnote|note|reference|citation|mfn|easy-footnote|abbr|glossary)[-_]+(?:tooltip|popup|popover)"
    r"|tooltiptext|[\w-]*footnote__note",
    regex.IGNORECASE,
)
SIGNS_OF_NOTES = ("tooltip", "popover", "popup", "hovercard", "footnote__note")
"""One of these stands in the markup of a body that has such a note."""

_INLINE = frozenset("span sup small em i aside div".split())
_WORD = regex.compile(r"[\p{L}\p{N}]{2,}")
_TAIL = regex.compile(r"\s*(?:…|\.\.\.|\[…\]).*$")
_MIN_WORDS = 2


def set_notes_apart(root: HtmlElement) -> None:
    """Put each note of a tooltip into brackets behind what it explains, or drop one that stands below."""
    notes = [
        element
        for element in root.iter(*_INLINE)
        if (element.get("role") == "tooltip" or _has_tooltip_name(element)) and _says_something(element)
    ]
    if not notes:
        return
    for note in notes:
        if note.getparent() is None or root not in note.iterancestors():
            continue
        text = " ".join(note.text_content().split())
        stands_below = (
            len(notes) <= policy.MAX_COMPARED
            and " ".join(root.text_content().split()).count(_TAIL.sub("", text)) > 1
        )
        if stands_below:
            note.drop_tree()
        else:
            _bracket(note)


def _has_tooltip_name(element: HtmlElement) -> bool:
    names = element.get("class", "").split()
    return any(len(name) <= policy.MAX_NAME_LENGTH and _TOOLTIP.fullmatch(name) for name in names)


def _says_something(element: HtmlElement) -> bool:
    return len(_WORD.findall(element.text_content())) >= _MIN_WORDS


def _bracket(note: HtmlElement) -> None:
    """Put brackets around a note, and a space before them."""
    text = read_text_before(note)
    space = "" if text.endswith((" ", "\n", "\xa0")) else " "
    is_bracketed = note.text_content().strip().startswith(("(", "["))
    opening, closing = ("", "") if is_bracketed else ("(", ")")
    write_text_before(note, f"{text}{space}{opening}")
    tail = note.tail or ""
    gap = " " if tail[:1].isalnum() else ""
    note.tail = f"{closing}{gap}{tail}"
    note.tag = "span"
