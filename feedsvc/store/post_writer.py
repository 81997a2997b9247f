"""The one place where posts are written: saved, grouped, given their rowids, and indexed, in this order.

    with database.transaction() as connection:
        counts = database.post_writer(connection).apply(site_id, PostChanges(posts=prepared, ...))

`apply` does all of it in the transaction of its connection, with statements over many rows. Posts, their
terms and groups are changed by nothing else. Texts are read and tokenised before, by `prepare_post`,
outside of the transaction that keeps other writers waiting. Whatever commits is decided and found, unless
posts are so many and so alike that to compare them takes long: then the rest is left to `settle`, in
transactions of their own, between which others can write.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, Connection, bindparam, delete, insert, select, update

from feedsvc.model import Post, Term
from feedsvc.store.comparables import save_sketches
from feedsvc.store.entry_ids import Claimant, assign_entry_ids
from feedsvc.store.groups import (
    decide_groups,
    has_undecided,
    is_grouping_outdated,
    list_undecided,
    regroup_all,
)
from feedsvc.store.index_rowids import assign_index_rowids
from feedsvc.store.indexing import index_groups, rebuild_index, remove_from_index
from feedsvc.store.key_room import make_room
from feedsvc.store.posts import mark_incomplete
from feedsvc.store.prepared import PreparedPost
from feedsvc.store.revision import raise_revision
from feedsvc.store.search import is_index_outdated
from feedsvc.store.sources import SerializedSource, save_sources
from feedsvc.store.stars import Budget
from feedsvc.store.tables import post_terms, posts, withheld
from feedsvc.store.terms import TermKey, ensure_term_ids, save_terms
from feedsvc.store.written_posts import (
    StoredPost,
    WrittenPost,
    describe_written_posts,
    load_stored_posts,
)

_BATCH_SIZE = 500
"""Posts that are looked up or deleted at once."""

MAX_WORDS_AT_A_TIME = 4_000_000
"""Words that are compared in one transaction: about half a second. Pages of real posts take a tenth."""


@dataclass(frozen=True, slots=True)
class PostChanges:
    """What is to change of one site's posts; each is in one of `posts`, `withheld` and `removed_ids`, once.

    `posts` are written if they are not as they are stored. `sources` are what posts that are stored, or
    among `posts`, were made of under the version `policy`. `pulled_at` (aware) is when the site gave the
    posts, None where it did not do so now; `is_filling` says that they count as being there from the
    beginning of the store. `withheld` are posts that the site lists but
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
    pulled_at: datetime | None = None
    is_filling: bool = False


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


_IDS: BindParameter[int] = bindparam("wp_ids", expanding=True)
_KEYS: BindParameter[int] = bindparam("keys", expanding=True)
_SITE_ID: BindParameter[int] = bindparam("of_site")
_DELETE_WITHHELD = delete(withheld).where(withheld.c.site_id == _SITE_ID, withheld.c.wp_id.in_(_IDS))
_RELEASE_MEMBERS = update(posts).where(posts.c.leader_key.in_(_KEYS)).values(leader_key=None)
_DELETE_POSTS = delete(posts).where(posts.c.key.in_(_KEYS))
_STAND_BEHIND = (
    update(posts)
    .where(
        posts.c.canonical_key == bindparam("of_leader"),
        posts.c.site_id != _SITE_ID,
        posts.c.standing <= bindparam("since"),
    )
    .values(standing=bindparam("since") + 1)
)
_SELECT_CANONICAL = select(posts.c.canonical_key).where(
    posts.c.key.in_(_KEYS), posts.c.canonical_key.is_not(None)
)
_INSERT_POSTS = insert(posts)
_INSERT_WITHHELD = insert(withheld)
_INSERT_TERMS = insert(post_terms)


@dataclass(frozen=True, slots=True)
class PostWriter:
    """Writes posts in the transaction of `connection`. Posts published further apart than
    `duplicate_window`, in whole seconds, do not repeat each other. At most about `max_words` words are
    compared at a time.
    """

    connection: Connection
    duplicate_window: timedelta
    max_words: int = MAX_WORDS_AT_A_TIME

    def apply(self, site_id: int, changes: PostChanges) -> ChangeCounts:
        """Bring the store to `changes`, its posts grouped and indexed; return what that changed."""
        save_terms(self.connection, site_id, changes.terms)
        leaving_ids = {*changes.withheld, *changes.removed_ids}
        post_ids = {prepared.post.id for prepared in changes.posts}
        stored = load_stored_posts(self.connection, site_id, leaving_ids | post_ids)
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
            seen_at = None if changes.is_filling else changes.pulled_at
            described = describe_written_posts(self.connection, written, stored, changes.pulled_at, seen_at)
            self._replace_posts(site_id, deleted, described)
            raise_revision(self.connection)
        save_sources(self.connection, site_id, changes.sources, changes.policy)
        complete_ids = {*changes.complete_ids, *changes.removed_ids}
        mark_incomplete(self.connection, site_id, complete_ids, changes.incomplete_ids)
        return ChangeCounts(len(written) - len(changed_ids), len(changed_ids), len(removed_ids))

    def is_outdated(self) -> bool:
        """Return whether another version has made the groups or the index."""
        return is_grouping_outdated(self.connection, self.duplicate_window) or is_index_outdated(
            self.connection
        )

    def rebuild_outdated(self) -> bool:
        """Make groups and index anew where another version has made them; return whether that was so."""
        is_regrouped = is_grouping_outdated(self.connection, self.duplicate_window)
        if is_regrouped:
            regroup_all(self.connection, self.duplicate_window)
        if is_regrouped or is_index_outdated(self.connection):
            rebuild_index(self.connection)
            raise_revision(self.connection)
            return True
        return False

    def settle(self, site_id: int) -> bool:
        """Decide posts of a site that `apply` has left undecided; return whether some are left still."""
        self._group_and_index(site_id, set(), {})
        raise_revision(self.connection)
        return has_undecided(self.connection, site_id)

    def _replace_posts(
        self, site_id: int, deleted: Sequence[StoredPost], written: Sequence[WrittenPost]
    ) -> None:
        """Delete posts, write others, and leave all that this touches grouped, in its place and indexed."""
        self._stand_before_followers(site_id, deleted, written)
        touched = self._delete(deleted)
        keys, moved = make_room(self.connection, site_id, [post.prepared.post for post in written])
        # The keys of canonical posts whose groups are others than the index has them.
        touched = {moved.get(key, key) for key in touched} | self._list_canonical_keys(moved.values())
        written_by_key = dict(sorted(zip(keys, written, strict=True)))
        self._insert(site_id, written_by_key)
        self._group_and_index(
            site_id, touched, {key: post.prepared for key, post in written_by_key.items()}
        )

    def _stand_before_followers(
        self, site_id: int, deleted: Sequence[StoredPost], written: Sequence[WrittenPost]
    ) -> None:
        """Let what repeats an edited post on other sites stand behind its new text, as it did before."""
        since_by_id = {post.prepared.post.id: post.standing.since for post in written}
        for row in deleted:
            since = since_by_id.get(row.wp_id, 0)
            if since > row.standing and row.canonical_key == row.key:
                parameters = {"of_leader": row.key, "of_site": site_id, "since": since}
                self.connection.execute(_STAND_BEHIND, parameters)

    def _group_and_index(
        self, site_id: int, touched: Collection[int], prepared_by_key: Mapping[int, PreparedPost]
    ) -> None:
        """Group what is undecided, and index it with the groups that were touched before."""
        regrouped = decide_groups(
            self.connection,
            {*prepared_by_key, *list_undecided(self.connection, site_id)},
            {key: prepared.comparable for key, prepared in prepared_by_key.items()},
            self.duplicate_window,
            Budget(self.max_words),
        )
        moved = self._list_canonical_keys(assign_index_rowids(self.connection))
        documents = {key: prepared.document for key, prepared in prepared_by_key.items()}
        index_groups(self.connection, sorted({*touched, *regrouped, *moved}), documents)

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

    def _delete(self, deleted: Sequence[StoredPost]) -> set[int]:
        """Delete posts; return the canonical keys of the groups that have lost one and are still there.

        What was under one of them is undecided then.
        """
        keys = [row.key for row in deleted]
        remove_from_index(self.connection, keys)
        for batch in _split(keys):
            self.connection.execute(_RELEASE_MEMBERS, {"keys": batch})
            self.connection.execute(_DELETE_POSTS, {"keys": batch})
        return {row.canonical_key for row in deleted}.difference(keys)

    def _insert(self, site_id: int, written_by_key: Mapping[int, WrittenPost]) -> None:
        """Insert posts, undecided as yet, with their terms and sketches."""
        if not written_by_key:
            return
        entry_ids = assign_entry_ids(
            self.connection,
            [
                Claimant(key, site_id, post.id, post.guid, post.link, written.standing.since)
                for key, written in written_by_key.items()
                if not written.entry_id and (post := written.prepared.post)
            ],
        )
        rows = [
            written.to_row(site_id, key, written.entry_id or entry_ids[key])
            for key, written in written_by_key.items()
        ]
        self.connection.execute(_INSERT_POSTS, rows)
        term_keys = {key: _list_term_keys(written.prepared.post) for key, written in written_by_key.items()}
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
            {key: written.prepared.comparable.sketch for key, written in written_by_key.items()},
        )

    def _list_canonical_keys(self, keys: Collection[int]) -> set[int]:
        """Return the keys of the canonical posts of some posts; those that are undecided have none."""
        canonical_keys: set[int] = set()
        for batch in _split(list(keys)):
            canonical_keys.update(self.connection.scalars(_SELECT_CANONICAL, {"keys": batch}))
        return canonical_keys


def _list_term_keys(post: Post) -> list[TermKey]:
    term_keys: list[TermKey] = [("category", wp_id) for wp_id in post.categories]
    term_keys += [("tag", wp_id) for wp_id in post.tags]
    term_keys += [("author", wp_id) for wp_id in post.authors]
    return term_keys


def _split(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), _BATCH_SIZE):
        yield values[start : start + _BATCH_SIZE]
