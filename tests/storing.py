"""Writing posts as the service does, for tests that have no site to read them from."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from feedsvc.model import Post, SourcePost
from feedsvc.store.post_writer import ChangeCounts, PostChanges, PostWriter
from feedsvc.store.prepared import prepare_post
from feedsvc.store.sources import serialize_source

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class PostStep:
    """A post of a site that is saved; without `post`, one that goes, or is withheld with `withheld`."""

    site_id: int
    wp_id: int
    post: Post | None
    withheld: datetime | None = None


def take_steps(connection: Connection, steps: Iterable[PostStep], window: timedelta = WEEK) -> None:
    """Take steps in their order, as many at once as are of one site and of different posts."""
    writer = PostWriter(connection, window)
    together = _Together(writer)
    for step in steps:
        together.add(step)
    together.apply()


@dataclass
class _Together:
    writer: PostWriter
    steps: list[PostStep] = field(default_factory=list)

    def add(self, step: PostStep) -> None:
        if any(other.site_id != step.site_id or other.wp_id == step.wp_id for other in self.steps):
            self.apply()
        self.steps.append(step)

    def apply(self) -> None:
        if self.steps:
            changes = PostChanges(
                posts=[prepare_post(step.post) for step in self.steps if step.post],
                withheld={step.wp_id: (step.withheld, "") for step in self.steps if step.withheld},
                removed_ids=[step.wp_id for step in self.steps if not (step.post or step.withheld)],
            )
            self.writer.apply(self.steps[0].site_id, changes)
        self.steps = []


def save_post(connection: Connection, site_id: int, post: Post, window: timedelta = WEEK) -> str:
    """Write a post; return whether it is 'new', 'changed' or the 'same'."""
    changes = PostChanges(posts=[prepare_post(post)])
    counts = PostWriter(connection, window).apply(site_id, changes)
    return {ChangeCounts(new=1): "new", ChangeCounts(changed=1): "changed", ChangeCounts(): "same"}[counts]


def save_posts(
    connection: Connection, site_id: int, posts: Sequence[Post], window: timedelta = WEEK
) -> None:
    """Write posts of a site at once."""
    take_steps(connection, (PostStep(site_id, post.id, post) for post in posts), window)


def pull_posts(connection: Connection, site_id: int, posts: Sequence[Post], at: datetime) -> None:
    """Write posts that a site gives at a moment, after it was read for the first time."""
    changes = PostChanges(posts=[prepare_post(post) for post in posts], pulled_at=at)
    PostWriter(connection, WEEK).apply(site_id, changes)


def remove_posts(connection: Connection, site_id: int, wp_ids: Collection[int]) -> int:
    """Remove posts of a site; return how many were stored."""
    return PostWriter(connection, WEEK).apply(site_id, PostChanges(removed_ids=wp_ids)).removed


def withhold_post(connection: Connection, site_id: int, wp_id: int, modified: datetime) -> int:
    """Withhold a post of a site; return how many posts that has removed."""
    changes = PostChanges(withheld={wp_id: (modified, "")})
    return PostWriter(connection, WEEK).apply(site_id, changes).removed


def keep_source(connection: Connection, site_id: int, source: SourcePost, policy: str) -> None:
    """Store what a post was made of under a version of the policy."""
    changes = PostChanges(sources=[serialize_source(source)], policy=policy)
    PostWriter(connection, WEEK).apply(site_id, changes)
