"""Arrays in, arrays changed in place or returned: no file, no string object, no print, no thread.

Imports numpy, numba and llvmlite only. `_jit.kernel` is the one door to Numba, so every kernel is compiled alike.
Numba itself is imported when a kernel is compiled, not when its machine code is in the cache. All kernels also run as
plain Python with ``NUMBA_DISABLE_JIT=1``.
"""
