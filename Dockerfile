# The image of all jobs: pipeline steps, trainer, prediction server.
# A build finds out which image the tag is today, and takes and records just that.
ARG BASE=python:3.12-slim-bookworm
FROM ${BASE}

# "tpu" or "cuda12" adds that build of JAX at the locked version; empty stays on CPU.
ARG JAX_EXTRA=""

ENV PYTHONUNBUFFERED=1 \
    PYTHONPATH=/app \
    MLPLATFORM_BIND=0.0.0.0

WORKDIR /app

COPY requirements-jobs.txt ./
RUN python -m pip install --no-cache-dir --require-hashes --compile -r requirements-jobs.txt \
 && if [ -n "$JAX_EXTRA" ]; then \
      jax="$(python -c 'from importlib.metadata import version; print(version("jax"))')" \
      && python -m pip install --no-cache-dir --compile "jax[$JAX_EXTRA]==$jax"; \
    fi

COPY catalog ./catalog
COPY jobs ./jobs
RUN python -m compileall -q catalog jobs \
 && useradd --create-home --uid 10001 worker
USER worker

# Vertex AI replaces this for steps and training, and keeps it for serving.
ENTRYPOINT ["python", "-m", "jobs.serving"]
