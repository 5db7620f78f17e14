"""Who comes from outside the city: developers with keys for open data, and the province's data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from io import BytesIO

from django.test import RequestFactory
from django.utils import timezone

from catalog.opendata.addresses import slug_of
from citybrain.crypto import sm3_hex
from citybrain.demo.catalog_story import CatalogStory
from citybrain.demo.story import Story
from citybrain.identifiers import make_credit_code
from sharing.developers import api, keys
from sharing.developers import services as developers
from sharing.developers.choices import LetterKind
from sharing.developers.queries import served_datasets
from sharing.models import DeveloperLetter, ReturnNeed, ReturnReceipt
from sharing.returnflow import checking
from sharing.returnflow.services import needs, packages

DAYS = 24  # of calls
ENTRY, FILE, AREA = "mzj-township-codes", "township_codes.csv", "所属区县代码"


@dataclass(frozen=True)
class Applicant:
    """A developer outside, and how many calls a day their programs make at most."""

    kind: str
    name: str
    email: str
    purpose: str
    calls: int
    suspended: str = ""


APPLICANTS = (
    Applicant(
        "company", "海口椰风演示软件有限公司", "open@yefeng.example.com",
        "在出行应用中显示停车场剩余泊位和空气质量", 6,
    ),
    Applicant(
        "company", "海南虚拟智库咨询有限公司", "data@zhiku.example.com",
        "编制海口市价格和民生数据月度分析", 3,
    ),
    Applicant("person", "符演示", "fuyanshi@example.com", "高校课程作业，分析空气质量变化", 1),
    Applicant(
        "company", "海口样例网络科技有限公司", "spider@yangli.example.com", "数据聚合", 8,
        suspended="短时间内反复抓取同一数据集，已两次提醒",
    ),
)  # fmt: skip

NEEDS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    (
        "qs-nyj",
        "granted",
        {
            "source": "province",
            "holder": "省民政厅",
            "title": "省级行政区划和地名代码",
            "items": "区划代码\n区划名称\n所属区县代码",
            "ground": "《行政区划管理条例》第十八条",
            "purpose": "农业补贴发放时核对村居所属乡镇，由补贴审核人员使用。",
        },
    ),
    (
        "qs-nyj",
        "filed",
        {
            "source": "nation",
            "holder": "农业农村部",
            "title": "农机购置补贴机具目录",
            "items": "机具编号\n机具名称\n生产企业\n补贴额",
            "ground": "《农业机械化促进法》第二十七条",
            "purpose": "核对农户申报的机具是否在补贴目录内。",
        },
    ),
    (
        "hk-mzj",
        "filing",
        {
            "source": "province",
            "holder": "省公安厅",
            "title": "省内跨市县户籍迁移信息",
            "items": "公民身份号码\n迁出地\n迁入地\n迁移日期",
            "ground": "《社会救助暂行办法》第十二条",
            "purpose": "低保对象跨市县迁移后及时调整保障关系。",
        },
    ),
)


class OutsideStory:
    """Plans developers and their calls over the last weeks, and needs upward with their answer."""

    def __init__(self, story: Story, catalog: CatalogStory) -> None:
        self.story = story
        self.catalog = catalog
        self.factory = RequestFactory()

    def plan(self) -> None:
        today = timezone.localdate(self.story.ends)
        for number, one in enumerate(APPLICANTS):
            when = self.story.working_hour(today - timedelta(days=DAYS + 6 - number))
            self.story.on(when, partial(self.register, number, one))
        for days, (department, outcome, words) in zip((45, 24, 5), NEEDS, strict=True):
            when = self.story.working_hour(today - timedelta(days=days))
            self.story.on(when, partial(self.ask, department, outcome, words))

    def register(self, number: int, one: Applicant) -> None:
        is_company = one.kind == "company"
        letter = DeveloperLetter(
            kind=LetterKind.CONFIRM,
            email=one.email,
            language="zh-hans",
            given={
                "kind": one.kind,
                "name": one.name,
                "credit_code": make_credit_code("91460100", 900 + number) if is_company else "",
                "purpose": one.purpose,
            },
        )
        made = developers.confirmed(letter)
        key = keys.issue(developer=made, name="正式环境" if is_company else "")
        rng = self.story.random
        for days in range(DAYS):
            day = timezone.localdate(self.story.ends) - timedelta(days=days)
            for _call in range(rng.randint(0, one.calls)):
                self.story.on(self.story.working_hour(day), partial(self.call, key))
        if one.suspended:
            day = timezone.localdate(self.story.ends) - timedelta(days=4)
            self.story.on(
                self.story.working_hour(day),
                lambda: developers.move(
                    "suspend",
                    actor=self.story.cast.bureau("bureau_coordinator"),
                    developer=made,
                    inputs={"reason": one.suspended},
                ),
            )

    def call(self, key: str) -> None:
        entries = list(served_datasets()[:5])
        if entries:
            rng = self.story.random
            wrong = {"不存在的数据项": "1"} if rng.random() < 0.05 else {}
            request = self.factory.get("/open/api/", {"page_size": rng.choice((20, 50)), **wrong})
            request.META["HTTP_AUTHORIZATION"] = f"Bearer {key}"
            api.records(request, slug_of(rng.choice(entries)))

    def ask(self, department: str, outcome: str, words: Mapping[str, str]) -> None:
        cast, story = self.story.cast, self.story
        cataloguer = cast.actor(department, "cataloguer")
        need = needs.draft(actor=cataloguer, **words)
        needs.move("submit", actor=cataloguer, need=need)
        head = cast.actor(department, "sharing_head", not_user=cataloguer.user_id)
        story.after(1, partial(needs.move, "sign", actor=head, need=need))
        if outcome != "filing":
            story.after(3, partial(self.file, need))
        if outcome == "granted":
            story.after(10, partial(self.grant, need))

    def file(self, need: ReturnNeed) -> None:
        self._move(
            "file", need, provincial_number=f"琼数共〔2026〕{need.pk:04}", filed_on=self._today()
        )

    def grant(self, need: ReturnNeed) -> None:
        self._move(
            "grant", need, answered_on=self._today(), reason="同意，按年度回流，随区划调整更新。"
        )
        self.story.after(6, partial(self.come_down, need))

    def _move(self, name: str, need: ReturnNeed, **inputs: str) -> None:
        actor = self.story.cast.bureau("bureau_coordinator")
        needs.move(name, actor=actor, need=need, inputs=inputs)

    def come_down(self, need: ReturnNeed) -> None:
        """The province's file, split by district and sent on; one of the districts signs for it."""
        chapter = self.catalog.chapters.get(ENTRY)
        if chapter is None or not chapter.published:
            return
        cast, content = self.story.cast, self.story.content.hosted_path(FILE).read_bytes()
        need.refresh_from_db()
        package = packages.register(
            actor=cast.bureau("bureau_coordinator"),
            entry=chapter.entry,
            source="province",
            provincial_number="琼数回〔2026〕0021",
            period="2026年度",
            received_on=timezone.localdate(self.story.now),
            area_item=AREA,
            file=BytesIO(content),
            file_name=FILE,
            digest=sm3_hex(content),
            need=need,
        )
        checking.check(package.pk)
        package.refresh_from_db()
        districts = [cast.departments[code] for code in ("qs-nyj", "xy-qzf")]
        self.story.after(
            1,
            partial(
                packages.distribute,
                actor=cast.bureau("bureau_coordinator"),
                package=package,
                departments=districts,
            ),
        )
        self.story.after(2, self.sign)

    def sign(self) -> None:
        receipt = ReturnReceipt.objects.get(department__code="qs-nyj")
        actor = self.story.cast.actor("qs-nyj", "cataloguer")
        packages.fetch(actor=actor, receipt=receipt)
        packages.receive(actor=actor, receipt=receipt, digest=receipt.part.digest)

    def _today(self) -> str:
        return timezone.localdate(self.story.now).isoformat()
