"""Measurements beside every claim: ratios in one run, against the stock library and raw SQL."""
