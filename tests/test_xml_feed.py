"""What stands beside feedgen in the writing of RSS and Atom gives the bytes that lxml and `email` would."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from feedsvc.publish.serialize.xml_feed import HeldBodies, format_rfc2822
from feedsvc.text.characters import remove_illegal_characters

BODY = st.text(st.characters(exclude_categories=["Cs"])).map(remove_illegal_characters)
MOMENT = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=7)), timezone(-timedelta(minutes=90))]),
)


@given(st.lists(BODY, max_size=4))
@example(["<p>1 &lt; 2 &amp;&amp; 3 > 2</p>", "\t\n \u2028\x85\xa0é\u0e01\U0001f600", "", "]]>"])
def test_bodies_stand_in_the_document_as_lxml_writes_them(texts: list[str]) -> None:
    held, whole, with_places = HeldBodies(), etree.Element("feed"), etree.Element("feed")
    for text in texts:
        for parent, content in ((whole, text), (with_places, held.hold(text))):
            # With what may be nothing, since an element of no text is written as one tag.
            etree.SubElement(parent, "body").text = f"&{content}"
    expected, written = (
        etree.tostring(element, pretty_print=True, encoding="UTF-8", xml_declaration=True)
        for element in (whole, with_places)
    )
    assert held.put_into(written) == expected


def test_a_body_without_a_place_is_no_document() -> None:
    held = HeldBodies()
    held.hold("<p>solar</p>")
    with pytest.raises(ValueError, match="shorter"):
        held.put_into(b"<feed/>")


@given(MOMENT)
@example(datetime(2026, 6, 1, tzinfo=UTC))
def test_a_date_of_rss_is_that_of_mail(moment: datetime) -> None:
    assert format_rfc2822(moment) == format_datetime(moment)
