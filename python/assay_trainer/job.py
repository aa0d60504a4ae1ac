"""The job: what to fit, on which columns of which files, read from JSON and refused where it makes no sense."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assay_trainer.refusal import Refusal

VERSION = 1
Direction = Literal[-1, 0, 1]


@dataclass(frozen=True)
class Scorecard:
    """Binned logistic regression; `l2` is the penalty on half the squared coefficients, against the summed loss."""

    bins: int
    l2: float


@dataclass(frozen=True)
class Boosted:
    """Gradient-boosted trees with the settings a definition may name."""

    depth: int
    trees: int
    learning_rate: float
    monotone: bool
    min_child_weight: float
    subsample: float
    colsample: float


@dataclass(frozen=True)
class PlainBoosted:
    """What a person would do by hand: library defaults, early stopping on validation. The yardstick, never released."""


Family = Scorecard | Boosted | PlainBoosted


@dataclass(frozen=True)
class Job:
    """A job as read; `dataset` and `out` are absolute paths."""

    family: Family
    dataset: tuple[Path, ...]
    columns: tuple[str, ...]
    monotone: Mapping[str, Direction]
    label: str
    split: str
    fit: str
    seed: int
    threads: int
    out: Path
    flip_labels: bool


def read_job(path: Path) -> Job:
    """Reads and checks a job file."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refusal("JOB_UNREADABLE", str(path), f"a job is a JSON file ({error})", "Write it again") from error
    if not isinstance(document, dict):
        raise _bad("the job", "is a JSON object")
    if document.get("version") != VERSION:
        raise Refusal(
            "JOB_VERSION",
            f"version {json.dumps(document.get('version'))} of the job",
            f"this trainer reads version {VERSION}",
            "Use the trainer that came with the Assay that wrote the job",
        )
    return _job(Fields("the job", document))


def _job(fields: "Fields") -> Job:
    if fields.text("kind") != "train":
        raise _bad('"kind" of the job', 'is "train"')
    split = fields.object("split")
    columns = tuple(fields.texts("columns"))
    if len(set(columns)) != len(columns):
        raise _bad('"columns" of the job', "names each column once")
    for column in columns:
        if any(sign in column for sign in "[]<"):
            raise _bad(f'column "{column}"', "has none of [ ] < in its name: XGBoost reads them as its own")
    return Job(
        family=_family(fields.object("family")),
        dataset=tuple(Path(path) for path in fields.texts("dataset")),
        columns=columns,
        monotone=_monotone(fields.object("monotone"), columns),
        label=fields.text("label"),
        split=split.text("column"),
        fit=split.text("fit"),
        seed=fields.integer("seed", 0),
        threads=fields.integer("threads", 1),
        out=Path(fields.text("out")),
        flip_labels=fields.flag("flipLabels", default=False),
    )


def _family(fields: "Fields") -> Family:
    match fields.text("kind"):
        case "scorecard":
            return Scorecard(bins=fields.integer("bins", 2), l2=fields.number("l2", 0))
        case "xgboost":
            return Boosted(
                depth=fields.integer("depth", 1),
                trees=fields.integer("trees", 1),
                learning_rate=fields.number("learningRate", 0),
                monotone=fields.flag("monotone"),
                min_child_weight=fields.number("minChildWeight", 0),
                subsample=fields.number("subsample", 0),
                colsample=fields.number("colsample", 0),
            )
        case "xgboost-plain":
            return PlainBoosted()
        case other:
            raise _bad(f'family "{other}"', 'is "scorecard", "xgboost" or "xgboost-plain"')


def _monotone(fields: "Fields", columns: Sequence[str]) -> dict[str, Direction]:
    directions: dict[str, Direction] = {}
    for column in fields.document:
        if column not in columns:
            raise _bad(f'column "{column}" of "monotone"', "is one of the job's columns")
        match fields.integer(column, -1):
            case -1:
                directions[column] = -1
            case 0:
                directions[column] = 0
            case 1:
                directions[column] = 1
            case _:
                raise _bad(f'direction of "{column}"', "is -1, 0 or 1")
    return directions


@dataclass(frozen=True)
class Fields:
    """One object of the document, read field by field with the type each must have."""

    name: str
    document: Mapping[str, object]

    def text(self, key: str) -> str:
        """A string that says something."""
        value = self.document.get(key)
        if not isinstance(value, str) or value == "":
            raise _bad(f'"{key}" of {self.name}', "is a text")
        return value

    def texts(self, key: str) -> list[str]:
        """A list of strings, at least one."""
        value = self.document.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
            raise _bad(f'"{key}" of {self.name}', "is a list of texts, at least one")
        return value

    def integer(self, key: str, least: int) -> int:
        """A whole number, not below `least`."""
        value = self.document.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise _bad(f'"{key}" of {self.name}', f"is a whole number from {least}")
        return value

    def number(self, key: str, least: float) -> float:
        """A number, not below `least`."""
        value = self.document.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool) or not value >= least:
            raise _bad(f'"{key}" of {self.name}', f"is a number from {least}")
        return float(value)

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """True or false; without a default it must be there."""
        value = self.document.get(key, default)
        if not isinstance(value, bool):
            raise _bad(f'"{key}" of {self.name}', "is true or false")
        return value

    def object(self, key: str) -> "Fields":
        """An object inside this one."""
        value = self.document.get(key)
        if not isinstance(value, dict):
            raise _bad(f'"{key}" of {self.name}', "is an object")
        return Fields(f'"{key}" of {self.name}', value)


def _bad(thing: str, rule: str) -> Refusal:
    return Refusal("JOB_INVALID", thing, rule, "Correct the job")
