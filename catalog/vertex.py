"""What Vertex AI calls things that have no type of their own.

Source: https://cloud.google.com/vertex-ai/docs/datasets/create-dataset-api, as of 2026-11.
"""

from typing import Literal

DatasetKind = Literal["tabular", "image", "text", "time_series", "video"]

_SCHEMAS = "gs://google-cloud-aiplatform/schema/dataset/metadata"


def dataset_schema(kind: DatasetKind) -> str:
    """URI of the schema that makes a data set one of this kind."""
    return f"{_SCHEMAS}/{kind}_1.0.0.yaml"


DEFAULT_METADATA_STORE = "default"
"""The one store that pipelines and experiments use."""
