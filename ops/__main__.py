"""`python -m ops`: the same as `mlp`, where the console script is not installed."""

from ops.cli import main

main()
