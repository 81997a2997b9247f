"""The path of a category, tag, author or topic: the query that it asks for, and whether it was renamed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from feedsvc.errors import QueryError, UnknownPathError
from feedsvc.model import Taxonomy
from feedsvc.publish.context import PublishContext
from feedsvc.publish.published_sites import load_published_sites
from feedsvc.publish.resolve import resolve_condition
from feedsvc.publish.saved_topics import check_topic_name
from feedsvc.query.condition import ANYTHING, NameFilter
from feedsvc.query.query import Query
from feedsvc.query.query_string import parse_query_string
from feedsvc.store.former_slugs import list_current_slugs


@dataclass(frozen=True, slots=True)
class AskedPath:
    """What a path asks for: names of a taxonomy, or a saved topic; neither is all posts."""

    taxonomy: Taxonomy | None = None
    path_filter: NameFilter | None = None
    saved_topic: str = ""

    def parse(self, query_string: str) -> Query:
        """Return the query that this path asks for with a query string. Raises QueryError."""
        return parse_query_string(query_string, self.path_filter or ANYTHING, self.saved_topic)

    def was_renamed(self, connection: Connection, context: PublishContext) -> bool:
        """Return whether what the path names has another slug now."""
        if not (self.taxonomy and self.path_filter):
            return False
        site_ids = load_published_sites(connection, context.settings).ids
        names = self.path_filter.names
        return any(list_current_slugs(connection, self.taxonomy, name, site_ids) for name in names)

    @contextmanager
    def judging(self, context: PublishContext) -> Iterator[None]:
        """Raise UnknownPathError instead of a QueryError for which the path is to blame."""
        try:
            yield
        except QueryError as error:
            if self.path_filter:
                with context.reading() as connection:
                    published = load_published_sites(connection, context.settings)
                    try:
                        resolve_condition(connection, published, self.path_filter)
                    except QueryError as of_path:
                        raise _blame_path(of_path) from error
            raise


def ask_for_term(taxonomy: Taxonomy, slug: str) -> AskedPath:
    """Return what the path of a category, tag or author asks for, or of several with commas between them.

    Raises QueryError where there is nothing before or behind a comma.
    """
    # A minus leaves posts out in a query string alone: in a path it is a part of the slug.
    is_single = slug.startswith("-") or "," not in slug
    path_filter = NameFilter(taxonomy, (slug,)) if is_single else NameFilter.parse(taxonomy, slug)
    return AskedPath(taxonomy, path_filter)


def ask_for_topic(context: PublishContext, name: str) -> AskedPath:
    """Return what the path of a saved topic asks for. Raises UnknownPathError where there is none."""
    try:
        check_topic_name(context.settings, name)
    except QueryError as error:
        raise _blame_path(error) from error
    return AskedPath(saved_topic=name)


def _blame_path(error: QueryError) -> UnknownPathError:
    return UnknownPathError(str(error), field=error.field, wrong=error.wrong, near=error.near)
