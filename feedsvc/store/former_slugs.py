"""The slugs that categories, tags and authors had before they were renamed, so that no address is lost.

A slug that another term has now is that term's. One that several had is that of the last: each leads to the
slug that its term has today, however often it was renamed.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from urllib.parse import unquote

from sqlalchemy import Connection, bindparam, exists, func, select

from feedsvc.model import Taxonomy, Term
from feedsvc.store.constructs import insert_or_update
from feedsvc.store.tables import former_slugs, terms

MAX_FORMER_SLUGS = 20_000
"""Of a site and a taxonomy. A site that renames everything with each pull fills no disk."""

MAX_CURRENT_SLUGS = 10
"""That one former slug leads to, on as many sites: an address has an end."""

_BATCH_SIZE = 500

_SELECT_STORED = select(terms.c.id, terms.c.wp_id, terms.c.slug, terms.c.name).where(
    terms.c.site_id == bindparam("of_site"),
    terms.c.taxonomy == bindparam("of_taxonomy"),
    terms.c.wp_id.in_(bindparam("wp_ids", expanding=True)),
)
_insert = insert_or_update(former_slugs)
_SAVE = _insert.on_conflict_do_update(
    index_elements=["site_id", "taxonomy", "slug"], set_={"term_id": _insert.excluded.term_id}
)


def remember_former_slugs(
    connection: Connection,
    site_id: int,
    taxonomy: Taxonomy,
    learnt: Sequence[Term],
    most: int = MAX_FORMER_SLUGS,
) -> None:
    """Remember the slugs of those of a site's terms that `learnt`, about to be saved, gives another.

    Beyond `most` none are added.
    """
    # As they are saved: of several the last, and a bare number is no slug.
    later = {term.id: term for term in learnt if term.name or term.slug != str(term.id)}
    renamed = [
        {"site_id": site_id, "taxonomy": taxonomy, "slug": slug, "term_id": term_id}
        for wp_id, term_id, slug, name in _iter_stored(connection, site_id, taxonomy, later)
        if slug not in (later[wp_id].slug, str(wp_id)) and (later[wp_id].name or not name)
    ]
    if not renamed:
        return
    of_taxonomy = (former_slugs.c.site_id == site_id, former_slugs.c.taxonomy == taxonomy)
    count = connection.scalar(select(func.count()).select_from(former_slugs).where(*of_taxonomy)) or 0
    if fitting := renamed[: max(0, most - count)]:
        connection.execute(_SAVE, fitting)


def _iter_stored(
    connection: Connection, site_id: int, taxonomy: Taxonomy, wp_ids: Iterable[int]
) -> Iterable[tuple[int, int, str, str]]:
    """Yield what is stored of a site's terms: WordPress's id, the row's id, the slug, the name."""
    remaining = iter(wp_ids)
    while batch := list(islice(remaining, _BATCH_SIZE)):
        rows = connection.execute(
            _SELECT_STORED, {"of_site": site_id, "of_taxonomy": taxonomy, "wp_ids": batch}
        )
        for row in rows:
            yield row.wp_id, row.id, row.slug, row.name


def list_current_slugs(
    connection: Connection, taxonomy: Taxonomy, word: str, site_ids: Collection[int]
) -> list[str]:
    """Return the slugs that the terms of the sites have now which once had the slug `word`; none where a
    term has it now.
    """
    spellings = {word.lower(), unquote(word).strip().lower()}
    of_sites = (terms.c.taxonomy == taxonomy, terms.c.site_id.in_(site_ids))
    living = terms.alias("living")
    is_taken = exists().where(
        living.c.taxonomy == taxonomy, living.c.site_id.in_(site_ids), living.c.slug.in_(spellings)
    )
    current = (
        select(terms.c.slug)
        .join(former_slugs, former_slugs.c.term_id == terms.c.id)
        .where(
            *of_sites, former_slugs.c.taxonomy == taxonomy, former_slugs.c.slug.in_(spellings), ~is_taken
        )
    )
    return sorted(set(connection.scalars(current)))[:MAX_CURRENT_SLUGS]
