"""The names of a site's categories, tags and authors: learnt, looked at by turns, missed when gone.

WordPress tells nobody when a term is renamed, and merges terms without a word on their posts. So a few
names are looked at in idle polls, and all when anything else has happened.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote

from feedsvc.model import Taxonomy, Term
from feedsvc.store.terms import TermKey, delete_unused_terms, hide_terms, list_unnamed_ids, save_terms
from feedsvc.sync.batch import Report
from feedsvc.sync.ingest import Intake
from feedsvc.wordpress.http import REVALIDATE
from feedsvc.wordpress.pages import PAGE_SIZE, split_into_pages
from feedsvc.wordpress.parse import parse_terms

LISTED: Sequence[Taxonomy] = ("category", "author")
"""What is learnt whole and looked at in polls. Tags may be thousands: a sweep asks for those in use."""

_MOST_PAGES = 100

GLANCE_BYTES = 1400
"""What the second request of an idle poll may bring: with the first, under 2 kB."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one site, as its intake finds them."""

    intake: Intake

    def learn(self, taxonomy: Taxonomy) -> Report:
        """Ask for all categories or authors, those without posts as well: they may be parents.

        A site that does not tell (many hide their authors) keeps the names that are known of it.
        """

        def every_name() -> list[Term]:
            pages = islice(self.intake.api.iter_terms(taxonomy), _MOST_PAGES)
            return [term for page in pages for term in parse_terms(taxonomy, page.items)]

        told = self.intake.aside(every_name, None)
        return self._compare(taxonomy, self.intake.holding.names(taxonomy), told) if told else Report()

    def learn_all(self, most: int | None = None) -> Report:
        """Learn all categories and authors; with `most`, only what there are no more of."""
        report = Report()
        for taxonomy in LISTED:
            if most is None or len(self.intake.holding.names(taxonomy)) <= most:
                report = report.plus(self.learn(taxonomy))
        return report

    def look(self, taxonomy: Taxonomy, ids: Set[int]) -> Report:
        """Ask for the names of some that are known; for all, when there are others now."""
        told = self.intake.terms(taxonomy, ids, keep=REVALIDATE)
        if told is None:
            return Report()
        known = {term.id: term for term in self.intake.holding.names(taxonomy)}
        gone = ids - {term.id for term in told}
        # A parent that is new; one that the site hides was told of before.
        new = {term.parent or 0 for term in told} - {
            0,
            *known,
            *(term.parent or 0 for term in known.values()),
        }
        if (gone or new) and taxonomy in LISTED:
            return self.learn(taxonomy)
        return self._compare(taxonomy, [term for term in known.values() if term.id in ids], told)

    def look_at_tags(self) -> Report:
        """Ask for the names of all tags that posts have."""
        report = Report()
        for ids in split_into_pages(term.id for term in self.intake.holding.names("tag")):
            report = report.plus(self.look("tag", set(ids)))
        return report

    def name_the_rest(self) -> None:
        """Ask for the names of terms that posts have and the site did not tell when they came."""
        taxonomies: Sequence[Taxonomy] = (*LISTED, "tag")
        for taxonomy in taxonomies:
            with self.intake.holding.reading() as connection:
                unnamed = list_unnamed_ids(connection, self.intake.holding.site_id, taxonomy)
            for ids in split_into_pages(unnamed):
                told = self.intake.terms(taxonomy, ids)
                with self.intake.holding.writing() as connection:
                    save_terms(connection, self.intake.holding.site_id, told or ())

    def glances(self) -> list[tuple[Taxonomy, set[int]]]:
        """Give what is looked at by turns: as many names at once as are told in GLANCE_BYTES."""
        return [
            (taxonomy, ids) for taxonomy in LISTED for ids in _packed(self.intake.holding.names(taxonomy))
        ]

    def _compare(self, taxonomy: Taxonomy, known: Collection[Term], told: Collection[Term]) -> Report:
        """Take in what was told of names, and see to the posts of those that are gone or elsewhere now."""
        before = {term.id: (term.slug, term.parent or 0) for term in known}
        moved = [
            term.id
            for term in told
            if term.id in before and before[term.id] != (term.slug, term.parent or 0)
        ]
        if moved:
            self._see_to_links(taxonomy, moved)
        with self.intake.holding.writing() as connection:
            save_terms(connection, self.intake.holding.site_id, told)
        there = {term.id for term in told}
        missing = before.keys() - there
        return self._see_to_posts(taxonomy, missing, max(there)) if there and missing else Report()

    def _see_to_posts(self, taxonomy: Taxonomy, missing: Set[int], control: int) -> Report:
        """Ask for the posts of terms that are gone: they have others now, unless the terms are only hidden,
        which the first of the posts show.

        Gone is what the site does not give when asked for it by its id, together with one that it has.
        """
        gone: list[TermKey] = []
        for some in split_into_pages(sorted(missing), PAGE_SIZE - 1):
            told = {term.id for term in self.intake.terms(taxonomy, {*some, control}) or ()}
            gone += [(taxonomy, wp_id) for wp_id in some if control in told and wp_id not in told]
        report = Report()
        for some in split_into_pages(self.intake.holding.carrying(gone)):
            report = report.plus(self.intake.fetch(some))
            if set(some) <= set(self.intake.holding.carrying(gone)):
                break
        if gone:
            with self.intake.holding.writing() as connection:
                delete_unused_terms(connection, self.intake.holding.site_id, gone)
                hide_terms(connection, self.intake.holding.site_id, gone)
        return report

    def _see_to_links(self, taxonomy: Taxonomy, moved: Collection[int]) -> None:
        """Look at the links of posts whose term has another slug or parent now: permalinks may hold it, and
        then all posts are read again.
        """
        below = [term.id for term in self.intake.holding.names(taxonomy) if term.parent in moved]
        carrying = self.intake.holding.carrying([(taxonomy, wp_id) for wp_id in (*moved, *below)])[
            :PAGE_SIZE
        ]
        if carrying:
            self.intake.see_to_links(self.intake.api.fetch_links(carrying))


def _packed(known: Iterable[Term]) -> Iterator[set[int]]:
    """Give the ids of terms in sets that are told in GLANCE_BYTES, as WordPress spells them: with letters
    that are not Latin in six bytes of a name and nine of a slug.
    """
    ids: set[int] = set()
    room = GLANCE_BYTES
    for term in known:
        told = {"id": term.id, "name": term.name, "slug": quote(term.slug), "parent": term.parent or 0}
        size = len(json.dumps(told, separators=(",", ":"))) + 1
        if ids and (size > room or len(ids) == PAGE_SIZE):
            yield ids
            ids, room = set(), GLANCE_BYTES
        ids.add(term.id)
        room -= size
    if ids:
        yield ids
