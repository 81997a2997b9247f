"""How the sites are doing, in Prometheus's text:
https://prometheus.io/docs/instrumenting/exposition_formats/

All of it is from the database, so that every process tells the same.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from feedsvc import __version__
from feedsvc.publish.health import Health

CONTENT_TYPE = CONTENT_TYPE_LATEST

_Value = Callable[[Health], float | None]


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


# A name, what it says, and the value for a site; none where there is nothing to tell.
_GAUGES: Sequence[tuple[str, str, _Value]] = (
    ("up", "Whether the last pull went well.", lambda one: float(one.condition in ("well", "reading"))),
    ("failures", "Pulls that failed since one went well.", lambda one: one.state.poll.failures),
    ("remarks", "Oddities at the last pull that did no harm.", lambda one: len(one.state.poll.remarks)),
    (
        "last_success_timestamp_seconds",
        "When a pull went well last.",
        lambda one: _seconds(one.state.poll.last_success_at),
    ),
    (
        "last_error_timestamp_seconds",
        "When a pull failed last.",
        lambda one: _seconds(one.state.poll.last_error_at),
    ),
    (
        "next_pull_timestamp_seconds",
        "When the next pull is due.",
        lambda one: _seconds(one.state.poll.due_at) if one.state.poll.due_at.timestamp() else None,
    ),
)
_COUNTERS: Sequence[tuple[str, str, _Value]] = (
    ("requests", "Requests made to the site.", lambda one: one.state.requests),
    ("received_bytes", "Bytes of bodies that the site sent.", lambda one: one.state.received),
)


def write(sites: Sequence[Health]) -> bytes:
    """Give the metrics of some sites."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Sites(sites))
    return generate_latest(registry)


class _Sites(Collector):
    def __init__(self, sites: Sequence[Health]) -> None:
        self._sites = sites

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("feedsvc", "The version of feedsvc.", value={"version": __version__})
        held = GaugeMetricFamily("feedsvc_site_posts", "Posts held of the site.", labels=["site"])
        for one in self._sites:
            held.add_metric([one.state.site.name], one.held)
        yield held
        pulled = [one for one in self._sites if one.condition != "imported"]
        error = GaugeMetricFamily(
            "feedsvc_site_error", "Why pulls fail, while they do.", labels=["site", "cause"]
        )
        for one in pulled:
            if one.state.poll.failures:
                error.add_metric([one.state.site.name, one.state.poll.failure_cause], 1)
        yield error
        for kind, family in ((GaugeMetricFamily, _GAUGES), (CounterMetricFamily, _COUNTERS)):
            for name, says, value in family:
                metric = kind(f"feedsvc_site_{name}", says, labels=["site"])
                for one in pulled:
                    if (told := value(one)) is not None:
                        metric.add_metric([one.state.site.name], told)
                yield metric
