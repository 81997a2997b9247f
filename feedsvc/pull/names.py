"""The names of a site's categories, tags and authors: learnt, looked at by turns, missed when gone.

WordPress tells nobody when a term is renamed, and merges terms without a word on their posts. So a few
names are looked at in each idle poll, and all when their number has changed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from feedsvc.errors import SiteError
from feedsvc.model import Taxonomy, Term
from feedsvc.pull.batch import Report
from feedsvc.pull.intake import Intake, asks_to_wait
from feedsvc.pull.parse import parse_terms
from feedsvc.pull.wordpress import NAMES_AT_A_GLANCE, PAGE, in_pages
from feedsvc.store import posts, sites, terms

LOOKED_AT: Sequence[Taxonomy] = ("category", "author")
"""What is listed whole. Tags may be thousands: only those that posts carry are asked for."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one site, as its intake finds them."""

    intake: Intake

    def learn(self, taxonomy: Taxonomy) -> Report:
        """Ask for all categories or authors, and for the posts of those that are gone.

        A site that does not tell (many hide their authors) keeps the names that are known of it.
        """
        told: list[Term] = []
        total: int | None = None
        try:
            for page in self.intake.api.every_name(taxonomy):
                told += parse_terms(taxonomy, page.items)
                total = page.total if page.total is not None else total
        except SiteError as error:
            if asks_to_wait(error):
                raise
            return Report()
        gone = self._known(taxonomy) - {term.id for term in told} if told else set()
        self._save(told)
        report = self._without(taxonomy, gone)
        with self.intake.database.writing() as connection:
            sites.change(connection, self.intake.site_id, **{f"{taxonomy}_total": total})
        return report

    def look(self, taxonomy: Taxonomy, number: int, size: int = NAMES_AT_A_GLANCE) -> Report:
        """Look at one page of the categories or authors; learn all when there are others than before."""
        try:
            page = self.intake.api.names(taxonomy, number, size)
        except SiteError as error:
            if asks_to_wait(error):
                raise
            return Report()
        told = parse_terms(taxonomy, page.items)
        if page.total != self._total(taxonomy) or {term.id for term in told} - self._known(taxonomy):
            return self.learn(taxonomy)
        self._save(told)
        return Report()

    def look_at_all(self) -> Report:
        """Look at all categories and authors, in as few requests as can be."""
        report = Report()
        for taxonomy in LOOKED_AT:
            for number in range(1, -(-(self._total(taxonomy) or 1) // PAGE) + 1):
                report = report.plus(self.look(taxonomy, number, PAGE))
        return report

    def glances(self) -> list[tuple[Taxonomy, int]]:
        """Give the pages, each of a taxonomy, that are looked at by turns."""
        return [
            (taxonomy, number)
            for taxonomy in LOOKED_AT
            for number in range(1, -(-(self._total(taxonomy) or 1) // NAMES_AT_A_GLANCE) + 1)
        ]

    def learn_tags(self) -> Report:
        """Ask for the names of all tags that are known, and for the posts of those that are gone."""
        known = self._known("tag")
        told: list[Term] = []
        try:
            for some in in_pages(sorted(known)):
                told += parse_terms("tag", self.intake.api.terms("tag", some))
        except SiteError as error:
            if asks_to_wait(error):
                raise
            return Report()
        self._save(told)
        return self._without("tag", known - {term.id for term in told} if told else set())

    def _without(self, taxonomy: Taxonomy, gone: Iterable[int]) -> Report:
        """Ask for the posts of terms that the site no longer tells of: they have others now, unless the
        terms are only hidden, which the first of the posts show.
        """
        keys: list[terms.Key] = [(taxonomy, wp_id) for wp_id in gone]
        report = Report()
        for key in keys:
            for some in in_pages(self._carrying(key)):
                report = report.plus(self.intake.fetch(some))
                if set(some) & set(self._carrying(key)):
                    break
        with self.intake.database.writing() as connection:
            terms.forget(connection, self.intake.site_id, keys)
        return report

    def _carrying(self, key: terms.Key) -> list[int]:
        with self.intake.database.reading() as connection:
            return posts.carrying(connection, self.intake.site_id, [key])

    def _known(self, taxonomy: Taxonomy) -> set[int]:
        with self.intake.database.reading() as connection:
            return terms.known(connection, self.intake.site_id, taxonomy)

    def _total(self, taxonomy: Taxonomy) -> int | None:
        with self.intake.database.reading() as connection:
            state = sites.state(connection, self.intake.site_id)
        return {"category": state.category_total, "author": state.author_total}[taxonomy]

    def _save(self, told: Iterable[Term]) -> None:
        with self.intake.database.writing() as connection:
            terms.save(connection, self.intake.site_id, told)
