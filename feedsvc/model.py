"""What travels between the rooms: terms, posts, sites. Frozen data, no input or output.

Every datetime is aware and in UTC.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

MAX_ENCLOSURES = 20

MAX_IMAGE_WIDTH = 2048
"""Pixels of the picture that is shown where a post offers several, as in WordPress's own srcset
(https://developer.wordpress.org/reference/hooks/max_srcset_image_width/)."""

Taxonomy = Literal["category", "tag", "author"]


@dataclass(frozen=True, slots=True)
class Term:
    """A category, a tag or an author of one site: a filter treats an author as a term.

    `slug` is percent-decoded. `name` is plain text, and empty while only the slug or the id is known.
    `parent` is the id of the parent category, 0 at the top, None when the site does not say.
    """

    taxonomy: Taxonomy
    id: int
    slug: str
    name: str = ""
    parent: int | None = 0

    @property
    def label(self) -> str:
        """What a reader is shown: the name, else the slug, else nothing."""
        return self.name or (self.slug if self.slug != str(self.id) else "")


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: sizes in pixels, 0 where they are unknown; `thumbnail` is the URL of a small size.

    `caption` is plain text: what it shows, and often whose it is.
    """

    url: str
    alt: str = ""
    width: int = 0
    height: int = 0
    type: str = ""
    thumbnail: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A recording or film that belongs to a post: its media type, its length in bytes (0: unknown)."""

    url: str
    type: str
    length: int = 0


def dedupe_enclosures(enclosures: Iterable[Enclosure]) -> tuple[Enclosure, ...]:
    """Return the first enclosure of each address, at most MAX_ENCLOSURES of them, in their order.

    Of several with one address, the first that has a length counts.
    """
    by_address: dict[str, Enclosure] = {}
    for enclosure in enclosures:
        if enclosure.length and not by_address.get(enclosure.url, enclosure).length:
            by_address[enclosure.url] = enclosure  # at the place of the first
        by_address.setdefault(enclosure.url, enclosure)
    return tuple(by_address.values())[:MAX_ENCLOSURES]


@dataclass(frozen=True, slots=True)
class SourcePost:
    """A post as WordPress gave it: its own HTML, its own excerpt, nothing decided yet.

    Categories, tags and authors are ids of the site's. `language` is a tag of BCP 47, empty where the post
    does not say.
    """

    id: int
    guid: str
    link: str
    title: str
    content: str
    excerpt: str
    published: datetime
    modified: datetime
    categories: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    authors: tuple[int, ...] = ()
    image: Image | None = None
    enclosures: tuple[Enclosure, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A post fit to publish.

    `title` and `summary` are plain text, `content` is sanitised HTML. `summary` is empty when it would
    only repeat the content.
    """

    id: int
    guid: str
    link: str
    title: str
    summary: str
    content: str
    published: datetime
    modified: datetime
    categories: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    authors: tuple[int, ...] = ()
    image: Image | None = None
    enclosures: tuple[Enclosure, ...] = ()
    language: str = ""

    @property
    def changed(self) -> datetime:
        """When readers last got something new from it; a scheduled post is modified before it appears."""
        return max(self.published, self.modified)


@dataclass(frozen=True, slots=True)
class Site:
    """A WordPress site: `name` is used in ?site=, `url` is where people read it.

    `language` is a tag of BCP 47, `icon` the address of a square picture; both are empty where unknown.
    """

    name: str
    url: str
    title: str = ""
    description: str = ""
    language: str = ""
    icon: str = ""

    @property
    def label(self) -> str:
        """What a reader is shown: what the site calls itself, else what the configuration does."""
        return self.title or self.name


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored post with everything that a feed says of it.

    The categories and tags are those of the post and of all that repeat it, sorted by their labels. `key`
    is what the store knows the post by. `own_id` is what feeds call it where that is not its guid: see
    store/entry_ids.py.
    """

    post: Post
    site: Site
    categories: tuple[Term, ...]
    tags: tuple[Term, ...]
    authors: tuple[Term, ...]
    key: int = field(default=0, compare=False, repr=False)
    own_id: str = ""

    @property
    def id(self) -> str:
        """What feeds call it."""
        return self.own_id or self.post.guid

    @property
    def author_names(self) -> tuple[str, ...]:
        """The names of its authors, as far as they are known."""
        return tuple(author.name for author in self.authors if author.name)
