"""Whether this is the small run or the full one (`make test-full`)."""

import os

FULL = os.environ.get("COUNTERCLAIM_TEST_SIZE") == "full"
