"""`feedsvc check`: whether each site's REST API answers, and saved topics name what there is."""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from feedsvc.commands.failures import describe_failure
from feedsvc.config import Settings, SiteSettings
from feedsvc.connect_site import make_http_client
from feedsvc.connect_store import connect_store
from feedsvc.errors import DatabaseBusyError, SiteError
from feedsvc.publish.health import SiteHealth, list_health
from feedsvc.publish.saved_topics import list_unknown_names
from feedsvc.store.clock import load_now
from feedsvc.sync.turn import check_retry_after
from feedsvc.values import derive_site_name
from feedsvc.wordpress.discover import describe_other_home, discover


@dataclass(slots=True)
class SiteAnswer:
    """What a site answered; `error` is empty where it did well, `note` says what is to be known of it."""

    name: str
    url: str
    api_root: str = ""
    wordpress_version: str = ""
    post_count: int | None = None
    note: str = ""
    error: str = ""
    health: str = ""

    def __str__(self) -> str:
        version = f", WordPress {self.wordpress_version}" if self.wordpress_version else ""
        count = "" if self.post_count is None else f", {self.post_count} posts"
        outcome = f"failed: {self.error}" if self.error else f"{self.api_root} answers{version}{count}"
        return "\n    ".join(filter(None, [f"{self.name}: {outcome}", self.note, self.health]))

    def to_data(self) -> Mapping[str, object]:
        """Return it as data for JSON."""
        return {
            "name": self.name,
            "url": self.url,
            "answers": not self.error,
            "error": self.error or None,
            "api_root": self.api_root or None,
            "wordpress_version": self.wordpress_version or None,
            "posts": self.post_count,
            "note": self.note or None,
            "health": self.health or None,
        }


@dataclass(slots=True)
class CheckReport:
    """What came of a check: `mistakes` of the configuration, and what each site answered; `now` is by the
    clock of the database.
    """

    mistakes: list[str] = field(default_factory=list)
    database_error: str = ""
    imported_count: int = 0
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    answers: list[SiteAnswer] = field(default_factory=list)

    @property
    def all_answer(self) -> bool:
        """Whether every site answers."""
        return not any(answer.error for answer in self.answers)

    def __str__(self) -> str:
        lines = [] if self.mistakes else ["configuration: in order"]
        if self.imported_count and not self.answers:
            lines.append(f"no site is to be pulled: {self.imported_count} posts of imported files are held")
        elif not self.answers:
            lines.append("no site is configured: write one into config.toml, or set FEEDSVC_SITES")
        if self.database_error:
            lines.append(f"the database can't be read: {self.database_error}")
        return "\n".join([*lines, *map(str, self.answers)])

    def to_json(self) -> str:
        """Return it as a JSON object."""
        data = {
            "mistakes": self.mistakes,
            "database_error": self.database_error or None,
            "sites": [answer.to_data() for answer in self.answers],
        }
        return json.dumps(data, ensure_ascii=False, indent=2)


def check_sites(settings: Settings) -> CheckReport:
    """Ask each site whether its REST API answers; without a database there is none made."""
    report = CheckReport()
    health_by_url = _read_store(settings, report)
    report.answers = [
        _ask_site(settings, site, health_by_url.get(site.url), report.now) for site in settings.sites
    ]
    return report


def _read_store(settings: Settings, report: CheckReport) -> dict[str, SiteHealth]:
    """Return how the sites are doing, by their addresses, and note what else the database knows."""
    database = connect_store(settings)
    try:
        if not database.exists() or not database.is_current():
            return {}
        with database.reading() as connection:
            report.now = load_now(connection)
            sites_health = list_health(connection, settings, report.now)
            report.mistakes = list_unknown_names(connection, settings)
    except (SQLAlchemyError, DatabaseBusyError) as error:
        report.database_error = str(error)
        return {}
    finally:
        database.close()
    report.imported_count = sum(health.post_count for health in sites_health if health.state.is_imported)
    return {health.state.configured_url: health for health in sites_health}


def _ask_site(
    settings: Settings, site: SiteSettings, health: SiteHealth | None, now: datetime
) -> SiteAnswer:
    """Return what a site answers, with `health`, how it was doing."""
    answer = SiteAnswer(health.state.site.name if health else site.name, site.url)
    answer.health = str(health) if health else ""
    try:
        if health:
            check_retry_after(health.state, now)
        with closing(make_http_client(settings, site.url)) as http:
            discovered = discover(http, site.url)
            answer.post_count = discovered.api.fetch_last_modified().total
    except SiteError as error:
        answer.error = describe_failure(error)
        return answer
    answer.api_root, answer.wordpress_version = discovered.api.root, discovered.page.version
    answer.note = describe_other_home(site.url, discovered.about.home)
    if answer.note and answer.name == derive_site_name(site.url):
        answer.name = derive_site_name(discovered.about.home)
    return answer
