"""What the public asks of the demo's departments, and what they answer."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.utils import timezone

from catalog.demand import services
from catalog.demand.choices import Outcome
from catalog.demand.limits import supporter
from catalog.models import Demand
from catalog.opendata.policies import open_entries
from citybrain.demo.catalog_story import CatalogStory
from citybrain.demo.story import Story
from citybrain.organizations.actors import Actor


@dataclass(frozen=True)
class Asked:
    """One demand: how many days before today, whose it is, and what comes of it (or not yet).

    With `about`, the key of an entry, it reports an error there.
    """

    days_ago: int
    department: str
    title: str
    text: str
    outcome: str = ""
    answer: str = ""
    about: str = ""
    supporters: int = 0


DEMANDS = (
    Asked(
        118, "hk-jtj", "希望开放公交线路、站点和首末班时间",
        "用于开发面向游客的换乘查询，需要线路名称、站点顺序、站点位置和首末班时间，每月更新一次即可。",
        Outcome.ADOPTED, "线路、站点和首末班时间不涉及个人信息，列入下一年度开放目录，编制后按月更新。",
        supporters=23,
    ),
    Asked(
        96, "hk-hbj", "空气质量日均值缺少部分站点的臭氧数据",
        "比对近三个月数据，有两个站点的臭氧一栏为空，请核实是设备停运还是漏报。",
        Outcome.ADOPTED, "经核实为设备检修期间漏填，已补齐并重新上传。", about="hbj-air-quality",
        supporters=6,
    ),
    Asked(
        71, "hk-rsj", "希望开放企业参保人数分行业统计",
        "研究本地就业结构使用，只需要分行业、分季度的汇总数，不需要企业名称。",
        Outcome.PARTLY, "分行业、分年度的汇总数可以开放；分季度数据尚在校核，暂不开放。", supporters=11,
    ),
    Asked(
        52, "hk-gaj", "希望开放居住证持有人名单",
        "用于商业客户资料核对。",
        Outcome.NOT_ADOPTED, "持证人信息属于个人信息，依法不得向社会开放。",
    ),
    Asked(
        6, "hk-hbj", "海水浴场水质希望每日更新",
        "旅游旺季每天都有人下水，目前的更新频率偏低，希望旺季按日公布。", supporters=9,
    ),
    Asked(1, "", "希望开放停车场实时余位", "开车出行时查询，需要停车场名称、位置和实时余位。"),
)  # fmt: skip


class DemandStory:
    """Plans each of DEMANDS, from receipt to what came of it."""

    def __init__(self, story: Story, catalog: CatalogStory) -> None:
        self.story = story
        self.catalog = catalog

    def plan(self) -> None:
        today = timezone.localdate(self.story.ends)
        for asked in DEMANDS:
            day = today - timedelta(days=asked.days_ago)
            self.story.on(self.story.working_hour(day), partial(self.receive, asked))

    def receive(self, asked: Asked) -> None:
        chapter = self.catalog.chapters.get(asked.about)
        pk = chapter.pk if chapter is not None else 0
        demand = services.receive(
            actor=Actor(name="社会公众", ip="203.0.113.7"),
            entry=open_entries().filter(pk=pk).first(),
            title=asked.title,
            text=asked.text,
        )
        if self.story.cast.can_play(asked.department):
            self.story.after(1, partial(self.assign, asked, demand))

    def assign(self, asked: Asked, demand: Demand) -> None:
        department = self.story.cast.departments[asked.department]
        services.move(
            "assign",
            actor=self.story.cast.bureau("bureau_approver"),
            demand=demand,
            inputs={"department": str(department.pk)},
        )
        for number in range(asked.supporters):
            keys = supporter(demand, f"browser {number}", f"198.51.100.{number}")
            services.support(demand=demand, **keys)
        if asked.outcome:
            self.story.after(6, partial(self.answer, asked, demand))

    def answer(self, asked: Asked, demand: Demand) -> None:
        services.move(
            "answer",
            actor=self.story.cast.actor(asked.department, "sharing_head"),
            demand=demand,
            inputs={"outcome": asked.outcome, "answer": asked.answer},
        )
        self.story.after(1, partial(self.publish, demand))

    def publish(self, demand: Demand) -> None:
        services.move("publish", actor=self.story.cast.bureau("bureau_approver"), demand=demand)
