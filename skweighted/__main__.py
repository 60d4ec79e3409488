"""Run the command as ``python -m skweighted``."""

import sys

from skweighted.cli import main

sys.exit(main())
