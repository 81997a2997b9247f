"""What went wrong with a site: the cause in a word, what happened in plain words, and what to do."""

import ssl
from collections.abc import Iterator

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    LocationParseError,
    NameResolutionError,
    ReadTimeoutError,
)

from feedsvc.errors import SiteError


class TooMuchError(requests.RequestException):
    """A response is longer than the bound."""


class TooSlowError(requests.RequestException):
    """A response takes longer than the bound."""


class DowngradeError(requests.RequestException):
    """A redirect leads from a secure address to one that is not."""


class InnerAddressError(requests.RequestException):
    """A site sent us to an address of the machine's or of a network that is not public."""


class MetadataAddressError(InnerAddressError):
    """A site sent us to where a cloud tells its machines' secrets."""


def diagnose_failure(url: str, error: Exception) -> SiteError:
    """Return the error to report when `error` came instead of a response to a GET of `url`."""
    causes = list(_iter_causes(error))
    for error_type, cause, got, advice in _DIAGNOSES:
        matching = next((inner for inner in causes if isinstance(inner, error_type)), None)
        if matching is not None:
            return SiteError(url, got or str(matching), advice, cause=cause)
    got = f"the connection broke ({type(causes[-1]).__name__})"
    return SiteError(url, got, "Try later.", cause="reset")


def _iter_causes(error: object) -> Iterator[BaseException]:
    """Yield an error and those within it: requests and urllib3 pass them on as arguments or reasons."""
    while isinstance(error, BaseException):
        yield error
        inner = (getattr(error, "reason", None), *error.args, error.__cause__, error.__context__)
        error = next((value for value in inner if isinstance(value, BaseException)), None)


_TRY_LATER = "Try later; the site may be overloaded."
# The type of an error, its cause, what happened (the error's own text where this is empty), what to do. The
# first type that is among the errors counts.
_DIAGNOSES: tuple[tuple[type[BaseException], str, str, str], ...] = (
    (TooMuchError, "too_large", "", "Is this a REST API?"),
    (TooSlowError, "too_slow", "", "Try later."),
    (
        MetadataAddressError,
        "inner_address",
        "it leads to an address that is not public, where clouds tell their machines' secrets",
        "No site can be there, and none can be configured: find out who sends us to it.",
    ),
    (
        InnerAddressError,
        "inner_address",
        "it leads to an address that is not public",
        "If that is meant, configure the site with the address that it leads to.",
    ),
    (
        DowngradeError,
        "redirect_insecure",
        "it redirects from https to http",
        "If that is meant, configure the site with its http:// address.",
    ),
    (
        requests.TooManyRedirects,
        "redirect_loop",
        "it redirects in a circle",
        "Open the address in a browser and use where it ends.",
    ),
    (
        requests.exceptions.InvalidSchema,
        "redirect_scheme",
        "it redirects to something that is no web address",
        "Open the address in a browser and use where it ends.",
    ),
    (
        DecodeError,
        "damaged",
        "its answer can't be unpacked",
        "The site's owner has to look at its compression.",
    ),
    (
        requests.exceptions.ProxyError,
        "proxy",
        "the proxy does not let us through",
        "Look at proxy in the configuration.",
    ),
    (
        LocationParseError,
        "redirect_scheme",
        "it redirects to something that is no web address",
        "Open the address in a browser and use where it ends.",
    ),
    (NameResolutionError, "dns", "no such host is known", "Check the spelling of the address."),
    (
        ConnectionRefusedError,
        "refused",
        "the connection was refused",
        "Check the address and its port, or try later.",
    ),
    (
        ssl.SSLCertVerificationError,
        "tls",
        "its certificate is not valid",
        "The site's owner has to renew it.",
    ),
    (ssl.SSLError, "tls", "no secure connection could be made", "Try the address with http://."),
    (requests.Timeout, "timeout", "it did not answer in time", _TRY_LATER),
    (TimeoutError, "timeout", "it did not answer in time", _TRY_LATER),
    (ConnectTimeoutError, "timeout", "it did not answer in time", _TRY_LATER),
    (ReadTimeoutError, "timeout", "it did not answer in time", _TRY_LATER),
)

ADVICE = (
    "Open the address with /wp-json/ behind it in a browser: JSON must come. If it does not, the REST API "
    "is switched off there (often by a security plug-in), or this is no WordPress."
)
ADVICE_ENDLESS = (
    "Open it in a browser: if the site has so many posts, tell us; else a plug-in makes them up."
)
ADVICE_CACHE = "A cache in front of the site may not look at the query string: ask its owner."

_BY_STATUS = {
    401: "The site asks for a log-in: its owner has to open the REST API to the public.",
    403: "The site or a guard in front of it forbids this: ask its owner to let us read the REST API.",
    410: "The site says that it is gone for good: look whether it has moved, or remove it.",
    429: "The site says that we ask too often: set a longer poll_interval.",
    **dict.fromkeys((500, 502, 503, 504), "The site is in trouble: try later."),
}
_BY_CAUSE = {
    "too_large": "Is this a REST API? Its owner may look at what makes its posts so large.",
    "truncated": "Try later; if it stays so, the site's owner has to look at what ends the answer.",
    "php_error": "The site's owner has to look into PHP's log; try later.",
    "not_json": (
        "A guard in front of the site may want to see a browser: ask its owner to let us read the REST API."
    ),
}


def choose_advice(status: int, cause: str = "") -> str:
    """Return what to do about a response with this status, or with a cause that says more."""
    return _BY_CAUSE.get(cause) or _BY_STATUS.get(status, ADVICE)
