"""Conditional requests (RFC 9110, section 13): each kind of answer, each header, each outcome."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from conftest import copied, empty_configuration
from feedsvc.publish.respond import evaluate_preconditions
from feedsvc.publish.web import create_app
from tables import thinned

DATED = ["/feed.rss?limit=3", "/feed.atom?limit=3", "/category/energy.json?limit=3"]
UNDATED = ["/", "/preview?topic=solar&limit=1", "/static/style.css", "/feeds.opml"]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, sample_store: Path) -> Iterator[FlaskClient]:
    """A web client of a service that publishes the samples, which no test changes."""
    with copied(sample_store, tmp_path_factory.mktemp("conditional")) as database:
        yield create_app(empty_configuration(), database).test_client()


ETAG = "abc"
CHANGED = datetime(2026, 10, 20, 2, 0, 0, 123456, tzinfo=UTC)
EQUAL = "Tue, 20 Oct 2026 02:00:00 GMT"
BEFORE = "Tue, 20 Oct 2026 01:59:59 GMT"
AFTER = "Tue, 20 Oct 2026 02:00:01 GMT"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param([], 200, id="no condition"),
        # 13.1.2, weak comparison
        pytest.param([("If-None-Match", '"abc"')], 304, id="the tag"),
        pytest.param([("If-None-Match", 'W/"abc"')], 304, id="the tag, weak"),
        pytest.param([("If-None-Match", '"x", "abc"')], 304, id="last in a list"),
        pytest.param([("If-None-Match", '"abc","x"')], 304, id="first in a list without a space"),
        pytest.param([("If-None-Match", 'W/"x" ,\tW/"abc" , "y"')], 304, id="within a list of weak ones"),
        pytest.param([("If-None-Match", '"a,b", "abc"')], 304, id="beside a tag with a comma in it"),
        pytest.param([("If-None-Match", '"x"'), ("If-None-Match", '"abc"')], 304, id="on a second line"),
        pytest.param([("If-None-Match", "*")], 304, id="any"),
        pytest.param([("If-None-Match", '"x"')], 200, id="another tag"),
        pytest.param([("If-None-Match", '"ABC"')], 200, id="in capital letters"),
        pytest.param([("If-None-Match", '"abcd"')], 200, id="a longer tag"),
        pytest.param([("If-None-Match", '"x,abc,y"')], 200, id="a tag with ours in it"),
        pytest.param([("If-None-Match", '"*"')], 200, id="a tag that is a star"),
        pytest.param([("If-None-Match", "")], 200, id="an empty list"),
        pytest.param([("If-None-Match", ",,")], 200, id="a list of nothing"),
        pytest.param([("If-None-Match", '"')], 200, id="half a tag"),
        pytest.param([("If-None-Match", "abc")], 304, id="our tag without quotation marks"),
        pytest.param([("If-None-Match", "nonsense")], 200, id="no tag at all"),
        # 13.1.3, exact dates alone
        pytest.param([("If-Modified-Since", EQUAL)], 304, id="the date"),
        pytest.param([("If-Modified-Since", BEFORE)], 200, id="a second before"),
        pytest.param([("If-Modified-Since", AFTER)], 200, id="a second after"),
        pytest.param([("If-Modified-Since", "Tuesday, 20-Oct-26 02:00:00 GMT")], 304, id="RFC 850"),
        pytest.param([("If-Modified-Since", "Monday, 20-Oct-25 02:00:00 GMT")], 200, id="RFC 850, before"),
        pytest.param([("If-Modified-Since", "Tue Oct 20 02:00:00 2026")], 304, id="asctime"),
        pytest.param([("If-Modified-Since", "Tue Oct 20 01:00:00 2026")], 200, id="asctime, before"),
        pytest.param([("If-Modified-Since", "")], 200, id="an empty date"),
        pytest.param([("If-Modified-Since", "yesterday")], 200, id="no date"),
        pytest.param([("If-Modified-Since", "Tue, 32 Oct 2026 02:00:00 GMT")], 200, id="no such day"),
        pytest.param([("If-Modified-Since", "1792461600")], 200, id="seconds"),
        pytest.param([("If-Modified-Since", EQUAL), ("If-Modified-Since", EQUAL)], 200, id="two dates"),
        pytest.param([("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT")], 200, id="the beginning"),
        pytest.param([("If-Modified-Since", "Fri, 31 Dec 9999 23:59:59 GMT")], 200, id="the end"),
        # 13.1.3: a date is not looked at beside tags
        pytest.param([("If-None-Match", '"x"'), ("If-Modified-Since", EQUAL)], 200, id="tag no, date yes"),
        pytest.param(
            [("If-None-Match", '"abc"'), ("If-Modified-Since", BEFORE)], 304, id="tag yes, date no"
        ),
        pytest.param([("If-None-Match", '"abc"'), ("If-Modified-Since", EQUAL)], 304, id="both"),
        pytest.param([("If-None-Match", '"x"'), ("If-Modified-Since", AFTER)], 200, id="neither"),
        pytest.param([("If-None-Match", "*"), ("If-Modified-Since", BEFORE)], 304, id="any, date no"),
        pytest.param([("If-None-Match", ""), ("If-Modified-Since", EQUAL)], 200, id="empty list, date yes"),
        # 13.1.1, strong comparison
        pytest.param([("If-Match", '"abc"')], 200, id="match the tag"),
        pytest.param([("If-Match", '"x", "abc"')], 200, id="match in a list"),
        pytest.param([("If-Match", "*")], 200, id="match any"),
        pytest.param([("If-Match", 'W/"abc"')], 412, id="match the tag, weak"),
        pytest.param([("If-Match", '"x"')], 412, id="match another"),
        pytest.param([("If-Match", "")], 412, id="match nothing"),
        # 13.1.4
        pytest.param([("If-Unmodified-Since", EQUAL)], 200, id="unmodified since the date"),
        pytest.param([("If-Unmodified-Since", AFTER)], 200, id="unmodified since a second after"),
        pytest.param([("If-Unmodified-Since", BEFORE)], 412, id="unmodified since a second before"),
        pytest.param([("If-Unmodified-Since", "yesterday")], 200, id="unmodified since no date"),
        # 13.2.2: the order of the four
        pytest.param([("If-Match", '"abc"'), ("If-Unmodified-Since", BEFORE)], 200, id="match before date"),
        pytest.param([("If-Match", '"x"'), ("If-None-Match", '"abc"')], 412, id="match before none-match"),
        pytest.param([("If-Match", '"abc"'), ("If-None-Match", '"abc"')], 304, id="match and none-match"),
        pytest.param(
            [("If-Unmodified-Since", BEFORE), ("If-None-Match", '"abc"')], 412, id="date before none-match"
        ),
        pytest.param(
            [("If-Unmodified-Since", AFTER), ("If-Modified-Since", EQUAL)], 304, id="a date from both sides"
        ),
        # 13.1.5 and 14.2: no range is ever served
        pytest.param([("Range", "bytes=0-9")], 200, id="a range"),
        pytest.param([("Range", "bytes=0-9"), ("If-Range", '"abc"')], 200, id="a range of our tag"),
        pytest.param([("Range", "bytes=0-9"), ("If-None-Match", '"abc"')], 304, id="a range, none-match"),
    ],
)
def test_a_condition_has_the_outcome_of_rfc_9110(headers: list[tuple[str, str]], status: int) -> None:
    joined: dict[str, str] = {}  # as servers give several lines to an application
    for name, value in headers:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    assert evaluate_preconditions(Headers(joined), ETAG, CHANGED) == status


@pytest.mark.parametrize("name", ["If-Modified-Since", "If-Unmodified-Since"])
@pytest.mark.parametrize("date", [EQUAL, BEFORE, AFTER])
def test_what_has_no_date_does_not_look_at_dates(name: str, date: str) -> None:
    assert evaluate_preconditions(Headers({name: date}), ETAG, None) == 200


@pytest.mark.parametrize(
    ("address", "method", "encoding"),
    thinned(product([*DATED, *UNDATED], ["GET", "HEAD"], ["identity", "gzip"]), 7),
)
def test_every_answer_that_can_be_kept_knows_conditions(
    reader: FlaskClient, address: str, method: str, encoding: str
) -> None:
    whole = reader.open(address, method=method, headers={"Accept-Encoding": encoding})
    etag, date = whole.headers["ETag"], whole.headers.get("Last-Modified")
    assert (date is not None) == (address in DATED)
    assert whole.status_code == 200
    assert "Accept-Ranges" not in whole.headers

    def ask(**conditions: str) -> int:
        headers = {name.replace("_", "-"): value for name, value in conditions.items()}
        response = reader.open(address, method=method, headers={"Accept-Encoding": encoding, **headers})
        for kept in ("ETag", "Vary", "Cache-Control"):  # section 15.4.5
            if response.status_code in (200, 304):
                assert response.headers[kept] == whole.headers[kept]
        if response.status_code == 200:
            assert response.data == whole.data
            assert response.headers["Content-Length"] == whole.headers["Content-Length"]
        if response.status_code == 304:
            assert response.data == b""
            assert not {"Content-Type", "Content-Encoding", "Last-Modified"} & set(response.headers.keys())
        if response.status_code == 412:
            assert response.headers["Cache-Control"] == "no-store"
            assert response.data == (b"" if method == "HEAD" else response.data)
        return response.status_code

    assert ask(If_None_Match=etag) == ask(If_None_Match=f'"x", W/{etag}') == ask(If_None_Match="*") == 304
    assert ask(If_None_Match='"x"') == ask(If_None_Match="", If_Modified_Since=date or EQUAL) == 200
    assert ask(If_Match=etag) == ask(If_Match="*") == 200
    assert ask(If_Match='"x"') == ask(If_Match=f"W/{etag}") == 412
    assert ask(Range="bytes=0-9") == ask(Range="bytes=0-9", If_Range=etag) == 200
    # Nothing else has a date that an old one would be later than.
    long_ago = "Thu, 01 Jan 1970 00:00:00 GMT"
    assert ask(If_Modified_Since=long_ago) == 200
    assert ask(If_Unmodified_Since=long_ago) == (412 if date else 200)
    if date:
        assert ask(If_Modified_Since=date) == 304
        assert ask(If_Modified_Since=date, If_None_Match='"x"') == 200
        assert ask(If_Unmodified_Since=date) == 200


def test_the_tag_of_one_encoding_is_not_that_of_another(reader: FlaskClient) -> None:
    for address in [*DATED, *UNDATED]:
        plain, packed = (
            reader.get(address, headers={"Accept-Encoding": encoding}).headers["ETag"]
            for encoding in ("identity", "gzip")
        )
        assert plain != packed
        conditions = {"Accept-Encoding": "gzip", "If-Match": plain}
        assert reader.get(address, headers=conditions).status_code == 412


@pytest.mark.parametrize("address", ["/nowhere", "/feed.rss?limit=0", "/static/nope.css"])
def test_a_mistake_stays_one_whatever_the_conditions(reader: FlaskClient, address: str) -> None:
    plain = reader.get(address)
    for conditions in ({"If-None-Match": "*"}, {"If-Match": '"x"'}, {"If-Modified-Since": EQUAL}):
        response = reader.get(address, headers=conditions)
        assert (response.status_code, response.data) == (plain.status_code, plain.data)
        assert response.status_code in (400, 404)


@pytest.mark.parametrize(
    ("accepted", "form", "status"),
    [
        ("gzip, br", "br", 304),
        ("gzip, br", "gzip", 304),
        ("gzip, br", "identity", 304),
        ("gzip", "gzip", 304),
        ("gzip", "identity", 304),
        ("br", "identity", 304),
        # A form that the client does not take may be one of a cache, which would send it on.
        ("gzip", "br", 200),
        ("br", "gzip", 200),
        ("identity", "gzip", 200),
        ("identity", "br", 200),
    ],
)
@pytest.mark.parametrize("address", [DATED[0], "/"])
def test_who_has_a_form_that_it_takes_gets_a_304_that_names_it(
    reader: FlaskClient, address: str, accepted: str, form: str, status: int
) -> None:
    held_etag = reader.get(address, headers={"Accept-Encoding": form}).headers["ETag"]
    for tags in (held_etag, f"W/{held_etag}", f'"x", {held_etag}'):
        response = reader.get(address, headers={"Accept-Encoding": accepted, "If-None-Match": tags})
        assert response.status_code == status
        assert (response.headers["ETag"] == held_etag) == (status == 304)
        assert "Content-Encoding" not in response.headers or status == 200


def test_what_has_to_match_is_the_form_that_would_be_sent(reader: FlaskClient) -> None:
    plain, packed = (
        reader.get(DATED[0], headers={"Accept-Encoding": coding}).headers["ETag"]
        for coding in ("identity", "br")
    )
    headers = {"Accept-Encoding": "br", "If-Match": packed, "If-None-Match": plain}
    assert reader.get(DATED[0], headers=headers).status_code == 304
    headers["If-Match"] = plain
    assert reader.get(DATED[0], headers=headers).status_code == 412


@pytest.mark.parametrize("suffix", ["-zstd", "-gzip-gzip", "-", "-br;", "--gzip"])
def test_a_tag_with_another_ending_is_another(reader: FlaskClient, suffix: str) -> None:
    plain = reader.get(DATED[0], headers={"Accept-Encoding": "identity"}).headers["ETag"].strip('"')
    headers = {"Accept-Encoding": "gzip, br", "If-None-Match": f'"{plain}{suffix}"'}
    assert reader.get(DATED[0], headers=headers).status_code == 200
