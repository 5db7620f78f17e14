"""What follows a use: half-yearly records of it, disputes, and data that goes on to others."""

from datetime import date, timedelta
from functools import partial

from django.utils import timezone

from citybrain.demo.story import Story, at
from citybrain.organizations.actors import Actor
from sharing.choices import ApplicationState, AuthorizationState
from sharing.disputes import services as disputes
from sharing.disputes.choices import DisputeState, Effect
from sharing.models import Authorization, Dispute, RightsMatter, ShareApplication, UseReport
from sharing.rights import matters, reports
from sharing.rights.choices import MatterKind, ReportKind, ReportState

FIRST_DAY = date(2025, 4, 8)
BETWEEN = timedelta(days=75)  # disputes are rare
HALVES = ((1, 5), (7, 5))  # month and day on which the last half-year is asked for
LATE = 0.1
SCENARIOS = (
    "窗口受理时自动核验申请人提交的信息，减少纸质证明",
    "月度业务统计和异常名单筛查",
    "联办事项并联审批时比对登记信息",
)
EFFECTS = (
    "累计免提交证明材料，平均每件缩短办理时间约2个工作日",
    "发现并更正台账差错，数据一致率明显提高",
    "群众少跑一趟，窗口不再收取复印件",
)
CLAIMS = (
    ("所申请的信息项为履行法定职责所必需，提供单位以内部管理为由不予共享，理由不充分。", "机构职能规定和目录载明的共享条件"),
    ("提供单位要求逐笔线下审批，与目录载明的共享条件不符。", "《政务数据共享条例》第十五条、第二十一条"),
)  # fmt: skip
RECIPIENTS = ("受托运行维护本单位系统的中标单位", "承担联合检测任务的检验机构")


class RightsStory:
    """Plans what both sides of an authorization owe each other after it was given."""

    def __init__(self, story: Story) -> None:
        self.story = story

    def plan(self) -> None:
        last = timezone.localdate(self.story.ends)
        for year in range(FIRST_DAY.year, last.year + 1):
            for month, day in HALVES:
                self.story.on(at(date(year, month, day), 1, 40), self._ask_for_records)
        quarrel = FIRST_DAY
        while quarrel < last:
            self.story.on(self.story.working_hour(quarrel), self._dispute)
            self.story.on(self.story.working_hour(quarrel + timedelta(days=30)), self._forward)
            quarrel += BETWEEN
        self.story.on(self.story.working_hour(last - timedelta(days=5)), self._dispute)
        self.story.on(self.story.working_hour(last - timedelta(days=3)), self._forward)

    def _ask_for_records(self) -> None:
        reports.open_half_years(timezone.localdate(self.story.now))
        rng = self.story.random
        owed = UseReport.objects.filter(kind=ReportKind.HALF_YEAR, state=ReportState.DUE)
        for pk in owed.order_by("pk").values_list("pk", flat=True):
            wait = rng.randint(11, 16) if rng.random() < LATE else rng.randint(1, 9)
            self.story.after(wait, partial(self._file, pk))

    def _file(self, pk: int) -> None:
        rng = self.story.random
        report = self._report(pk)
        if report.state != ReportState.DUE:
            return
        inputs = {
            "scenario": rng.choice(SCENARIOS),
            "process": "经接口逐笔调用，只在办理当次使用，不落地留存",
            "effect": rng.choice(EFFECTS),
            "storage": "政务云业务库，随业务档案留存，离线备份一份",
            "destruction": "缓存当日清除；业务档案所附数据依档案期限保管，尚未到期",
        }
        consumer = self._actor(report.authorization.consumer.code, "cataloguer")
        reports.move("file", actor=consumer, report=report, inputs=inputs)
        self.story.after(rng.randint(1, 6), partial(self._check, pk))

    def _check(self, pk: int) -> None:
        report = self._report(pk)
        if report.state == ReportState.FILED:
            head = self._actor(report.authorization.provider.code, "sharing_head")
            reports.move("confirm", actor=head, report=report)

    def _report(self, pk: int) -> UseReport:
        rows = UseReport.objects.select_related(
            "authorization__consumer", "authorization__provider"
        )
        return rows.get(pk=pk)

    def _dispute(self) -> None:
        """Somebody who was refused does not agree."""
        refused = ShareApplication.objects.filter(state=ApplicationState.REFUSED)
        disputed = Dispute.objects.values("application")
        rows = refused.exclude(pk__in=disputed).select_related("department")
        found = rows.order_by("-answered_at").first()
        if found is None:
            return
        claim, basis = self.story.random.choice(CLAIMS)
        head = self._actor(found.department.code, "sharing_head")
        made = disputes.raise_dispute(actor=head, application=found, claim=claim, basis=basis)
        self.story.after(self.story.random.randint(3, 8), partial(self._reply, made.pk))

    def _reply(self, pk: int) -> None:
        dispute = self._open(pk)
        text = "同意对涉及个人信息的项脱敏后提供，其余按目录执行；请贵单位重新提出申请。"
        head = self._actor(dispute.respondent.code, "sharing_head")
        disputes.move("reply", actor=head, dispute=dispute, inputs={"reply": text})
        self.story.after(2, partial(self._end, pk))

    def _end(self, pk: int) -> None:
        """The two sides agree, or else the bureau brings them together, or the government decides."""
        rng, dispute = self.story.random, self._open(pk)
        head = self._actor(dispute.department.code, "sharing_head")
        if rng.random() < 0.5:
            outcome = "双方同意：敏感项脱敏后提供，申请单位五个工作日内重新申请。"
            inputs = {"outcome": outcome, "effect": Effect.APPLY}
            disputes.move("settle", actor=head, dispute=dispute, inputs=inputs)
            return
        reason = "双方对是否属于履职所必需意见不一致。"
        disputes.move("escalate", actor=head, dispute=dispute, inputs={"reason": reason})
        self.story.after(rng.randint(4, 9), partial(self._mediate, pk))

    def _mediate(self, pk: int) -> None:
        dispute = self._open(pk)
        if dispute.state != DisputeState.MEDIATING:
            return
        bureau = self.story.cast.bureau("bureau_coordinator")
        if self.story.random.random() < 0.6:
            outcome = "经协调，提供单位按季度提供汇总数据，个案通过接口核验。"
            inputs = {"outcome": outcome, "effect": Effect.APPLY}
            disputes.move("mediate", actor=bureau, dispute=dispute, inputs=inputs)
            return
        opinion = "两次协调未达成一致；建议按最小够用原则提供核验结果，不提供原始数据。"
        disputes.move("refer", actor=bureau, dispute=dispute, inputs={"opinion": opinion})
        self.story.after(self.story.random.randint(6, 12), partial(self._decide, pk))

    def _decide(self, pk: int) -> None:
        dispute = self._open(pk)
        inputs = {
            "document_number": f"海府办〔{self.story.now.year}〕{self.story.random.randint(20, 90)}号",
            "outcome": "由提供单位以接口方式提供核验结果。",
            "effect": Effect.APPLY,
        }
        government = self.story.cast.bureau("city_reader")
        disputes.move("decide", actor=government, dispute=dispute, inputs=inputs)
        self.story.after(self.story.random.randint(3, 9), partial(self._execute, pk))

    def _execute(self, pk: int) -> None:
        dispute = self._open(pk)
        head = self._actor(dispute.provider.code, "sharing_head")
        text = "核验接口已开通，申请单位已重新申请并获同意。"
        disputes.move("execute", actor=head, dispute=dispute, inputs={"execution": text})

    def _open(self, pk: int) -> Dispute:
        rows = Dispute.objects.select_related("department", "respondent", "provider")
        return rows.get(pk=pk)

    def _forward(self) -> None:
        """A consumer asks whether the company that runs its system may have the data too."""
        rng = self.story.random
        grants = Authorization.objects.filter(state=AuthorizationState.ACTIVE)
        rows = list(grants.select_related("consumer").order_by("-granted_at")[:8])
        if not rows:
            return
        grant = rng.choice(rows)
        made = matters.raise_matter(
            actor=self._actor(grant.consumer.code, "cataloguer"),
            authorization=grant,
            kind=MatterKind.FORWARD,
            text="系统由第三方运行维护，维护期间需要接触该项数据，已签订保密协议。",
            recipient=rng.choice(RECIPIENTS),
        )
        self.story.after(rng.randint(2, 7), partial(self._consent, made.pk))

    def _consent(self, pk: int) -> None:
        matter = RightsMatter.objects.select_related("authorization__provider").get(pk=pk)
        head = self._actor(matter.authorization.provider.code, "sharing_head")
        consents = self.story.random.random() < 0.6
        response = (
            "同意，限于运行维护目的，合同终止即删除。"
            if consents
            else "不同意：可以由提供单位开通运维专用测试数据。"
        )
        name = "grant" if consents else "refuse"
        matters.move(name, actor=head, matter=matter, inputs={"response": response})

    def _actor(self, department: str, role: str) -> Actor:
        return self.story.cast.actor(department, role)
