"""The operator's commands, as the console script `mlp`.

Decides what to call and how to show it. Does not deploy, submit or serve anything itself: that is
`localcloud`, `infra` and `jobs`.
"""
