"""Which posts repeat which: each group under the post that was published first.

In the order of publication, a post is under the earliest post within the window before it that it repeats
and that is under none itself; else it stands for itself. So the outcome depends on the posts, not on the
order in which they came. A post that came, changed or lost the one above it is undecided (its `original`
is null); `settle` decides it, and makes those undecided that its decision touches, all of them later ones.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, delete, func, insert, or_, select, update

from feedsvc import alike
from feedsvc.store import keys
from feedsvc.store.tables import facts, post_terms, posts, sketches
from feedsvc.text import body_text

_Row = Row[*tuple[Any, ...]]

_FACT = "how posts are compared"
_NEEDED = (posts.c.key, posts.c.title, posts.c.content, posts.c.summary, posts.c.published)


def note(connection: Connection, key: int, text: alike.Text) -> None:
    """Take in a new post, to be found by posts that are like it."""
    if hashes := alike.sketch(text):
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
            update(posts).where(posts.c.key == row.key).values(fingerprint=text.fingerprint, original=None)
        )
    settle(connection, window)
    connection.execute(delete(facts).where(facts.c.name == _FACT))
    connection.execute(insert(facts).values(name=_FACT, value=_way(window)))


def _way(window: timedelta) -> str:
    return f"within {int(window.total_seconds())} s, {alike.VERSION}"


def _text(row: _Row) -> alike.Text:
    return alike.read(row.title, body_text(row.content, row.summary))


def _decide(connection: Connection, row: _Row, window: timedelta) -> None:
    text = _text(row)
    first, last = keys.around(row.published, window)
    originals = _candidates(connection, text, first, row.key - 1, posts.c.original == posts.c.key)
    above = next((one.key for one in originals if alike.repeats(text, _text(one))), row.key)
    _put_under(connection, [row.key], above)
    if above != row.key:
        _let_go(connection, [row.key])
        return
    # Those under a later post, or under none, that repeat this one: it is now the earliest that they repeat.
    elsewhere = _candidates(connection, text, row.key + 1, last, posts.c.original > row.key)
    repeating = [one.key for one in elsewhere if alike.repeats(_text(one), text)]
    _let_go(connection, repeating)
    _put_under(connection, repeating, row.key)


def _put_under(connection: Connection, some: Sequence[int], original: int) -> None:
    connection.execute(update(posts).where(posts.c.key.in_(some)).values(original=original))
    connection.execute(update(post_terms).where(post_terms.c.post_key.in_(some)).values(entry_key=original))


def _let_go(connection: Connection, some: Sequence[int]) -> None:
    """Make undecided what was under posts that stand for themselves no more."""
    under_them = posts.c.original.in_(some) & (posts.c.original != posts.c.key)
    connection.execute(update(posts).where(under_them).values(original=None))


def _candidates(
    connection: Connection, text: alike.Text, first: int, last: int, standing: ColumnElement[bool]
) -> Sequence[_Row]:
    """Give the posts with keys from `first` to `last` that may have the same text, the earliest first."""
    likely = set(_with_like_sketches(connection, text, first, last))
    exact = (posts.c.fingerprint == text.fingerprint) & (text.fingerprint != "")
    return connection.execute(
        select(*_NEEDED)
        .where(posts.c.key.between(first, last), standing, or_(posts.c.key.in_(likely), exact))
        .order_by(posts.c.key)
    ).all()


def _with_like_sketches(connection: Connection, text: alike.Text, first: int, last: int) -> Iterator[int]:
    mine = alike.sketch(text)
    if not mine:
        return
    sharing = (
        select(sketches.c.post_key, func.count().label("common"))
        .where(sketches.c.hash.in_(mine), sketches.c.post_key.between(first, last))
        .group_by(sketches.c.post_key)
        .having(func.count() >= alike.LEAST_IN_COMMON)
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
        if alike.may_repeat(row.common, min(row.within_mine, within_theirs)):
            yield row.post_key
