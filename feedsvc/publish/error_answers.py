"""A request that can't be answered: a page with links for a person, one plain sentence for all others."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode

from flask import render_template, request
from werkzeug.wrappers import Response

from feedsvc.errors import QueryError, UnknownPathError
from feedsvc.publish.audience import PAGE_VARY, asks_for_page
from feedsvc.publish.context import current_context, read_query_string
from feedsvc.publish.respond import respond_text
from feedsvc.publish.views.mistakes import locate_mistake

_HEADINGS = {
    400: "This address does not work",
    404: "There is nothing here",
    405: "Pages are read here, and nothing else",
    503: "Not ready yet",
}


@dataclass(frozen=True, slots=True)
class Way:
    """A way on from a mistake: what it is called, and its path from the root, without a slash in front."""

    label: str
    path: str


def respond_mistake(sentence: str, status: int, ways: Sequence[Way] = ()) -> Response:
    """Return the answer to the current request that says what is wrong, and on a page how to go on."""
    if asks_for_page(request.environ):
        page = render_template(
            "error_page.html",
            heading=_HEADINGS[status],
            sentence=sentence,
            ways=ways,
            base_url=current_context().base_url(request),
        )
        response = Response(page, status, {"Cache-Control": "no-store"}, mimetype="text/html")
    else:
        response = respond_text(sentence, status)
    response.headers["Vary"] = PAGE_VARY
    return response


def respond_query_error(error: QueryError) -> Response:
    """Return the answer that says what is wrong with a query string, and where it can be mended."""
    parameters = parse_qsl(read_query_string(request), keep_blank_values=True)
    mistake = locate_mistake(error, parameters)
    own_path = quote(request.path[1:], safe="/,")
    ways = (
        [Way(f"Write “{mistake.near}” instead", f"{own_path}?{mistake.suggestion}")] if mistake.near else []
    )
    # The builder has the path's own part as a field.
    arguments = request.view_args or {}
    in_path = [(arguments["field"], arguments["slug"])] if {"field", "slug"} <= arguments.keys() else []
    filled = urlencode([*in_path, *parameters])
    return respond_mistake(str(error), 400, [*ways, Way("Mend it in the builder", f"preview?{filled}")])


def respond_unknown_path(error: UnknownPathError) -> Response:
    """Return the answer that says that a path names nothing, and what was most likely meant."""
    ways = []
    if error.near and error.field:
        suffix = (request.view_args or {}).get("suffix", "")
        ending = f".{suffix}" if suffix else "/"
        ways = [Way(f"Go to “{error.near}”", f"{error.field}/{quote(error.near, safe='')}{ending}")]
    return respond_mistake(str(error), 404, ways)
