"""Parquet to arrays: the columns of one split, as doubles with NaN for missing, and what is refused on the way.

Nothing is imputed and nothing is dropped: a row that cannot be used is an error, for the dataset already decided.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from assay_trainer.job import Job
from assay_trainer.progress import report
from assay_trainer.refusal import Refusal

Doubles = NDArray[np.float64]
Codes = NDArray[np.uint8]

MISSING_KINDS = (
    "no history",
    "not linked",
    "empty window",
    "not yet known",
    "stale",
    "not collected then",
    "not applicable",
    "redacted",
)
"""Names of the missing codes 1, 2, …; 0 is present. The table of `src/base/missing.ts`: append, never renumber."""

FLOAT32_MAX = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Rows:
    """The rows of one split, in file order.

    `values` is (rows, columns), `labels` is 0 or 1, `kinds` is shaped as `values` and all 0 where not asked for.
    """

    values: Doubles
    labels: NDArray[np.int8]
    kinds: Codes

    @property
    def positives(self) -> int:
        """How many rows are bad."""
        return int(self.labels.sum())


@dataclass(frozen=True)
class Dataset:
    """The job's columns of all its files."""

    table: pa.Table
    job: Job
    with_kinds: bool

    def rows(self, split: str, limit: int | None = None) -> Rows:
        """The rows of one split; `limit` keeps the first ones."""
        mask = pc.fill_null(pc.equal(self.table[self.job.split], split), False)
        part = self.table.filter(mask)
        part = part if limit is None else part.slice(0, limit)
        values = np.column_stack([_doubles(part, column) for column in self.job.columns])
        labels = _labels(part, self.job.label)
        kinds = _kinds(part, self.job.columns, values) if self.with_kinds else np.zeros(values.shape, dtype=np.uint8)
        return Rows(values, 1 - labels if self.job.flip_labels else labels, kinds)

    def fitting_rows(self) -> Rows:
        """The rows to fit on: some, and of both classes."""
        rows = self.rows(self.job.fit)
        if len(rows.labels) == 0:
            raise Refusal(
                "NO_ROWS",
                f'split "{self.job.fit}"',
                "a model needs rows to be fitted on",
                "Check the split of the dataset",
            )
        if rows.positives in (0, len(rows.labels)):
            raise Refusal(
                "ONE_CLASS",
                f'label "{self.job.label}" in split "{self.job.fit}"',
                f"all {len(rows.labels)} rows have the same outcome",
                "Use a window with both outcomes",
            )
        return rows


def kind_column(column: str) -> str:
    """The column of missing codes beside a column of values."""
    return f"{column}__missing"


def read_dataset(job: Job, *, with_kinds: bool) -> Dataset:
    """Reads the columns the job names, and with `with_kinds` the missing codes beside them."""
    wanted = [*job.columns, job.label, job.split]
    if with_kinds:
        wanted += [kind_column(column) for column in job.columns]
    tables = []
    for done, path in enumerate(job.dataset):
        report("read", done, len(job.dataset), "files")
        tables.append(_read_file(path, wanted))
    report("read", len(job.dataset), len(job.dataset), "files")
    return Dataset(pa.concat_tables(tables, promote_options="permissive"), job, with_kinds)


def _read_file(path: Path, wanted: Sequence[str]) -> pa.Table:
    try:
        file = pq.ParquetFile(path)
        absent = [column for column in wanted if column not in file.schema_arrow.names]
        if absent:
            raise Refusal(
                "COLUMN_ABSENT",
                f'column "{absent[0]}" of {path.name}',
                f"the job names {len(wanted)} columns and {len(absent)} of them are not in the file",
                "Build the dataset again from the same definitions",
            )
        return file.read(columns=list(wanted))
    except (OSError, pa.ArrowException) as error:
        raise Refusal(
            "DATA_UNREADABLE", str(path), f"a dataset is Parquet files ({error})", "Build the dataset again"
        ) from error


def _doubles(table: pa.Table, column: str) -> Doubles:
    if not _is_numeric(table, column):
        raise Refusal(
            "NOT_A_NUMBER",
            f'column "{column}"',
            f"a model reads numbers, and this column holds {table.schema.field(column).type}",
            "Leave the column out or encode it as a feature",
        )
    values: Doubles = table[column].cast(pa.float64(), safe=False).to_numpy()
    # A NULL is missing; an infinity, or what float32 would make one, is a mistake upstream.
    present = table[column].is_valid().to_numpy()
    bad = present & ~(np.abs(values) <= FLOAT32_MAX)
    if bad.any():
        raise Refusal(
            "NOT_FINITE",
            f'column "{column}" in {int(bad.sum())} rows',
            "a present value is finite and within the range of float32",
            "Write missing as NULL and bound the feature",
        )
    return values


def _is_numeric(table: pa.Table, column: str) -> bool:
    kind = table.schema.field(column).type
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind))


def _labels(table: pa.Table, column: str) -> NDArray[np.int8]:
    numeric = _is_numeric(table, column)
    labels = table[column].cast(pa.float64(), safe=False).to_numpy() if numeric else np.array([np.nan])
    if not np.isin(labels, (0.0, 1.0)).all():
        raise Refusal(
            "LABEL_NOT_BINARY",
            f'label "{column}"',
            "a label is 0 or 1 in each row; an outcome not yet observed is no row of a dataset",
            "Build the dataset again",
        )
    return np.asarray(labels, dtype=np.int8)


def _kinds(table: pa.Table, columns: Sequence[str], values: Doubles) -> Codes:
    kinds = np.column_stack([table[kind_column(column)].fill_null(255).to_numpy() for column in columns])
    wrong = (kinds > len(MISSING_KINDS)) | ((kinds > 0) != np.isnan(values))
    if wrong.any():
        column = columns[int(np.argmax(wrong.any(axis=0)))]
        raise Refusal(
            "MISSING_CODE",
            f'column "{kind_column(column)}"',
            f"a missing value has a code from 1 to {len(MISSING_KINDS)} and a present one has 0",
            "Build the dataset again",
        )
    return np.asarray(kinds, dtype=np.uint8)
