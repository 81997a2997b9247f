"""Since when a post's text stands here, which decides between posts of several sites: what a site claims of
its dates can't be trusted. Pure.

An edit that adds little leaves the standing as it was, so that who mends a word of his news does not fall
behind a copy of it. One that adds more makes a new text: else an old post could be edited into a copy of
somebody's news, and stand before it.
"""

from dataclasses import dataclass
from datetime import datetime

from feedsvc.text import similarity

_MAX_ADDED_SHARE = 0.08
"""Of a text, in bytes: what edits may add to it in all until it counts as a new one."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Since when a text stands here, in milliseconds since 1970, and the bytes that were added since.

    Zero is before all: what is there from the beginning of a store, where the dates decide.
    """

    since: int = 0
    added_bytes: int = 0


FROM_THE_BEGINNING = Standing()


def stand_since(moment: datetime) -> Standing:
    """Return the standing of a text that comes at `moment` (aware)."""
    return Standing(int(moment.timestamp() * 1000))


def revise_standing(
    standing: Standing,
    earlier: similarity.ComparableText,
    later: similarity.ComparableText,
    moment: datetime,
) -> Standing:
    """Return the standing of a text with the standing `standing` that was edited at `moment` (aware)."""
    added_bytes = standing.added_bytes + similarity.count_new_bytes(later, earlier)
    if added_bytes > _MAX_ADDED_SHARE * later.size:
        return stand_since(moment)
    return Standing(standing.since, added_bytes)
