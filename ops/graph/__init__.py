"""The architecture of a stack from its real graph: diagrams, and one line per resource.

`resources` reads what the engine plans, `views` says what a diagram shows, `drawing` writes it,
`inventory` keeps the files that a pull request compares.
"""
