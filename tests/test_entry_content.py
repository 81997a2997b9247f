"""Bodies as RSS and Atom carry them: without frames, unless players are on, and without bdo."""

import pytest

from feedsvc.publish.serialize.xml_feed import prepare_body

FRAME = '<iframe src="https://www.youtube-nocookie.com/embed/x" width="560"></iframe>'


@pytest.mark.parametrize(
    ("content", "without_frames"),
    [
        ("", ""),
        (f"a{FRAME}b", "ab"),
        (f"a<br>{FRAME}b", "ab"),
        (f"<br>{FRAME}", ""),
        (f"{FRAME}<br>", "<br>"),
        (f"<br><br>{FRAME}", "<br>"),
        (f"{FRAME}<br>{FRAME}", ""),
        (f"<br>{FRAME}{FRAME}<br>", "<br>"),
        (f"<br> {FRAME}", "<br> "),
        ("<iframes></iframe>", "<iframes></iframe>"),
        ("<br><iframe>text</iframe>", "<br><iframe>text</iframe>"),
        ("<p>the letters &lt;iframe&gt;</p>", "<p>the letters &lt;iframe&gt;</p>"),
    ],
)
def test_a_frame_goes_with_the_line_break_before_it(content: str, without_frames: str) -> None:
    assert prepare_body(content, players=False) == without_frames
    assert prepare_body(content, players=True) == content


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<bdo dir="rtl">a</bdo>', '<bdi dir="rtl">a</bdi>'),
        ("abdomen</bdo>", "abdomen</bdi>"),
        ("<bdox>bdo</bdox>", "<bdox>bdo</bdox>"),
        ("bdo &lt;bdo", "bdo &lt;bdo"),
    ],
)
@pytest.mark.parametrize("players", [False, True])
def test_bdo_becomes_bdi(content: str, expected: str, players: bool) -> None:
    assert prepare_body(content, players=players) == expected
