"""A mistake in a query as a page shows it: its field, its place marked, a link to what was meant."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from feedsvc.errors import QueryError
from feedsvc.publish.views.form import Parameters
from feedsvc.query.fields import FIELDS, PARAMETERS

SHOWN_FIELDS = ("topic", *FIELDS, "since", "limit")
"""The fields of the form under which a mistake can stand; others stand above it."""

_PARAMETER = re.compile(r"[a-z]+")
_WORD = re.compile(r"\"[^\"]*\"?|[()]|[^\s()\"]+")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A sentence and the field that it belongs to, empty where no field of the form has it.

    `marked` is what was written, in three pieces of which the second is wrong; all are empty where the
    place is not known. `suggestion` is the query string with what was most likely meant, which is called
    `near`; both are empty where nothing is near.
    """

    sentence: str
    field: str = ""
    marked: tuple[str, str, str] = ("", "", "")
    near: str = ""
    suggestion: str = ""


def locate_mistake(error: QueryError, parameters: Parameters) -> Mistake:
    """Return the mistake that `error` tells of, in what was given as `parameters`."""
    field = error.field or _find_field(str(error))
    values = [value for name, value in parameters if _is_of(name, field)]
    suggested = _suggest(error, field, parameters)
    return Mistake(
        str(error),
        field if field in SHOWN_FIELDS else "",
        _mark(error, values),
        error.near if suggested else "",
        urlencode(suggested) if suggested else "",
    )


def _find_field(sentence: str) -> str:
    """Return the parameter that a sentence begins with, as in 'limit='0' is not understood'."""
    word = _PARAMETER.match(sentence)
    name = word[0] if word else ""
    return ("topic" if name == "q" else name) if name in (*PARAMETERS, "format") else ""


def _is_of(name: str, field: str) -> bool:
    return name == field or (field == "topic" and name == "q")


def _mark(error: QueryError, values: Sequence[str]) -> tuple[str, str, str]:
    if error.text and error.position is not None:
        start = min(error.position, len(error.text))
        word = _WORD.match(error.text, start)
        end = word.end() if word else start + 1
        return error.text[:start], error.text[start:end] or " ", error.text[end:]
    for value in values:
        if error.wrong and (start := value.find(error.wrong)) >= 0:
            end = start + len(error.wrong)
            return value[:start], value[start:end], value[end:]
    return "", "", ""


def _suggest(error: QueryError, field: str, parameters: Parameters) -> list[tuple[str, str]]:
    """Return `parameters` with what was most likely meant, nothing where it can't be put in."""
    if not error.near:
        return []
    if not field:
        return [(error.near if name == error.wrong else name, value) for name, value in parameters]
    suggested = []
    for name, value in parameters:
        if _is_of(name, field):
            value = _correct(error, field, value)
        suggested.append((name, value))
    return suggested if suggested != list(parameters) else []


def _correct(error: QueryError, field: str, value: str) -> str:
    if field == "topic":
        if error.text and error.position is not None:
            return (
                error.text[: error.position] + error.near + error.text[error.position + len(error.wrong) :]
            )
        near = error.near if re.fullmatch(r"[\w.-]+", error.near) else f'"{error.near}"'
        return value.replace(error.wrong, near, 1)
    if "," in error.near or error.near.startswith("-"):
        return value
    sign, names = ("-", value[1:]) if value.startswith("-") else ("", value)
    parts = [error.near if part.strip() == error.wrong else part for part in names.split(",")]
    return sign + ",".join(parts)
