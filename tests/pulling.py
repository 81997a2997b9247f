"""Pulling a site as the poller does, for tests."""

import os
import signal
import threading
from collections.abc import Callable

from fake_wordpress import FakeWordPress
from feedsvc.config import load_settings
from feedsvc.store.database import Database
from feedsvc.sync.report import Report
from feedsvc.wordpress.transport import Bounds
from feedsvc.worker import Poller
from service import eventually


def pull(
    site: FakeWordPress, database: Database, *, full: bool = False, bounds: Bounds | None = None
) -> Report:
    """Pull one site, due or not, and return the report."""
    poller = Poller(load_settings(sites=[site.url]), database, bounds)
    (state,) = poller.register()
    assert poller.claim(state.id, even_if_early=True)
    return poller.pull(state.id, full=full)


def run_until(poller: Poller, happens: Callable[[], object]) -> None:
    """Run a poller, as `feedsvc worker` does, until something has happened; put back the signals."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    failures: list[AssertionError] = []

    def watch() -> None:
        try:
            eventually(happens, "what the poller was run for")
        except AssertionError as error:
            failures.append(error)
        os.kill(os.getpid(), signal.SIGTERM)

    watcher = threading.Thread(target=watch)
    watcher.start()
    poller.run()
    watcher.join()
    for number, handler in before.items():
        signal.signal(number, handler)
    assert not failures
