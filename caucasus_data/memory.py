"""Keep memory that was freed for the next block of a large file, and give it back after the last.

glibc gives arrays of megabytes back to the system as soon as they are freed, and the system
clears the pages again for the next one: a fifth of the time of reading a large folder.
"""

from __future__ import annotations

import contextlib
import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Numbers of the options in glibc's ``malloc.h``."""
_LARGEST = 1 << 30


def keep_freed() -> None:
    """Tell the C library to keep what is freed, for all threads together; nothing where it is not
    glibc."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_ARENA_MAX, 1)
        mallopt(_MMAP_THRESHOLD, _LARGEST)
        mallopt(_TRIM_THRESHOLD, 2 * _LARGEST - 1)


def give_back() -> None:
    """Give what is free back to the system, of the C library (if it is glibc) and of Arrow."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
