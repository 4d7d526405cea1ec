"""The report in words, English and Indonesian: verdict first, then who, when, what is covered and what was checked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from esign_core.errors import InputError
from esign_core.finding import Finding, FrozenMap
from esign_core.verifying.facts import rfc3339

if TYPE_CHECKING:  # the report holds its own words
    from esign_core.verifying.report import Report, SignatureReport, TimestampReport

LANGUAGES = ("en", "id")

CONCLUSIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "VALID": ("Valid; trusted certificate", "Dokumen valid, Sertifikat yang digunakan terpercaya"),
        "MALFORMED": (
            "Not valid: the signature is damaged or was tampered with",
            "Tidak valid: tanda tangan rusak atau diutak-atik",
        ),
        "ALTERED": (
            "Not valid: the document was changed after it was signed",
            "Tidak valid: dokumen diubah setelah ditandatangani",
        ),
        "FORGED": (
            "Not valid: the signature was not made with the key of this certificate",
            "Tidak valid: tanda tangan tidak dibuat dengan kunci sertifikat ini",
        ),
        "NOT_TRUSTED": (
            "Cannot be confirmed: the certificate leads to no authority that you trust",
            "Belum dapat dipastikan: sertifikat tidak berasal dari otoritas yang Anda percayai",
        ),
        "SIGNER_UNKNOWN": (
            "Cannot be confirmed: it is not clear whose certificate signed",
            "Belum dapat dipastikan: tidak jelas sertifikat siapa yang menandatangani",
        ),
        "REVOKED": (
            "Cannot be confirmed: a certificate was revoked, and nothing proves that the signature is older",
            "Belum dapat dipastikan: sertifikat telah dicabut, dan tidak terbukti bahwa tanda tangan lebih dahulu",
        ),
        "OUT_OF_VALIDITY": (
            "Cannot be confirmed: a certificate is not valid at this time, and nothing proves the time of signing",
            "Belum dapat dipastikan: sertifikat tidak berlaku pada waktu ini, dan waktu penandatanganan tidak terbukti",
        ),
        "REVOCATION_UNKNOWN": (
            "Cannot be confirmed yet: it is not known whether a certificate was revoked",
            "Belum dapat dipastikan: belum diketahui apakah sertifikat sudah dicabut",
        ),
        "CERTIFICATE_UNFIT": (
            "Cannot be confirmed: a certificate was not made for this use",
            "Belum dapat dipastikan: sertifikat tidak dibuat untuk penggunaan ini",
        ),
        "ALGORITHM_UNFIT": (
            "Cannot be confirmed: an algorithm or key is too weak or not supported",
            "Belum dapat dipastikan: algoritma atau kunci terlalu lemah atau tidak didukung",
        ),
        "SIGNATURE_UNFIT": (
            "Cannot be confirmed: the signature lacks something that the rules require",
            "Belum dapat dipastikan: tanda tangan tidak memuat hal yang diwajibkan aturan",
        ),
        "CHANGED_LATER": (
            "Cannot be confirmed: something was added after signing, and it was not judged",
            "Belum dapat dipastikan: ada tambahan setelah penandatanganan yang belum dinilai",
        ),
        "NOT_JUDGED": (
            "Cannot be confirmed: this kind of signature is not judged by this version",
            "Belum dapat dipastikan: jenis tanda tangan ini belum dapat dinilai oleh versi ini",
        ),
        "LIMIT": (
            "Cannot be confirmed: checking would cost more work than is allowed",
            "Belum dapat dipastikan: pemeriksaan memerlukan kerja lebih dari yang diizinkan",
        ),
        "INTERNAL": (
            "Cannot be confirmed: the verifier failed; please report this fault",
            "Belum dapat dipastikan: pemeriksa gagal bekerja; mohon laporkan kesalahan ini",
        ),
        "NO_SIGNATURE": ("The document has no signature", "Dokumen tidak memiliki tanda tangan"),
        "NOT_A_PDF": ("This is not a PDF document", "Berkas ini bukan dokumen PDF"),
        "PASSWORD": (
            "The document is encrypted, and its password is missing or wrong",
            "Dokumen terenkripsi, dan kata sandinya tidak ada atau salah",
        ),
        "ENCRYPTION_UNSUPPORTED": (
            "The document is encrypted in a way that this version cannot read",
            "Dokumen terenkripsi dengan cara yang belum dapat dibaca oleh versi ini",
        ),
        "ENCRYPTION_PUBLIC_KEY": (
            "The document is encrypted for certificates, which this version cannot read",
            "Dokumen terenkripsi untuk sertifikat, yang belum dapat dibaca oleh versi ini",
        ),
        "UNREADABLE": ("The document cannot be read", "Dokumen tidak dapat dibaca"),
    }
)

# One row for each thing the text says: English, Indonesian.
_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "judged": ("Judged at", "Dinilai pada"),
        "policy": ("under policy {id}, revocation {revocation}", "menurut kebijakan {id}, pencabutan {revocation}"),
        "required": ("required", "wajib diperiksa"),
        "if-available": ("checked if available", "diperiksa bila tersedia"),
        "not-checked": ("not checked", "tidak diperiksa"),
        "document": ("Document", "Dokumen"),
        "size": ("{size} bytes, SHA-256 {sha256}", "{size} byte, SHA-256 {sha256}"),
        "signature": ("Signature {number}", "Tanda tangan {number}"),
        "timestamp": ("Document timestamp", "Stempel waktu dokumen"),
        "field": ("field {name}", "bidang {name}"),
        "page": ("page {number}", "halaman {number}"),
        "verdict": ("Verdict", "Hasil"),
        "signer": ("Signed by", "Penanda tangan"),
        "issued": ("{name}, certified by {issuer}", "{name}, disertifikasi oleh {issuer}"),
        "unknown": ("unknown", "tidak diketahui"),
        "time": ("When", "Waktu"),
        "claimed": ("claimed {time}, not proven", "menurut penanda tangan {time}, tidak terbukti"),
        "unclaimed": ("not stated, not proven", "tidak disebutkan, tidak terbukti"),
        "covers": ("Covers", "Mencakup"),
        "entire-file": ("the whole file", "seluruh berkas"),
        "entire-revision": (
            "the file up to byte {end}, not what follows",
            "berkas sampai byte {end}, tidak sesudahnya",
        ),
        "partial": ("a part of the file", "sebagian berkas"),
        "unclear": ("unclear", "tidak jelas"),
        "checked": ("Checked", "Diperiksa"),
        "digest": ("document as signed ({algorithm})", "dokumen sesuai saat ditandatangani ({algorithm})"),
        "value": ("signature value ({algorithm})", "nilai tanda tangan ({algorithm})"),
        "trusted": ("certificate leads to a trusted authority", "sertifikat berasal dari otoritas terpercaya"),
        "revocation": ("revocation of {name}", "pencabutan {name}"),
        "good": ("not revoked", "tidak dicabut"),
        "revoked": ("REVOKED", "DICABUT"),
        "missing": ("not known", "tidak diketahui"),
        "yes": ("yes", "ya"),
        "no": ("NO", "TIDAK"),
        "open": ("not known", "tidak diketahui"),
        "reason": ("Reason", "Alasan"),
        "location": ("Location", "Lokasi"),
        "findings": ("Findings", "Temuan"),
        "error": ("error", "kesalahan"),
        "warning": ("warning", "peringatan"),
        "info": ("note", "catatan"),
    }
)


_UNPRINTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def sentences(code: str) -> FrozenMap[str]:
    """The conclusion's sentence by language; any other code is a reason why the document cannot be read."""
    return FrozenMap(dict(zip(LANGUAGES, CONCLUSIONS.get(code, CONCLUSIONS["UNREADABLE"]), strict=True)))


def report_text(report: Report, language: str) -> str:
    """The whole report, lines joined by newlines. InputError (LANGUAGE) for a language other than "en" and "id"."""
    if language not in LANGUAGES:
        raise InputError(f"reports are written in {' and '.join(LANGUAGES)}, not {language!r}", code="LANGUAGE")
    return "\n".join(_Writer(report, language).lines()) + "\n"


class _Writer:
    """One report in one language."""

    def __init__(self, report: Report, language: str) -> None:
        self._report = report
        self._language = language
        self._column = LANGUAGES.index(language)

    def lines(self) -> Iterator[str]:
        report = self._report
        conclusion, document, policy = report.conclusion, report.document, report.policy
        yield f"{conclusion.indication}: {_plain(conclusion.text[self._language])}"
        yield ""
        rules = self._say("policy", id=policy.id, revocation=self._say(policy.revocation))
        yield self._line("judged", f"{rfc3339(report.validation_time)} {rules}")
        yield self._line("document", self._say("size", size=document.size, sha256=document.sha256))
        yield from self._findings(report.warnings)
        for signature in report.signatures:
            yield ""
            yield from self._signature(signature)
        for timestamp in report.timestamps:
            yield ""
            yield from self._timestamp(timestamp)

    def _signature(self, signature: SignatureReport) -> Iterator[str]:
        title = [self._say("signature", number=signature.index + 1)]
        if signature.field is not None:
            title.append(self._say("field", name=signature.field))
        if signature.page_index is not None:
            title.append(self._say("page", number=signature.page_index + 1))
        yield _plain(", ".join(title))
        yield self._line("verdict", " / ".join(filter(None, [signature.indication, signature.sub_indication])))
        yield self._line("signer", self._signer(signature))
        claimed = signature.time.claimed
        yield self._line("time", self._say("claimed", time=rfc3339(claimed)) if claimed else self._say("unclaimed"))
        yield self._line("covers", self._say(signature.coverage.level, end=signature.coverage.covered_until))
        yield from self._lines("checked", self._checks(signature))
        for label, claim in (("reason", signature.reason), ("location", signature.location)):
            if claim:
                yield self._line(label, claim)
        yield from self._findings(signature.findings)

    def _signer(self, signature: SignatureReport) -> str:
        certificate = signature.signer.certificate
        if certificate is None:
            return self._say("unknown")
        return self._say("issued", name=certificate.label, issuer=certificate.issuer_common_name or certificate.issuer)

    def _checks(self, signature: SignatureReport) -> Iterator[str]:
        integrity = signature.integrity
        unknown = self._say("unknown")
        digest = self._say("digest", algorithm=integrity.digest_algorithm or unknown)
        yield f"{digest}: {self._answer(integrity.digest_ok)}"
        value = self._say("value", algorithm=integrity.signature_algorithm or unknown)
        yield f"{value}: {self._answer(integrity.signature_ok)}"
        yield f"{self._say('trusted')}: {self._answer(signature.signer.trusted)}"
        if self._report.policy.revocation == "not-checked":
            return
        for certificate in signature.signer.chain:
            status = certificate.revocation.status
            if status != "not-required":
                known = status if status in ("good", "revoked") else "missing"
                yield f"{self._say('revocation', name=certificate.label)}: {self._say(known)}"

    def _timestamp(self, timestamp: TimestampReport) -> Iterator[str]:
        title = [self._say("timestamp")] + ([self._say("field", name=timestamp.field)] if timestamp.field else [])
        yield _plain(", ".join(title))
        yield self._line("verdict", timestamp.indication)
        yield self._line("covers", self._say(timestamp.coverage.level, end=timestamp.coverage.covered_until))
        yield from self._findings(timestamp.findings)

    def _findings(self, findings: Iterable[Finding]) -> Iterator[str]:
        yield from self._lines("findings", (self._finding(finding) for finding in findings))

    def _finding(self, finding: Finding) -> str:
        return f"{self._say(finding.severity)}: {finding.text.get(self._language, finding.code)} [{finding.code}]"

    def _answer(self, fact: bool | None) -> str:
        return self._say("open" if fact is None else "yes" if fact else "no")

    def _say(self, key: str, **values: object) -> str:
        return _WORDS[key][self._column].format(**values)

    def _lines(self, label: str, texts: Iterable[str]) -> Iterator[str]:
        for index, text in enumerate(texts):
            yield self._line("" if index else label, text)

    def _line(self, label: str, text: str) -> str:
        return _plain(f"  {self._say(label) if label else '':<15}{text}")


def _plain(text: str) -> str:
    """One line without control and formatting characters: names come from strangers and end in terminals."""
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) in _UNPRINTED else char for char in text)
