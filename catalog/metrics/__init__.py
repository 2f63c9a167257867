"""Cloud Monitoring metrics that exist, with what decides whether an alert on them is right.

Kind and value type decide how a metric may be aggregated, its unit what a threshold means, its
resource what a filter must name, and its ingest delay how short a window may be. Alerts are
`catalog.alerts`; `infra` makes them.
"""

from catalog.metrics import accelerators, data, own, serving, training
from catalog.metrics.metric import Metric

METRICS: tuple[Metric, ...] = tuple(
    value
    for module in (training, serving, accelerators, data, own)
    for value in vars(module).values()
    if isinstance(value, Metric)
)
"""All of them; each is a constant of the module of its concern."""
