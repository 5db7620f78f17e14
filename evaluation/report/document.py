"""The annual report 政务信息资源共享情况报告: from frozen facts to a .docx (HK-40, SC-38)."""

from citybrain.documents.official import OfficialDocument, title_lines
from evaluation.report import annexes
from evaluation.report.chapters_closing import next_steps, problems, security
from evaluation.report.chapters_departments import departments, quality
from evaluation.report.chapters_general import measures, opening, overall
from evaluation.report.facts_json import facts_digest
from evaluation.report.facts_schema import AnnualReportFacts


def render_annual_report(
    facts: AnnualReportFacts, *, document_number: str | None, digest: str
) -> bytes:
    """Return the report as .docx in the layout of GB/T 9704-2012; same facts, same bytes.

    ``document_number`` is the whole number as the authority gives it, with six-cornered brackets
    (``海数报〔2026〕1号``); None leaves its place blank. ``digest`` is ``facts_digest(facts)`` as it
    was stored with the snapshot; raises ``ValueError`` if the facts are not those of the digest.
    """
    if digest != (actual := facts_digest(facts)):
        raise ValueError(f"the digest of the facts is {actual}, not {digest}")
    compiled = facts.compiled_at
    lines = title_lines(
        f"{facts.year}年度政务信息资源共享情况", issuer=facts.authority_name, kind="报告"
    )
    document = OfficialDocument(title="".join(lines), author=facts.authority_name, created=compiled)
    document.mark(facts.authority_name, number=document_number, year=compiled.year)
    document.title(lines)
    document.addressee(facts.recipient)
    opening(document, facts)
    overall(document, facts)
    measures(document, facts)
    departments(document, facts)
    quality(document, facts)
    security(document, facts)
    problems(document, facts)
    next_steps(document, facts)
    document.closing("特此报告。")
    document.attachment_note(annexes.TITLES)
    document.signature(facts.authority_name, compiled.date())
    annexes.results(document, facts)
    annexes.breaches(document, facts)
    annexes.refusals(document, facts)
    annexes.indicators(document, facts, digest)
    document.imprint(copied_to=facts.copied_to, issuer=facts.authority_name, day=compiled.date())
    return document.to_bytes()
