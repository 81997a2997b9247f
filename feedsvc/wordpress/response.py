"""What a site answered: its status, its headers and what they mean, its body."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime

from requests.utils import parse_header_links

from feedsvc.wordpress.lenient_json import Json, json_of, text_of

_KIND = re.compile(r"[\w.+-]+/[\w.+-]+")
_LONGEST_WAIT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Response:
    """What a site gave: the status, its headers (names in lower case), the body, from where, and whether
    it says that it is there for good.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    is_moved: bool = False

    @property
    def kind(self) -> str:
        """The media type without parameters, as in application/json."""
        told = self.headers.get("content-type", "").split(";")[0].strip().lower()
        return told if _KIND.fullmatch(told) else "no content type"

    @property
    def date(self) -> datetime:
        """The site's own clock when it answered, in UTC; ours when it does not say, or is days off."""
        now = datetime.now(UTC)
        told = _moment(self.headers.get("date", ""))
        return told if told and abs(told - now) < timedelta(days=1) else now

    @property
    def retry_at(self) -> datetime | None:
        """Before when (UTC, by our clock) an answer of failure asks us not to ask again: Retry-After (RFC
        9110, 10.2.3), in seconds or as a date of the site's clock, a day at the most.
        """
        value = self.headers.get("retry-after", "").strip()
        if self.status < 400 or not value:
            return None
        if value.isascii() and value.isdigit():
            wait = timedelta(seconds=min(int(value[:9]), _LONGEST_WAIT.total_seconds()))
        elif moment := _moment(value):
            wait = moment - (_moment(self.headers.get("date", "")) or datetime.now(UTC))
        else:
            return None
        return datetime.now(UTC) + max(timedelta(0), min(wait, _LONGEST_WAIT))

    @property
    def links(self) -> list[dict[str, str]]:
        """The links of the Link header (RFC 8288), each with its `url` and `rel`."""
        return parse_header_links(self.headers.get("link", ""))

    @property
    def text(self) -> str:
        """The body as text."""
        return text_of(self.body, self._charset)

    def json(self) -> Json:
        """Return the body as JSON; raises NoJsonError when it is not."""
        return json_of(self.body, self._charset)

    @property
    def _charset(self) -> str:
        header = Message()
        header["content-type"] = self.headers.get("content-type", "")
        return header.get_content_charset() or ""


def _moment(value: str) -> datetime | None:
    """Return an HTTP-date (RFC 9110, 5.6.7) in UTC, or None when it is none."""
    try:
        return parsedate_to_datetime(value).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
