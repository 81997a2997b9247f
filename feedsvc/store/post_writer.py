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
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, delete, insert, select, update

from feedsvc.model import Post, Term
from feedsvc.store.comparables import load_comparables, pack_figures, save_sketches
from feedsvc.store.dates import PostDates, date_post
from feedsvc.store.entry_ids import Claimant, assign_entry_ids, is_same_guid
from feedsvc.store.groups import (
    decide_groups,
    has_undecided,
    is_grouping_outdated,
    list_undecided,
    regroup_all,
)
from feedsvc.store.index_rowids import assign_index_rowids
from feedsvc.store.indexing import index_groups, rebuild_index, remove_from_index
from feedsvc.store.keys import SLOTS, Identity, assign_keys, first_key
from feedsvc.store.media import pack_media
from feedsvc.store.posts import mark_incomplete
from feedsvc.store.prepared import PreparedPost
from feedsvc.store.search import is_index_outdated
from feedsvc.store.sources import SerializedSource, save_sources
from feedsvc.store.sqlite import integer_list, integer_rows
from feedsvc.store.standing import FROM_THE_BEGINNING, Standing, revise_standing, stand_since
from feedsvc.store.stars import Budget
from feedsvc.store.tables import post_terms, posts, sites, withheld
from feedsvc.store.terms import TermKey, ensure_term_ids, save_terms
from feedsvc.text.similarity import ComparableText

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


_StoredPost = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class _WrittenPost:
    """A post that is about to be written: `entry_id` is what it was called before, empty for a new one."""

    prepared: PreparedPost
    dates: PostDates
    standing: Standing
    entry_id: str


_IDS: BindParameter[int] = bindparam("wp_ids", expanding=True)
_KEYS: BindParameter[int] = bindparam("keys", expanding=True)
_SITE_ID: BindParameter[int] = bindparam("of_site")
_SELECT_STORED = select(
    posts.c.wp_id,
    posts.c.key,
    posts.c.canonical_key,
    posts.c.digest,
    posts.c.guid,
    posts.c.entry_id,
    posts.c.fingerprint,
    posts.c.standing,
    posts.c.added_bytes,
    posts.c.published,
    posts.c.modified,
    posts.c.claimed_published,
    posts.c.claimed_modified,
).where(posts.c.site_id == _SITE_ID, posts.c.wp_id.in_(_IDS))
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
_MOVE_LEADER = (
    update(posts).where(posts.c.leader_key == bindparam("old_key")).values(leader_key=bindparam("new_key"))
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
            self._replace_posts(site_id, deleted, self._describe_written(written, stored, changes))
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

    def settle(self, site_id: int) -> bool:
        """Decide posts of a site that `apply` has left undecided; return whether some are left still."""
        self._group_and_index(site_id, set(), {})
        return has_undecided(self.connection, site_id)

    def _describe_written(
        self,
        written: Mapping[int, PreparedPost],
        stored: Mapping[int, _StoredPost],
        changes: PostChanges,
    ) -> list[_WrittenPost]:
        """Return posts as they are to be written, with what stays of those that are stored."""
        described = []
        earlier_texts = self._load_revised_texts(written, stored, changes)
        for wp_id, prepared in written.items():
            post, row = prepared.post, stored.get(wp_id)
            previous = Standing(row.standing, row.added_bytes) if row else FROM_THE_BEGINNING
            if changes.pulled_at and not changes.is_filling:
                if row is None:
                    previous = stand_since(changes.pulled_at)
                elif wp_id in earlier_texts:
                    texts = earlier_texts[wp_id], prepared.comparable.text
                    previous = revise_standing(previous, *texts, changes.pulled_at)
            stored_dates = None if row is None else _read_dates(row)
            dates = date_post(post.published, post.modified, changes.pulled_at, stored_dates)
            if (dates.published, dates.modified) != (post.published, post.modified):
                dated = replace(post, published=dates.published, modified=dates.modified)
                prepared = replace(prepared, post=dated)
            entry_id = row.entry_id if row and _is_same_post(row, prepared) else ""
            described.append(_WrittenPost(prepared, dates, previous, entry_id))
        return described

    def _load_revised_texts(
        self,
        written: Mapping[int, PreparedPost],
        stored: Mapping[int, _StoredPost],
        changes: PostChanges,
    ) -> dict[int, ComparableText]:
        """Return the texts, by id, that stored posts have so far which the site has edited."""
        if changes.pulled_at is None or changes.is_filling:
            return {}
        ids_by_key = {
            stored[wp_id].key: wp_id
            for wp_id, prepared in written.items()
            if wp_id in stored and stored[wp_id].fingerprint != prepared.comparable.text.fingerprint
        }
        comparables = load_comparables(self.connection, list(ids_by_key))
        return {ids_by_key[key]: comparable.text for key, comparable in comparables}

    def _replace_posts(
        self, site_id: int, deleted: Sequence[_StoredPost], written: Sequence[_WrittenPost]
    ) -> None:
        """Delete posts, write others, and leave all that this touches grouped, in its place and indexed."""
        self._stand_before_followers(site_id, deleted, written)
        touched = self._delete(deleted)
        keys, moved = self._make_room(site_id, [post.prepared for post in written])
        # The keys of canonical posts whose groups are others than the index has them.
        touched = {moved.get(key, key) for key in touched} | self._list_canonical_keys(moved.values())
        written_by_key = dict(sorted(zip(keys, written, strict=True)))
        self._insert(site_id, written_by_key)
        self._group_and_index(
            site_id, touched, {key: post.prepared for key, post in written_by_key.items()}
        )

    def _stand_before_followers(
        self, site_id: int, deleted: Sequence[_StoredPost], written: Sequence[_WrittenPost]
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
            self.connection.execute(_RELEASE_MEMBERS, {"keys": batch})
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
            self.connection.execute(_MOVE_LEADER, rows_moved)
        return [keys[prepared.post.id] for prepared in written], moved

    def _insert(self, site_id: int, written_by_key: Mapping[int, _WrittenPost]) -> None:
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
            _post_row(site_id, key, written, written.entry_id or entry_ids[key])
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


def _post_row(site_id: int, key: int, written: _WrittenPost, entry_id: str) -> dict[str, Any]:
    prepared, dates = written.prepared, written.dates
    post, text = prepared.post, prepared.comparable.text
    return {
        "key": key,
        "site_id": site_id,
        "wp_id": post.id,
        "guid": post.guid,
        "entry_id": entry_id,
        "link": post.link,
        "title": post.title,
        "summary": post.summary,
        "content": post.content,
        "published": dates.published,
        "modified": dates.modified,
        "claimed_published": dates.claimed_published,
        "claimed_modified": dates.claimed_modified,
        "standing": written.standing.since,
        "added_bytes": written.standing.added_bytes,
        "fingerprint": text.fingerprint,
        "figures": pack_figures(text.figures),
        "media": pack_media(post.image, post.enclosures),
        "language": post.language,
        "digest": prepared.digest,
    }


def _is_same_post(row: _StoredPost, prepared: PreparedPost) -> bool:
    """Return whether what a site gives now under an id is the post that is stored, not another one: where
    an operator gives a site another address, another site may be there.

    A guid may change with the address of a site, or with a plug-in; then the date or the text tells.
    """
    return (
        is_same_guid(row.guid, prepared.post.guid)
        or (row.claimed_published or row.published) == prepared.post.published.replace(microsecond=0)
        or (row.fingerprint != "" and row.fingerprint == prepared.comparable.text.fingerprint)
    )


def _read_dates(row: _StoredPost) -> PostDates:
    return PostDates(row.published, row.modified, row.claimed_published, row.claimed_modified)


def _list_term_keys(post: Post) -> list[TermKey]:
    term_keys: list[TermKey] = [("category", wp_id) for wp_id in post.categories]
    term_keys += [("tag", wp_id) for wp_id in post.tags]
    term_keys += [("author", wp_id) for wp_id in post.authors]
    return term_keys


def _split(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), _BATCH_SIZE):
        yield values[start : start + _BATCH_SIZE]
