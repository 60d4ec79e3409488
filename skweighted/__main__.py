"""Run the command: the script ``skweighted``, and ``python -m skweighted``."""

import os
import sys
import threading
from typing import NoReturn

from skweighted.cli import INTERRUPTED, main

__all__ = ["run"]


def run() -> NoReturn:
    """Run the command and end the process; after Ctrl-C without waiting for threads.

    Python would wait for those that nothing can interrupt: one imports TensorFlow, others compile.
    """
    code = main()
    busy = [thread for thread in threading.enumerate() if not thread.daemon and thread is not threading.main_thread()]
    if code == INTERRUPTED and busy:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    run()
