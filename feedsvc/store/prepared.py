"""A post with all that the store computes of it: its text is read once, outside of any transaction."""

import hashlib
from dataclasses import astuple, dataclass

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
        digest=hashlib.sha256(repr(astuple(post)).encode()).digest(),
    )
