"""PromQL over catalogued metrics: a query that cannot be built wrongly for its metric's kind.

Alerts use PromQL and not metric thresholds because a ratio needs it, and because its condition may
be created before the metric was written for the first time.
"""

from catalog.metrics import Metric


def matchers(metric: Metric, **labels: str) -> str:
    """`{…}` with the monitored resource and equal labels; `x=~y` for a value that begins with ~.

    ValueError for a label that neither the metric nor its resource has.
    """
    known = (*metric.labels, *metric.resource_labels)
    unknown = [name for name in labels if name not in known]
    if unknown:
        raise ValueError(f"{metric.type} has no label {unknown[0]!r}: it has {', '.join(known)}")
    terms = [f'monitored_resource="{metric.resource_type}"']
    for name, value in labels.items():
        sign, text = ("=~", value[1:]) if value.startswith("~") else ("=", value)
        terms.append(f'{name}{sign}"{text}"')
    return "{" + ",".join(terms) + "}"


def per_second(metric: Metric, window_seconds: int, **labels: str) -> str:
    """Events per second, over all series. ValueError unless the metric counts events."""
    _check(metric, "INT64", window_seconds)
    return f"sum(rate({metric.promql_name}{matchers(metric, **labels)}[{window_seconds}s]))"


def count(metric: Metric, window_seconds: int, **labels: str) -> str:
    """Events within the window, over all series. ValueError unless the metric counts events."""
    _check(metric, "INT64", window_seconds)
    return f"sum(increase({metric.promql_name}{matchers(metric, **labels)}[{window_seconds}s]))"


def quantile(metric: Metric, share: float, window_seconds: int, **labels: str) -> str:
    """A quantile in the metric's unit. ValueError unless the metric is a distribution."""
    _check(metric, "DISTRIBUTION", window_seconds)
    series = f"{metric.promql_name}_bucket{matchers(metric, **labels)}"
    return f"histogram_quantile({share}, sum by (le) (rate({series}[{window_seconds}s])))"


def _check(metric: Metric, value_type: str, window_seconds: int) -> None:
    if metric.kind != "DELTA" or metric.value_type != value_type:
        raise ValueError(
            f"{metric.type} is {metric.kind} {metric.value_type}: this needs DELTA {value_type}"
        )
    if window_seconds < metric.ingest_delay_seconds:
        raise ValueError(
            f"a window of {window_seconds} s on {metric.type} only flaps: its points may stay "
            f"invisible for {metric.ingest_delay_seconds} s"
        )
