"""PyTorch: answers one JSON line for each on standard input, as versant.mjs does.

    pytorch.py THREADS [sparse]

With `sparse` the gradients of embedding bags hold only the rows that were used.
"""

import json
import re
import resource
import sys

import torch

from pytorch.workload import Workload

torch.set_num_threads(int(sys.argv[1]))
sparse = "sparse" in sys.argv[2:]


def peak_memory():
    """The most megabytes that this process ever had resident; rusage would count its parent's, too."""
    try:
        with open("/proc/self/status") as status:
            return int(re.search(r"VmHWM:\s*(\d+)", status.read())[1]) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


workload = None
for line in sys.stdin:
    request = json.loads(line)
    if "load" in request:
        workload = Workload(request["load"], sparse)
        answer = {}
    elif "steps" in request:
        answer = workload.run(request["steps"])
    else:
        answer = {"peakMemoryMB": peak_memory()}
    print(json.dumps(answer), flush=True)
    if "end" in request:
        break
