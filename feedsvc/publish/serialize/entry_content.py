"""What of an entry a feed shows, whatever its format."""

import re
from datetime import datetime

from feedsvc.model import Entry, Term
from feedsvc.text.html import extract_visible_text
from feedsvc.text.shorten import shorten

_ADDRESS = re.compile(r"https?://\S+")
# It begins with letters, to which a search jumps: with the line break in it, every character was tried.
_FRAME = re.compile(r"<iframe\b[^>]*></iframe>")


def format_rfc3339(moment: datetime) -> str:
    """Return an aware time in whole seconds, with Z where it is in UTC."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def choose_summary(entry: Entry, *, bodies: bool) -> str:
    """Return the summary that a feed shows; where it has no bodies, a post without one shows its text."""
    post = entry.post
    if bodies or post.summary:
        return post.summary
    # Of an embed there may be nothing but its address, which is no text.
    return shorten(_ADDRESS.sub("", extract_visible_text(post.content)))


def shows_body(entry: Entry, *, bodies: bool) -> bool:
    """Return whether an entry carries its content: with content=summary only where there is no text."""
    return bool(entry.post.content) and (bodies or not choose_summary(entry, bodies=bodies))


def remove_frames(content: str) -> str:
    """Return a body without frames; the link to the frame's page, which stands before each, stays.

    Few readers show frames, and the W3C validator warns of them (SecurityRisk): JSON Feed alone has them,
    and who asks for players=on. The line break before a frame goes with it.
    """
    *before_frames, rest = _FRAME.split(content)
    return "".join(part.removesuffix("<br>") for part in before_frames) + rest


def list_shown_terms(entry: Entry) -> list[Term]:
    """Return the categories and tags that have a name to show: of several with one name the first."""
    by_name: dict[str, Term] = {}
    for term in (*entry.categories, *entry.tags):
        if label := term.label:
            by_name.setdefault(label.casefold(), term)
    return list(by_name.values())
