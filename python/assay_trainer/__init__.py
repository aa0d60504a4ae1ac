"""Fits models for Assay: Parquet in, artefacts and result.json out.

It never decides, never opens a database or a socket, and never pickles: an artefact is XGBoost JSON or a scorecard
document, and Assay scores it with its own code.
"""
