"""``python -m benchmarks``: the cold starts; the release figures with ``python -m benchmarks.release``."""

from benchmarks.cold import main

main()
