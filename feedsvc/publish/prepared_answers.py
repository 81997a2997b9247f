"""The answers that a process keeps: made once, checked when something has changed, bounded in bytes.

Behind the addresses that were asked for stand the answers of their queries, one for all spellings. It is
made by the thread that comes first; the others wait for it.
"""

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from feedsvc.errors import TooLongError
from feedsvc.publish.representation import Representation, Variant

MAX_ADDRESSES = 50
"""Spellings of one query that are kept. Who adds a random parameter to each request makes more."""

MAX_ADDRESS_LENGTH = 2000
"""Characters of an address with all that belongs to it. What is longer is not kept."""

_ADDRESS_BYTES = 3000
"""What an address takes in memory at the most, its parts and its places in two dictionaries."""

_ANSWER_BYTES = 2000
"""What an answer takes beside its bytes, rounded up."""

_LOCKS = 64
"""Queries share them by chance; two that do wait for each other at times."""


class PreparedAnswer:
    """A representation, and until when it is known to be right.

    `made_of` is the digest of what it shows. `revision` is that of the store for which it was made, or
    found to be right since. `ends_at` (of the monotonic clock) is when time alone may change it, if ever.
    `is_complete` and `may_share` are what its Cache-Control depends on.
    """

    __slots__ = ("addresses", "ends_at", "is_being_checked", "is_complete", "made_of", "may_share",
                 "representation", "revision", "was_used")  # fmt: skip

    def __init__(
        self, representation: Representation, *, made_of: bytes, is_complete: bool, may_share: bool
    ) -> None:
        self.representation = representation
        self.made_of = made_of
        self.is_complete = is_complete
        self.may_share = may_share
        self.revision = -1
        self.ends_at = 0.0
        self.is_being_checked = False
        self.was_used = False
        self.addresses: dict[Hashable, Variant] = {}

    def is_right(self, revision: int, now: float) -> bool:
        """Return whether nothing can have changed it: the store is at `revision`, the clock at `now`."""
        # Equal, not at least: a store brought back from a backup has a lower one.
        return self.revision == revision and now < self.ends_at

    @property
    def size(self) -> int:
        """How many bytes it takes, about."""
        return self.representation.size + _ANSWER_BYTES + _ADDRESS_BYTES * len(self.addresses)


class PreparedAnswers:
    """Answers by what they are of, and by the addresses at which they were asked for.

    Beyond `max_bytes` goes out first what was not asked for again since it came, or since it was passed
    over for that reason: a flood of queries that nobody repeats drives out its own alone.
    """

    def __init__(self, max_bytes: int, patience_seconds: float) -> None:
        self._max_bytes = max_bytes
        self._patience_seconds = patience_seconds
        self._making = [threading.Lock() for _ in range(_LOCKS)]
        self._lock = threading.Lock()  # on all below, for whoever changes it
        self._answers: dict[Hashable, PreparedAnswer] = {}
        self._by_address: dict[Hashable, tuple[PreparedAnswer, Variant]] = {}
        self._sizes: dict[Hashable, int] = {}
        self.size = 0
        """How many bytes all of them take, about."""

    def find(self, address: Hashable) -> tuple[PreparedAnswer, Variant] | None:
        """Return the answer at an address that was asked for before, and its variant there."""
        return self._by_address.get(address)

    def is_kept(self, key: Hashable) -> bool:
        """Return whether there is an answer of `key`, right or not: whether it is worth a check."""
        return key in self._answers

    def find_or_make(
        self,
        key: Hashable,
        *,
        revision: int,
        ends_at: float,
        digest: Callable[[], bytes],
        make: Callable[[bytes], PreparedAnswer],
    ) -> PreparedAnswer:
        """Return the answer of `key`, right for `revision` until `ends_at`: as it is kept, or made.

        One that is kept is right still where what it was made of has the `digest` that it had; else `make`
        is called with that. Raises TooLongError when another thread takes too long over it.
        """
        with self._making_one(key):
            kept = self._answers.get(key)
            if kept and kept.is_right(revision, time.monotonic()):
                kept.was_used = True
                return kept
            if kept:
                kept.is_being_checked = True
            try:
                made_of = digest()
                answer = kept if kept and kept.made_of == made_of else make(made_of)
            finally:
                if kept:
                    kept.is_being_checked = False
            answer.revision, answer.ends_at = revision, ends_at
            if answer is kept:
                answer.was_used = True
            else:
                self._keep(key, answer)
            return answer

    def register(self, address: Hashable, key: Hashable, answer: PreparedAnswer, variant: Variant) -> None:
        """Let `find` find the answer of `key` at `address`, in a variant of its own there."""
        with self._lock:
            if self._answers.get(key) is not answer:
                return  # it has gone out already, or another has come
            self._unlink(address)  # from another answer, if it led there before
            answer.addresses[address] = variant
            self._by_address[address] = (answer, variant)
            if len(answer.addresses) > MAX_ADDRESSES:
                self._unlink(next(iter(answer.addresses)))
            self._make_room(key, answer)

    @contextmanager
    def _making_one(self, key: Hashable) -> Iterator[None]:
        lock = self._making[hash(key) % _LOCKS]
        if not lock.acquire(timeout=self._patience_seconds):
            raise TooLongError(self._patience_seconds)
        try:
            yield
        finally:
            lock.release()

    def _keep(self, key: Hashable, answer: PreparedAnswer) -> None:
        with self._lock:
            if key in self._answers:
                self._remove(key)
            self._answers[key] = answer
            self._make_room(key, answer)

    def _make_room(self, key: Hashable, answer: PreparedAnswer) -> None:
        """Count what an answer takes now, and make room for it."""
        self.size += answer.size - self._sizes.get(key, 0)
        self._sizes[key] = answer.size
        while self.size > self._max_bytes:
            oldest_key = next(iter(self._answers))
            oldest = self._answers[oldest_key]
            if oldest.was_used:
                oldest.was_used = False
                self._answers[oldest_key] = self._answers.pop(oldest_key)  # behind the others
            else:
                self._remove(oldest_key)

    def _remove(self, key: Hashable) -> None:
        answer = self._answers.pop(key)
        self.size -= self._sizes.pop(key)
        for address in list(answer.addresses):
            self._unlink(address)

    def _unlink(self, address: Hashable) -> None:
        """Let an address lead nowhere."""
        if address in self._by_address:
            answer, _ = self._by_address.pop(address)
            del answer.addresses[address]
