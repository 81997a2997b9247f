"""`feedsvc worker`: pulls the sites, each as often as it is due."""

from feedsvc.commands.prepared_store import prepared_store
from feedsvc.config import Settings
from feedsvc.process_limits import limit_heaps
from feedsvc.worker import Poller


def run_worker(settings: Settings) -> None:
    """Pull the sites until the process is told to stop."""
    limit_heaps()
    with prepared_store(settings) as database:
        Poller(settings, database).run()
