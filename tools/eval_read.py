"""Measure the readers on public sets and the project's own pages; refuses to print a figure it did not measure.

Run as `python tools/eval_read.py [--sets DIR] [NAME ...]`. DIR (or COUNTERCLAIM_SETS) holds the public sets, each in
a folder of its own, fetched by the person: article-extraction-benchmark, PolNeAR, HRDsAttack, factRuEval-2016. None
of them is in the repository; a measurement whose set is not there says so.
"""

from __future__ import annotations

import sys

from measuring import measured

if __name__ == "__main__":
    sys.exit(measured("reading", "make eval-read", beside=("golden", "planting", "polnear"), about=__doc__ or ""))
