"""What the commands answer about a deployment when `--json` is asked for."""

import json
from types import SimpleNamespace

from localcloud.provider.protocol import UNKNOWN
from ops.deployment import step_json
from ops.display.rows import Row


def test_a_step_is_plain_values_and_says_what_only_the_deployment_can_tell():
    new = {"days": 3, "on": True, "rules": (None, UNKNOWN, 0.5)}
    change = SimpleNamespace(path="lifecycle", kind="update", old="kept", new=new)
    row = Row("urn:1", "gcp:storage/bucket:Bucket", "lake", "", "update", [change])
    answer = step_json(row)
    assert json.loads(json.dumps(answer))["changes"] == [
        {
            "path": "lifecycle",
            "kind": "update",
            "old": "kept",
            "new": {"days": 3, "on": True, "rules": [None, "[unknown]", 0.5]},
        }
    ]
    assert (answer["op"], answer["name"]) == ("update", "lake")
