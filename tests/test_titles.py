"""What becomes of a post's title."""

from datetime import UTC, datetime

import pytest

from feedsvc.clean.post import clean_post
from feedsvc.model import SourcePost

MOMENT = datetime(2026, 1, 2, tzinfo=UTC)
LINK = "https://newsroom.example/a/"


def titled(title: str, content: str = "<p>The ferry leaves at six.</p>") -> str:
    return clean_post(SourcePost(1, "guid", LINK, title, content, "", MOMENT, MOMENT)).title


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        pytest.param("[su_label]New[/su_label] The quay", "New The quay", id="around a word"),
        pytest.param("The quay [year_now]", "The quay", id="at the end"),
        pytest.param("[icon name=&#8221;boat&#8221;] The quay", "The quay", id="with WordPress's quotes"),
        pytest.param("[color=red]Late[/color] ferry", "Late ferry", id="with a value"),
        pytest.param("[audio src='/a.mp3'] Tide [/audio]", "Tide", id="of a recording"),
        pytest.param("[vc_icon]", "The ferry leaves at six.", id="nothing else"),
    ],
)
def test_shortcodes_go_from_a_title(title: str, expected: str) -> None:
    assert titled(title) == expected


@pytest.mark.parametrize(
    "title",
    [
        "[Video] Rescue at sea",
        "Rescue at sea [video]",
        "[audio] The tide",
        "[Gallery] Boats",
        "Ships [Update 3]",
        "[sic] and [1]",
        "Sorting a[i] and b[n_max]",
        "[10:30] Live",
        "[Part 2 of 3] The quay",
    ],
)
def test_what_a_person_puts_in_brackets_stays_in_a_title(title: str) -> None:
    assert titled(title) == title


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        pytest.param("Now <s>$900</s> $700", "Now $700", id="an element"),
        pytest.param(
            '<em style="text-decoration: line-through">Monday</em> Tuesday', "Tuesday", id="a style"
        ),
        pytest.param("5 &times; 10<sup>6</sup> <del>cells</del>", "5 × 10⁶", id="beside a power"),
        pytest.param("<strike>Closed</strike>", "Closed", id="nothing else"),
    ],
)
def test_what_is_struck_goes_from_a_title(title: str, expected: str) -> None:
    assert titled(title) == expected
