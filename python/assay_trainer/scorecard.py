"""A scorecard: each feature binned, each bin weighed, the weights joined by a logistic regression.

A characteristic whose coefficient is not positive would pay people for their bad bins; the worst one is dropped and the
rest fitted again until none is left. The document says `term = coefficient * weight of evidence`, so that a margin (log
odds of bad) is the intercept plus one term per characteristic (`ScorecardDocument` of `src/score/artefacts.ts`).
"""

import json
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgWarning
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from assay_trainer.binning import Binning, Shape, bin_feature
from assay_trainer.fitted import Fitted
from assay_trainer.job import Job, Scorecard
from assay_trainer.progress import report
from assay_trainer.refusal import Refusal
from assay_trainer.table import MISSING_KINDS, Doubles, Rows


@dataclass(frozen=True)
class Card:
    """A fitted card: characteristics (column number, its bins, its coefficient) and the regression itself."""

    characteristics: Sequence[tuple[int, Binning, float]]
    intercept: float
    regression: LogisticRegression | None

    def margins(self, rows: Rows) -> Doubles:
        """Margins as scikit-learn computes them, to check the document against."""
        if self.regression is None:
            return np.full(len(rows.labels), self.intercept)
        evidence = _evidence(rows, [(at, binning) for at, binning, _ in self.characteristics])
        margins: Doubles = self.regression.decision_function(evidence)
        return margins


def fit_scorecard(job: Job, family: Scorecard, fitting: Rows, check: Rows) -> Fitted:
    """Fits a card on the fitting rows."""
    started = time.monotonic()
    # One thread: a sum split over threads would depend on how many there are.
    with threadpool_limits(limits=1):
        binned = _bin_all(job, family, fitting)
        card = _fit(binned, family, fitting)
        seconds = time.monotonic() - started
        margins = card.margins(check)
    return Fitted(
        format="assay.scorecard",
        file="scorecard.json",
        artefact=json.dumps(document(card, job.columns), ensure_ascii=False, allow_nan=False).encode(),
        check_margins=margins,
        fit_seconds=seconds,
        notes={"characteristics": len(card.characteristics)},
    )


def _bin_all(job: Job, family: Scorecard, rows: Rows) -> list[tuple[int, Binning]]:
    binned = []
    for at, column in enumerate(job.columns):
        report("bin", at, len(job.columns), "columns")
        shape = Shape(job.monotone.get(column, 0), family.bins)
        binning = bin_feature(rows.values[:, at], rows.kinds[:, at], rows.labels, shape)
        if binning.says_something:
            binned.append((at, binning))
    report("bin", len(job.columns), len(job.columns), "columns")
    return binned


def _evidence(rows: Rows, binned: Sequence[tuple[int, Binning]]) -> Doubles:
    return np.column_stack([binning.evidence(rows.values[:, at], rows.kinds[:, at]) for at, binning in binned])


def _fit(binned: list[tuple[int, Binning]], family: Scorecard, rows: Rows) -> Card:
    total = len(binned)
    evidence = _evidence(rows, binned) if binned else np.empty((len(rows.labels), 0))
    while binned:
        report("fit", total - len(binned), total, "characteristics dropped")
        regression = _regress(evidence, rows, family.l2)
        coefficients = regression.coef_[0]
        worst = int(np.argmin(coefficients))
        if coefficients[worst] > 0:
            characteristics = [(at, binning, float(c)) for (at, binning), c in zip(binned, coefficients, strict=True)]
            return Card(characteristics, float(regression.intercept_[0]), regression)
        del binned[worst]
        evidence = np.delete(evidence, worst, axis=1)
    rate = float(rows.labels.mean())
    return Card([], float(np.log(rate / (1 - rate))), None)


def _regress(evidence: Doubles, rows: Rows, l2: float) -> LogisticRegression:
    regression = LogisticRegression(C=1 / l2 if l2 > 0 else np.inf, solver="newton-cholesky", tol=1e-10, max_iter=200)
    with warnings.catch_warnings():
        # Both say that the terms are not determined by the data.
        warnings.simplefilter("error", ConvergenceWarning)
        warnings.simplefilter("error", LinAlgWarning)
        try:
            return regression.fit(evidence, rows.labels)
        except (ConvergenceWarning, LinAlgWarning) as warning:
            raise Refusal(
                "NOT_CONVERGED",
                "the regression of the scorecard",
                f"its coefficients are settled by the data ({str(warning).splitlines()[0]})",
                "Raise l2, or leave out columns that say the same",
            ) from warning


def document(card: Card, columns: Sequence[str]) -> dict[str, object]:
    """The `assay.scorecard` document of a card."""
    return {
        "format": "assay.scorecard",
        "version": 1,
        "intercept": card.intercept,
        "characteristics": [
            _characteristic(columns[at], binning, coefficient) for at, binning, coefficient in card.characteristics
        ],
    }


def _characteristic(column: str, binning: Binning, coefficient: float) -> dict[str, object]:
    edges = [*binning.below.tolist(), None]
    return {
        "column": column,
        "bins": [
            {"below": below, "term": coefficient * woe, "rows": rows}
            for below, woe, rows in zip(edges, binning.woe.tolist(), binning.rows.tolist(), strict=True)
        ],
        "missing": {
            "term": coefficient * binning.missing_woe,
            "byKind": {MISSING_KINDS[kind - 1]: coefficient * woe for kind, woe in binning.kind_woe.items()},
        },
    }
