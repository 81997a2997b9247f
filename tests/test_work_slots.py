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


def test_of_sites_without_posts_the_one_that_began_first_goes_first_wherever_it_is() -> None:
    slots = WorkSlots(1)
    done: list[str] = []
    answered = threading.Event()

    def first() -> None:
        with slots.working(yes) as turn:
            with turn.lending():
                asking.set()
                answered.wait(PATIENCE)
            done.append("first")

    def later(name: str) -> None:
        with slots.working(yes) as turn:
            begun.add(name)
            answered.set()
            holding.wait(PATIENCE)
            with turn.lending():
                pass
            done.append(name)

    asking, holding = threading.Event(), threading.Event()
    begun: set[str] = set()
    with ThreadPoolExecutor(3) as pool:
        pool.submit(first)
        assert asking.wait(PATIENCE)
        for name in ("second", "third"):
            pool.submit(later, name)
        eventually(lambda: begun, "one of them works while the site of the first is silent")
        threading.Event().wait(0.1)  # the first one has its answer, and waits
        holding.set()
    assert done[0] == "first"


def test_what_has_posts_holds_still_while_a_site_without_waits_for_an_answer_but_not_for_ever() -> None:
    slots = WorkSlots(2, held_back_seconds=0.3)
    order: list[str] = []

    def history() -> None:
        with slots.working(no):
            order.append("history")

    with ThreadPoolExecutor(1) as pool:
        with slots.working(yes) as turn, turn.lending():
            waiting = pool.submit(history)
            threading.Event().wait(0.1)
            order.append("answer")
            waiting.result(PATIENCE)
        with slots.working(yes):
            pool.submit(history)
            threading.Event().wait(0.1)
            order.append("posts")
    assert order == ["answer", "history", "posts", "history"]


def test_a_turn_whose_site_has_posts_by_now_is_urgent_no_more() -> None:
    slots = WorkSlots(2)
    has_posts = threading.Event()

    def history() -> None:
        with slots.working(no):
            pass

    with (
        ThreadPoolExecutor(1) as pool,
        slots.working(lambda: not has_posts.is_set()) as turn,
    ):
        waiting = pool.submit(history)
        has_posts.set()
        with turn.lending():
            pass
        waiting.result(PATIENCE)


def test_a_slot_that_is_lent_is_another_s_meanwhile_and_comes_back() -> None:
    slots = WorkSlots(1)
    inside, over = threading.Event(), threading.Event()

    def work() -> None:
        with slots.working(no):
            inside.set()
            over.wait(PATIENCE)

    with ThreadPoolExecutor(1) as pool, slots.working(no) as turn:
        other = pool.submit(work)
        with turn.lending():
            assert inside.wait(PATIENCE)
            over.set()
        assert other.done() or other.result(PATIENCE) is None
    with slots.working(no):
        pass


def test_a_slot_comes_back_after_a_mistake() -> None:
    slots = WorkSlots(1)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), slots.working(no) as turn, turn.lending():
            raise ZeroDivisionError
    with slots.working(no):
        pass
