"""Captions and galleries of every age of WordPress → figures, each with its caption."""

from lxml.html import HtmlElement

_LISTS = frozenset({"blocks-gallery-grid", "wp-block-gallery"})


def settle(root: HtmlElement) -> None:
    """Make a figure of each picture with a caption and of each item of a gallery, in their order."""
    for element in list(root.iter("div", "dl", "li", "ul")):
        classes = frozenset(element.get("class", "").split())
        if "wp-caption" in classes:
            _captioned(element, "wp-caption-text")
        elif "gallery-item" in classes:
            _gallery_item(element)
        elif element.tag == "li" and "blocks-gallery-item" in classes:
            if element.find("figure") is None:
                element.tag = "figure"
            else:
                element.drop_tag()
        elif element.tag == "ul" and not classes.isdisjoint(_LISTS):
            parent = element.getparent()
            if parent is not None and parent.tag == "figure":
                element.drop_tag()
            else:
                element.tag = "div"


def _captioned(element: HtmlElement, caption: str) -> None:
    element.tag = "figure"
    for text in list(element.iter("p", "div", "dd")):
        if caption in text.get("class", "").split():
            text.tag = "figcaption"


def _gallery_item(element: HtmlElement) -> None:
    """Take the classic gallery's dl, dt and dd, or its div, for what they are."""
    _captioned(element, "gallery-caption")
    for part in element.findall("dt"):
        part.drop_tag()
    for part in element.findall("dd"):
        part.tag = "figcaption"
