"""Why a post is in a feed or not: what a query keeps, as readers show it, and what it leaves out."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from html import escape
from itertools import islice

from sqlalchemy import Connection

from feedsvc.config import Settings
from feedsvc.model import Entry
from feedsvc.publish.find import Found, find, published
from feedsvc.publish.highlight import Piece, marked_html, marked_text
from feedsvc.publish.serialize import shows_body, without_frames
from feedsvc.query.condition import (
    And,
    Atom,
    Condition,
    Named,
    Not,
    Or,
    Phrase,
    Resolved,
    atoms,
    matches,
    spelling,
)
from feedsvc.query.query import Query
from feedsvc.store.entries import (
    Recent,
    Selection,
    filter_keys_with,
    filter_selected_keys,
    list_recent_posts,
)
from feedsvc.text.html import extract_visible_text

LEFT_OUT = 20
_LOOKED_AT = 1000  # of the newest posts, when hardly any is left out
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry of the feed: its title in pieces and its body with what matched marked; what matched."""

    entry: Entry
    title: Sequence[Piece]
    body: str
    matched: Sequence[str]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A post that is not in the feed, and why: one sentence or several."""

    post: Recent
    site: str
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a query gives, page by page, and the newest posts that it does not give on any."""

    found: Found
    kept: Sequence[Kept]
    left_out: Sequence[LeftOut]


def preview(connection: Connection, settings: Settings, query: Query, now: datetime) -> Preview:
    """Give what the feed of `query` has at `now`, and the newest posts that it leaves out.

    What is kept comes from `find`, as for the feed itself; which words a post has, from the same index.
    """
    found = find(connection, settings, query, now)
    wanted = found.selection
    has = _verdicts(connection, wanted, [entry.key for entry in found.entries], are_close=False)
    whole = query.content == "full"
    kept = [_kept(entry, wanted.condition, partial(has, entry.key), whole=whole) for entry in found.entries]
    return Preview(found, kept, list(_left_out(connection, settings, wanted)))


def _verdicts(
    connection: Connection, wanted: Selection, keys: Sequence[int], *, are_close: bool
) -> Callable[[int, Atom], bool]:
    """Give what tells whether one of the posts `keys` has a phrase or a name that is asked for."""
    having = {
        atom: filter_keys_with(connection, wanted, atom, keys, are_close=are_close)
        for atom in atoms(wanted.condition)
    }
    return lambda key, atom: key in having[atom]


def _kept(entry: Entry, condition: Condition, has: Callable[[Atom], bool], *, whole: bool) -> Kept:
    matched = list(_matched(condition, has))
    phrases = [atom for atom in matched if isinstance(atom, Phrase)]
    anywhere = [phrase for phrase in phrases if not phrase.in_title]
    post = entry.post
    body = without_frames(post.content) if shows_body(entry, bodies=whole) else ""
    if post.summary and not extract_visible_text(body):  # then the summary is what it is found by
        body = f"<p>{escape(post.summary)}</p>{body}"
    title = marked_text(post.title, phrases)
    return Kept(entry, title, marked_html(body, anywhere), [_label(atom) for atom in matched])


def _left_out(connection: Connection, settings: Settings, wanted: Selection) -> Iterator[LeftOut]:
    """Give the newest posts that `wanted` does not select."""
    names = {state.id: state.site.label for state in published(connection, settings)}
    missing = list(islice(_not_selected(connection, wanted, names.keys()), LEFT_OUT))
    has = _verdicts(connection, wanted, [post.key for post in missing], are_close=True)
    for post in missing:
        reasons = _reasons(wanted, post, names, partial(has, post.key))
        yield LeftOut(post, names[post.site_id], list(reasons))


def _not_selected(connection: Connection, wanted: Selection, site_ids: Collection[int]) -> Iterator[Recent]:
    shown = site_ids if wanted.published is None else wanted.published
    below: int | None = None
    for _ in range(_LOOKED_AT // _AT_ONCE):
        newest = list_recent_posts(connection, site_ids, shown, _AT_ONCE, below)
        selected = filter_selected_keys(connection, wanted, [post.key for post in newest])
        yield from (post for post in newest if post.key not in selected)
        if len(newest) < _AT_ONCE:
            return
        below = newest[-1].key


def _reasons(
    wanted: Selection, post: Recent, names: Mapping[int, str], has: Callable[[Atom], bool]
) -> Iterator[str]:
    if wanted.published is not None and post.site_id not in wanted.published:
        yield f"its site, {names[post.site_id]}, is left out"
        return
    if wanted.since and post.published < wanted.since:
        yield f"it was published before {wanted.since:%Y-%m-%d %H:%M} UTC"
    if wanted.dedupe and post.repeats:
        first = post.repeats
        yield f"it repeats “{first.title}” of {first.published:%Y-%m-%d}, which stands for both"
        return
    yield from why_not(wanted.condition, has)


def why_not(condition: Condition, has: Callable[[Atom], bool]) -> Iterator[str]:
    """Give why a post does not meet `condition`; nothing when it does."""
    if matches(condition, has):
        return
    match condition:
        case And(parts):
            for part in parts:
                yield from why_not(part, has)
        case Or(parts):
            either = (f"({spelling(part)})" if isinstance(part, And) else _label(part) for part in parts)
            yield f"none of these matches: {', '.join(either)}"
        case Not(And()):
            yield f"it is excluded by {spelling(condition)}"
        case Not(part):
            yield f"it has {_label(part)}, which is excluded"
        case _:
            yield f"it lacks {_label(condition)}"


def _matched(condition: Condition, has: Callable[[Atom], bool]) -> Iterator[Atom]:
    """Give the phrases and names that a post is kept for."""
    match condition:
        case Not():
            return
        case And(parts) | Or(parts):
            for part in parts:
                if matches(part, has):
                    yield from _matched(part, has)
        case _:
            yield condition


def _label(condition: Condition) -> str:
    match condition:
        case Resolved(Named(field)):
            return f"{field} {condition.label}"
        case _:
            return spelling(condition)
