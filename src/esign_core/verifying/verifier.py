"""The public door: `verify`, a report for any bytes, and `signed_revision`, the document as it was when signed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from esign_core.errors import InputError, PdfError, public
from esign_core.finding import Finding
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Pdf, view_of
from esign_core.policy import Evidence, Policy, Trust
from esign_core.verifying.assemble import conclude, revision_reports, signature_report, timestamp_report
from esign_core.verifying.chains import ChainBuilder
from esign_core.verifying.facts import DocumentFacts
from esign_core.verifying.failures import failure
from esign_core.verifying.gather import gather
from esign_core.verifying.judge import judge
from esign_core.verifying.report import Conclusion, Cost, PolicyReport, Report, SignatureReport
from esign_core.verifying.signature_facts import identifies
from esign_core.verifying.trust import read_materials
from esign_core.verifying.verdicts import VERDICTS
from esign_core.verifying.wording import sentences


@public
def verify(
    pdf: Pdf,
    *,
    trust: Trust,
    validation_time: datetime,
    evidence: Evidence = Evidence(),  # noqa: B008 - frozen
    policy: Policy = Policy.default(),  # noqa: B008 - frozen
    password: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Report:
    """Judge every signature of a document by ETSI EN 319 102-1, clause 5.3, at `validation_time` (aware).

    A Report for any bytes whatever: not a PDF, encrypted with another `password` (UNREADABLE, code PASSWORD), too
    costly, forged. Trusts nothing but the anchors, reaches no network, and takes nothing for good that was not proved
    good. `password`: of the user or the owner, for encrypted files that the empty one does not open.

    Raises InputError only, for wrong arguments: NOT_A_BUFFER, NAIVE_TIME, CERTIFICATE_MALFORMED (an anchor or a
    certificate of the evidence), ARGUMENT.
    """
    at = _utc(validation_time)
    buffer = view_of(pdf)
    if not isinstance(policy, Policy) or not isinstance(limits, Limits):
        raise InputError("policy is a Policy and limits a Limits", code="ARGUMENT")
    materials = read_materials(trust, evidence, limits)
    rules = PolicyReport(
        policy.id, policy.sha256, policy.revocation, tuple(anchor.sha256 for anchor in materials.anchors)
    )
    unused = (Finding.of("OCSP_NOT_JUDGED", count=materials.ocsp_count),) if materials.ocsp_count else ()
    chains = ChainBuilder(materials, at, limits, policy.revocation != "not-checked")
    try:
        with PdfFile(buffer, limits, password=password) as file:
            return _judged(file, chains, policy, rules, unused)
    except PdfError as error:
        why = Finding.of("PDF_NOT_READ", why=str(error))
        conclusion = Conclusion("UNREADABLE", error.code, sentences(error.code))
    except Exception as error:  # noqa: BLE001 - a report is owed for any bytes
        why = failure(error)
        verdict = VERDICTS[why.code]
        conclusion = Conclusion(verdict.indication, verdict.conclusion, sentences(verdict.conclusion))
    document = DocumentFacts(len(buffer), hashlib.sha256(buffer).hexdigest())
    cost = Cost(bytes_hashed=len(buffer), limit_hit=_limit((why,)))
    return Report(conclusion, document, rules, at, warnings=(why, *unused), cost=cost)


def _judged(
    file: PdfFile, chains: ChainBuilder, policy: Policy, rules: PolicyReport, warnings: tuple[Finding, ...]
) -> Report:
    found = gather(file, chains)
    judgements = [judge(facts, policy, chains.at) for facts in found.signatures]
    signatures = tuple(
        signature_report(facts, judgement, chains.at)
        for facts, judgement in zip(found.signatures, judgements, strict=True)
    )
    findings = [finding for judgement in judgements for finding in judgement.findings]
    return Report(
        conclusion=conclude(judgements),
        document=found.document,
        policy=rules,
        validation_time=chains.at,
        signatures=signatures,
        timestamps=tuple(timestamp_report(facts) for facts in found.timestamps),
        revisions=revision_reports(found),
        warnings=(*found.warnings, *warnings),
        cost=Cost(found.bytes_hashed, found.objects_read, _limit(findings)),
    )


@public
def signed_revision(pdf: Pdf, signature: SignatureReport) -> memoryview:
    """The document as it was when signed: a view of the bytes up to the end of the signature's coverage.

    InputError: NO_SIGNED_REVISION where the signature's byte range is not one that defines a revision, OTHER_DOCUMENT
    where the document does not hold that signature at that place.
    """
    buffer = view_of(pdf)
    coverage = signature.coverage
    if not coverage.byte_range_ok or coverage.level == "partial":
        raise InputError(
            "this signature does not cover a whole revision: there is no signed document to show",
            code="NO_SIGNED_REVISION",
        )
    _, gap_start, gap_end, _ = coverage.byte_range
    try:
        contents = bytes.fromhex(bytes(buffer[gap_start + 1 : gap_end - 1]).decode("ascii"))
    except ValueError:
        contents = b""
    if coverage.covered_until > len(buffer) or not identifies(signature.id, contents):
        raise InputError("this document does not hold that signature: pass the one verified", code="OTHER_DOCUMENT")
    return buffer[: coverage.covered_until]


def _utc(moment: datetime) -> datetime:
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise InputError("validation_time has no time zone: pass an aware datetime", code="NAIVE_TIME")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise InputError("validation_time is outside the years 1 to 9999 in UTC", code="NAIVE_TIME") from error


def _limit(findings: Iterable[Finding]) -> str | None:
    return next((str(finding.args["limit"]) for finding in findings if finding.code == "LIMIT"), None)
