"""When which background job runs; the bureau may set other times (citybrain/schedule.py)."""

from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, Any]] = {
    "worker-heartbeat": {"task": "citybrain.heartbeat", "schedule": 30.0},
    "seal-audit": {"task": "audit.seal", "schedule": 60.0},
    "remind-duties": {"task": "notices.remind", "schedule": crontab(hour="8-18", minute="5")},
    "deliver-mail": {"task": "notices.deliver", "schedule": 60.0},
    "daily-digest": {"task": "notices.digest", "schedule": crontab(hour="8", minute="30")},
    "expire-authorizations": {"task": "sharing.expire", "schedule": crontab(minute="10")},
    "keep-rights": {"task": "sharing.keep_rights", "schedule": crontab(hour="0", minute="40")},
    "resume-uploads": {"task": "sharing.resume_uploads", "schedule": 120.0},
    "clear-rows": {"task": "sharing.clear_rows", "schedule": crontab(hour="3", minute="40")},
    "exchange": {"task": "sharing.exchange", "schedule": 300.0},
    "clear-packages": {
        "task": "sharing.clear_packages",
        "schedule": crontab(hour="3", minute="50"),
    },
    "tally-calls": {"task": "sharing.tally", "schedule": crontab(minute="20")},
    "take-leftovers": {
        "task": "administration.take_leftovers",
        "schedule": crontab(hour="4", minute="5"),
    },
    "make-months": {"task": "sharing.make_months", "schedule": crontab(hour="1", minute="15")},
    "forget-nonces": {"task": "sharing.forget_nonces", "schedule": crontab(minute="25")},
    "developer-letters": {"task": "sharing.letters", "schedule": 60.0},
    "resume-returned": {"task": "sharing.resume_returned", "schedule": 120.0},
    "probe-services": {"task": "sharing.probe", "schedule": 300.0},
    "keep-versions": {"task": "sharing.keep_versions", "schedule": crontab(minute="35")},
    "harvest": {"task": "catalog.harvest", "schedule": 600.0},
    "resume-imports": {"task": "catalog.resume_imports", "schedule": 120.0},
    "count-overlaps": {
        "task": "catalog.count_overlaps",
        "schedule": crontab(hour="2", minute="10"),
    },
    "resume-packages": {"task": "catalog.resume_packages", "schedule": 120.0},
    "forget-import-files": {
        "task": "catalog.forget_import_files",
        "schedule": crontab(hour="3", minute="20"),
    },
    "check-quality": {
        "task": "catalog.schedule_quality",
        "schedule": crontab(hour="2", minute="10"),
    },
    "resume-quality": {"task": "catalog.resume_quality", "schedule": 120.0},
    "keep-negative-list": {
        "task": "catalog.keep_negative_list",
        "schedule": crontab(hour="0", minute="25"),
    },
    "remind-of-updates": {
        "task": "catalog.remind_of_updates",
        "schedule": crontab(day_of_week="mon", hour="8", minute="15"),
    },
    "tell-watchers": {
        "task": "catalog.tell_watchers",
        "schedule": crontab(hour="7", minute="45"),
    },
    "annual-report": {
        "task": "evaluation.compile_last_year",
        "schedule": crontab(month_of_year="1", day_of_month="5", hour="6", minute="0"),
    },
    "resume-reports": {"task": "evaluation.resume_reports", "schedule": 120.0},
}
