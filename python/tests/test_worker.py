"""The worker as a process: what it refuses, how it stops, what it leaves behind."""

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from tests.conftest import ENVIRONMENT, SCORECARD, XGBOOST, Bench, portfolio

Change = Callable[[Bench], dict[str, Any]]


def replaced(column: str, array: object) -> Change:
    def change(bench: Bench) -> dict[str, Any]:
        table = portfolio()
        at = table.schema.get_field_index(column)
        return {"dataset": [bench.write(table.set_column(at, column, pa.array(array)))], "family": SCORECARD}

    return change


def with_infinity() -> NDArray[np.float64]:
    values: NDArray[np.float64] = portfolio()["applicant.noise"].to_numpy().copy()
    values[3] = np.inf
    return values


def twins(bench: Bench) -> dict[str, Any]:
    """Two columns that say the same, and no penalty to choose between them."""
    same = replaced("applicant.noise", portfolio()["applicant.lateCount"])(bench)
    return same | {"family": SCORECARD | {"l2": 0}, "monotone": {"applicant.noise": 1, "applicant.lateCount": 1}}


REFUSED: list[tuple[str, Change]] = [
    ("JOB_VERSION", lambda _: {"version": 2}),
    ("JOB_INVALID", lambda _: {"family": {"kind": "forest"}}),
    ("JOB_INVALID", lambda _: {"threads": 0}),
    ("JOB_INVALID", lambda _: {"monotone": {"applicant.age": 1}}),
    ("JOB_INVALID", lambda _: {"columns": ["applicant.noise", "applicant.noise"], "monotone": {}}),
    ("JOB_INVALID", lambda _: {"columns": ["applicant.tenure.<1y"], "monotone": {}}),
    ("JOB_INVALID", lambda _: {"family": XGBOOST | {"learningRate": float("nan")}}),
    ("COLUMN_ABSENT", lambda _: {"columns": ["applicant.age"], "monotone": {}}),
    ("DATA_UNREADABLE", lambda bench: {"dataset": [str(bench.folder / "absent.parquet")]}),
    ("DATA_UNREADABLE", lambda bench: {"dataset": [str(bench.folder / "job.json")]}),
    ("NO_ROWS", lambda _: {"split": {"column": "split", "fit": "holdout"}}),
    ("NOT_WRITTEN", lambda bench: {"out": bench.write(portfolio())}),
    ("NO_ROWS", replaced("split", ["train"] * 3000)),
    ("ONE_CLASS", replaced("label", [1] * 3000)),
    ("LABEL_NOT_BINARY", replaced("label", [0, 1, 2] * 1000)),
    ("LABEL_NOT_BINARY", replaced("label", [0, 1, None] * 1000)),
    ("LABEL_NOT_BINARY", replaced("label", ["0", "1", "0"] * 1000)),
    ("NOT_A_NUMBER", replaced("applicant.noise", ["high"] * 3000)),
    ("NOT_FINITE", replaced("applicant.noise", with_infinity())),
    ("NOT_FINITE", replaced("applicant.noise", [float("nan")] * 3000)),
    ("NOT_FINITE", replaced("applicant.noise", [1e39] * 3000)),
    ("NOT_CONVERGED", twins),
    ("MISSING_CODE", replaced("applicant.noise__missing", pa.array([1] * 3000, pa.uint8()))),
    ("MISSING_CODE", replaced("applicant.utilisation__missing", pa.array([0] * 3000, pa.uint8()))),
]


@pytest.mark.parametrize(("code", "change"), REFUSED)
def test_refusals_are_one_line_with_a_way_out(bench: Bench, code: str, change: Change) -> None:
    done = bench.run(**change(bench))
    assert done.code == 1
    error = done.lines[-1]["error"]
    assert error["code"] == f"ASSAY_TRAINING_{code}"
    assert all(error[part] for part in ("thing", "rule", "wayOut"))
    assert not list(bench.folder.glob("out/*"))


def test_progress_is_json_lines(bench: Bench) -> None:
    lines = bench.run().lines
    assert all(set(line) == {"stage", "done", "total", "unit"} for line in lines)
    assert [line["done"] for line in lines if line["stage"] == "fit"] == list(range(1, 26))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_stops_it_and_leaves_nothing(bench: Bench, number: signal.Signals, code: int) -> None:
    job = bench.job(family=XGBOOST | {"trees": 1_000_000})
    with subprocess.Popen(bench.command(job), env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        for line in worker.stdout:
            if '"fit"' in line:
                worker.send_signal(number)
                break
        worker.stdout.read()
        assert worker.wait(timeout=30) == code
    assert not list(bench.folder.glob("out/*"))


def test_an_orphan_stops(bench: Bench) -> None:
    job = bench.job(family=XGBOOST | {"trees": 1_000_000})
    # A shell starts the worker and is killed; the worker's end closes the pipe, which is what `read` waits for.
    script = '"$@" & wait'
    command = ["/bin/sh", "-c", script, "sh", *bench.command(job)]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as shell:
        assert shell.stdout is not None
        assert any('"fit"' in line for line in iter(shell.stdout.readline, ""))
        shell.kill()
        shell.stdout.read()
    assert not list(bench.folder.glob("out/*"))


def test_usage(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    command = bench.command({})[:-1]
    assert subprocess.run(command, env=ENVIRONMENT, capture_output=True, check=False).returncode == 2
