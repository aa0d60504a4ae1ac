"""Cuts one feature into few bins whose bad rate moves one way, and weighs each bin's evidence.

The cuts come from a small decision tree fitted on *ranks*, which scikit-learn's float32 holds exactly; a cut between
two neighbouring values becomes the double midway, to be read as `value < below`. Neighbouring bins that break the
declared direction are merged afterwards, because a tree's clipped leaves promise less than its raw rates need.

Weight of evidence is the log odds of bad in a bin against those of all rows, after one pseudo-row at the overall rate:
ln((bad + p) / (good + 1 - p)) - ln(p / (1 - p)). A pure bin stays finite and an empty one weighs nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

from assay_trainer.job import Direction
from assay_trainer.table import MISSING_KINDS, Codes, Doubles

LEAST_LEAF_SHARE = 0.03
"""A bin holds at least this share of the fitting rows."""

LEAST_MISSING_SHARE = 0.01
"""Missing values, and each kind of them, weigh something from this share of the fitting rows."""

FLOAT32_WHOLE = 1 << 24
"""float32 holds every whole number up to here."""


@dataclass(frozen=True)
class Shape:
    """How many bins, and which way risk goes: 1 says that it grows with the value, 0 that it may do anything."""

    direction: Direction
    bins: int


@dataclass(frozen=True)
class Binning:
    """Bins of one feature: bin i holds `value < below[i]`, the last one the rest. `woe` and `rows` are by bin."""

    below: Doubles
    woe: Doubles
    rows: NDArray[np.int64]
    missing_woe: float
    kind_woe: Mapping[int, float]

    def evidence(self, values: Doubles, kinds: Codes) -> Doubles:
        """Weight of evidence of each value."""
        missing = np.isnan(values)
        # side="right" counts the cuts that are <= value: the first bin with value < below.
        woe: Doubles = self.woe[np.searchsorted(self.below, np.where(missing, 0.0, values), side="right")]
        woe[missing] = self.missing_woe
        for kind, of_kind in self.kind_woe.items():
            woe[missing & (kinds == kind)] = of_kind
        return woe

    @property
    def says_something(self) -> bool:
        """Whether any two rows could differ."""
        return len(self.woe) > 1 or self.missing_woe != 0 or bool(self.kind_woe)


def bin_feature(values: Doubles, kinds: Codes, labels: NDArray[np.int8], shape: Shape) -> Binning:
    """Bins one feature on the fitting rows."""
    rate = float(labels.mean())
    missing = np.isnan(values)
    below, counts, bads = _cut(values[~missing], labels[~missing], shape, np.ceil(LEAST_LEAF_SHARE * len(labels)))
    below, counts, bads = _merge(below, counts, bads, shape.direction, rate)
    enough = LEAST_MISSING_SHARE * len(labels)
    kind_woe = {}
    for kind in range(1, len(MISSING_KINDS) + 1):
        of_kind = kinds == kind
        if of_kind.sum() >= enough:
            kind_woe[kind] = _woe(float(labels[of_kind].sum()), float(of_kind.sum()), rate)
    missing_woe = _woe(float(labels[missing].sum()), float(missing.sum()), rate) if missing.sum() >= enough else 0.0
    woe = np.array([_woe(bad, count, rate) for bad, count in zip(bads, counts, strict=True)])
    return Binning(np.array(below), woe, np.array(counts, dtype=np.int64), missing_woe, kind_woe)


def _cut(
    values: Doubles, labels: NDArray[np.int8], shape: Shape, least_rows: float
) -> tuple[list[float], list[float], list[float]]:
    unique, ranks = np.unique(values, return_inverse=True)
    below: list[float] = []
    if len(unique) > 1 and len(np.unique(labels)) > 1:
        step = 1 + len(unique) // FLOAT32_WHOLE
        tree = DecisionTreeClassifier(
            max_leaf_nodes=shape.bins,
            min_samples_leaf=int(least_rows),
            monotonic_cst=[shape.direction],
            random_state=0,
        )
        tree.fit((ranks // step).astype(np.float32).reshape(-1, 1), labels)
        inner = tree.tree_.children_left != -1
        for threshold in np.sort(tree.tree_.threshold[inner]):
            last = (int(np.floor(threshold)) + 1) * step - 1
            below.append(midway(float(unique[last]), float(unique[last + 1])))
    places = np.searchsorted(below, values, side="right")
    counts = np.bincount(places, minlength=len(below) + 1).astype(float)
    bads = np.bincount(places, weights=labels, minlength=len(below) + 1)
    return below, counts.tolist(), bads.tolist()


def midway(lower: float, upper: float) -> float:
    """A double above `lower` and not above `upper`, so that `value < it` tells the two apart."""
    middle = lower / 2 + upper / 2
    return middle if lower < middle <= upper else upper


def _merge(
    below: list[float], counts: list[float], bads: list[float], direction: Direction, rate: float
) -> tuple[list[float], list[float], list[float]]:
    if direction == 0:
        return below, counts, bads
    at = 0
    while at < len(below):
        step = _woe(bads[at + 1], counts[at + 1], rate) - _woe(bads[at], counts[at], rate)
        if step * direction > 0:
            at += 1
            continue
        below = below[:at] + below[at + 1 :]
        counts = [*counts[:at], counts[at] + counts[at + 1], *counts[at + 2 :]]
        bads = [*bads[:at], bads[at] + bads[at + 1], *bads[at + 2 :]]
        at = max(0, at - 1)
    return below, counts, bads


def _woe(bads: float, rows: float, rate: float) -> float:
    return float(np.log((bads + rate) / (rows - bads + 1 - rate)) - np.log(rate / (1 - rate)))
