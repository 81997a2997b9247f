"""Where a site's REST API is now: where it was, or found again after it has moved."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from feedsvc.errors import SiteError
from feedsvc.pull.discover import Found, discover
from feedsvc.pull.http import Http
from feedsvc.pull.intake import asks_to_wait
from feedsvc.pull.wordpress import Api
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.text import plain

_MOVED = {"not_json", "not_wordpress", "http_404", "http_410", "redirect_loop", "redirect_insecure"}


@dataclass(frozen=True, slots=True)
class Locator:
    """Finds the API of one site and notes where that was. `remark` is told what is odd on the way."""

    database: Database
    http: Http
    site_id: int
    remark: Callable[[str], None]

    def api(self) -> Api:
        """Give the API where it was last, else where it is found. Raises SiteError."""
        state = self._state()
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
        configured = self._state().configured_url
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
        """Note that the API is at `root` from now on. Where it was elsewhere before, the links of all posts
        may be others: all are read again.
        """
        before = self._state().api
        self._note(api=root, **({"backfill_page": 1} if before and before != root else {}))

    def _noted(self, found: Found) -> Api:
        state = self._state()
        self.note_root(found.api.root)
        self._note(
            title=plain(found.about.title),
            description=plain(found.about.description),
            home=found.about.home or state.configured_url,
            version=found.version or state.version,
        )
        return found.api

    def _state(self) -> sites.SiteState:
        with self.database.reading() as connection:
            return sites.state(connection, self.site_id)

    def _note(self, **values: Any) -> None:
        with self.database.writing() as connection:
            sites.change(connection, self.site_id, **values)
