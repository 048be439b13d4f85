"""Dates and durations as pages write them."""
