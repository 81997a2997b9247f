"""A post with all that the store computes of it: its text is read once, outside of any transaction."""

import hashlib
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any

from feedsvc.model import Post
from feedsvc.store.comparables import Comparable, read_comparable
from feedsvc.store.index_entries import Document, build_document
from feedsvc.text.html import extract_body_text


@dataclass(frozen=True, slots=True)
class PreparedPost:
    """A post, as it is compared (`comparable`) and as it is indexed (`document`).

    `digest` is equal for equal posts, terms included: then there is nothing to write.
    """

    post: Post
    comparable: Comparable
    document: Document
    digest: bytes


def prepare_post(post: Post) -> PreparedPost:
    """Return `post` with what is computed of it. Parses its body, unless that was just parsed."""
    return PreparedPost(
        post=post,
        comparable=read_comparable(post.title, post.content, post.summary, post.link),
        document=build_document(post.title, extract_body_text(post.content, post.summary)),
        digest=hashlib.sha256(repr(_list_values(post)).encode()).digest(),
    )


def _list_values(value: Any) -> Any:
    """Return what `dataclasses.astuple` returns of a post, which copies each text and takes ten times as
    long.
    """
    if isinstance(value, tuple):
        return tuple(map(_list_values, value))
    kind: Any = type(value)
    names = _list_names(kind)
    return tuple(_list_values(getattr(value, name)) for name in names) if names else value


@cache
def _list_names(kind: type) -> tuple[str, ...]:
    """Return the names of a dataclass's fields; none of what is no dataclass."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()
