"""What of an entry a feed shows, whatever its format."""

import re
from datetime import datetime

from feedsvc.model import Entry, Term

_FRAME = re.compile(r"(?:<br>)?<iframe\b[^>]*></iframe>")


def format_rfc3339(moment: datetime) -> str:
    """Return an aware time in whole seconds, with Z where it is in UTC."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def shows_body(entry: Entry, *, bodies: bool) -> bool:
    """Return whether an entry carries its content: with content=summary only where it has no summary."""
    return bool(entry.post.content) and (bodies or not entry.post.summary)


def remove_frames(content: str) -> str:
    """Return a body without frames; the link to the frame's page, which stands before each, stays.

    Few readers show frames, and the W3C validator warns of them: JSON Feed alone has them.
    """
    return _FRAME.sub("", content)


def list_shown_terms(entry: Entry) -> list[Term]:
    """Return the categories and tags that have a name to show: of several with one name the first."""
    by_name: dict[str, Term] = {}
    for term in (*entry.categories, *entry.tags):
        if term.label:
            by_name.setdefault(term.label.casefold(), term)
    return list(by_name.values())
