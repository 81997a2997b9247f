"""The text and the JSON of a response's body, whatever stands around it, and what is odd about it."""

import codecs
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from feedsvc.text.characters import collapse_whitespace, remove_illegal_characters
from feedsvc.wordpress.json_outline import (
    FREE_BYTES,
    MAX_SHARE,
    JsonOutline,
    TooDeepError,
    TooLargeError,
    outline_json,
)

# What PHP prints where display_errors is on: https://www.php.net/manual/errorfunc.configuration.php
# and WordPress's own: https://developer.wordpress.org/reference/classes/wpdb/print_error/
# White space and breaks are possessive: a site may send megabytes of them.
_NOTICE = re.compile(
    rb"\s*+(?:<br ?/?>\s*+){0,9}+(?:"
    rb"<font size='1'><table class='xdebug.{1,20000}?</table></font>"
    rb"|<div id=\"error\"><p class=\"wpdberror\">.{1,5000}?</div>"
    rb"|(?:<[^<>]{1,300}>\s*+){0,20}(?:PHP )?"
    rb"(?:Notice|Warning|Deprecated|Strict Standards|Fatal error)(?:</b>)?: "
    rb".{1,2000}? on line (?:<b>)?\d++(?:</b>)?)\s*+(?:<br ?/?>\s*+){0,9}+",
    re.DOTALL,
)
_SPACE = re.compile(rb"\s*+")
_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf|[ \t\r\n])*+")
_MAX_NOTICES = 1000
_MAX_SCALAR_LENGTH = 1000
_MAX_OTHER_ITEMS = 100
_CHUNK_BYTES = 64 * 1024
_TRANSCODED_SHARE = 6
"""The bytes that each of a body that is not UTF-8 may take while it is made so."""

_NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "utf_7", "undefined"})
"""Codecs of Python that are no charset of a web page, and some of which take time with the square."""


@dataclass(frozen=True, slots=True)
class ParsedJson:
    """The data of a body, and in plain words what was odd about the body but could be put right.

    The pull goes well then, and `/status` shows the remarks until the site is mended.
    """

    data: Any
    remarks: Sequence[str]


class NoJsonError(ValueError):
    """A body is no JSON, or none that we read.

    `cause` is that in a word, `what` in plain words; `quote` is what came instead, of the site's own words,
    which are for the log and for no page; `got` is both.
    """

    def __init__(self, cause: str, what: str, quote: str = "") -> None:
        self.got = f"{what}: {quote}" if quote else what
        super().__init__(self.got)
        self.cause = cause
        self.what = what
        self.quote = quote


class TooManyItemsError(ValueError):
    """A list has more items than were asked for: `count` of them."""

    def __init__(self, count: int) -> None:
        super().__init__(f"it gives {count}")
        self.count = count


def decode_body(body: bytes, charset: str = "") -> str:
    """Return the text of a body: as UTF-8 (RFC 8259, 8.1), else in the charset of its header, else as UTF-8
    with marks where bytes are no characters.
    """
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        if codecs.lookup(charset or "utf-8").name.replace("-", "_") not in _NO_CHARSETS:
            return body.decode(charset or "utf-8")
    except (UnicodeError, LookupError, ValueError):
        pass
    return body.decode("utf-8-sig", errors="replace")


def parse_lenient_json(body: bytes, charset: str = "", max_items: int | None = None) -> ParsedJson:
    """Return the JSON of a body, without PHP's notices before and behind it.

    It takes at most five bytes of memory for each of the body, which is one of them, beyond FREE_BYTES.
    Raises NoJsonError when the body holds no JSON, or not all of it, or would take more; TooManyItemsError,
    before anything is parsed, when it is a list of more than `max_items` objects, or of other things.
    """
    remarks, length = [], len(body)
    if not _is_utf8(body):
        remarks.append("it sends bytes that are not UTF-8: some characters are lost")
        if _TRANSCODED_SHARE * length > max(FREE_BYTES, MAX_SHARE * length):
            raise NoJsonError("too_large", "with more bytes that are not UTF-8 than we can read")
        body = decode_body(body, charset).encode("utf-8", "replace")
    beginning = _BEGINNING.match(body)
    begins_at = beginning.end() if beginning else 0
    start = _find_notices_end(body, begins_at)
    try:
        if body[start : start + 1] in (b"[", b"{"):
            outline = outline_json(body, start, length)
            _require_items(outline, max_items)
            data, end = _parse_outlined(body, outline), outline.end
        else:
            data, end = _parse_scalar(body, start)
    except TooManyItemsError:
        raise
    except TooDeepError as error:
        raise NoJsonError("not_json", "with JSON that is nested too deep") from error
    except TooLargeError as error:
        raise NoJsonError("too_large", "with JSON that would take too much memory") from error
    except ValueError as error:
        if start > begins_at and _is_blank(body, start):
            raise NoJsonError("php_error", "with PHP's messages instead of JSON") from error
        raise _diagnose_body(body, start, error) from error
    comments_end = _find_comments_end(body, end)
    notices_end = _find_notices_end(body, comments_end)
    if not _is_blank(body, notices_end):
        raise NoJsonError("not_json", "with something behind its JSON", _quote(body, notices_end))
    if start > begins_at or notices_end > comments_end:
        remarks.append("PHP's notices stand around its JSON: its owner should switch display_errors off")
    return ParsedJson(data, remarks)


def _require_items(outline: JsonOutline, max_items: int | None) -> None:
    """Raise TooManyItemsError where a list has more objects than may be, or very many other things: a few
    that stand among the objects do no harm.
    """
    if outline.item_ends is None or max_items is None:
        return
    other_count = len(outline.item_ends) - outline.object_count
    if outline.object_count > max_items or other_count > _MAX_OTHER_ITEMS:
        raise TooManyItemsError(len(outline.item_ends))


def _parse_outlined(body: bytes, outline: JsonOutline) -> Any:
    """Return the list or object of an outline. Raises ValueError when it is damaged."""
    if outline.item_ends is None:
        return json.loads(body[outline.start : outline.end].decode())
    return [json.loads(body[start:end].decode()) for start, end in _iter_items(outline)]


def _iter_items(outline: JsonOutline) -> Iterator[tuple[int, int]]:
    start = outline.start + 1
    for end in outline.item_ends or ():
        yield start, end
        start = end + 1


def _parse_scalar(body: bytes, start: int) -> tuple[Any, int]:
    """Return the number, the word or the short text at `start`, and where it ends. Raises ValueError when
    it is none.
    """
    text = body[start : start + _MAX_SCALAR_LENGTH].decode("utf-8", "ignore")
    data, end = json.JSONDecoder().raw_decode(text)
    return data, start + len(text[:end].encode())


def _find_comments_end(body: bytes, start: int) -> int:
    """Return where the comments end that begin at `start`, with which caches sign their pages."""
    for _ in range(_MAX_NOTICES):
        comment_start = _find_space_end(body, start)
        comment_end = body.find(b"-->", comment_start)
        if not body.startswith(b"<!--", comment_start) or comment_end < 0:
            break
        start = comment_end + len(b"-->")
    return start


def _find_notices_end(body: bytes, start: int) -> int:
    """Return where the notices end that begin at `start`, with nothing but tags between them."""
    for _ in range(_MAX_NOTICES):
        notice = _NOTICE.match(body, start)
        if not notice:
            break
        start = notice.end()
    return start


def _find_space_end(body: bytes, start: int) -> int:
    space = _SPACE.match(body, start)
    return space.end() if space else start


def _is_blank(body: bytes, start: int) -> bool:
    return _find_space_end(body, start) == len(body)


def _diagnose_body(body: bytes, start: int, error: ValueError) -> NoJsonError:
    """Return the error for a body that is no JSON from `start` on, and whose parsing ended in `error`."""
    if _is_blank(body, start):
        return NoJsonError("not_json", "with an empty body")
    start = _find_space_end(body, start)
    if body.startswith(b"<", start):
        return NoJsonError("not_json", "with a page instead of JSON")
    if body.startswith((b"{", b"["), start):
        return NoJsonError("truncated", f"with JSON that breaks off or is damaged ({error})")
    return NoJsonError("not_json", "with something that is no JSON", _quote(body, start))


def _quote(body: bytes, start: int) -> str:
    """Return the beginning of what stands at `start` as it can stand in a line of the log."""
    text = body[start : start + 400].decode("utf-8", "replace").strip()[:40]
    return f"“{collapse_whitespace(remove_illegal_characters(text))}”"


def _is_utf8(body: bytes) -> bool:
    """Return whether a body is UTF-8, without a text of all of it, whose characters may take four bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(body), _CHUNK_BYTES):
            decoder.decode(body[start : start + _CHUNK_BYTES])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
