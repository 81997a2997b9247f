"""What the body of an answer holds: JSON, and what may stand around it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT
from feedsvc.wordpress.json_outline import FREE_BYTES, MAX_DEPTH, MAX_SHARE
from feedsvc.wordpress.lenient_json import (
    NoJsonError,
    TooManyItemsError,
    decode_body,
    parse_lenient_json,
)
from tables import thinned

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


MB = 1024**2


def fill(item: bytes, megabytes: int) -> bytes:
    """Return a list of the same item over and over."""
    return b"[" + b",".join([item] * (megabytes * MB // (len(item) + 1))) + b"]"


_MEASURE = """
import resource, sys
from pathlib import Path
from feedsvc.wordpress.lenient_json import NoJsonError, parse_lenient_json

parse_lenient_json(b"[]")
body, cause = Path(sys.argv[1]).read_bytes(), ""
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    parse_lenient_json(body)
except NoJsonError as error:
    cause = error.cause
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024, cause)
"""


def measure(body: bytes, folder: Path) -> tuple[str, int]:
    """Return the cause for which a body is not read, empty when it is, and the memory that took a process
    that holds the body.
    """
    file = folder / "body"
    file.write_bytes(body)
    done = subprocess.run([sys.executable, "-c", _MEASURE, file], capture_output=True, check=True, cwd=ROOT)
    taken, _, cause = done.stdout.decode().strip().partition(" ")
    return cause, int(taken)


def cause_of(body: bytes) -> str:
    """Return the cause for which a body is not read, empty when it is."""
    try:
        parse_lenient_json(body)
    except NoJsonError as error:
        return error.cause
    return ""


@pytest.mark.parametrize(
    "item",
    thinned(
        [
            b"{}",
            b"[]",
            b"0",
            b"999",
            b"1.5",
            b'""',
            b'"ab"',
            b"null",
            b'{"a":1}',
            b'{"id":"7"}',
            b'{"' + b'":{"'.join([b"a"] * 50) + b'":0' + b"}" * 50,
            b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1),
            b"",
        ],
        3,
    ),
)
def test_what_would_take_far_more_memory_than_it_has_bytes_is_not_parsed(item: bytes) -> None:
    assert cause_of(fill(item, 1)) == "too_large"


@pytest.mark.real
@pytest.mark.parametrize("item", [b"{}", b'{"a":1}', b"[]", b"0"])
def test_sixteen_megabytes_of_small_things_take_no_memory(tmp_path: Path, item: bytes) -> None:
    cause, taken = measure(fill(item, 16), tmp_path)
    assert (cause, taken < 2 * MB) == ("too_large", True)


# As long as they may be for what they hold, or as large for their length.
WORDS = rb"some words of a text, with: \"marks\" [and] {brackets},\n" * 40


@pytest.mark.real
@pytest.mark.parametrize(
    ("make_body", "is_read"),
    [
        pytest.param(lambda: fill(b'{"id":1,"content":"' + WORDS + b'"}', 8), True, id="posts"),
        pytest.param(
            lambda: fill(b'{"id":1,"content":"' + WORDS * 2000 + b'"}', 8), True, id="two long posts"
        ),
        pytest.param(lambda: fill(b'{"a":"' + b"x" * 200 + b'"}', 8), True, id="as many as may be"),
        pytest.param(lambda: fill(b'"' + b"x" * 80 + b'"', 8), True, id="texts"),
        pytest.param(lambda: b'["' + b"x" * 8 * MB + b'"]', True, id="one text"),
        pytest.param(lambda: b'["' + b"\\n" * 4 * MB + b'"]', True, id="marks"),
        pytest.param(lambda: b'["' + b"\\u0e01" * MB + b'"]', True, id="Thai in marks"),
        pytest.param(lambda: b'["' + "\u0e01".encode() * 2 * MB + b'"]', False, id="Thai"),
        pytest.param(
            lambda: b'["' + b"x" * 8 * MB + b'\\ud83d\\ude00"]', False, id="a smile behind a long text"
        ),
        pytest.param(
            lambda: b'["' + b"x" * 8 * MB + "\U0001f600".encode() + b'"]', False, id="the same in UTF-8"
        ),
        pytest.param(lambda: fill(b'"' + "\U0001f600".encode() + b'"', 8), False, id="smiles"),
        pytest.param(lambda: b'["' + b"\xe9" * 8 * MB + b'"]', False, id="Latin-1"),
        pytest.param(
            lambda: b'{"' + b'":1,"'.join(b"%x" % n for n in range(2**18)) + b'":1}', False, id="names"
        ),
    ],
)
def test_json_takes_at_most_five_bytes_for_each_of_its_own(
    tmp_path: Path, make_body: Callable[[], bytes], is_read: bool
) -> None:
    """One of the five is the byte itself."""
    body = make_body()
    cause, taken = measure(body, tmp_path)
    assert cause == ("" if is_read else "too_large")
    assert taken <= max(FREE_BYTES, MAX_SHARE * len(body))


@pytest.mark.parametrize(
    ("items", "count"),
    [("{},{}", 2), ('{"id": 1}, {"id": "{}, {}"}', 2), ("1,2,3,4", 0), ("{},null,7,[{},{}]", 1), ("", 0)],
)
def test_items_are_counted_before_they_are_parsed(items: str, count: int) -> None:
    body = f"[{items}]".encode()
    assert parse_lenient_json(body, max_items=count).data == json.loads(body)
    if count:
        with pytest.raises(TooManyItemsError):
            parse_lenient_json(body, max_items=count - 1)
        with pytest.raises(TooManyItemsError):
            parse_lenient_json(body[:-2] + b"\0" + body[-2:], max_items=count - 1)
    with pytest.raises(TooManyItemsError):
        parse_lenient_json(fill(b"1", 1)[: 2 * 200] + b"1]", max_items=count)


@pytest.mark.parametrize(
    "text",
    [
        "[]", "[ ]", "{}", "[[]]", "[[],{}]", '[{"a": [1, {"b": "]"}]}, 2]', '["a,b", "\\"[", "\\\\"]',
        "null", "7", '"x"', "[1.5e3, -0, true]",
        ' [ 1 , "\u00e9" ] ', '{"a": {"a": 1, "a": 2}}', '["\\ud800"]',
    ],
)  # fmt: skip
def test_what_is_json_is_read_as_python_reads_it(text: str) -> None:
    assert parse_lenient_json(text.encode()).data == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        "[1,]", "[,1]", "[1,,2]", "[}", "[{]}", "{]", "[1 2]", "[1", '["', '["\\"]', "[1]]",
        "{1}", '{"a"}', "[a]", "{,}", '["\n"]', "[" + "9" * 5000 + "]", '"' + "x" * 5000 + '"',
        "", "nul", "[" * 65 + "]" * 65,
    ],
)  # fmt: skip
def test_what_is_no_json_is_none(text: str) -> None:
    with pytest.raises(NoJsonError):
        parse_lenient_json(text.encode())


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "utf-7", "\0"])
def test_a_codec_that_is_no_charset_of_a_web_page_is_not_used(charset: str) -> None:
    assert decode_body(b"\xffa\\u0041-b", charset) == "\ufffda\\u0041-b"


@pytest.mark.parametrize("piece", [b" ", b"<br>" + b" " * 999, b"<b>" + b" " * 99, b"<!---->", b'\\"'])
def test_megabytes_of_what_stands_around_json_are_read_once(piece: bytes) -> None:
    """In time with the length: a test that takes the square of it never ends."""
    for before, behind in ((b"", b"x"), (b"[]", b"x"), (b'["', b"")):
        with pytest.raises(NoJsonError):
            parse_lenient_json(before + piece * (MB // len(piece)) + behind)
