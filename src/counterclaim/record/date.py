"""EDTF intervals: dates as bounds in days; refuses durations and never pads what was written."""

from __future__ import annotations
