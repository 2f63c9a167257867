"""What a stack costs: an estimate from what its program registers and the dated price table.

Not a bill: what is used is not known beforehand, and discounts are the account's own.
"""
