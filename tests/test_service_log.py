"""How much a flood of requests may write into the log, and what of a request may stand there."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from feedsvc.request_log import find_client
from feedsvc.service_log import JsonFormatter, LineBound, LineFormatter
from service import Service, eventually


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


# The form of a line


def formatted(form: str, message: str, *args: object, error: BaseException | None = None) -> str:
    record = logging.LogRecord("feedsvc.x", logging.WARNING, __file__, 1, message, args, None)
    if error:
        record.exc_info = (type(error), error, error.__traceback__)
    formatter = JsonFormatter() if form == "json" else LineFormatter()
    return formatter.format(record)


def test_a_line_for_machines_is_one_object_with_its_traceback_in_it() -> None:
    try:
        raise RuntimeError("ours\nand more")
    except RuntimeError as error:
        line = formatted("json", "site %s: “%s”", "a", 'x"\ny', error=error)
    assert "\n" not in line
    said = json.loads(line)
    assert (said["level"], said["logger"]) == ("warning", "feedsvc.x")
    assert said["message"] == 'site a: “x"\ny”'
    assert "RuntimeError: ours\nand more" in said["exception"]
    assert datetime.fromisoformat(said["time"]).tzinfo is not None


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("GET /feed.rss?key=s3cret HTTP/1.1", "GET /feed.rss?key=… HTTP/1.1"),
        ("/?topic=a&key=s3cret&limit=5", "/?topic=a&key=…&limit=5"),
        ("/?%6bEy=s3cret", "/?%6bEy=…"),
        ("http://a.example/?key=s3cret' failed", "http://a.example/?key=…' failed"),
        ("/?monkey=banana", "/?monkey=banana"),
    ],
)
def test_the_key_of_a_private_feed_is_in_no_line(form: str, said: str, expected: str) -> None:
    assert expected in formatted(form, "%s", said)
    assert "s3cret" not in formatted(form, "failed", error=RuntimeError(said))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        (0, "192.0.2.9", "127.0.0.1"),
        (1, "10.0.0.1, 192.0.2.9", "192.0.2.9"),
        (2, "10.0.0.1, 192.0.2.9", "10.0.0.1"),
        (2, "192.0.2.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_the_client_in_the_log_is_the_one_that_our_proxies_name(
    proxies: int, forwarded: str, client: str
) -> None:
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": forwarded}
    assert find_client(environ, proxies) == client


@pytest.mark.real
def test_the_service_writes_one_object_a_line_and_a_line_a_request_where_asked(own_folder: Path) -> None:
    with Service(
        own_folder, FEEDSVC_LOG_FORMAT="json", FEEDSVC_ACCESS_LOG="true", WEB_CONCURRENCY="1"
    ) as service:
        for _ in range(2):  # the second is answered from memory
            assert service.get("feed.rss?topic=a", **{"User-Agent": "reader"}).ok
        service.get("nowhere")
        service.stop()
    lines = [json.loads(line) for line in service.log().splitlines()]
    assert service.errors.read_text() == ""
    assert "s3cret" not in service.log()
    assert {"info", "warning"} >= {line["level"] for line in lines}
    requests = [
        line for line in lines if line["logger"] == "feedsvc.request" and "healthz" not in line["address"]
    ]
    assert [line["status"] for line in requests] == [200, 200, 404]
    assert requests[0]["address"] == "/feed.rss?topic=a"
    assert requests[0]["bytes"] == requests[1]["bytes"] > 100
    assert (requests[0]["client"], requests[0]["user_agent"]) == ("127.0.0.1", "reader")


@pytest.mark.real
def test_a_level_leaves_out_what_is_below_it_and_requests_are_logged_when_asked_alone(
    own_folder: Path,
) -> None:
    with Service(own_folder, FEEDSVC_LOG_LEVEL="warning") as service:
        service.get("feed.rss")
        service.stop()
    assert service.log() == service.errors.read_text() == ""
