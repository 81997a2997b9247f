"""One post explained: when it was seen and changed, what it repeats, which feeds have it, what cleaning
took out, and which part of a query decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from feedsvc.config import Settings
from feedsvc.errors import NotReadyError, QueryError
from feedsvc.model import Site
from feedsvc.publish.directory import FeedListing
from feedsvc.publish.find import prepare_page
from feedsvc.publish.preview import Verdict, judge_post
from feedsvc.publish.published_sites import PublishedSites
from feedsvc.publish.saved_topics import parse_saved_topics
from feedsvc.publish.views.removed import Removed, compare_bodies
from feedsvc.query.condition import NameFilter
from feedsvc.query.query import Query
from feedsvc.store.post_details import (
    GroupMember,
    PostDetails,
    find_post_key,
    load_group_members,
    load_post_details,
)
from feedsvc.store.term_lookup import load_entry_terms


@dataclass(frozen=True, slots=True)
class Explanation:
    """A post with its site, the post that stands for it in feeds (None when that is itself), those that
    repeat it, the feeds that have it, and what cleaning took out (None where the source is not stored).
    `verdict` is what a query says of it, None where none is asked.
    """

    post: PostDetails
    site: Site
    stands_for: GroupMember | None
    repeats: Sequence[tuple[GroupMember, Site]]
    feeds: Sequence[FeedListing]
    removed: Removed | None
    verdict: Verdict | None


def explain_post(
    connection: Connection,
    settings: Settings,
    published: PublishedSites,
    address: str,
    query: Query | None,
    now: datetime,
) -> Explanation | None:
    """Return what there is to say of the post that `address` names, and of `query` with it; None where no
    published site has it. Raises what `find_entries` does.
    """
    key = find_post_key(connection, published.ids, address)
    if key is None:
        return None
    post = load_post_details(connection, key)
    sites = {state.id: state.site for state in published.states}
    members = load_group_members(connection, post.canonical_key, published.ids)
    head = next((member for member in members if member.key == post.canonical_key), None)
    return Explanation(
        post=post,
        site=sites[post.site_id],
        stands_for=head if head and head.key != post.key else None,
        repeats=[
            (member, sites[member.site_id])
            for member in members
            if member.key not in (post.key, post.canonical_key)
        ],
        feeds=_list_feeds_of(connection, settings, published, post, now),
        removed=compare_bodies(post.source.content, post.content) if post.source else None,
        verdict=_judge(connection, settings, published, query, key, now) if query else None,
    )


def _judge(
    connection: Connection,
    settings: Settings,
    published: PublishedSites,
    query: Query,
    key: int,
    now: datetime,
) -> Verdict:
    selection = prepare_page(connection, settings, published, query, now).selection
    return judge_post(connection, published, selection, key)


def _list_feeds_of(
    connection: Connection,
    settings: Settings,
    published: PublishedSites,
    post: PostDetails,
    now: datetime,
) -> list[FeedListing]:
    """Return the feeds that have the post, or the one that stands for it."""
    feeds = [FeedListing("All posts", None, Query())]
    for name, condition in parse_saved_topics(settings).items():
        try:
            verdict = _judge(connection, settings, published, Query(condition), post.canonical_key, now)
        except (QueryError, NotReadyError):
            continue  # such a topic has no feed; `feedsvc check` names it
        if verdict.is_in:
            title = settings.topics[name].title or name
            feeds.append(FeedListing(title, None, Query(saved_topic=name), Query(condition)))
    sites = {state.id: state.site for state in published.states}
    if len(sites) > 1:
        site = sites[post.site_id]
        feeds.append(FeedListing(site.label, None, Query(NameFilter("site", (site.name,)))))
    own, of_groups = load_entry_terms(connection, {post.key: post.canonical_key}, list(sites))
    all_terms = (*own[post.key], *of_groups[post.canonical_key])
    terms = {(term.taxonomy, term.slug): term for term in all_terms if term.label and term.slug}
    feeds += [
        FeedListing(f"{taxonomy} {term.label}", None, Query(NameFilter(taxonomy, (slug,))))
        for (taxonomy, slug), term in terms.items()
    ]
    return feeds
