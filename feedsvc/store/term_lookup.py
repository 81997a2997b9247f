"""Categories, tags and authors, found by slug, id or name, and listed with the number of their entries."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from sqlalchemy import BindParameter, ColumnElement, Connection, Integer, Row, bindparam, func, select

from feedsvc.model import Taxonomy, Term
from feedsvc.store.constructs import integer_list, integer_rows, joined_values
from feedsvc.store.families import list_families, list_members
from feedsvc.store.former_slugs import list_current_slugs
from feedsvc.store.keys import EARLIEST, first_key
from feedsvc.store.tables import post_terms, posts, terms
from feedsvc.text import words

_COLUMNS = (terms.c.taxonomy, terms.c.wp_id, terms.c.slug, terms.c.name, terms.c.parent)

_rows, _row_id = integer_rows("ids")
_IDS = select(_row_id).select_from(_rows).scalar_subquery()
"""Ids of rows: there may be more of them than a statement takes parameters. Not joined, since SQLite might
go through all of them for each row of the other table."""

_oldest_recent = (
    select(posts.c.key)
    .order_by(posts.c.key.desc())
    .limit(1)
    .offset(bindparam("number", type_=Integer))
    .scalar_subquery()
)
_recent = (
    select(post_terms.c.term_id, func.count(post_terms.c.entry_key.distinct()).label("entry_count"))
    .where(post_terms.c.entry_key >= func.coalesce(_oldest_recent, first_key(EARLIEST)))
    .group_by(post_terms.c.term_id)
    .subquery()
)
_SELECT_RECENT = (
    select(*_COLUMNS, _recent.c.entry_count)
    .join(_recent, _recent.c.term_id == terms.c.id)
    .where(terms.c.site_id.in_(bindparam("site_ids", expanding=True)))
    .order_by(terms.c.id)
)
_SELECT_TERMS_OF_POSTS = (
    select(post_terms.c.post_key, post_terms.c.entry_key, *_COLUMNS)
    .join(terms, terms.c.id == post_terms.c.term_id)
    .order_by(post_terms.c.post_key)
)
_KEYS: BindParameter[int] = bindparam("keys", expanding=True)
_SELECT_POST_TERMS = _SELECT_TERMS_OF_POSTS.where(post_terms.c.post_key.in_(_KEYS))
_SELECT_ENTRY_TERMS = _SELECT_TERMS_OF_POSTS.where(post_terms.c.entry_key.in_(_KEYS))
_SELECT_ENTRY_TERMS_OF_SITES = _SELECT_ENTRY_TERMS.where(
    terms.c.site_id.in_(bindparam("site_ids", expanding=True))
)
_SELECT_SITES_OF_TERMS = select(terms.c.site_id).where(terms.c.id.in_(_IDS)).distinct()

MAX_SLUGS = 10
"""Slugs that a name is written as in an address. A site may give thousands of terms one name, and an
address has an end."""

MAX_LISTED = 5000
"""Terms of a taxonomy and a site that are listed with their numbers: all categories, and the tags that have
the most entries. A list of 100,000 tags is one that no reader takes in, and every request would make it."""


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
    """Return what `word` names on any of the sites: by slug, else by a slug that it had, else id, else
    name; None when nothing.

    A category brings its children and theirs, as a category's page in WordPress does.
    """
    for way in _iter_ways(connection, taxonomy, word, site_ids):
        rows = connection.execute(
            select(terms.c.id, *_COLUMNS)
            .where(terms.c.taxonomy == taxonomy, terms.c.site_id.in_(site_ids), way)
            .order_by(terms.c.slug, terms.c.id)
        ).all()
        if rows:
            ids = {row.id for row in rows}
            family = list_members(connection, ids) if taxonomy == "category" else ids
            slugs = sorted({row.slug for row in rows})
            # Slugs are the canonical form if they name the same rows: an id may name unlike terms on
            # two sites, whose slugs name others as well. One that was looked for itself names them.
            of_slugs = select(terms.c.id).where(
                terms.c.taxonomy == taxonomy, terms.c.site_id.in_(site_ids), terms.c.slug.in_(slugs)
            )
            says_the_same = slugs == [word.lower()] or (
                len(slugs) <= MAX_SLUGS and set(connection.scalars(of_slugs)) == ids
            )
            canonical = ",".join(slugs) if says_the_same else word
            labels = frozenset(row.name or row.slug for row in rows)
            return TermMatch(frozenset(family), canonical, labels)
    return None


def _iter_ways(
    connection: Connection, taxonomy: Taxonomy, word: str, site_ids: Collection[int]
) -> Iterator[ColumnElement[bool]]:
    """Yield the ways in which `word` may name a term, the best first."""
    yield terms.c.slug == word.lower()
    yield terms.c.slug == unquote(word).strip().lower()
    # Before ids and names: whoever subscribed by a slug that is no more means the term that had it.
    if current := list_current_slugs(connection, taxonomy, word, site_ids):
        yield terms.c.slug.in_(current)
    if word.isascii() and word.isdigit() and len(word) < 19:
        yield terms.c.wp_id == int(word)
    if folded := words.fold(word):
        yield terms.c.folded == folded


def filter_term_ids(
    connection: Connection, term_ids: Collection[int], site_ids: Collection[int]
) -> frozenset[int]:
    """Return those of `term_ids` (rows' ids) whose terms are of some sites."""
    of_sites = (terms.c.id.in_(_IDS), terms.c.site_id.in_(site_ids))
    return frozenset(
        connection.scalars(select(terms.c.id).where(*of_sites), {"ids": integer_list(term_ids)})
    )


def list_sites_of_terms(connection: Connection, term_ids: Collection[int]) -> frozenset[int]:
    """Return the sites (rows' ids) of some terms (rows' ids)."""
    return frozenset(connection.scalars(_SELECT_SITES_OF_TERMS, {"ids": integer_list(term_ids)}))


def load_post_terms(connection: Connection, keys: Collection[int]) -> Mapping[int, list[Term]]:
    """Return the terms of each post of `keys`, sorted by what a reader is shown."""
    terms_by_key: dict[int, list[Term]] = {key: [] for key in keys}
    for post_key, _, *columns in connection.execute(_SELECT_POST_TERMS, {"keys": list(keys)}):
        terms_by_key[post_key].append(Term(*columns))
    return _sort_terms(terms_by_key)


def load_entry_terms(
    connection: Connection, canonical_keys: Mapping[int, int], site_ids: Collection[int] | None
) -> tuple[Mapping[int, list[Term]], Mapping[int, list[Term]]]:
    """Return the terms of posts, each given with its canonical post, and those of each canonical post and
    of all that repeat it; both sorted by what a reader is shown.

    Those of other sites than `site_ids` are left out, unless that is None.
    """
    own: dict[int, list[Term]] = {key: [] for key in canonical_keys}
    of_groups: dict[int, list[Term]] = {key: [] for key in canonical_keys.values()}
    statement, parameters = _SELECT_ENTRY_TERMS, {"keys": list(of_groups)}
    if site_ids is not None:
        statement, parameters = _SELECT_ENTRY_TERMS_OF_SITES, parameters | {"site_ids": list(site_ids)}
    for post_key, entry_key, *columns in connection.execute(statement, parameters):
        term = Term(*columns)
        of_groups[entry_key].append(term)
        if post_key in own:
            own[post_key].append(term)
    return _sort_terms(own), _sort_terms(of_groups)


def _sort_terms(terms_by_key: dict[int, list[Term]]) -> dict[int, list[Term]]:
    for terms_of_key in terms_by_key.values():
        terms_of_key.sort(key=lambda term: (term.label.casefold(), term.slug, term.id))
    return terms_by_key


def count_entries_by_term(connection: Connection, site_ids: Collection[int]) -> list[tuple[Term, int]]:
    """Return the terms of the sites that have posts, with the number of their entries, most first.

    A category counts its children's posts too. Terms of one slug on several sites are one, with the
    entries of all; a post and its repeats are one entry. Of each taxonomy those with the most entries are
    returned, MAX_LISTED of each site at most. It takes four statements, whatever the number of terms, and
    time in proportion to the terms and to what posts have of them.
    """
    used = _list_used_terms(connection, site_ids)
    families = list_families(connection, site_ids)
    entry_counts: dict[int, int] = {row.id: row.entry_count for row in used}
    heads_alone = families.keys() - entry_counts.keys()
    rows_by_name: dict[tuple[Taxonomy, str], list[Row[Any]]] = {}
    for row in (*used, *_load_terms(connection, heads_alone)):
        rows_by_name.setdefault((row.taxonomy, row.slug), []).append(row)
    members_by_name = {
        name: {member for row in rows for member in (row.id, *families.get(row.id, ()))}
        for name, rows in rows_by_name.items()
    }
    united = {term_id for members in members_by_name.values() if len(members) > 1 for term_id in members}
    entries_by_term = _load_entries_of(connection, united)
    counted = []
    for name, rows in rows_by_name.items():
        members = members_by_name[name]
        if len(members) > 1:
            number = len(set[str]().union(*(entries_by_term.get(term_id, ()) for term_id in members)))
        else:
            number = entry_counts.get(rows[0].id, 0)
        if number:
            first = min((row.taxonomy, row.wp_id, row.slug, row.name, row.parent) for row in rows)
            counted.append((Term(*first), number))
    return sorted(counted, key=lambda pair: (-pair[1], pair[0].label.casefold(), pair[0].slug))


def list_recent_terms(connection: Connection, site_ids: Collection[int], number: int) -> list[Term]:
    """Return the terms of some sites that their entries among the newest `number` posts have, those that
    most of them have first.

    However many posts there are, no others are looked at.
    """
    rows = connection.execute(_SELECT_RECENT, {"site_ids": [*site_ids], "number": number - 1})
    terms_by_name: dict[tuple[Taxonomy, str], tuple[Term, int]] = {}
    for *columns, entry_count in rows:
        term = Term(*columns)
        name = (term.taxonomy, term.slug)
        first, before = terms_by_name.get(name, (term, 0))
        terms_by_name[name] = first, before + entry_count
    counted = sorted(
        terms_by_name.values(), key=lambda pair: (-pair[1], pair[0].label.casefold(), pair[0].slug)
    )
    return [term for term, _ in counted]


def load_parent_slugs(connection: Connection, site_ids: Collection[int]) -> dict[str, str]:
    """Return the slug of the parent of each category of some sites that has one, by the categories' slugs.

    Where sites differ, the first that was stored counts.
    """
    parent = terms.alias("parent")
    rows = connection.execute(
        select(terms.c.slug, parent.c.slug.label("parent"))
        .join(
            parent,
            (parent.c.site_id == terms.c.site_id)
            & (parent.c.taxonomy == terms.c.taxonomy)
            & (parent.c.wp_id == terms.c.parent),
        )
        .where(terms.c.taxonomy == "category", terms.c.site_id.in_(site_ids))
        .order_by(terms.c.id.desc())
    )
    return {row.slug: row.parent for row in rows}


def _list_used_terms(connection: Connection, site_ids: Collection[int]) -> list[Row[Any]]:
    """Return the terms of the sites that posts have themselves, with the number of their entries."""
    # In one pass over an index: a look-up for each term would take longer.
    per_term = (
        select(post_terms.c.term_id, func.count(post_terms.c.entry_key.distinct()).label("entry_count"))
        .group_by(post_terms.c.term_id)
        .subquery()
    )
    place = func.row_number().over(
        partition_by=(terms.c.site_id, terms.c.taxonomy),
        order_by=(per_term.c.entry_count.desc(), terms.c.slug, terms.c.id),
    )
    placed = (
        select(terms.c.id, *_COLUMNS, per_term.c.entry_count, place.label("place"))
        .join(per_term, per_term.c.term_id == terms.c.id)
        .where(terms.c.site_id.in_(site_ids))
        .subquery()
    )
    return list(connection.execute(select(placed).where(placed.c.place <= MAX_LISTED)))


def _load_terms(connection: Connection, term_ids: Collection[int]) -> list[Row[Any]]:
    statement = select(terms.c.id, *_COLUMNS).where(terms.c.id.in_(_IDS))
    return list(connection.execute(statement, {"ids": integer_list(term_ids)}))


def _load_entries_of(connection: Connection, term_ids: Collection[int]) -> dict[int, list[str]]:
    """Return what tells the entries that have each of some terms itself from others, by the terms."""
    # As one text for each term: a row for each entry would take five times as long to be read.
    entries = (
        select(post_terms.c.term_id, joined_values(post_terms.c.entry_key))
        .where(post_terms.c.term_id.in_(_IDS))
        .group_by(post_terms.c.term_id)
    )
    texts = connection.execute(entries, {"ids": integer_list(term_ids)})
    return {term_id: text.split(",") for term_id, text in texts}


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
