"""The entries that a selection gives, newest first: posts with their sites, their terms, and those of
their repeats.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, Select, exists, func, select, true

from feedsvc.model import Entry, Post, Site, Term
from feedsvc.query.condition import ANYTHING, Atom, Condition
from feedsvc.store import keys, media, search, terms
from feedsvc.store.tables import posts, sites


@dataclass(frozen=True, slots=True)
class Selection:
    """Which posts: what they must meet, with rows' ids for names.

    `published` are the sites whose posts are shown at all (None means all). With `dedupe`, posts that
    repeat another count as one with it, with the terms and the sites of all.
    """

    condition: Condition = ANYTHING
    published: frozenset[int] | None = None
    since: datetime | None = None
    dedupe: bool = True


@dataclass(frozen=True, slots=True)
class Recent:
    """A post with what tells why it is in a feed or not; `repeats` is the first post of its group on the
    sites that are shown, None when that is itself.
    """

    key: int
    site_id: int
    title: str
    link: str
    published: datetime
    repeats: "Recent | None" = None


def page(connection: Connection, wanted: Selection, limit: int, offset: int = 0) -> list[Entry]:
    """Give the entries that `wanted` selects, newest first, ties by the post's id."""
    rows = connection.execute(
        select(posts, sites.c.name, sites.c.url, sites.c.home, sites.c.title.label("site_title"),
               sites.c.description)
        .join(sites, sites.c.id == posts.c.site_id)
        .where(posts.c.position.in_(_page(connection, wanted, limit, offset)))
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


def recent(
    connection: Connection,
    site_ids: Collection[int],
    shown: Collection[int],
    number: int,
    below: int | None = None,
) -> list[Recent]:
    """Give the newest posts of some sites, repeats too; those with lower keys than `below`.

    What a post repeats is looked for on the sites `shown`.
    """
    first = posts.alias("first")
    head = (
        select(func.min(first.c.key))
        .where(first.c.original == posts.c.original, first.c.site_id.in_(shown))
        .scalar_subquery()
    )
    columns = (posts.c.key, posts.c.site_id, posts.c.title, posts.c.link, posts.c.published)
    older = posts.c.key < below if below is not None else true()
    rows = connection.execute(
        select(*columns, head.label("head"))
        .where(posts.c.site_id.in_(site_ids), older)
        .order_by(posts.c.key.desc())
        .limit(number)
    ).all()
    heads = {
        row.key: Recent(*row)
        for row in connection.execute(select(*columns).where(posts.c.key.in_({row.head for row in rows})))
    }
    return [Recent(*row[:5], heads[row.head] if row.head and row.head != row.key else None) for row in rows]


def kept(connection: Connection, wanted: Selection, keys: Collection[int]) -> set[int]:
    """Give those of `keys` that `wanted` selects, on whatever page; they follow each other closely."""
    return _among(connection, _matching(connection, wanted), keys, are_close=True)


def having(
    connection: Connection, wanted: Selection, atom: Atom, keys: Collection[int], *, are_close: bool
) -> set[int]:
    """Give those of `keys` that have one of the phrases and names that `wanted` asks for."""
    of: search.Of = "entry" if wanted.dedupe else "post"
    statement = search.positions_with(connection, atom, of=of, every="post")
    return _among(connection, statement, keys, are_close=are_close)


def _among(
    connection: Connection, statement: Select[tuple[int]], keys: Collection[int], *, are_close: bool
) -> set[int]:
    """Give those of `keys` whose positions a statement of the index selects."""
    rows = connection.execute(select(posts.c.position, posts.c.key).where(posts.c.key.in_(keys)))
    known = {row.position: row.key for row in rows}
    if not known:
        return set()
    # Between two that are not close there may be all of the store; to look each up begins anew each time.
    position = statement.selected_columns.rowid
    where = position.between(min(known), max(known)) if are_close else position.in_(known)
    return {known[one] for one in connection.scalars(statement.where(where)) if one in known}


def _page(connection: Connection, wanted: Selection, limit: int, offset: int) -> Select[tuple[int]]:
    """Select the positions of one page. Their order is that of time in the index, so nothing is sorted."""
    statement = _matching(connection, wanted)
    return statement.order_by(statement.selected_columns.rowid.desc()).limit(limit).offset(offset)


def _matching(connection: Connection, wanted: Selection) -> Select[tuple[int]]:
    """Select the positions of all that `wanted` selects."""
    everything = wanted.published is None
    statement = search.positions_with(
        connection,
        wanted.condition,
        of="entry" if wanted.dedupe else "post",
        every="entry" if wanted.dedupe and everything else "post",
        sites=wanted.published,
    )
    position = statement.selected_columns.rowid
    if wanted.since:
        young = select(posts.c.position).where(posts.c.key >= keys.first_key(wanted.since))
        statement = statement.where(position >= young.order_by(posts.c.key).limit(1).scalar_subquery())
    if wanted.published is None or not wanted.dedupe:
        return statement
    # The first of a group may be of a site that is not published: the first that is stands for it.
    member = posts.alias("member")
    same_group = (posts.c.position == position) & (member.c.original == posts.c.original)
    earlier = (member.c.key < posts.c.key) & member.c.site_id.in_(wanted.published)
    return statement.where(~exists().where(same_group, earlier))


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
    return Entry(post, site, categories, tags, authors[0] if authors else None, row.key)
