"""What a feed format is: its names, its media type, its serializer."""

from collections.abc import Callable
from dataclasses import dataclass

from feedsvc.publish.feed import Feed


@dataclass(frozen=True, slots=True)
class FeedFormat:
    """One format of feeds. `name` is the suffix of addresses and the value of `--format`.

    `title` is the whole name, `label` a short one for lists of links. `serialize` returns the bytes of a
    feed in UTF-8, equal for equal feeds.
    """

    name: str
    label: str
    title: str
    media_type: str
    serialize: Callable[[Feed], bytes]
