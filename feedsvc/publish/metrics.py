"""How the sites are doing, in Prometheus's text:
https://prometheus.io/docs/instrumenting/exposition_formats/

All of it is from the database, so that every process says the same.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from feedsvc import __version__
from feedsvc.publish.health import SiteHealth

CONTENT_TYPE = CONTENT_TYPE_LATEST

_Value = Callable[[SiteHealth], float | None]


def _to_seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


# A name, what it says, and the value for a site; None where there is none.
_GAUGES: Sequence[tuple[str, str, _Value]] = (
    (
        "up",
        "Whether the last pull went well, and the next one is not overdue.",
        lambda health: float(health.is_up),
    ),
    ("failures", "Pulls that failed since one went well.", lambda health: health.state.poll.failures),
    (
        "remarks",
        "Oddities at the last pull that did no harm.",
        lambda health: len(health.state.poll.remarks),
    ),
    (
        "last_success_timestamp_seconds",
        "When a pull went well last.",
        lambda health: _to_seconds(health.state.poll.last_success_at),
    ),
    (
        "last_error_timestamp_seconds",
        "When a pull failed last.",
        lambda health: _to_seconds(health.state.poll.last_error_at),
    ),
    (
        "next_pull_timestamp_seconds",
        "When the next pull is due.",
        lambda health: (
            _to_seconds(health.state.poll.due_at) if health.state.poll.due_at.timestamp() else None
        ),
    ),
)
_COUNTERS: Sequence[tuple[str, str, _Value]] = (
    ("requests", "Requests made to the site.", lambda health: health.state.requests),
    ("received_bytes", "Bytes of bodies that the site sent.", lambda health: health.state.received),
)


def write_metrics(sites: Sequence[SiteHealth]) -> bytes:
    """Return the metrics of `sites` as text in UTF-8."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_SiteCollector(sites))
    return generate_latest(registry)


class _SiteCollector(Collector):
    def __init__(self, sites: Sequence[SiteHealth]) -> None:
        self._sites = sites

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("feedsvc", "The version of feedsvc.", value={"version": __version__})
        posts = GaugeMetricFamily("feedsvc_site_posts", "Posts held of the site.", labels=["site"])
        for health in self._sites:
            posts.add_metric([health.state.site.name], health.post_count)
        yield posts
        pulled = [health for health in self._sites if health.condition != "imported"]
        error = GaugeMetricFamily(
            "feedsvc_site_error", "Why pulls fail, while they do.", labels=["site", "cause"]
        )
        for health in pulled:
            if health.state.poll.failures:
                error.add_metric([health.state.site.name, health.state.poll.failure_cause], 1)
            elif health.is_overdue:
                error.add_metric([health.state.site.name, "overdue"], 1)
        yield error
        for kind, family in ((GaugeMetricFamily, _GAUGES), (CounterMetricFamily, _COUNTERS)):
            for name, says, value in family:
                metric = kind(f"feedsvc_site_{name}", says, labels=["site"])
                for health in pulled:
                    if (measured := value(health)) is not None:
                        metric.add_metric([health.state.site.name], measured)
                yield metric
