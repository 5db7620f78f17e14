"""The states and moves of a catalog entry (SC-13, SC-16, SC-17; HK-14)."""

from django.utils.translation import gettext_lazy as _

from catalog.choices import EntryState
from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from citybrain.workflow import Machine, Move, Opens, Tells, table

BUREAU = "competence:big_data"
AUTHOR = Tells(person="submitted_by")
AUTHORS = ("created_by", "submitted_by")
HANDLED = (*AUTHORS, "signed_by")
REVISING = ("revise", "revise_by_law")  # the moves that begin a revision


def is_original(entry: CatalogEntry) -> bool:
    return entry.revises_id is None


def is_revision(entry: CatalogEntry) -> bool:
    return not is_original(entry)


ENTRY = Machine(
    noun="catalog.entry",
    label=_("信息资源"),
    policy=entry_policy,
    moves=table(
        Move(
            name="submit",
            label=_("提交签发"),
            sources=(EntryState.DRAFT,),
            target=EntryState.SIGNING,
            permission="compile",
            basis="SC-13",
            opens=(Opens("internal_signoff", owed_by="department"),),
            tells=(Tells("sign_entries", "department"),),
            stamps="submitted_by",
        ),
        Move(
            name="recall",
            label=_("撤回修改"),
            sources=(EntryState.SIGNING,),
            target=EntryState.DRAFT,
            permission="compile",
            cancels=("internal_signoff",),
            tone="neutral",
        ),
        Move(
            name="sign",
            label=_("签发并报审"),
            sources=(EntryState.SIGNING,),
            target=EntryState.REVIEWING,
            permission="sign",
            basis="SC-16",
            opens=(Opens("review_catalog", owed_by=BUREAU, owed_to="department"),),
            fulfils=("internal_signoff", "update_catalog"),
            tells=(Tells("approve_entries", BUREAU), AUTHOR),
            other_than=AUTHORS,
            stamps="signed_by",
        ),
        Move(
            name="send_back",
            label=_("退回修改"),
            sources=(EntryState.SIGNING,),
            target=EntryState.DRAFT,
            permission="sign",
            requires=("reason",),
            fulfils=("internal_signoff",),
            tells=(AUTHOR,),
            tone="warning",
        ),
        Move(
            name="publish",
            label=_("审核通过并发布"),
            sources=(EntryState.REVIEWING,),
            target=EntryState.PUBLISHED,
            permission="approve",
            basis="SC-17",
            fulfils=("review_catalog",),
            tells=(AUTHOR, Tells("sign_entries", "department")),
            other_than=HANDLED,
            applies=is_original,
        ),
        Move(
            name="merge",
            label=_("审核通过，修订生效"),
            sources=(EntryState.REVIEWING,),
            target=EntryState.MERGED,
            permission="approve",
            basis="SC-17",
            fulfils=("review_catalog",),
            tells=(AUTHOR, Tells("sign_entries", "department")),
            other_than=HANDLED,
            applies=is_revision,
        ),
        Move(
            name="revise",
            label=_("修订目录"),
            sources=(EntryState.PUBLISHED,),
            target=EntryState.PUBLISHED,
            permission="compile",
            basis="SC-17",
            requires=("reason",),
            labels={"reason": _("修订的内容和原因")},
            tone="neutral",
            applies=is_original,
        ),
        Move(
            name="revise_by_law",
            label=_("因法规或者职能变化修订"),
            sources=(EntryState.PUBLISHED,),
            target=EntryState.PUBLISHED,
            permission="compile",
            basis="SC-17",
            requires=("reason",),
            labels={"reason": _("变化的法律法规或者职能，以及修订的内容")},
            tone="neutral",
            applies=is_original,
        ),
        Move(
            name="renew",
            label=_("修订生效"),
            sources=(EntryState.PUBLISHED,),
            target=EntryState.PUBLISHED,
            permission="approve",
            basis="SC-17",
            automatic=True,
        ),
        Move(
            name="reject",
            label=_("审核退回"),
            sources=(EntryState.REVIEWING,),
            target=EntryState.DRAFT,
            permission="approve",
            basis="SC-17",
            requires=("reason",),
            fulfils=("review_catalog",),
            tells=(AUTHOR, Tells("sign_entries", "department")),
            tone="warning",
        ),
        Move(
            name="retire",
            label=_("停用"),
            sources=(EntryState.PUBLISHED,),
            target=EntryState.RETIRED,
            permission="approve",
            basis="SC-17",
            requires=("reason",),
            tells=(AUTHOR, Tells("sign_entries", "department")),
            tone="danger",
        ),
        Move(
            name="discard",
            label=_("作废草稿"),
            sources=(EntryState.DRAFT,),
            target=EntryState.DISCARDED,
            permission="compile",
            requires=("reason",),
            cancels=("update_catalog",),
            tone="danger",
        ),
    ),
)
