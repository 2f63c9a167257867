"""`python -m localcloud`: the embedded engine on the command line."""

import gc
import sys

from localcloud.cli import main

if __name__ == "__main__":
    # A program is many objects and little garbage; what is left goes with the process.
    gc.set_threshold(100_000, 20, 50)
    status = main()
    gc.freeze()
    sys.exit(status)
