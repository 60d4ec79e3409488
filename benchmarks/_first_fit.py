"""Take the first fit of a process apart. Run in a process of its own, once with the profiler and once without.

Usage: python benchmarks/_first_fit.py FEATURES HIDDEN ROWS BATCH [--phases | --peer], HIDDEN such as 64-32
"""

import argparse
import collections
import glob
import json
import tempfile
import time
from pathlib import Path

from _peers import make_rows, mlp, ours, quiet

EPOCHS = 100
# Phases of compiling, by the names that TensorFlow's profiler has for them.
TRACING, BACKEND, LLVM, KERNEL = (
    "tf.function-graph_building",
    "CpuCompiler::RunBackend",
    "JitCompiler::Compile",
    "CpuCompiler::CloneAsThreadSafeModule",
)
HLO = ("HLO passes through layout assignment", "HLO passes after layout assignment")


def resident() -> float:
    """Return the resident memory of this process in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20


def time_fit(work: object) -> tuple[float, float]:
    """Return the seconds that `work` takes, and those of all processors."""
    start, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - used


def phases(fit: object) -> dict:
    """Return the milliseconds of each phase of compiling, and how many kernels there are."""
    import tensorflow as tf
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    with tempfile.TemporaryDirectory() as folder:
        tf.profiler.experimental.start(folder, tf.profiler.experimental.ProfilerOptions(host_tracer_level=3))
        fit()
        tf.profiler.experimental.stop()
        space = xplane_pb2.XSpace.FromString(
            Path(glob.glob(f"{folder}/**/*.xplane.pb", recursive=True)[0]).read_bytes()
        )
    taken, counts = collections.Counter(), collections.Counter()
    for plane in space.planes:
        for event in (event for line in plane.lines for event in line.events):
            name = plane.event_metadata[event.metadata_id].name
            taken[name] += event.duration_ps / 1e9
            counts[name] += 1
    return {
        "tracing": taken[TRACING],
        "HLO": sum(taken[name] for name in HLO),
        "emitting": taken[BACKEND] - taken[LLVM],
        "LLVM": taken[LLVM],
        "kernels": counts[KERNEL],
    }


def main() -> None:
    """Print what was asked for as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("shape", nargs=4)
    parser.add_argument("--phases", action="store_true")
    parser.add_argument("--peer", action="store_true", help="MLPClassifier instead")
    arguments = parser.parse_args()
    n_features, hidden, n_rows, batch = arguments.shape
    layers, batch_size = tuple(map(int, hidden.split("-"))), int(batch)
    X, y = make_rows(int(n_rows), int(n_features))
    with quiet():
        if arguments.peer:
            found = time_fit(lambda: mlp(layers, batch_size, EPOCHS).fit(X, y))
            print(json.dumps({"seconds": found[0], "cpu": found[1]}))
            return
        import tensorflow as tf

        tf.constant(0.0)
        model, before = ours(layers, batch_size, EPOCHS), resident()
        if arguments.phases:
            print(json.dumps(phases(lambda: model.fit(X, y))))
            return
        first, warm = (time_fit(lambda: model.fit(X, y)) for _ in range(2))
        print(json.dumps({"seconds": first[0], "cpu": first[1], "warm": warm[0], "MB": resident() - before}))


if __name__ == "__main__":
    main()
