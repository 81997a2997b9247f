"""A site's response: its status, its headers and what they mean, its body."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime

from requests.utils import parse_header_links

from feedsvc.wordpress.lenient_json import ParsedJson, decode_body, parse_lenient_json

_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_MAX_WAIT = timedelta(days=1)
_MAX_TYPE_LENGTH = 80
_MAX_TEXT_BYTES = 2_000_000
_NOT_ASCII = bytes(range(0x80, 0x100))


@dataclass(frozen=True, slots=True)
class Response:
    """What a site sent: the status, the headers (names in lower case), the body, its URL after redirects.

    `is_moved` says that all redirects were permanent.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    is_moved: bool = False

    @property
    def media_type(self) -> str:
        """The media type without parameters, as in application/json, or 'no content type'."""
        media_type = self.headers.get("content-type", "").split(";")[0].strip().lower()[:_MAX_TYPE_LENGTH]
        return media_type if _MEDIA_TYPE.fullmatch(media_type) else "no content type"

    @property
    def date(self) -> datetime:
        """The site's own clock when it answered, in UTC; ours when it does not say, or is days off."""
        now = datetime.now(UTC)
        date = _parse_http_date(self.headers.get("date", ""))
        return date if date and abs(date - now) < timedelta(days=1) else now

    @property
    def retry_at(self) -> datetime | None:
        """When (UTC, by our clock) the site may be asked again after a failure, or None when it does not
        say.

        That is Retry-After (RFC 9110, 10.2.3): seconds, or a date by the site's clock; a day at the most.
        """
        value = self.headers.get("retry-after", "").strip()
        if self.status < 400 or not value:
            return None
        if value.isascii() and value.isdigit():
            wait = timedelta(seconds=min(int(value[:9]), _MAX_WAIT.total_seconds()))
        elif retry_date := _parse_http_date(value):
            wait = retry_date - (_parse_http_date(self.headers.get("date", "")) or datetime.now(UTC))
        else:
            return None
        return datetime.now(UTC) + max(timedelta(0), min(wait, _MAX_WAIT))

    @property
    def asks_to_wait(self) -> bool:
        """Whether the site wants to be left alone now: 429 says so without Retry-After (RFC 6585, 4)."""
        return self.status == 429 or self.retry_at is not None

    @property
    def links(self) -> list[dict[str, str]]:
        """The links of the Link header (RFC 8288), each with its `url` and `rel`."""
        return parse_header_links(self.headers.get("link", ""))

    @property
    def text(self) -> str:
        """The beginning of the body as text: no page is looked at further, and a character may take four
        bytes.
        """
        beginning = self.body[:_MAX_TEXT_BYTES]
        if len(beginning) < len(self.body):
            # A character cut in two is no reason to take the page for one in another charset.
            beginning = beginning.rstrip(_NOT_ASCII)
        return decode_body(beginning, self._charset)

    def json(self, max_items: int | None = None) -> ParsedJson:
        """Return the body as JSON. Raises NoJsonError when it is none, TooManyItemsError when it is a list
        of more than `max_items`.
        """
        return parse_lenient_json(self.body, self._charset, max_items)

    @property
    def _charset(self) -> str:
        header = Message()
        header["content-type"] = self.headers.get("content-type", "")
        return header.get_content_charset() or ""


def _parse_http_date(value: str) -> datetime | None:
    """Return an HTTP-date (RFC 9110, 5.6.7) in UTC, or None when it is none."""
    try:
        return parsedate_to_datetime(value).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
