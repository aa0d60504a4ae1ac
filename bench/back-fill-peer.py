"""The back-fill of 60 window features as a person would ask polars or pandas for it, Parquet to Parquet: join the rows asked
about with the events before them, filter, group by row. The last line printed is JSON: CPU seconds, wall seconds, peak bytes.

    python back-fill-peer.py polars|pandas EVENTS_GLOB SPINE OUT DAYS,DAYS,...
"""

import json
import resource
import sys
import time
from glob import glob

MICROS_PER_DAY = 86_400_000_000
LARGE_CENTS, CASH = 20_000, 2
ROOM = 2**24
# Of nothing these are 0.
COUNTS = ["count", "largeCount", "cashSeen", "kinds", "merchants"]


def with_polars(events: str, spine: str, out: str, windows: list[int]) -> None:
    import polars as pl

    longest = max(windows) * MICROS_PER_DAY
    # The latest amount by a maximum: its place and the amount as one number.
    row = (
        pl.scan_parquet(events, row_index_name="place")
        .filter(pl.col("_retracted") == 0)
        .select(
            "_entity",
            "_at",
            "_known_at",
            "_superseded_at",
            "amount",
            "fee",
            "kind",
            "merchant",
            (pl.col("place").cast(pl.Int64) * ROOM + pl.col("amount")).alias("placed"),
        )
    )
    asked = pl.scan_parquet(spine)
    seen = asked.join(row, left_on="entity", right_on="_entity").filter(
        (pl.col("_at") < pl.col("t"))
        & (pl.col("_at") >= pl.col("t") - longest)
        & (pl.col("_known_at") <= pl.col("t"))
        & (pl.col("_superseded_at").is_null() | (pl.col("_superseded_at") > pl.col("t")))
    )
    features = []
    for days in windows:
        inside = pl.col("_at") >= pl.col("t") - days * MICROS_PER_DAY
        large, cash = inside & (pl.col("amount") >= LARGE_CENTS), inside & (pl.col("kind") == CASH)

        def total(column: str, where: pl.Expr) -> pl.Expr:
            # A sum of nothing is missing here, not 0.
            there = pl.col(column).filter(where)
            return pl.when(there.count() > 0).then(there.sum() / 100)

        amount = pl.col("amount").filter(inside)
        features += [
            inside.sum().cast(pl.Float64).alias(f"applicant.count{days}"),
            total("amount", inside).alias(f"applicant.sum{days}"),
            (amount.sum() / (amount.count() * 100)).alias(f"applicant.mean{days}"),
            (amount.min() / 100).alias(f"applicant.min{days}"),
            (amount.max() / 100).alias(f"applicant.max{days}"),
            (amount.std() / 100).alias(f"applicant.stddev{days}"),
            (pl.col("placed").filter(inside).max() % ROOM / 100).alias(f"applicant.latest{days}"),
            total("fee", inside).alias(f"applicant.feeSum{days}"),
            (pl.col("fee").filter(inside).max() / 100).alias(f"applicant.feeMax{days}"),
            large.sum().cast(pl.Float64).alias(f"applicant.largeCount{days}"),
            total("amount", large).alias(f"applicant.largeSum{days}"),
            total("amount", cash).alias(f"applicant.cashSum{days}"),
            cash.any().cast(pl.Float64).alias(f"applicant.cashSeen{days}"),
            pl.col("kind").filter(inside).n_unique().cast(pl.Float64).alias(f"applicant.kinds{days}"),
            pl.col("merchant").filter(inside).n_unique().cast(pl.Float64).alias(f"applicant.merchants{days}"),
        ]
    found = seen.group_by("decision_id").agg(features)
    counted = pl.col([f"applicant.{name}{days}" for name in COUNTS for days in windows]).fill_null(0)
    rows_of_all = asked.select("decision_id").join(found, on="decision_id", how="left").with_columns(counted)
    rows_of_all.sort("decision_id").sink_parquet(out, engine="streaming")


def with_pandas(events: str, spine: str, out: str, windows: list[int]) -> None:
    import pandas as pd

    columns = ["_entity", "_at", "_known_at", "_retracted", "_superseded_at", "amount", "fee", "kind", "merchant"]
    rows = pd.concat([pd.read_parquet(file, columns=columns) for file in sorted(glob(events))], ignore_index=True)
    rows = rows[rows["_retracted"] == 0]
    asked = pd.read_parquet(spine)
    seen = asked.merge(rows, left_on="entity", right_on="_entity")
    superseded = seen["_superseded_at"].notna() & (seen["_superseded_at"] <= seen["t"])
    seen = seen[(seen["_at"] < seen["t"]) & (seen["_known_at"] <= seen["t"]) & ~superseded]
    result = asked[["decision_id"]].set_index("decision_id")
    for days in windows:
        inside = seen[seen["_at"] >= seen["t"] - days * MICROS_PER_DAY]
        groups = inside.groupby("decision_id")
        amount, fee = groups["amount"], groups["fee"]
        large = inside[inside["amount"] >= LARGE_CENTS].groupby("decision_id")["amount"]
        cash = inside[inside["kind"] == CASH].groupby("decision_id")["amount"]
        columns = {
            "count": groups.size(),
            "sum": amount.sum() / 100,
            "mean": amount.sum() / (amount.count() * 100),
            "min": amount.min() / 100,
            "max": amount.max() / 100,
            "stddev": amount.std() / 100,
            "latest": amount.last() / 100,
            "feeSum": fee.sum(min_count=1) / 100,
            "feeMax": fee.max() / 100,
            "largeCount": large.count(),
            "largeSum": large.sum() / 100,
            "cashSum": cash.sum() / 100,
            "cashSeen": cash.count() > 0,
            "kinds": groups["kind"].nunique(),
            "merchants": groups["merchant"].nunique(),
        }
        for name, values in columns.items():
            result[f"applicant.{name}{days}"] = values.astype("float64")
            if name in COUNTS:
                result[f"applicant.{name}{days}"] = result[f"applicant.{name}{days}"].fillna(0)
    result.sort_index().reset_index().to_parquet(out)


def main() -> None:
    engine, events, spine, out, days = sys.argv[1:]
    # Importing is not the engine's work.
    module = __import__(engine)
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    {"polars": with_polars, "pandas": with_pandas}[engine](events, spine, out, [int(one) for one in days.split(",")])
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    wall = time.perf_counter() - began
    print(json.dumps({"cpu": cpu, "wall": wall, "memory": after.ru_maxrss * 1024, "version": module.__version__}))


main()
