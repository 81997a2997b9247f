"""Links that WordPress made of the request with which we asked for a post: they are no part of the post.

Some blocks and plug-ins link to the page that is asked for, with a parameter more: the next page of a
query, the reply to a comment. For us that is the REST API, and the next request would give other links.
"""

from urllib.parse import unquote, urljoin, urlsplit

from lxml.html import HtmlElement

_FIELDS = "_fields="
_ROOTS = ("/wp-json/", "rest_route=/")


def drop_request_links(root: HtmlElement, base: str) -> None:
    """Drop the links that hold our own request, in place, with their words.

    A link into the REST API of the post's own site, at `base`, that stands among other words loses its
    address alone: people write of their API as well.
    """
    for anchor in list(root.iter("a")):
        address = unquote(anchor.get("href", ""))
        leads_to_root = any(name in address for name in _ROOTS)
        if not (_FIELDS in address or leads_to_root):
            continue
        is_own = _find_host(urljoin(base, address)) == _find_host(base)
        if _FIELDS in address and (is_own or leads_to_root):
            anchor.drop_tree()
        elif is_own:
            if _stands_among_words(anchor):
                anchor.drop_tag()
            else:
                anchor.drop_tree()


def _find_host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _stands_among_words(anchor: HtmlElement) -> bool:
    parent, before = anchor.getparent(), anchor.getprevious()
    in_front = before.tail if before is not None else parent.text if parent is not None else ""
    return bool((in_front or "").strip() or (anchor.tail or "").strip())
