"""What the official CLI starts: the pack, which serves until it is told to stop."""

# pyright: reportMissingImports=false
# `pulumi_policy` is in the pack's own environment only.

import sys
from pathlib import Path

# The CLI runs this folder by its path; the rules are imported from the repository around it.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pulumi_policy import EnforcementLevel, PolicyPack

from policy.pack.policies import policies

PolicyPack(name="mlplatform", policies=policies(), enforcement_level=EnforcementLevel.MANDATORY)
