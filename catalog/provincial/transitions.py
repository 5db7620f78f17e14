"""The way of what is reported to the province: waiting, submitted, receipt, or back again (HK-14)."""

from django.utils.translation import gettext_lazy as _

from catalog.models import ProvincialReport
from catalog.provincial.choices import ProvincialState
from catalog.provincial.policies import provincial_policy
from citybrain.workflow import Machine, Move, Tells, table

BUREAU = "competence:big_data"
REPORTERS = Tells("report_to_province", BUREAU)


def is_package(report: ProvincialReport) -> bool:
    return report.is_package


def is_acceptance(report: ProvincialReport) -> bool:
    return not report.is_package


PROVINCIAL = Machine(
    noun="catalog.provincial",
    label=_("报省事项"),
    policy=provincial_policy,
    department=BUREAU,
    moves=table(
        Move(
            name="finish",
            label=_("编制完成"),
            sources=(ProvincialState.PREPARING,),
            target=ProvincialState.WAITING,
            permission="report",
            basis="HK-14",
            tells=(REPORTERS,),
            automatic=True,
        ),
        Move(
            name="fail",
            label=_("编制失败"),
            sources=(ProvincialState.PREPARING,),
            target=ProvincialState.FAILED,
            permission="report",
            requires=("reason",),
            tells=(REPORTERS,),
            tone="danger",
            automatic=True,
        ),
        Move(
            name="submit",
            label=_("登记报送"),
            sources=(ProvincialState.WAITING, ProvincialState.REJECTED),
            target=ProvincialState.SUBMITTED,
            permission="report",
            basis="HK-14",
            requires=("sent_on", "way", "document_number"),
        ),
        Move(
            name="receive",
            label=_("登记回执"),
            sources=(ProvincialState.SUBMITTED,),
            target=ProvincialState.RECEIVED,
            permission="report",
            basis="HK-14",
            requires=("received_on", "receipt_number"),
            tone="success",
        ),
        Move(
            name="reject",
            label=_("登记省级退回"),
            sources=(ProvincialState.SUBMITTED,),
            target=ProvincialState.REJECTED,
            permission="report",
            requires=("reason",),
            labels={"reason": _("省级退回的原因")},
            tells=(REPORTERS,),
            tone="warning",
        ),
        Move(
            name="correct",
            label=_("更正内容"),
            sources=(ProvincialState.REJECTED,),
            target=ProvincialState.WAITING,
            permission="report",
            basis="HK-14",
            requires=("reason",),
            applies=is_acceptance,
            # Made by a form of its own, catalog/provincial/correcting.py.
            automatic=True,
        ),
        Move(
            name="discard",
            label=_("作废目录包"),
            sources=(ProvincialState.WAITING, ProvincialState.REJECTED),
            target=ProvincialState.DISCARDED,
            permission="report",
            requires=("reason",),
            applies=is_package,
            tone="danger",
        ),
    ),
)
