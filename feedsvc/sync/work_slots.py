"""How many sites are worked on at once, and who goes first: sites that readers have nothing of yet."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class WorkSlots:
    """So many slots, of which each turn has one while it works, and none while it waits for its site.

    Where turns wait for a slot, one whose site has no posts yet gets it before all others: after a start
    from nothing the newest posts of every site come before the history of any.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._urgent = 0
        self._changed = threading.Condition()

    @contextmanager
    def working(self, is_urgent: Callable[[], bool]) -> Iterator[None]:
        """Have a slot, once there is one."""
        self._acquire(urgent=is_urgent())
        try:
            yield
        finally:
            self._release()

    @contextmanager
    def lending(self, is_urgent: Callable[[], bool]) -> Iterator[None]:
        """Let another turn have our slot meanwhile."""
        urgent = is_urgent()
        self._release()
        try:
            yield
        finally:
            self._acquire(urgent=urgent)

    def _acquire(self, *, urgent: bool) -> None:
        with self._changed:
            self._urgent += urgent
            self._changed.wait_for(lambda: self._count > 0 and (urgent or not self._urgent))
            self._count -= 1
            self._urgent -= urgent
            self._changed.notify_all()  # nobody urgent may be left

    def _release(self) -> None:
        with self._changed:
            self._count += 1
            self._changed.notify_all()
