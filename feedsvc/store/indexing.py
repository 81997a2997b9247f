"""What the search index has of a post: its words, and marks that say what it and its group are of.

A post's marks depend on its group, and that on all posts of a transaction. So posts are put into the index
last, when they are grouped and have their rowids. Marks that a post has already are compared with those
that it should have, and it is written anew only where they differ.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, select, update

from feedsvc.query.condition import Atom, Phrase
from feedsvc.store.index_entries import Document, IndexEntry, Of, build_document, build_marks
from feedsvc.store.search import (
    add_to_index,
    clear_index,
    delete_from_index,
    save_words,
)
from feedsvc.store.tables import post_terms, posts
from feedsvc.text.html import extract_body_text

_BATCH_SIZE = 200
"""Groups or posts that are looked up at once."""

_KEYS: BindParameter[int] = bindparam("keys", expanding=True)
_SELECT_MEMBERS = (
    select(
        posts.c.key,
        posts.c.leader_key,
        posts.c.canonical_key,
        posts.c.site_id,
        posts.c.index_rowid,
        posts.c.marks,
    )
    .where(posts.c.canonical_key.in_(_KEYS))
    .order_by(posts.c.key)
)
_SELECT_TERMS = select(post_terms.c.entry_key, post_terms.c.post_key, post_terms.c.term_id).where(
    post_terms.c.entry_key.in_(_KEYS)
)
_SELECT_INDEXED = select(
    posts.c.key, posts.c.index_rowid, posts.c.marks, posts.c.title, posts.c.content, posts.c.summary
).where(posts.c.key.in_(_KEYS), posts.c.marks != "")
_SELECT_TEXTS = select(posts.c.key, posts.c.title, posts.c.content, posts.c.summary).where(
    posts.c.key.in_(_KEYS)
)
_UPDATE_MARKS = update(posts).where(posts.c.key == bindparam("of_post")).values(marks=bindparam("of_index"))
_CLEAR_MARKS = update(posts).where(posts.c.key.in_(_KEYS)).values(marks="")

_Member = Row[*tuple[Any, ...]]
_NO_WORDS = Document("", "")


def remove_from_index(connection: Connection, keys: Iterable[int]) -> None:
    """Take those of some posts out of the index that are in it, before they go or move."""
    for batch in _list_batches(keys):
        rows = connection.execute(_SELECT_INDEXED, {"keys": batch}).all()
        if rows:
            delete_from_index(
                connection, [IndexEntry(row.index_rowid, _document_of(row), row.marks) for row in rows]
            )
            connection.execute(_CLEAR_MARKS, {"keys": [row.key for row in rows]})


def index_groups(
    connection: Connection,
    canonical_keys: Iterable[int],
    documents: Mapping[int, Document] | None = None,
) -> None:
    """Bring the index to what the groups of some canonical posts are, whose members have their rowids.

    `documents` are those, by the posts' keys, that need not be read from the store.
    """
    for batch in _list_batches(canonical_keys):
        members = connection.execute(_SELECT_MEMBERS, {"keys": batch}).all()
        marks = _build_marks_of(connection, batch, members)
        changed = [member for member in members if member.marks != marks[member.key]]
        if not changed:
            continue
        documents_by_key = dict(documents or {})
        missing = [member.key for member in changed if member.key not in documents_by_key]
        documents_by_key |= _load_documents(connection, missing)
        indexed = [member for member in changed if member.marks]
        delete_from_index(
            connection,
            [
                IndexEntry(member.index_rowid, documents_by_key[member.key], member.marks)
                for member in indexed
            ],
        )
        save_words(connection, [documents_by_key[member.key] for member in changed if not member.marks])
        add_to_index(
            connection,
            [
                IndexEntry(member.index_rowid, documents_by_key[member.key], marks[member.key])
                for member in changed
            ],
        )
        connection.execute(
            _UPDATE_MARKS,
            [{"of_post": member.key, "of_index": marks[member.key]} for member in changed],
        )


class IndexedPost:
    """A stored post as the index has it. Its text is read when a phrase is looked for, and once."""

    def __init__(self, row: _Member) -> None:
        self._row = row

    def has(self, atom: Atom, marks_of: Of) -> bool:
        """Return what `IndexEntry.has` does."""
        document = self._document if isinstance(atom, Phrase) else _NO_WORDS
        return IndexEntry(self._row.index_rowid, document, self._row.marks).has(atom, marks_of)

    @cached_property
    def _document(self) -> Document:
        return _document_of(self._row)


def load_indexed_posts(connection: Connection, keys: Iterable[int]) -> dict[int, IndexedPost]:
    """Return some posts as the index has them, by their keys."""
    return {
        row.key: IndexedPost(row)
        for batch in _list_batches(keys)
        for row in connection.execute(_SELECT_INDEXED, {"keys": batch})
    }


def rebuild_index(connection: Connection, progress: Callable[[int], None] = lambda groups: None) -> None:
    """Make the index anew, of all posts; tell `progress` of each groups that were indexed, as they are."""
    clear_index(connection)
    connection.execute(update(posts).values(marks=""))
    is_canonical = posts.c.canonical_key == posts.c.key
    for batch in _list_batches(connection.scalars(select(posts.c.key).where(is_canonical)).all()):
        index_groups(connection, batch)
        progress(len(batch))


def _build_marks_of(
    connection: Connection, canonical_keys: Sequence[int], members: Sequence[_Member]
) -> dict[int, str]:
    """Return the marks of all members of some groups: what each is of, and what its group is of.

    The latter only for the leaders of the sites: where some sites alone are shown, one of those stands for
    the group, and the others need not be written anew when the group changes.
    """
    own_terms: dict[int, list[int]] = {member.key: [] for member in members}
    group_terms: dict[int, set[int]] = {key: set() for key in canonical_keys}
    for canonical_key, key, term_id in connection.execute(_SELECT_TERMS, {"keys": canonical_keys}):
        own_terms[key].append(term_id)
        group_terms[canonical_key].add(term_id)
    group_sites: dict[int, set[int]] = {key: set() for key in canonical_keys}
    for member in members:
        group_sites[member.canonical_key].add(member.site_id)
    marks_by_key = {}
    for member in members:
        marks = ["post", *build_marks("post", own_terms[member.key], [member.site_id])]
        if member.key == member.canonical_key:
            marks.append("entry")
        if member.key == member.leader_key:
            marks.append("leader")
            group = member.canonical_key
            marks += build_marks("entry", group_terms[group], group_sites[group])
        marks_by_key[member.key] = " ".join(marks)
    return marks_by_key


def _load_documents(connection: Connection, keys: Sequence[int]) -> dict[int, Document]:
    if not keys:
        return {}
    return {row.key: _document_of(row) for row in connection.execute(_SELECT_TEXTS, {"keys": keys})}


def _document_of(row: _Member) -> Document:
    return build_document(row.title, extract_body_text(row.content, row.summary))


def _list_batches(keys: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(keys)
    while batch := list(islice(remaining, _BATCH_SIZE)):
        yield batch
