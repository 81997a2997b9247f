"""What of a post is compared, and which stored posts may have much the same text as another.

These are found by sketches: the smallest hashes of a text's runs of words, in an index with the key, so
that the window is a range of it. A cut copy shares nearly all the hashes that its reach allows.
Boilerplate shares its part alone, and such posts are passed over unread.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from sqlalchemy import BindParameter, Connection, bindparam, func, literal_column, select

from feedsvc.store.constructs import insert_rows
from feedsvc.store.keys import SLOT_BITS
from feedsvc.store.tables import posts, sketches
from feedsvc.text import similarity
from feedsvc.text.html import extract_body_text

_BATCH_SIZE = 100
"""Posts that are looked up at once."""

MAX_SHARING = 200
"""Posts within the window that a run of words may stand in to tell of a repeat. What more posts have is
boilerplate; a repeat has other runs of the earlier post as well. Of posts with one and the same text, as
many are compared, those that lead, or may lead, first."""

_MAX_REMEMBERED_LENGTH = 30_000
"""Characters of a body whose words are remembered, so that many can be."""

_KEYS: BindParameter[int] = bindparam("keys", expanding=True)
_SPAN: BindParameter[int] = bindparam("span")

_own, _near, _shared, _theirs = (sketches.alias(name) for name in ("own", "near", "shared", "theirs"))
_sharing_hash = (
    select(literal_column("1"))
    .where(
        _near.c.hash == _own.c.hash,
        _near.c.post_key.between(_own.c.post_key - _SPAN, _own.c.post_key + _SPAN),
    )
    .limit(MAX_SHARING + 1)
    .correlate(_own)
    .subquery()
)
_is_telling = select(func.count()).select_from(_sharing_hash).scalar_subquery() <= MAX_SHARING
_candidates = (
    select(_own.c.post_key, _shared.c.post_key.label("candidate"))
    .where(
        _own.c.post_key.in_(_KEYS),
        _is_telling,
        _shared.c.hash == _own.c.hash,
        _shared.c.post_key.between(_own.c.post_key - _SPAN, _own.c.post_key + _SPAN),
        _shared.c.post_key != _own.c.post_key,
    )
    .distinct()
    .cte("candidates")
)
_of_post, _of_candidate = (
    _own.c.post_key == _candidates.c.post_key,
    _theirs.c.post_key == _candidates.c.candidate,
)
_greatest = select(func.max(_own.c.hash)).where(_of_post).correlate(_candidates).scalar_subquery()
_SELECT_SHARING = select(
    _candidates.c.post_key,
    _candidates.c.candidate,
    select(func.count()).where(_of_post, _of_candidate, _own.c.hash == _theirs.c.hash).scalar_subquery(),
    select(func.max(_theirs.c.hash)).where(_of_candidate).scalar_subquery(),
    select(func.count()).where(_of_candidate, _theirs.c.hash <= _greatest).scalar_subquery(),
)
"""Pairs of posts whose sketches have hashes in common, how many, and how far the two sketches reach. They
are found by hashes that tell something: those that few posts within the window have.
"""

_same = posts.alias("same")
_is_follower = _same.c.leader_key.is_not(None) & (_same.c.leader_key != _same.c.key)
_rank = func.row_number().over(partition_by=posts.c.key, order_by=(_is_follower, _same.c.key))
_exact = (
    select(posts.c.key, _same.c.key.label("candidate"), _rank.label("rank"))
    .where(
        posts.c.key.in_(_KEYS),
        posts.c.fingerprint != "",
        _same.c.fingerprint == posts.c.fingerprint,
        _same.c.key.between(posts.c.key - _SPAN, posts.c.key + _SPAN),
        _same.c.key != posts.c.key,
    )
    .subquery()
)
_SELECT_EXACT = select(_exact.c.key, _exact.c.candidate).where(_exact.c.rank <= MAX_SHARING)
_SELECT_TEXTS = select(posts.c.key, posts.c.title, posts.c.content, posts.c.summary, posts.c.link).where(
    posts.c.key.in_(_KEYS)
)


@dataclass(frozen=True, slots=True)
class Comparable:
    """A post as it is compared, and the hashes by which posts that are like it are found."""

    text: similarity.ComparableText
    sketch: tuple[int, ...]


def read_comparable(title: str, content: str, summary: str, link: str) -> Comparable:
    """Return a post to compare. It is not remembered: most posts are like no other."""
    return _with_title(_read_body(content, summary, urlsplit(link).hostname or ""), title)


def _read_stored(title: str, content: str, summary: str, link: str) -> Comparable:
    """Return a stored post to compare: of a body that was read before, its title is all that is read."""
    is_short = len(content) < _MAX_REMEMBERED_LENGTH
    read = _remember_body if is_short else _read_body
    return _with_title(read(content, summary, urlsplit(link).hostname or ""), title)


def _with_title(comparable: Comparable, title: str) -> Comparable:
    return replace(comparable, text=similarity.with_title(comparable.text, title))


def _read_body(content: str, summary: str, own_host: str) -> Comparable:
    text = similarity.prepare_text("", extract_body_text(content, summary), content, own_host)
    return Comparable(text, similarity.make_sketch(text))


# A post is compared with the same ones again and again: twice as many as one is compared with in vain, in
# both directions. Each takes some 40 kB.
_remember_body = lru_cache(maxsize=200)(_read_body)


def save_sketches(connection: Connection, sketches_by_key: Mapping[int, Sequence[int]]) -> None:
    """Store the sketches of posts that come, to be found by posts that are like them."""
    rows = [(run, key) for key, sketch in sketches_by_key.items() for run in sketch]
    if rows:
        # In their order, so that neighbours in the table are written one after the other.
        insert_rows(connection, sketches, ("hash", "post_key"), sorted(rows))


def load_comparables(connection: Connection, keys: Sequence[int]) -> Iterator[tuple[int, Comparable]]:
    """Yield stored posts with the keys `keys`, read to be compared."""
    for start in range(0, len(keys), _BATCH_SIZE):
        batch = keys[start : start + _BATCH_SIZE]
        for key, *told in connection.execute(_SELECT_TEXTS, {"keys": batch}):
            yield key, _read_stored(*told)


def find_likely_repeats(
    connection: Connection, comparables: Mapping[int, Comparable], window: timedelta
) -> dict[int, set[int]]:
    """Return, for posts whose sketches are stored, by their keys, the keys of others that may have much the
    same text: of those that were published within `window` (in whole seconds), a second more or less.
    """
    # One second more than the window, since the slot within its second counts in a key.
    span = (int(window.total_seconds()) + 1) << SLOT_BITS
    keys = list(comparables)
    likely: dict[int, set[int]] = {key: set() for key in keys}
    for start in range(0, len(keys), _BATCH_SIZE):
        parameters = {"keys": keys[start : start + _BATCH_SIZE], "span": span}
        for key, other in connection.execute(_SELECT_EXACT, parameters):
            likely[key].add(other)
        for key, other, common, greatest, within_own in connection.execute(_SELECT_SHARING, parameters):
            within_other = bisect_right(comparables[key].sketch, greatest)
            if similarity.may_repeat(common, min(within_own, within_other)):
                likely[key].add(other)
    return likely
