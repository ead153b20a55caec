"""What the project costs in time, memory and bytes, as ratios within one run.

``python -m benchmarks`` runs everything, ``python -m benchmarks validate --rows 1000000`` one
part. Nothing here is part of the package or of its tests.
"""
