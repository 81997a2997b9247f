"""The access log: a line for each request, where `access_log` asks for it."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger

from feedsvc.service_log import FIELDS, REQUEST_LOGGER

_MAX_ADDRESS_LENGTH = 1000

log = logging.getLogger(REQUEST_LOGGER)


class RequestLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's logger, with our line for a request; its own has the address as it came, and costs time
    where nobody asks for it.
    """

    trusted_proxies = 0

    @classmethod
    def behind(cls, trusted_proxies: int) -> type["RequestLogger"]:
        """Return the logger of a service that has so many proxies in front."""
        return type(cls.__name__, (cls,), {"trusted_proxies": trusted_proxies})

    def setup(self, cfg: Any) -> None:
        """Leave the log as service_log.py has set it up."""
        self.cfg = cfg
        self.error_log.propagate = True

    @property
    def access_log_enabled(self) -> bool:
        """Whether requests are logged."""
        return log.isEnabledFor(logging.INFO)

    def access(self, resp: Any, req: Any, environ: Mapping[str, Any], request_time: timedelta) -> None:
        """Log a request that was answered, or that broke off."""
        if not self.access_log_enabled:
            return
        status = str(resp.status).split(" ", 1)[0]
        method, address = environ.get("REQUEST_METHOD", "-"), _read_address(environ)
        client = find_client(environ, self.trusted_proxies)
        milliseconds = round(request_time / timedelta(milliseconds=1), 1)
        size = resp.sent or 0
        fields = {
            "method": method,
            "address": address,
            "status": int(status) if status.isdigit() else status,
            "bytes": size,
            "milliseconds": milliseconds,
            "client": client,
            "user_agent": _make_printable(environ.get("HTTP_USER_AGENT", "")),
        }
        log.info(
            "%s %s %s %s bytes in %s ms for %s", method, address, status, size, milliseconds, client,
            extra={FIELDS: fields},
        )  # fmt: skip


def find_client(environ: Mapping[str, Any], trusted_proxies: int) -> str:
    """Return the address of the client of a request, which has come through so many proxies of ours."""
    peer = str(environ.get("REMOTE_ADDR", "-"))
    if not trusted_proxies or "werkzeug.proxy_fix.orig" in environ:  # it is in REMOTE_ADDR by now
        return _make_printable(peer)
    forwarded = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    return (
        _make_printable(forwarded[-trusted_proxies] if len(forwarded) >= trusted_proxies else peer) or peer
    )


def _read_address(environ: Mapping[str, Any]) -> str:
    """Return the path and the query string that were asked for, as they came."""
    path = str(environ.get("RAW_URI") or environ.get("PATH_INFO", "-"))
    return _make_printable(path)


def _make_printable(text: str) -> str:
    """Return `text` on one line that is not endless."""
    return "".join(character if character.isprintable() else " " for character in text)[
        :_MAX_ADDRESS_LENGTH
    ]
