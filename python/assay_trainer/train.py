"""One run: read, fit, write."""

import time

from assay_trainer.fitted import Fitted
from assay_trainer.job import Boosted, Job, Scorecard
from assay_trainer.output import write_result
from assay_trainer.progress import report
from assay_trainer.refusal import Refusal
from assay_trainer.table import Dataset, Rows, read_dataset

CHECK_SPLIT = "validation"
CHECK_ROWS = 1000


def train(job: Job) -> None:
    """Runs a job to its end; what it refuses is a `Refusal`."""
    started = time.monotonic()
    dataset = read_dataset(job, with_kinds=isinstance(job.family, Scorecard))
    fitting = dataset.fitting_rows()
    check = dataset.rows(CHECK_SPLIT, CHECK_ROWS)
    if len(check.labels) == 0:
        raise Refusal(
            "NO_ROWS",
            f'split "{CHECK_SPLIT}"',
            "a model is checked on validation rows before it is taken in",
            "Check the split of the dataset",
        )
    fitted = _fit(job, dataset, fitting, check)
    report("write", 0, 1, "results")
    write_result(job, fitted, fitting, time.monotonic() - started)
    report("write", 1, 1, "results")


def _fit(job: Job, dataset: Dataset, fitting: Rows, check: Rows) -> Fitted:
    # Each family loads its own library: a scorecard does not wait for XGBoost.
    if isinstance(job.family, Scorecard):
        from assay_trainer.scorecard import fit_scorecard  # noqa: PLC0415

        return fit_scorecard(job, job.family, fitting, check)
    from assay_trainer.boosted import fit_boosted, fit_plain  # noqa: PLC0415

    if isinstance(job.family, Boosted):
        return fit_boosted(job, job.family, fitting, check)
    return fit_plain(job, dataset, fitting, check)
