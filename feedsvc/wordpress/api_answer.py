"""The answer to a request of the REST API: its data, or the error that tells what came instead."""

import re
from collections.abc import Callable
from typing import Any

from feedsvc.errors import SiteError
from feedsvc.text.characters import collapse_whitespace, remove_illegal_characters
from feedsvc.wordpress.diagnosis import ADVICE_CACHE, choose_advice
from feedsvc.wordpress.lenient_json import NoJsonError, TooManyItemsError
from feedsvc.wordpress.response import Response

_ERROR_CODE = re.compile(r"[a-z][a-z0-9_]{1,80}")  # as WordPress and its plug-ins name errors


def parse_answer(
    response: Response, url: str, remark: Callable[[str], None], max_items: int | None = None
) -> Any:
    """Return the JSON data of a response, whatever its status; of a good one at most `max_items`.

    `remark` is called with what is odd about it. Raises SiteError when it is no JSON, or too much.
    """
    try:
        parsed = response.json(max_items if response.status == 200 else None)
    except TooManyItemsError as error:
        got = f"it gives {error.count} when asked for {max_items}"
        raise SiteError(url, got, ADVICE_CACHE, cause="ignores_query") from error
    except NoJsonError as error:
        got = f"it answered {response.status} {error.what}, as {response.media_type}"
        cause = error.cause if response.status == 200 else ""
        raise _make_error(response, url, got, cause, error.quote) from error
    if response.status == 200:
        for text in parsed.remarks:
            remark(text)
    return parsed.data


def require_success(response: Response, url: str, data: Any) -> Any:
    """Return the data of a good response. Raises SiteError with WordPress's message for any other."""
    error_text = _get_error_message(data)
    if response.status == 200 and not error_text:  # PHP's notices turn a status of failure into 200
        return data
    message = collapse_whitespace(remove_illegal_characters(error_text[:1000]))[:200]
    got = f"it answered {response.status} with {response.media_type}"
    raise _make_error(response, url, got + (f", “{message}”" if message else ""))


def parse_count(response: Response, header: str) -> int | None:
    """Return the number in a header, or None when it is missing or no number."""
    value = response.headers.get(header, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def _get_error_message(data: Any) -> str:
    """Return the message of an error as WordPress has it (WP_Error: a code such as rest_forbidden, a
    sentence for whoever asks), or an empty string: what else is called so may not be for the public.
    """
    if not isinstance(data, dict) or not isinstance(data.get("message"), str):
        return ""
    return data["message"] if _ERROR_CODE.fullmatch(str(data.get("code"))) else ""


def _make_error(response: Response, url: str, got: str, cause: str = "", quote: str = "") -> SiteError:
    advice = choose_advice(response.status, cause)
    return SiteError(
        url, got, advice, response.status, cause=cause, retry_at=response.retry_at, quote=quote
    )
