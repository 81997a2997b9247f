"""The poller: when to pull which site, who claims it, back-off, a clean stop."""

import json
import logging
import os
import random
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from feedsvc.config import Settings
from feedsvc.errors import SiteError, StoppedError
from feedsvc.store import sites, traffic
from feedsvc.store.database import Database
from feedsvc.sync.batch import Report, clean_again
from feedsvc.sync.run import Pull
from feedsvc.sync.site_store import Holding
from feedsvc.text.characters import remove_illegal_characters
from feedsvc.wordpress.http import HttpClient
from feedsvc.wordpress.pace import MAX_PAUSE_SECONDS, PacedHttp
from feedsvc.wordpress.transport import Bounds, Traffic

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=Bounds().total + 2 * MAX_PAUSE_SECONDS + 60)
"""How long a claim holds after the beginning of a request; it is renewed with each."""

_LONGEST_PAUSE = timedelta(hours=1)
_MOST_INTERVALS = 8
_AT_ONCE = 4
"""Sites whose posts are worked on at once; any number may be waited for."""

_TICK = 0.5
_STOP_SECONDS = 3.0
_OURS: set[str] = set()


class Poller:
    """Pulls the configured sites into the store. Several may run on one database: each site is claimed
    before it is pulled, by one conditional UPDATE.
    """

    def __init__(self, settings: Settings, database: Database, bounds: Bounds | None = None) -> None:
        self._settings = settings
        self._database = database
        self._http = http_client(settings, bounds)
        self._stop = threading.Event()
        self._slots = threading.BoundedSemaphore(_AT_ONCE)
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        _OURS.add(self.name)

    def register(self) -> list[sites.SiteState]:
        """Give the state of each configured site, brought into the store if it is not there."""
        now = datetime.now(UTC)
        self._http.forget()
        with self._database.writing() as connection:
            ids = [sites.ensure(connection, site.name, site.url) for site in self._settings.sites]
            for state in (found := [sites.state(connection, site_id) for site_id in ids]):
                # A pause that was set under a longer interval must not outlast this one.
                latest = now + self._pause(state.failures)
                if state.next_pull_at > latest:
                    sites.change(connection, state.id, next_pull_at=latest)
        return found

    def claim(self, site_id: int, *, even_if_early: bool = False) -> bool:
        """Take a site, if it is due and nobody has it (one whose process is dead has it no more)."""
        with self._database.writing() as connection:
            dead = [holder for holder in sites.holders(connection) if self._is_dead(holder)]
            return sites.claim(
                connection, site_id, self.name, datetime.now(UTC), LEASE,
                dead=dead, even_if_early=even_if_early,
            )  # fmt: skip

    def refuse_to_hurry(self, site_id: int) -> None:
        """Raise SiteError when a site has asked not to be asked yet."""
        refuse_to_hurry(self._state(site_id))

    def pull(
        self,
        site_id: int,
        *,
        full: bool = False,
        plan: bool = True,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Report:
        """Pull a site that is claimed, note how it went, and let go of it.

        With `plan` it is noted when the next pull is due; one out of turn leaves that as it is.
        Raises SiteError when the site failed, StoppedError when the pull has to leave off.
        """
        http = PacedHttp(
            self._http,
            wait=self._stop.wait,
            before=lambda: self._hold(site_id),
            after=lambda spent: self._count(site_id, spent),
            meanwhile=self._slot_for_others,
        )
        holding = Holding(self._database, site_id, self.name)
        pull = Pull(holding, http, self._settings.sweep_interval, progress)
        with self._slots:
            try:
                report = pull.run(full=full)
            except StoppedError:
                self._let_go(site_id)
                raise
            except SiteError as error:
                self._failed(site_id, str(error), plan=plan, cause=error.cause, wait_until=error.retry_at)
                raise
            except Exception as error:  # a mistake of ours: the site must not be asked again and again
                told = f"an error in feedsvc, please report it: {error!r}"
                self._failed(site_id, told, plan=plan, cause="internal")
                raise
            except BaseException:
                self._let_go(site_id)
                raise
            self._succeeded(site_id, report, plan=plan)
        return report

    def run(self, *, beside: int | None = None) -> None:
        """Pull what is due until told to stop; with `beside`, until that parent process is gone."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        ids = [state.id for state in self.register()]
        if not ids:
            log.info("no site is configured, in config.toml or FEEDSVC_SITES: nothing is pulled")
        # Beside the pulls, since it may take minutes after an update; a daemon as they are.
        threading.Thread(target=self._clean_again, daemon=True).start()
        running: dict[int, threading.Thread] = {}
        while not self._stop.is_set():
            with self._database.reading() as connection:
                due = sites.due(connection, datetime.now(UTC))
            for site_id in ids:
                if site_id in due and site_id not in running:
                    # One each, so that a site that hangs delays no other; and a daemon, so that it does
                    # not keep the process from ending.
                    thread = threading.Thread(target=self._pull_if_free, args=[site_id], daemon=True)
                    thread.start()
                    running[site_id] = thread
            self._stop.wait(_TICK)
            running = {site_id: thread for site_id, thread in running.items() if thread.is_alive()}
            if beside is not None and os.getppid() != beside:
                self._stop.set()
        deadline = time.monotonic() + _STOP_SECONDS
        for site_id, thread in running.items():
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                self._let_go(site_id)
        log.info("the poller has stopped")

    def _clean_again(self) -> None:
        try:
            if done := clean_again(self._database, lambda: not self._stop.is_set()):
                log.info("%d bodies cleaned again, since the policy has changed", done)
        except Exception:  # a thread's error would vanish: it belongs into the log
            log.exception("bodies could not be cleaned again: an error in feedsvc")

    def _pull_if_free(self, site_id: int) -> None:
        if not self.claim(site_id):
            return
        name = self._state(site_id).site.name
        try:
            report = self.pull(site_id)
        except StoppedError as error:
            log.info("site %s: %s; the next pull goes on from there", name, error)
        except SiteError as error:
            log.warning("site %s: %s", name, error)
        except Exception:  # a thread's error would vanish: it belongs into the log
            log.exception("site %s: an error in feedsvc", name)
        else:
            level = logging.INFO if report.new or report.changed or report.removed else logging.DEBUG
            log.log(level, "site %s: %s", name, describe(report))

    @contextmanager
    def _slot_for_others(self) -> Iterator[None]:
        self._slots.release()
        try:
            yield
        finally:
            self._slots.acquire()

    def _hold(self, site_id: int) -> None:
        """Renew our claim before each request. Raises StoppedError when there is no more to do for us."""
        if self._stop.is_set():
            raise StoppedError("stopped")
        if not self._note(site_id, claimed_until=datetime.now(UTC) + LEASE):
            raise StoppedError("another process has taken it over")

    def _succeeded(self, site_id: int, report: Report, *, plan: bool) -> None:
        now = datetime.now(UTC)
        before = self._state(site_id)
        for remark in report.remarks:
            if remark not in before.remarks:
                log.warning("site %s: %s", before.site.name, remark)
        self._note(
            site_id,
            claimed_by=None,
            failures=0,
            cause="",
            wait_until=None,
            last_success_at=now,
            remarks=json.dumps(report.remarks),
            **({"next_pull_at": now + self._settings.poll_interval} if plan else {}),
        )

    def _failed(
        self, site_id: int, error: str, *, plan: bool, cause: str, wait_until: datetime | None = None
    ) -> None:
        now = datetime.now(UTC)
        failures = self._state(site_id).failures + 1
        self._note(
            site_id,
            claimed_by=None,
            failures=failures,
            cause=cause,
            wait_until=wait_until,
            last_error_at=now,
            last_error=remove_illegal_characters(error)[:1000],
            **({"next_pull_at": now + self._pause(failures)} if plan else {}),
        )

    def _let_go(self, site_id: int) -> None:
        """Free a site in the middle of a pull, for whoever comes next to go on at once."""
        self._note(site_id, claimed_by=None, next_pull_at=datetime.now(UTC))

    def _count(self, site_id: int, spent: Traffic) -> None:
        if spent.requests:
            with self._database.writing() as connection:
                traffic.count(connection, site_id, datetime.now(UTC), spent.requests, spent.received)

    def _note(self, site_id: int, **values: Any) -> bool:
        with self._database.writing() as connection:
            return sites.change_if_held(connection, site_id, self.name, **values)

    def _state(self, site_id: int) -> sites.SiteState:
        with self._database.reading() as connection:
            return sites.state(connection, site_id)

    def _pause(self, failures: int) -> timedelta:
        """Give how long to wait: the interval, doubled with each failure after the first, with jitter; so
        long only that a site which is well again is noticed in good time.
        """
        interval = self._settings.poll_interval
        if failures < 2:
            return interval
        longest = max(interval, min(_LONGEST_PAUSE, interval * _MOST_INTERVALS))
        doubled = interval.total_seconds() * 2 ** min(failures - 1, 20)
        jitter = random.uniform(0.9, 1.0)  # noqa: S311 (nothing secret rests on it)
        return max(interval, min(timedelta(seconds=doubled), longest) * jitter)

    def _is_dead(self, holder: str) -> bool:
        """Tell whether `holder` was a process of this machine that is no more."""
        host, pid, _ = holder.rsplit(":", 2)
        if host != socket.gethostname() or holder == self.name:
            return False
        if int(pid) == os.getpid():
            return holder not in _OURS  # if not, an earlier process had the number that is ours now
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False


def refuse_to_hurry(state: sites.SiteState) -> None:
    """Raise SiteError when a site has asked not to be asked yet (Retry-After)."""
    now = datetime.now(UTC)
    if state.wait_until and now < state.wait_until <= now + sites.LONGEST_WAIT:
        got = f"it has asked not to be asked before {state.wait_until:%Y-%m-%d %H:%M:%S} UTC"
        raise SiteError(state.configured_url, got, "Ask it after that.", cause=state.cause)


def http_client(settings: Settings, bounds: Bounds | None = None) -> HttpClient:
    """Give the way to the sites that the settings ask for; what it keeps lies beside the database."""
    database = Path(make_url(settings.database_url).database or "feedsvc.db")
    return HttpClient(
        cache_file=database.with_name(f"{database.stem}-http.sqlite"),
        redis_url=settings.redis_url,
        contact=settings.contact or settings.base_url or "",
        named=[site.url for site in settings.sites],
        proxy=settings.proxy,
        bounds=bounds,
    )


def describe(report: Report) -> str:
    """Give a pull's outcome in one line."""
    return (
        f"{report.new} new, {report.changed} changed, {report.removed} removed, "
        f"{report.duplicates} duplicates, {report.seconds:.1f} s"
    )
