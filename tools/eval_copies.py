"""Measure the search for copies and the reading of files on public photographs; refuses an unmeasured figure.

Run as `python tools/eval_copies.py [--sets DIR] [NAME ...]`. DIR (or COUNTERCLAIM_SETS) holds the public sets, each
in a folder of its own, fetched by the person: imagenet-sample-images, BSDS500, metadata-extractor-images,
exif-samples, public-testfiles. None of them is in the repository; a measurement whose set is not there says so.
"""

from __future__ import annotations

import sys

from measuring import measured

if __name__ == "__main__":
    sys.exit(measured("picturing", "make eval-copies", beside=("photographs", "edits", "bound"), about=__doc__ or ""))
