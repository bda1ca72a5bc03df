"""`/metrics`: the state of every model for Prometheus, read from the gateway when asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

if TYPE_CHECKING:
    from resources.models.gateway import Gateway

__all__ = ["render_metrics"]

#: Field of a status row, name of the metric, meaning.
COUNTERS = (
    ("calls", "leafroot_model_calls", "Calls that a model was asked."),
    ("errors", "leafroot_model_errors", "Attempts at a model that failed."),
    ("tokens_in", "leafroot_model_tokens_in", "Tokens read."),
    ("tokens_out", "leafroot_model_tokens_out", "Tokens written."),
    ("cost", "leafroot_model_cost_cny", "Cost in CNY; absent where the price is unknown."),
)
GAUGES = (
    ("in_flight", "leafroot_model_in_flight", "Requests in flight."),
    ("limit", "leafroot_model_concurrency_limit", "Requests in flight at most, as learned."),
    ("p50_ms", "leafroot_model_latency_p50_milliseconds", "Median latency of the latest calls."),
    ("p99_ms", "leafroot_model_latency_p99_milliseconds", "99th percentile of the latest calls."),
)


class _Collector:
    def __init__(self, rows: list[dict[str, Any]], failovers: int, waiting: int) -> None:
        self.rows, self.failovers, self.waiting = rows, failovers, waiting

    def collect(self) -> Iterator[Metric]:
        for name, metric, meaning in COUNTERS:
            counter = CounterMetricFamily(metric, meaning, labels=["model"])
            self._fill(counter, name)
            yield counter
        for name, metric, meaning in GAUGES:
            gauge = GaugeMetricFamily(metric, meaning, labels=["model"])
            self._fill(gauge, name)
            yield gauge
        up = GaugeMetricFamily("leafroot_model_up", "1 where the model takes calls.", labels=["model", "state"])
        for row in self.rows:
            up.add_metric([row["name"], row["state"]], float(row["state"] in ("ready", "probing")))
        yield up
        yield CounterMetricFamily("leafroot_failovers", "Calls that another model answered.", value=self.failovers)
        yield GaugeMetricFamily("leafroot_ledger_waiting", "Ledger rows not yet on disk.", value=self.waiting)

    def _fill(self, metric: CounterMetricFamily | GaugeMetricFamily, name: str) -> None:
        for row in self.rows:
            if row.get(name) is not None:
                metric.add_metric([row["name"]], float(row[name]))


def render_metrics(gateway: Gateway) -> tuple[bytes, str]:
    """Return the exposition and its content type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(gateway.models(), gateway.failovers, gateway.ledger.waiting))
    return generate_latest(registry), CONTENT_TYPE_LATEST
