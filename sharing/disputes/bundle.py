"""All papers of a dispute in one archive, with what was said and done: what both sides rely on (SC-28).

Nothing in it depends on who takes it or when: as long as nothing is added, everybody has the same
bytes, and their SM3 digest is on record with each export. Texts are Chinese and not marked for
translation, as those of citybrain/documents.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from citybrain.audit.models import AuditRecord
from citybrain.audit.services import history_of, record
from citybrain.canonical import canonical_bytes
from citybrain.crypto import sm3_hex, sm3_hex_of
from citybrain.documents.official import OfficialDocument
from citybrain.documents.tables import Column
from citybrain.organizations.actors import Actor
from citybrain.spreadsheets import write_csv
from sharing.attachments.services import attachments_of
from sharing.disputes.policies import dispute_policy
from sharing.models import Authorization, Dispute
from sharing.papers import services as papers

BUNDLED = "sharing.dispute.bundled"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # of the times that an archive can have
PIECE = 256 * 1024
HEADINGS = ("文件", "来源", "时间", "SM3摘要")


@dataclass(frozen=True)
class Bundle:
    """The archive, open at its beginning; `digest` is the SM3 of the whole."""

    name: str
    file: IO[bytes]
    digest: str

    def __iter__(self) -> Iterator[bytes]:
        self.file.seek(0)
        while piece := self.file.read(PIECE):
            yield piece


def exports_of(dispute: Dispute) -> QuerySet[AuditRecord]:
    """Who has taken the archive when, and with which digest."""
    rows = AuditRecord.objects.filter(verb=BUNDLED, subject_type=dispute._meta.label)
    return rows.filter(subject_id=dispute.pk).select_related("department").order_by("-id")


@transaction.atomic
def bundle(*, actor: Actor, dispute: Dispute) -> Bundle:
    """Packs the papers for somebody who sees the dispute; that they took them is on record."""
    rows = Dispute.objects.select_related(
        "application__entry", "application__provider", "application__department", "department",
        "respondent",
    ).defer("application__entry__search")  # fmt: skip
    found = dispute_policy.fetch(actor, rows, pk=dispute.pk)
    target = TemporaryFile()  # noqa: SIM115 - read and closed by whoever sends it
    lines = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, source, at, data in _files(found):
            _write(archive, name, data)
            lines.append([name, source, at, sm3_hex(data)])
        _write(archive, "目录.csv", b"".join(write_csv([list(HEADINGS), *lines])))
    made = Bundle(f"{found.number}争议材料.zip", target, "")
    made = Bundle(made.name, target, sm3_hex_of(made))
    record(
        BUNDLED,
        actor=actor,
        subject=found,
        department=found.department,
        data={"digest": made.digest, "files": len(lines)},
    )
    return made


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    member = zipfile.ZipInfo(name, EARLIEST)
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, data)


def _files(found: Dispute) -> Iterator[tuple[str, str, str, bytes]]:
    """Name, whence, when and content of each file, in the order of the list."""
    facts = _facts(found)
    began = _moment(found.raised_at)
    yield "争议记录.docx", "门户生成", began, _document(found, facts)
    yield "争议记录.json", "门户生成", began, canonical_bytes(facts)
    for paper in found.application.papers.defer("content").order_by("pk"):
        name = f"文书/{paper.get_kind_display()} {paper.number}.docx"
        yield name, found.application.provider.name, _moment(paper.issued_at), papers.file_of(paper)
    for folder, subject in (("争议材料", found), ("申请附件", found.application)):
        rows = attachments_of(subject).select_related("added_by__department", "content")
        for number, one in enumerate(rows.iterator(chunk_size=1), 1):
            by = one.added_by
            source = f"{by.department.name if by.department else ''} {by.name}".strip()
            name = f"{folder}/{number:02} {one.name}"
            yield name, source, _moment(one.added_at), bytes(one.content.data)


def _facts(found: Dispute) -> dict[str, Any]:
    application = found.application
    grant = Authorization.objects.filter(application=application).first()
    return {
        "number": found.number,
        "application": application.number,
        "entry": {"code": application.entry.code, "title": application.entry.title},
        "department": found.department.name,
        "respondent": found.respondent.name,
        "raised_at": found.raised_at,
        "state": found.state,
        "claim": found.claim,
        "basis": found.basis,
        "reply": found.reply,
        "opinion": found.opinion,
        "document_number": found.document_number,
        "outcome": found.outcome,
        "effect": found.effect,
        "execution": found.execution,
        "answer": application.answer,
        "answer_basis": application.answer_basis,
        "grant": {
            "number": grant.number,
            "state": grant.state,
            "digest": grant.digest,
            "terms": grant.terms,
            "moves": _moves(grant),
        }
        if grant
        else None,
        "moves": _moves(found),
        "experts": [
            {
                "expert": one.expert,
                "institution": one.institution,
                "question": one.question,
                "asked_at": one.asked_at,
                "answer": one.answer,
                "answered_on": one.answered_on,
            }
            for one in found.opinions.all()
        ],
    }


def _moves(subject: Any) -> list[dict[str, Any]]:
    return [
        {
            "at": one.at,
            "move": one.label,
            "department": one.department.name if one.department else "",
            "who": one.actor_name,
            "reason": one.reason,
        }
        for one in history_of(subject)
    ]


def _document(found: Dispute, facts: dict[str, Any]) -> bytes:
    title = f"共享争议{found.number}办理记录"
    document = OfficialDocument(title=title, author=found.department.name, created=found.raised_at)
    document.title([title])
    grant = facts["grant"]
    said = (
        ("信息资源", f"{facts['entry']['title']}（{facts['entry']['code']}）"),
        ("共享申请", facts["application"]),
        ("授权", f"{grant['number']}，条款摘要（SM3）{grant['digest']}" if grant else "没有授权"),
        ("提出单位", facts["department"]),
        ("对方单位", facts["respondent"]),
        ("提出时间", _moment(found.raised_at)),
        ("状态", found.get_state_display()),
        ("对申请的答复", facts["answer"]),
        ("答复的依据", facts["answer_basis"]),
        ("争议事项和主张", facts["claim"]),
        ("依据", facts["basis"]),
        ("对方意见", facts["reply"]),
        ("协调意见", facts["opinion"]),
        ("决定文号", facts["document_number"]),
        ("结果", facts["outcome"]),
        ("对授权的影响", found.get_effect_display() if found.effect else ""),
        ("执行情况", facts["execution"]),
    )
    pairs = [[label, text] for label, text in said if text]
    document.table(
        "争议事项", [Column("事项", 1), Column("内容", 3, "left")], pairs, numbered=False
    )
    moves = [("争议", one) for one in facts["moves"]]
    moves += [("授权", one) for one in (grant["moves"] if grant else ())]
    document.table(
        "办理经过",
        [Column("时间", 2), Column("事项", 2), Column("办理单位", 2), Column("说明", 4, "left")],
        [
            [
                _moment(one["at"]),
                f"{what}：{one['move']}",
                f"{one['department']}{one['who']}",
                one["reason"] or "—",
            ]
            for what, one in sorted(moves, key=lambda pair: pair[1]["at"])
        ],
        numbered=False,
    )
    if facts["experts"]:
        document.table(
            "专家意见",
            [Column("专家", 2), Column("问题", 3, "left"), Column("意见", 4, "left")],
            [
                [f"{one['expert']}（{one['institution']}）", one["question"], one["answer"] or "—"]
                for one in facts["experts"]
            ],
            numbered=False,
        )
    return document.to_bytes()


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
