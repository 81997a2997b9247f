"""The way to a site that the settings ask for."""

from pathlib import Path

from sqlalchemy import make_url

from feedsvc.config import Settings
from feedsvc.wordpress.http import HttpClient
from feedsvc.wordpress.transport import Bounds


def make_http_client(
    settings: Settings, site_url: str | None = None, bounds: Bounds | None = None
) -> HttpClient:
    """Return the way to the site at `site_url` that the settings ask for; what it keeps lies beside the
    database.

    Of addresses that are not public it opens those of this site alone: what is named for one site is not
    for another to send us to.
    """
    database = Path(make_url(settings.database_url).database or "feedsvc.db")
    return HttpClient(
        cache_file=database.with_name(f"{database.stem}-http.sqlite"),
        redis_url=settings.redis_url,
        redis_verify=settings.redis_verify,
        contact=settings.contact or settings.base_url or "",
        named=[site_url] if site_url else [],
        proxy=settings.proxy,
        bounds=bounds,
    )
