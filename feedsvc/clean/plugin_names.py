"""Which attributes and elements of plug-ins a body uses, of those that can tell what is shown."""

from typing import NamedTuple

import regex

MAX_NAMES = 40
"""Names of attributes, and of elements, that are read in one body."""

_NAME_AT_END = regex.compile(r"[a-z][a-z0-9_-]{2,60}$")
_ELEMENT = regex.compile(
    r"<((?:amp(?!-(?:ad|analytics|auto-ads|consent|pixel|sticky-ad)\b)|lite)-[a-z-]{2,30}|[a-z]{2,15}-(?:audio|embed|iframe|image|img|player|video|youtube|vimeo))\b",
    regex.IGNORECASE,
)
# An address, or JSON, which may hold some.
_ADDRESS_BEGINNINGS = ("http", "/", "{", "[", "&#123;", "url(")
# Attributes that hold the id of a film, a post or a form, not its address.
_IDS = regex.compile(
    r"videoid|playlabel"
    r"|data-(?:[a-z]+-)*(?:video-?id|embed-?id|embed|id|provider|youtube(?:-id)?|yt-?id|vimeo(?:-id)?|videoid"
    r"|live-channelid|tweet-?id|shortcode|trackid|gist-?id|gist|tf-live|tf-widget|pin-do|iframely-url)"
)
# Each name that may tell what is shown has one of these; most have none, which is quickly seen.
_PARTS_OF_NAMES = ("src", "data-", "videoid", "playlabel")
_NEVER = frozenset({"src", "srcset", "href", "srcdoc", "class", "style", "id", "alt", "width", "height"})


class PluginNames(NamedTuple):
    """Names of attributes and of elements."""

    attributes: frozenset[str]
    tags: frozenset[str]


def find_plugin_names(markup: str) -> PluginNames:
    """Return the names in `markup` that may tell what is shown, at most MAX_NAMES of each."""
    names = set()
    before, *others = markup.split("=")
    for after in others:
        word = before[-80:].rsplit(None, 1)[-1:]
        before = after
        if not word or word[0] in _NEVER:
            continue
        name = word[0].lower()
        if not any(part in name for part in _PARTS_OF_NAMES):
            continue
        match = _NAME_AT_END.search(name)
        if match and _may_tell(match[0], after[:10]):
            names.add(match[0])
    tags = {name.lower() for name in _ELEMENT.findall(markup)} if "-" in markup else set()
    return PluginNames(frozenset(sorted(names)[:MAX_NAMES]), frozenset(sorted(tags)[:MAX_NAMES]))


def _may_tell(name: str, value: str) -> bool:
    """Return whether an attribute with this name, and a value that so begins, may tell what is shown."""
    if name in _NEVER or name.startswith("on"):
        return False
    if "src" in name:
        return True
    begins_as_address = value.lstrip(" \"'").lower().startswith(_ADDRESS_BEGINNINGS)
    return (name.startswith("data-") and begins_as_address) or bool(_IDS.fullmatch(name))
