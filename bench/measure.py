"""measure.py COMMAND…: runs it and prints wall seconds, cpu seconds and peak MiB of the whole process."""
import os, resource, subprocess, sys, time

os.sync()  # What the run before wrote is on the disk: nobody pays for another.
started = time.perf_counter()
with open(os.devnull, "w") as nowhere:
    code = subprocess.call(sys.argv[1:], stdout=nowhere, stderr=sys.stderr)
wall = time.perf_counter() - started
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{wall:.4f} {used.ru_utime + used.ru_stime:.4f} {used.ru_maxrss / 1024:.1f}")
sys.exit(code)
