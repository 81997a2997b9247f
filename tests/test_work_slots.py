"""Who gets a slot when there are fewer than sites to be worked on."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from feedsvc.sync.work_slots import WorkSlots
from service import PATIENCE, eventually


def yes() -> bool:
    return True


def no() -> bool:
    return False


def test_a_site_without_posts_goes_before_those_that_have_waited_for_longer() -> None:
    slots, done = WorkSlots(1), []
    waiting: list[str] = []

    def work(name: str, *, urgent: bool) -> None:
        waiting.append(name)
        with slots.working(yes if urgent else no):
            done.append(name)

    with ThreadPoolExecutor(4) as pool, slots.working(no):
        for name, urgent in (("old", False), ("older", False), ("new", True), ("newer", True)):
            pool.submit(work, name, urgent=urgent)
            eventually(lambda name=name: name in waiting, f"{name} waits")  # type: ignore[misc]
        threading.Event().wait(0.1)  # from what it says until it waits
    assert set(done[:2]) == {"new", "newer"}
    assert set(done[2:]) == {"old", "older"}


def test_a_slot_that_is_lent_is_another_s_meanwhile_and_comes_back() -> None:
    slots = WorkSlots(1)
    inside, over = threading.Event(), threading.Event()

    def work() -> None:
        with slots.working(no):
            inside.set()
            over.wait(PATIENCE)

    with ThreadPoolExecutor(1) as pool, slots.working(no):
        other = pool.submit(work)
        with slots.lending(no):
            assert inside.wait(PATIENCE)
            over.set()
        assert other.done() or other.result(PATIENCE) is None
    with slots.working(no):
        pass


def test_a_slot_comes_back_after_a_mistake() -> None:
    slots = WorkSlots(1)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), slots.working(no), slots.lending(no):
            raise ZeroDivisionError
    with slots.working(no):
        pass
