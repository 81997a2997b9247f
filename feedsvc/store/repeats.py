"""Which posts repeat which: each group under the post that was published first.

In the order of publication, a post is under the earliest post within the window before it that it repeats
and that is under none itself; else it stands for itself. So the outcome depends on the posts, not on the
order in which they came. A post that came, changed or lost the one above it is undecided (its `original`
is null); `settle` decides it, and makes those undecided that its decision touches, all of them later ones.
"""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, delete, func, insert, select, update

from feedsvc.store import indexing, keys
from feedsvc.store.tables import facts, post_terms, posts, sketches
from feedsvc.text import similarity
from feedsvc.text.html import extract_body_text

_Row = Row[*tuple[Any, ...]]

_AT_ONCE = 100
_LONGEST_REMEMBERED = 30_000
_FACT = "how posts are compared"
_NEEDED = (posts.c.key, posts.c.title, posts.c.content, posts.c.summary, posts.c.published)


def note(connection: Connection, key: int, text: similarity.ComparableText) -> None:
    """Take in a new post, to be found by posts that are like it."""
    if hashes := similarity.make_sketch(text):
        connection.execute(insert(sketches), [{"hash": one, "post_key": key} for one in hashes])


def settle(connection: Connection, window: timedelta) -> None:
    """Decide every undecided post; texts further apart than `window` are not compared."""
    undecided = select(*_NEEDED).where(posts.c.original.is_(None)).order_by(posts.c.key).limit(1)
    while row := connection.execute(undecided).one_or_none():
        _decide(connection, row, window)


def is_outdated(connection: Connection, window: timedelta) -> bool:
    """Tell whether the posts held were compared in another way than they would be now."""
    held = connection.scalar(select(facts.c.value).where(facts.c.name == _FACT))
    return held != _way(window)


def compare_all(connection: Connection, window: timedelta) -> None:
    """Compare all posts anew."""
    connection.execute(delete(sketches))
    for row in connection.execute(select(*_NEEDED).execution_options(yield_per=200)):
        text = _text(row)
        note(connection, row.key, text)
        connection.execute(
            update(posts)
            .where(posts.c.key == row.key)
            .values(fingerprint=text.fingerprint, figures=packed(text.figures), original=None)
        )
    settle(connection, window)
    connection.execute(delete(facts).where(facts.c.name == _FACT))
    connection.execute(insert(facts).values(name=_FACT, value=_way(window)))


def _way(window: timedelta) -> str:
    return f"within {int(window.total_seconds())} s, {similarity.VERSION}"


def text_of(title: str, content: str, summary: str) -> similarity.ComparableText:
    """Give a post to compare, from what is held of it."""
    longest = _LONGEST_REMEMBERED
    return (
        _remembered(title, content, summary) if len(content) < longest else _read(title, content, summary)
    )


def _read(title: str, content: str, summary: str) -> similarity.ComparableText:
    return similarity.prepare_text(title, extract_body_text(content, summary), content)


_remembered = lru_cache(maxsize=500)(_read)  # a post is compared with the same ones again and again


def _text(row: _Row) -> similarity.ComparableText:
    return text_of(row.title, row.content, row.summary)


def _decide(connection: Connection, row: _Row, window: timedelta) -> None:
    text = _text(row)
    first, last = keys.around(row.published, window)
    originals = _candidates(
        connection, row, (first, row.key - 1), posts.c.original == posts.c.key,
        lambda figures: similarity.has_no_new_figures(text.figures, figures),
    )  # fmt: skip
    above = next((key for key, one in originals if similarity.is_repeat(text, one)), row.key)
    indexing.unsettle(connection, [row.key, above])
    _put_under(connection, [row.key], above)
    if above != row.key:
        _let_go(connection, [row.key])
        return
    # Those under a later post, or under none: if they repeat this one, it is the earliest that they do.
    elsewhere = _candidates(
        connection, row, (row.key + 1, last), posts.c.original > row.key,
        lambda figures: similarity.has_no_new_figures(figures, text.figures),
    )  # fmt: skip
    if repeating := [key for key, one in elsewhere if similarity.is_repeat(one, text)]:
        _let_go(connection, repeating)
        _put_under(connection, repeating, row.key)


def _put_under(connection: Connection, some: Sequence[int], original: int) -> None:
    connection.execute(update(posts).where(posts.c.key.in_(some)).values(original=original))
    connection.execute(update(post_terms).where(post_terms.c.post_key.in_(some)).values(entry_key=original))


def _let_go(connection: Connection, some: Sequence[int]) -> None:
    """Make undecided what was under posts that stand for themselves no more."""
    indexing.unsettle(connection, some)
    under_them = posts.c.original.in_(some) & (posts.c.original != posts.c.key)
    connection.execute(update(posts).where(under_them).values(original=None))


def _candidates(
    connection: Connection,
    post: _Row,
    between: tuple[int, int],
    standing: ColumnElement[bool],
    is_worth_reading: Callable[[frozenset[int]], bool],
) -> Iterator[tuple[int, similarity.ComparableText]]:
    """Give the posts with keys `between` two that may have the same text as `post`, the earliest first."""
    text = _text(post)
    same_body = (posts.c.content == post.content) & (posts.c.content != "")
    likely = set(_with_like_sketches(connection, text, between))
    if text.fingerprint:
        exact = posts.c.fingerprint == text.fingerprint
        likely |= set(connection.scalars(select(posts.c.key).where(exact, posts.c.key.between(*between))))
    found = sorted(likely)
    for start in range(0, len(found), _AT_ONCE):
        some = found[start : start + _AT_ONCE]
        rows = connection.execute(
            select(posts.c.key, posts.c.title, posts.c.figures, same_body.label("same_body"))
            .where(posts.c.key.in_(some), standing)
            .order_by(posts.c.key)
        ).all()
        # Of a post with the very same body the title is all that has to be read.
        known = {row.key: similarity.with_title(text, row.title) for row in rows if row.same_body}
        worthy = [
            row.key for row in rows if row.key not in known and is_worth_reading(unpacked(row.figures))
        ]
        if worthy:
            held = connection.execute(select(*_NEEDED).where(posts.c.key.in_(worthy)))
            known |= {row.key: _text(row) for row in held}
        yield from sorted(known.items())


def packed(figures: frozenset[int]) -> bytes:
    """Give figures in the form in which they are kept, equal for equal ones."""
    return array("I", sorted(figures)).tobytes()


def unpacked(kept: bytes) -> frozenset[int]:
    """Give back what was packed."""
    return frozenset(array("I", kept))


def _with_like_sketches(
    connection: Connection, text: similarity.ComparableText, between: tuple[int, int]
) -> Iterator[int]:
    mine = similarity.make_sketch(text)
    if not mine:
        return
    sharing = (
        select(sketches.c.post_key, func.count().label("common"))
        .where(sketches.c.hash.in_(mine), sketches.c.post_key.between(*between))
        .group_by(sketches.c.post_key)
        .having(func.count() >= similarity.MIN_COMMON_HASHES)
        .cte("sharing")
    )
    within_mine = func.sum(case((sketches.c.hash <= mine[-1], 1), else_=0))
    for row in connection.execute(
        select(
            sharing.c.post_key,
            sharing.c.common,
            func.max(sketches.c.hash).label("greatest"),
            within_mine.label("within_mine"),
        )
        .join(sketches, sketches.c.post_key == sharing.c.post_key)
        .group_by(sharing.c.post_key)
    ):
        within_theirs = bisect_right(mine, row.greatest)
        if similarity.may_repeat(row.common, min(row.within_mine, within_theirs)):
            yield row.post_key
