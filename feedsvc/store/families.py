"""Which categories are below which: found once, when a pull learns it, and stored as pairs.

A category's feed has the posts of all below it, as its page in WordPress has. What a site says of parents
may be anything: rings, chains of thousands, parents that there are not. So a family ends at MAX_LEVELS and
at MAX_FAMILY; what is beyond counts to the nearer ones above it alone, and `describe_cut_families` says so.
In a ring each is below the others, and nothing is below itself.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from feedsvc.store.constructs import integer_list, integer_rows
from feedsvc.store.tables import facts, sites, term_families, terms

MAX_LEVELS = 10
"""Levels below a category that count to it. A site's menu has three; more than five are seldom."""

MAX_FAMILY = 1000
"""Categories below one that count to it, the nearest first. Each is a mark that the search index is asked
for, at up to 0.1 ms. The largest that we know of are directories of places, with some hundreds."""

_FACT = "categories below categories"
_VERSION = f"levels {MAX_LEVELS}, members {MAX_FAMILY}"

_heads, _head = integer_rows("heads")
_SELECT_MEMBERS = (
    select(term_families.c.member_id)
    .where(term_families.c.head_id.in_(select(_head).select_from(_heads)))
    .distinct()
)
"""A name may be that of thousands of categories: as a parameter each they take longer than the rest."""

_DELETE = delete(term_families).where(
    term_families.c.head_id == bindparam("of_head"), term_families.c.member_id == bindparam("of_member")
)


def find_families(parents: Mapping[int, int]) -> dict[int, list[int]]:
    """Return the categories below each that has any, the nearest first, then by id.

    `parents` has the parent of each category by their ids; one that is no category counts as none. Each
    category is looked at MAX_LEVELS times at most.
    """
    below: dict[int, list[tuple[int, int]]] = {}
    for category_id in parents:
        for level, head in enumerate(_iter_above(category_id, parents)):
            below.setdefault(head, []).append((level, category_id))
    return {head: [member for _, member in sorted(members)] for head, members in below.items()}


def _iter_above(category_id: int, parents: Mapping[int, int]) -> Iterator[int]:
    """Yield the parent of a category, its parent, and so on: each once, MAX_LEVELS of them at most."""
    met = {category_id}
    parent = parents[category_id]
    while parent in parents and parent not in met and len(met) <= MAX_LEVELS:
        yield parent
        met.add(parent)
        parent = parents[parent]


def relate_categories(connection: Connection, site_id: int) -> None:
    """Bring the stored families of a site to what is stored of its categories."""
    rows = _list_categories(connection, site_id)
    row_ids = {row.wp_id: row.id for row in rows}
    wanted = {
        (row_ids[head], row_ids[member])
        for head, members in find_families({row.wp_id: row.parent for row in rows}).items()
        for member in members[:MAX_FAMILY]
    }
    of_site = select(terms.c.id).where(terms.c.site_id == site_id)
    pairs = select(term_families.c.head_id, term_families.c.member_id)
    stored = {
        (head, member)
        for head, member in connection.execute(pairs.where(term_families.c.head_id.in_(of_site)))
    }
    if gone := stored - wanted:
        connection.execute(_DELETE, [{"of_head": head, "of_member": member} for head, member in gone])
    if added := wanted - stored:
        rows_added = [{"head_id": head, "member_id": member} for head, member in sorted(added)]
        connection.execute(insert(term_families), rows_added)


def is_relation_outdated(connection: Connection) -> bool:
    """Return whether another version has found the families."""
    return connection.scalar(select(facts.c.value).where(facts.c.name == _FACT)) != _VERSION


def relate_outdated(connection: Connection) -> bool:
    """Find all families anew where another version has; return whether that was so."""
    if not is_relation_outdated(connection):
        return False
    for site_id in connection.scalars(select(sites.c.id)).all():
        relate_categories(connection, site_id)
    connection.execute(delete(facts).where(facts.c.name == _FACT))
    connection.execute(insert(facts).values(name=_FACT, value=_VERSION))
    return True


def list_families(connection: Connection, site_ids: Collection[int]) -> dict[int, list[int]]:
    """Return the categories that count to each category of some sites beside itself (ids of rows)."""
    of_sites = select(terms.c.id).where(terms.c.site_id.in_(site_ids), terms.c.taxonomy == "category")
    pairs = select(term_families.c.head_id, term_families.c.member_id)
    families: dict[int, list[int]] = {}
    for head, member in connection.execute(pairs.where(term_families.c.head_id.in_(of_sites))):
        families.setdefault(head, []).append(member)
    return families


def list_members(connection: Connection, term_ids: Iterable[int]) -> set[int]:
    """Return the ids of some categories and of all that count to them (ids of rows)."""
    heads = set(term_ids)
    return heads.union(connection.scalars(_SELECT_MEMBERS, {"heads": integer_list(heads)}))


def describe_cut_families(connection: Connection, site_id: int) -> list[str]:
    """Return, in plain words, which of a site's categories have more below them than count to them."""
    rows = _list_categories(connection, site_id)
    slugs = {row.wp_id: row.slug for row in rows}
    parents = {row.wp_id: row.parent for row in rows}
    large = [
        f"category {slugs[head]!r} has {len(members)} below it: the nearest {MAX_FAMILY} count to it"
        for head, members in sorted(find_families(parents).items())
        if len(members) > MAX_FAMILY
    ]
    deep = [slugs[wp_id] for wp_id in sorted(parents) if _is_deep(wp_id, parents)]
    if deep:
        remark = f"{len(deep)} categories, such as {deep[0]!r}, are more than {MAX_LEVELS} levels deep"
        large.append(f"{remark}: they do not count to those further above")
    return large


def _is_deep(category_id: int, parents: Mapping[int, int]) -> bool:
    """Return whether a category has others above it that it does not count to."""
    above = [category_id, *_iter_above(category_id, parents)]
    parent = parents[above[-1]]
    return len(above) > MAX_LEVELS and parent in parents and parent not in above


def _list_categories(connection: Connection, site_id: int) -> list[Row[Any]]:
    categories = select(terms.c.id, terms.c.wp_id, terms.c.slug, terms.c.parent).where(
        terms.c.site_id == site_id, terms.c.taxonomy == "category"
    )
    return list(connection.execute(categories))
