"""Large pages for a process that keeps hundreds of megabytes: models and pictures touch them all over.

With pages of 4 KiB the processor often waits to learn where one lies. The kernel has some of 2 MiB for those who ask.
"""

import ctypes

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -2, -3, -8  # of mallopt(3)
_MADV_HUGEPAGE = 14
_PAGE = 2**21
_HEAP = 3 * 2**28  # grown to at once; nothing of it is taken before it is used
_LARGEST = 2**25  # the most that can be set: what is larger has a mapping of its own, and small pages


def ask() -> None:
    """Have what this process allocates from now on lie in one heap, in large pages where the kernel has some.

    It does nothing where the C library is another than glibc.
    """
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "gnu_get_libc_version"):
        return
    libc.mallopt(_ARENA_MAX, 1)  # other arenas than the heap are mappings
    libc.mallopt(_MMAP_THRESHOLD, _LARGEST)
    libc.mallopt(_TRIM_THRESHOLD, 2 * _HEAP)
    libc.mallopt(_TOP_PAD, _HEAP)
    libc.malloc.restype = libc.sbrk.restype = ctypes.c_void_p
    start = -(-libc.sbrk(0) // _PAGE) * _PAGE
    libc.free(ctypes.c_void_p(libc.malloc(ctypes.c_size_t(_LARGEST // 2))))  # more than is left, so the heap grows
    libc.mallopt(_TOP_PAD, _LARGEST)
    libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(libc.sbrk(0) - start), _MADV_HUGEPAGE)
