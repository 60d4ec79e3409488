"""Run the command: the script ``skweighted``, and ``python -m skweighted``."""

import importlib
import os
import signal
import sys
import threading
from typing import NoReturn

__all__ = ["run"]

_INTERRUPTED = 128 + signal.SIGINT  # what shells report for Ctrl-C


def run() -> NoReturn:
    """Run the command and end the process; after Ctrl-C without waiting for threads.

    Python would wait for those that nothing can interrupt: one imports TensorFlow, others compile.
    """
    try:
        code = importlib.import_module("skweighted.cli").main()
    except KeyboardInterrupt:  # while the command was imported
        print("skweighted: interrupted before there was anything to show.", file=sys.stderr)
        code = _INTERRUPTED
    busy = [thread for thread in threading.enumerate() if not thread.daemon and thread is not threading.main_thread()]
    if code == _INTERRUPTED and busy:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    run()
