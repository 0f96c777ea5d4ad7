"""Who may call what: roles and their routes, access tokens, and the dependencies that routes ask for.

A terminal's token carries the list of routes its role may call; the hall checks the list and, at every call, that the
terminal has not been revoked. Officers carry a token of another kind and reach the officers' routes only; so do the platforms
that report alarms, with theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from hall.errors import HallProblem
from hall.models import Identity, Terminal
from hall.services import identities
from hall.state import Hall, HallDep
from offline_cache.wire import ReferenceKind

PULL = ("GET /v1/changes", "GET /v1/events", "POST /v1/help-calls", "POST /v1/reports")
PUSH = "POST /v1/transactions"
PAPERS = ("GET /v1/papers/{sha256}", "PUT /v1/papers/{sha256}")
RECORDS = (
    "POST /v1/residents/records",
    "POST /v1/residents/contacts",
    "POST /v1/residents/phone-codes",
    "POST /v1/hand-offs",
)
PUBLIC_KINDS = frozenset({ReferenceKind.SITE, ReferenceKind.MENU, ReferenceKind.NOTICE})
DESK_KINDS = PUBLIC_KINDS | {
    ReferenceKind.RESIDENT, ReferenceKind.CARD, ReferenceKind.ENTITLEMENT, ReferenceKind.STAFF, ReferenceKind.DENY
}  # fmt: skip
SERVICE_KINDS = frozenset({
    ReferenceKind.RECORD_KIND, ReferenceKind.SERVICE_ITEM, ReferenceKind.NORM, ReferenceKind.ROOT, ReferenceKind.PLACE,
    ReferenceKind.SLIDE, ReferenceKind.PRIVACY_NOTICE, ReferenceKind.APPLICATION,
})  # fmt: skip
FRONT_DESK_KINDS = frozenset({
    ReferenceKind.CONSENT_TEXT, ReferenceKind.CONSENT, ReferenceKind.WITHDRAWAL, ReferenceKind.DESK_PERSON, ReferenceKind.VISIT,
    ReferenceKind.TICKET, ReferenceKind.DESK_WINDOW, ReferenceKind.ALARM_SENDER, ReferenceKind.ALARM, ReferenceKind.CARE_CASE,
})  # fmt: skip
# What a screen at the door, and one where a consent may be withdrawn, need of it: nothing of alarms, care or matters.
VISITOR_KINDS = frozenset({
    ReferenceKind.CONSENT_TEXT, ReferenceKind.CONSENT, ReferenceKind.WITHDRAWAL, ReferenceKind.TICKET, ReferenceKind.DESK_WINDOW,
})  # fmt: skip
WITHDRAWAL_KINDS = frozenset({ReferenceKind.CONSENT, ReferenceKind.WITHDRAWAL})
DESK = ("POST /v1/desk/cards",)
ALGORITHM = "EdDSA"


@dataclass(frozen=True)
class Role:
    """`routes` are "METHOD path"; `kinds` what the change feed tells this role."""

    routes: tuple[str, ...]
    kinds: frozenset[ReferenceKind]


ROLES: dict[str, Role] = {
    "canteen": Role((PUSH, *PULL), frozenset(ReferenceKind) - SERVICE_KINDS - FRONT_DESK_KINDS),
    "query_print": Role((PUSH, *PULL, *PAPERS, *RECORDS), DESK_KINDS | SERVICE_KINDS | WITHDRAWAL_KINDS),
    "front_desk": Role((PUSH, *PULL, *PAPERS, *DESK), DESK_KINDS | SERVICE_KINDS | FRONT_DESK_KINDS),
    "visitor": Role((PUSH, *PULL, *PAPERS), DESK_KINDS | SERVICE_KINDS | VISITOR_KINDS),
    "door": Role((PUSH, *PULL), DESK_KINDS),
    "signage": Role(PULL, PUBLIC_KINDS | {ReferenceKind.SLIDE}),
}

bearer = HTTPBearer(auto_error=False, description="A terminal's access token, or an officer's token.")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


@dataclass(frozen=True)
class Caller:
    """The terminal behind a token, by the name of its role and what that may do. `expires_at_ms` is the token's end."""

    terminal_id: str
    site_id: str
    role_name: str
    role: Role
    expires_at_ms: int


@dataclass(frozen=True)
class Officer:
    name: str


@dataclass(frozen=True)
class Platform:
    """The program of a vendor of bracelets. It may report alarms, and nothing else."""

    name: str


def issue(hall: Identity, terminal: Terminal, lifetime_s: int, now_ms: int) -> str:
    """An access token for this terminal, signed by the hall."""
    claims = {
        "iss": hall.hall_id,
        "aud": hall.hall_id,
        "sub": terminal.terminal_id,
        "role": terminal.role,
        "routes": list(ROLES[terminal.role].routes),
        "iat": now_ms // 1000,
        "exp": now_ms // 1000 + lifetime_s,
    }
    return jwt.encode(claims, signing_key(hall), algorithm=ALGORITHM)


def signing_key(hall: Identity) -> Ed25519PrivateKey:
    key = serialization.load_pem_private_key(hall.signing_key.encode("ascii"), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("the hall signs with Ed25519")
    return key


def calling_terminal(request: Request, credentials: Credentials, hall: HallDep) -> Caller:
    """The terminal that calls. Raises HallProblem: 401 without a good token, 403 for a route its role does not have."""
    claims = _claims(hall, _token(credentials))
    route = f"{request.method} {request.scope['route'].path}"
    if route not in claims["routes"]:
        raise HallProblem(403, "role.not_allowed", f"The role {claims['role']} may not call {route}.")
    with hall.database.reading() as session:
        terminal = session.get(Terminal, claims["sub"])
        if terminal is None or terminal.revoked_at_ms is not None:
            raise HallProblem(401, "token.terminal_revoked", "This terminal has been revoked.")
        identities.check_not_expired(terminal, hall.now_ms())
        role = ROLES[terminal.role]
        return Caller(terminal.terminal_id, terminal.site_id, terminal.role, role, claims["exp"] * 1000)


def calling_officer(credentials: Credentials, hall: HallDep) -> Officer:
    """The officer who calls. Raises HallProblem: 401 without a good token, 403 for a terminal's or a platform's."""
    return Officer(_operator(credentials, hall, "officer", "This route is for officers of the hall."))


def calling_platform(credentials: Credentials, hall: HallDep) -> Platform:
    """The platform that reports. Raises HallProblem: 401 without a good token, 403 for anybody else's."""
    sentence = "This route is for the platforms that report alarms."
    return Platform(_operator(credentials, hall, "platform", sentence))


def _operator(credentials: Credentials, hall: Hall, kind: str, sentence: str) -> str:
    token = _token(credentials)
    with hall.database.reading() as session:
        known = identities.operator(session, token)
    if known is None:
        _claims(hall, token)
    elif known.kind == kind:
        return known.name
    raise HallProblem(403, "role.not_allowed", sentence)


def _token(credentials: HTTPAuthorizationCredentials | None) -> str:
    if credentials is None:
        raise HallProblem(401, "token.missing", "Send a bearer token.")
    return credentials.credentials


def _claims(hall: Hall, token: str) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            hall.public_key,
            algorithms=[ALGORITHM],
            audience=hall.hall_id,
            issuer=hall.hall_id,
            # The hall's clock judges, and in a demo that is not the machine's.
            options={"require": ["exp", "sub", "iss", "aud"], "verify_exp": False, "verify_iat": False},
        )
    except jwt.InvalidTokenError as error:
        raise HallProblem(401, "token.invalid", "This token is not one of this hall.") from error
    if claims["exp"] * 1000 <= hall.now_ms():
        raise HallProblem(401, "token.expired", "This token has expired.")
    return claims


CallingTerminal = Annotated[Caller, Depends(calling_terminal)]
CallingOfficer = Annotated[Officer, Depends(calling_officer)]
CallingPlatform = Annotated[Platform, Depends(calling_platform)]
