"""What the body of an answer holds: JSON, and what may stand around it."""

import pytest

from feedsvc.wordpress.lenient_json import NoJsonError, decode_body, parse_lenient_json

NOTICE = "<br />\n<b>Notice</b>:  Undefined index: [x] in <b>/www/a.php</b> on line <b>12</b><br />\n"
FATAL = (
    "<br />\n<b>Fatal error</b>:  Uncaught Error: x() in /a.php:3 thrown in <b>/a.php</b> on line <b>3</b>"
)
PLAIN = "PHP Warning:  Undefined array key {0} in /var/www/wp-content/a.php on line 12\n"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"a": 1}', id="nothing else"),
        pytest.param('\ufeff{"a": 1}', id="a byte order mark"),
        pytest.param('\ufeff\ufeff\n {"a": 1}\n', id="several, and white space"),
        pytest.param('{"a": 1}\n<!-- Cached by WP -->\n<!-- 2 queries -->', id="a cache's name"),
    ],
)
def test_json_is_read_as_it_is(body: str) -> None:
    told = parse_lenient_json(body.encode())
    assert (told.data, told.remarks) == ({"a": 1}, [])


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(NOTICE + '{"a": 1}', id="a notice before"),
        pytest.param(NOTICE * 50 + '{"a": 1}', id="many"),
        pytest.param(PLAIN * 2 + '{"a": 1}', id="plain ones"),
        pytest.param('{"a": 1}' + NOTICE, id="one behind"),
        pytest.param('{"a": 1}<!-- cached -->' + PLAIN, id="one behind a cache's name"),
        pytest.param("\ufeff" + NOTICE + '{"a": 1}' + NOTICE, id="on both sides"),
        pytest.param(
            '<div id="error"><p class="wpdberror"><strong>Database error:</strong> [No table]<br />'
            '<code>SELECT * FROM x</code></p></div>{"a": 1}',
            id="WordPress's own",
        ),
        pytest.param(
            "<br />\n<font size='1'><table class='xdebug-error'><tr><th>Notice: x [1] in "
            '/a.php on line <i>3</i></th></tr></table></font>\n{"a": 1}',
            id="xdebug's",
        ),
    ],
)
def test_notices_of_php_are_read_past_and_told_of(body: str) -> None:
    told = parse_lenient_json(body.encode())
    assert told.data == {"a": 1}
    assert told.remarks == [
        "PHP's notices stand around its JSON: its owner should switch display_errors off"
    ]


@pytest.mark.parametrize(
    ("body", "cause", "got"),
    [
        ("", "not_json", "with an empty body"),
        (" \n", "not_json", "with an empty body"),
        ("<html><script>var a = {}</script></html>", "not_json", "with a page instead of JSON"),
        ("<script>[]</script>", "not_json", "with a page instead of JSON"),
        ("Access denied", "not_json", "with something that is no JSON: “Access denied”"),
        ('[{"a": 1}, {"b', "truncated", "with JSON that breaks off or is damaged"),
        ('{"a": 1', "truncated", "with JSON that breaks off or is damaged"),
        (NOTICE + "[1, 2", "truncated", "with JSON that breaks off or is damaged"),
        (NOTICE, "php_error", "with PHP's messages instead of JSON"),
        (FATAL, "php_error", "with PHP's messages instead of JSON"),
        ("a\n\x1b[0mb\0", "not_json", "with something that is no JSON: “a [0mb”"),
        ("[1]</script></html>", "not_json", "with something behind its JSON: “</script></html>”"),
        ("[1][2]", "not_json", "with something behind its JSON: “[2]”"),
        ("[" * 100_000, "not_json", "with JSON that is nested too deep"),
    ],
)
def test_what_is_no_json_is_called_by_its_name(body: str, cause: str, got: str) -> None:
    with pytest.raises(NoJsonError) as caught:
        parse_lenient_json(body.encode())
    assert caught.value.cause == cause
    assert caught.value.got.startswith(got)


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("Zürich".encode(), "", "Zürich"),
        ("Zürich".encode(), "iso-8859-1", "Zürich"),  # JSON is UTF-8 whatever the header says
        ("Zürich".encode("latin-1"), "iso-8859-1", "Zürich"),
        ("Zürich".encode("latin-1"), "", "Z\ufffdrich"),
        ("Zürich".encode("latin-1"), "no-such-charset", "Z\ufffdrich"),
        ("Zürich".encode("latin-1"), "base64", "Z\ufffdrich"),
    ],
)
def test_bytes_that_are_not_utf_8_are_read_as_well_as_can_be(body: bytes, charset: str, text: str) -> None:
    assert decode_body(body, charset) == text


def test_an_operator_is_told_of_bytes_that_are_not_utf_8() -> None:
    told = parse_lenient_json('["Zürich"]'.encode("latin-1"))
    assert told.data == ["Z\ufffdrich"]
    assert told.remarks == ["it sends bytes that are not UTF-8: some characters are lost"]


@pytest.mark.parametrize(
    "piece", ["<br />", "Notice: ", "Warning: x in y on line ", " \n", "<b><i>", "on line 1"]
)
def test_text_that_only_looks_like_notices_is_no_json(piece: str) -> None:
    with pytest.raises(NoJsonError):
        parse_lenient_json((piece * 20_000 + "end").encode())
