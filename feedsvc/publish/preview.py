"""Why a post is in a feed or not: what a query keeps, as readers show it, and what it leaves out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from sqlalchemy import Connection

from feedsvc.condition import All, Any, Atom, Condition, Held, Named, Not, Phrase, atoms, holds, spelling
from feedsvc.config import Settings
from feedsvc.model import Entry
from feedsvc.publish.find import Found, find, published
from feedsvc.publish.marking import Piece, marked_html, marked_text
from feedsvc.publish.query import Query
from feedsvc.publish.write import without_frames
from feedsvc.store import entries
from feedsvc.store.entries import Recent, Selection

LEFT_OUT = 20
_LOOKED_AT = 1000  # of the newest posts, when hardly any is left out
_AT_ONCE = 100

_Verdicts = Mapping[Atom, frozenset[int]]


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
    keys = entries.page_keys(connection, wanted, query.limit, (query.page - 1) * query.limit)
    verdicts = _verdicts(connection, wanted, keys)
    kept = [
        _kept(entry, wanted.condition, _has(verdicts, key), whole=query.content == "full")
        for entry, key in zip(found.entries, keys, strict=True)
    ]
    return Preview(found, kept, list(_left_out(connection, settings, wanted)))


def _verdicts(connection: Connection, wanted: Selection, keys: Sequence[int]) -> _Verdicts:
    """Give for each phrase and name that is asked for which of the posts `keys` have it."""
    return {
        atom: frozenset(entries.having(connection, wanted, atom, keys)) for atom in atoms(wanted.condition)
    }


def _has(verdicts: _Verdicts, key: int) -> Callable[[Atom], bool]:
    return lambda atom: key in verdicts[atom]


def _kept(entry: Entry, condition: Condition, has: Callable[[Atom], bool], *, whole: bool) -> Kept:
    matched = [atom for atom in _asked_for(condition) if has(atom)]
    phrases = [atom for atom in matched if isinstance(atom, Phrase)]
    anywhere = [phrase for phrase in phrases if not phrase.in_title]
    post = entry.post
    if whole and post.content:
        body = marked_html(without_frames(post.content), anywhere)
    else:
        body = marked_html(f"<p>{escape(post.summary)}</p>", anywhere)
    return Kept(entry, marked_text(post.title, phrases), body, [_label(atom) for atom in matched])


def _left_out(connection: Connection, settings: Settings, wanted: Selection) -> Iterator[LeftOut]:
    """Give the newest posts that `wanted` does not select."""
    names = {state.id: state.site.label for state in published(connection, settings)}
    shown = names.keys() if wanted.published is None else wanted.published
    given = 0
    below: int | None = None
    for _ in range(_LOOKED_AT // _AT_ONCE):
        newest = entries.recent(connection, names.keys(), shown, _AT_ONCE, below)
        keys = [post.key for post in newest]
        selected = entries.kept(connection, wanted, keys)
        below = min(keys, default=0)
        missing = [post for post in newest if post.key not in selected][: LEFT_OUT - given]
        verdicts = _verdicts(connection, wanted, [post.key for post in missing])
        for post in missing:
            reasons = list(_reasons(wanted, post, names, _has(verdicts, post.key)))
            yield LeftOut(post, names[post.site_id], reasons)
        given += len(missing)
        if given == LEFT_OUT or len(newest) < _AT_ONCE:
            return


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
    if holds(condition, has):
        return
    match condition:
        case All(parts):
            for part in parts:
                yield from why_not(part, has)
        case Any(parts):
            yield f"it has none of: {', '.join(map(_label, parts))}"
        case Not(part):
            hits = [_label(atom) for atom in atoms(part) if has(atom)] or [spelling(part)]
            yield f"it has {' and '.join(hits)}, which is excluded"
        case _:
            yield f"it lacks {_label(condition)}"


def _asked_for(condition: Condition) -> Iterator[Atom]:
    """Give the phrases and names that a post may be kept for, not those that exclude it."""
    match condition:
        case Not():
            return
        case All(parts) | Any(parts):
            for part in parts:
                yield from _asked_for(part)
        case _:
            yield condition


def _label(condition: Condition) -> str:
    match condition:
        case Held(Named(field), _, label):
            return f"{field} {label}"
        case _:
            return spelling(condition)
