"""Facts and judgements put together: the report's signatures, timestamps and conclusion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from esign_core.finding import Finding
from esign_core.verifying.elements import Integrity, Modifications, SignerReport, SigningTime
from esign_core.verifying.facts import CmsFacts, SignatureFacts, TimestampFacts
from esign_core.verifying.gather import Gathered
from esign_core.verifying.judge import Judgement
from esign_core.verifying.report import Conclusion, Revision, SignatureReport, TimestampReport
from esign_core.verifying.verdicts import Indication
from esign_core.verifying.wording import sentences

# What the format is called where no timestamp is proven: a signature is not called more than was checked.
_LEVELS = {"ETSI.CAdES.detached": "PAdES-B-B", "adbe.pkcs7.detached": "PKCS7-B", "adbe.x509.rsa_sha1": "X509-RSA-SHA1"}

_WORST_FIRST = (Indication.TOTAL_FAILED, Indication.INDETERMINATE, Indication.TOTAL_PASSED)


def signature_report(facts: SignatureFacts, judgement: Judgement, validation_time: datetime) -> SignatureReport:
    """One signature's entry in the report."""
    cms = facts.cms or CmsFacts()
    untouched = facts.coverage.level == "entire-file"
    return SignatureReport(
        id=facts.id,
        index=facts.index,
        field=facts.field,
        type=facts.type,
        subfilter=facts.subfilter,
        level=_LEVELS.get(facts.subfilter or "", "UNKNOWN"),
        indication=judgement.indication,
        sub_indication=judgement.sub_indication,
        findings=judgement.findings,
        integrity=Integrity(
            cms.digest_ok, cms.signature_ok, cms.digest_algorithm, cms.signature_algorithm, cms.message_digest
        ),
        coverage=facts.coverage,
        modifications=Modifications("none", True, facts.docmdp) if untouched else Modifications(docmdp=facts.docmdp),
        time=SigningTime(facts.claimed_time, facts.claimed_source, validation_time),
        signer=_signer(facts, validation_time),
        revision=facts.revision,
        page_index=facts.page_index,
        box=facts.box,
        reason=facts.reason,
        location=facts.location,
        contact=facts.contact,
        policy_oid=cms.policy_oid,
    )


def _signer(facts: SignatureFacts, at: datetime) -> SignerReport:
    """Named by the certificate, which an authority vouches for; /Name is only what the signer calls itself."""
    chain = facts.chain
    if not chain.certificates:
        return SignerReport(facts.name)
    leaf = chain.certificates[0]
    return SignerReport(
        name=leaf.label,
        certificate=leaf,
        chain=chain.certificates,
        trusted=chain.anchored and not chain.problems,
        valid_at_best_time=leaf.not_before <= at <= leaf.not_after,
    )


def timestamp_report(facts: TimestampFacts) -> TimestampReport:
    """One document timestamp's entry: visible, and declared not judged."""
    finding = Finding.of("TIMESTAMP_NOT_JUDGED", object=facts.object, field=facts.field, count=1)
    untouched = facts.coverage.level == "entire-file"
    return TimestampReport(
        id=facts.id,
        field=facts.field,
        coverage=facts.coverage,
        modifications=Modifications("none", True) if untouched else Modifications(),
        findings=(finding,),
        revision=facts.revision,
    )


def revision_reports(found: Gathered) -> tuple[Revision, ...]:
    """The file's revisions, oldest first, then what follows the newest one's end; empty where they are not clear."""
    if found.revisions is None:
        return ()
    kinds: dict[int | None, str] = {0: "base"}
    kinds |= {timestamp.revision: "document-timestamp" for timestamp in found.timestamps}
    kinds |= {signature.revision: "signature" for signature in found.signatures}
    reports = [
        Revision(
            index=span.index,
            start=span.start,
            end=span.end,
            kind=kinds.get(span.index, "other"),
            changed_objects=sum(part.length for section in span.sections for part in section.subsections),
        )
        for span in found.revisions
    ]
    end = found.revisions[-1].end if found.revisions else 0
    if end < found.document.size:
        reports.append(Revision(len(reports), end, found.document.size, "unsigned-tail"))
    return tuple(reports)


def conclude(judgements: Sequence[Judgement]) -> Conclusion:
    """The worst over all signatures, the first of equals; a document without any is NO-SIGNATURE."""
    if not judgements:
        return Conclusion("NO-SIGNATURE", "NO_SIGNATURE", sentences("NO_SIGNATURE"))
    worst = min(judgements, key=lambda judgement: _WORST_FIRST.index(judgement.indication))
    code = "VALID" if worst.decisive is None else worst.decisive.conclusion
    return Conclusion(worst.indication, code, sentences(code))
