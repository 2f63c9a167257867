"""Who lacks which role on a bucket, compared with the grants that were deployed."""

from collections import defaultdict
from collections.abc import Iterator

from catalog import services
from ops.check.deployed import Deployed
from ops.check.findings import Finding
from ops.check.google import Google

_GRANT = "gcp:storage/bucketIAMMember:BucketIAMMember"


def check(google: Google, resources: list[Deployed]) -> Iterator[Finding]:
    """One finding for each bucket, and one for each grant that is gone."""
    wanted: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for each in resources:
        if each.type == _GRANT:
            bucket = str(each.inputs["bucket"]).removeprefix("b/")
            wanted[bucket].add((str(each.inputs["role"]), str(each.inputs["member"])))
    for bucket, grants in sorted(wanted.items()):
        yield from _bucket(google, bucket, grants)


def _bucket(google: Google, bucket: str, wanted: set[tuple[str, str]]) -> Iterator[Finding]:
    query = {"optionsRequestedPolicyVersion": 3}
    policy = google.get(services.STORAGE, f"storage/v1/b/{bucket}/iam", query)
    held = {
        (str(binding["role"]), str(member))
        for binding in policy.get("bindings", [])
        for member in binding.get("members", [])
    }
    missing = sorted(wanted - held)
    if not missing:
        yield Finding(
            group="buckets",
            subject=bucket,
            state="ok",
            found=f"all {len(wanted)} grants",
            wanted=f"{len(wanted)} grants",
        )
    for role, member in missing:
        yield Finding(
            group="buckets",
            subject=bucket,
            state="failed",
            found=f"{member} lacks {role}",
            wanted="granted",
            next="pulumi refresh, then pulumi up grants it again",
        )
