"""feedsvc: clean feeds from the REST API of WordPress sites.

    from feedsvc import open_store, find_entries, render_feed

is for Python programs: see docs/library.md. What these need is imported when they are first used, so that
`feedsvc --help` needs none of it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feedsvc.library import find_stored_entries as find_entries
    from feedsvc.library import open_store, render_feed

__version__ = "0.5.0"

__all__ = ["__version__", "find_entries", "open_store", "render_feed"]

_NAMES_IN_LIBRARY = {
    "find_entries": "find_stored_entries",
    "open_store": "open_store",
    "render_feed": "render_feed",
}


def __getattr__(name: str) -> Any:
    """Return one of the names of the library (PEP 562)."""
    if name not in _NAMES_IN_LIBRARY:
        raise AttributeError(f"module 'feedsvc' has no attribute {name!r}")
    from feedsvc import library

    return getattr(library, _NAMES_IN_LIBRARY[name])
