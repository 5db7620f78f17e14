"""Something that happened in 2025, through the services, at the days that the tests choose."""

from datetime import date, timedelta

from catalog.models import CatalogEntry
from catalog.services import entries
from citybrain.demo.clock import DemoClock
from citybrain.demo.story import at
from evaluation.facts.collecting import collect
from evaluation.facts.period import Period, due_at
from evaluation.report.facts_schema import AnnualReportFacts, DepartmentRow
from sharing.models import Authorization, ShareApplication
from sharing.services import applications
from tests import calling, scenes
from tests.personas import World, actor_of

YEAR = 2025


def facts_of_2025() -> AnnualReportFacts:
    return collect(Period(YEAR, due_at(YEAR)))


def row_of(facts: AnnualReportFacts, short_name: str) -> DepartmentRow:
    return next(row for row in facts.departments if row.short_name == short_name)


def ratio(row: DepartmentRow, indicator: str) -> tuple[int, int]:
    score = next(score for score in row.scores if score.code == indicator)
    return score.numerator, score.denominator


def go(clock: DemoClock, day: date, hour: int = 9) -> None:
    clock.now = at(day, hour)


def refresh(world: World, clock: DemoClock, entry: CatalogEntry, day: date) -> None:
    """The police refresh an entry's data on that day."""
    go(clock, day)
    entries.data_updated(actor=actor_of(world.police_cataloguer), entry=entry, rows=3)


def refresh_monthly(
    world: World, clock: DemoClock, entry: CatalogEntry, *, until: date = date(2025, 12, 31)
) -> None:
    """Every 30 days from now on."""
    day = clock.now.date() + timedelta(days=30)
    while day <= until:
        refresh(world, clock, entry, day)
        day += timedelta(days=30)


def answer(world: World, application: ShareApplication, name: str = "agree") -> ShareApplication:
    inputs = {}
    if name == "refuse":
        inputs = {"reason": "超出必要范围", "refusal_basis": "《政务数据共享条例》第二十一条"}
    return applications.move(
        name, actor=actor_of(world.police_head), application=application, inputs=inputs
    )


def call(code: str, authorization: Authorization, query: str = "") -> int:
    service = "s_" + authorization.entry.code.replace("/", "_")
    return calling.call(code, f"/gateway/v1/services/{service}/records{query}").status_code


def a_used_authorization(world: World, entry: CatalogEntry) -> Authorization:
    """Health asks for the police's entry, is answered at once and calls it once."""
    authorization = scenes.an_authorization(world, entry)
    assert call(scenes.a_code(world, authorization), authorization) == 200
    return authorization
