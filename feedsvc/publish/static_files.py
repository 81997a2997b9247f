"""The files of the pages, such as their style sheet: read once, sent as everything else is."""

from pathlib import Path

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from feedsvc.publish.respond import respond

_MAX_AGE_SECONDS = 300
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}
_FILES = {file.name: file.read_bytes() for file in (Path(__file__).parent / "static").iterdir()}


def send_static_file(name: str) -> Response:
    """Send the file of this name. Its ETag is of its bytes, so that it is the same on every machine."""
    if name not in _FILES:
        raise NotFound
    cache_control = f"public, max-age={_MAX_AGE_SECONDS}"
    return respond(request, _FILES[name], _MEDIA_TYPES[Path(name).suffix], cache_control=cache_control)
