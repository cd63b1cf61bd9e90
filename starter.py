"""The operator's command line; the commands live in ``cli``. Run ``python starter.py --help``."""

import contextlib
import os
import sys

from cli.app import main

if __name__ == "__main__":
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BrokenPipeError):
            stream.flush()
    # Not sys.exit: the Temporal SDK's native threads can abort the interpreter's teardown and spoil the exit code.
    os._exit(code)
