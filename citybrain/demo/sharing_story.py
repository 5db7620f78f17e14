"""Who applies to whom in the demo, how it is answered, and what becomes of the grants."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from catalog.choices import SharingMethod, SharingType
from citybrain.demo.calls import Calls
from citybrain.demo.catalog_story import CatalogStory, Chapter
from citybrain.demo.story import Story, at
from citybrain.organizations.actors import Actor
from sharing.choices import AuthorizationState, Method, UseBasis
from sharing.models import Authorization, ShareApplication, UseReport
from sharing.rights import reports, undertakings
from sharing.rights.choices import ReportState
from sharing.services import applications, authorizations, codes, extensions

FIRST_DAY = date(2025, 1, 2)
FREE_APPLICATIONS_A_MONTH = 3
# Who applies for what so many days before today, and what it then waits for: the work that the
# printed accounts find. Only the first of these has no text of its own in reasons.yaml.
AWAITED = {
    ("hk-gaj", "mzj-minimum-living"): (5, "sign"),
    ("hk-mzj", "gjj-housing-fund"): (5, "sign"),
    ("hk-jyj", "gaj-residence-registration"): (13, "answer"),
    ("hk-hbj", "gaj-motor-vehicles"): (6, "answer"),
    ("hk-gjj", "mzj-marriages"): (9, "answer"),
}


DISPOSED = {
    "storage": "业务系统缓存库和一份离线备份，无外包单位持有",
    "destruction": "缓存表清空、备份介质覆写三次，信息中心两人在场监督并登记",
}


class SharingStory:
    """Plans applications, and follows each to its end."""

    def __init__(self, story: Story, catalog: CatalogStory) -> None:
        self.story = story
        self.catalog = catalog
        self.calls = Calls(story)
        self._held: dict[int, str] = {}  # applications that wait for a person, and for which step

    def plan(self) -> None:
        last = timezone.localdate(self.story.ends)
        rng = self.story.random
        for record in self.story.content.reasons["applications"]:
            if (record["demander"], record["entry"]) in AWAITED:
                continue
            first = max(FIRST_DAY + timedelta(days=14), record.get("valid_from") or FIRST_DAY)
            final = min(
                last - timedelta(days=1), (record.get("valid_until") or last) - timedelta(days=1)
            )
            if first < final:
                day = first + timedelta(days=rng.randint(0, (final - first).days))
                self.story.on(self.story.working_hour(day), partial(self.told, record))
        day = FIRST_DAY + timedelta(days=20)
        while day < last:
            for _number in range(FREE_APPLICATIONS_A_MONTH):
                self._sometime(day, self.free)
            day += timedelta(days=30)
        for (demander, key), (days_ago, step) in AWAITED.items():
            day = last - timedelta(days=days_ago)
            self._sometime(day, partial(self.awaited, demander, key, step), within=0)

    def _sometime(self, day: date, do: Any, within: int = 29) -> None:
        moment = self.story.working_hour(day + timedelta(days=self.story.random.randint(0, within)))
        self.story.on(moment, do)

    # --- who asks for what ----------------------------------------------------------------------
    def told(self, record: dict[str, Any]) -> None:
        """One of the applications written out in reasons.yaml."""
        chapter = self.catalog.chapters.get(record["entry"])
        if chapter is None or not self._may_ask(record["demander"], chapter):
            return
        self._apply(
            record["demander"],
            chapter,
            names=record.get("items"),
            texts=(record["legal_basis"], record["scenario"], record["use_range"]),
            months=record["months"],
        )

    def awaited(self, demander: str, key: str, step: str) -> None:
        """An application that nobody of the story takes further than `step`."""
        chapter, today = self.catalog.chapters[key], timezone.localdate(self.story.now)
        for record in self.story.content.reasons["applications"]:
            if (record["demander"], record["entry"]) == (demander, key) and (
                record.get("valid_from") or today
            ) <= today < (record.get("valid_until") or today + timedelta(days=1)):
                texts = (record["legal_basis"], record["scenario"], record["use_range"])
                names = record.get("items")
                break
        else:
            texts, names = self._texts(chapter), None
        if chapter.published:
            self._apply(demander, chapter, names=names, texts=texts, months=12, waits_for=step)

    def free(self) -> None:
        """An application between a pair that the dice choose, with texts that fit any pair."""
        rng = self.story.random
        chapters = [
            chapter
            for chapter in self.catalog.chapters.values()
            if chapter.published and chapter.record["sharing_type"] != SharingType.WITHHELD
        ]
        demanders = sorted({chapter.department for chapter in self.catalog.chapters.values()})
        for _attempt in range(12):
            chapter, demander = rng.choice(chapters), rng.choice(demanders)
            pair = (demander, chapter.record["key"])
            if pair not in AWAITED and self._may_ask(demander, chapter):
                break
        else:
            return
        self._apply(demander, chapter, names=None, texts=self._texts(chapter), months=12)

    def _texts(self, chapter: Chapter) -> tuple[str, str, str]:
        """A legal basis that is in force and fits the entry, a scenario and a range of use."""
        rng, reasons = self.story.random, self.story.content.reasons
        today = timezone.localdate(self.story.now)
        bases = [
            basis["text"]
            for basis in reasons["legal_bases"]
            if (basis.get("valid_from") or today) <= today
            and any(word in chapter.record["title"] for word in basis.get("fits") or [""])
        ]
        return (
            rng.choice(bases),
            rng.choice(reasons["scenarios"]),
            rng.choice(reasons["use_ranges"]),
        )

    def _may_ask(self, demander: str, chapter: Chapter) -> bool:
        return (
            chapter.published
            and demander != chapter.department
            and self.story.cast.can_play(demander)
            and not self._has_one(demander, chapter)
        )

    def _has_one(self, demander: str, chapter: Chapter) -> bool:
        department = self.story.cast.departments[demander]
        held = Authorization.objects.filter(
            consumer=department, entry_id=chapter.pk, state=AuthorizationState.ACTIVE
        )
        live = ShareApplication.objects.filter(
            department=department, entry_id=chapter.pk, answered_at=None
        )
        return held.exists() or live.exists()

    # --- the course of one application ----------------------------------------------------------
    def _apply(
        self,
        demander: str,
        chapter: Chapter,
        *,
        names: list[str] | None,
        texts: tuple[str, str, str],
        months: int,
        waits_for: str = "",
    ) -> None:
        rng = self.story.random
        entry = chapter.entry
        items = list(entry.items.all())
        wanted = [item for item in items if names is None or item.name in names]
        if names is None:
            wanted = [item for item in items if item.is_key or rng.random() < 0.6] or items
        today = timezone.localdate(self.story.now)
        method = (
            Method.FILE
            if chapter.record["sharing_method"] == SharingMethod.FILE
            else Method.INTERFACE
        )
        application = applications.draft(
            actor=self._actor(demander, "cataloguer"),
            entry=entry,
            values={
                "use_basis": rng.choice(UseBasis.values),
                "legal_basis": texts[0],
                "scenario": texts[1],
                "usage_range": texts[2],
                "method": method,
                "starts_on": today,
                "ends_on": today + timedelta(days=30 * months + rng.randint(0, 5)),
                "daily_calls": rng.choice((200, 500, 1000, 2000)),
                "contact": f"{self._actor(demander, 'cataloguer').name} 0898-00000000",
            },
            item_ids=[item.pk for item in wanted],
        )
        if waits_for:
            self._held[application.pk] = waits_for
        self.story.after(0, partial(self._submit, application.pk, demander, chapter))

    def _submit(self, pk: int, demander: str, chapter: Chapter) -> None:
        self._move("submit", pk, self._actor(demander, "cataloguer"))
        if self._held.get(pk) == "sign":
            return
        wait = self.story.random.choices((0, 1, 2), (4, 5, 2))[0]
        self.story.after(wait, partial(self._sign, pk, demander, chapter))

    def _sign(self, pk: int, demander: str, chapter: Chapter) -> None:
        rng = self.story.random
        if pk not in self._held and rng.random() < 0.05:
            reason = rng.choice(self.story.content.reasons["application_return_reasons"])
            self._move("send_back", pk, self._actor(demander, "sharing_head"), reason=reason)
            self.story.after(1, partial(self._submit, pk, demander, chapter))
            return
        self._move("sign", pk, self._actor(demander, "sharing_head"))
        # Items with conditions of their own make an application for unconditional data wait.
        if Authorization.objects.filter(application_id=pk).exists():
            self._granted(pk, demander, chapter)
            return
        if self._held.get(pk) == "answer":
            return
        course = rng.random()
        if course < 0.10:
            self.story.after(rng.randint(1, 4), partial(self._supplement, pk, demander, chapter))
        elif course < 0.16:
            self.story.after(rng.randint(5, 8), partial(self._extend, pk, demander, chapter))
        else:
            late = course > 0.90
            wait = rng.randint(11, 16) if late else rng.choices(range(1, 10), range(9, 0, -1))[0]
            self.story.after(wait, partial(self._answer, pk, demander, chapter))

    def _supplement(self, pk: int, demander: str, chapter: Chapter) -> None:
        rng = self.story.random
        missing = rng.choice(self.story.content.reasons["supplement_lists"])
        self._move(
            "ask_supplement",
            pk,
            self._actor(chapter.department, "sharing_head"),
            reason="；".join(missing),
        )
        self.story.after(rng.randint(1, 5), partial(self._supplemented, pk, demander, chapter))

    def _supplemented(self, pk: int, demander: str, chapter: Chapter) -> None:
        self._move(
            "supplement",
            pk,
            self._actor(demander, "cataloguer"),
            supplement="已按要求补齐全部材料，请审核。",
        )
        wait = self.story.random.randint(1, 5)
        self.story.after(wait, partial(self._answer, pk, demander, chapter))

    def _extend(self, pk: int, demander: str, chapter: Chapter) -> None:
        rng = self.story.random
        application = ShareApplication.objects.get(pk=pk)
        if not extensions.may_be_asked(application):  # a public institution answers it
            self._answer(pk, demander, chapter)
            return
        request = extensions.ask(
            actor=self._actor(chapter.department, "sharing_head"),
            application=application,
            days=rng.choice((3, 5, 10)),
            reason=rng.choice(self.story.content.reasons["extension_reasons"]),
        )
        self.story.after(1, partial(self._consent, pk, request.pk, demander, chapter))

    def _consent(self, pk: int, request_pk: int, demander: str, chapter: Chapter) -> None:
        application = ShareApplication.objects.get(pk=pk)
        extensions.decide(
            actor=self.story.cast.bureau("bureau_coordinator"),
            request=application.extension,
            consent=True,
            opinion="情况属实，同意延长。",
        )
        wait = self.story.random.randint(2, 5)
        self.story.after(wait, partial(self._answer, pk, demander, chapter))

    def _answer(self, pk: int, demander: str, chapter: Chapter) -> None:
        rng = self.story.random
        head = self._actor(chapter.department, "sharing_head")
        if rng.random() < 0.14:
            self._move(
                "refuse",
                pk,
                head,
                reason=rng.choice(self.story.content.reasons["refusal_reasons"]),
                refusal_basis="《政务数据共享条例》第二十一条；目录载明的共享条件",
            )
            return
        self._move("agree", pk, head)
        self._granted(pk, demander, chapter)

    def _granted(self, pk: int, demander: str, chapter: Chapter) -> None:
        rng = self.story.random
        authorization = Authorization.objects.get(application_id=pk)
        ended = at(authorization.ends_on + timedelta(days=1), 1, 30)
        self.story.on(ended, authorizations.expire_due)
        self.story.on(ended + timedelta(days=3, hours=9), partial(self._dispose, pk))
        if not chapter.hosted:
            wait = rng.randint(21, 26) if rng.random() < 0.12 else rng.randint(1, 15)
            self.story.after(wait, partial(self._deliver, authorization.pk, demander, chapter))
        else:
            self.story.after(1, partial(self._use, authorization.pk, demander))

    def _deliver(self, pk: int, demander: str, chapter: Chapter) -> None:
        if not chapter.hosted:
            self.catalog.host(chapter)
        self.story.after(1, partial(self._use, pk, demander))

    def _use(self, pk: int, demander: str) -> None:
        """The consumer fetches its code and starts to call, or never gets round to it."""
        authorization = Authorization.objects.get(pk=pk)
        rng = self.story.random
        if authorization.method != Method.INTERFACE or rng.random() < 0.08:
            return
        undertakings.accept(actor=self._actor(demander, "cataloguer"), authorization=authorization)
        code = codes.issue(actor=self._actor(demander, "cataloguer"), authorization=authorization)
        self.calls.plan(authorization, code)
        if rng.random() < 0.06:
            self.story.after(rng.randint(20, 90), partial(self._suspend, pk))

    def _dispose(self, pk: int) -> None:
        """The consumer says what has become of the data; the provider looks at it."""
        owed = UseReport.objects.select_related(
            "authorization__consumer", "authorization__provider"
        ).filter(authorization__application=pk, state=ReportState.DUE)
        for report in owed:
            grant = report.authorization
            filed = reports.move(
                "certify",
                actor=self._actor(grant.consumer.code, "cataloguer"),
                report=report,
                inputs=DISPOSED,
            )
            head = self._actor(grant.provider.code, "sharing_head")
            reports.move("confirm", actor=head, report=filed)

    def _suspend(self, pk: int) -> None:
        rng = self.story.random
        authorization = Authorization.objects.get(pk=pk)
        if authorization.state != AuthorizationState.ACTIVE:
            return
        reason = rng.choice(self.story.content.reasons["revocation_reasons"])
        self._control("suspend", pk, reason)
        if rng.random() < 0.7:
            self.story.after(rng.randint(3, 8), partial(self._control, "resume", pk, ""))
        else:
            self.story.after(
                rng.randint(8, 15), partial(self._control, "revoke", pk, "逾期未完成整改")
            )

    def _control(self, name: str, pk: int, reason: str) -> None:
        authorization = Authorization.objects.get(pk=pk)
        if authorization.state in (AuthorizationState.ACTIVE, AuthorizationState.SUSPENDED):
            authorizations.move(
                name,
                actor=self.story.cast.bureau("bureau_coordinator"),
                authorization=authorization,
                reason=reason,
            )

    def _move(self, name: str, pk: int, actor: Actor, **inputs: str) -> None:
        application = ShareApplication.objects.get(pk=pk)
        applications.move(name, actor=actor, application=application, inputs=inputs)

    def _actor(self, department: str, role: str) -> Actor:
        return self.story.cast.actor(department, role)
