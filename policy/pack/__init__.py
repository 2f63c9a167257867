"""The rules as a policy pack of the official CLI: `pulumi preview --policy-pack policy/pack`.

Has an environment of its own, because `pulumi-policy` needs another protobuf than the program.
"""
