"""Metrics that Cloud Monitoring does not have: those that jobs write, and those made of log lines.

What they are is `catalog.metrics.own` and `catalog.log_metrics`.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import ResourceOptions

from catalog.log_metrics import LOG_METRICS, LogMetric
from catalog.metrics.metric import in_stack
from catalog.metrics.own import OWN_METRICS, OwnMetric


@dataclass(frozen=True, kw_only=True)
class OwnMetricsArgs:
    snake_stack: str
    monitoring_api: pulumi.Resource
    logging_api: pulumi.Resource


class OwnMetrics(pulumi.ComponentResource):
    """Descriptors, so that a metric has its unit and labels before the first job writes it.

    Deleting a descriptor deletes what was written.
    """

    def __init__(
        self, name: str, args: OwnMetricsArgs, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("mlplatform:own_metrics:OwnMetrics", name, {}, opts)
        self._name, self._args = name, args
        descriptors = {own.metric.type: self._descriptor(own).id for own in OWN_METRICS}
        counts = {each.full_name: self._log_metric(each).id for each in LOG_METRICS}
        written = {**descriptors, **counts}
        self.register_outputs(
            {"metrics": {in_stack(key, args.snake_stack): id_ for key, id_ in written.items()}}
        )

    def _descriptor(self, own: OwnMetric) -> gcp.monitoring.MetricDescriptor:
        short = own.metric.type.rpartition("/")[2].replace("_", "-")
        return gcp.monitoring.MetricDescriptor(
            f"{self._name}-{short}",
            type=in_stack(own.metric.type, self._args.snake_stack),
            display_name=own.title,
            description=own.description,
            metric_kind=own.metric.kind,
            value_type=own.metric.value_type,
            unit=own.metric.unit,
            labels=[
                {"key": key, "value_type": "STRING", "description": meaning}
                for key, meaning in own.labels.items()
            ],
            # A descriptor's name is its type: another one cannot stand beside it.
            opts=ResourceOptions(
                parent=self, depends_on=[self._args.monitoring_api], delete_before_replace=True
            ),
        )

    def _log_metric(self, each: LogMetric) -> gcp.logging.Metric:
        return gcp.logging.Metric(
            f"{self._name}-{each.name.replace('_', '-')}",
            name=in_stack(each.full_name, self._args.snake_stack),
            description=each.description,
            filter=each.filter,
            metric_descriptor={
                "metric_kind": "DELTA",
                "value_type": each.value_type,
                "unit": each.unit,
                "labels": [
                    {"key": key, "value_type": "STRING", "description": meaning}
                    for key, (_, meaning) in each.labels.items()
                ],
            },
            label_extractors={key: extractor for key, (extractor, _) in each.labels.items()},
            value_extractor=each.value,
            bucket_options=_buckets(each),
            opts=ResourceOptions(
                parent=self, depends_on=[self._args.logging_api], delete_before_replace=True
            ),
        )


def _buckets(each: LogMetric) -> gcp.logging.MetricBucketOptionsArgsDict | None:
    if each.buckets is None:
        return None
    count, growth, first = each.buckets
    return {
        "exponential_buckets": {
            "num_finite_buckets": count,
            "growth_factor": growth,
            "scale": first,
        }
    }
