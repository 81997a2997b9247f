"""The feed of comments, which WordPress announces beside that of posts: valid, empty, and saying why.

We have no comments. A 404 would show to its subscribers as a fault with each poll, which they can't mend;
to the feed of posts they have not subscribed. So they get what is true: a feed without entries.
"""

from datetime import timedelta

from feedsvc.config import Settings
from feedsvc.publish.feed import NEVER, Feed
from feedsvc.publish.published_sites import PublishedSites
from feedsvc.publish.serialize.formats import DEFAULT_FORMAT
from feedsvc.query.address import format_feed_path, format_query_string
from feedsvc.query.query import Query

MAX_AGE = timedelta(days=1)


def format_comments_path(suffix: str) -> str:
    """Return the path of the feed of comments in a format, as WordPress has it, without the first slash."""
    path = "comments/feed/" if suffix == DEFAULT_FORMAT.name else f"comments/feed/{suffix}/"
    parameters = format_query_string(Query())  # the key of one who may read what is private
    return f"{path}?{parameters}" if parameters else path


def build_comments_feed(settings: Settings, published: PublishedSites, suffix: str, base_url: str) -> Feed:
    """Return the feed of comments in the format `suffix`, for readers who reach us at `base_url`."""
    sites = [state.site for state in published.states]
    site = sites[0] if len(sites) == 1 else None
    name = settings.title or (site.label if site else "feedsvc")
    posts_url = base_url + format_feed_path(Query(), suffix)
    return Feed(
        title=f"Comments – {name}",
        description=f"There are no comments here, only posts: their feed is {posts_url}",
        home=site.url if site else base_url,
        self_url=base_url + format_comments_path(suffix),
        next_url=None,
        updated=NEVER,
        entries=(),
        bodies=True,
        language=site.language if site else "",
        update_interval=MAX_AGE,
    )
