"""The one place where posts are written: saved, grouped, given their rowids, and indexed, in this order.

    with database.transaction() as connection:
        counts = database.post_writer(connection).apply(site_id, PostChanges(posts=prepared, ...))

`apply` does all of it in the transaction of its connection, with statements over many rows, so whatever
commits is decided and found. Posts, their terms and groups are changed by nothing else. Texts are read and
tokenised before, by `prepare_post`, outside of the transaction that keeps other writers waiting.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, delete, insert, select, update

from feedsvc.model import Post, Term
from feedsvc.store.comparables import pack_figures, save_sketches
from feedsvc.store.groups import decide_groups, is_grouping_outdated, regroup_all
from feedsvc.store.index_rowids import assign_index_rowids
from feedsvc.store.indexing import index_groups, rebuild_index, remove_from_index
from feedsvc.store.keys import SLOTS, Identity, assign_keys, first_key
from feedsvc.store.media import pack_media
from feedsvc.store.posts import mark_incomplete
from feedsvc.store.prepared import PreparedPost
from feedsvc.store.search import is_index_outdated
from feedsvc.store.sources import SerializedSource, save_sources
from feedsvc.store.sqlite import integer_list, integer_rows
from feedsvc.store.tables import post_terms, posts, sites, withheld
from feedsvc.store.terms import TermKey, ensure_term_ids, save_terms

_BATCH_SIZE = 500
"""Posts that are looked up or deleted at once."""


@dataclass(frozen=True, slots=True)
class PostChanges:
    """What is to change of one site's posts; each is in one of `posts`, `withheld` and `removed_ids`, once.

    `posts` are written if they are not as they are stored. `sources` are what posts that are stored, or
    among `posts`, were made of under the version `policy`. `withheld` are posts that the site lists but
    that can't be published, by id: when they were modified, and why for the operator, empty where a post
    is not public. `removed_ids` are posts that the site no longer has. `terms` is what was learnt of
    categories, tags and authors. `complete_ids` and `incomplete_ids` are posts that have, or lack, all
    that the site was asked for.
    """

    posts: Sequence[PreparedPost] = ()
    sources: Sequence[SerializedSource] = ()
    policy: str = ""
    withheld: Mapping[int, tuple[datetime, str]] = field(default_factory=dict)
    removed_ids: Collection[int] = ()
    terms: Sequence[Term] = ()
    complete_ids: Collection[int] = ()
    incomplete_ids: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    """How many posts are new in the store, are others than they were, and are in it no more."""

    new: int = 0
    changed: int = 0
    removed: int = 0

    def __add__(self, other: "ChangeCounts") -> "ChangeCounts":
        return ChangeCounts(
            self.new + other.new, self.changed + other.changed, self.removed + other.removed
        )


_StoredPost = Row[*tuple[Any, ...]]

_IDS: BindParameter[int] = bindparam("wp_ids", expanding=True)
_KEYS: BindParameter[int] = bindparam("keys", expanding=True)
_SITE_ID: BindParameter[int] = bindparam("of_site")
_SELECT_STORED = select(posts.c.wp_id, posts.c.key, posts.c.canonical_key, posts.c.digest).where(
    posts.c.site_id == _SITE_ID, posts.c.wp_id.in_(_IDS)
)
_DELETE_WITHHELD = delete(withheld).where(withheld.c.site_id == _SITE_ID, withheld.c.wp_id.in_(_IDS))
_DELETE_POSTS = delete(posts).where(posts.c.key.in_(_KEYS))
_SELECT_UNDECIDED = select(posts.c.key).where(posts.c.canonical_key.is_(None))
_seconds, _first_key = integer_rows("first_keys")
_SELECT_SECONDS = (
    select(_first_key.label("first_key"), posts.c.wp_id, sites.c.name, posts.c.key)
    .select_from(_seconds)
    .join(posts, posts.c.key.between(_first_key, _first_key + (SLOTS - 1)))
    .join(sites, sites.c.id == posts.c.site_id)
)
_SELECT_SITE_NAME = select(sites.c.name).where(sites.c.id == _SITE_ID)
_SELECT_CANONICAL = select(posts.c.canonical_key).where(
    posts.c.key.in_(_KEYS), posts.c.canonical_key.is_not(None)
)
_MOVE = (
    update(posts)
    .where(posts.c.key == bindparam("old_key"))
    .values(key=bindparam("new_key"), index_rowid=None)
)
_INSERT_POSTS = insert(posts)
_INSERT_WITHHELD = insert(withheld)
_INSERT_TERMS = insert(post_terms)


@dataclass(frozen=True, slots=True)
class PostWriter:
    """Writes posts in the transaction of `connection`. Posts published further apart than
    `duplicate_window`, in whole seconds, do not repeat each other.
    """

    connection: Connection
    duplicate_window: timedelta

    def apply(self, site_id: int, changes: PostChanges) -> ChangeCounts:
        """Bring the store to `changes`, its posts grouped and indexed; return what that changed."""
        save_terms(self.connection, site_id, changes.terms)
        leaving_ids = {*changes.withheld, *changes.removed_ids}
        stored = self._load_stored(
            site_id, {*leaving_ids, *(prepared.post.id for prepared in changes.posts)}
        )
        written = {
            prepared.post.id: prepared
            for prepared in changes.posts
            if prepared.post.id not in stored or stored[prepared.post.id].digest != prepared.digest
        }
        changed_ids = written.keys() & stored.keys()
        removed_ids = leaving_ids & stored.keys()
        self._replace_withheld(site_id, {*leaving_ids, *written}, changes.withheld)
        deleted = [stored[wp_id] for wp_id in sorted(changed_ids | removed_ids)]
        if written or deleted:
            self._replace_posts(site_id, deleted, list(written.values()))
        save_sources(self.connection, site_id, changes.sources, changes.policy)
        complete_ids = {*changes.complete_ids, *changes.removed_ids}
        mark_incomplete(self.connection, site_id, complete_ids, changes.incomplete_ids)
        return ChangeCounts(len(written) - len(changed_ids), len(changed_ids), len(removed_ids))

    def rebuild_outdated(self) -> bool:
        """Make groups and index anew where another version has made them; return whether that was so."""
        is_regrouped = is_grouping_outdated(self.connection, self.duplicate_window)
        if is_regrouped:
            regroup_all(self.connection, self.duplicate_window)
        if is_regrouped or is_index_outdated(self.connection):
            rebuild_index(self.connection)
            return True
        return False

    def _replace_posts(
        self, site_id: int, deleted: Sequence[_StoredPost], written: Sequence[PreparedPost]
    ) -> None:
        """Delete posts, write others, and leave all that this touches grouped, in its place and indexed."""
        touched = self._delete(deleted)
        keys, moved = self._make_room(site_id, written)
        # The keys of canonical posts whose groups are others than the index has them.
        touched = {moved.get(key, key) for key in touched} | self._list_canonical_keys(moved.values())
        prepared_by_key = dict(sorted(zip(keys, written, strict=True)))
        orphans = self.connection.scalars(_SELECT_UNDECIDED).all() if deleted else ()
        self._insert(site_id, prepared_by_key)
        touched |= decide_groups(
            self.connection,
            [*orphans, *prepared_by_key],
            {key: prepared.comparable for key, prepared in prepared_by_key.items()},
            self.duplicate_window,
        )
        touched |= self._list_canonical_keys(assign_index_rowids(self.connection))
        documents = {key: prepared.document for key, prepared in prepared_by_key.items()}
        index_groups(self.connection, sorted(touched), documents)

    def _load_stored(self, site_id: int, wp_ids: Collection[int]) -> dict[int, _StoredPost]:
        stored: dict[int, _StoredPost] = {}
        for batch in _split(sorted(wp_ids)):
            rows = self.connection.execute(_SELECT_STORED, {"of_site": site_id, "wp_ids": batch})
            stored |= {row.wp_id: row for row in rows}
        return stored

    def _replace_withheld(
        self, site_id: int, wp_ids: Collection[int], withheld_posts: Mapping[int, tuple[datetime, str]]
    ) -> None:
        for batch in _split(sorted(wp_ids)):
            self.connection.execute(_DELETE_WITHHELD, {"of_site": site_id, "wp_ids": batch})
        if withheld_posts:
            self.connection.execute(
                _INSERT_WITHHELD,
                [
                    {"site_id": site_id, "wp_id": wp_id, "modified": modified, "reason": reason}
                    for wp_id, (modified, reason) in withheld_posts.items()
                ],
            )

    def _delete(self, deleted: Sequence[_StoredPost]) -> set[int]:
        """Delete posts; return the canonical keys of the groups that have lost one and are still there.

        What was under one of them is undecided then.
        """
        keys = [row.key for row in deleted]
        remove_from_index(self.connection, keys)
        for batch in _split(keys):
            self.connection.execute(_DELETE_POSTS, {"keys": batch})
        return {row.canonical_key for row in deleted}.difference(keys)

    def _make_room(self, site_id: int, written: Sequence[PreparedPost]) -> tuple[list[int], dict[int, int]]:
        """Return the keys of posts that are to be inserted, and the stored posts that moved up to make room
        for them: their old keys with the new ones.
        """
        if not written:
            return [], {}
        by_second: dict[int, dict[Identity, int]] = {
            first_key(prepared.post.published): {} for prepared in written
        }
        rows = self.connection.execute(_SELECT_SECONDS, {"first_keys": integer_list(by_second)})
        for first, wp_id, name, key in rows:
            by_second[first][wp_id, name] = key
        site_name = self.connection.scalars(_SELECT_SITE_NAME, {"of_site": site_id}).one()
        added: dict[int, list[PreparedPost]] = {}
        for prepared in written:
            added.setdefault(first_key(prepared.post.published), []).append(prepared)
        keys: dict[int, int] = {}
        moved: dict[int, int] = {}
        for first, posts_added in added.items():
            identities = [(prepared.post.id, site_name) for prepared in posts_added]
            assigned = assign_keys(posts_added[0].post.published, by_second[first], identities)
            keys |= {identity[0]: assigned[identity] for identity in identities}
            moved |= {key: new for i, key in by_second[first].items() if (new := assigned[i]) != key}
        if moved:
            remove_from_index(self.connection, moved)
            # From the highest down each comes where none is any more. Its rowid has to rise with the key.
            rows_moved = [{"old_key": key, "new_key": moved[key]} for key in sorted(moved, reverse=True)]
            self.connection.execute(_MOVE, rows_moved)
        return [keys[prepared.post.id] for prepared in written], moved

    def _insert(self, site_id: int, prepared_by_key: Mapping[int, PreparedPost]) -> None:
        """Insert posts, undecided as yet, with their terms and sketches."""
        if not prepared_by_key:
            return
        rows = [_post_row(site_id, key, prepared) for key, prepared in prepared_by_key.items()]
        self.connection.execute(_INSERT_POSTS, rows)
        term_keys = {key: _list_term_keys(prepared.post) for key, prepared in prepared_by_key.items()}
        distinct = {term_key for keys in term_keys.values() for term_key in keys}
        term_ids = ensure_term_ids(self.connection, site_id, distinct)
        post_term_rows = [
            {"post_key": key, "term_id": term_ids[term_key]}
            for key, keys in term_keys.items()
            for term_key in dict.fromkeys(keys)
            if term_key in term_ids  # not beyond what is stored of a site's terms
        ]
        if post_term_rows:
            self.connection.execute(_INSERT_TERMS, post_term_rows)
        save_sketches(
            self.connection,
            {key: prepared.comparable.sketch for key, prepared in prepared_by_key.items()},
        )

    def _list_canonical_keys(self, keys: Collection[int]) -> set[int]:
        """Return the keys of the canonical posts of some posts; those that are undecided have none."""
        canonical_keys: set[int] = set()
        for batch in _split(list(keys)):
            canonical_keys.update(self.connection.scalars(_SELECT_CANONICAL, {"keys": batch}))
        return canonical_keys


def _post_row(site_id: int, key: int, prepared: PreparedPost) -> dict[str, Any]:
    post, text = prepared.post, prepared.comparable.text
    return {
        "key": key,
        "site_id": site_id,
        "wp_id": post.id,
        "guid": post.guid,
        "link": post.link,
        "title": post.title,
        "summary": post.summary,
        "content": post.content,
        "published": post.published,
        "modified": post.modified,
        "fingerprint": text.fingerprint,
        "figures": pack_figures(text.figures),
        "media": pack_media(post.image, post.enclosures),
        "digest": prepared.digest,
    }


def _list_term_keys(post: Post) -> list[TermKey]:
    term_keys: list[TermKey] = [("category", wp_id) for wp_id in post.categories]
    term_keys += [("tag", wp_id) for wp_id in post.tags]
    if post.author is not None:
        term_keys.append(("author", post.author))
    return term_keys


def _split(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), _BATCH_SIZE):
        yield values[start : start + _BATCH_SIZE]
