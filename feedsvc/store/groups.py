"""Which posts repeat which: each group under its canonical post, the one that was published first.

In the order of publication, a post is under the earliest post within the window before it that it repeats
and that is under none itself; else it is canonical. So a group is a star, a chain of ever later copies does
not stretch the window, and the outcome depends on the posts alone, not on the order in which they came.

Repeats are marked, never deleted: `dedupe=off` shows all of them. Which post leads a group is decided by
the order of keys alone, whatever their sites: `_Grouping` is where another order would come in.

A post that came, that changed or whose canonical post went is undecided: its `canonical_key` is null.
`decide_groups` decides it, and those that its decision releases, all of them later ones.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from heapq import heappop, heappush
from itertools import islice

from sqlalchemy import BindParameter, Connection, bindparam, delete, insert, select, update

from feedsvc.store.comparables import (
    Comparable,
    find_likely_repeats,
    load_comparables,
    pack_figures,
    save_sketches,
    unpack_figures,
)
from feedsvc.store.keys import key_range_around
from feedsvc.store.tables import facts, post_terms, posts, sketches
from feedsvc.text import similarity

_BATCH_SIZE = 100
"""Posts that are looked up at once."""

_KEYS: BindParameter[int] = bindparam("keys", expanding=True)

_SELECT_STATE = select(posts.c.key, posts.c.canonical_key, posts.c.figures).where(posts.c.key.in_(_KEYS))
_SELECT_MEMBERS = select(posts.c.key, posts.c.canonical_key).where(posts.c.canonical_key.in_(_KEYS))
_UPDATE_POST = (
    update(posts).where(posts.c.key == bindparam("of_post")).values(canonical_key=bindparam("canonical"))
)
_UPDATE_TERMS = (
    update(post_terms)
    .where(post_terms.c.post_key == bindparam("of_post"))
    .values(entry_key=bindparam("canonical"))
)
_UPDATE_FIGURES = (
    update(posts)
    .where(posts.c.key == bindparam("of_post"))
    .values(fingerprint=bindparam("of_text"), figures=bindparam("of_figures"))
)

_FACT = "how posts are compared"


def is_grouping_outdated(connection: Connection, window: timedelta) -> bool:
    """Return whether the stored posts were compared in another way than they would be now."""
    way = connection.scalar(select(facts.c.value).where(facts.c.name == _FACT))
    return way != _describe_comparison(window)


def regroup_all(connection: Connection, window: timedelta) -> None:
    """Compare all posts anew. In the order of keys, each needs those before it alone."""
    connection.execute(delete(sketches))
    connection.execute(update(posts).values(canonical_key=None))
    keys = connection.scalars(select(posts.c.key).order_by(posts.c.key)).all()
    for start in range(0, len(keys), _BATCH_SIZE):
        batch = keys[start : start + _BATCH_SIZE]
        comparables = dict(load_comparables(connection, batch))
        save_sketches(connection, {key: comparable.sketch for key, comparable in comparables.items()})
        texts = [(key, comparable.text) for key, comparable in comparables.items()]
        connection.execute(
            _UPDATE_FIGURES,
            [
                {"of_post": key, "of_text": text.fingerprint, "of_figures": pack_figures(text.figures)}
                for key, text in texts
            ],
        )
        decide_groups(connection, batch, comparables, window)
    connection.execute(delete(facts).where(facts.c.name == _FACT))
    connection.execute(insert(facts).values(name=_FACT, value=_describe_comparison(window)))


def _describe_comparison(window: timedelta) -> str:
    return f"within {int(window.total_seconds())} s, {similarity.VERSION}"


def decide_groups(
    connection: Connection,
    undecided: Collection[int],
    comparables: Mapping[int, Comparable],
    window: timedelta,
) -> set[int]:
    """Decide the posts with the keys `undecided`, whose sketches are stored; return the canonical keys,
    past and present, of every group whose members are others now.

    `comparables` are those that need not be read from the store. Posts published further apart than
    `window` are not compared.
    """
    grouping = _Grouping(connection, comparables, window)
    grouping.decide(undecided)
    return grouping.save()


class _Grouping:
    """Decisions about posts: made in memory, in the order of keys, then saved at once."""

    def __init__(
        self, connection: Connection, comparables: Mapping[int, Comparable], window: timedelta
    ) -> None:
        self._connection = connection
        self._comparables = dict(comparables)
        self._window = window
        # Of each post that was looked at: its canonical post, as stored and as decided; its figures.
        self._stored: dict[int, int | None] = {}
        self._canonical: dict[int, int | None] = {}
        self._figures: dict[int, frozenset[int]] = {}
        # Of each post to decide: those that may have much the same text.
        self._likely: dict[int, set[int]] = {}

    def decide(self, undecided: Collection[int]) -> None:
        """Decide posts, and those that are released by it."""
        waiting = sorted(undecided)
        while waiting:
            if waiting[0] not in self._likely:
                self._find_likely([key for key in waiting if key not in self._likely])
            for released in self._decide_post(heappop(waiting)):
                heappush(waiting, released)

    def save(self) -> set[int]:
        """Store what is not as it was; return the canonical keys, past and present, of what was changed."""
        changed = {
            key: canonical for key, canonical in self._canonical.items() if canonical != self._stored[key]
        }
        if changed:
            rows = [{"of_post": key, "canonical": canonical} for key, canonical in changed.items()]
            self._connection.execute(_UPDATE_POST, rows)
            self._connection.execute(_UPDATE_TERMS, rows)
        both = [*changed.values(), *(self._stored[key] for key in changed)]
        return {canonical for canonical in both if canonical is not None}

    def _decide_post(self, key: int) -> Sequence[int]:
        """Put a post under the one that it repeats, or others under it; return posts that are undecided
        now.

        Those have later keys: they were under a post that has a later key and repeats this one.
        """
        text = self._comparables[key].text
        first, last = key_range_around(key, self._window)
        earlier = self._compare(
            (other for other in self._likely[key] if first <= other < key and self._is_canonical(other)),
            lambda other: similarity.has_no_new_figures(text.figures, self._figures[other]),
            lambda other_text: similarity.is_repeat(text, other_text),
        )
        canonical = next(earlier, key)
        self._canonical[key] = canonical
        if canonical != key:
            return ()
        # Posts under a later post, or under none: if they repeat this one, it is the earliest that they do.
        later = self._compare(
            (
                other
                for other in self._likely[key]
                if key < other <= last and self._is_elsewhere(other, key)
            ),
            lambda other: similarity.has_no_new_figures(self._figures[other], text.figures),
            lambda other_text: similarity.is_repeat(other_text, text),
        )
        repeating = list(later)
        released = self._release_members([other for other in repeating if self._is_canonical(other)])
        self._canonical.update(dict.fromkeys(repeating, key))
        return [other for other in released if self._canonical[other] is None]

    def _is_canonical(self, key: int) -> bool:
        return self._canonical[key] == key

    def _is_elsewhere(self, key: int, canonical: int) -> bool:
        """Return whether a post is decided, and is under a later post than `canonical`, or under none."""
        current = self._canonical[key]
        return current is not None and current > canonical

    def _compare(
        self,
        keys: Iterable[int],
        is_worth_reading: Callable[[int], bool],
        agrees: Callable[[similarity.ComparableText], bool],
    ) -> Iterator[int]:
        """Yield those of `keys` whose texts agree, the earliest first, reading no more than is needed."""
        worthy = iter(sorted(key for key in keys if is_worth_reading(key)))
        while batch := list(islice(worthy, _BATCH_SIZE)):
            missing = [key for key in batch if key not in self._comparables]
            # Kept for this batch alone: there may be thousands. Those that are met often are remembered.
            comparables = self._comparables | dict(load_comparables(self._connection, missing))
            yield from (key for key in batch if agrees(comparables[key].text))

    def _release_members(self, canonical_keys: Sequence[int]) -> list[int]:
        """Make undecided all that is under posts that are about to be under another; return the keys."""
        if not canonical_keys:
            return []
        rows = self._connection.execute(_SELECT_MEMBERS, {"keys": canonical_keys}).all()
        released = []
        for key, canonical in rows:
            self._stored.setdefault(key, canonical)
            if key != canonical and self._canonical.setdefault(key, canonical) == canonical:
                self._canonical[key] = None
                released.append(key)
        return released

    def _find_likely(self, keys: Sequence[int]) -> None:
        """Find, for posts to decide, those that may have much the same text, and what is known of them."""
        missing = [key for key in keys if key not in self._comparables]
        self._comparables.update(load_comparables(self._connection, missing))
        comparables = {key: self._comparables[key] for key in keys}
        likely = find_likely_repeats(self._connection, comparables, self._window)
        self._likely.update(likely)
        self._load_states({*keys}.union(*likely.values()) - self._figures.keys())

    def _load_states(self, keys: Iterable[int]) -> None:
        remaining = iter(keys)
        while batch := list(islice(remaining, _BATCH_SIZE)):
            for key, canonical, figures in self._connection.execute(_SELECT_STATE, {"keys": batch}):
                self._stored.setdefault(key, canonical)
                self._canonical.setdefault(key, canonical)
                self._figures[key] = unpack_figures(figures)
