"""The tree of a body: elements found by a path, and the text beside one, which lxml keeps elsewhere."""

from collections.abc import Callable
from typing import cast

from lxml import etree
from lxml.html import HtmlElement


def compile_path(path: str) -> Callable[[HtmlElement], list[HtmlElement]]:
    """Return a function that finds the elements of an XPath, which must select elements alone."""
    find = etree.XPath(path)
    return lambda root: cast(list[HtmlElement], find(root))


def compile_values_path(path: str) -> Callable[[HtmlElement], list[str]]:
    """Return a function that finds the values of an XPath, which must select attributes alone."""
    find = etree.XPath(path)
    return lambda root: cast(list[str], find(root))


def read_text_before(element: HtmlElement) -> str:
    """Return the text right before an element, up to its neighbour or the beginning of its parent."""
    before, parent = element.getprevious(), element.getparent()
    text = before.tail if before is not None else parent.text if parent is not None else ""
    return text or ""


def write_text_before(element: HtmlElement, text: str) -> None:
    """Set the text right before an element, which must have a parent."""
    before, parent = element.getprevious(), element.getparent()
    if before is not None:
        before.tail = text
    elif parent is not None:
        parent.text = text


def take_out(element: HtmlElement) -> None:
    """Take an element with all it holds out of its tree, unless it is out; the text behind it stays."""
    if element.getparent() is not None:
        element.drop_tree()
