"""The entries that a selection gives, newest first: posts with their sites, their terms, and those of
their repeats.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, func, select

from feedsvc.model import Entry, Post, Site, Term
from feedsvc.store import keys, media, search, terms
from feedsvc.store.tables import post_terms, posts, sites
from feedsvc.store.tables import terms as terms_table


@dataclass(frozen=True, slots=True)
class Selection:
    """Which posts, in the store's own terms: rows' ids, not names.

    Every phrase of `phrases` and one term of every group of `any_of` must be there, none of `none_of`;
    a post counts for a site of `sites` (None means all). `published` are the sites whose posts are shown
    at all (None means all). With `dedupe`, posts that repeat another count as one with it, with the terms
    and the sites of all.
    """

    phrases: tuple[tuple[str, ...], ...] = ()
    any_of: tuple[frozenset[int], ...] = ()
    none_of: frozenset[int] = frozenset()
    sites: frozenset[int] | None = None
    published: frozenset[int] | None = None
    since: datetime | None = None
    dedupe: bool = True


def page(connection: Connection, wanted: Selection, limit: int, offset: int = 0) -> list[Entry]:
    """Give the entries that `wanted` selects, newest first, ties by the post's id."""
    rows = connection.execute(
        select(posts, sites.c.name, sites.c.url, sites.c.home, sites.c.title.label("site_title"),
               sites.c.description)
        .join(sites, sites.c.id == posts.c.site_id)
        .where(posts.c.key.in_(_keys(wanted, limit, offset)))
        .order_by(posts.c.key.desc())
    ).all()  # fmt: skip
    own = terms.of_posts(connection, [row.key for row in rows])
    if not wanted.dedupe:
        return [_entry(row, own[row.key], own[row.key]) for row in rows]
    of_groups = terms.of_groups(connection, [row.original for row in rows], wanted.published)
    return [_entry(row, own[row.key], of_groups[row.original]) for row in rows]


def count(connection: Connection, site_ids: Collection[int]) -> int:
    """Give how many entries the posts of some sites make: a post and its repeats are one."""
    number = func.count(posts.c.original.distinct())
    return connection.scalar(select(number).where(posts.c.site_id.in_(site_ids))) or 0


def _keys(wanted: Selection, limit: int, offset: int) -> Select[tuple[int]]:
    """Select the keys of one page. Key order is time order in both tables, so nothing is sorted."""
    conditions = list(_conditions(wanted))
    if wanted.phrases:
        statement = search.keys_with(wanted.phrases)
        key = statement.selected_columns.rowid
        if wanted.since:
            statement = statement.where(key >= keys.first_key(wanted.since))
        if conditions:
            # For each key that is looked at, not for the whole table: the page is soon full.
            statement = statement.where(exists().where(posts.c.key == key, *conditions))
    else:
        statement, key = select(posts.c.key), posts.c.key
        if wanted.since:
            statement = statement.where(key >= keys.first_key(wanted.since))
        statement = statement.where(*conditions)
    return statement.order_by(key.desc()).limit(limit).offset(offset)


def _conditions(wanted: Selection) -> Iterator[ColumnElement[bool]]:
    """Give what must be true of a post's row."""
    of_post = posts.c.original if wanted.dedupe else posts.c.key
    for group in wanted.any_of:
        yield of_post.in_(_with_terms(wanted, group))
    if wanted.none_of:
        yield of_post.not_in(_with_terms(wanted, wanted.none_of))
    if wanted.published is not None:
        # The sum keeps SQLite from going by site, which would have to be sorted.
        yield (posts.c.site_id + 0).in_(wanted.published)
    if not wanted.dedupe:
        if wanted.sites is not None:
            yield posts.c.site_id.in_(wanted.sites)
        return
    member = posts.alias("member")
    in_group = member.c.original == posts.c.original
    if wanted.sites is not None:
        asked = wanted.sites if wanted.published is None else wanted.sites & wanted.published
        yield exists().where(in_group, member.c.site_id.in_(asked))
    if wanted.published is None:
        yield posts.c.original == posts.c.key
    else:
        # The first of the group may be of a site that is not published: the first that is stands for it.
        earlier = member.c.key < posts.c.key
        yield ~exists().where(in_group, earlier, member.c.site_id.in_(wanted.published))


def _with_terms(wanted: Selection, term_ids: frozenset[int]) -> Select[tuple[int]]:
    """Select the posts, or the groups by their originals, that have a term of a site that is published."""
    found = post_terms.c.entry_key if wanted.dedupe else post_terms.c.post_key
    statement = select(found).where(post_terms.c.term_id.in_(term_ids), found.is_not(None))
    if wanted.published is None:
        return statement
    return statement.join(terms_table, terms_table.c.id == post_terms.c.term_id).where(
        terms_table.c.site_id.in_(wanted.published)
    )


def _entry(row: Row[tuple[object, ...]], own: Sequence[Term], of_group: Sequence[Term]) -> Entry:
    authors = [term for term in own if term.taxonomy == "author"]
    image, enclosures = media.unpacked(row.media)
    post = Post(
        id=row.wp_id,
        guid=row.guid,
        link=row.link,
        title=row.title,
        summary=row.summary,
        content=row.content,
        published=row.published,
        modified=row.modified,
        categories=tuple(term.id for term in own if term.taxonomy == "category"),
        tags=tuple(term.id for term in own if term.taxonomy == "tag"),
        author=authors[0].id if authors else None,
        image=image,
        enclosures=enclosures,
    )
    site = Site(row.name, row.home or row.url, row.site_title, row.description)
    categories, tags = (
        tuple({(term.slug, term.label): term for term in of_group if term.taxonomy == taxonomy}.values())
        for taxonomy in ("category", "tag")
    )
    return Entry(post, site, categories, tags, authors[0] if authors else None)
