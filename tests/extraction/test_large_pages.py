"""What a process allocates lies where the kernel may give it large pages."""

import subprocess
import sys

_PROGRAM = """
from moonshelf.extraction.capped import large_pages
large_pages.ask()
kept = [bytes(2**20) for _ in range(64)]
print(open("/proc/self/smaps").read())
"""


def test_the_heap_asks_for_large_pages_and_holds_what_is_allocated() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)
    mappings = [part for part in done.stdout.split("VmFlags:") if "[heap]\n" in part]
    flags = [done.stdout.partition(heap)[2].splitlines()[0].split() for heap in mappings]
    (large,) = [heap for heap, told in zip(mappings, flags, strict=True) if "hg" in told]
    resident = next(line for line in large[large.index("[heap]") :].splitlines() if line.startswith("Rss:"))
    assert int(resident.split()[1]) > 48 * 1024
