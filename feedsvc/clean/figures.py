"""Captions and galleries of every age of WordPress → figures, each with its caption."""

from lxml.html import HtmlElement

_GALLERY_CLASSES = frozenset({"blocks-gallery-grid", "wp-block-gallery"})


def build_figures(root: HtmlElement) -> None:
    """Make a figure of each picture with a caption and of each item of a gallery, in their order."""
    for element in list(root.iter("div", "dl", "li", "ul")):
        classes = frozenset(element.get("class", "").split())
        if "wp-caption" in classes:
            _make_figure(element, "wp-caption-text")
        elif "gallery-item" in classes:
            _make_gallery_figure(element)
        elif element.tag == "li" and "blocks-gallery-item" in classes:
            if element.find("figure") is None:
                element.tag = "figure"
            else:
                element.drop_tag()
        elif element.tag == "ul" and not classes.isdisjoint(_GALLERY_CLASSES):
            parent = element.getparent()
            if parent is not None and parent.tag == "figure":
                element.drop_tag()
            else:
                element.tag = "div"


def _make_figure(element: HtmlElement, caption_class: str) -> None:
    element.tag = "figure"
    for block in list(element.iter("p", "div", "dd")):
        if caption_class in block.get("class", "").split():
            block.tag = "figcaption"


def _make_gallery_figure(element: HtmlElement) -> None:
    """Make a figure of an item of the classic gallery: a dl with dt and dd, or a div."""
    _make_figure(element, "gallery-caption")
    for part in element.findall("dt"):
        part.drop_tag()
    for part in element.findall("dd"):
        part.tag = "figcaption"
