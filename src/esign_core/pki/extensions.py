"""The extensions of a certificate that path building, revocation and the report use (RFC 5280, 4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

# RFC 5280, 4.2.1.3, by the names that cryptography gives the bits
_KEY_USAGES: Mapping[str, str] = MappingProxyType(
    {
        "digital_signature": "digitalSignature",
        "content_commitment": "nonRepudiation",
        "key_encipherment": "keyEncipherment",
        "data_encipherment": "dataEncipherment",
        "key_agreement": "keyAgreement",
        "key_cert_sign": "keyCertSign",
        "crl_sign": "cRLSign",
    }
)

# Critical ones that path building and the judge take into account, or that restrict nothing here (alternative names,
# key identifiers). Policy constraints, mappings and inhibitAnyPolicy are not among them: they are not judged.
_UNDERSTOOD = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.NAME_CONSTRAINTS,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.ISSUER_ALTERNATIVE_NAME,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
    }
)


@dataclass(frozen=True, slots=True)
class Extensions:
    """The extensions that are used; cryptography has refused what is malformed or there twice."""

    key_usage: frozenset[str] | None = None
    ext_key_usage: tuple[str, ...] | None = None
    ext_key_usage_critical: bool = False
    is_ca: bool = False
    path_length: int | None = None
    subject_key_id: bytes | None = None
    authority_key_id: bytes | None = None
    policies: tuple[str, ...] = ()
    name_constraints: bool = False
    unknown_critical: tuple[str, ...] = ()
    crl_points: tuple[str, ...] = ()

    @classmethod
    def read(cls, extensions: x509.Extensions) -> Extensions:
        found: dict[str, object] = {}
        unknown = []
        for extension in extensions:
            value = extension.value
            if extension.critical and extension.oid not in _UNDERSTOOD:
                unknown.append(extension.oid.dotted_string)
            elif isinstance(value, x509.KeyUsage):
                found["key_usage"] = frozenset(name for bit, name in _KEY_USAGES.items() if getattr(value, bit))
            elif isinstance(value, x509.ExtendedKeyUsage):
                found["ext_key_usage"] = tuple(purpose.dotted_string for purpose in value)
                found["ext_key_usage_critical"] = extension.critical
            elif isinstance(value, x509.BasicConstraints):
                found["is_ca"], found["path_length"] = value.ca, value.path_length
            elif isinstance(value, x509.SubjectKeyIdentifier):
                found["subject_key_id"] = value.digest
            elif isinstance(value, x509.AuthorityKeyIdentifier):
                found["authority_key_id"] = value.key_identifier
            elif isinstance(value, x509.CertificatePolicies):
                found["policies"] = tuple(policy.policy_identifier.dotted_string for policy in value)
            elif isinstance(value, x509.NameConstraints):
                found["name_constraints"] = True
            elif isinstance(value, x509.CRLDistributionPoints):
                found["crl_points"] = tuple(name for point in value for name in _point_names(point))
        return cls(**found, unknown_critical=tuple(unknown))  # type: ignore[arg-type]  # built field by field above


def _point_names(point: x509.DistributionPoint) -> tuple[str, ...]:
    if point.crl_issuer or point.reasons or not point.full_name:
        return ()
    return tuple(general_name(name) for name in point.full_name)


def general_name(name: x509.GeneralName) -> str:
    """A GeneralName as a word that can be compared: its kind and its value."""
    value = name.value
    text = value.public_bytes().hex() if isinstance(value, x509.Name) else str(value)
    return f"{type(name).__name__}:{text}"
