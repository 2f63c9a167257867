"""Alerts on endpoints and on how well what they serve predicts.

One policy of each covers all models of a stack. A model with a bound of its own is left out of it
and has a policy of its own: that is `Alert.scope`.
"""

from functools import partial

from catalog.alerts.alert import EVERY, Alert, Query
from catalog.metrics import promql
from catalog.metrics.metric import STACK
from catalog.metrics.own import MODEL_PERFORMANCE
from catalog.metrics.serving import (
    ENDPOINT_ACCELERATOR,
    ENDPOINT_CPU,
    ENDPOINT_LATENCY,
    ENDPOINT_REPLICAS,
    ENDPOINT_RESPONSES,
    ENDPOINT_TARGET_REPLICAS,
    FEATURE_DRIFT,
    OUTPUT_DRIFT,
)

MIN_REQUESTS = 100
"""With fewer in a window, a single slow or failed answer would be one in a hundred already."""
SERVER_ERROR = "5(xx|[0-9][0-9])"
"""The reference says 5xx, series hold 503: both are met."""

_WINDOW = 600
_ENDPOINT = ("endpoint_id",)
_QUALITY = ("model", "measure")
_alert = partial(Alert, about="serving", severity="warning", command="mlp status --cloud")
_answers = partial(promql.per_second, ENDPOINT_RESPONSES, _WINDOW, _ENDPOINT, endpoint_id=EVERY)
_enough = promql.count(ENDPOINT_RESPONSES, _WINDOW, _ENDPOINT, endpoint_id=EVERY), MIN_REQUESTS
_replicas = partial(promql.level, by=_ENDPOINT, combined="sum")
_drift = partial(promql.level, rollup="max", window_seconds=3600, by=("model_id", "feature_name"))

ALERTS = (
    _alert(
        name="slow-answers",
        title="Slow answers",
        meaning="One in a hundred answers takes longer than {bound}.",
        next_step="See whether a new version serves, or replicas are short of processors.",
        condition=Query(
            promql.quantile(
                ENDPOINT_LATENCY, 0.99, _WINDOW, _ENDPOINT, endpoint_id=EVERY, latency_type="total"
            ),
            "above",
            least=(_enough,),
        ),
        bound=500,
        bound_in="ms",
        for_minutes=5,
        scope="endpoint_id",
    ),
    _alert(
        name="failed-answers",
        severity="critical",
        title="Failed answers",
        meaning="More than {bound} of the answers are server errors.",
        next_step="Go back to the version before, if a new one has begun to serve.",
        command="mlp models list --cloud",
        condition=Query(
            _answers(response_code=f"~{SERVER_ERROR}").over(_answers()), "above", least=(_enough,)
        ),
        bound=0.01,
        bound_in="share",
        for_minutes=5,
        scope="endpoint_id",
    ),
    _alert(
        name="model-performance",
        severity="critical",
        title="A model predicts badly",
        meaning="A served model's accuracy, or area under the curve, is under {bound}.",
        next_step="Compare the windows' features with those of training; train on newer data.",
        command="mlp models list --cloud",
        condition=Query(
            promql.level(MODEL_PERFORMANCE, "avg", _WINDOW, _QUALITY, namespace=STACK, model=EVERY),
            "below",
        ),
        bound=0.85,
        bound_in="share",
        for_minutes=5,
        auto_close_hours=7 * 24,
        scope="model",
    ),
    _alert(
        name="feature-drift",
        title="A feature drifts",
        meaning="The distribution of a feature has moved by more than {bound} from training.",
        next_step="See whether its source changed; train on newer data.",
        command="mlp models list --cloud",
        condition=Query(_drift(FEATURE_DRIFT), "above"),
        bound=0.3,
    ),
    _alert(
        name="output-drift",
        title="Predictions drift",
        meaning="The distribution of predictions has moved by more than {bound}.",
        next_step="See which features drift with it; train on newer data.",
        command="mlp models list --cloud",
        condition=Query(_drift(OUTPUT_DRIFT), "above"),
        bound=0.3,
    ),
    _alert(
        name="endpoint-gone",
        severity="critical",
        title="An endpoint has fallen silent",
        meaning="An endpoint had more than {bound} replicas within the hour, and reports none now.",
        next_step="See whether its model was undeployed; deploy it again.",
        condition=Query(
            _replicas(ENDPOINT_REPLICAS, "max", 3600),
            "above",
            # No data is not zero: silence is what is looked for.
            unless=_replicas(ENDPOINT_REPLICAS, "max", 600),
        ),
        bound=0,
        for_minutes=5,
    ),
    _alert(
        name="endpoint-cannot-scale",
        title="An endpoint cannot scale",
        meaning="More than {bound} of the replicas that an endpoint wants are missing.",
        next_step="See whether the region's quota or capacity is used up.",
        condition=Query(
            _replicas(ENDPOINT_TARGET_REPLICAS, "min", 300).minus(
                _replicas(ENDPOINT_REPLICAS, "max", 300)
            ),
            "above",
        ),
        bound=0,
        for_minutes=15,
    ),
    _alert(
        name="endpoint-cpu",
        title="Replicas are short of processors",
        meaning="Replicas of an endpoint use more than {bound} of their processors.",
        next_step="Allow more replicas, or take larger machines.",
        condition=Query(promql.level(ENDPOINT_CPU, "avg", 600, _ENDPOINT), "above"),
        bound=0.85,
        bound_in="share",
        for_minutes=15,
    ),
    _alert(
        name="endpoint-accelerator-idle",
        title="Accelerators of an endpoint are idle",
        meaning="An endpoint uses less than {bound} of its accelerators.",
        next_step="Serve from processors, or share the machines with other models.",
        command="mlp cost",
        condition=Query(promql.level(ENDPOINT_ACCELERATOR, "avg", 3600, _ENDPOINT), "below"),
        bound=0.05,
        bound_in="share",
        for_minutes=120,
    ),
)
