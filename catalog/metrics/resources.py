"""Monitored resources and their labels: what a metric or a log line is written on.

From Google's reference of monitored resources and of metrics, as of 2026-04-10. A resource that is
not listed here is none that this platform's metrics are written on.
"""

RESOURCES: dict[str, tuple[str, ...]] = {
    "aiplatform.googleapis.com/Endpoint": ("resource_container", "location", "endpoint_id"),
    "aiplatform.googleapis.com/DeploymentResourcePool": ("resource_container", "location"),
    "aiplatform.googleapis.com/Location": ("resource_container", "location"),
    "aiplatform.googleapis.com/Model": ("resource_container", "location", "model_id"),
    "aiplatform.googleapis.com/PipelineJob": ("resource_container", "location", "pipeline_job_id"),
    "artifactregistry.googleapis.com/Repository": (
        "resource_container",
        "location",
        "repository_id",
    ),
    "bigquery_dataset": ("project_id", "dataset_id"),
    "bigquery_project": ("project_id", "location"),
    "cloud_dataproc_batch": ("project_id", "location", "batch_id"),
    "cloud_dataproc_session": ("project_id", "location", "session_id"),
    # Metrics of a training job; its log lines are written on ml_job.
    "cloudml_job": ("project_id", "job_id", "task_name"),
    "compute.googleapis.com/Reservation": ("project", "location", "reservation_id"),
    "consumer_quota": ("project_id", "service", "location"),
    "gce_instance": ("project_id", "instance_id", "zone"),
    "gcs_bucket": ("project_id", "bucket_name", "location"),
    "generic_task": ("project_id", "location", "namespace", "job", "task_id"),
    "global": ("project_id",),
    "ml_job": ("project_id", "job_id", "task_name"),
    "tpu.googleapis.com/GceTpuWorker": ("resource_container", "location", "worker_id"),
}
