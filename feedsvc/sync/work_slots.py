"""How many sites are worked on at once, and who goes first: sites that readers have nothing of yet."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

MAX_HELD_BACK_SECONDS = 15.0
"""How long a turn whose site has no posts yet keeps the others from working: it may be silent."""


class WorkSlots:
    """So many slots, of which each turn has one while it works, and none while it waits for its site.

    A turn whose site has no posts yet is urgent: after a start from nothing the newest posts of every site
    come before the history of any. The turn that began first goes first, so that the time from a site's
    first answer until its posts are here does not grow with the number of sites. Others hold still
    meanwhile, for `held_back_seconds` from the beginning of each urgent turn at the most.
    """

    def __init__(self, slots: int, held_back_seconds: float = MAX_HELD_BACK_SECONDS) -> None:
        self._free = slots
        self._held_back_seconds = held_back_seconds
        self._numbers = count()
        self._waiting: set[tuple[bool, int]] = set()  # in the order in which they get a slot
        self._urgent: dict[int, float] = {}  # by the number of a turn: until when others hold still for it
        self._changed = threading.Condition()

    @contextmanager
    def working(self, is_urgent: Callable[[], bool]) -> Iterator["SlotTurn"]:
        """Yield a turn that has a slot, once there is one; `is_urgent` returns what it is now."""
        turn = SlotTurn(self, next(self._numbers), is_urgent)
        try:
            with turn.holding():
                yield turn
        finally:
            self._forget(turn.number)

    def acquire(self, number: int, *, urgent: bool) -> None:
        """Wait for a slot, for the turn with this number, which is urgent or is not."""
        with self._changed:
            if urgent:
                self._urgent.setdefault(number, time.monotonic() + self._held_back_seconds)
            elif self._urgent.pop(number, None):
                self._changed.notify_all()
            # Who is not urgent waits behind all that do so already.
            place = (not urgent, number if urgent else next(self._numbers))
            self._waiting.add(place)
            try:
                while not self._free or min(self._waiting) != place or (not urgent and self._hold_still()):
                    self._changed.wait(None if urgent else self._hold_still() or None)
            finally:
                self._waiting.remove(place)
                self._changed.notify_all()
            self._free -= 1

    def release(self) -> None:
        """Let go of a slot."""
        with self._changed:
            self._free += 1
            self._changed.notify_all()

    def _hold_still(self) -> float:
        """Return for how many seconds those who are not urgent hold still, unless something changes."""
        now = time.monotonic()
        return max((until - now for until in self._urgent.values() if until > now), default=0.0)

    def _forget(self, number: int) -> None:
        with self._changed:
            self._urgent.pop(number, None)
            self._changed.notify_all()


class SlotTurn:
    """One turn among those that share the slots."""

    def __init__(self, slots: WorkSlots, number: int, is_urgent: Callable[[], bool]) -> None:
        self._slots = slots
        self._is_urgent = is_urgent
        self.number = number

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Have a slot, once there is one."""
        self._slots.acquire(self.number, urgent=self._is_urgent())
        try:
            yield
        finally:
            self._slots.release()

    @contextmanager
    def lending(self) -> Iterator[None]:
        """Let another turn have our slot meanwhile."""
        urgent = self._is_urgent()
        self._slots.release()
        try:
            yield
        finally:
            self._slots.acquire(self.number, urgent=urgent)
