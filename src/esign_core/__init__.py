"""esign_core: find the tag, place the box, draw it, sign it (PAdES), judge it. Bytes in, values out.

Every public name is here, and nothing heavy is imported before a name is used. Homes for keys are submodules:
`esign_core.signers.pkcs12`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from esign_core.version import __version__ as __version__

if TYPE_CHECKING:
    from esign_core.algorithms import Hash as Hash
    from esign_core.algorithms import Mechanism as Mechanism
    from esign_core.appearance.drawing import Appearance as Appearance
    from esign_core.appearance.qr_code import qr as qr
    from esign_core.content.match import Found as Found
    from esign_core.content.match import TagMatch as TagMatch
    from esign_core.content.match import TagOptions as TagOptions
    from esign_core.content.search import find_all as find_all
    from esign_core.content.search import find_tags as find_tags
    from esign_core.document.overview import FieldInfo as FieldInfo
    from esign_core.document.overview import Overview as Overview
    from esign_core.document.overview import inspect as inspect
    from esign_core.errors import AppearanceError as AppearanceError
    from esign_core.errors import CertificateUnfit as CertificateUnfit
    from esign_core.errors import CredentialRejected as CredentialRejected
    from esign_core.errors import DocumentLocked as DocumentLocked
    from esign_core.errors import EsignError as EsignError
    from esign_core.errors import InputError as InputError
    from esign_core.errors import LimitExceeded as LimitExceeded
    from esign_core.errors import MissingExtra as MissingExtra
    from esign_core.errors import PasswordError as PasswordError
    from esign_core.errors import PdfError as PdfError
    from esign_core.errors import PlacementError as PlacementError
    from esign_core.errors import SignerError as SignerError
    from esign_core.errors import SignerUnavailable as SignerUnavailable
    from esign_core.errors import SigningError as SigningError
    from esign_core.errors import SpaceExceeded as SpaceExceeded
    from esign_core.errors import TagAmbiguous as TagAmbiguous
    from esign_core.errors import TagNotFound as TagNotFound
    from esign_core.errors import TimestampError as TimestampError
    from esign_core.errors import TransportError as TransportError
    from esign_core.finding import Finding as Finding
    from esign_core.finding import Json as Json
    from esign_core.geometry import Page as Page
    from esign_core.geometry import Rect as Rect
    from esign_core.geometry import ViewRect as ViewRect
    from esign_core.limits import Limits as Limits
    from esign_core.pdf.values import Pdf as Pdf
    from esign_core.place.at import Side as Side
    from esign_core.place.at import at_corner as at_corner
    from esign_core.place.at import at_field as at_field
    from esign_core.place.at import at_rect as at_rect
    from esign_core.place.at import at_tag as at_tag
    from esign_core.place.at import at_view as at_view
    from esign_core.place.boxes import Anchor as Anchor
    from esign_core.place.cell import at_cell as at_cell
    from esign_core.place.placement import Placement as Placement
    from esign_core.place.placement import Treatment as Treatment
    from esign_core.place.space import suggest_space as suggest_space
    from esign_core.policy import Evidence as Evidence
    from esign_core.policy import Policy as Policy
    from esign_core.policy import SigningPolicy as SigningPolicy
    from esign_core.policy import Trust as Trust
    from esign_core.signer import AsyncBatchSigner as AsyncBatchSigner
    from esign_core.signer import AsyncSigner as AsyncSigner
    from esign_core.signer import BatchSigner as BatchSigner
    from esign_core.signer import Identity as Identity
    from esign_core.signer import Recipient as Recipient
    from esign_core.signer import SecretsHandler as SecretsHandler
    from esign_core.signer import Signer as Signer
    from esign_core.signer import ToBeSigned as ToBeSigned
    from esign_core.signing.drivers import asign as asign
    from esign_core.signing.drivers import sign as sign
    from esign_core.signing.intent import Approve as Approve
    from esign_core.signing.intent import Certify as Certify
    from esign_core.signing.intent import Claims as Claims
    from esign_core.signing.intent import Lock as Lock
    from esign_core.signing.intent import SignaturePolicy as SignaturePolicy
    from esign_core.signing.steps import complete as complete
    from esign_core.signing.steps import prepare as prepare
    from esign_core.signing.values import Level as Level
    from esign_core.signing.values import Prepared as Prepared
    from esign_core.signing.values import Signed as Signed
    from esign_core.signing.values import SigningFacts as SigningFacts
    from esign_core.signing.values import Update as Update
    from esign_core.transport import AsyncTimestamper as AsyncTimestamper
    from esign_core.transport import AsyncTransport as AsyncTransport
    from esign_core.transport import Request as Request
    from esign_core.transport import Response as Response
    from esign_core.transport import Timestamper as Timestamper
    from esign_core.transport import Transport as Transport
    from esign_core.verifying.report import Conclusion as Conclusion
    from esign_core.verifying.report import Indication as Indication
    from esign_core.verifying.report import Report as Report
    from esign_core.verifying.report import Revision as Revision
    from esign_core.verifying.report import SignatureReport as SignatureReport
    from esign_core.verifying.report import TimestampReport as TimestampReport
    from esign_core.verifying.verifier import signed_revision as signed_revision
    from esign_core.verifying.verifier import verify as verify


_HOMES = {
    "algorithms": "Hash Mechanism",
    "appearance.drawing": "Appearance",
    "appearance.qr_code": "qr",
    "content.match": "Found TagMatch TagOptions",
    "content.search": "find_all find_tags",
    "document.overview": "FieldInfo Overview inspect",
    "errors": "AppearanceError CertificateUnfit CredentialRejected DocumentLocked EsignError InputError LimitExceeded "
    "MissingExtra PasswordError PdfError PlacementError SignerError SignerUnavailable SigningError SpaceExceeded "
    "TagAmbiguous TagNotFound TimestampError TransportError",
    "finding": "Finding Json",
    "geometry": "Page Rect ViewRect",
    "limits": "Limits",
    "pdf.values": "Pdf",
    "place.at": "Side at_corner at_field at_rect at_tag at_view",
    "place.boxes": "Anchor",
    "place.cell": "at_cell",
    "place.placement": "Placement Treatment",
    "place.space": "suggest_space",
    "policy": "Evidence Policy SigningPolicy Trust",
    "signer": "AsyncBatchSigner AsyncSigner BatchSigner Identity Recipient SecretsHandler Signer ToBeSigned",
    "signing.drivers": "asign sign",
    "signing.intent": "Approve Certify Claims Lock SignaturePolicy",
    "signing.steps": "complete prepare",
    "signing.values": "Level Prepared Signed SigningFacts Update",
    "transport": "AsyncTimestamper AsyncTransport Request Response Timestamper Transport",
    "verifying.report": "Conclusion Indication Report Revision SignatureReport TimestampReport",
    "verifying.verifier": "signed_revision verify",
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> object:
    module = _HOME_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
