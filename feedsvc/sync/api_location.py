"""Where a site's REST API is now: where it was, or found again after it has moved."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from feedsvc.errors import SiteError
from feedsvc.sync.site_store import SiteStore
from feedsvc.sync.steps import ApiLocated
from feedsvc.text.html import to_plain_text
from feedsvc.text.shorten import shorten
from feedsvc.wordpress.api import Api
from feedsvc.wordpress.discover import DiscoveredApi, PageInfo, describe_other_home, discover
from feedsvc.wordpress.http import Http

MAX_TEXT_LENGTH = 2000
_CAUSES_OF_A_MOVE = {
    "not_json", "not_wordpress", "http_404", "http_410", "redirect_loop", "redirect_insecure",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ApiLocator:
    """Finds the REST API of one site.

    `remark` is called with what is odd on the way.
    """

    store: SiteStore
    http: Http
    sweep_interval: timedelta
    remark: Callable[[str], None]

    def locate(self, failures: int) -> Api:
        """Return the API where it was last, else where it is found. Raise SiteError when it is nowhere.

        `failures` are the pulls that failed since the last success.
        """
        state = self.store.load_state()
        if not state.api_root:
            return self._note(self._discover())
        api = Api(self.http, state.api_root, self.remark)
        now = datetime.now(UTC)
        if (not state.swept_at or now - state.swept_at >= self.sweep_interval) and self._is_elsewhere(api):
            # It was sent there; if that was for a time only, the site has its own API again.
            with suppress(SiteError):
                return self._note(self._discover())
        try:
            # What was kept while the site failed may be no good.
            info = api.fetch_site_info(fresh=failures > 0)
        except SiteError as error:
            if moved_api := self.relocate(api, error):
                return moved_api
            raise
        return self._note(DiscoveredApi(Api(self.http, info.root, self.remark), info, PageInfo()))

    def relocate(self, api: Api, error: SiteError) -> Api | None:
        """Return the API where it is now, if `error` may come from its having moved, and it has."""
        may_have_moved = error.cause in _CAUSES_OF_A_MOVE or self._is_elsewhere(api)
        if error.asks_to_wait or not may_have_moved:
            return None
        try:
            discovered = self._discover()
        except SiteError as second_error:
            if second_error.asks_to_wait:
                raise
            return None
        return self._note(discovered) if discovered.api.root != api.root else None

    def _discover(self) -> DiscoveredApi:
        return discover(self.http, self.store.load_configured_url(), self.remark)

    def _is_elsewhere(self, api: Api) -> bool:
        """Return whether the API is on another host than the site that is configured."""
        return urlsplit(api.root).hostname != urlsplit(self.store.load_configured_url()).hostname

    def _note(self, discovered: DiscoveredApi) -> Api:
        info = discovered.about
        located = ApiLocated(
            root=discovered.api.root,
            title=shorten(to_plain_text(info.title[:MAX_TEXT_LENGTH]), 200),
            description=shorten(to_plain_text(info.description[:MAX_TEXT_LENGTH]), 500),
            home=info.home if len(info.home) < MAX_TEXT_LENGTH else "",
            wordpress_version=discovered.page.version,
            language=discovered.page.language,
            icon=info.icon if len(info.icon) < MAX_TEXT_LENGTH else "",
        )
        self.store.remember(located)
        if note := describe_other_home(self.store.load_configured_url(), located.home):
            self.store.name_by_home()
            self.remark(note)
        return discovered.api
