"""The annual report with its frozen facts, and the scorecards that came of them."""

from evaluation.models.report import AnnualReport
from evaluation.models.scorecard import Scorecard

__all__ = ["AnnualReport", "Scorecard"]
