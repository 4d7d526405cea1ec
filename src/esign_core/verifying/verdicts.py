"""What each reason means: the table from finding codes to the words of ETSI EN 319 102-1.

Read from top to bottom it is also the ranking: of several reasons for one signature, the highest row decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Indication(StrEnum):
    """ETSI EN 319 102-1, 5.1.3."""

    TOTAL_PASSED = "TOTAL-PASSED"
    TOTAL_FAILED = "TOTAL-FAILED"
    INDETERMINATE = "INDETERMINATE"


class Verdict(NamedTuple):
    """`clause` of ETSI EN 319 102-1 (or the standard named) asks for the check; `conclusion`: what a person is told."""

    clause: str
    indication: Indication
    sub_indication: str | None
    conclusion: str


_FAILED = Indication.TOTAL_FAILED
_OPEN = Indication.INDETERMINATE

VERDICTS: Mapping[str, Verdict] = MappingProxyType(
    {
        # The base standards are not followed so far that nothing can be computed: TOTAL-FAILED (5.1.3, table 5).
        "SIGNATURE_NOT_READ": Verdict("5.2.2", _FAILED, "FORMAT_FAILURE", "MALFORMED"),
        "BYTE_RANGE_MALFORMED": Verdict("5.2.2", _FAILED, "FORMAT_FAILURE", "MALFORMED"),
        "BYTE_RANGE_START": Verdict("5.2.2", _FAILED, "FORMAT_FAILURE", "MALFORMED"),
        "BYTE_RANGE_OUTSIDE": Verdict("5.2.2", _FAILED, "FORMAT_FAILURE", "MALFORMED"),
        "BYTE_RANGE_GAP": Verdict("5.2.2", _FAILED, "FORMAT_FAILURE", "MALFORMED"),
        "CONTENTS_MALFORMED": Verdict("5.2.2", _FAILED, "FORMAT_FAILURE", "MALFORMED"),
        "CMS_MALFORMED": Verdict("5.2.2", _FAILED, "FORMAT_FAILURE", "MALFORMED"),
        "CMS_ENCAPSULATED": Verdict("5.2.2", _FAILED, "FORMAT_FAILURE", "MALFORMED"),
        "CMS_CONTENT_TYPE": Verdict("5.2.2", _FAILED, "FORMAT_FAILURE", "MALFORMED"),
        "SIGNER_COUNT": Verdict("5.2.2", _FAILED, "FORMAT_FAILURE", "MALFORMED"),
        "DIGEST_DIFFERS": Verdict("5.2.7", _FAILED, "HASH_FAILURE", "ALTERED"),
        "SIGNATURE_VALUE_WRONG": Verdict("5.2.7", _FAILED, "SIG_CRYPTO_FAILURE", "FORGED"),
        # Ours, outside the standard: the work was not finished.
        "INTERNAL": Verdict("none", _OPEN, None, "INTERNAL"),
        "LIMIT": Verdict("none", _OPEN, None, "LIMIT"),
        "CMS_NOT_READ": Verdict("5.2.2", _OPEN, None, "NOT_JUDGED"),
        # A format this version does not judge is no failure of the signature, so FORMAT_FAILURE (always TOTAL-FAILED)
        # would be wrong, and 5.1.3 has no sub-indication for it.
        "SUBFILTER_NOT_JUDGED": Verdict("5.2.2", _OPEN, None, "NOT_JUDGED"),
        "SIGNING_CERTIFICATE_NOT_FOUND": Verdict("5.2.3", _OPEN, "NO_SIGNING_CERTIFICATE_FOUND", "SIGNER_UNKNOWN"),
        "SIGNING_CERTIFICATE_MISMATCH": Verdict("5.2.3", _OPEN, "NO_SIGNING_CERTIFICATE_FOUND", "SIGNER_UNKNOWN"),
        "SIGNATURE_POLICY_NOT_JUDGED": Verdict("5.2.4", _OPEN, "SIGNATURE_POLICY_NOT_AVAILABLE", "NOT_JUDGED"),
        "PATH_ISSUER_NOT_CA": Verdict("5.2.6", _OPEN, "CHAIN_CONSTRAINTS_FAILURE", "CERTIFICATE_UNFIT"),
        "PATH_KEY_USAGE": Verdict("5.2.6", _OPEN, "CHAIN_CONSTRAINTS_FAILURE", "CERTIFICATE_UNFIT"),
        "PATH_TOO_LONG": Verdict("5.2.6", _OPEN, "CHAIN_CONSTRAINTS_FAILURE", "CERTIFICATE_UNFIT"),
        "PATH_NAME_CONSTRAINTS": Verdict("5.2.6", _OPEN, "CHAIN_CONSTRAINTS_FAILURE", "CERTIFICATE_UNFIT"),
        "PATH_CRITICAL_EXTENSION": Verdict("5.2.6", _OPEN, "CHAIN_CONSTRAINTS_FAILURE", "CERTIFICATE_UNFIT"),
        "NO_PATH": Verdict("5.2.6", _OPEN, "NO_CERTIFICATE_CHAIN_FOUND", "NOT_TRUSTED"),
        # A certificate of the right name whose key did not sign is no issuer: the path ends there.
        "PATH_SIGNATURE_WRONG": Verdict("5.2.6", _OPEN, "NO_CERTIFICATE_CHAIN_FOUND", "NOT_TRUSTED"),
        "PATH_ALGORITHM_NOT_SUPPORTED": Verdict("5.2.6", _OPEN, "NO_CERTIFICATE_CHAIN_FOUND", "NOT_TRUSTED"),
        # Revocation before validity: an expired certificate that a CRL names is known to be revoked.
        "REVOKED": Verdict("5.2.6", _OPEN, "REVOKED_NO_POE", "REVOKED"),
        "CA_REVOKED": Verdict("5.2.6", _OPEN, "REVOKED_CA_NO_POE", "REVOKED"),
        # No timestamp is judged yet, so nothing proves that the signature was there while the certificate was valid.
        # One that is not valid yet is out of bounds too: NOT_YET_VALID needs a proven signing time (5.5).
        "CERTIFICATE_EXPIRED": Verdict("5.2.6", _OPEN, "OUT_OF_BOUNDS_NO_POE", "OUT_OF_VALIDITY"),
        "CERTIFICATE_NOT_YET_VALID": Verdict("5.2.6", _OPEN, "OUT_OF_BOUNDS_NO_POE", "OUT_OF_VALIDITY"),
        "KEY_USAGE_UNFIT": Verdict("5.2.6", _OPEN, "CHAIN_CONSTRAINTS_FAILURE", "CERTIFICATE_UNFIT"),
        "EXT_KEY_USAGE_UNFIT": Verdict("5.2.6", _OPEN, "CHAIN_CONSTRAINTS_FAILURE", "CERTIFICATE_UNFIT"),
        # An algorithm that cannot be computed is on nobody's list of secure ones: a constraint, never "invalid".
        "ALGORITHM_NOT_SUPPORTED": Verdict("5.2.8", _OPEN, "CRYPTO_CONSTRAINTS_FAILURE", "ALGORITHM_UNFIT"),
        "DIGEST_NOT_CHECKED": Verdict("5.2.7", _OPEN, "CRYPTO_CONSTRAINTS_FAILURE", "ALGORITHM_UNFIT"),
        "HASH_NOT_ACCEPTED": Verdict("5.2.8", _OPEN, "CRYPTO_CONSTRAINTS_FAILURE", "ALGORITHM_UNFIT"),
        "CERTIFICATE_HASH_NOT_ACCEPTED": Verdict("5.2.6", _OPEN, "CRYPTO_CONSTRAINTS_FAILURE", "ALGORITHM_UNFIT"),
        "CRL_HASH_NOT_ACCEPTED": Verdict("5.2.5", _OPEN, "CRYPTO_CONSTRAINTS_FAILURE", "ALGORITHM_UNFIT"),
        "HASHES_DIFFER": Verdict("5.2.8", _OPEN, "CRYPTO_CONSTRAINTS_FAILURE", "ALGORITHM_UNFIT"),
        "KEY_WEAK": Verdict("5.2.8", _OPEN, "CRYPTO_CONSTRAINTS_FAILURE", "ALGORITHM_UNFIT"),
        "SIGNED_ATTRIBUTES_MISSING": Verdict("5.2.8", _OPEN, "SIG_CONSTRAINTS_FAILURE", "SIGNATURE_UNFIT"),
        "SIGNING_CERTIFICATE_ATTRIBUTE_MISSING": Verdict("5.2.8", _OPEN, "SIG_CONSTRAINTS_FAILURE", "SIGNATURE_UNFIT"),
        "CMS_TRAILING_BYTES": Verdict("5.2.8", _OPEN, "SIG_CONSTRAINTS_FAILURE", "SIGNATURE_UNFIT"),
        "HYBRID_NOT_JUDGED": Verdict("none", _OPEN, None, "NOT_JUDGED"),
        "PAGES_NOT_READ": Verdict("none", _OPEN, None, "NOT_JUDGED"),
        # ISO 32000-2, 12.8.1 and EN 319 142-1, 5.4: the byte range is the whole file as it was when signed.
        "COVERAGE_PARTIAL": Verdict("ISO 32000-2, 12.8.1", _OPEN, "SIG_CONSTRAINTS_FAILURE", "CHANGED_LATER"),
        "COVERAGE_UNCLEAR": Verdict("ISO 32000-2, 12.8.1", _OPEN, "SIG_CONSTRAINTS_FAILURE", "CHANGED_LATER"),
        # What came later is not judged yet, and 5.1.3 has no sub-indication for that.
        "CHANGES_NOT_EVALUATED": Verdict("ISO 32000-2, 12.8.2", _OPEN, None, "CHANGED_LATER"),
        "UNSIGNED_BYTES": Verdict("ISO 32000-2, 12.8.1", _OPEN, None, "CHANGED_LATER"),
        # 5.2.5 and 5.2.6.4: without a current answer, a later attempt may find one. Each unusable CRL is named.
        "CRL_SIGNATURE_WRONG": Verdict("5.2.5", _OPEN, "TRY_LATER", "REVOCATION_UNKNOWN"),
        "CRL_KEY_USAGE": Verdict("5.2.5", _OPEN, "TRY_LATER", "REVOCATION_UNKNOWN"),
        "CRL_STALE": Verdict("5.2.5", _OPEN, "TRY_LATER", "REVOCATION_UNKNOWN"),
        "CRL_NOT_YET_VALID": Verdict("5.2.5", _OPEN, "TRY_LATER", "REVOCATION_UNKNOWN"),
        "CRL_WITHOUT_END": Verdict("5.2.5", _OPEN, "TRY_LATER", "REVOCATION_UNKNOWN"),
        "CRL_SCOPE": Verdict("5.2.5", _OPEN, "TRY_LATER", "REVOCATION_UNKNOWN"),
        "CRL_DELTA": Verdict("5.2.5", _OPEN, "TRY_LATER", "REVOCATION_UNKNOWN"),
        "CRL_CRITICAL_EXTENSION": Verdict("5.2.5", _OPEN, "TRY_LATER", "REVOCATION_UNKNOWN"),
        "CRL_ALGORITHM_NOT_SUPPORTED": Verdict("5.2.5", _OPEN, "TRY_LATER", "REVOCATION_UNKNOWN"),
        "CRL_MALFORMED": Verdict("5.2.5", _OPEN, "TRY_LATER", "REVOCATION_UNKNOWN"),
        "CRL_OTHER_ISSUER": Verdict("5.2.5", _OPEN, "TRY_LATER", "REVOCATION_UNKNOWN"),
        "REVOCATION_MISSING": Verdict("5.2.6", _OPEN, "TRY_LATER", "REVOCATION_UNKNOWN"),
    }
)

UNRANKED = Verdict("none", _OPEN, None, "NOT_JUDGED")
"""For a reason that the table does not know: it does not pass, and ranks last."""
