"""Names as printed, folded and compared; never merged."""
