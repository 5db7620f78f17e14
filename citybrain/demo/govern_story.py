"""What the bureau governs beside the entries: systems, projects, the province, libraries, sources."""

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from catalog.libraries import overlaps, sources
from catalog.libraries import services as libraries
from catalog.libraries.choices import LibraryKind, Verdict
from catalog.models import InformationSystem, Project, ProvincialReport
from catalog.projects import services as projects
from catalog.projects.gaps import gaps_of
from catalog.provincial import packages
from catalog.provincial import services as provincial
from catalog.provincial.choices import PackageScope, Way
from catalog.systems import services as systems
from catalog.systems.choices import (
    Cryptography,
    Entrance,
    Hosting,
    Network,
    Platform,
    ProtectionLevel,
)
from citybrain.demo.catalog_story import CatalogStory
from citybrain.demo.story import Story, at
from citybrain.duties.calendar import next_working_day
from citybrain.duties.loader import current_calendar
from citybrain.refusals import Refused

# Items that several departments collect: who is the source, or why they are not one thing.
DECISIONS = (
    ("公民身份号码", "hk-gaj", "公安机关依法办理居民户口登记，为公民身份号码的唯一来源。"),
    ("统一社会信用代码", "hk-scj", "市场监管部门依法赋码，各单位登记时通过共享核验。"),
    ("联系电话", "", "各单位登记的对象和用途不同，由各单位分别更新。"),
)
LEVELS = (
    ProtectionLevel.SECOND,
    ProtectionLevel.THIRD,
    ProtectionLevel.SECOND,
    ProtectionLevel.THIRD,
    ProtectionLevel.FIRST,
)
# Base libraries with their lead (the first of these departments that the demo has) and items.
LIBRARIES: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "人口基础库",
        LibraryKind.BASE,
        ("hk-gaj",),
        ("姓名", "公民身份号码", "性别", "出生日期", "户籍地址", "联系电话", "婚姻状况"),
    ),
    (
        "法人单位基础库",
        LibraryKind.BASE,
        ("hk-scj",),
        ("单位名称", "统一社会信用代码", "法定代表人", "成立日期", "注册地址", "经营范围"),
    ),
    (
        "社会救助主题库",
        LibraryKind.THEME,
        ("hk-mzj",),
        ("姓名", "公民身份号码", "救助类别", "发放金额", "发放月份"),
    ),
)


class GovernStory:
    """Systems follow the names in the entries, projects their systems, the province the projects."""

    def __init__(self, story: Story, catalog: CatalogStory) -> None:
        self.story = story
        self.catalog = catalog
        self.today = timezone.localdate(story.ends)
        self._minutes = itertools.cycle(range(0, 400, 17))

    def plan(self) -> None:
        names: dict[str, list[str]] = {}
        for chapter in self.catalog.chapters.values():
            name = chapter.record.get("system_name")
            if name and name not in names.setdefault(chapter.department, []):
                names[chapter.department].append(name)
        begin = self.today - timedelta(days=200)
        for number, (department, known) in enumerate(sorted(names.items())):
            day = begin + timedelta(days=3 * number)
            self._on(day, partial(self.register, department, known, number))
        recent = self.today - timedelta(days=40)
        self._on(recent, self.set_up_libraries)
        self._on(recent + timedelta(days=3), self.decide_sources)
        self._on(recent + timedelta(days=9), self.package)

    def _after(self, days: int, do: Callable[[], object]) -> None:
        self._on(timezone.localdate(self.story.now) + timedelta(days=days), do)

    def _on(self, day: date, do: Callable[[], object]) -> None:
        """On that working day or the next; without the dice, which fall for the others as before."""
        calendar = current_calendar()
        if not calendar.is_working(day):
            day = next_working_day(day, calendar)
        self.story.on(at(day, 10, next(self._minutes)), do)

    def register(self, department: str, names: list[str], number: int) -> None:
        """The department's systems, in all the conditions that a city has, and a project for one."""
        actor = self.story.cast.actor(department, "cataloguer")
        owner = self.story.cast.departments[department]
        made = []
        for place, name in enumerate(names, number):
            system = systems.register_system(
                actor=actor, department=owner, values=self.conditions(name, place)
            )
            made.append(systems.move_system("commission", actor=actor, system=system))
        if number % 3 == 0:
            self.project(department, made[0], number)

    def conditions(self, name: str, place: int) -> dict[str, Any]:
        """A system in one of the conditions that a city's systems are in, by its place."""
        now, today = timezone.localdate(self.story.now), self.today
        condition = place % 5
        elsewhere, separate = condition == 3, condition == 2
        return {
            "name": name,
            "purpose": "支撑本单位业务办理和数据管理，向有关单位提供共享数据。",
            "operator": ("海口信息中心", "海南数据运营有限公司", "本单位信息科")[place % 3],
            "network": (Network.GOVERNMENT, Network.GOVERNMENT, Network.INTERNET, Network.BUSINESS)[
                place % 4
            ],
            "hosting": Hosting.ELSEWHERE if elsewhere else Hosting.CLOUD,
            "migration_plan": "分数据库、应用两步迁移到市电子政务云。" if elsewhere else "",
            "migrates_by": today + timedelta(days=60 * (place % 4) - 60) if elsewhere else None,
            "entrance": Entrance.SEPARATE if separate else Entrance.INTEGRATED,
            "entrance_plan": "入口并入市级互联网+公共服务平台，原网址跳转。" if separate else "",
            "integrates_by": today + timedelta(days=150) if separate else None,
            "protection_level": LEVELS[condition],
            "protection_filing": "" if condition == 3 else f"46010000{place:03}-25001",
            "protection_assessed_on": now - timedelta(days=430 if condition == 3 else 30),
            "cryptography": Cryptography.PLANNED if condition == 3 else Cryptography.ASSESSED,
            "cryptography_plan": "身份鉴别、传输和存储采用国密算法。",
            "cryptography_assessed_on": None if condition == 3 else now - timedelta(days=20),
            "platform": Platform.PLANNED if elsewhere else Platform.CONNECTED,
            "maintained_from": date(2024, 1, 1),
            "maintained_to": today + timedelta(days=400),
        }

    def project(self, department: str, system: InformationSystem, number: int) -> None:
        today = timezone.localdate(self.story.now)
        approved_on = today - timedelta(days=300)
        actor = self.story.cast.actor(department, "cataloguer")
        project = projects.register_project(
            actor=actor,
            department=self.story.cast.departments[department],
            values={
                "name": f"{system.name}升级改造项目",
                "approval_number": f"海科信审〔{approved_on.year}〕{number + 11}号",
                "approved_on": approved_on,
                "budget": 120 + 37 * number,
                "contractor": system.operator,
                "description": "完善业务功能，数据通过市共享交换平台提供共享服务。",
                "completed_on": today - timedelta(days=12),
            },
            systems=[system],
        )
        projects.move_project("complete", actor=actor, project=project)
        self._after(6, partial(self.request, department, project.pk, number))

    def request(self, department: str, pk: int, number: int) -> None:
        project = Project.objects.get(pk=pk)
        if gaps_of(project):
            return
        actor = self.story.cast.actor(department, "cataloguer")
        projects.move_project("request", actor=actor, project=project)
        if number % 2 == 0:
            self._after(4, partial(self.accept, pk))

    def accept(self, pk: int) -> None:
        projects.move_project(
            "accept",
            actor=self.story.cast.bureau("bureau_approver"),
            project=Project.objects.get(pk=pk),
            words={"opinion": "系统数据资源已全部编目、分级并发布，验收合格，同意纳入市级目录。"},
        )
        report = ProvincialReport.objects.latest("pk")
        self._after(3, partial(self.submit, report.pk))

    def submit(self, pk: int) -> None:
        self._report("submit", pk, f"海数函〔{self.story.now.year}〕{pk + 20}号")
        self._after(5, partial(self.receive, pk))

    def receive(self, pk: int) -> None:
        self._report("receive", pk, f"QSJ-{self.story.now.year}-{pk + 310:04}")

    def _report(self, name: str, pk: int, number: str) -> None:
        day = timezone.localdate(self.story.now).isoformat()
        words = (
            {"sent_on": day, "way": Way.PLATFORM, "document_number": number}
            if name == "submit"
            else {"received_on": day, "receipt_number": number}
        )
        provincial.move_report(
            name,
            actor=self.story.cast.bureau("bureau_approver"),
            report=ProvincialReport.objects.get(pk=pk),
            words=words,
        )

    def package(self) -> None:
        """The whole catalog goes to the province; what came since then is the next difference."""
        actor = self.story.cast.bureau("bureau_approver")
        try:
            report = packages.request(actor=actor, scope=PackageScope.FULL)
        except Refused:
            return
        packages.compile_now(report.pk)
        self._after(2, partial(self.submit, report.pk))

    def set_up_libraries(self) -> None:
        actor = self.story.cast.bureau("bureau_approver")
        departments = self.story.cast.departments
        for name, kind, leads, items in LIBRARIES:
            lead = next((departments[code] for code in leads if code in departments), None)
            if lead is None:
                continue
            libraries.set_up(
                actor=actor,
                values={
                    "kind": kind,
                    "name": name,
                    "lead": lead,
                    "description": f"由{lead.name}牵头建设，各成员单位按职责提供信息项。",
                },
                items=[{"name": item} for item in items],
            )

    def decide_sources(self) -> None:
        overlaps.count_anew()
        for name, code, reason in DECISIONS:
            sources.decide(
                actor=self.story.cast.bureau("bureau_approver"),
                name=name,
                verdict=Verdict.SOURCE if code else Verdict.DIFFERENT,
                department=self.story.cast.departments[code] if code else None,
                reason=reason,
            )
