"""How long `skweighted predict` takes for a million rows, how much memory it needs, and whether TensorFlow starts.

For Linux. A small network is trained on 5,000 rows first. The table has ten columns of numbers and two of text.

    python benchmarks/predict.py [--quick] [--rows 1000000]
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from skweighted import CostSensitiveMLPClassifier
from skweighted.deployment import fit_model, save_model
from skweighted.meta import BestScore

N_TRAINING_ROWS = 5_000
KIB = 1024  # in a MiB
COMMAND = """
import sys
from pathlib import Path
from skweighted.cli import main
status = main(sys.argv[1:])
# of this program alone, unlike resource.getrusage, which counts what was before it in the process
peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
print(peak, "tensorflow" in sys.modules)
sys.exit(status)
"""


def make_rows(n_rows: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(random.normal(size=(n_rows, 10)).round(4), columns=[f"x{i}" for i in range(10)])
    frame["country"] = random.choice(["DE", "FR", "NL", "PL"], n_rows)
    frame["kind"] = random.choice(["card", "transfer", "cash"], n_rows)
    return frame


def write_model(path: Path) -> None:
    X = make_rows(N_TRAINING_ROWS, seed=0)
    risk = X["x0"] + X["x1"] * (X["kind"] == "card") + np.random.default_rng(1).normal(size=len(X))
    y = pd.Series(np.where(risk > risk.quantile(0.97), "fraud", "fine"), name="label")
    network = CostSensitiveMLPClassifier((64, 32), epochs=10, random_state=0)
    save_model(fit_model(X, y, strategies="none", classifier=network, threshold=BestScore("f1"), cv=3), path)


def write_table(path: Path, n_rows: int) -> None:
    piece = make_rows(min(n_rows, 100_000), seed=2)
    for start in range(0, n_rows, len(piece)):
        rows = piece[: n_rows - start].assign(id=range(start, min(n_rows, start + len(piece))))
        rows.to_csv(path, index=False, header=start == 0, mode="a")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows")
    options = parser.parse_args()
    n_rows = options.rows // 10 if options.quick else options.rows
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_model(folder / "m.skops")
        write_table(folder / "new.csv", n_rows)
        print(f"{n_rows:,} rows, {(folder / 'new.csv').stat().st_size / 1e6:,.0f} MB of text")
        arguments = ["predict", folder / "m.skops", folder / "new.csv", "--keep", "id", "--output", folder / "o.csv"]
        started = time.perf_counter()
        process = subprocess.run(
            [sys.executable, "-c", COMMAND, *arguments], capture_output=True, text=True, check=True
        )
        seconds = time.perf_counter() - started
        used = resource.getrusage(resource.RUSAGE_CHILDREN)  # of that process, the only one so far
        cpu_seconds = used.ru_utime + used.ru_stime
        peak, started_tensorflow = process.stdout.split()
        n_scored = sum(1 for _ in (folder / "o.csv").open()) - 1
    print(f"{n_scored:,} rows scored in {seconds:.1f} s, {cpu_seconds:.1f} s of them computing")
    print(f"peak memory of the process: {int(peak) / KIB:,.0f} MiB")
    print(f"TensorFlow imported: {started_tensorflow}")


if __name__ == "__main__":
    main()
