"""The one JSON line with which both PyTorch programs of this folder end."""

import json
import resource
import sys
import time


def peak_memory_mb():
    """Of this process; the figure of getrusage may be that of the process that started it."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / 2**20 if sys.platform == "darwin" else peak / 1024


def report(before_import, start, train_loss, validation_loss, validation_accuracy):
    end = time.perf_counter()
    answer = {
        "importMilliseconds": 1000 * (start - before_import),
        "epochMilliseconds": 1000 * (end - start),
        "trainLoss": train_loss,
        "validationLoss": validation_loss,
        "validationAccuracy": validation_accuracy,
        "peakMemoryMB": peak_memory_mb(),
    }
    print(json.dumps(answer), flush=True)
