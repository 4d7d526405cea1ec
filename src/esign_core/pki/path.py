"""From a certificate to an anchor (RFC 5280, clause 6), within a budget.

Judged here: names, signatures, basic constraints, path length, keyCertSign, critical extensions. Not here: validity and
revocation, which are facts about each certificate, and purposes, which RFC 5280, 4.2.1.12 gives to end entities only.
Name constraints are not evaluated: a path through a certificate that has some is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from esign_core.finding import Finding
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pki.certificate import Certificate
from esign_core.pki.signature import Outcome, verify_issued


@dataclass(frozen=True, slots=True)
class PathFacts:
    """`certificates`: leaf first. `anchored`: the last one is an anchor; otherwise it is the longest path found.

    `findings`: why certificates that could have led further were refused, compared values in `args`; empty for an
    anchored path.
    """

    certificates: tuple[Certificate, ...]
    anchored: bool
    findings: tuple[Finding, ...] = ()


def build_path(
    leaf: Certificate,
    pool: Sequence[Certificate],
    anchors: Sequence[Certificate],
    at: datetime,
    limits: Limits = DEFAULT_LIMITS,
) -> PathFacts:
    """A path from `leaf` over certificates of `pool` to one of `anchors`; one valid at `at` (aware) is preferred.

    An anchor is trusted by itself: its signature is not looked at, but what it says about being a CA is kept to. The
    leaf may be an anchor. At most `limits.paths` issuers are tried and `limits.path_length` certificates put in a row;
    running out is a finding (LIMIT), not an error.
    """
    unknown = _unknown_critical(leaf)
    if unknown is not None:
        return PathFacts((leaf,), False, (unknown,))
    if leaf in anchors:
        return PathFacts((leaf,), True)
    return _Search(pool, anchors, at, limits).run(leaf)


class _Search:
    """Depth first, without recursion; every issuer tried is paid for."""

    def __init__(
        self, pool: Sequence[Certificate], anchors: Sequence[Certificate], at: datetime, limits: Limits
    ) -> None:
        self._anchors = frozenset(anchor.sha256 for anchor in anchors)
        self._by_subject: defaultdict[bytes, dict[str, Certificate]] = defaultdict(dict)
        for certificate in (*anchors, *pool):
            self._by_subject[certificate.subject].setdefault(certificate.sha256, certificate)
        self._at = at
        self._limits = limits
        self._tried = 0
        self._findings: list[Finding] = []

    def run(self, leaf: Certificate) -> PathFacts:
        longest: tuple[Certificate, ...] = (leaf,)
        fallback: tuple[Certificate, ...] | None = None  # anchored, but not valid at the time asked for
        stack = [(longest, self._issuers(leaf))]
        while stack:
            path, issuers = stack[-1]
            issuer = next(issuers, None)
            if issuer is None:
                stack.pop()
                continue
            self._tried += 1
            if self._tried > self._limits.paths:
                self._exhausted("paths", self._limits.paths, self._tried)
                break
            if len(path) >= self._limits.path_length:
                self._exhausted("path_length", self._limits.path_length, len(path) + 1)
                continue
            if not self._accepts(path, issuer):
                continue
            extended = (*path, issuer)
            longest = max(longest, extended, key=len)
            if issuer.sha256 not in self._anchors:
                stack.append((extended, self._issuers(issuer)))
            elif all(self._valid(certificate) for certificate in extended):
                return PathFacts(extended, True)
            else:
                fallback = fallback or extended
        if fallback:
            return PathFacts(fallback, True)
        return PathFacts(longest, False, tuple(self._findings))

    def _issuers(self, certificate: Certificate) -> Iterator[Certificate]:
        """Certificates of the issuer's name, the most likely first."""
        return iter(
            sorted(
                self._by_subject.get(certificate.issuer, {}).values(),
                key=lambda issuer: (
                    issuer.sha256 not in self._anchors,
                    issuer.subject_key_id != certificate.authority_key_id,
                    not self._valid(issuer),
                ),
            )
        )

    def _accepts(self, path: tuple[Certificate, ...], issuer: Certificate) -> bool:
        if any(_same_entity(issuer, certificate) for certificate in path):
            return False  # a loop
        refused = _refused(path, issuer, is_anchor=issuer.sha256 in self._anchors)
        if refused is not None:
            self._note(refused)
        return refused is None

    def _valid(self, certificate: Certificate) -> bool:
        return certificate.not_before <= self._at <= certificate.not_after

    def _exhausted(self, limit: str, allowed: int, found: int) -> None:
        self._note(Finding.of("LIMIT", limit=limit, allowed=allowed, found=found))

    def _note(self, finding: Finding) -> None:
        if finding not in self._findings:
            self._findings.append(finding)


def _same_entity(one: Certificate, other: Certificate) -> bool:
    return one.subject == other.subject and one.public_key == other.public_key


def _unknown_critical(certificate: Certificate) -> Finding | None:
    """RFC 5280, 4.2: what is critical and not understood forbids to use the certificate."""
    if not certificate.unknown_critical:
        return None
    oids = ", ".join(certificate.unknown_critical)
    return Finding.of("PATH_CRITICAL_EXTENSION", certificate=certificate.label, oids=oids)


def _refused(path: tuple[Certificate, ...], issuer: Certificate, *, is_anchor: bool) -> Finding | None:
    """Why `issuer` may not stand above `path`, cheap reasons first (RFC 5280, 6.1.4 k to o, 6.1.3 a 1)."""
    who = issuer.label
    anchor_without_extensions = is_anchor and issuer.version < 3
    if not issuer.is_ca and not anchor_without_extensions:
        return Finding.of("PATH_ISSUER_NOT_CA", certificate=who)
    if issuer.key_usage is not None and "keyCertSign" not in issuer.key_usage:
        return Finding.of("PATH_KEY_USAGE", certificate=who, usages=", ".join(sorted(issuer.key_usage)) or "-")
    between = sum(not certificate.self_issued for certificate in path[1:])
    if issuer.path_length is not None and between > issuer.path_length:
        return Finding.of("PATH_TOO_LONG", certificate=who, allowed=issuer.path_length, found=between)
    if issuer.name_constraints:
        return Finding.of("PATH_NAME_CONSTRAINTS", certificate=who)
    unknown = _unknown_critical(issuer)
    if unknown is not None:
        return unknown
    outcome = verify_issued(path[-1], issuer)
    if outcome is Outcome.INVALID:
        return Finding.of("PATH_SIGNATURE_WRONG", certificate=path[-1].label, issuer=who)
    if outcome is Outcome.UNSUPPORTED:
        return Finding.of(
            "PATH_ALGORITHM_NOT_SUPPORTED", certificate=path[-1].label, algorithm=path[-1].signature_algorithm
        )
    return None
