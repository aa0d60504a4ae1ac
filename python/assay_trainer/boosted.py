"""Gradient-boosted trees by XGBoost, with the settings of a definition or with the ones a person would start from.

The same data, settings and seed give the same bytes, whatever the number of threads.
"""

import time

import numpy as np
import xgboost
from numpy.typing import NDArray

from assay_trainer.fitted import Fitted
from assay_trainer.job import Boosted, Job
from assay_trainer.progress import report
from assay_trainer.table import Dataset, Rows

PLAIN_ROUNDS = 100
PLAIN_PATIENCE = 10


class _Reporter(xgboost.callback.TrainingCallback):
    """Says each round."""

    def __init__(self, rounds: int) -> None:
        super().__init__()
        self.rounds = rounds

    def after_iteration(self, model: object, epoch: int, evals_log: object) -> bool:
        report("fit", epoch + 1, self.rounds, "trees")
        return False


def fit_boosted(job: Job, family: Boosted, fitting: Rows, check: Rows) -> Fitted:
    """Fits the family's settings on the fitting rows."""
    directions = tuple(job.monotone.get(column, 0) if family.monotone else 0 for column in job.columns)
    params: dict[str, object] = _common(job) | {
        "max_depth": family.depth,
        "eta": family.learning_rate,
        "min_child_weight": family.min_child_weight,
        "subsample": family.subsample,
        "colsample_bytree": family.colsample,
        "monotone_constraints": directions,
    }
    started = time.monotonic()
    booster = xgboost.train(
        params, _matrix(job, fitting), num_boost_round=family.trees, callbacks=[_Reporter(family.trees)]
    )
    return _fitted(job, booster, check, time.monotonic() - started)


def fit_plain(job: Job, dataset: Dataset, fitting: Rows, check: Rows) -> Fitted:
    """Fits what one would get by hand.

    Library defaults (depth 6, step .3, no constraints), at most 100 rounds, stopped when log loss on validation has not
    improved for 10; the trees up to the best round are kept.
    """
    validation = dataset.rows("validation")
    started = time.monotonic()
    stopper = xgboost.callback.EarlyStopping(rounds=PLAIN_PATIENCE, save_best=True)
    booster = xgboost.train(
        _common(job),
        _matrix(job, fitting),
        num_boost_round=PLAIN_ROUNDS,
        evals=[(_matrix(job, validation), "validation")],
        verbose_eval=False,
        callbacks=[_Reporter(PLAIN_ROUNDS), stopper],
    )
    return _fitted(job, booster, check, time.monotonic() - started)


def _common(job: Job) -> dict[str, object]:
    return {
        "objective": "binary:logistic",
        "tree_method": "hist",
        "device": "cpu",
        "seed": job.seed,
        "nthread": job.threads,
        "verbosity": 1,
    }


def _matrix(job: Job, rows: Rows) -> xgboost.DMatrix:
    # XGBoost holds float32; casting here makes that plain to whoever reads this.
    values = rows.values.astype(np.float32)
    return xgboost.DMatrix(
        values, label=rows.labels, missing=np.nan, feature_names=list(job.columns), nthread=job.threads
    )


def _fitted(job: Job, booster: xgboost.Booster, check: Rows, seconds: float) -> Fitted:
    margins: NDArray[np.float32] = booster.predict(_matrix(job, check), output_margin=True)
    return Fitted(
        format="xgboost-json",
        file="model.json",
        artefact=bytes(booster.save_raw(raw_format="json")),
        check_margins=margins,
        fit_seconds=seconds,
        notes={"trees": booster.num_boosted_rounds()},
    )
