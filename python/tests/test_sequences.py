"""Sequences mapped and gathered, from files written by hand."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assay_trainer.refusal import Refusal
from assay_trainer.sequences import open_sequences

HOUR = 3_600_000_000
MANIFEST: dict[str, Any] = {
    "format": "assay.sequences",
    "version": 1,
    "sequence": {"length": 3, "ageMicros": HOUR, "kinds": ["statement", "purchase"]},
    "columns": [{"name": "statement.billed", "type": "number"}, {"name": "purchase.kind", "type": "code"}],
    "rows": 4,
    "tokens": 6,
    "exceptions": 2,
}
ARRAYS = {
    "kind.u8": np.array([1, 2, 2, 1, 1, 2], dtype="u1"),
    "at.i64": np.array([0, 0, HOUR, 2 * HOUR, 5 * HOUR, 7 * HOUR - 1], dtype="<i8"),
    "column-0.f32": np.array([0.5, np.nan, np.nan, -2, 8, np.nan], dtype="<f4"),
    "column-1.i32": np.array([0, 4, 1, 0, 0, 2], dtype="<i4"),
    # One with a gap, one without, one with nobody, one that begins behind what it does not see.
    "row-t.i64": np.array([3 * HOUR, 3 * HOUR + 1, 9, 7 * HOUR], dtype="<i8"),
    "row-start.i64": np.array([0, 1, 0, 3], dtype="<i8"),
    "row-end.i64": np.array([4, 4, 0, 6], dtype="<i8"),
    "row-exceptions.i64": np.array([0, 1, 1, 1, 2], dtype="<i8"),
    "exceptions.i64": np.array([1, 4], dtype="<i8"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    for name, array in ARRAYS.items():
        array.tofile(tmp_path / name)
    return tmp_path


def test_gathers_tokens_in_the_order_asked_and_pads_behind_them(folder: Path) -> None:
    sequences = open_sequences(folder)
    batch = sequences.gather(np.array([3, 0, 2, 1]))
    assert batch.lengths.tolist() == [2, 3, 0, 3]
    assert batch.kind.tolist() == [[1, 2, 0], [1, 2, 1], [0, 0, 0], [2, 2, 1]]
    # In whole hours: a microsecond short of one is none.
    assert batch.age.tolist() == [[5, 0, 0], [3, 2, 1], [0, 0, 0], [3, 2, 1]]
    assert batch.columns["purchase.kind"].tolist() == [[0, 2, 0], [0, 1, 0], [0, 0, 0], [4, 1, 0]]
    billed = np.array([[-2, np.nan, np.nan], [0.5, np.nan, -2], [np.nan] * 3, [np.nan, np.nan, -2]], dtype=np.float32)
    assert batch.columns["statement.billed"].tobytes() == billed.tobytes()


def test_maps_and_does_not_read(folder: Path) -> None:
    sequences = open_sequences(folder)
    assert isinstance(sequences.at, np.memmap)
    assert all(isinstance(column, np.memmap) for column in sequences.columns.values())
    assert (sequences.rows, sequences.length) == (4, 3)


def test_a_batch_of_no_rows_has_none(folder: Path) -> None:
    batch = open_sequences(folder).gather(np.zeros(0, dtype=np.int64))
    assert batch.kind.shape == (0, 3)
    assert batch.columns["statement.billed"].shape == (0, 3)


def test_sequences_without_tokens_open(folder: Path) -> None:
    nothing = MANIFEST | {"tokens": 0, "rows": 1, "exceptions": 0}
    (folder / "manifest.json").write_text(json.dumps(nothing), encoding="utf-8")
    for name, array in ARRAYS.items():
        count = {"row-exceptions.i64": 2}.get(name, 1 if name.startswith("row-") else 0)
        np.zeros(count, dtype=array.dtype).tofile(folder / name)
    assert open_sequences(folder).gather(np.array([0])).lengths.tolist() == [0]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"version": 2}, "ASSAY_TRAINING_UNKNOWN_SEQUENCES"),
        ({"format": "assay.dataset"}, "ASSAY_TRAINING_UNKNOWN_SEQUENCES"),
        ({"tokens": 7}, "ASSAY_TRAINING_SEQUENCES_UNREADABLE"),
    ],
)
def test_refuses_what_it_does_not_know(folder: Path, change: dict[str, Any], code: str) -> None:
    (folder / "manifest.json").write_text(json.dumps(MANIFEST | change), encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        open_sequences(folder)
    assert refused.value.code == code


@pytest.mark.parametrize("name", ["manifest.json", "kind.u8", "exceptions.i64"])
def test_names_a_file_that_is_not_there(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(Refusal) as refused:
        open_sequences(folder)
    assert refused.value.code == "ASSAY_TRAINING_SEQUENCES_UNREADABLE"
    assert name in refused.value.thing
