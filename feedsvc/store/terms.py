"""Categories, tags and authors, stored as they are learnt.

A post's term has the key of the canonical post of its group (`entry_key`), so that the entries of a term
are counted, and a group's terms are found, without a join to posts.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice

from sqlalchemy import (
    BigInteger,
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
    tuple_,
    update,
)

from feedsvc.model import Taxonomy, Term
from feedsvc.store.constructs import insert_or_update
from feedsvc.store.families import relate_categories
from feedsvc.store.former_slugs import remember_former_slugs
from feedsvc.store.revision import raise_revision
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

MAX_TERMS: Mapping[Taxonomy, int] = {"category": 5_000, "tag": 200_000, "author": 20_000}
"""Terms of a site that are stored. News sites with decades behind them have more than 100,000 tags; a menu
of categories ends at some hundreds, and what is made of keywords by a plug-in at some thousands. Whatever a
site says, the pages that list terms, and the look-up of a name, stay of a size that can be answered."""


def save_terms(connection: Connection, site_id: int, learnt: Iterable[Term]) -> None:
    """Store what was learnt of a site's terms; of one that comes several times, the last counts most.

    A term without a name (from a post's class list, or a bare number) never replaces what is known better.
    Beyond MAX_TERMS none are added: `list_full_taxonomies` says where that is so.
    """
    # A page of posts tells the same of most terms many times.
    distinct = list(dict.fromkeys(reversed(list(learnt))))[::-1]
    for taxonomy in MAX_TERMS:
        of_taxonomy = [term for term in distinct if term.taxonomy == taxonomy]
        changed = _save_as_many_as_fit(connection, site_id, taxonomy, of_taxonomy)
        if changed and taxonomy == "category":
            relate_categories(connection, site_id)
        if changed:
            raise_revision(connection)


def _save_as_many_as_fit(
    connection: Connection, site_id: int, taxonomy: Taxonomy, learnt: Sequence[Term]
) -> bool:
    """Store terms of a taxonomy, those that are known and as many more as there is room for; return
    whether anything is other than it was.
    """
    if not learnt:
        return False
    room = MAX_TERMS[taxonomy] - _count_terms(connection, site_id, taxonomy)
    if room < len(learnt):
        known = _load_ids(connection, site_id, {(taxonomy, term.id) for term in learnt})
        added = islice(dict.fromkeys(term.id for term in learnt if (taxonomy, term.id) not in known), room)
        fitting = {wp_id for _, wp_id in known}.union(added)
        learnt = [term for term in learnt if term.id in fitting]
    if not learnt:
        return False
    remember_former_slugs(connection, site_id, taxonomy, learnt)
    done = connection.execute(
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
            for term in learnt
        ],
    )
    return done.rowcount != 0


def _count_terms(connection: Connection, site_id: int, taxonomy: Taxonomy) -> int:
    of_taxonomy = (terms.c.site_id == site_id, terms.c.taxonomy == taxonomy)
    return connection.scalar(select(func.count()).select_from(terms).where(*of_taxonomy)) or 0


def list_full_taxonomies(connection: Connection, site_id: int) -> list[Taxonomy]:
    """Return the taxonomies of which a site has as many terms as are stored, or more."""
    return [
        taxonomy
        for taxonomy, most in MAX_TERMS.items()
        if _count_terms(connection, site_id, taxonomy) >= most
    ]


def ensure_term_ids(
    connection: Connection, site_id: int, term_keys: Iterable[TermKey]
) -> dict[TermKey, int]:
    """Return the rows' ids of a site's terms, after making a row for each that was never heard of.

    Those beyond MAX_TERMS are missing.
    """
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
    if connection.execute(delete(terms).where(is_named, ~is_used, ~is_parent)).rowcount:
        raise_revision(connection)


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
