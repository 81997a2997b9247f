"""What of an entry a feed shows, whatever its format."""

import re

from feedsvc.model import Entry, Term

_FRAME = re.compile(r"(?:<br>)?<iframe\b[^>]*></iframe>")


def shows_body(entry: Entry, *, bodies: bool) -> bool:
    """Return whether an entry carries its content: with content=summary only where it has no summary."""
    return bool(entry.post.content) and (bodies or not entry.post.summary)


def remove_frames(content: str) -> str:
    """Return a body without frames; the link to the frame's page, which stands before each, stays.

    Few readers show frames, and the W3C validator warns of them (SecurityRisk): JSON Feed alone has them,
    and who asks for players=on.
    """
    return _FRAME.sub("", content)


def list_shown_terms(entry: Entry) -> list[Term]:
    """Return the categories and tags that have a name to show."""
    return [term for term in (*entry.categories, *entry.tags) if term.label]
