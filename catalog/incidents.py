"""What an alert and the function that acts on it agree on.

The alert's policy carries the label below; the function acts on no other alert, whatever reaches
its topic.
"""

ACTION = "action"
"""Key among a policy's user labels."""
CANCEL_DIVERGING = "cancel-diverging"
"""Value of the alert on diverging training: cancel the job that it is about."""

JOB_ID = "job_id"
"""Label of a series of `ml_job` or `cloudml_job`: the number of a custom job of Vertex AI."""
RUN_ID = "run_id"
"""Label of a series that the platform writes itself: the run that the job belongs to."""
JOB_RESOURCES = ("ml_job", "cloudml_job")
"""Monitored resources whose `job_id` is the number of a custom job."""

SPEND_CAP = "spend-cap"
"""What is recorded when the whole budget is spent: compute is stopped, nothing that serves."""
REAPER = "reaper"
"""What is recorded when a machine's time is over: it is deleted."""
COST_AHEAD = "cost-ahead"
"""What is logged when the budget will not last; an alert waits for it."""
