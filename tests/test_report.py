"""The report: it is what the schema says, it reads well in both languages, and it is a value."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

import esign_core
from esign_core.errors import InputError
from esign_core.finding import Finding
from esign_core.geometry import Rect
from esign_core.policy import Policy
from esign_core.verifying.assemble import conclude, signature_report, timestamp_report
from esign_core.verifying.facts import Coverage, DocumentFacts, RevocationState, SignatureFacts, TimestampFacts
from esign_core.verifying.judge import judge
from esign_core.verifying.report import TOOL_VERSION, Cost, Indication, PolicyReport, Report, Revision
from esign_core.verifying.wording import CONCLUSIONS
from tests.test_judge import AT, GOOD, LEAF, TABLE, with_leaf

SCHEMA = json.loads(resources.files("esign_core.verifying").joinpath("report.schema.json").read_text())
SHARED_SCHEMA = Path(__file__).resolve().parents[2] / "shared" / "report.schema.json"
POLICY = Policy.default()

RICH = replace(
    GOOD,
    box=Rect(10, 10, 100, 50),
    reason="Setuju",
    location="Jakarta",
    contact="ani@example.id",
    claimed_time=AT - timedelta(hours=1),
    claimed_source="pdf-m",
)


def report_on(*signatures: SignatureFacts, timestamps: tuple[TimestampFacts, ...] = ()) -> Report:
    judgements = [judge(facts, POLICY, AT) for facts in signatures]
    return Report(
        conclusion=conclude(judgements),
        document=DocumentFacts(1000, "ab" * 32, "1.7", 3, empty_signature_fields=("sig_2",)),
        policy=PolicyReport(POLICY.id, POLICY.sha256, POLICY.revocation, ("cd" * 32,)),
        validation_time=AT,
        signatures=tuple(
            signature_report(facts, judgement, AT) for facts, judgement in zip(signatures, judgements, strict=True)
        ),
        timestamps=tuple(timestamp_report(facts) for facts in timestamps),
        revisions=(Revision(0, 0, 400, "base"), Revision(1, 400, 1000, "signature", 6)),
        warnings=(Finding.of("OCSP_NOT_JUDGED", count=1),),
        cost=Cost(1200, 9),
    )


STAMP = TimestampFacts("T-" + "B" * 64, "ts_1", Coverage((0, 1, 2, 3), True, "entire-file", 5), 2, "13 0")
REPORTS = {row: report_on(facts) for row, (facts, *_) in TABLE.items()} | {
    "good": report_on(RICH),
    "none": report_on(),
    "with a timestamp": report_on(RICH, timestamps=(STAMP,)),
}


@pytest.mark.parametrize("name", REPORTS)
def test_reports_are_what_the_schema_says(name: str) -> None:
    as_json = json.loads(json.dumps(REPORTS[name].as_dict()))
    checker = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    checker.validate(as_json)
    assert as_json == REPORTS[name].as_dict()


@pytest.mark.skipif(not SHARED_SCHEMA.exists(), reason="the schema's other home is not on this machine")
def test_the_schema_shipped_is_the_schema_agreed() -> None:
    assert json.loads(SHARED_SCHEMA.read_text()) == SCHEMA


def test_the_report_names_this_version() -> None:
    assert esign_core.__version__ == TOOL_VERSION


def test_a_good_report_in_english() -> None:
    assert report_on(RICH).text().splitlines() == [
        "TOTAL-PASSED: Valid; trusted certificate",
        "",
        "  Judged at      2026-11-23T12:00:00Z under policy default-2026, revocation required",
        f"  Document       1000 bytes, SHA-256 {'ab' * 32}",
        "  Findings       note: 1 OCSP response(s) were not judged: this version reads revocation lists (CRLs) only "
        "[OCSP_NOT_JUDGED]",
        "",
        "Signature 1, field sig_1, page 1",
        "  Verdict        TOTAL-PASSED",
        "  Signed by      Ani, certified by CN=above",
        "  When           claimed 2026-11-23T11:00:00Z, not proven",
        "  Covers         the whole file",
        "  Checked        document as signed (sha256): yes",
        "                 signature value (sha256WithRSAEncryption): yes",
        "                 certificate leads to a trusted authority: yes",
        "                 revocation of Ani: not revoked",
        "                 revocation of Intermediate: not revoked",
        "  Reason         Setuju",
        "  Location       Jakarta",
    ]


def test_a_bad_report_in_indonesian() -> None:
    facts = replace(with_leaf(revocation=RevocationState()), claimed_time=None, page_index=None, field=None)
    text = report_on(facts, timestamps=(STAMP,)).text("id")
    assert text.startswith("INDETERMINATE: Belum dapat dipastikan: belum diketahui apakah sertifikat sudah dicabut\n")
    assert "\nTanda tangan 1\n  Hasil          INDETERMINATE / TRY_LATER\n" in text
    assert "  Waktu          tidak disebutkan, tidak terbukti\n" in text
    assert "pencabutan Ani: tidak diketahui\n" in text
    assert "kesalahan: Belum diketahui apakah sertifikat Ani dicabut" in text
    assert "\nStempel waktu dokumen, bidang ts_1\n  Hasil          INDETERMINATE\n" in text
    assert "[TIMESTAMP_NOT_JUDGED]" in text


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("language", ["en", "id"])
def test_every_finding_is_in_the_text(name: str, language: str) -> None:
    report = REPORTS[name]
    text = report.text(language)  # type: ignore[arg-type]
    for signature in report.signatures:
        for finding in signature.findings:
            assert finding.text[language] in text and f"[{finding.code}]" in text


def test_another_language_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        report_on().text("fr")  # type: ignore[arg-type]
    assert caught.value.code == "LANGUAGE"


def test_strangers_cannot_write_on_the_terminal() -> None:
    leaf = replace(LEAF, common_name="Ani\x1b[2J\n\u202eTOTAL-PASSED\u2028")
    facts = replace(
        GOOD,
        field="a\rb",
        reason="x\x00y\ud800",
        chain=replace(GOOD.chain, certificates=(leaf, *GOOD.chain.certificates[1:])),
    )
    lines = report_on(facts).text()
    assert not {"\x1b", "\r", "\x00", "\u202e", "\u2028", "\ud800"} & set(lines)
    assert "Signed by      Ani\ufffd[2J\ufffd\ufffdTOTAL-PASSED\ufffd, certified by" in lines


def test_the_conclusion_is_the_worst_signature() -> None:
    forged, later = TABLE["value wrong"][0], TABLE["later revisions"][0]
    for signatures in ([GOOD, later, forged], [forged, later, GOOD]):
        conclusion = report_on(*signatures).conclusion
        assert (conclusion.indication, conclusion.code, conclusion.passed) == (Indication.TOTAL_FAILED, "FORGED", False)
    conclusion = report_on(GOOD, later).conclusion
    assert (conclusion.indication, conclusion.code, conclusion.passed) == (
        Indication.INDETERMINATE,
        "CHANGED_LATER",
        False,
    )
    assert report_on(GOOD, GOOD).conclusion.passed


def test_no_signature_is_not_passed() -> None:
    conclusion = report_on(timestamps=(STAMP,)).conclusion
    assert (conclusion.indication, conclusion.code, conclusion.passed) == ("NO-SIGNATURE", "NO_SIGNATURE", False)


def test_a_timestamp_is_visible_and_proves_nothing() -> None:
    report = report_on(GOOD, timestamps=(STAMP,))
    assert report.timestamps[0].indication == "INDETERMINATE"
    assert report.timestamps[0].gen_time is None
    assert [finding.code for finding in report.timestamps[0].findings] == ["TIMESTAMP_NOT_JUDGED"]
    assert report.signatures[0].time.proven_by is None
    assert report.signatures[0].time.best_signature_time == AT


def test_a_later_revision_is_not_called_permitted() -> None:
    later = report_on(TABLE["later revisions"][0]).signatures[0]
    assert (later.modifications.level, later.modifications.permitted) == ("not-evaluated", None)
    untouched = report_on(GOOD).signatures[0]
    assert (untouched.modifications.level, untouched.modifications.permitted) == ("none", True)


@pytest.mark.parametrize("name", REPORTS)
def test_reports_are_values(name: str) -> None:
    report = REPORTS[name]
    assert pickle.loads(pickle.dumps(report)) == report == copy.deepcopy(report)
    with pytest.raises(AttributeError):
        report.conclusion = report.conclusion  # type: ignore[misc]
    assert not hasattr(report, "__dict__")


def test_conclusions_speak_both_languages() -> None:
    for english, indonesian in CONCLUSIONS.values():
        assert english and indonesian and english != indonesian


def test_times_are_written_in_utc() -> None:
    report = replace(report_on(), validation_time=datetime(2026, 1, 1, 7, tzinfo=UTC))
    assert report.as_dict()["validation_time"] == "2026-01-01T07:00:00Z"
