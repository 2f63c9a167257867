"""Addresses of Google's own that rules of a network name.

Source: https://cloud.google.com/iap/docs/using-tcp-forwarding, as of 2026-11.
"""

IDENTITY_AWARE_PROXY = "35.235.240.0/20"
"""From where people reach machines that have no public address."""
