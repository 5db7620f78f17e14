"""The back office: times of background work that stay as they were set, and safe exports."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.contrib.admin.utils import quote
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask
from openpyxl import load_workbook

from citybrain.administration.backoffice import site
from citybrain.audit.models import AuditRecord
from citybrain.celery import app
from citybrain.duties.models import CalendarDay
from citybrain.organizations.models import User
from citybrain.schedule import LABELS, KeptScheduler
from tests import scenes
from tests.personas import World

pytestmark = pytest.mark.django_db
JOBS = {"annual-report": {"task": "evaluation.compile", "schedule": crontab(hour="6", minute="0")}}


def start_beat() -> None:
    KeptScheduler(app=app, lazy=True).update_from_dict(JOBS)


def a_task() -> PeriodicTask:
    interval = IntervalSchedule.objects.create(every=5, period="minutes")
    return PeriodicTask.objects.create(name="resume-reports", task="x", interval=interval)


@pytest.mark.django_db(transaction=True)
def test_a_time_set_by_the_bureau_outlives_a_restart() -> None:
    start_beat()
    task = PeriodicTask.objects.get(name="annual-report")
    assert task.crontab.hour == "6"
    task.crontab = CrontabSchedule.objects.create(hour="4", minute="30")
    task.save()
    PeriodicTask.objects.update(task="evaluation.old_name")
    start_beat()
    task.refresh_from_db()
    assert (task.crontab.hour, task.crontab.minute) == ("4", "30")
    assert task.task == "evaluation.compile", "what a job does is code, not a setting"


def test_a_change_of_times_is_on_the_audit_trail(
    world: World, signed_in: Callable[[User], Client]
) -> None:
    task = a_task()
    client = signed_in(world.admin)
    address = reverse("backoffice:django_celery_beat_periodictask_change", args=[task.pk])
    answer = client.post(address, {"description": "停用", "interval": task.interval_id})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    task.refresh_from_db()
    assert not task.enabled
    written = AuditRecord.objects.get(verb="administration.schedule_changed")
    assert "resume-reports" in written.subject_text


def test_times_are_only_looked_at_by_the_auditor(
    world: World, signed_in: Callable[[User], Client]
) -> None:
    task = a_task()
    address = reverse("backoffice:django_celery_beat_periodictask_change", args=[task.pk])
    client = signed_in(world.auditor)
    assert client.get(address).status_code == 200
    assert client.post(address, {"interval": task.interval_id}).status_code == 403
    task.refresh_from_db()
    assert task.enabled


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "==1+1", "+1+1", "-1+1", "@SUM(1)"])
def test_an_exported_register_holds_no_formulas_and_is_recorded(
    world: World, signed_in: Callable[[User], Client], text: str
) -> None:
    User.objects.filter(pk=world.water_head.pk).update(post=text)
    client = signed_in(world.admin)
    address = reverse("backoffice:organizations_user_export")
    workbook = client.post(address, {"format": "0", "resource": "0"})
    assert workbook["Content-Type"].endswith("spreadsheetml.sheet")
    cells = [cell for row in load_workbook(io.BytesIO(workbook.content)).active for cell in row]
    assert text in {cell.value for cell in cells}
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    table = client.post(address, {"format": "1", "resource": "0"}).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))
    assert len(rows) == User.objects.count() + 1
    assert not [cell for row in rows for cell in row if cell.startswith(text[0])]
    written = AuditRecord.objects.filter(verb="access.exported")
    assert [record.data["rows"] for record in written] == [User.objects.count()] * 2


def test_passwords_are_neither_shown_nor_exported(
    world: World, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(world.admin)
    shown = client.get(
        reverse("backoffice:organizations_user_change", args=[world.water_head.pk])
    ).content.decode()
    exported = client.post(
        reverse("backoffice:organizations_user_export"), {"format": "1", "resource": "0"}
    ).content.decode()
    for text in (shown, exported):
        assert world.water_head.username in text
        assert world.water_head.password not in text
        assert world.water_head.phone == "" or world.water_head.phone not in text


@pytest.mark.parametrize(
    "query",
    [
        "username=dsj.admin&password__startswith=md5",
        "name__regex=(",
        "password=x",
        "department__people__password__startswith=m",
    ],
)
def test_a_list_is_narrowed_by_its_own_filters_only(
    world: World, signed_in: Callable[[User], Client], query: str
) -> None:
    people = reverse("backoffice:organizations_user_changelist")
    client = signed_in(world.auditor)
    assert client.get(f"{people}?{query}").status_code == 400
    assert client.get(f"{people}export/?{query}").status_code == 400
    assert client.get(f"{people}?is_active__exact=1&q=水").status_code == 200


@pytest.mark.parametrize(
    ("register", "query"),
    [
        ("duties_duty", "due_on__year=99999999999"),
        ("duties_duty", "due_on__year=9999"),
        ("duties_duty", "due_on__year=9999&due_on__month=12"),
        ("duties_duty", "due_on__year=1"),
        ("duties_duty", "due_on__year=2026&due_on__month=99999999999999999999"),
        ("duties_duty", "due_on__month=99999999999999999999"),
        ("duties_duty", "rule__isnull=x"),
        ("organizations_department", "level="),
        ("organizations_department", "level__exact=x"),
        ("organizations_department", "level__gte=99999999999999999999"),
        ("organizations_department", "kind__exact=" + "x" * 5000),
        ("organizations_user", "is_active__exact=7"),
        ("organizations_user", "p=" + "9" * 5000),
        ("duties_calendarday", "date__year=0"),
        ("django_celery_beat_periodictask", "start_time__gte=x"),
        ("django_celery_beat_periodictask", "last_run_at__lt=9999-12-31T23:59:59%2B00:00"),
    ],
)
def test_a_filter_that_means_nothing_is_left_out(
    world: World, signed_in: Callable[[User], Client], register: str, query: str
) -> None:
    client = signed_in(world.auditor)
    address = reverse(f"backoffice:{register}_changelist")
    for page in (address, f"{address}export/"):
        if page != address and "celery" in register:
            continue
        answer = client.get(f"{page}?{query}", follow=True)
        assert answer.status_code == 200, page


def test_a_time_of_work_with_a_hidden_value_of_any_length_is_an_ordinary_form(
    world: World, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(world.admin)
    address = reverse("backoffice:django_celery_beat_crontabschedule_add")
    assert 'name="initial-timezone"' not in client.get(address).content.decode()
    times = dict.fromkeys(("minute", "hour", "day_of_month", "month_of_year", "day_of_week"), "1")
    values = {**times, "timezone": "Asia/Shanghai", "initial-timezone": "x" * 100_000}
    assert client.post(address, values).status_code == 302


def test_the_pages_speak_chinese_and_lack_nothing(
    world: World, signed_in: Callable[[User], Client]
) -> None:
    task = a_task()
    CrontabSchedule.objects.create(hour="4", minute="30")
    scenes.a_signed_entry(world)
    CalendarDay.objects.get_or_create(
        date="2026-01-01", defaults={"year_id": 2026, "working": False, "name": "元旦"}
    )
    client = signed_in(world.admin)
    missing, seen = set(), {}
    for model in site._registry:
        name = f"backoffice:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.first()
        for address in (
            reverse(f"{name}_changelist"),
            *([reverse(f"{name}_change", args=[quote(row.pk)])] if row else []),
        ):
            answer = client.get(address)
            assert answer.status_code == 200, address
            seen[address] = answer.content.decode()
            for path in re.findall(r'(?:src|href)="/static/([^"?]+)', seen[address]):
                if finders.find(path) is None:
                    missing.add(path)
    assert not missing
    whole = re.sub(r"<[^>]+>", " ", "".join(seen.values()))
    for words in ("SCHEDULER", "Scheduler", "Task Name", "internal_signoff", "review_catalog"):
        assert words not in whole, words
    assert (
        "继续未完成的报告编制"
        in seen[reverse("backoffice:django_celery_beat_periodictask_changelist")]
    )
    assert task.name in whole
    assert settings.SITE_NAME in whole
    assert set(settings.CELERY_BEAT_SCHEDULE) <= set(LABELS)
