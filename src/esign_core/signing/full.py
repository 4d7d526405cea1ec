"""The full path: documents that the lean writer does not write are read and appended to by pyHanko.

Encrypted for certificates (ISO 32000-2, 7.6.5), or guarded by a message authentication code (ISO/TS 32004). pyHanko
gives the update with its gap, and the token of the code; what is signed, the CMS and the checks of both are ours. Its
clock, its rewriting of metadata and its dry-run signature are left out. Not deterministic: the file identifier, IVs and
the key of a code are dice. One file, though a long one: no other may import pyHanko.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeAlias

from esign_core.algorithms import Hash
from esign_core.document.pages import frame_of, no_page
from esign_core.errors import (
    DocumentLocked,
    EsignError,
    InputError,
    MissingExtra,
    PasswordError,
    PdfError,
    PlacementError,
)
from esign_core.geometry import Page, Rect
from esign_core.pki.cms_build import attribute, signed_attributes
from esign_core.pki.der import object_identifier
from esign_core.signer import Identity, Recipient, ToBeSigned
from esign_core.signing.intent import Approve
from esign_core.signing.order import Order
from esign_core.signing.steps import policy_attribute
from esign_core.signing.values import Level, Prepared, SigningFacts
from esign_core.signing.widget import PRINT_LOCKED, form_xobject

_Writer: TypeAlias = Any  # pyHanko's IncrementalPdfFileWriter, whose types are said in part only
_PDF_MAC_DATA = object_identifier("1.0.32004.1.2")
_MOST_PARENTS = 100  # levels of the page tree


class FullyPrepared(NamedTuple):
    """`unsigned`: from the signature value to the unsigned attributes (DER) that the document asks for."""

    prepared: Prepared
    unsigned: Callable[[bytes], tuple[bytes, ...]]


def prepare_full(pdf: bytes, identity: Identity, order: Order, reserved: int) -> FullyPrepared:
    """As `prepare`, of which every check that needs no look into the document has been made. `reserved`: bytes for the
    CMS.

    MissingExtra without pyHanko. PasswordError (PASSWORD, RECIPIENT) for what does not open the document, PdfError
    (FULL_PATH) for what pyHanko cannot read or is not written here, PlacementError, DocumentLocked.
    """
    if order.copies or order.subfilter not in (None, "ETSI.CAdES.detached") or order.intent != Approve():
        raise PdfError(
            "in this document only a PAdES approval without lock or copies can be signed: save it without encryption",
            code="FULL_PATH",
        )
    with _errors():
        writer = _opened(pdf, order)
        sha256 = hashlib.sha256(pdf).hexdigest()
        name = f"esign_{sha256[:12]}"
        page, rect = _box(writer, order, sha256)
        _require_open(writer, name, visible=rect is not None)
        output, digest, start, end = _written(writer, name, page, rect, order, reserved, identity.mechanism.hash)
    if output[: len(pdf)] != pdf:
        raise PdfError("the document cannot be appended to: save it anew, then sign", code="FULL_PATH")
    mechanism = identity.mechanism
    attributes = signed_attributes(digest, identity.certificate, mechanism.hash, further=policy_attribute(order.claims))
    prepared = Prepared(
        base_length=len(pdf),
        base_sha256=sha256,
        data=output[len(pdf) :],
        gap_start=start + 1 - len(pdf),
        gap_end=end - 1 - len(pdf),
        tbs=ToBeSigned(attributes, mechanism),
        certificate=bytes(identity.certificate),
        chain=tuple(bytes(item) for item in identity.chain),
        facts=SigningFacts(
            field=name,
            page_index=page.index if rect else None,
            rect=rect,
            level=Level.b().name,
            path="full",
            repaired=False,
            sha256_before=sha256,
            sha256_after=None,
            byte_range=(0, start, end, len(output) - end),
        ),
    )
    return FullyPrepared(prepared, lambda value: _unsigned(writer, mechanism.hash, digest, value))


@contextmanager
def _errors() -> Iterator[None]:
    """No exception of pyHanko's, nor of what it stands on, leaves this room."""
    try:
        from pyhanko.pdf_utils.misc import PdfError as TheirError
        from pyhanko.sign.general import SigningError as TheirSigningError
    except ImportError as error:
        raise MissingExtra("this document takes pyHanko to sign: pip install 'esign-core[full]'") from error
    try:
        yield
    except EsignError:
        raise
    except (TheirError, TheirSigningError, ValueError, LookupError, TypeError, NotImplementedError) as error:
        raise PdfError(
            f"the document cannot be signed ({type(error).__name__}): save it anew, or without encryption",
            code="FULL_PATH",
        ) from error


def _opened(pdf: bytes, order: Order) -> _Writer:
    from pyhanko.pdf_utils.crypt import AuthStatus, PubKeySecurityHandler
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfReadError

    class Unchanged(IncrementalPdfFileWriter):
        def _update_meta(self) -> None:
            """Neither Info nor XMP is touched, and no clock is asked."""

    writer: _Writer = Unchanged(io.BytesIO(pdf), strict=False)
    if not isinstance(writer.security_handler, PubKeySecurityHandler):
        if writer.encrypt(order.password or "").status is AuthStatus.FAILED:
            raise PasswordError(
                "the password does not open the document, or its authentication code is wrong", code="PASSWORD"
            )
        return writer
    if order.recipient is None:
        raise PasswordError(
            "the document is encrypted for certificates: pass the recipient whose key opens it", code="RECIPIENT"
        )
    try:
        failed = writer.encrypt_pubkey(_credential(order.recipient)).status is AuthStatus.FAILED
    except PdfReadError as error:  # the recipient could not open the envelope
        raise _not_for_this_one() from error
    if failed:
        raise _not_for_this_one()
    return writer


def _not_for_this_one() -> PasswordError:
    return PasswordError("the document is not encrypted for this recipient's certificate", code="RECIPIENT")


def _credential(recipient: Recipient) -> Any:
    from asn1crypto import cms, x509
    from pyhanko.pdf_utils.crypt import EnvelopeKeyDecrypter

    class Credential(EnvelopeKeyDecrypter):
        @property
        def cert(self) -> x509.Certificate:
            return x509.Certificate.load(recipient.certificate)

        def decrypt(self, encrypted_key: bytes, algo_params: cms.KeyEncryptionAlgorithm) -> bytes:
            if algo_params["algorithm"].native != "rsaes_pkcs1v15":
                raise NotImplementedError("a key in another envelope than RSA's")
            return recipient.decrypt(encrypted_key)

    return Credential()


# ---- where


def _box(writer: _Writer, order: Order, sha256: str) -> tuple[Page, Rect | None]:
    placement, appearance = order.placement, order.appearance
    if placement is not None and placement.page_index is None:
        raise PlacementError(
            "in this document a field that is there cannot be filled: sign in a new one", code="FULL_PATH"
        )
    count = int(writer.root["/Pages"]["/Count"])
    index = 0 if placement is None or placement.page_index is None else placement.page_index
    index = count - 1 if index == -1 else index
    if not 0 <= index < count:
        raise no_page(index, count)
    page = _page(writer, index)
    if placement is None:
        return page, None
    if placement.treatment != "leave":
        raise PlacementError("in this document a tag can only be left: sign with treatment='leave'", code="TREATMENT")
    if placement.document_sha256 not in (None, sha256):
        raise InputError(
            "the position was computed on another document than this one: search the tag again", code="OTHER_DOCUMENT"
        )
    return page, placement.resolve(page, appearance.aspect if appearance else None, _taken(writer, index))


def _page(writer: _Writer, index: int) -> Page:
    entries = writer.find_page_for_modification(index)[0].get_object()
    media, crop = (_rect(_inherited(entries, key)) for key in ("/MediaBox", "/CropBox"))
    return frame_of(index, media, crop, _number(_inherited(entries, "/Rotate")), _number(_held(entries, "/UserUnit")))


def _number(value: Any) -> float | None:
    """pyHanko's numbers are not all Python's."""
    return None if value is None else float(value)


def _held(entries: Any, key: str) -> Any:
    """A value, decrypted; None without one. What pyHanko's `get` gives is not decrypted."""
    return entries[key] if key in entries.keys() else None  # noqa: SIM118


def _inherited(entries: Any, key: str) -> Any:
    for _ in range(_MOST_PARENTS):
        if (value := _held(entries, key)) is not None:
            return value
        if "/Parent" not in entries:
            return None
        entries = entries["/Parent"]
    return None


def _rect(value: Any) -> Rect | None:
    if value is None:
        return None
    x0, y0, x1, y1 = (float(side) for side in value)
    return Rect(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)) if x0 != x1 and y0 != y1 else None


def _taken(writer: _Writer, index: int) -> list[tuple[str, Rect]]:
    from pyhanko.sign.fields import enumerate_sig_fields

    page = writer.find_page_for_modification(index)[0].reference
    found = []
    for name, _, field in enumerate_sig_fields(writer):
        entries = field.get_object()
        for widget in _held(entries, "/Kids") or [entries]:
            box = _rect(_held(widget, "/Rect"))
            if box is not None and "/P" in widget and widget.raw_get("/P").reference == page:
                found.append((name, box))
    return found


def _require_open(writer: _Writer, name: str, *, visible: bool) -> None:
    """DocumentLocked where an earlier signature forbids the new field, as document/locks.py has it."""
    from pyhanko.sign.fields import MDPPerm

    for signature in writer.prev.embedded_regular_signatures:
        level, lock = signature.docmdp_level, signature.fieldmdp
        if level is MDPPerm.NO_CHANGES or (visible and level is not None) or (lock and lock.is_locked(name)):
            raise DocumentLocked(
                f"the signature in field {signature.field_name!r} forbids this change: sign a copy from before it",
                field=signature.field_name,
            )


# ---- what


def _written(
    writer: _Writer, name: str, page: Page, rect: Rect | None, order: Order, reserved: int, hash: Hash
) -> tuple[bytes, bytes, int, int]:
    """The document with its gap, its digest, and where the string of /Contents begins and ends."""
    from pyhanko.pdf_utils.crypt import pdfmac
    from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
    from pyhanko.sign.signers.pdf_byterange import BuildProps, SignatureObject

    claims = order.claims
    box: Any = (rect.x0, rect.y0, rect.x1, rect.y1) if rect else None
    embedder: Any = PdfCMSEmbedder(SigFieldSpec(name, on_page=page.index, box=box)).write_cms(name, writer)
    field = next(embedder).get_object()
    flags = {"/F": b"%d" % PRINT_LOCKED}
    if rect is not None:
        form = writer.add_object(_stream(form_xobject(order.appearance, page, rect), writer))
        flags["/AP"] = b"<</N %d %d R>>" % (form.idnum, form.generation)
    field |= _parsed(writer, flags)
    value = SignatureObject(
        timestamp=order.signing_time,
        subfilter=SigSeedSubFilter.PADES,
        name=claims.name,
        location=claims.location,
        reason=claims.reason,
        contact_info=claims.contact,
        app_build_props=BuildProps("esign_core"),
        bytes_reserved=2 * reserved,
    )
    signature = embedder.send(SigObjSetup(sig_placeholder=value))
    if writer.security_handler is not None and writer.security_handler.pdf_mac_enabled:
        writer.register_extension(pdfmac.ISO32004)
        code = b"<</MACLocation/AttachedToSig/SigObjRef %d %d R>>" % (signature.idnum, signature.generation)
        for key, entry in _parsed(writer, {"/AuthCode": code}).items():
            writer.set_custom_trailer_entry(key, entry)
    prepared, output = embedder.send(SigIOSetup(md_algorithm=hash, output=io.BytesIO()))
    return output.getvalue(), prepared.document_digest, prepared.reserved_region_start, prepared.reserved_region_end


def _parsed(writer: _Writer, entries: Mapping[str, bytes]) -> Any:
    """A dictionary of pyHanko's from values as PDF text."""
    from pyhanko.pdf_utils import generic

    text = b"<<%s>>" % b"".join(b"%s %s" % (key.encode("ascii"), value) for key, value in entries.items())
    return generic.DictionaryObject.read_from_stream(io.BytesIO(text), generic.Reference(0, 0, writer))


def _stream(text: bytes, writer: _Writer) -> Any:
    """A stream as the lean path writes it, as an object of pyHanko's."""
    from pyhanko.pdf_utils import generic

    head, _, data = text.partition(b"\nstream\n")
    entries = generic.DictionaryObject.read_from_stream(io.BytesIO(head), generic.Reference(0, 0, writer))
    del entries["/Length"]
    return generic.StreamObject(entries, encoded_data=data[: -len(b"\nendstream")])


def _unsigned(writer: _Writer, hash: str, digest: bytes, value: bytes) -> tuple[bytes, ...]:
    """The token of the authentication code over document and signature (ISO/TS 32004, 5.5), where there is one."""
    if writer.security_handler is None or not writer.security_handler.pdf_mac_enabled:
        return ()
    with _errors():
        token = writer._init_mac_handler(hash).build_pdfmac_token(
            document_digest=digest, signature_digest=hashlib.new(hash, value).digest()
        )
    return (attribute(_PDF_MAC_DATA, token.dump()),)


def read_back_full(signed: bytes, prepared: Prepared, order: Order) -> bool:
    """Does the newest signature, as pyHanko reads it, hold our field, over all of the document?"""
    with _errors():
        latest = _opened(signed, order).prev.embedded_regular_signatures[-1]
        latest.compute_integrity_info()
        found = tuple(int(number) for number in latest.sig_object["/ByteRange"])
        whole = latest.coverage.name == "ENTIRE_FILE"
        return latest.field_name == prepared.facts.field and found == prepared.facts.byte_range and whole
