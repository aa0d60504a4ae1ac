"""A small seeded portfolio, and the worker run on it: a job file in, lines on stdout."""

import contextlib
import io
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assay_trainer.__main__ import main

HOME = Path(__file__).parent.parent
COLUMNS = ["applicant.lateCount", "applicant.utilisation", "applicant.paidShare", "applicant.noise"]
MONOTONE = {"applicant.lateCount": 1, "applicant.utilisation": 1, "applicant.paidShare": -1, "applicant.noise": 0}
SCORECARD = {"kind": "scorecard", "bins": 5, "l2": 1.0}
XGBOOST = {
    "kind": "xgboost",
    "depth": 3,
    "trees": 25,
    "learningRate": 0.2,
    "monotone": True,
    "minChildWeight": 5,
    "subsample": 0.8,
    "colsample": 0.75,
}
ENVIRONMENT = os.environ | {"OMP_WAIT_POLICY": "PASSIVE", "PYTHONPATH": str(HOME)}


def portfolio(rows: int = 3000, seed: int = 11) -> pa.Table:
    """Borrowers with two kinds of missing utilisation, one of them risky, and a feature that says nothing."""
    rng = np.random.default_rng(seed)
    late = rng.poisson(0.7, rows).astype(float)
    utilisation = rng.beta(2, 3, rows)
    paid = rng.random(rows)
    noise = rng.normal(size=rows)
    kinds = rng.choice([0, 1, 7], size=rows, p=[0.85, 0.1, 0.05]).astype(np.uint8)
    margin = -2.2 + 0.8 * late + 2.0 * utilisation - 1.5 * paid + 1.2 * (kinds == 1)
    label = (rng.random(rows) < 1 / (1 + np.exp(-margin))).astype(np.int8)
    split = np.array(["train", "train", "train", "validation", "test"])[np.arange(rows) % 5]
    values = {"applicant.lateCount": late, "applicant.utilisation": utilisation, "applicant.paidShare": paid}
    data: dict[str, Any] = {}
    for column, array in {**values, "applicant.noise": noise}.items():
        missing = kinds if column == "applicant.utilisation" else np.zeros(rows, dtype=np.uint8)
        data[column] = pa.array(array, mask=missing > 0)
        data[f"{column}__missing"] = pa.array(missing)
    data |= {"label": label, "split": split, "decision_id": [f"d{row}" for row in range(rows)]}
    return pa.table(data)


@dataclass(frozen=True)
class Done:
    """How a run ended and what it said."""

    code: int
    lines: list[dict[str, Any]]


@dataclass(frozen=True)
class Bench:
    """A folder to run jobs in, with the portfolio in two files."""

    folder: Path

    def write(self, table: pa.Table, name: str = "part.parquet") -> str:
        """Writes a Parquet file and returns its path."""
        pq.write_table(table, self.folder / name)
        return str(self.folder / name)

    def job(self, **changes: object) -> dict[str, Any]:
        """A job that works, with changes."""
        return {
            "version": 1,
            "kind": "train",
            "family": XGBOOST,
            "dataset": [str(self.folder / "a.parquet"), str(self.folder / "b.parquet")],
            "columns": COLUMNS,
            "monotone": MONOTONE,
            "label": "label",
            "split": {"column": "split", "fit": "train"},
            "seed": 7,
            "threads": 2,
            "out": str(self.folder / "out"),
        } | changes

    def command(self, job: dict[str, Any]) -> list[str]:
        """The command line that runs a job."""
        path = self.folder / "job.json"
        path.write_text(json.dumps(job), encoding="utf-8")
        return [sys.executable, "-m", "assay_trainer", str(path)]

    def run(self, **changes: object) -> Done:
        """Runs a job to its end in this process; the exit code and the lines of stdout."""
        path = self.command(self.job(**changes))[-1]
        stdout = io.StringIO()
        with contextlib.redirect_stdout(stdout):
            code = main([path])
        return Done(code, [json.loads(line) for line in stdout.getvalue().splitlines()])

    def fit(self, file: str, **changes: object) -> bytes:
        """Runs a job that must succeed and returns the artefact."""
        done = self.run(**changes)
        assert done.code == 0, done.lines
        return (Path(self.job(**changes)["out"]) / file).read_bytes()

    def result(self, name: str = "result.json") -> dict[str, Any]:
        """A JSON file of the last run."""
        document: dict[str, Any] = json.loads((self.folder / "out" / name).read_text(encoding="utf-8"))
        return document


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """The portfolio in two files, in a fresh folder."""
    table = portfolio()
    bench = Bench(tmp_path)
    bench.write(table.slice(0, 1700), "a.parquet")
    bench.write(table.slice(1700), "b.parquet")
    return bench
