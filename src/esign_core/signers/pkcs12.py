"""Keys from a PKCS#12 file (RFC 7292), the .p12 or .pfx that a certificate authority hands out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, Self, TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key, pkcs12

from esign_core.algorithms import Mechanism, Scheme
from esign_core.errors import CredentialRejected, EsignError, InputError, public
from esign_core.limits import DEFAULT_LIMITS
from esign_core.pki.certificate import Certificate, parse_certificate
from esign_core.pki.der import check_der
from esign_core.pki.signature import Outcome, verify_issued
from esign_core.signer import SecretsHandler, ToBeSigned

_Key: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_MALFORMED = "PKCS12_MALFORMED"


@dataclass(frozen=True, slots=True)
class Pkcs12Signer:
    """A signer whose key is in memory. Shows nothing of the key, keeps nothing of the passphrase, and does not pickle.

    `certificate` and `chain` are DER, `chain` with the issuer first.
    """

    certificate: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(repr=False)
    mechanism: Mechanism
    _sign: Callable[[bytes], bytes] = field(repr=False, compare=False)

    @classmethod
    @public
    def load(cls, data: bytes, *, passphrase: str | SecretsHandler, mechanism: Mechanism | None = None) -> Self:
        """Read the bundle, and check its key, once. A handler is asked for "passphrase".

        The mechanism is PKCS#1 v1.5 or ECDSA with SHA-256 unless given. InputError: PKCS12_MALFORMED, NO_KEY,
        NO_CERTIFICATE, KEY_MISMATCH (the certificate is another key's), KEY_UNSUPPORTED, MECHANISM (not this key's).
        CredentialRejected: PASSPHRASE_WRONG, SECRETS_HANDLER (it failed).
        """
        bundle = _opened(bytes(data), _secret(passphrase))
        key = _usable(bundle.key)
        scheme: Scheme = "rsa_pkcs1v15" if isinstance(key, rsa.RSAPrivateKey) else "ecdsa"
        chosen = mechanism or Mechanism(scheme)
        if chosen.scheme != scheme or chosen.hash not in _HASHES:
            raise InputError(
                f"this key signs with {scheme} and {', '.join(_HASHES)}, not with {chosen.scheme} and {chosen.hash}",
                code="MECHANISM",
            )
        certificates = _certificates(bundle)
        certificate = _certificate_of(key, certificates)
        return cls(
            certificate=certificate.der,
            chain=tuple(issuer.der for issuer in _above(certificate, certificates)),
            mechanism=chosen,
            _sign=_signing_function(key, _HASHES[chosen.hash]()),
        )

    def sign(self, tbs: ToBeSigned, /) -> bytes:
        """The signature value: RSA as is, ECDSA as DER. InputError (MECHANISM) when it was prepared for another one."""
        if tbs.mechanism != self.mechanism:
            raise InputError("the document was prepared for another mechanism than this signer's", code="MECHANISM")
        return self._sign(tbs.data)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a signer does not pickle: a key stays in the process that loaded it")


@dataclass(frozen=True, slots=True)
class Pkcs12Recipient:
    """An RSA key in memory that opens documents encrypted for its certificate (DER). As `Pkcs12Signer`, it shows and
    keeps nothing, and does not pickle."""

    certificate: bytes = field(repr=False)
    _decrypt: Callable[[bytes], bytes] = field(repr=False, compare=False)

    @classmethod
    @public
    def load(cls, data: bytes, *, passphrase: str | SecretsHandler) -> Self:
        """As `Pkcs12Signer.load`; KEY_UNSUPPORTED for any key but RSA."""
        bundle = _opened(bytes(data), _secret(passphrase))
        key = _usable(bundle.key)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise InputError("this kind of key opens no envelope: use RSA", code="KEY_UNSUPPORTED")
        certificate = _certificate_of(key, _certificates(bundle))
        return cls(certificate.der, _opening_function(key))

    def decrypt(self, encrypted_key: bytes, /) -> bytes:
        """What is in an envelope of RSA with PKCS#1 v1.5 padding (RFC 5652, 6.2.1). CredentialRejected (RECIPIENT) for
        one that is not for this key."""
        try:
            return self._decrypt(encrypted_key)
        except ValueError:
            raise CredentialRejected("the document's key is not for this recipient", code="RECIPIENT") from None

    def __reduce__(self) -> NoReturn:
        raise TypeError("a recipient does not pickle: a key stays in the process that loaded it")


def _secret(passphrase: str | SecretsHandler) -> bytes:
    try:
        return (passphrase if isinstance(passphrase, str) else passphrase("passphrase")).encode("utf-8")
    except EsignError:
        raise
    except UnicodeEncodeError:  # it holds the passphrase
        raise CredentialRejected("the passphrase is no text that UTF-8 can write", code="PASSPHRASE_WRONG") from None
    except Exception as error:
        raise CredentialRejected(
            f"the secrets handler did not deliver a passphrase ({type(error).__name__})", code="SECRETS_HANDLER"
        ) from error


def _opened(data: bytes, secret: bytes) -> pkcs12.PKCS12KeyAndCertificates:
    """What `cryptography` says is not passed on: nobody promises that it does not speak of the passphrase."""
    DEFAULT_LIMITS.check("cms_bytes", len(data))
    try:
        check_der(data, DEFAULT_LIMITS, code=_MALFORMED)
        return pkcs12.load_pkcs12(data, secret)
    except InputError:
        raise InputError("this is no PKCS#12 file: give the bytes of a .p12 or .pfx", code=_MALFORMED) from None
    except (ValueError, UserWarning) as error:  # a warning, where warnings are errors, of what is no DER
        if "password" in str(error).lower():
            raise CredentialRejected(
                "the passphrase does not open the PKCS#12 file: check it, and that the file is not damaged",
                code="PASSPHRASE_WRONG",
            ) from None
        raise InputError("this is no PKCS#12 file, or a damaged one: export it again", code=_MALFORMED) from None
    except (UnsupportedAlgorithm, TypeError):
        raise InputError(
            "the PKCS#12 file is encrypted in a way that cannot be read: export it again with AES", code=_MALFORMED
        ) from None


def _usable(key: PrivateKeyTypes | None) -> _Key:
    if key is None:
        raise InputError("the PKCS#12 file holds no private key: export it with its key", code="NO_KEY")
    if isinstance(key, rsa.RSAPrivateKey):
        return key
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    raise InputError("this kind of key cannot sign yet: use RSA or P-256", code="KEY_UNSUPPORTED")


def _certificates(bundle: pkcs12.PKCS12KeyAndCertificates) -> list[Certificate]:
    items = ([bundle.cert] if bundle.cert else []) + bundle.additional_certs
    return [parse_certificate(item.certificate.public_bytes(Encoding.DER)) for item in items]


def _certificate_of(key: _Key, certificates: Sequence[Certificate]) -> Certificate:
    """The one with this key: what ties them together in the file (localKeyId) is often missing, and proves nothing."""
    public_key = key.public_key()
    for certificate in certificates:
        if certificate.key_kind in ("rsa", "ec") and load_der_public_key(certificate.public_key) == public_key:
            return certificate
    if any(not certificate.is_ca for certificate in certificates):
        raise InputError(
            "the certificate in the PKCS#12 file belongs to another key: export key and certificate together",
            code="KEY_MISMATCH",
        )
    raise InputError("the PKCS#12 file holds no certificate for its key: export both together", code="NO_CERTIFICATE")


def _above(leaf: Certificate, others: Sequence[Certificate]) -> list[Certificate]:
    """The certificates above `leaf`, issuer first; what else is in the bundle stays out of the signature."""
    chain = [leaf]
    while True:
        last = chain[-1]
        issuer = next((item for item in others if item not in chain and _issued(last, item)), None)
        if issuer is None:
            return chain[1:]
        chain.append(issuer)


def _issued(certificate: Certificate, issuer: Certificate) -> bool:
    return issuer.subject == certificate.issuer and verify_issued(certificate, issuer) is not Outcome.INVALID


def _signing_function(key: _Key, algorithm: hashes.HashAlgorithm) -> Callable[[bytes], bytes]:
    if isinstance(key, rsa.RSAPrivateKey):
        return lambda data: key.sign(data, padding.PKCS1v15(), algorithm)
    return lambda data: key.sign(data, ec.ECDSA(algorithm))


def _opening_function(key: rsa.RSAPrivateKey) -> Callable[[bytes], bytes]:
    return lambda encrypted_key: key.decrypt(encrypted_key, padding.PKCS1v15())
