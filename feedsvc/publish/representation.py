"""The bytes of an answer in each coding, with the headers that never change (RFC 9110, section 8)."""

import hashlib
import threading
from datetime import UTC, datetime

from werkzeug.http import http_date

from feedsvc.publish.packing import Coding, choose_coding, name_form, pack, unpack

HeaderPairs = tuple[tuple[str, str], ...]

VARY: HeaderPairs = (("Vary", "Accept-Encoding"),)
OK_STATUS = "200 OK"
DELTA_STATUS = "226 IM Used"
"""Of an answer that carries what of a feed the client lacks (RFC 3229)."""

_NO_SNIFFING = ("X-Content-Type-Options", "nosniff")


class Variant:
    """A representation in one coding: its ETag, its bytes and its headers. Those in `unchanging` belong
    into an answer that says that the client has it, too (RFC 9110, section 15.4.5).
    """

    __slots__ = ("body", "coding", "etag", "headers", "quoted_etag", "status", "unchanging")

    def __init__(
        self, status: str, coding: Coding, etag: str, body: bytes, headers: HeaderPairs, extra: HeaderPairs
    ) -> None:
        self.status = status
        self.coding = coding
        self.etag = etag
        self.quoted_etag = f'"{etag}"'
        self.body = body
        self.unchanging: HeaderPairs = (_NO_SNIFFING, *extra)
        encoding = (("Content-Encoding", coding),) if coding else ()
        length = ("Content-Length", str(len(body)))
        tag = ("ETag", self.quoted_etag)
        self.headers: HeaderPairs = (*headers, *encoding, length, tag, *self.unchanging)


class Representation:
    """What is sent of something, packed once for each coding that is asked for.

    The packed bytes stand for the bytes themselves, which are about three times as many: for who wants
    those they are unpacked. `changed` becomes Last-Modified, unless it lies in the future, which RFC 9110
    (8.8.2.1) forbids. `tag` is its ETag before the coding is added to it: a hash of the bytes, and `marks`
    behind a dot where they are given, so that it changes exactly when the bytes do. `extra` are headers
    that a 304 has as well.
    """

    def __init__(
        self,
        body: bytes,
        media_type: str,
        changed: datetime | None = None,
        *,
        marks: str = "",
        tag: str = "",
        status: str = OK_STATUS,
        extra: HeaderPairs = VARY,
    ) -> None:
        self.content_type = f"{media_type}; charset=utf-8"
        self.length = len(body)
        self.changed = changed if changed and changed <= datetime.now(UTC) else None
        self.tag = tag or hashlib.sha256(body).hexdigest()[:32] + (f".{marks}" if marks else "")
        dated = (("Last-Modified", http_date(self.changed)),) if self.changed else ()
        self._status = status
        self._extra = extra
        self._headers: HeaderPairs = (("Content-Type", self.content_type), *dated)
        self._body: bytes | None = body
        self._variants: dict[Coding, Variant] = {}
        self._lock = threading.Lock()  # so that what many ask for at once is packed once

    def choose_variant(self, accept_encoding: str | None) -> Variant:
        """Return the variant for a client that sent `accept_encoding`."""
        return self.variant_in(choose_coding(accept_encoding, self.length))

    def variant_in(self, coding: Coding) -> Variant:
        """Return the variant in a coding."""
        with self._lock:
            return self._variants.get(coding) or self._make_variant(coding)

    @property
    def size(self) -> int:
        """How many bytes it holds."""
        return len(self._body or b"") + sum(len(variant.body) for variant in list(self._variants.values()))

    def _make_variant(self, coding: Coding) -> Variant:
        body = self._body
        if body is None:
            other = next(iter(self._variants.values()))
            body = unpack(other.body, other.coding)
        etag = name_form(self.tag, coding)
        variant = Variant(self._status, coding, etag, pack(body, coding), self._headers, self._extra)
        self._variants[coding] = variant
        self._body = None
        return variant
