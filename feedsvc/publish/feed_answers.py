"""A query → the answer that carries its feed: kept, checked or made; whole, or what a client lacks."""

import math
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from flask import Request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from feedsvc.model import Entry
from feedsvc.publish.context import PublishContext
from feedsvc.publish.delta import accepts_delta, join_marks, mark_entry, read_marks
from feedsvc.publish.feed import Feed, build_feed
from feedsvc.publish.find import (
    PageRequest,
    QueryResult,
    digest_page,
    load_digested_page,
    load_page,
    prepare_page,
)
from feedsvc.publish.freshness import LOOK_SECONDS, Sighting, format_cache_control, load_sighting
from feedsvc.publish.prepared_answers import PreparedAnswer
from feedsvc.publish.published_sites import load_published_sites
from feedsvc.publish.representation import DELTA_STATUS, VARY, Representation
from feedsvc.publish.respond import make_answer, make_delta
from feedsvc.publish.serialize.feed_format import FeedFormat
from feedsvc.query.address import format_feed_path
from feedsvc.query.query import Query
from feedsvc.store.clock import load_now

ADDRESS = "feedsvc.address"
"""The key in a WSGI environment of what the layer in front looks for a prepared answer by (warm.py)."""

_FOR_ANY_SITE = (("Access-Control-Allow-Origin", "*"),)
"""Feeds are public: a page of whatever site may show one."""


def answer_feed(
    request: Request, context: PublishContext, query: Query, feed_format: FeedFormat
) -> Response:
    """Return the answer to `request`, which asks for the feed of `query` in a format.

    Raises QueryError for a name that does not exist, or NotReadyError when a site that might have it is
    still being read for the first time.
    """
    with context.reading() as connection:
        published = load_published_sites(connection, context.settings)
        source = _FeedSource(
            connection,
            context,
            prepare_page(connection, context.settings, published, query, load_now(connection)),
            feed_format,
            context.base_url(request),
            context.may_share(request),
            load_sighting(connection, published),
        )
        key, prepared = source.key, source.find_or_make(source.key, source.make_whole)
        variant = prepared.representation.choose_variant(request.headers.get("Accept-Encoding"))
        cache_control = format_cache_control(
            context.settings,
            source.sighting.next_pull_at,
            is_complete=prepared.is_complete,
            may_share=prepared.may_share,
        )
        answer = make_answer(request.headers, prepared.representation, variant, cache_control)
        held = frozenset[bytes]()
        if answer.status == variant.status:  # neither 304 nor 412
            held = _read_held_marks(request) & read_marks(variant.quoted_etag)
        if held:
            key = (*key, held)
            prepared = source.find_or_make(key, partial(source.make_delta, held, prepared))
            variant = prepared.representation.variant_in(variant.coding)  # whose ETag it has
            answer = make_delta(variant)
    if address := request.environ.get(ADDRESS):
        context.answers.register(address, key, prepared, variant)
    return Response(answer.body, answer.status, answer.headers)


@dataclass(frozen=True, slots=True)
class _FeedSource:
    """What one feed is made from, within one transaction."""

    connection: Connection
    context: PublishContext
    page: PageRequest
    feed_format: FeedFormat
    base_url: str
    may_share: bool
    sighting: Sighting
    _loaded: list[QueryResult] = field(default_factory=list)

    @property
    def key(self) -> tuple[Hashable, ...]:
        """What is equal for all spellings of a query, in one format, at one address of ours."""
        return (self.base_url, format_feed_path(self.page.query, self.feed_format.name))

    def find_or_make(self, key: Hashable, make: Callable[[bytes], PreparedAnswer]) -> PreparedAnswer:
        """Return the answer of `key` as it is kept, if that is right, else what `make` makes."""
        goes_by_the_clock = isinstance(self.page.query.since, timedelta)
        return self.context.answers.find_or_make(
            key,
            revision=self.sighting.revision,
            ends_at=time.monotonic() + LOOK_SECONDS if goes_by_the_clock else math.inf,
            digest=partial(self._digest, key),
            make=make,
        )

    def _digest(self, key: Hashable) -> bytes:
        """Return what the answer of `key` is made of. Where there is nothing to check, what it will be
        made of is loaded at once.
        """
        if self._loaded or self.context.answers.is_kept(key):
            return digest_page(self.connection, self.page)
        result, digest = load_digested_page(self.connection, self.page)
        self._loaded.append(result)
        return digest

    def make_whole(self, made_of: bytes) -> PreparedAnswer:
        """Return the answer that carries the whole feed, which is made of what has the digest `made_of`."""
        feed = self._build_feed()
        representation = Representation(
            self.feed_format.serialize(feed),
            self.feed_format.media_type,
            feed.updated,
            marks=join_marks(map(partial(_mark_shown, feed), feed.entries)),
            extra=(*VARY, *_FOR_ANY_SITE),
        )
        return self._prepare(representation, made_of)

    def make_delta(self, held: frozenset[bytes], whole: PreparedAnswer, made_of: bytes) -> PreparedAnswer:
        """Return the answer that carries what of `whole` is not `held`; its ETag is that of `whole`."""
        feed = self._build_feed()
        lacking = tuple(entry for entry in feed.entries if _mark_shown(feed, entry) not in held)
        representation = Representation(
            self.feed_format.serialize(replace(feed, entries=lacking)),
            self.feed_format.media_type,
            feed.updated,
            tag=whole.representation.tag,
            status=DELTA_STATUS,
            extra=(("Vary", "Accept-Encoding, A-IM"), ("IM", "feed"), *_FOR_ANY_SITE),
        )
        return self._prepare(representation, made_of)

    def _build_feed(self) -> Feed:
        if not self._loaded:
            self._loaded.append(load_page(self.connection, self.page, counts_pages=True))
        (result,) = self._loaded
        settings = self.context.settings
        return build_feed(
            result, self.feed_format.name, self.base_url, settings.title, settings.poll_interval
        )

    def _prepare(self, representation: Representation, made_of: bytes) -> PreparedAnswer:
        return PreparedAnswer(
            representation, made_of=made_of, is_complete=self.page.is_complete, may_share=self.may_share
        )


def _mark_shown(feed: Feed, entry: Entry) -> bytes:
    return mark_entry(entry, players=feed.players, bodies=feed.bodies)


def _read_held_marks(request: Request) -> frozenset[bytes]:
    """Return the marks of the entries that the client has, if it wants the others alone."""
    if not accepts_delta(request.headers.get("A-IM", "")):
        return frozenset()
    return read_marks(request.headers.get("If-None-Match", ""))
