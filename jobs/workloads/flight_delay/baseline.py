"""The baseline: logistic regression over the same encoded inputs, fitted by scikit-learn.

What the network has to beat. Exported like the network, so that either can be served.
"""

from collections.abc import Callable, Sequence

import numpy as np

from jobs.workloads.flight_delay.encoding import Rows

INVERSE_PENALTY = 0.1
MOST_ITERATIONS = 200


def fit_baseline(rows: Rows, category_sizes: Sequence[int]) -> Callable[..., object]:
    """Fit on these rows; returns (categories, numbers) -> probabilities for `jax.export`."""
    import jax
    import jax.numpy as jnp
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    starts = np.concatenate([[0], np.cumsum(category_sizes)])
    columns = rows.categories + starts[:-1]
    count = len(rows)
    row_starts = np.arange(0, columns.size + 1, columns.shape[1])
    one_hot = sparse.csr_matrix(
        (np.ones(columns.size, np.float32), columns.ravel(), row_starts),
        shape=(count, int(starts[-1])),
    )
    design = sparse.hstack([one_hot, sparse.csr_matrix(rows.numbers)], format="csr")
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=MOST_ITERATIONS, tol=1e-4)
    model.fit(design, rows.labels)
    weights = np.ravel(model.coef_).astype(np.float32)
    by_category, by_number = weights[: starts[-1]], weights[starts[-1] :]
    intercept = np.float32(np.ravel(model.intercept_)[0])
    offsets = starts[:-1].astype(np.int32)

    def predict(categories: jax.Array, numbers: jax.Array) -> jax.Array:
        from_categories = jnp.asarray(by_category)[categories + offsets].sum(axis=1)
        # Spelt out as a sum: matrix products may be rounded to bfloat16 on a TPU.
        from_numbers = (numbers * by_number).sum(axis=1)
        return jax.nn.sigmoid(from_categories + from_numbers + intercept)

    return predict
