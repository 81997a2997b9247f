"""Categories, tags and authors: written as they are learnt, found by slug, id or name."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from feedsvc.model import Taxonomy, Term
from feedsvc.store.tables import post_terms, terms
from feedsvc.text import words

Key = tuple[Taxonomy, int]

_COLUMNS = (terms.c.taxonomy, terms.c.wp_id, terms.c.slug, terms.c.name, terms.c.parent)


def save(connection: Connection, site_id: int, learnt: Iterable[Term]) -> None:
    """Write what is known of a site's terms.

    A term without a name (known from a post's class list or as a bare number) never replaces what is
    known better.
    """
    for term in learnt:
        statement = insert(terms).values(
            site_id=site_id,
            taxonomy=term.taxonomy,
            wp_id=term.id,
            slug=term.slug,
            name=term.name,
            folded=words.fold(term.name),
            parent=term.parent or 0,
        )
        new = statement.excluded
        parent = terms.c.parent if term.parent is None else new.parent
        knows_better = and_(
            or_(new.name != "", and_(terms.c.name == "", new.slug != str(term.id))),
            or_(new.slug != terms.c.slug, new.name != terms.c.name, parent != terms.c.parent),
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["site_id", "taxonomy", "wp_id"],
                set_={"slug": new.slug, "name": new.name, "folded": new.folded, "parent": parent},
                where=knows_better,
            )
        )


def ids(connection: Connection, site_id: int, keys: Iterable[Key]) -> dict[Key, int]:
    """Give the rows' ids of a site's terms, making a row for each that was never heard of."""
    wanted = set(keys)
    found = _ids(connection, site_id, wanted)
    if missing := wanted - found.keys():
        save(connection, site_id, (Term(taxonomy, wp_id, str(wp_id)) for taxonomy, wp_id in missing))
        found |= _ids(connection, site_id, missing)
    return found


def _ids(connection: Connection, site_id: int, keys: Iterable[Key]) -> dict[Key, int]:
    rows = connection.execute(
        select(terms.c.id, terms.c.taxonomy, terms.c.wp_id).where(
            terms.c.site_id == site_id, tuple_(terms.c.taxonomy, terms.c.wp_id).in_(list(keys))
        )
    )
    return {(row.taxonomy, row.wp_id): row.id for row in rows}


def rows(connection: Connection, site_id: int, keys: Iterable[Key]) -> list[int]:
    """Give the rows' ids of those of a site's terms that are known."""
    return list(_ids(connection, site_id, set(keys)).values())


def known(connection: Connection, site_id: int, taxonomy: Taxonomy) -> list[Term]:
    """Give those of a site's terms of a taxonomy whose names are known and told, by their ids."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(
            terms.c.site_id == site_id,
            terms.c.taxonomy == taxonomy,
            terms.c.name != "",
            ~terms.c.hidden,
        )
        .order_by(terms.c.wp_id)
    )
    return [Term(*row) for row in rows]


def unnamed(connection: Connection, site_id: int, taxonomy: Taxonomy) -> list[int]:
    """Give the ids (WordPress's) of a site's terms of a taxonomy whose names are not known."""
    nameless = (terms.c.site_id == site_id, terms.c.taxonomy == taxonomy, terms.c.name == "")
    return list(connection.scalars(select(terms.c.wp_id).where(*nameless).order_by(terms.c.wp_id)))


def forget(connection: Connection, site_id: int, keys: Iterable[Key]) -> None:
    """Forget those of a site's terms that no post has any more, and that are no other's parent."""
    gone = terms.c.id.in_(rows(connection, site_id, keys))
    child = terms.alias("child")
    is_parent = exists().where(
        child.c.site_id == site_id, child.c.taxonomy == terms.c.taxonomy, child.c.parent == terms.c.wp_id
    )
    is_carried = exists().where(post_terms.c.term_id == terms.c.id)
    connection.execute(delete(terms).where(gone, ~is_carried, ~is_parent))


def hide(connection: Connection, site_id: int, keys: Iterable[Key]) -> None:
    """Note that the site does not tell of some terms, if they are still there."""
    there = terms.c.id.in_(rows(connection, site_id, keys))
    connection.execute(update(terms).where(there).values(hidden=True))


def named(connection: Connection, site_id: int, taxonomy: Taxonomy, wp_ids: Collection[int]) -> set[int]:
    """Give those of `wp_ids` (WordPress's ids) whose names are known."""
    return set(
        connection.scalars(
            select(terms.c.wp_id).where(
                terms.c.site_id == site_id,
                terms.c.taxonomy == taxonomy,
                terms.c.wp_id.in_(wp_ids),
                terms.c.name != "",
            )
        )
    )


@dataclass(frozen=True, slots=True)
class Match:
    """What a word names: rows' ids, the one spelling of it (slugs, where they say the same), and the
    names that people read.
    """

    ids: frozenset[int]
    canonical: str
    labels: frozenset[str]


def find(connection: Connection, taxonomy: Taxonomy, word: str, site_ids: Collection[int]) -> Match | None:
    """Give what `word` names on any of the sites: by slug, else id, else name; None when nothing.

    A category brings its children and theirs, as a category's page in WordPress does.
    """
    ways = [terms.c.slug == word.lower(), terms.c.slug == unquote(word).strip().lower()]
    if folded := words.fold(word):
        ways.append(terms.c.folded == folded)
    if word.isascii() and word.isdigit() and len(word) < 19:
        ways.insert(2, terms.c.wp_id == int(word))
    for way in ways:
        found = connection.execute(
            select(terms.c.id, *_COLUMNS)
            .where(terms.c.taxonomy == taxonomy, terms.c.site_id.in_(site_ids), way)
            .order_by(terms.c.slug, terms.c.id)
        ).all()
        if found:
            ids = {row.id for row in found}
            family = _with_children(connection, ids) if taxonomy == "category" else ids
            slugs = sorted({row.slug for row in found})
            # Slugs are the canonical form if they name the same rows: an id may name unlike terms on
            # two sites, whose slugs name others as well.
            of_slugs = select(terms.c.id).where(
                terms.c.taxonomy == taxonomy, terms.c.site_id.in_(site_ids), terms.c.slug.in_(slugs)
            )
            canonical = ",".join(slugs) if set(connection.scalars(of_slugs)) == ids else word
            labels = frozenset(row.name or row.slug for row in found)
            return Match(frozenset(family), canonical, labels)
    return None


def on_sites(connection: Connection, ids: Collection[int], site_ids: Collection[int]) -> frozenset[int]:
    """Give those of the rows `ids` that are of some sites."""
    return frozenset(
        connection.scalars(select(terms.c.id).where(terms.c.id.in_(ids), terms.c.site_id.in_(site_ids)))
    )


def _with_children(connection: Connection, found: set[int]) -> set[int]:
    family = _families(terms.c.id.in_(found))
    return set(connection.scalars(select(family.c.member)))


def _families(heads: ColumnElement[bool] | None = None) -> CTE:
    """Give each term, or those that `heads` selects, with itself and all that is below it: rows of `head`
    and `member`.
    """
    child, parent = terms.alias("child"), terms.alias("parent")
    own = select(terms.c.id.label("head"), terms.c.id.label("member"))
    family = (own if heads is None else own.where(heads)).cte("family", recursive=True)
    below = (
        select(family.c.head, child.c.id)
        .join(parent, parent.c.id == family.c.member)
        .join(
            child,
            and_(
                child.c.site_id == parent.c.site_id,
                child.c.taxonomy == parent.c.taxonomy,
                child.c.parent == parent.c.wp_id,
            ),
        )
        .where(parent.c.taxonomy == "category")
    )
    return family.union(below)  # 'union', not 'union all': a loop of parents ends


def of_posts(connection: Connection, keys: Sequence[int]) -> Mapping[int, list[Term]]:
    """Give the terms of each post of `keys`, sorted by what a reader is shown."""
    return _of(connection, post_terms.c.post_key, keys, None)


def of_groups(
    connection: Connection, originals: Sequence[int], site_ids: Collection[int] | None
) -> Mapping[int, list[Term]]:
    """Give the terms of each post of `originals` and of all that repeat it, sorted alike.

    Those of other sites than `site_ids` are left out, unless that is None.
    """
    return _of(connection, post_terms.c.entry_key, originals, site_ids)


def _of(
    connection: Connection,
    column: ColumnElement[int | None],
    keys: Sequence[int],
    site_ids: Collection[int] | None,
) -> Mapping[int, list[Term]]:
    rows = connection.execute(
        select(column, *_COLUMNS)
        .join(terms, terms.c.id == post_terms.c.term_id)
        .where(column.in_(keys), true() if site_ids is None else terms.c.site_id.in_(site_ids))
        .order_by(post_terms.c.post_key)
    )
    found: dict[int, list[Term]] = {key: [] for key in keys}
    for key, *row in rows:
        found[key].append(Term(*row))
    for of_one in found.values():
        of_one.sort(key=lambda term: (term.label.casefold(), term.slug, term.id))
    return found


def listed(connection: Connection, site_ids: Collection[int]) -> list[tuple[Term, int]]:
    """Give the terms of the sites that have posts, with the number of their entries, most first.

    A category counts its children's posts too. Terms of one slug on several sites are one, with the
    entries of all; a post and its repeats are one entry.
    """
    family = _families()
    member = terms.alias("member")
    held = func.count(post_terms.c.entry_key.distinct()).label("held")
    counted = {
        (row.taxonomy, row.slug): row.held
        for row in connection.execute(
            select(held, terms.c.taxonomy, terms.c.slug)
            .select_from(terms)
            .join(family, family.c.head == terms.c.id)
            .join(member, and_(member.c.id == family.c.member, member.c.site_id.in_(site_ids)))
            .join(post_terms, post_terms.c.term_id == member.c.id)
            .where(terms.c.site_id.in_(site_ids))
            .group_by(terms.c.taxonomy, terms.c.slug)
        )
    }
    rows = connection.execute(select(*_COLUMNS).where(terms.c.site_id.in_(site_ids)))
    first: dict[tuple[str, str], Term] = {}
    for columns in sorted(tuple(row) for row in rows):
        term = Term(*columns)
        if (term.taxonomy, term.slug) in counted:
            first.setdefault((term.taxonomy, term.slug), term)
    found = [(term, counted[key]) for key, term in first.items()]
    return sorted(found, key=lambda one: (-one[1], one[0].label.casefold(), one[0].slug))


def names(
    connection: Connection, taxonomy: Taxonomy, word: str, site_ids: Collection[int], most: int = 2000
) -> list[str]:
    """Give slugs and names of a taxonomy on the sites, to find the one that was meant by `word`.

    At most `most` terms, those with the same first letter first, so that a mistyped address costs
    little on a site with many tags.
    """
    same_start = func.substr(terms.c.slug, 1, 1) == word[:1].lower()
    rows = connection.execute(
        select(terms.c.slug, terms.c.name)
        .where(terms.c.taxonomy == taxonomy, terms.c.site_id.in_(site_ids))
        .order_by(same_start.desc(), terms.c.slug)
        .limit(most)
    )
    return sorted({text for row in rows for text in row if text})
