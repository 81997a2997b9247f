"""What a site's answer holds: its text, its JSON, what stands around it, and what is odd about it."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from feedsvc.text.html import legal, one_line

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
_MOST_NOTICES = 1000


@dataclass(frozen=True, slots=True)
class Json:
    """The data of an answer, and in plain words what was odd about it but could be put right."""

    data: Any
    remarks: Sequence[str]


class NoJsonError(ValueError):
    """A body is no JSON: `got` says in plain words what came instead, `cause` in a word."""

    def __init__(self, cause: str, got: str) -> None:
        super().__init__(got)
        self.cause = cause
        self.got = got


def text_of(body: bytes, charset: str = "") -> str:
    """Return the text of a body: UTF-8 (RFC 8259, 8.1), else what its header calls it, else with marks
    where a character is none.
    """
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return body.decode(charset or "utf-8")
    except (UnicodeError, LookupError):
        return body.decode("utf-8-sig", errors="replace")


def json_of(body: bytes, charset: str = "") -> Json:
    """Return the JSON of a body, without PHP's notices before and behind it. Raises NoJsonError."""
    text = text_of(body, charset).lstrip("\ufeff \t\r\n")
    remarks = [] if _is_utf8(body) else ["it sends bytes that are not UTF-8: some characters are lost"]
    start = _behind_notices(text)
    try:
        data, end = json.JSONDecoder().raw_decode(text, start)
    except RecursionError as error:
        raise NoJsonError("not_json", "with JSON that is nested too deep") from error
    except ValueError as error:
        if start and not text[start:].strip():
            raise NoJsonError("php_error", "with PHP's messages instead of JSON") from error
        raise _no_json(text[start:], error) from error
    signed = _behind_comments(text, end)
    rest = _behind_notices(text, signed)
    if text[rest:].strip():
        raise NoJsonError("not_json", f"with something behind its JSON: {_quoted(text[rest:])}")
    if start or rest > signed:
        remarks.append("PHP's notices stand around its JSON: its owner should switch display_errors off")
    return Json(data, remarks)


def _behind_comments(text: str, at: int) -> int:
    """Return where the comments that begin at `at`, with which caches sign their pages, have ended."""
    for _ in range(_MOST_NOTICES):
        begin = _SPACE.match(text, at)
        start = begin.end() if begin else at
        end = text.find("-->", start)
        if not text.startswith("<!--", start) or end < 0:
            break
        at = end + 3
    return at


def _behind_notices(text: str, at: int = 0) -> int:
    """Return where the notices that begin at `at`, with nothing but tags between them, have ended."""
    for _ in range(_MOST_NOTICES):
        notice = _NOTICE.match(text, at)
        if not notice:
            break
        at = notice.end()
    return at


def _no_json(text: str, error: ValueError) -> NoJsonError:
    if not text.strip():
        return NoJsonError("not_json", "with an empty body")
    if text.lstrip().startswith("<"):
        return NoJsonError("not_json", "with a page instead of JSON")
    if text.lstrip().startswith(("{", "[")):
        return NoJsonError("truncated", f"with JSON that breaks off or is damaged ({error})")
    return NoJsonError("not_json", f"with something that is no JSON: {_quoted(text)}")


def _quoted(text: str) -> str:
    """Return the beginning of a text as it can stand in a line of the log."""
    return f"“{one_line(legal(text.strip()[:40]))}”"


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
