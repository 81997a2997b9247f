"""What the headers of an answer mean."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from feedsvc.wordpress.response import Response

DAY = timedelta(days=1)
NOON = datetime(2020, 5, 5, 12, tzinfo=UTC)


def http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("0", timedelta(0)),
        (" 7 ", timedelta(seconds=7)),
        ("86400", DAY),
        ("86401", DAY),
        ("9" * 5000, DAY),
        (http_date(NOON + timedelta(hours=1)), timedelta(hours=1)),  # by the site's clock, not by ours
        (http_date(NOON - timedelta(hours=1)), timedelta(0)),
        (http_date(NOON + 400 * DAY), DAY),
        ("Tuesday, 05-May-20 12:01:00 GMT", timedelta(minutes=1)),
        ("Tue May  5 12:01:00 2020", timedelta(minutes=1)),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("²", None),
        ("Fri, 31 Dec 9999 23:59:59 -2300", None),
    ],
)
def test_retry_after_is_understood_in_both_its_forms(value: str, wait: timedelta | None) -> None:
    before = datetime.now(UTC)
    retry_at = Response(503, {"retry-after": value, "date": http_date(NOON)}, b"", "http://x/").retry_at
    if wait is None:
        assert retry_at is None
    else:
        assert retry_at is not None
        assert before + wait <= retry_at <= datetime.now(UTC) + wait


@pytest.mark.parametrize("status", [200, 301, 304])
def test_only_a_failure_asks_us_to_wait(status: int) -> None:
    assert Response(status, {"retry-after": "60"}, b"", "http://x/").retry_at is None


def test_of_a_long_page_the_beginning_is_read_in_its_own_charset() -> None:
    page = "<p>ไทย Zürich</p>" * 200_000
    text = Response(200, {"content-type": "text/html; charset=iso-8859-1"}, page.encode(), "http://x/").text
    assert page.startswith(text)
    assert len(text) > 1_000_000


@pytest.mark.parametrize(
    ("status", "headers", "asks"),
    [
        (429, {}, True),
        (429, {"retry-after": "soon"}, True),
        (503, {"retry-after": "60"}, True),
        (403, {"retry-after": "60"}, True),
        (503, {}, False),
        (200, {"retry-after": "60"}, False),
    ],
)
def test_a_site_asks_to_wait_by_429_or_by_retry_after(
    status: int, headers: dict[str, str], asks: bool
) -> None:
    assert Response(status, headers, b"", "http://x/").asks_to_wait is asks


def test_a_media_type_is_no_way_to_tell_us_more() -> None:
    assert (
        Response(200, {"content-type": "a/" + "b" * 9000}, b"", "http://x/").media_type == "a/" + "b" * 78
    )
