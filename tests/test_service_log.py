"""How much a flood of requests may write into the log, and what of a request may stand there."""

import logging
import re
from collections.abc import Iterator

import pytest

from feedsvc.service_log import LineBound
from service import eventually


@pytest.fixture
def bounded() -> Iterator[logging.Logger]:
    """A logger with a bound of three lines of a kind in an hour."""
    logger = logging.getLogger("tests.bounded")
    bound = LineBound(max_lines=3, seconds=3600)
    logger.addFilter(bound)
    yield logger
    logger.removeFilter(bound)


def report(logger: logging.Logger) -> None:
    (bound,) = logger.filters
    assert isinstance(bound, LineBound)
    bound.report_left_out()


def test_of_each_kind_the_first_lines_are_written_and_the_others_counted(
    bounded: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(1000):
        bounded.warning("request %d is malformed", number)
        if number % 500 == 0:
            bounded.error("another kind")
    report(bounded)
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        "request 0 is malformed",
        "another kind",
        "request 1 is malformed",
        "request 2 is malformed",
        "another kind",
        "997 more lines were left out, such as: request 0 is malformed",
    ]
    assert caplog.records[-1].levelno == logging.WARNING


def test_after_a_report_the_next_lines_are_written_again(
    bounded: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        for _ in range(3):
            bounded.warning("malformed")
        report(bounded)
    assert [record.getMessage() for record in caplog.records] == ["malformed"] * 6


def test_the_report_comes_by_itself_when_the_flood_has_ended(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("tests.soon")
    bound = LineBound(max_lines=1, seconds=0.1)
    logger.addFilter(bound)
    try:
        for _ in range(50):
            logger.warning("malformed")
        eventually(lambda: "were left out" in caplog.text, "a line says how many were left out", 10)
    finally:
        logger.removeFilter(bound)


def test_what_a_client_sent_is_cut_and_can_t_pretend_to_be_other_lines(
    bounded: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    bounded.warning("bad: %s", "a\nb\x1b[31m\r\u2028" + "x" * 10_000)
    (said,) = [record.getMessage() for record in caplog.records]
    assert re.fullmatch(r"bad: a b \[31m  x{470,}…", said)
    assert len(said) < 600


def test_an_error_of_our_own_keeps_its_traceback(
    bounded: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    try:
        raise RuntimeError("ours")
    except RuntimeError:
        bounded.exception("Exception on %s", "/feed.rss")
    assert "RuntimeError: ours" in caplog.text
