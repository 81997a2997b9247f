"""Captions and galleries of every age of WordPress → figures, each with its caption."""

from lxml.html import HtmlElement

from feedsvc.clean.urls import make_absolute
from feedsvc.text.media_types import IMAGE_TYPES, guess_media_type

_GALLERY_CLASSES = frozenset({"blocks-gallery-grid", "wp-block-gallery"})
_BLOCK_GALLERIES = ("blocks-gallery", "wp-block-gallery")


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


def show_linked_pictures(root: HtmlElement, base: str) -> None:
    """Show in a gallery of thumbnails the whole pictures, where the links around them lead to those.

    The gallery block shows its pictures in a size for reading.
    """
    for image in root.iter("img"):
        link = next(image.iterancestors("a"), None)
        address = make_absolute(link.get("href", ""), base) if link is not None and link.get("href") else ""
        if guess_media_type(address, IMAGE_TYPES) and _is_in_gallery(image):
            image.set("src", address)
            for name in ("width", "height", "srcset", "sizes"):
                image.attrib.pop(name, None)


def _is_in_gallery(image: HtmlElement) -> bool:
    for ancestor in image.iterancestors():
        classes = ancestor.get("class", "")
        if any(name in classes for name in _BLOCK_GALLERIES):
            return False
        if "galler" in classes or ancestor.get("id", "").startswith("gallery"):
            return True
    return False


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
