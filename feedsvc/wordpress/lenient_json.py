"""The text and the JSON of a response's body, whatever stands around it, and what is odd about it."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from feedsvc.text.characters import collapse_whitespace, remove_illegal_characters

# What PHP prints where display_errors is on: https://www.php.net/manual/errorfunc.configuration.php
# and WordPress's own: https://developer.wordpress.org/reference/classes/wpdb/print_error/
_NOTICE = re.compile(
    r"\s*(?:<br ?/?>\s*){0,9}(?:"
    r"<font size='1'><table class='xdebug.{1,20000}?</table></font>"
    r"|<div id=\"error\"><p class=\"wpdberror\">.{1,5000}?</div>"
    r"|(?:<[^<>]{1,300}>\s*){0,20}(?:PHP )?"
    r"(?:Notice|Warning|Deprecated|Strict Standards|Fatal error)(?:</b>)?: "
    r".{1,2000}? on line (?:<b>)?\d+(?:</b>)?)\s*(?:<br ?/?>\s*){0,9}",
    re.DOTALL,
)
_SPACE = re.compile(r"\s*")
_MAX_NOTICES = 1000


@dataclass(frozen=True, slots=True)
class ParsedJson:
    """The data of a body, and in plain words what was odd about the body but could be put right.

    The pull goes well then, and `/status` shows the remarks until the site is mended.
    """

    data: Any
    remarks: Sequence[str]


class NoJsonError(ValueError):
    """A body is no JSON: `got` says in plain words what came instead, `cause` in a word."""

    def __init__(self, cause: str, got: str) -> None:
        super().__init__(got)
        self.cause = cause
        self.got = got


def decode_body(body: bytes, charset: str = "") -> str:
    """Return the text of a body: as UTF-8 (RFC 8259, 8.1), else in the charset of its header, else as UTF-8
    with marks where bytes are no characters.
    """
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return body.decode(charset or "utf-8")
    except (UnicodeError, LookupError):
        return body.decode("utf-8-sig", errors="replace")


def parse_lenient_json(body: bytes, charset: str = "") -> ParsedJson:
    """Return the JSON of a body, without PHP's notices before and behind it.

    Raises NoJsonError when it holds no JSON, or not all of it.
    """
    text = decode_body(body, charset).lstrip("\ufeff \t\r\n")
    remarks = [] if _is_utf8(body) else ["it sends bytes that are not UTF-8: some characters are lost"]
    start = _find_notices_end(text)
    try:
        data, end = json.JSONDecoder().raw_decode(text, start)
    except RecursionError as error:
        raise NoJsonError("not_json", "with JSON that is nested too deep") from error
    except ValueError as error:
        if start and not text[start:].strip():
            raise NoJsonError("php_error", "with PHP's messages instead of JSON") from error
        raise _diagnose_text(text[start:], error) from error
    comments_end = _find_comments_end(text, end)
    notices_end = _find_notices_end(text, comments_end)
    if text[notices_end:].strip():
        raise NoJsonError("not_json", f"with something behind its JSON: {_quote(text[notices_end:])}")
    if start or notices_end > comments_end:
        remarks.append("PHP's notices stand around its JSON: its owner should switch display_errors off")
    return ParsedJson(data, remarks)


def _find_comments_end(text: str, start: int) -> int:
    """Return where the comments end that begin at `start`, with which caches sign their pages."""
    for _ in range(_MAX_NOTICES):
        space = _SPACE.match(text, start)
        comment_start = space.end() if space else start
        comment_end = text.find("-->", comment_start)
        if not text.startswith("<!--", comment_start) or comment_end < 0:
            break
        start = comment_end + len("-->")
    return start


def _find_notices_end(text: str, start: int = 0) -> int:
    """Return where the notices end that begin at `start`, with nothing but tags between them."""
    for _ in range(_MAX_NOTICES):
        notice = _NOTICE.match(text, start)
        if not notice:
            break
        start = notice.end()
    return start


def _diagnose_text(text: str, error: ValueError) -> NoJsonError:
    """Return the error for a text that is no JSON, and whose parsing ended in `error`."""
    if not text.strip():
        return NoJsonError("not_json", "with an empty body")
    if text.lstrip().startswith("<"):
        return NoJsonError("not_json", "with a page instead of JSON")
    if text.lstrip().startswith(("{", "[")):
        return NoJsonError("truncated", f"with JSON that breaks off or is damaged ({error})")
    return NoJsonError("not_json", f"with something that is no JSON: {_quote(text)}")


def _quote(text: str) -> str:
    """Return the beginning of a text as it can stand in a line of the log."""
    return f"“{collapse_whitespace(remove_illegal_characters(text.strip()[:40]))}”"


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
