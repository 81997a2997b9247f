"""The poller: which site is due, and a thread for each of their turns; a clean stop."""

import logging
import math
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from feedsvc.config import Settings
from feedsvc.connect_site import make_http_client
from feedsvc.errors import DatabaseBusyError, SiteError, StoppedError
from feedsvc.process_limits import give_back_memory
from feedsvc.store import posts, sites
from feedsvc.store.clock import load_now
from feedsvc.store.database import Database
from feedsvc.store.site_state import SiteState
from feedsvc.sync.claim_holder import is_dead, name_holder
from feedsvc.sync.cleaning_process import CleaningProcess
from feedsvc.sync.progress_log import ProgressLog
from feedsvc.sync.reclean import clean_again
from feedsvc.sync.report import Report
from feedsvc.sync.turn import (
    LEASE,
    SiteTurn,
    check_retry_after,
    free_site,
    longest_pause,
    pause_after,
)
from feedsvc.sync.work_slots import WorkSlots
from feedsvc.wordpress.transport import Bounds

log = logging.getLogger(__name__)

MAX_BUSY_SITES = 4
"""Sites whose posts are worked on at once; others are waited for."""

MAX_TURNS = 64
"""Sites whose turn it is at once, each in a thread: as many may be silent before they delay others. The
turns of a thousand good sites, of a second each, come round in a fiftieth of a quarter of an hour."""

_TICK_SECONDS = 0.5
_GIVE_BACK_SECONDS = 5.0
"""Between two times that free memory is given back while sites are pulled, and until after the last."""

_STOP_SECONDS = 3.0


class Poller:
    """Pulls the configured sites into the store. Several may run on one database: each site is claimed
    before it is pulled, by one conditional UPDATE.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        bounds: Bounds | None = None,
        cleaning: CleaningProcess | None = None,
    ) -> None:
        self._settings = settings
        self._database = database
        self._bounds = bounds
        self._stop = threading.Event()
        self._has_said_so = False
        self._is_beside_server = False
        self._cleaning = cleaning or CleaningProcess()
        self._slots = WorkSlots(MAX_BUSY_SITES)
        self.name = name_holder()

    def register(self) -> list[SiteState]:
        """Return the configured sites, brought into the store where they are not there."""
        with closing(make_http_client(self._settings)) as http:
            http.forget()
        with self._database.transaction() as connection:
            now = load_now(connection)
            site_ids = [sites.ensure_site(connection, site.name, site.url) for site in self._settings.sites]
            states = [sites.load_site(connection, site_id) for site_id in site_ids]
            for state in states:
                # A pause that was set under a longer interval must not outlast this one.
                latest = now + pause_after(state.poll.failures, self._settings.poll_interval)
                if state.poll.next_pull_at > latest:
                    sites.save_poll_state(connection, state.id, replace(state.poll, next_pull_at=latest))
        return states

    def claim(self, site_id: int, *, even_if_early: bool = False) -> bool:
        """Claim a site, and return whether that succeeded: it is due, and nobody else has it. Raises
        DatabaseBusyError when that can't be written: the site stays due, and is claimed later.
        """
        with self._database.transaction() as connection:
            holders = sites.list_claim_holders(connection)
            dead_holders = [holder for holder in holders if holder != self.name and is_dead(holder)]
            now = load_now(connection)
            return sites.claim_site(
                connection, site_id, self.name, now, LEASE, dead_holders=dead_holders,
                even_if_early=even_if_early, latest=now + longest_pause(self._settings.poll_interval),
            )  # fmt: skip

    def check_retry_after(self, site_id: int) -> None:
        """Raise SiteError when a site has asked not to be asked yet."""
        with self._database.reading() as connection:
            check_retry_after(sites.load_site(connection, site_id), load_now(connection))

    def pull(
        self,
        site_id: int,
        *,
        full: bool = False,
        plan: bool = True,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Report:
        """Pull a site that is claimed, remember how that went, and let go of it: see SiteTurn.pull."""
        state = self._load(site_id)
        # A site that has failed does not hold the others up again each time.
        is_new = state.sync.backfilled_at is None and not state.poll.failures
        is_urgent = partial(self._has_no_posts, site_id) if is_new else lambda: False
        with (
            closing(make_http_client(self._settings, state.configured_url, self._bounds)) as http,
            self._slots.working(is_urgent) as slot_turn,
        ):
            turn = SiteTurn(
                self._database,
                http,
                site_id,
                self.name,
                self._settings.poll_interval,
                self._settings.sweep_interval,
                stopped=self._stop.is_set,
                wait=self._stop.wait,
                meanwhile=slot_turn.lending,
                cleaning=self._cleaning,
            )
            return turn.pull(full=full, plan=plan, progress=progress)

    def run(self, *, beside: int | None = None) -> None:
        """Pull what is due until told to stop; with `beside`, until that parent process is gone."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        self._is_beside_server = beside is not None
        site_ids = self._register_in_time()
        if not site_ids and not self._stop.is_set() and not self._has_imported_sites():
            log.info("no site is configured, in config.toml or FEEDSVC_SITES: nothing is pulled")
        # Beside the pulls, since it may take minutes after an update; a daemon as they are.
        threading.Thread(target=self._clean_again, daemon=True).start()
        running: dict[int, threading.Thread] = {}
        give_back_at = math.inf
        while not self._stop.is_set():
            for site_id in self.list_due_ids(site_ids, running):
                # One each, so that a site that hangs delays no other; and a daemon, so that it does not
                # keep the process from ending.
                thread = threading.Thread(target=self._take_turn, args=[site_id], daemon=True)
                thread.start()
                running[site_id] = thread
                give_back_at = min(give_back_at, time.monotonic() + _GIVE_BACK_SECONDS)
            self._stop.wait(_TICK_SECONDS)
            if time.monotonic() > give_back_at:
                give_back_memory()
                give_back_at = time.monotonic() + _GIVE_BACK_SECONDS if running else math.inf
            running = {site_id: thread for site_id, thread in running.items() if thread.is_alive()}
            if beside is not None and os.getppid() != beside:
                self._stop.set()
        deadline = time.monotonic() + _STOP_SECONDS
        for site_id, thread in running.items():
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                self._free(site_id)
        log.info("the poller has stopped")

    def _register_in_time(self) -> frozenset[int]:
        """Return the ids of the configured sites, brought into the store as soon as it can be written; none
        when we are told to stop before.
        """
        while not self._stop.is_set():
            try:
                return frozenset(state.id for state in self.register())
            except DatabaseBusyError as error:
                log.warning("%s", error)
                self._stop.wait(_TICK_SECONDS)
        return frozenset()

    def list_due_ids(self, site_ids: frozenset[int], running: Mapping[int, object]) -> list[int]:
        """Return which of our sites to begin with now: those longest due that nobody pulls, as many as
        there may be beside those that are `running`.
        """
        if len(running) >= MAX_TURNS:
            return []
        try:
            with self._database.reading() as connection:
                now = load_now(connection)
                latest = now + longest_pause(self._settings.poll_interval)
                due_sites = sites.list_due_sites(connection, now, latest)
        except DatabaseBusyError as error:
            log.warning("%s", error)
            return []
        except SQLAlchemyError:
            if self._is_outdated():
                return []
            raise
        free_ids = [
            site.id
            for site in due_sites
            if site.id in site_ids
            and site.id not in running
            and (site.holder in (None, self.name) or is_dead(str(site.holder)))
        ]
        return [] if free_ids and self._is_outdated() else free_ids[: MAX_TURNS - len(running)]

    def _is_outdated(self) -> bool:
        """Return whether another version has changed the schema since we began: what it is for is no longer
        ours to say. It is said once.
        """
        is_outdated = not self._database.is_current()
        if is_outdated and not self._has_said_so:
            log.warning(
                "the database was migrated: this process is of another version, pulls nothing more and has "
                "to end"
            )
        self._has_said_so = is_outdated
        return is_outdated

    def _free(self, site_id: int) -> None:
        try:
            free_site(self._database, site_id, self.name)
        except DatabaseBusyError as error:
            log.warning("a site stays claimed until its lease ends: %s", error)

    def _clean_again(self) -> None:
        count = 0
        try:
            while not self._stop.is_set():
                try:
                    count += clean_again(self._database, lambda: not self._stop.is_set())
                    break
                except DatabaseBusyError as error:
                    log.warning("bodies are cleaned again later: %s", error)
                    self._stop.wait(_TICK_SECONDS)
            if count:
                log.info("%d bodies cleaned again, since the policy has changed", count)
        except Exception:  # a thread's error would vanish: it belongs into the log
            log.exception("bodies could not be cleaned again: an error in feedsvc")

    def _take_turn(self, site_id: int) -> None:
        name, is_first = str(site_id), False
        try:
            state = self._load(site_id)
            name, is_first = state.site.name, not state.sync.backfilled_at
            # A thread may have waited for the database until the process had to end.
            if self._stop.is_set() or not self.claim(site_id):
                return
            if is_first:
                log.info("site %s: its posts are read, the newest first", name)
            report = self.pull(site_id, progress=ProgressLog(name))
            if is_first:
                name = self._load(site_id).site.name  # it may be called by its home now
        except StoppedError as error:
            log.info("site %s: %s; the next pull goes on from there", name, error)
        except (SiteError, DatabaseBusyError) as error:
            log.warning("site %s: %s", name, error)
        except Exception:  # a thread's error would vanish: it belongs into the log
            log.exception("site %s: an error in feedsvc", name)
        else:
            level = logging.INFO if report.new or report.changed or report.removed else logging.DEBUG
            log.log(level, "site %s: %s", name, report)
            if is_first and self._is_beside_server:
                log.info("site %s: its feeds are at %s", name, self._settings.address)

    def _has_no_posts(self, site_id: int) -> bool:
        with self._database.reading() as connection:
            return not posts.has_posts(connection, site_id)

    def _has_imported_sites(self) -> bool:
        with self._database.reading() as connection:
            return any(state.is_imported for state in sites.list_sites(connection))

    def _load(self, site_id: int) -> SiteState:
        with self._database.reading() as connection:
            return sites.load_site(connection, site_id)
