"""Sequences as training reads them: columns mapped into memory, gathered row by row and padded.

Everything was encoded before: nothing is scaled, coded or looked up here. A batch has the bytes that the decider's
encoder gives for the same rows.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay_trainer.refusal import Refusal

VERSION = 1

Int64 = NDArray[np.int64]
Int32 = NDArray[np.int32]
Column = NDArray[np.float32] | NDArray[np.int32]


@dataclass(frozen=True)
class Batch:
    """Rows x length; tokens stand from the oldest to the newest, and nothing behind them.

    `kind` is 1 for the first event of the manifest's kinds, and 0 behind the tokens. `age` is in the manifest's units.
    Columns by name: numbers are float32, NaN where missing; codes are int32, 0 where missing.
    """

    lengths: Int32
    kind: NDArray[np.uint8]
    age: Int32
    columns: Mapping[str, Column]


@dataclass(frozen=True)
class Sequences:
    """Built sequences. Rows are numbered in the order of their decision ids, as in `rows.parquet`."""

    manifest: Mapping[str, Any]
    kind: NDArray[np.uint8]
    at: Int64
    t: Int64
    start: Int64
    end: Int64
    exceptions_from: Int64
    exceptions: Int64
    columns: Mapping[str, Column]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.t)

    @property
    def length(self) -> int:
        """The most tokens of a row."""
        return int(self.manifest["sequence"]["length"])

    def gather(self, rows: Int64) -> Batch:
        """The tokens of some rows, in the order asked."""
        places = [self._places(int(row)) for row in rows]
        lengths = np.array([len(one) for one in places], dtype=np.int32)
        flat = np.concatenate([np.zeros(0, dtype=np.int64), *places])
        into = np.arange(self.length) < lengths[:, np.newaxis]
        shape = (len(rows), self.length)
        age = np.zeros(shape, dtype=np.int32)
        passed = np.repeat(np.asarray(self.t[rows]), lengths) - self.at[flat]
        age[into] = passed // int(self.manifest["sequence"]["ageMicros"])
        kind = np.zeros(shape, dtype=np.uint8)
        kind[into] = self.kind[flat]
        columns = {name: _spread(column, flat, into) for name, column in self.columns.items()}
        return Batch(lengths, kind, age, columns)

    def _places(self, row: int) -> Int64:
        """Where the tokens of a row are."""
        start, end = int(self.start[row]), int(self.end[row])
        places = np.arange(start, end, dtype=np.int64)
        hidden = self.exceptions[int(self.exceptions_from[row]) : int(self.exceptions_from[row + 1])]
        return np.delete(places, np.asarray(hidden) - start) if len(hidden) > 0 else places


def open_sequences(folder: Path) -> Sequences:
    """Opens sequences that were built into a folder; nothing is read yet but the manifest."""
    manifest = _manifest(folder)
    tokens, rows = int(manifest["tokens"]), int(manifest["rows"])
    columns = {
        column["name"]: _column(folder, f"column-{place}.{'i32' if column['type'] == 'code' else 'f32'}", tokens)
        for place, column in enumerate(manifest["columns"])
    }
    return Sequences(
        manifest=manifest,
        kind=_column(folder, "kind.u8", tokens),
        at=_column(folder, "at.i64", tokens),
        t=_column(folder, "row-t.i64", rows),
        start=_column(folder, "row-start.i64", rows),
        end=_column(folder, "row-end.i64", rows),
        exceptions_from=_column(folder, "row-exceptions.i64", rows + 1),
        exceptions=_column(folder, "exceptions.i64", int(manifest["exceptions"])),
        columns=columns,
    )


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(folder / "manifest.json", str(error)) from error
    if manifest.get("format") == "assay.sequences" and manifest.get("version") == VERSION:
        return manifest
    raise Refusal(
        "UNKNOWN_SEQUENCES",
        str(folder),
        f"sequences are of version {VERSION}, and these of {manifest.get('format')} {manifest.get('version')}",
        "Use the release of Assay that built them, or build them again",
    )


TYPES = {"u8": "u1", "i32": "<i4", "i64": "<i8", "f32": "<f4"}


def _column(folder: Path, name: str, count: int) -> Any:  # noqa: ANN401 - as the name's ending says
    path = folder / name
    kind = np.dtype(TYPES[path.suffix[1:]])
    try:
        size = path.stat().st_size
        if size != count * kind.itemsize:
            raise _unreadable(path, f"it holds {size} bytes in place of {count * kind.itemsize}")
        # Nothing cannot be mapped.
        return np.memmap(path, dtype=kind, mode="r") if count > 0 else np.zeros(0, dtype=kind)
    except OSError as error:
        raise _unreadable(path, str(error)) from error


def _spread(column: Column, flat: Int64, into: NDArray[np.bool_]) -> Column:
    """Tokens into a padded batch: behind them NaN, or code 0."""
    if column.dtype.kind == "f":
        numbers = np.full(into.shape, np.nan, dtype=np.float32)
        numbers[into] = column[flat]
        return numbers
    codes = np.zeros(into.shape, dtype=np.int32)
    codes[into] = column[flat]
    return codes


def _unreadable(path: Path, why: str) -> Refusal:
    return Refusal("SEQUENCES_UNREADABLE", str(path), f"it cannot be mapped: {why}", "Build the sequences again")
