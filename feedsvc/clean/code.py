"""Code that a highlighter laid out: its lines in one `pre`, indented, without their numbers."""

import regex
from lxml import html as lxml_html
from lxml.html import HtmlElement

from feedsvc.clean.tree import take_out

_NUMBERS_NAME = regex.compile(
    r"line[-_]?(?:no|nos|num|number)s?(?![a-z])|lineno|linenos|(?<![a-z])(?:gutter|ln|lnt|lnr|crayon-nums?|blob-num|ln-num)"
    r"(?![a-z])|hljs-ln-(?:numbers|n)\b|crayon-num|line-numbers-rows|rouge-gutter",
    regex.IGNORECASE,
)
_CODE_NAME = regex.compile(
    r"(?<![a-z])(?:code|crayon|hljs-ln-code|rouge-code|blob-code|syntaxhighlighter|lntd|highlight|container)",
    regex.IGNORECASE,
)
_NUMBERS = regex.compile(r"[\s\d.:|]*")
_LINE_BLOCKS = frozenset({"div", "li", "p", "tr"})


def read_code(root: HtmlElement) -> None:
    """Make one `pre` of each table of code in a body, and drop the numbers of its lines, in place."""
    for table in list(root.iter("table")):
        if table.getparent() is not None and (lines := _read_table(table)):
            _replace_by_pre(table, lines)
    for pre in list(root.iter("pre")):
        _drop_numbers(pre)
        listing = next(pre.iter("ol"), None)
        if listing is not None or any(child.tag in _LINE_BLOCKS for child in pre.iterdescendants()):
            _replace_by_pre(pre, _read_lines(pre))


def _read_table(table: HtmlElement) -> list[str]:
    """Return the lines of code in a table with their numbers in a column, or none for any other table."""
    rows = list(table.iter("tr"))
    lines: list[str] = []
    for row in rows:
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        code = [cell for cell in cells if not _is_numbers(cell)]
        if len(cells) < 2 or len(code) != 1 or len(code) == len(cells):
            return []
        if code[0].find(".//pre") is None and not _CODE_NAME.search(
            f"{code[0].get('class', '')} {_names_within(code[0])}"
        ):
            return []
        _drop_numbers(code[0])
        lines += _read_lines(code[0])
    return lines


def _is_numbers(cell: HtmlElement) -> bool:
    return bool(
        _NUMBERS.fullmatch(cell.text_content())
        and _NUMBERS_NAME.search(f"{cell.get('class', '')} {_names_within(cell)}")
    )


def _names_within(element: HtmlElement) -> str:
    return " ".join(child.get("class", "") for child in list(element.iterdescendants())[:3])


def _drop_numbers(element: HtmlElement) -> None:
    for part in list(element.iterdescendants()):
        if (
            part.getparent() is not None
            and _NUMBERS_NAME.search(part.get("class", ""))
            and _NUMBERS.fullmatch(part.text_content())
        ):
            part.drop_tree()


def _read_lines(element: HtmlElement) -> list[str]:
    """Return the lines of code in an element: by its blocks and line breaks, and by its line feeds."""
    within = next(element.iter("pre"), element)
    blocks = [
        part
        for part in within.iterdescendants()
        if part.tag in _LINE_BLOCKS
        and not any(child.tag in _LINE_BLOCKS for child in part.iterdescendants())
    ]
    for line_break in list(within.iter("br")):
        line_break.tail = "\n" + (line_break.tail or "")
    if blocks:
        return [block.text_content().replace("\xa0", " ").strip("\n") for block in blocks]
    return str(within.text_content()).replace("\xa0", " ").strip("\n").split("\n")


def _replace_by_pre(element: HtmlElement, lines: list[str]) -> None:
    pre = lxml_html.Element("pre")
    pre.text = "\n".join(line.rstrip() for line in lines)
    pre.tail, element.tail = element.tail, None
    element.addprevious(pre)
    take_out(element)
