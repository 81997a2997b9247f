"""The folder that `base_url` may name: a WSGI layer that lets the application work below it."""

from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.wrappers import Response

from feedsvc.publish.client_limit import WsgiApp


class BasePath:
    """Puts `path`, such as '/feeds', before the addresses that the application makes of itself.

    A proxy may take it off the addresses that it passes on, or leave it there: it is taken off here, unless
    `is_known` says that there is such a path without it.
    """

    def __init__(self, app: WsgiApp, path: str, is_known: Callable[[str], bool]) -> None:
        self._app = app
        self._path = path
        self._is_known = is_known

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked: str = environ["PATH_INFO"]
        environ["SCRIPT_NAME"] = self._path
        if asked == self._path and not self._is_known(asked):
            # Without the slash behind, what a page leads to would lie beside the folder.
            query_string = environ.get("QUERY_STRING", "")
            location = f"{asked}/?{query_string}" if query_string else f"{asked}/"
            return Response(status=308, headers={"Location": location, "Cache-Control": "no-store"})(
                environ, start_response
            )
        if asked.startswith(f"{self._path}/") and not self._is_known(asked):
            environ["PATH_INFO"] = asked.removeprefix(self._path)
        return self._app(environ, start_response)
