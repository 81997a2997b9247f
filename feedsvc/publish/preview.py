"""Why a post is in a feed or not: what a query keeps, as readers show it, and what it leaves out."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import islice

from sqlalchemy import Connection

from feedsvc.config import Settings
from feedsvc.model import Entry
from feedsvc.publish.find import QueryResult, load_page, prepare_page
from feedsvc.publish.highlight import Piece, highlight_html, highlight_text
from feedsvc.publish.published_sites import PublishedSites
from feedsvc.publish.serialize.entry_content import choose_summary, remove_frames, shows_body
from feedsvc.publish.views.snippets import find_snippets
from feedsvc.publish.views.timeline import Timeline, load_timeline
from feedsvc.query.condition import ANYTHING, And, Atom, Condition, Not, Or, Phrase, ResolvedFilter
from feedsvc.query.query import Query
from feedsvc.store import recent_posts
from feedsvc.store.deadline import check_deadline
from feedsvc.store.indexing import IndexedPost, load_indexed_posts
from feedsvc.store.recent_posts import Recent
from feedsvc.store.selection import Selection
from feedsvc.text.html import extract_visible_text

MAX_LEFT_OUT = 20

_EXAMINED = (100, 900)
"""How many of the newest posts are asked for, and how many more when hardly any of them is left out. All
together are fewer than the timeline has of what is selected."""

MAX_MARKED_CHARACTERS = 1_000_000
"""How much of the bodies on a page is searched for what to mark: a hundred long posts. What is beyond is
shown without marks, and says nevertheless what it was kept for."""

HasAtom = Callable[[Atom], bool]
"""Whether a post has a phrase or meets a filter."""


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """An entry of the feed: its title in pieces and its body with what matched marked; what matched, and
    the sentences around it.
    """

    entry: Entry
    title: Sequence[Piece]
    body: str
    matched: Sequence[str]
    snippets: Sequence[Sequence[Piece]] = ()


@dataclass(frozen=True, slots=True)
class LeftOutPost:
    """A post that is not in the feed, and why: one sentence or several."""

    post: Recent
    site: str
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a query gives, page by page, and the newest posts that it does not give on any."""

    result: QueryResult
    kept: Sequence[KeptEntry]
    left_out: Sequence[LeftOutPost]
    timeline: Timeline


def build_preview(
    connection: Connection, settings: Settings, published: PublishedSites, query: Query, now: datetime
) -> Preview:
    """Return what the feed of `query` has at `now`, and the newest posts that it leaves out.

    What is kept comes from `load_page`, as for the feed itself; which words a post has, from the same
    index. Raises what `find_entries` does.
    """
    result = load_page(connection, prepare_page(connection, settings, published, query, now))
    selection = result.selection
    looks = _load_looks(connection, selection, [entry.key for entry in result.entries])
    shows_bodies = query.content == "full"
    room = MAX_MARKED_CHARACTERS
    kept = []
    for entry in result.entries:
        check_deadline(connection)
        body = _read_body(entry, bodies=shows_bodies)
        has = looks[entry.key]
        kept.append(_show_entry(entry, body, selection.condition, has, marks_body=len(body) <= room))
        room -= len(body)
    timeline = load_timeline(connection, selection, now)
    left_out = list(_list_left_out(connection, published, selection, frozenset(timeline.rowids)))
    return Preview(result, kept, left_out, timeline)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a query gives a post, on whatever page, and why: what matched, or what does not."""

    is_in: bool
    reasons: Sequence[str]


def judge_post(
    connection: Connection, published: PublishedSites, selection: Selection, key: int
) -> Verdict:
    """Return what `selection` says of the post with `key`, which is of a published site."""
    labels = _list_labels(published)
    (post,) = recent_posts.load_recent_posts(connection, [key], selection.published or labels.keys())
    has = _load_looks(connection, selection, [key])[key]
    reasons = list(_explain_left_out(selection, post, labels, has))
    if reasons:
        return Verdict(False, reasons)
    return Verdict(True, [_label(atom) for atom in _list_matched(selection.condition, has)])


def explain_mismatch(condition: Condition, has: HasAtom) -> Iterator[str]:
    """Yield why a post does not meet `condition`; nothing when it does."""
    if condition.matches(has):
        return
    match condition:
        case And(parts):
            for part in parts:
                yield from explain_mismatch(part, has)
        case Or(parts):
            choices = (f"({part})" if isinstance(part, And) else _label(part) for part in parts)
            yield f"none of these matches: {', '.join(choices)}"
        case Not(And()):
            yield f"it is excluded by {condition}"
        case Not(part):
            yield f"it has {_label(part)}, which is excluded"
        case _:
            yield f"it lacks {_label(condition)}"


def _load_looks(connection: Connection, selection: Selection, keys: Sequence[int]) -> dict[int, HasAtom]:
    """Return what says whether a post has a phrase or meets a filter of `selection`, for posts by keys."""
    if selection.condition == ANYTHING:
        return dict.fromkeys(keys, _has_nothing)  # which is never asked

    def look_at(post: IndexedPost) -> HasAtom:
        return lambda atom: post.has(atom, selection.marks_of)

    # Of the posts themselves, not of the index: for a few that costs the same whatever is asked.
    return {key: look_at(post) for key, post in load_indexed_posts(connection, keys).items()}


def _has_nothing(_atom: Atom) -> bool:
    return False


def _read_body(entry: Entry, *, bodies: bool) -> str:
    """Return the HTML of an entry that the page shows."""
    body = remove_frames(entry.post.content) if shows_body(entry, bodies=bodies) else ""
    summary = choose_summary(entry, bodies=bodies)
    if summary and not extract_visible_text(body):  # then the summary is what it is found by
        return f"<p>{escape(summary)}</p>{body}"
    return body


def _show_entry(
    entry: Entry, body: str, condition: Condition, has: HasAtom, *, marks_body: bool
) -> KeptEntry:
    matched = list(_list_matched(condition, has))
    phrases = [atom for atom in matched if isinstance(atom, Phrase)]
    body_phrases = [phrase for phrase in phrases if not phrase.in_title] if marks_body else []
    return KeptEntry(
        entry,
        highlight_text(entry.post.title, phrases),
        highlight_html(body, body_phrases),
        [_label(atom) for atom in matched],
        find_snippets(extract_visible_text(body), body_phrases) if body_phrases else (),
    )


def _list_left_out(
    connection: Connection, published: PublishedSites, selection: Selection, selected: frozenset[int]
) -> Iterator[LeftOutPost]:
    """Yield the newest posts that `selection` leaves out; `selected` are the rowids of the others."""
    labels = _list_labels(published)
    shown_ids = labels.keys() if selection.published is None else selection.published
    keys = list(islice(_iter_not_selected(connection, selected, labels.keys()), MAX_LEFT_OUT))
    looks = _load_looks(connection, selection, keys)
    for post in recent_posts.load_recent_posts(connection, keys, shown_ids):
        check_deadline(connection)
        reasons = _explain_left_out(selection, post, labels, looks[post.key])
        yield LeftOutPost(post, labels[post.site_id], list(reasons))


def _list_labels(published: PublishedSites) -> dict[int, str]:
    """Return what the published sites are called, by their ids."""
    return {state.id: state.site.label for state in published.states}


def _iter_not_selected(
    connection: Connection, selected: frozenset[int], site_ids: Collection[int]
) -> Iterator[int]:
    """Yield the keys of the newest posts that are not among those `selected`, by their rowids."""
    below: int | None = None
    for number in _EXAMINED:
        newest = recent_posts.list_newest_posts(connection, site_ids, number, below)
        yield from (key for key, rowid in newest if rowid not in selected)
        if len(newest) < number:
            return
        below, _ = newest[-1]


def _explain_left_out(
    selection: Selection, post: Recent, labels: Mapping[int, str], has: HasAtom
) -> Iterator[str]:
    if selection.published is not None and post.site_id not in selection.published:
        yield from _explain_other_site(selection.condition, post.site_id, labels, has)
        return
    if selection.since and post.published < selection.since:
        yield f"it was published before {selection.since:%Y-%m-%d %H:%M} UTC"
    if selection.dedupe and post.repeats:
        first = post.repeats
        yield f"it repeats “{first.title}” of {first.published:%Y-%m-%d}, which stands for both"
        return
    yield from explain_mismatch(selection.condition, has)


def _explain_other_site(
    condition: Condition, site_id: int, labels: Mapping[int, str], has: HasAtom
) -> Iterator[str]:
    """Yield why no post of a site is shown, or not this one."""
    reasons = []
    for part in condition.conjuncts:
        match part:
            case ResolvedFilter(field="site", row_ids=site_ids) if site_id not in site_ids:
                reasons.append(f"it lacks {_label(part)}")
            case Not(ResolvedFilter(field="site", labels=left_out)) if labels[site_id] in left_out:
                reasons.append(f"its site, {labels[site_id]}, is left out")
    yield from (
        reasons
        or list(explain_mismatch(condition, has))
        or ["a site that has what is asked for has posted it too, and that post is shown"]
    )


def _list_matched(condition: Condition, has: HasAtom) -> Iterator[Atom]:
    """Yield the phrases and filters that a post is kept for."""
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                if part.matches(has):
                    yield from _list_matched(part, has)
        case Atom():
            yield condition


def _label(condition: Condition) -> str:
    """Return `condition` as people read it: with names in place of slugs."""
    if isinstance(condition, ResolvedFilter):
        return f"{condition.field} {condition.label}"
    return str(condition)
