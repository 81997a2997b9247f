"""Where a site's REST API is now: where it was, or found again after it has moved."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from feedsvc.errors import SiteError
from feedsvc.pull.discover import Found, discover
from feedsvc.pull.holding import Holding
from feedsvc.pull.http import Http
from feedsvc.pull.intake import asks_to_wait
from feedsvc.pull.wordpress import Api
from feedsvc.text import plain, shorten

_LINKS = 1
"""The turn in which links are looked at: see changes.py."""

_LONGEST = 2000
_MOVED = {"not_json", "not_wordpress", "http_404", "http_410", "redirect_loop", "redirect_insecure"}


@dataclass(frozen=True, slots=True)
class Locator:
    """Finds the API of one site and notes where that was. `remark` is told what is odd on the way."""

    holding: Holding
    http: Http
    remark: Callable[[str], None]

    def api(self) -> Api:
        """Give the API where it was last, else where it is found. Raises SiteError."""
        state = self.holding.state()
        if not state.api:
            return self._noted(discover(self.http, state.configured_url, self.remark))
        api = Api(self.http, state.api, self.remark)
        try:
            about = api.about(fresh=state.failures > 0)  # what was kept while it failed may be no good
        except SiteError as error:
            if moved := self.moved(api, error):
                return moved
            raise
        return self._noted(Found(Api(self.http, about.root, self.remark), about, ""))

    def moved(self, api: Api, error: SiteError) -> Api | None:
        """Give the API where it is now, if `error` may come from its having moved, and it has."""
        configured = self.holding.state().configured_url
        elsewhere = urlsplit(api.root).hostname != urlsplit(configured).hostname
        if error.cause not in _MOVED and not (elsewhere and error.cause in ("dns", "refused")):
            return None
        try:
            found = discover(self.http, configured, self.remark)
        except SiteError as second:
            if asks_to_wait(second):
                raise
            return None
        return self._noted(found) if found.api.root != api.root else None

    def note_root(self, root: str) -> None:
        """Note that the API is at `root` from now on. Where it was elsewhere before, posts may have other
        links: those of the latest are the next to be looked at.
        """
        before = self.holding.state().api
        if before != root:
            self.holding.note(api=root, **({"turn": _LINKS} if before else {}))

    def _noted(self, found: Found) -> Api:
        self.note_root(found.api.root)
        state = self.holding.state()
        told = {
            "title": shorten(plain(found.about.title[:_LONGEST]), 200),
            "description": shorten(plain(found.about.description[:_LONGEST]), 500),
            "home": found.about.home if 0 < len(found.about.home) < _LONGEST else state.configured_url,
            "version": found.version or state.version,
        }
        held = (state.site.title, state.site.description, state.site.url, state.version)
        if held != tuple(told.values()):
            self.holding.note(**told)
        return found.api
