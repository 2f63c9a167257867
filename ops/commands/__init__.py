"""The command line: options, help and examples. What a command does is in the modules of `ops`.

These modules import nothing slow: what a command needs is imported when it is called.
"""
