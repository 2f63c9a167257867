"""What Cloud Functions runs, as the documentation listed it on 2026-11-01, and how it is called.

Source: https://cloud.google.com/functions/docs/runtime-support
"""

RUNTIME = "python312"
"""Security fixes until October 2028. The lock of the functions fits Python 3.11 and later."""

MESSAGES_KEPT = "604800s"
"""A week: an incident of a Friday night is still there on Monday."""
