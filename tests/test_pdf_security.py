"""Encrypted files: every revision and key length, by user and owner password, against qpdf object by object."""

from __future__ import annotations

import hashlib
import io
import pickle
import traceback
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers import algorithms
from cryptography.hazmat.primitives.ciphers import Cipher

import esign_core as es
from corpus.byhand import ONE_PAGE, stream_file, table_file
from esign_core.errors import LimitExceeded, PasswordError, PdfError
from esign_core.limits import Limits
from esign_core.pdf import ciphers, text_encoding
from esign_core.pdf.lenient import LenientFile
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Ref, Stream
from tests import oracle, oracle_peers
from tests.conftest import corpus_file

SECRET, OWNER = "rahasia", "pemilik"
PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
WAYS: dict[str, dict[str, Any]] = {
    "R2": {"R": 2, "aes": False, "metadata": False},
    "R3": {"R": 3, "aes": False, "metadata": False},
    "R4 RC4": {"R": 4, "aes": False, "metadata": False},
    "R4 AES": {"R": 4, "aes": True},
    "R4 AES, clear metadata": {"R": 4, "aes": True, "metadata": False},
    "R5": {"R": 5},
    "R6": {"R": 6},
    "R6, clear metadata": {"R": 6, "metadata": False},
}
FILES = ("surat.pdf", "surat_objstm.pdf", "surat_pdfa.pdf", "form_direct.pdf", "update_table_2.pdf")


@cache
def encrypted(way: str, name: str = "surat.pdf", user: str = SECRET, owner: str = OWNER) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(corpus_file(name))) as pdf, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pikepdf warns of revisions that are deprecated
        pdf.docinfo["/Title"] = "Surat (rahasia)"
        kept = pikepdf.ObjectStreamMode.preserve
        pdf.save(output, encryption=pikepdf.Encryption(user=user, owner=owner, **WAYS[way]), object_stream_mode=kept)
    return output.getvalue()


def code_of(pdf: bytes, password: str | None = None, **changed: Any) -> str:
    try:
        with PdfFile(pdf, password=password, **changed) as file:
            assert file.catalog
            return ""
    except PdfError as error:
        return error.code


# ---- against qpdf


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("way", WAYS)
def test_every_object_is_what_qpdf_says(way: str, name: str, tmp_path: Path) -> None:
    """Strings, contents, form fields: all that the oracle compares of files that are not encrypted."""
    path = tmp_path / name
    path.write_bytes(encrypted(way, name))
    with PdfFile(path.read_bytes(), password=SECRET) as file:
        found = dict(oracle.differences_of(file, oracle_peers.QpdfView.of(path, SECRET)))
        assert not {kind for kind, text in found.items() if "Authentication failed" not in text}  # pyHanko's, of R5
        assert file.encrypted


@pytest.mark.parametrize("way", WAYS)
def test_every_stream_is_what_pikepdf_says(way: str) -> None:
    pdf = encrypted(way, "surat_pdfa.pdf")
    metadata = 0
    with PdfFile(pdf, password=SECRET) as file, pikepdf.open(io.BytesIO(pdf), password=SECRET) as theirs:
        for item in theirs.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Type") not in ("/XRef", "/ObjStm"):
                ours = file.resolve(Ref(*item.objgen))
                assert isinstance(ours, Stream)
                assert file.data(ours) == item.read_bytes()
                metadata += ours.entries.get("Type") == "Metadata"
    assert metadata
    assert (b"<x:xmpmeta" in pdf) is (WAYS[way]["R"] >= 4 and WAYS[way].get("metadata") is False)


@pytest.mark.parametrize("way", WAYS)
def test_the_tag_in_an_encrypted_letter(way: str) -> None:
    plain = es.find_tags(corpus_file("surat.pdf"), "#")
    for password in (SECRET, OWNER):
        found = es.find_tags(encrypted(way), "#", password=password)
        assert [match.rect for match in found] == [match.rect for match in plain]
        assert not found.warnings


@pytest.mark.parametrize("way", WAYS)
def test_passwords(way: str) -> None:
    assert code_of(encrypted(way), SECRET) == code_of(encrypted(way), OWNER) == ""
    assert [code_of(encrypted(way), wrong) for wrong in (None, "", "x", SECRET + "x")] == ["PASSWORD"] * 4
    open_to_all = encrypted(way, user="")
    assert [code_of(open_to_all, any_one) for any_one in (None, "", OWNER, "x")] == [""] * 4


@pytest.mark.parametrize("size", range(5, 17))
def test_rc4_keys_of_every_length(size: int, tmp_path: Path) -> None:
    """qpdf reads all of these lengths by the user password, PDFium by both passwords: they judge what is made here.

    By the owner password qpdf and MuPDF read 128 bits only: they cut each of the 50 hashes, the standard cuts the last.
    """
    path = tmp_path / "file.pdf"
    path.write_bytes(by_hand(size))
    for password in (SECRET, OWNER):
        pypdfium2.PdfDocument(path, password=password).close()
        with PdfFile(path.read_bytes(), password=password) as file:
            stream = file.resolve(Ref(4, 0))
            assert isinstance(stream, Stream)
            assert file.data(stream) == CONTENT
            assert file.get(file.catalog[1], "Said") == b"hello"
            found = dict(oracle.differences_of(file, oracle_peers.QpdfView.of(path, SECRET)))
            assert not {
                kind for kind, text in found.items() if "Invalid key size" not in text
            }  # as pypdf and pyHanko say


CONTENT = b"BT /F1 12 Tf (#) Tj ET"


def by_hand(
    size: int,
    *,
    entries: str = "",
    told: int | None = None,
    crypt: bool = False,
    user_password: str = SECRET,
    identifier: bytes = b"0123456789abcdef",
) -> bytes:
    """A file with RC4 keys of that many bytes (ISO 32000-2, algorithms 1 to 5), for OWNER and a password in UTF-8."""

    def md5(data: bytes, times: int, cut: int = 16) -> bytes:
        for _ in range(times + 1):
            data = hashlib.md5(data[:cut] if len(data) == 16 else data).digest()
        return data

    def twenty(key: bytes, data: bytes) -> bytes:
        for step in range(20):
            data = ciphers.own_rc4(bytes(byte ^ step for byte in key), data)
        return data

    padded = (user_password.encode() + PADDING)[:32]
    owner = twenty(md5((OWNER.encode() + PADDING)[:32], 50)[:size], padded)
    permissions = (-4 & 0xFFFFFFFF).to_bytes(4, "little")
    key = md5(padded + owner + permissions + identifier, 50, size)[:size]
    user = twenty(key, hashlib.md5(PADDING + identifier).digest()) + bytes(16)

    def sealed(number: int, data: bytes) -> bytes:
        own = hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[: min(size + 5, 16)]
        return ciphers.own_rc4(own, data)

    data = CONTENT if crypt else sealed(4, CONTENT)
    said = sealed(1, b"hello").hex()
    objects = {
        1: f"<</Type/Catalog/Pages 2 0 R/Said<{said}>>>",
        2: ONE_PAGE[2],
        3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 200]/Contents 4 0 R>>",
        4: b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), b"/Filter/Crypt" if crypt else b"", data),
    }
    lock = entries or f"/V 2/R 3/Length {8 * size if told is None else told}"
    told_all = f"<</Filter/Standard/P -4/O<{owner.hex()}>/U<{user.hex()}>{lock}>>"
    return table_file(objects, trailer=f"/Root 1 0 R/ID[<{identifier.hex()}><00>]/Encrypt{told_all}")


@pytest.mark.parametrize(("size", "told"), [(16, 16), (5, 0), (16, 0), (16, 12345678), (16, -8), (5, 48), (9, 9)])
def test_a_key_length_told_wrongly(size: int, told: int) -> None:
    assert code_of(by_hand(size, told=told), SECRET) == ""


@pytest.mark.parametrize("length", range(1, 33))
def test_our_rc4_is_that_of_cryptography(length: int) -> None:
    key, data = hashlib.sha256(bytes((length,))).digest()[:length], bytes(range(256)) * 3
    ours = ciphers.own_rc4(key, data)
    assert ciphers.own_rc4(key, ours) == data
    assert ciphers.rc4(key, data) == ours
    if 8 * length in algorithms.ARC4.key_sizes:
        assert Cipher(algorithms.ARC4(key), mode=None).encryptor().update(data) == ours


def test_rc4_where_openssl_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(key: bytes) -> object:
        raise UnsupportedAlgorithm("no RC4 here")

    monkeypatch.setattr(algorithms, "ARC4", refuse)
    assert code_of(encrypted("R3"), SECRET) == ""


# ---- passwords in other scripts


@pytest.mark.parametrize("password", ["“kata”", "ÄÖÜß", "€1", "•"])
def test_old_passwords_are_in_pdfdocencoding(password: str) -> None:
    assert code_of(encrypted("R4 AES", user=password), password) == ""
    assert code_of(encrypted("R4 AES", user=password), password[:-1] + "'") == "PASSWORD"


def test_old_passwords_count_to_32_bytes() -> None:
    assert code_of(encrypted("R4 AES", user="x" * 32), "x" * 40) == ""
    assert code_of(encrypted("R4 AES", user="x" * 32), "x" * 31) == "PASSWORD"


def test_old_passwords_in_utf8_are_tried_too() -> None:
    assert code_of(by_hand(16, user_password="密码"), "密码") == ""
    assert code_of(by_hand(16, user_password="密码"), "密") == "PASSWORD"


def test_text_in_pdfdocencoding() -> None:
    assert text_encoding.encode("a“ä€") == b"a\x8d\xe4\xa0"
    assert text_encoding.encode("密") is None
    assert text_encoding.encode("\x80") is None
    assert text_encoding.encode("\xa0") is None


@pytest.mark.parametrize(("typed", "prepared"), [("Ⅸ", "IX"), ("I\u00adX", "IX"), ("a\u00a0b", "a b"), ("ü", "ü")])
def test_new_passwords_go_through_saslprep(typed: str, prepared: str) -> None:
    """qpdf takes a password as it is; so the one it locked with is opened by what SASLprep turns into it."""
    assert code_of(encrypted("R6", user=prepared), typed) == ""
    assert code_of(encrypted("R6", user=typed), typed) == ""


def test_new_passwords_count_to_127_bytes() -> None:
    pdf = encrypted("R6", user="y" * 127)
    assert code_of(pdf, "y" * 200) == ""
    assert code_of(pdf, "y" * 126) == "PASSWORD"


@pytest.mark.parametrize("way", ["R3", "R6"])
@pytest.mark.parametrize("password", ["\ud800", "\0", "?", "密" * 5000])
def test_passwords_that_nobody_locks_with(way: str, password: str) -> None:
    assert code_of(encrypted(way, user="?"), password) == ("" if password == "?" else "PASSWORD")


@pytest.mark.parametrize("way", ["R3", "R6"])
def test_no_secret_is_shown(way: str) -> None:
    wrong = "sal" + "ah-\ud800"
    with pytest.raises(PasswordError) as caught:
        PdfFile(encrypted(way), password=wrong)
    error = pickle.loads(pickle.dumps(caught.value))
    assert "salah" not in "".join(traceback.format_exception(caught.value)) + repr(error) + repr(error.__dict__)
    assert caught.value.__context__ is None
    with PdfFile(encrypted(way), password=SECRET) as file:
        assert SECRET not in repr(file) + repr(file.security)


# ---- what is not encrypted, and what is not decrypted


def test_nothing_is_decrypted_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams when their data is asked for, strings with the object that holds them."""
    asked: list[bytes] = []
    with PdfFile(by_hand(16), password=SECRET) as file:
        decrypt = ciphers.rc4
        monkeypatch.setattr("esign_core.pdf.security.rc4", lambda key, data: asked.append(data) or decrypt(key, data))
        assert all(file.load(Ref(number, 0)) for number in (2, 3, 4))
        assert not asked
        assert file.catalog[1]["Said"] == b"hello"
        assert len(asked) == 1


def test_cross_reference_streams_are_not_encrypted() -> None:
    with PdfFile(encrypted("R6", "surat_objstm.pdf"), password=SECRET) as file:
        section = file.sections[0]
        stream = file.resolve(Ref(int(bytes(file.buffer[section.start : section.start + 9]).split()[0]), 0))
        assert isinstance(stream, Stream)
        assert file.data(stream) == section.data
        assert stream.entries["ID"] == section.trailer["ID"]


@pytest.mark.parametrize("method", ["/Identity", "/StdCF"])
def test_crypt_filters_of_streams(method: str) -> None:
    told = by_hand(16, entries="/V 4/R 4/CF<</StdCF<</CFM/V2/Length 16>>>>/StmF/StdCF/StrF/StdCF", crypt=True)
    pdf = told if method == "/Identity" else told.replace(b"/Filter/Crypt", b"/Filter/Crypt/DecodeParms<</Name/StdCF>>")
    with PdfFile(rebuilt(pdf), password=SECRET) as file:
        stream = file.resolve(Ref(4, 0))
        assert isinstance(stream, Stream)
        assert (file.data(stream) == CONTENT) is (method == "/Identity")
        assert file.get(file.catalog[1], "Said") == b"hello"


def rebuilt(pdf: bytes) -> bytes:
    """The file with its startxref where the table is."""
    head, _, _ = pdf.partition(b"startxref")
    return head + b"startxref\n%d\n%%%%EOF\n" % head.index(b"xref\n0 ")


def test_an_unknown_crypt_filter_of_a_stream() -> None:
    pdf = by_hand(16, entries="/V 4/R 4/CF<</StdCF<</CFM/V2>>>>/StmF/StdCF/StrF/StdCF", crypt=True)
    with PdfFile(
        rebuilt(pdf.replace(b"/Filter/Crypt", b"/Filter/Crypt/DecodeParms<</Name/X>>")), password=SECRET
    ) as file:
        stream = file.resolve(Ref(4, 0))
        assert isinstance(stream, Stream)
        with pytest.raises(PdfError) as caught:
            file.data(stream)
    assert caught.value.code == "ENCRYPTION_UNSUPPORTED"


def test_signature_contents_are_not_encrypted() -> None:
    pdf = encrypted_with("/Type/Sig/Contents<00112233>/Reason(kept secret)")
    with PdfFile(pdf, password=SECRET) as file:
        value = file.get(file.catalog[1], "Value")
        assert isinstance(value, dict)
        assert value["Reason"] == b"kept secret"
        assert value["Contents"] == b"\x00\x11\x22\x33"


@cache
def encrypted_with(entries: str) -> bytes:
    """By qpdf: a catalog with a dictionary of these entries."""
    output = io.BytesIO()
    text = f"<</Type/Catalog/Pages 2 0 R/Value<<{entries}/ByteRange[0 1 2 3]>>>>"
    with pikepdf.open(io.BytesIO(table_file({**ONE_PAGE, 1: text}))) as pdf:
        pdf.save(output, encryption=pikepdf.Encryption(user=SECRET, owner=OWNER, R=6))
    return output.getvalue()


# ---- what is refused


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ("", "ENCRYPTION_UNSUPPORTED"),
        ("/Filter/Adobe.PubSec/V 4/R 4", "ENCRYPTION_PUBLIC_KEY"),
        ("/Filter/Other/V 4/R 4", "ENCRYPTION_UNSUPPORTED"),
        ("/Filter/Standard/V 3/R 3", "ENCRYPTION_UNSUPPORTED"),
        ("/Filter/Standard/V 6/R 7", "ENCRYPTION_UNSUPPORTED"),
        ("/Filter/Standard/V 5/R 4", "ENCRYPTION_UNSUPPORTED"),
        ("/Filter/Standard/V(x)/R 3", "ENCRYPTION_UNSUPPORTED"),
        ("/Filter/Standard/V 2/R true", "ENCRYPTION_UNSUPPORTED"),
        ("/Filter/Standard/V 4/R 4/StmF/X", "ENCRYPTION_UNSUPPORTED"),
        ("/Filter/Standard/V 4/R 4/StmF 5", "ENCRYPTION_UNSUPPORTED"),
        ("/Filter/Standard/V 4/R 4/CF<</X 5>>/StmF/Y", "ENCRYPTION_UNSUPPORTED"),
        ("/Filter/Standard/V 4/R 4/CF<</X<</CFM/AESV3>>>>/StmF/X", "ENCRYPTION_UNSUPPORTED"),
        ("/Filter/Standard/V 5/R 6/CF<</X<</CFM/V2>>>>/StrF/X", "ENCRYPTION_UNSUPPORTED"),
        ("/Filter/Standard/V 2/R 3", "ENCRYPTION_DAMAGED"),
        ("/Filter/Standard/V 2/R 3/O 5/U()", "ENCRYPTION_DAMAGED"),
        ("/Filter/Standard/V 5/R 6/O()/U()/OE()", "ENCRYPTION_DAMAGED"),
        ("/Filter/Standard/V 2/R 3/O()/U()", "PASSWORD"),
        ("/Filter/Standard/V 5/R 6/O()/U()/OE()/UE()/CF<</X<</CFM/AESV3>>>>/StmF/X", "PASSWORD"),
    ],
)
def test_what_cannot_be_opened(entries: str, code: str) -> None:
    for make, told in ((table_file, "trailer"), (stream_file, "entries")):
        assert code_of(make(ONE_PAGE, **{told: f"/Root 1 0 R/Encrypt<<{entries}>>"})) == code  # type: ignore[operator]
        objects = {**ONE_PAGE, 4: f"<<{entries}>>"}
        assert code_of(make(objects, **{told: "/Root 1 0 R/Encrypt 4 0 R"})) == code  # type: ignore[operator]


@pytest.mark.parametrize("encrypt", ["9 0 R", "5", "[]", "null "])
def test_an_encryption_dictionary_that_is_none(encrypt: str) -> None:
    code = "" if encrypt == "null " else "ENCRYPTION_DAMAGED"
    assert code_of(table_file(ONE_PAGE, trailer=f"/Root 1 0 R/Encrypt {encrypt}")) == code


def test_an_encryption_dictionary_that_refers_to_itself() -> None:
    objects = {**ONE_PAGE, 4: "<</Filter/Standard/V 4/R 4/CF 4 0 R/StmF/CF>>", 5: "5 0 R"}
    assert code_of(table_file(objects, trailer="/Root 1 0 R/Encrypt 4 0 R")) == "ENCRYPTION_DAMAGED"
    with pytest.raises(LimitExceeded):
        PdfFile(table_file(objects, trailer="/Root 1 0 R/Encrypt 5 0 R"))


def test_only_an_embedded_file_is_encrypted() -> None:
    """Then a password is wanted when that is read, and not before; a wrong one is refused at once."""
    lock = "/V 4/R 4/CF<</StdCF<</CFM/V2/Length 16>>>>/EFF/StdCF"
    pdf = rebuilt(by_hand(16, entries=lock).replace(b"<</Length 22", b"<</Type/EmbeddedFile/Length 22"))
    assert code_of(pdf, "wrong") == "PASSWORD"
    with PdfFile(pdf) as file:
        assert file.catalog
        stream = file.resolve(Ref(4, 0))
        assert isinstance(stream, Stream)
        with pytest.raises(PasswordError):
            file.data(stream)
    with PdfFile(pdf, password=SECRET) as file:
        stream = file.resolve(Ref(4, 0))
        assert isinstance(stream, Stream)
        assert file.data(stream) == CONTENT


def test_decryption_counts_against_the_limits() -> None:
    with pytest.raises(LimitExceeded), PdfFile(by_hand(16), Limits(decoded_bytes=21), password=SECRET) as file:
        stream = file.resolve(Ref(4, 0))
        assert isinstance(stream, Stream)
        file.data(stream)


# ---- AES data that is not in order


KEY, IV = bytes(range(16)), bytes(16)


@pytest.mark.parametrize(
    ("plain", "more", "expected", "in_order"),
    [
        (b"x" * 15 + b"\1", b"", b"x" * 15, True),
        (b"\x10" * 16, b"", b"", True),
        (b"x" * 16 + b"\x10" * 16, b"", b"x" * 16, True),
        (b"x" * 15 + b"\0", b"", b"x" * 15 + b"\0", False),
        (b"x" * 15 + b"\x11", b"", b"x" * 15 + b"\x11", False),
        (b"x" * 14 + b"\1\2", b"", b"x" * 14 + b"\1\2", False),
        (b"x" * 15 + b"\1", b"more", b"x" * 15, False),
    ],
)
def test_aes_padding(plain: bytes, more: bytes, expected: bytes, in_order: bool) -> None:
    data = IV + ciphers.aes_cbc(KEY, IV, plain, encrypt=True) + more
    assert ciphers.aes_decrypt(KEY, data) == (expected, in_order)


def test_aes_of_nothing() -> None:
    assert ciphers.aes_decrypt(KEY, b"") == (b"", True)
    assert ciphers.aes_decrypt(KEY, IV) == (b"", True)
    assert ciphers.aes_decrypt(KEY, b"short") == (b"", False)


def test_damaged_aes_is_refused_or_read_as_far_as_it_goes() -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(corpus_file("surat.pdf"))) as pdf:
        pdf.Root.Kept = pdf.make_stream(b"x" * 40)
        pdf.save(output, encryption=pikepdf.Encryption(user=SECRET, owner=OWNER, R=6), compress_streams=False)
    with PdfFile(output.getvalue(), password=SECRET) as file:
        stream = file.get(file.catalog[1], "Kept")
        assert isinstance(stream, Stream)
        raw = bytes(file.raw_data(stream))
    damaged = output.getvalue().replace(raw, raw[:-1] + bytes((raw[-1] ^ 1,)))
    with PdfFile(damaged, password=SECRET) as file, pytest.raises(PdfError) as caught:
        file.data(stream)
    assert caught.value.code == "ENCRYPTION_DAMAGED"
    with LenientFile(damaged, password=SECRET) as file:
        assert file.data(stream)[:32] == b"x" * 32
