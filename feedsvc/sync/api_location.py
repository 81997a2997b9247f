"""Where a site's REST API is now: where it was, or found again after it has moved."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from feedsvc.errors import SiteError
from feedsvc.sync.ingest import asks_to_wait
from feedsvc.sync.site_store import Holding
from feedsvc.text.html import to_plain_text
from feedsvc.text.shorten import shorten
from feedsvc.wordpress.api import Api
from feedsvc.wordpress.discover import DiscoveredApi, discover
from feedsvc.wordpress.http import Http

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
    look_again: timedelta

    def api(self) -> Api:
        """Give the API where it was last, else where it is found. Raises SiteError."""
        state = self.holding.state()
        if not state.api:
            return self._noted(discover(self.http, state.configured_url, self.remark))
        api = Api(self.http, state.api, self.remark)
        overdue = not state.swept_at or datetime.now(UTC) - state.swept_at >= self.look_again
        if overdue and self._is_elsewhere(api):
            # It was sent there; if that was for a time only, the site has its own API again.
            with suppress(SiteError):
                return self._noted(discover(self.http, state.configured_url, self.remark))
        try:
            # What was kept while it failed may be no good.
            about = api.fetch_site_info(fresh=state.failures > 0)
        except SiteError as error:
            if moved := self.moved(api, error):
                return moved
            raise
        return self._noted(DiscoveredApi(Api(self.http, about.root, self.remark), about, ""))

    def moved(self, api: Api, error: SiteError) -> Api | None:
        """Give the API where it is now, if `error` may come from its having moved, and it has."""
        if asks_to_wait(error) or not (error.cause in _MOVED or self._is_elsewhere(api)):
            return None
        try:
            found = discover(self.http, self.holding.state().configured_url, self.remark)
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

    def _is_elsewhere(self, api: Api) -> bool:
        configured = self.holding.state().configured_url
        return urlsplit(api.root).hostname != urlsplit(configured).hostname

    def _noted(self, found: DiscoveredApi) -> Api:
        self.note_root(found.api.root)
        state = self.holding.state()
        told = {
            "title": shorten(to_plain_text(found.about.title[:_LONGEST]), 200),
            "description": shorten(to_plain_text(found.about.description[:_LONGEST]), 500),
            "home": found.about.home if 0 < len(found.about.home) < _LONGEST else state.configured_url,
            "version": found.version or state.version,
        }
        held = (state.site.title, state.site.description, state.site.url, state.version)
        if held != tuple(told.values()):
            self.holding.note(**told)
        return found.api
