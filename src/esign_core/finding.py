"""One reason or warning, in words a person can read, and the catalogue of all of them.

`code` is stable from release to release; the sentences are not. The catalogue is one table on purpose: whoever
translates or documents findings reads it from top to bottom.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias, TypeVar

Json: TypeAlias = Mapping[str, object]
Severity: TypeAlias = Literal["info", "warning", "error"]
V = TypeVar("V", covariant=True)


class FrozenMap(Mapping[str, V]):
    """A small immutable mapping, kept as a tuple of pairs so that the values holding one stay frozen and pickle."""

    __slots__ = ("_pairs",)
    _pairs: tuple[tuple[str, V], ...]

    def __init__(self, items: Mapping[str, V] | None = None) -> None:
        object.__setattr__(self, "_pairs", tuple((items or {}).items()))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __reduce__(self) -> tuple[type[FrozenMap[V]], tuple[dict[str, V]]]:
        return (type(self), (dict(self._pairs),))

    def __getitem__(self, key: str) -> V:
        for name, value in self._pairs:
            if name == key:
                return value
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def __repr__(self) -> str:
        return repr(dict(self._pairs))


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason or warning. `args` holds the compared values (time and limit, digest and digest) as JSON values,
    `text` the sentence by language ("en", "id"), `object` the PDF object ("12 0") where there is one."""

    code: str
    severity: Severity
    args: Mapping[str, object] = field(default_factory=FrozenMap)
    text: Mapping[str, str] = field(default_factory=FrozenMap)
    object: str | None = None
    page_index: int | None = None
    field: str | None = None

    @classmethod
    def of(
        cls,
        code: str,
        *,
        object: str | None = None,
        page_index: int | None = None,
        field: str | None = None,
        **args: str | int | float | bool | None,
    ) -> Finding:
        """A finding of the catalogue with its sentences filled in. KeyError for a code or argument it does not know."""
        severity, english, indonesian = CATALOGUE[code]
        text = FrozenMap({"en": english.format(**args), "id": indonesian.format(**args)})
        return cls(code, severity, FrozenMap(args), text, object, page_index, field)

    def as_dict(self) -> Json:
        """As in report.schema.json, $defs/finding."""
        return {
            "code": self.code,
            "severity": self.severity,
            "args": dict(self.args),
            "text": dict(self.text),
            "object": self.object,
            "page_index": self.page_index,
            "field": self.field,
        }


CATALOGUE: Mapping[str, tuple[Severity, str, str]] = MappingProxyType(
    {
        # ---- finding tags
        "FONT_NOT_READ": (
            "warning",
            "Text in font {font} on page {page} was not searched: the document does not say which characters it prints",
            "Teks dengan huruf {font} pada halaman {page} tidak ikut dicari: dokumen tidak menyebutkan karakternya",
        ),
        "CONTENT_DAMAGED": (
            "warning",
            "The contents of page {page} are damaged ({why}): what follows the damage was not searched",
            "Isi halaman {page} rusak ({why}): bagian sesudah kerusakan tidak ikut dicari",
        ),
        "XREF_REBUILT": (
            "warning",
            "The document is damaged ({why}): its objects were looked for; it can be searched, not signed or verified",
            "Dokumen rusak ({why}): objeknya dicari satu per satu; dapat ditelusuri, tidak dapat ditandatangani",
        ),
        "DOCUMENT_DAMAGED": (
            "warning",
            "A part of the document was passed over ({why}): a tag that is there was not found",
            "Sebagian dokumen dilewati ({why}): tag yang ada di sana tidak ditemukan",
        ),
        "LAYERS_NOT_READ": (
            "warning",
            "Layers of the document are damaged ({why}): text on them was taken for visible",
            "Lapisan dokumen rusak ({why}): teks di dalamnya dianggap terlihat",
        ),
        "FIELDS_NOT_READ": (
            "warning",
            "The form is damaged ({why}): its signature fields are not listed",
            "Formulir rusak ({why}): kolom tanda tangannya tidak didaftar",
        ),
        "TAG_HIDDEN": (
            "info",
            "The tag is on page {page}, but not visibly printed",
            "Tag ada pada halaman {page}, tetapi tidak tercetak",
        ),
        "TAG_OUTSIDE_PAGE": (
            "info",
            "The tag is on page {page}, but outside the part that is shown",
            "Tag ada pada halaman {page}, tetapi di luar bagian yang terlihat",
        ),
        "TAG_OTHER_CASE": (
            "info",
            "Page {page} prints {text!r}, which differs from the tag in upper and lower case",
            "Halaman {page} memuat {text!r}, yang berbeda huruf besar dan kecilnya dari tag",
        ),
        "TAG_OTHER_FORM": (
            "info",
            "Page {page} prints {text!r} ({characters}), which is the tag in another Unicode form",
            "Halaman {page} memuat {text!r} ({characters}), yaitu tag dalam bentuk Unicode lain",
        ),
        "TAG_GUESSED": (
            "info",
            "Page {page} may print the tag: code {number} of font {font} has no known character",
            "Halaman {page} mungkin memuat tag: kode {number} pada huruf {font} tidak diketahui karakternya",
        ),
        "TAG_LAYER_OFF": (
            "info",
            "The tag is on page {page}, but on a layer that is switched off",
            "Tag ada pada halaman {page}, tetapi pada lapisan yang dimatikan",
        ),
        "TAG_ACTUAL_TEXT": (
            "info",
            "The tag is on page {page}, but only in text that replaces what is printed (ActualText)",
            "Tag ada pada halaman {page}, tetapi hanya dalam teks pengganti dari yang tercetak (ActualText)",
        ),
        "ANNOTATION_NOT_READ": (
            "warning",
            "An annotation of page {page} is damaged ({why}): what it shows was not searched, or not to its end",
            "Anotasi pada halaman {page} rusak ({why}): yang ditampilkannya tidak dicari, atau tidak seluruhnya",
        ),
        # ---- verifying
        "SIGNATURE_NOT_READ": (
            "error",
            "The signature is damaged and cannot be read: {why}",
            "Tanda tangan rusak dan tidak dapat dibaca: {why}",
        ),
        "BYTE_RANGE_MALFORMED": (
            "error",
            "The signature does not say which bytes it covers (/ByteRange is not four whole numbers)",
            "Tanda tangan tidak menyebutkan bagian berkas yang dicakup (/ByteRange bukan empat bilangan bulat)",
        ),
        "BYTE_RANGE_START": (
            "error",
            "The signature does not cover the beginning of the file: it starts at byte {start}",
            "Tanda tangan tidak mencakup awal berkas: dimulai dari byte {start}",
        ),
        "BYTE_RANGE_OUTSIDE": (
            "error",
            "The signature speaks of bytes up to {end}, but the file has {size}",
            "Tanda tangan mencakup byte sampai {end}, padahal berkas hanya {size} byte",
        ),
        "BYTE_RANGE_GAP": (
            "error",
            "The signature leaves out bytes {start} to {end}, which are not just its own value: others can hide there",
            "Byte {start} sampai {end} tidak dicakup dan bukan tepat nilai tanda tangan: isi lain dapat disembunyikan",
        ),
        "CONTENTS_MALFORMED": (
            "error",
            "The signature's value is missing or not written as a signature's value must be",
            "Nilai tanda tangan tidak ada atau tidak ditulis sebagaimana mestinya",
        ),
        "CMS_MALFORMED": (
            "error",
            "The signature's value cannot be read ({why})",
            "Nilai tanda tangan tidak dapat dibaca ({why})",
        ),
        "CMS_ENCAPSULATED": (
            "error",
            "The signature carries content of its own instead of signing this document",
            "Tanda tangan memuat isi sendiri, bukan menandatangani dokumen ini",
        ),
        "CMS_CONTENT_TYPE": (
            "error",
            "The signature does not say in what was signed that it signs plain data",
            "Tanda tangan tidak menyatakan pada bagian bertanda tangan bahwa yang ditandatangani adalah data biasa",
        ),
        "SIGNER_COUNT": (
            "error",
            "The signature names {count} signers where exactly one is allowed",
            "Tanda tangan memuat {count} penanda tangan, padahal harus tepat satu",
        ),
        "DIGEST_DIFFERS": (
            "error",
            "The document is not the one that was signed: it was changed afterwards",
            "Dokumen bukan yang ditandatangani: isinya diubah sesudahnya",
        ),
        "SIGNATURE_VALUE_WRONG": (
            "error",
            "The signature was not made with the key of the certificate it names",
            "Tanda tangan tidak dibuat dengan kunci dari sertifikat yang disebutkan",
        ),
        "INTERNAL": (
            "error",
            "The verifier failed unexpectedly ({what}): a fault of this software, please report it",
            "Pemeriksa gagal secara tak terduga ({what}): kesalahan perangkat lunak ini, mohon dilaporkan",
        ),
        "LIMIT": (
            "error",
            "Checking would exceed the limit {limit}: {found} found, {allowed} allowed",
            "Pemeriksaan melebihi batas {limit}: ditemukan {found}, diizinkan {allowed}",
        ),
        "CMS_NOT_READ": (
            "error",
            "The signature's value was not read",
            "Nilai tanda tangan tidak dibaca",
        ),
        "SUBFILTER_NOT_JUDGED": (
            "error",
            "Signatures of the format {subfilter} are not judged by this version",
            "Tanda tangan berformat {subfilter} belum dapat dinilai oleh versi ini",
        ),
        "SIGNING_CERTIFICATE_NOT_FOUND": (
            "error",
            "The signer's certificate is not in the signature, nor among those given",
            "Sertifikat penanda tangan tidak ada di dalam tanda tangan maupun di antara yang diberikan",
        ),
        "SIGNING_CERTIFICATE_MISMATCH": (
            "error",
            "The certificate is not the one that the signer signed with: it may have been swapped",
            "Sertifikat bukan yang dipakai penanda tangan: mungkin telah ditukar",
        ),
        "SIGNATURE_POLICY_NOT_JUDGED": (
            "error",
            "The signature follows a signature policy ({oid}) that this version does not judge",
            "Tanda tangan mengikuti kebijakan tanda tangan ({oid}) yang belum dapat dinilai oleh versi ini",
        ),
        "NO_PATH": (
            "error",
            "The certificate leads to no authority that you trust: that of {issuer} is missing or not trusted",
            "Sertifikat tidak berasal dari otoritas yang dipercayai: milik {issuer} tidak ada atau tidak dipercayai",
        ),
        "REVOKED": (
            "error",
            "The certificate of {certificate} was revoked at {revoked_at} (reason: {reason})",
            "Sertifikat {certificate} dicabut pada {revoked_at} (alasan: {reason})",
        ),
        "CA_REVOKED": (
            "error",
            "The certificate of the authority {certificate} was revoked at {revoked_at} (reason: {reason})",
            "Sertifikat otoritas {certificate} dicabut pada {revoked_at} (alasan: {reason})",
        ),
        "CERTIFICATE_EXPIRED": (
            "error",
            "The certificate of {certificate} expired at {not_after}, before {at}",
            "Sertifikat {certificate} kedaluwarsa pada {not_after}, sebelum {at}",
        ),
        "CERTIFICATE_NOT_YET_VALID": (
            "error",
            "The certificate of {certificate} is valid only from {not_before}, after {at}",
            "Sertifikat {certificate} baru berlaku sejak {not_before}, sesudah {at}",
        ),
        "KEY_USAGE_UNFIT": (
            "error",
            "The certificate of {certificate} does not allow signing documents",
            "Sertifikat {certificate} tidak mengizinkan penandatanganan dokumen",
        ),
        "EXT_KEY_USAGE_UNFIT": (
            "error",
            "The certificate of {certificate} was made for other purposes only: {purposes}",
            "Sertifikat {certificate} hanya dibuat untuk keperluan lain: {purposes}",
        ),
        "ALGORITHM_NOT_SUPPORTED": (
            "error",
            "The signature value was not checked: the algorithm {algorithm} or this kind of key is not supported",
            "Nilai tanda tangan tidak diperiksa: algoritma {algorithm} atau jenis kunci ini tidak didukung",
        ),
        "DIGEST_NOT_CHECKED": (
            "error",
            "Whether the document was changed was not checked: the hash algorithm {algorithm} is not supported",
            "Perubahan dokumen tidak diperiksa: algoritma hash {algorithm} tidak didukung",
        ),
        "HASH_NOT_ACCEPTED": (
            "error",
            "The signature uses the hash algorithm {hash}, which is not accepted as secure",
            "Tanda tangan memakai algoritma hash {hash}, yang tidak diterima sebagai aman",
        ),
        "HASHES_DIFFER": (
            "error",
            "The document was hashed with {digest}, but the signature speaks of {signature}",
            "Dokumen di-hash dengan {digest}, padahal tanda tangan menyebutkan {signature}",
        ),
        "CERTIFICATE_HASH_NOT_ACCEPTED": (
            "error",
            "The certificate of {certificate} was issued with {hash}, which is not accepted as secure",
            "Sertifikat {certificate} diterbitkan dengan {hash}, yang tidak diterima sebagai aman",
        ),
        "CRL_HASH_NOT_ACCEPTED": (
            "error",
            "The revocation list for {certificate} is signed with {hash}, which is not accepted as secure",
            "Daftar pencabutan untuk {certificate} ditandatangani dengan {hash}, yang tidak diterima sebagai aman",
        ),
        "KEY_WEAK": (
            "error",
            "The key of {certificate} ({key}) is too weak or of an unknown kind; at least {least} bits are required",
            "Kunci {certificate} ({key}) terlalu lemah atau tidak dikenal; paling sedikit {least} bit diwajibkan",
        ),
        "SIGNED_ATTRIBUTES_MISSING": (
            "error",
            "The signature has no signed attributes, so it does not say whose certificate it belongs to",
            "Tanda tangan tidak memuat atribut bertanda tangan, sehingga tidak jelas sertifikat siapa yang dipakai",
        ),
        "SIGNING_CERTIFICATE_ATTRIBUTE_MISSING": (
            "error",
            "The signature does not name its certificate in what was signed, so the certificate could be swapped",
            "Tanda tangan tidak menyebutkan sertifikatnya di bagian bertanda tangan, sehingga sertifikat dapat ditukar",
        ),
        "CMS_TRAILING_BYTES": (
            "error",
            "{count} bytes follow the signature's value where only padding may be: no signature covers them",
            "Ada {count} byte setelah nilai tanda tangan, padahal hanya boleh ada pengisi: tidak dicakup tanda tangan",
        ),
        "HYBRID_NOT_JUDGED": (
            "error",
            "The file shows old readers another document than new ones (hybrid-reference), which is not judged yet",
            "Berkas dapat tampil berbeda di pembaca lama dan baru (hybrid-reference), dan hal itu belum dinilai",
        ),
        "PAGES_NOT_READ": (
            "error",
            "The document's pages cannot be listed ({why}), so what people see is not certain",
            "Halaman dokumen tidak dapat didaftar ({why}), sehingga yang dilihat orang tidak pasti",
        ),
        "COVERAGE_PARTIAL": (
            "error",
            "The signature covers only a part of the file as it was when signed; {bytes} bytes come after it",
            "Tanda tangan hanya mencakup sebagian berkas saat ditandatangani; {bytes} byte ada sesudahnya",
        ),
        "COVERAGE_UNCLEAR": (
            "error",
            "It is not clear which state of the file the signature covers; {bytes} bytes come after it",
            "Tidak jelas keadaan berkas mana yang dicakup tanda tangan; {bytes} byte ada sesudahnya",
        ),
        "CHANGES_NOT_EVALUATED": (
            "error",
            "The file was extended {revisions} time(s) after this signature ({bytes} bytes), which is not judged yet",
            "Berkas ditambah {revisions} kali setelah tanda tangan ini ({bytes} byte), dan tambahannya belum dinilai",
        ),
        "UNSIGNED_BYTES": (
            "error",
            "{bytes} bytes follow the end of the signed document, and no signature covers them",
            "Ada {bytes} byte setelah akhir dokumen yang ditandatangani, dan tidak dicakup tanda tangan mana pun",
        ),
        "REVOCATION_MISSING": (
            "error",
            "It is not known whether the certificate of {certificate} was revoked: no usable revocation list covers it",
            "Belum diketahui apakah sertifikat {certificate} dicabut: tidak ada daftar pencabutan yang dapat dipakai",
        ),
        "REVOCATION_UNKNOWN": (
            "warning",
            "It was not found out whether the certificate of {certificate} was revoked",
            "Status pencabutan sertifikat {certificate} tidak diketahui",
        ),
        "REVOCATION_NOT_CHECKED": (
            "warning",
            "The policy asks not to check whether certificates were revoked",
            "Sesuai kebijakan, pencabutan sertifikat tidak diperiksa",
        ),
        "OCSP_NOT_JUDGED": (
            "info",
            "{count} OCSP response(s) were not judged: this version reads revocation lists (CRLs) only",
            "{count} jawaban OCSP tidak dinilai: versi ini hanya membaca daftar pencabutan (CRL)",
        ),
        "EMBEDDED_CRL_NOT_JUDGED": (
            "info",
            "{count} revocation list(s) inside the signature were not judged: this version reads those given to it",
            "{count} daftar pencabutan di dalam tanda tangan tidak dinilai: versi ini membaca yang diberikan saja",
        ),
        "TIMESTAMP_NOT_JUDGED": (
            "info",
            "{count} timestamp(s) were not judged by this version and prove no time",
            "{count} stempel waktu belum dinilai oleh versi ini dan tidak membuktikan waktu apa pun",
        ),
        "SIGNATURES_UNLISTED": (
            "warning",
            "The file holds {count} more signature(s) that no form field leads to; they were not judged",
            "Berkas memuat {count} tanda tangan lain yang tidak terhubung dengan bidang formulir; tidak dinilai",
        ),
        "PDF_NOT_READ": (
            "error",
            "The document cannot be read: {why}",
            "Dokumen tidak dapat dibaca: {why}",
        ),
        # ---- certificates, CRLs and CMS (pki/)
        "CMS_CERTIFICATE_UNREADABLE": (
            "info",
            "Certificate {number} inside the signature cannot be read ({why}) and was not used",
            "Sertifikat {number} di dalam tanda tangan tidak dapat dibaca ({why}) dan tidak dipakai",
        ),
        "CMS_ATTRIBUTE_UNREADABLE": (
            "info",
            "The attribute {oid} inside the signature cannot be read ({why}) and was not used",
            "Atribut {oid} di dalam tanda tangan tidak dapat dibaca ({why}) dan tidak dipakai",
        ),
        "PATH_ISSUER_NOT_CA": (
            "error",
            "The certificate of {certificate} is not that of an authority, so it cannot vouch for others",
            "Sertifikat {certificate} bukan milik otoritas, sehingga tidak dapat menjamin sertifikat lain",
        ),
        "PATH_KEY_USAGE": (
            "error",
            "The certificate of {certificate} does not allow issuing certificates, only: {usages}",
            "Sertifikat {certificate} tidak mengizinkan penerbitan sertifikat, hanya: {usages}",
        ),
        "PATH_TOO_LONG": (
            "error",
            "{certificate} allows {allowed} authorities below it, but there are {found}",
            "{certificate} mengizinkan {allowed} otoritas di bawahnya, padahal ada {found}",
        ),
        "PATH_NAME_CONSTRAINTS": (
            "error",
            "{certificate} may vouch for certain names only, and this version does not judge which",
            "{certificate} hanya boleh menjamin nama tertentu, dan versi ini belum dapat menilainya",
        ),
        "PATH_CRITICAL_EXTENSION": (
            "error",
            "The certificate of {certificate} has conditions that this version does not know ({oids})",
            "Sertifikat {certificate} memuat syarat yang tidak dikenal versi ini ({oids})",
        ),
        "PATH_SIGNATURE_WRONG": (
            "error",
            "The certificate of {certificate} was not issued with the key of {issuer}, the authority it names",
            "Sertifikat {certificate} tidak diterbitkan dengan kunci {issuer}, meskipun menyebut otoritas itu",
        ),
        "PATH_ALGORITHM_NOT_SUPPORTED": (
            "error",
            "The certificate of {certificate} was issued with {algorithm}, which this version cannot check",
            "Sertifikat {certificate} diterbitkan dengan {algorithm}, yang tidak dapat diperiksa versi ini",
        ),
        "CRL_MALFORMED": (
            "error",
            "A revocation list cannot be read ({why})",
            "Daftar pencabutan tidak dapat dibaca ({why})",
        ),
        "CRL_OTHER_ISSUER": (
            "info",
            "A revocation list is not that of {issuer}",
            "Satu daftar pencabutan bukan milik {issuer}",
        ),
        "CRL_SIGNATURE_WRONG": (
            "error",
            "A revocation list in the name of {issuer} was not signed with its key",
            "Daftar pencabutan atas nama {issuer} tidak ditandatangani dengan kuncinya",
        ),
        "CRL_ALGORITHM_NOT_SUPPORTED": (
            "error",
            "The revocation list of {issuer} is signed with {algorithm}, which this version cannot check",
            "Daftar pencabutan {issuer} ditandatangani dengan {algorithm}, yang tidak dapat diperiksa versi ini",
        ),
        "CRL_KEY_USAGE": (
            "error",
            "The certificate of {issuer} does not allow signing revocation lists, only: {usages}",
            "Sertifikat {issuer} tidak mengizinkan penandatanganan daftar pencabutan, hanya: {usages}",
        ),
        "CRL_NOT_YET_VALID": (
            "error",
            "The revocation list of {issuer} was issued at {this_update}, after {at}",
            "Daftar pencabutan {issuer} diterbitkan pada {this_update}, sesudah {at}",
        ),
        "CRL_STALE": (
            "error",
            "The revocation list of {issuer} was good until {next_update}, before {at}: get the current one",
            "Daftar pencabutan {issuer} berlaku sampai {next_update}, sebelum {at}: ambil yang terbaru",
        ),
        "CRL_WITHOUT_END": (
            "error",
            "The revocation list of {issuer} of {this_update} does not say until when it is good",
            "Daftar pencabutan {issuer} tanggal {this_update} tidak menyebutkan batas berlakunya",
        ),
        "CRL_DELTA": (
            "error",
            "The revocation list of {issuer} holds changes only; the complete one is needed",
            "Daftar pencabutan {issuer} hanya memuat perubahan; yang lengkap diperlukan",
        ),
        "CRL_SCOPE": (
            "error",
            "The revocation list of {issuer} does not speak of this certificate ({scope})",
            "Daftar pencabutan {issuer} tidak mencakup sertifikat ini ({scope})",
        ),
        "CRL_CRITICAL_EXTENSION": (
            "error",
            "The revocation list of {issuer} has conditions that this version does not know ({oid})",
            "Daftar pencabutan {issuer} memuat syarat yang tidak dikenal versi ini ({oid})",
        ),
    }
)
