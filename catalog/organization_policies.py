"""Constraints of the organisation policy service that fit a platform like this one.

From Google's list of constraints, read 2026-11. A legacy constraint can only be enforced or left
out; only a managed one (`iam.managed.…`) can be rehearsed, which logs what it would refuse.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Constraint:
    """One constraint, as this platform sets it."""

    name: str
    """Without `constraints/`."""
    kind: Literal["enforced", "nothing", "locations", "encrypted", "asks"]
    """Switched on; a list of which nothing is allowed; the stack's places; services that may keep
    data only under keys of one's own; policies that ask for signed images."""
    because: str

    @property
    def rehearsable(self) -> bool:
        """Whether it can be set so that it logs and refuses nothing."""
        return ".managed." in self.name


CONSTRAINTS = (
    Constraint(
        name="gcp.resourceLocations",
        kind="locations",
        because="data stays in the stack's places",
    ),
    Constraint(
        name="gcp.restrictNonCmekServices",
        kind="encrypted",
        because="data is kept under keys of one's own",
    ),
    Constraint(
        name="compute.vmExternalIpAccess",
        kind="nothing",
        because="no machine is reached from the internet",
    ),
    Constraint(
        name="compute.skipDefaultNetworkCreation",
        kind="enforced",
        because="the default network lets machines at each other",
    ),
    Constraint(
        name="compute.requireOsLogin",
        kind="enforced",
        because="people sign in to machines as themselves",
    ),
    Constraint(
        name="compute.requireShieldedVm",
        kind="enforced",
        because="a machine starts what was signed",
    ),
    Constraint(
        name="compute.disableSerialPortAccess",
        kind="enforced",
        because="the serial console asks for no identity",
    ),
    Constraint(
        name="iam.managed.disableServiceAccountKeyCreation",
        kind="enforced",
        because="what does not exist cannot leak",
    ),
    Constraint(
        name="iam.managed.disableServiceAccountKeyUpload",
        kind="enforced",
        because="a key made elsewhere is a key",
    ),
    Constraint(
        name="iam.automaticIamGrantsForDefaultServiceAccounts",
        kind="enforced",
        because="default accounts would be editors",
    ),
    Constraint(
        name="run.allowedBinaryAuthorizationPolicies",
        kind="asks",
        because="nothing starts on Cloud Run without asking whether its image is signed",
    ),
    Constraint(
        name="storage.uniformBucketLevelAccess",
        kind="enforced",
        because="IAM alone decides about objects",
    ),
    Constraint(
        name="storage.publicAccessPrevention",
        kind="enforced",
        because="no grant makes a bucket public",
    ),
)
