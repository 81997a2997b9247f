"""The names of a site's categories, tags and authors: learnt, probed by turns, missed when gone.

WordPress tells nobody when a term is renamed, and merging terms touches no post's time of modification. So
a few terms are probed in idle polls, and all are learnt when anything else has happened.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote

from feedsvc.model import Taxonomy, Term
from feedsvc.store.families import describe_cut_families
from feedsvc.store.post_writer import ChangeCounts
from feedsvc.store.terms import (
    MAX_TERMS,
    TermKey,
    delete_unused_terms,
    hide_terms,
    list_full_taxonomies,
    list_unnamed_ids,
    save_terms,
)
from feedsvc.sync.ingest import PostIngest
from feedsvc.sync.site_store import SiteStore
from feedsvc.sync.steps import ProbeTerms
from feedsvc.wordpress.http import REVALIDATE
from feedsvc.wordpress.listing import PAGE_SIZE, split_into_pages
from feedsvc.wordpress.parse import parse_terms

LISTED_TAXONOMIES: Sequence[Taxonomy] = ("category", "author")
"""What is learnt whole and probed in polls. Tags may be thousands: a sweep asks for those in use."""

MAX_PROBE_BYTES = 1400
"""What the second request of an idle poll may bring: with the first, under 2 kB."""


@dataclass(frozen=True, slots=True)
class TermSync:
    """Keeps the terms of one site as the site has them."""

    store: SiteStore
    ingest: PostIngest

    def learn_all(self, max_terms: int | None = None) -> ChangeCounts:
        """Learn all categories and authors; with `max_terms`, only a taxonomy with no more known terms."""
        counts = ChangeCounts()
        for taxonomy in LISTED_TAXONOMIES:
            if max_terms is None or len(self.store.list_named_terms(taxonomy)) <= max_terms:
                counts += self._learn(taxonomy)
        return counts

    def probe(self, taxonomy: Taxonomy, term_ids: Set[int]) -> ChangeCounts:
        """Ask for some terms that are known; for all, when there are others now."""
        current_terms = self.ingest.fetch_terms(taxonomy, term_ids, max_age=REVALIDATE)
        if current_terms is None:
            return ChangeCounts()
        known_terms = {term.id: term for term in self.store.list_named_terms(taxonomy)}
        gone_ids = term_ids - {term.id for term in current_terms}
        # A parent that the site hides was told of before.
        known_parents = {0, *known_terms, *(term.parent or 0 for term in known_terms.values())}
        new_parents = {term.parent or 0 for term in current_terms} - known_parents
        if (gone_ids or new_parents) and taxonomy in LISTED_TAXONOMIES:
            return self._learn(taxonomy)
        probed_terms = [term for term in known_terms.values() if term.id in term_ids]
        return self._take_in(taxonomy, probed_terms, current_terms)

    def probe_tags(self) -> ChangeCounts:
        """Ask for all tags that posts have."""
        counts = ChangeCounts()
        for tag_ids in split_into_pages(term.id for term in self.store.list_named_terms("tag")):
            counts += self.probe("tag", set(tag_ids))
        return counts

    def name_unnamed(self) -> None:
        """Ask for the names of terms that posts have and that the site did not tell when they came."""
        taxonomies: Sequence[Taxonomy] = (*LISTED_TAXONOMIES, "tag")
        for taxonomy in taxonomies:
            with self.store.reading() as connection:
                unnamed_ids = list_unnamed_ids(connection, self.store.site_id, taxonomy)
            for term_ids in split_into_pages(unnamed_ids):
                self._save(self.ingest.fetch_terms(taxonomy, term_ids) or ())

    def list_probes(self) -> tuple[ProbeTerms, ...]:
        """Return the probes that take turns, each of as many terms as MAX_PROBE_BYTES tell."""
        return tuple(
            ProbeTerms(taxonomy, frozenset(term_ids))
            for taxonomy in LISTED_TAXONOMIES
            for term_ids in _split_by_size(self.store.list_named_terms(taxonomy))
        )

    def _learn(self, taxonomy: Taxonomy) -> ChangeCounts:
        """Ask for all terms of a taxonomy, those without posts as well: they may be parents.

        A site that does not tell (many hide their authors) keeps the names that are known of it.
        """

        def fetch_all() -> list[Term]:
            listed: list[Term] = []
            # One page beyond what is stored shows that there are more.
            for page in islice(self.ingest.api.iter_terms(taxonomy), MAX_TERMS[taxonomy] // PAGE_SIZE + 1):
                listed += parse_terms(taxonomy, page.items)
            return listed

        all_terms = self.ingest.optional.fetch(fetch_all, None)
        if not all_terms:
            return ChangeCounts()
        return self._take_in(taxonomy, self.store.list_named_terms(taxonomy), all_terms)

    def _take_in(
        self, taxonomy: Taxonomy, known_terms: Collection[Term], current_terms: Collection[Term]
    ) -> ChangeCounts:
        """Save what the site tells of terms now; see to the posts of those that moved or are gone."""
        known = {term.id: (term.slug, term.parent or 0) for term in known_terms}
        moved_ids = [
            term.id
            for term in current_terms
            if term.id in known and known[term.id] != (term.slug, term.parent or 0)
        ]
        counts = self._refresh_links_below(taxonomy, moved_ids) if moved_ids else ChangeCounts()
        # Most probes tell nothing new: then nothing is written.
        if {*map(_columns_of, current_terms)} - {*map(_columns_of, known_terms)}:
            self._save(current_terms)
        current_ids = {term.id for term in current_terms}
        missing_ids = known.keys() - current_ids
        if current_ids and missing_ids:
            counts += self._refetch_posts_of(taxonomy, missing_ids, max(current_ids))
        return counts

    def _save(self, learnt_terms: Collection[Term]) -> None:
        with self.store.transaction() as connection:
            save_terms(connection, self.store.site_id, learnt_terms)

    def _refetch_posts_of(self, taxonomy: Taxonomy, missing_ids: Set[int], control_id: int) -> ChangeCounts:
        """Fetch the posts of terms that are gone: they have others now, unless the terms are only hidden,
        which the first of the posts show.

        Gone is what the site does not give when asked for it by its id, together with `control_id`, which
        it has.
        """
        gone_keys: list[TermKey] = []
        for term_ids in split_into_pages(sorted(missing_ids), PAGE_SIZE - 1):
            asked_terms = self.ingest.fetch_terms(taxonomy, {*term_ids, control_id}) or ()
            present_ids = {term.id for term in asked_terms}
            gone_keys += [
                (taxonomy, term_id)
                for term_id in term_ids
                if control_id in present_ids and term_id not in present_ids
            ]
        counts = ChangeCounts()
        for post_ids in split_into_pages(self.store.list_posts_with(gone_keys)):
            counts += self.ingest.fetch_and_store(post_ids)
            if set(post_ids) <= set(self.store.list_posts_with(gone_keys)):
                break
        if gone_keys:
            with self.store.transaction() as connection:
                delete_unused_terms(connection, self.store.site_id, gone_keys)
                # Those that posts still have are hidden: they are not probed any more.
                hide_terms(connection, self.store.site_id, gone_keys)
        return counts

    def _refresh_links_below(self, taxonomy: Taxonomy, moved_ids: Collection[int]) -> ChangeCounts:
        """Look at the links of posts whose term has another slug or parent now: permalinks may hold it."""
        child_ids = [term.id for term in self.store.list_named_terms(taxonomy) if term.parent in moved_ids]
        keys = [(taxonomy, term_id) for term_id in (*moved_ids, *child_ids)]
        post_ids = self.store.list_posts_with(keys)[:PAGE_SIZE]
        if not post_ids:
            return ChangeCounts()
        return self.ingest.refresh_relinked_posts(self.ingest.api.fetch_links(post_ids))


def describe_cut_terms_of_site(store: SiteStore) -> list[str]:
    """Return, in plain words, which terms of a site are not known here, or do not count where they would:
    it has too many, or they are too deep.
    """
    with store.reading() as connection:
        full = list_full_taxonomies(connection, store.site_id)
        cut_families = describe_cut_families(connection, store.site_id)
    return [
        f"{taxonomy}: it has {MAX_TERMS[taxonomy]:,} or more, and no others are stored" for taxonomy in full
    ] + cut_families


def _columns_of(term: Term) -> tuple[int, str, str, int]:
    return term.id, term.slug, term.name, term.parent or 0


def _split_by_size(known_terms: Iterable[Term]) -> Iterator[set[int]]:
    """Yield the ids of terms in sets that are told in MAX_PROBE_BYTES, as WordPress spells them: letters
    that are not Latin take six bytes in a name and nine in a slug.
    """
    term_ids: set[int] = set()
    room = MAX_PROBE_BYTES
    for term in known_terms:
        item = {"id": term.id, "name": term.name, "slug": quote(term.slug), "parent": term.parent or 0}
        size = len(json.dumps(item, separators=(",", ":"))) + 1
        if term_ids and (size > room or len(term_ids) == PAGE_SIZE):
            yield term_ids
            term_ids, room = set(), MAX_PROBE_BYTES
        term_ids.add(term.id)
        room -= size
    if term_ids:
        yield term_ids
