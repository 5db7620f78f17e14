"""What a call may have of what it asks for: one place for the gateway and for trying out by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sharing.codes.choices import TRIAL_ROWS
from sharing.gateway import records
from sharing.gateway.grants import Grant
from sharing.gateway.records import LARGEST_PAGE, Wanted


def asked(
    grant: Grant, parameters: Mapping[str, Sequence[str]], *, largest: int = LARGEST_PAGE
) -> Wanted:
    """The parameters checked against the grant, within its rows. Raises records.BadRequest.

    A code for tests gets every item masked, and so filters by none.
    """
    items = [{**item, "masked": True} for item in grant.items] if grant.is_trial else grant.items
    wanted = records.parse(parameters, items, grant.barred, largest=largest)
    if grant.limits:
        wanted = replace(wanted, limits=grant.limits)
    return wanted.for_trial(TRIAL_ROWS) if grant.is_trial else wanted
