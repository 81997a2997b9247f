"""Categories, tags and authors: stored as they are learnt, found by slug, id or name.

A post's term has the key of the canonical post of its group (`entry_key`), so that the entries of a term
are counted, and a group's terms are found, without a join to posts.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    exists,
    func,
    or_,
    select,
    true,
    tuple_,
    update,
)

from feedsvc.model import Taxonomy, Term
from feedsvc.store.sqlite import insert_or_update
from feedsvc.store.tables import post_terms, terms
from feedsvc.text import words

TermKey = tuple[Taxonomy, int]
"""What WordPress knows a term by: its taxonomy and its id."""

_COLUMNS = (terms.c.taxonomy, terms.c.wp_id, terms.c.slug, terms.c.name, terms.c.parent)

_insert = insert_or_update(terms)
_parent = func.coalesce(bindparam("told_parent", type_=BigInteger), terms.c.parent)
_SAVE = _insert.on_conflict_do_update(
    index_elements=["site_id", "taxonomy", "wp_id"],
    set_={
        "slug": _insert.excluded.slug,
        "name": _insert.excluded.name,
        "folded": _insert.excluded.folded,
        "parent": _parent,
    },
    where=and_(
        or_(
            _insert.excluded.name != "",
            and_(terms.c.name == "", _insert.excluded.slug != cast(_insert.excluded.wp_id, Text)),
        ),
        or_(
            _insert.excluded.slug != terms.c.slug,
            _insert.excluded.name != terms.c.name,
            _parent != terms.c.parent,
        ),
    ),
)
_SELECT_IDS = select(terms.c.id, terms.c.taxonomy, terms.c.wp_id).where(
    terms.c.site_id == bindparam("of_site"),
    tuple_(terms.c.taxonomy, terms.c.wp_id).in_(bindparam("term_keys", expanding=True)),
)
_BATCH_SIZE = 500


def save_terms(connection: Connection, site_id: int, learnt: Iterable[Term]) -> None:
    """Store what was learnt of a site's terms; of one that comes several times, the last counts most.

    A term without a name (from a post's class list, or a bare number) never replaces what is known better.
    """
    # A page of posts tells the same of most terms many times.
    distinct = list(dict.fromkeys(reversed(list(learnt))))[::-1]
    if not distinct:
        return
    connection.execute(
        _SAVE,
        [
            {
                "site_id": site_id,
                "taxonomy": term.taxonomy,
                "wp_id": term.id,
                "slug": term.slug,
                "name": term.name,
                "folded": words.fold(term.name),
                "parent": term.parent or 0,
                "told_parent": term.parent,
            }
            for term in distinct
        ],
    )


def ensure_term_ids(
    connection: Connection, site_id: int, term_keys: Iterable[TermKey]
) -> dict[TermKey, int]:
    """Return the rows' ids of a site's terms, after making a row for each that was never heard of."""
    distinct = set(term_keys)
    ids_by_key = _load_ids(connection, site_id, distinct)
    if missing := distinct - ids_by_key.keys():
        save_terms(connection, site_id, [Term(taxonomy, wp_id, str(wp_id)) for taxonomy, wp_id in missing])
        ids_by_key |= _load_ids(connection, site_id, missing)
    return ids_by_key


def list_term_ids(connection: Connection, site_id: int, term_keys: Iterable[TermKey]) -> list[int]:
    """Return the rows' ids of those of a site's terms that are stored."""
    return list(_load_ids(connection, site_id, set(term_keys)).values())


def _load_ids(connection: Connection, site_id: int, term_keys: Collection[TermKey]) -> dict[TermKey, int]:
    ids_by_key: dict[TermKey, int] = {}
    remaining = iter(term_keys)
    while batch := list(islice(remaining, _BATCH_SIZE)):
        rows = connection.execute(_SELECT_IDS, {"of_site": site_id, "term_keys": batch})
        ids_by_key |= {(row.taxonomy, row.wp_id): row.id for row in rows}
    return ids_by_key


def list_named_terms(connection: Connection, site_id: int, taxonomy: Taxonomy) -> list[Term]:
    """Return those of a site's terms of a taxonomy that have a name and that the site tells of, by id."""
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


def list_unnamed_ids(connection: Connection, site_id: int, taxonomy: Taxonomy) -> list[int]:
    """Return the ids (WordPress's) of a site's terms of a taxonomy whose names are not known."""
    nameless = (terms.c.site_id == site_id, terms.c.taxonomy == taxonomy, terms.c.name == "")
    return list(connection.scalars(select(terms.c.wp_id).where(*nameless).order_by(terms.c.wp_id)))


def delete_unused_terms(connection: Connection, site_id: int, term_keys: Iterable[TermKey]) -> None:
    """Delete those of a site's terms that no post has, and that are no other term's parent."""
    is_named = terms.c.id.in_(list_term_ids(connection, site_id, term_keys))
    child = terms.alias("child")
    is_parent = exists().where(
        child.c.site_id == site_id, child.c.taxonomy == terms.c.taxonomy, child.c.parent == terms.c.wp_id
    )
    is_used = exists().where(post_terms.c.term_id == terms.c.id)
    connection.execute(delete(terms).where(is_named, ~is_used, ~is_parent))


def hide_terms(connection: Connection, site_id: int, term_keys: Iterable[TermKey]) -> None:
    """Note that the site does not tell of some terms, where these are stored."""
    term_ids = list_term_ids(connection, site_id, term_keys)
    connection.execute(update(terms).where(terms.c.id.in_(term_ids)).values(hidden=True))


def filter_named_ids(
    connection: Connection, site_id: int, taxonomy: Taxonomy, wp_ids: Collection[int]
) -> set[int]:
    """Return those of `wp_ids` (WordPress's ids) whose names are known."""
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
