"""Who asks Binary Authorization before an image starts, and how its signatures are made.

Cloud Run and Cloud Run functions ask; of what this platform uses, nothing else does. Jobs,
pipelines and endpoints of Vertex AI, TPUs, machines of Compute Engine, Dataproc and workstations
do not.

Sources, read 2026-11: cloud.google.com/binary-authorization/docs/run/overview,
cloud.google.com/functions/docs/securing/binary-authorization,
cloud.google.com/binary-authorization/docs/making-attestations
"""

ASKS = ("gcp:cloudrunv2/service:Service", "gcp:cloudfunctionsv2/function:Function")
"""Types that can ask, each in an input of its own."""

PROJECT_POLICY = "default"
"""What Cloud Run calls the policy of the project, in functions and in the constraint on them."""

SIGNATURE = "EC_SIGN_P256_SHA256"
"""Algorithm of the signing key, in software and in HSM. `cloudbuild.yaml` names its digest too."""
KEY_ID_PREFIX = "//cloudkms.googleapis.com/v1/"
"""Before the name of a key's version, it is the id that signatures and attestors know it by."""
