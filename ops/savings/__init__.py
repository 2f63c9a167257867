"""How to pay less for the same: other ways to obtain a machine, its size, and what stands idle.

Pure functions over dated price rows and series of figures; `ops.commands.savings` shows them.
"""
