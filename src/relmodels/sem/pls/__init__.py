"""Partial least squares path modeling: constructs as weighted sums of their items."""
