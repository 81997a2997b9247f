"""Bodies as WordPress and its plug-ins render them become what a reader of plain HTML expects."""

from collections import Counter

import pytest

from bodies import BASE, BODIES, Body
from feedsvc.clean.sanitize import sanitize
from tables import thinned


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.name)
def test_a_body_becomes_what_a_reader_of_plain_html_expects(body: Body) -> None:
    assert sanitize(body.markup, BASE) == body.expected


@pytest.mark.parametrize("body", thinned(BODIES, 3), ids=lambda body: body.name)
def test_a_clean_body_stays_as_it_is(body: Body) -> None:
    assert sanitize(body.expected, BASE) == body.expected


def test_every_body_has_a_name_of_its_own() -> None:
    assert [name for name, times in Counter(body.name for body in BODIES).items() if times > 1] == []
