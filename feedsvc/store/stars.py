"""Who stands under whom, on one level: of posts in an order, each is under the first one within the window
before it that it repeats and that is under none itself. So a group is a star with a head.

Decided in any order, posts come to stand as they would in this order: one that is decided late takes those
behind it that repeat it, and releases what was under them.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from heapq import heapify, heappop, heappush, nsmallest
from itertools import islice

from sqlalchemy import BindParameter, Connection, bindparam, select

from feedsvc.store.comparables import (
    Comparable,
    find_likely_repeats,
    load_comparables,
)
from feedsvc.store.keys import key_range_around
from feedsvc.store.tables import posts
from feedsvc.text import similarity

_BATCH_SIZE = 100
"""Posts that are looked up at once."""

_READING_BATCH_SIZE = 10
"""Texts that are read at once to be compared."""

MAX_COMPARISONS = 50
MAX_WORDS_IN_VAIN = 250_000
"""Texts that a post is compared with in vain, in each direction, and their words. Posts that are like so
many others within the window, have the same figures and are no repeats of them, are made, not written."""

_READING_COST = 20
"""To read a text costs this many times as much as to compare it."""

_KEYS: BindParameter[int] = bindparam("keys", expanding=True)
_SELECT_STATES = select(
    posts.c.key,
    posts.c.site_id,
    posts.c.standing,
    posts.c.figures,
    posts.c.leader_key,
    posts.c.canonical_key,
).where(posts.c.key.in_(_KEYS))


@dataclass(slots=True)
class Budget:
    """How many words may still be compared; None means any number. One comparison more may overdraw it."""

    words: int | None = None

    def spend(self, words: int) -> None:
        """Take words off."""
        if self.words is not None:
            self.words -= words

    @property
    def is_spent(self) -> bool:
        """Whether nothing more may be compared."""
        return self.words is not None and self.words <= 0


@dataclass(frozen=True, slots=True)
class Heads:
    """Under which head each post stands on a level, as it is stored and as it is decided: a head under
    itself, an undecided post under None.
    """

    stored: dict[int, int | None] = field(default_factory=dict)
    current: dict[int, int | None] = field(default_factory=dict)

    def load(self, key: int, head: int | None) -> None:
        """Take what is stored of a post, unless that is known."""
        self.stored.setdefault(key, head)
        self.current.setdefault(key, head)


class ComparedPosts:
    """The posts that are looked at while others are decided, each of them read once."""

    def __init__(
        self,
        connection: Connection,
        comparables: Mapping[int, Comparable],
        window: timedelta,
        budget: Budget,
    ) -> None:
        self._connection = connection
        self._comparables = dict(comparables)
        self.window = window
        self.budget = budget
        self.site_ids: dict[int, int] = {}
        self.standing: dict[int, int] = {}
        self.leaders, self.canonical = Heads(), Heads()
        self._figures: dict[int, bytes] = {}
        # Of each post to decide: those that may have much the same text.
        self._likely: dict[int, set[int]] = {}

    def is_leader(self, key: int) -> bool:
        """Return whether a post that was looked at leads within its site."""
        return self.leaders.current.get(key) == key

    def list_likely(self, key: int) -> set[int]:
        """Return the posts that may have much the same text as one for which `find_likely` was called."""
        return self._likely[key]

    def list_readable(self, keys: Iterable[int]) -> list[int]:
        """Return as many of `keys`, the first of them, as have few texts that were not read yet."""
        readable: list[int] = []
        unread = 0
        for key in keys:
            unread += key not in self._comparables
            if unread > _READING_BATCH_SIZE:
                break
            readable.append(key)
        return readable

    def find_likely(self, keys: Iterable[int]) -> None:
        """Find, for posts to decide, those that may have much the same text, and what is known of them."""
        new_keys = [key for key in keys if key not in self._likely]
        missing = [key for key in new_keys if key not in self._comparables]
        self._comparables.update(self._read(missing))
        comparables = {key: self._comparables[key] for key in new_keys}
        likely = find_likely_repeats(self._connection, comparables, self.window)
        self._likely.update(likely)
        self.load_states({*new_keys}.union(*likely.values()))

    def load_states(self, keys: Iterable[int]) -> None:
        """Load what is stored of posts that were not looked at yet."""
        remaining = iter([key for key in keys if key not in self._figures])
        while batch := list(islice(remaining, _BATCH_SIZE)):
            for row in self._connection.execute(_SELECT_STATES, {"keys": batch}):
                self.site_ids[row.key] = row.site_id
                self.standing[row.key] = row.standing
                self._figures[row.key] = row.figures
                self.leaders.load(row.key, row.leader_key)
                self.canonical.load(row.key, row.canonical_key)

    def list_repeated(self, key: int, candidates: Sequence[int]) -> Iterator[int]:
        """Yield those of `candidates` that the post `key` repeats, in their order."""
        text = self._comparables[key].text
        return self._compare(
            [c for c in candidates if similarity.has_no_new_figures(text.figures, self._figures[c])],
            lambda earlier: similarity.is_repeat(text, earlier),
            text.word_count,
        )

    def list_repeating(self, key: int, candidates: Sequence[int]) -> Iterator[int]:
        """Yield those of `candidates` that repeat the post `key`, in their order."""
        text = self._comparables[key].text
        return self._compare(
            [c for c in candidates if similarity.has_no_new_figures(self._figures[c], text.figures)],
            lambda later: similarity.is_repeat(later, text),
            text.word_count,
        )

    def _compare(
        self, keys: Sequence[int], agrees: Callable[[similarity.ComparableText], bool], length: int
    ) -> Iterator[int]:
        """Yield those of `keys` whose texts agree, reading no more than is needed."""
        in_vain = words_in_vain = 0
        for start in range(0, len(keys), _READING_BATCH_SIZE):
            batch = keys[start : start + _READING_BATCH_SIZE]
            # Kept for this batch alone: there may be thousands. Those that are met often are remembered.
            comparables = self._comparables | self._read([k for k in batch if k not in self._comparables])
            for key in batch:
                text = comparables[key].text
                self.budget.spend(length + text.word_count)
                if agrees(text):
                    yield key
                    continue
                in_vain, words_in_vain = in_vain + 1, words_in_vain + text.word_count
                if in_vain >= MAX_COMPARISONS or words_in_vain >= MAX_WORDS_IN_VAIN:
                    return

    def _read(self, keys: Sequence[int]) -> dict[int, Comparable]:
        comparables = dict(load_comparables(self._connection, keys))
        self.budget.spend(_READING_COST * sum(c.text.word_count for c in comparables.values()))
        return comparables


@dataclass(frozen=True, slots=True)
class StarLevel:
    """One level of decisions.

    `precedence` orders the posts of the level, `may_compare` says which others one may stand under or over.
    `load_members` loads the posts that are stored under some heads, and returns their keys; `prepare` loads
    what `precedence` needs.
    """

    compared: ComparedPosts
    heads: Heads
    precedence: Callable[[int], tuple[int, ...]]
    may_compare: Callable[[int, int], bool]
    load_members: Callable[[Collection[int]], list[int]]
    prepare: Callable[[Iterable[int]], None] = lambda _: None
    _looked_up: set[int] = field(default_factory=set)

    def list_changed(self) -> list[int]:
        """Return the posts that stand otherwise than it is stored."""
        return [key for key, head in self.heads.current.items() if head != self.heads.stored[key]]

    def decide(self, undecided: Collection[int]) -> None:
        """Decide posts, and those that are released by it, as long as the budget lasts."""
        self.compared.load_states(undecided)
        self.prepare(undecided)
        waiting = [(self.precedence(key), key) for key in undecided if self.heads.current[key] is None]
        heapify(waiting)
        while waiting and not self.compared.budget.is_spent:
            if waiting[0][1] not in self._looked_up:
                self._look_up(self.compared.list_readable(k for _, k in nsmallest(_BATCH_SIZE, waiting)))
            released = self._decide_post(heappop(waiting)[1])
            self.prepare(released)
            for key in released:
                heappush(waiting, (self.precedence(key), key))

    def release(self, keys: Collection[int]) -> set[int]:
        """Make posts undecided, with all that is under them; return the keys of the latter."""
        members = self.load_members(keys) if keys else []
        released = {key for key in members if self.heads.current[key] in keys and key not in keys}
        self.heads.current.update(dict.fromkeys({*keys, *released}))
        return released

    def _decide_post(self, key: int) -> set[int]:
        """Put a post under the one that it repeats, or others under it; return posts that are undecided
        now, all of them behind it in the order.
        """
        current, own_place = self.heads.current, self.precedence(key)
        first, last = key_range_around(key, self.compared.window)
        candidates = [
            other
            for other in self.compared.list_likely(key)
            if first <= other <= last and current[other] is not None and self.may_compare(key, other)
        ]
        candidates.sort(key=self.precedence)
        before = [c for c in candidates if current[c] == c and self.precedence(c) < own_place]
        head = next(self.compared.list_repeated(key, before), key)
        current[key] = head
        if head != key:
            return set()
        # Those that are heads, or under one that is behind this: if they repeat this, it is the first that
        # they do.
        behind = [
            c
            for c in candidates
            if self.precedence(c) > own_place
            and (their_head := current[c]) is not None
            and self.precedence(their_head) > own_place
        ]
        repeating = list(self.compared.list_repeating(key, behind))
        released = self.release([other for other in repeating if current[other] == other])
        current.update(dict.fromkeys(repeating, key))
        return {other for other in released if current[other] is None}

    def _look_up(self, keys: Collection[int]) -> None:
        """Find out with which posts some to decide are compared, and about the heads of those."""
        self.compared.find_likely(keys)
        self._looked_up.update(keys)
        others = {
            other
            for key in keys
            for other in self.compared.list_likely(key)
            if self.may_compare(key, other)
        }
        heads = {head for other in others if (head := self.heads.current[other]) is not None}
        self.compared.load_states(heads)
        self.prepare(others | heads)
