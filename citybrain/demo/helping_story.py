"""What users of the demo's data ask its providers, and how soon they are answered (HK-18)."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.utils import timezone

from citybrain.demo.story import Story
from sharing.choices import AuthorizationState
from sharing.guidance import services
from sharing.models import Authorization, GuidanceTicket


@dataclass(frozen=True)
class Question:
    """Asked so many days ago, answered after so many working days; never where `answer` is empty."""

    days_ago: int
    kind: str
    title: str
    text: str
    wait: int = 0
    answer: str = ""


QUESTIONS = (
    Question(
        70, "support", "接口在零点返回503", "每日零点前后调用返回503，持续约10分钟，请协助排查。", 1,
        "零点进行数据库备份，已把备份改到三点并公告维护时段。",
    ),
    Question(
        41, "guidance", "状态代码的含义", "返回的状态有若干取值，请说明各取值的含义和适用情形。", 7,
        "取值说明已补充到目录的信息项说明中，请按说明使用。",
    ),
    Question(
        16, "guidance", "历史数据的口径", "去年以前的数据统计口径是否与现在一致？", 3,
        "口径自去年一月起调整，此前的数据不宜直接比较。",
    ),
    Question(4, "support", "签名校验失败", "按示例签名后仍提示签名不符，请协助核对时间戳和排序规则。"),
)  # fmt: skip


class HelpingStory:
    """Plans questions of consumers and their answers."""

    def __init__(self, story: Story) -> None:
        self.story = story

    def plan(self) -> None:
        today = timezone.localdate(self.story.ends)
        for one in QUESTIONS:
            day = today - timedelta(days=one.days_ago)
            self.story.on(self.story.working_hour(day), partial(self.ask, one))

    def ask(self, one: Question) -> None:
        grants = Authorization.objects.filter(state=AuthorizationState.ACTIVE, method="interface")
        rows = grants.select_related("entry", "consumer", "application")
        recent = list(rows.order_by("-granted_at")[:12])
        if not recent:
            return
        grant = recent[one.days_ago % len(recent)]
        ticket = services.ask(
            actor=self.story.cast.actor(grant.consumer.code, "cataloguer"),
            entry=grant.entry,
            kind=one.kind,
            title=one.title,
            text=one.text,
            application=grant.application,
        )
        if one.answer:
            self.story.after(one.wait, partial(self.answer, ticket.pk, one.answer))

    def answer(self, pk: int, text: str) -> None:
        ticket = GuidanceTicket.objects.select_related("provider").get(pk=pk)
        actor = self.story.cast.actor(ticket.provider.code, "cataloguer")
        services.move("answer", actor=actor, ticket=ticket, reason=text)
