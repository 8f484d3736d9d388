"""Run every benchmark, one after the other: ``python -m benchmarks``."""

from __future__ import annotations

from benchmarks import fit, summary

print("Fit of BG/NBD to a million customers")
fit.main()
print("\nSummary of ten million purchases")
summary.main()
