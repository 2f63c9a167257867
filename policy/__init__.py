"""Policy as code: what no resource of the platform may be, whoever wrote it.

A rule is a pure function over a resource's type and inputs (`policy.rules`). The repository's tests
run all of them over the graph of every stack; `policy/pack` runs them inside the official CLI. Does
not know how the graph is built.
"""
