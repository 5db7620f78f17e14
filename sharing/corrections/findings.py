"""What the findings on the lines of a correction amount to."""

from collections.abc import Iterable

from sharing.corrections.choices import CorrectionState, Finding
from sharing.models import CorrectionLine, CorrectionRequest


def verdict_of(lines: Iterable[CorrectionLine]) -> CorrectionState | None:
    """The outcome that the findings leave; OPEN while one is missing, None without any line."""
    findings = {line.finding for line in lines}
    if not findings:
        return None
    if "" in findings:
        return CorrectionState.OPEN
    if findings == {Finding.CONFIRMED}:
        return CorrectionState.CORRECTED
    return CorrectionState.PARTLY if Finding.CONFIRMED in findings else CorrectionState.UPHELD


def may_end_as(correction: CorrectionRequest, state: CorrectionState) -> bool:
    """Whether the provider may answer so; without lines it says itself how it is."""
    return verdict_of(correction.lines.all()) in (None, state)


def unmended(correction: CorrectionRequest) -> list[CorrectionLine]:
    """Lines that were found right and that the rows do not say yet."""
    return [
        line
        for line in correction.lines.all()
        if line.finding == Finding.CONFIRMED and line.dataset_id is None
    ]
