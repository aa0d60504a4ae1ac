"""Evidently's drift preset, with its defaults, over the same two sets of columns: distances, and CPU seconds of the report."""

import json
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset

MOST_BYTES = 10 * 2**30
resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))

folder, rows, features = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
names = [f"f{i}" for i in range(features)]


def table(side: str, taken: int) -> pd.DataFrame:
    with (folder / f"{side}.f64").open("rb") as file:
        columns = {}
        for i, name in enumerate(names):
            file.seek(i * rows * 8)
            columns[name] = np.fromfile(file, dtype=np.float64, count=taken)
    return pd.DataFrame(columns)


def measure(taken: int) -> dict:
    definition = DataDefinition(numerical_columns=names)
    reference, current = (table(side, taken) for side in ("reference", "current"))
    began = time.process_time()
    report = Report([DataDriftPreset()]).run(
        Dataset.from_pandas(current, data_definition=definition),
        Dataset.from_pandas(reference, data_definition=definition),
    )
    metrics = report.dict()["metrics"]
    seconds = time.process_time() - began
    by_column = {metric["config"]["column"]: metric for metric in metrics if "column" in metric["config"]}
    return {
        "rows": taken,
        "seconds": seconds,
        "methods": [by_column[name]["config"]["method"] for name in names],
        "distances": [float(by_column[name]["value"]) for name in names],
        "thresholds": [by_column[name]["config"]["threshold"] for name in names],
    }


def measure_what_fits() -> dict:
    taken = rows
    while True:
        try:
            return measure(taken)
        except MemoryError:
            taken //= 2


answer = measure_what_fits()
answer["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
answer["versions"] = {name: version(name) for name in ("evidently", "pandas", "numpy", "scipy")}
print(json.dumps(answer))
