"""Categories, tags and authors, found by slug, id or name, and listed with the number of their entries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    and_,
    func,
    select,
    true,
)

from feedsvc.model import Taxonomy, Term
from feedsvc.store.tables import post_terms, terms
from feedsvc.text import words

_COLUMNS = (terms.c.taxonomy, terms.c.wp_id, terms.c.slug, terms.c.name, terms.c.parent)


@dataclass(frozen=True, slots=True)
class TermMatch:
    """What a word names: rows' ids, its one spelling (slugs, where they say the same), and the names that
    people read.
    """

    ids: frozenset[int]
    canonical: str
    labels: frozenset[str]


def find_terms(
    connection: Connection, taxonomy: Taxonomy, word: str, site_ids: Collection[int]
) -> TermMatch | None:
    """Return what `word` names on any of the sites: by slug, else id, else name; None when nothing.

    A category brings its children and theirs, as a category's page in WordPress does.
    """
    ways = [terms.c.slug == word.lower(), terms.c.slug == unquote(word).strip().lower()]
    if folded := words.fold(word):
        ways.append(terms.c.folded == folded)
    if word.isascii() and word.isdigit() and len(word) < 19:
        ways.insert(2, terms.c.wp_id == int(word))
    for way in ways:
        rows = connection.execute(
            select(terms.c.id, *_COLUMNS)
            .where(terms.c.taxonomy == taxonomy, terms.c.site_id.in_(site_ids), way)
            .order_by(terms.c.slug, terms.c.id)
        ).all()
        if rows:
            ids = {row.id for row in rows}
            family = _with_children(connection, ids) if taxonomy == "category" else ids
            slugs = sorted({row.slug for row in rows})
            # Slugs are the canonical form if they name the same rows: an id may name unlike terms on
            # two sites, whose slugs name others as well.
            of_slugs = select(terms.c.id).where(
                terms.c.taxonomy == taxonomy, terms.c.site_id.in_(site_ids), terms.c.slug.in_(slugs)
            )
            canonical = ",".join(slugs) if set(connection.scalars(of_slugs)) == ids else word
            labels = frozenset(row.name or row.slug for row in rows)
            return TermMatch(frozenset(family), canonical, labels)
    return None


def filter_term_ids(
    connection: Connection, term_ids: Collection[int], site_ids: Collection[int]
) -> frozenset[int]:
    """Return those of `term_ids` (rows' ids) whose terms are of some sites."""
    of_sites = (terms.c.id.in_(term_ids), terms.c.site_id.in_(site_ids))
    return frozenset(connection.scalars(select(terms.c.id).where(*of_sites)))


def list_sites_of_terms(connection: Connection, term_ids: Collection[int]) -> frozenset[int]:
    """Return the sites (rows' ids) of some terms (rows' ids)."""
    of_terms = select(terms.c.site_id).where(terms.c.id.in_(term_ids)).distinct()
    return frozenset(connection.scalars(of_terms))


def _with_children(connection: Connection, term_ids: set[int]) -> set[int]:
    family = _families(terms.c.id.in_(term_ids))
    return set(connection.scalars(select(family.c.member)))


def _families(heads: ColumnElement[bool] | None = None) -> CTE:
    """Return each term, or those that `heads` selects, with itself and all terms below it, as rows of
    `head` and `member`.
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


def load_post_terms(connection: Connection, keys: Sequence[int]) -> Mapping[int, list[Term]]:
    """Return the terms of each post of `keys`, sorted by what a reader is shown."""
    return _load_terms_by(connection, post_terms.c.post_key, keys, None)


def load_group_terms(
    connection: Connection, canonical_keys: Sequence[int], site_ids: Collection[int] | None
) -> Mapping[int, list[Term]]:
    """Return the terms of each canonical post and of all that repeat it, sorted alike.

    Those of other sites than `site_ids` are left out, unless that is None.
    """
    return _load_terms_by(connection, post_terms.c.entry_key, canonical_keys, site_ids)


def _load_terms_by(
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
    terms_by_key: dict[int, list[Term]] = {key: [] for key in keys}
    for key, *columns in rows:
        terms_by_key[key].append(Term(*columns))
    for terms_of_key in terms_by_key.values():
        terms_of_key.sort(key=lambda term: (term.label.casefold(), term.slug, term.id))
    return terms_by_key


def count_entries_by_term(connection: Connection, site_ids: Collection[int]) -> list[tuple[Term, int]]:
    """Return the terms of the sites that have posts, with the number of their entries, most first.

    A category counts its children's posts too. Terms of one slug on several sites are one, with the
    entries of all; a post and its repeats are one entry.
    """
    family = _families()
    member = terms.alias("member")
    entry_count = func.count(post_terms.c.entry_key.distinct()).label("entry_count")
    counts = {
        (row.taxonomy, row.slug): row.entry_count
        for row in connection.execute(
            select(entry_count, terms.c.taxonomy, terms.c.slug)
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
        if (term.taxonomy, term.slug) in counts:
            first.setdefault((term.taxonomy, term.slug), term)
    counted = [(term, counts[key]) for key, term in first.items()]
    return sorted(counted, key=lambda pair: (-pair[1], pair[0].label.casefold(), pair[0].slug))


def list_term_spellings(
    connection: Connection, taxonomy: Taxonomy, word: str, site_ids: Collection[int], limit: int = 2000
) -> list[str]:
    """Return slugs and names of a taxonomy on the sites, to find the one that was meant by `word`.

    Of `limit` terms at most, those with the same first letter first, so that a mistyped address costs
    little on a site with many tags.
    """
    same_start = func.substr(terms.c.slug, 1, 1) == word[:1].lower()
    rows = connection.execute(
        select(terms.c.slug, terms.c.name)
        .where(terms.c.taxonomy == taxonomy, terms.c.site_id.in_(site_ids))
        .order_by(same_start.desc(), terms.c.slug)
        .limit(limit)
    )
    return sorted({text for row in rows for text in row if text})
