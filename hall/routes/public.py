"""Pages that a phone opens without a login: a document to take along, and what is to be said of a paper."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import HTMLResponse, Response

from hall.pages import hand_offs as hand_off_pages
from hall.pages import papers
from hall.pages.page import HEADERS, preferred_language, respond
from hall.services.residents import hand_offs, verification
from hall.services.residents.hand_offs import HandOffGone, HandOffTaken
from hall.state import HallDep

router = APIRouter(tags=["public"])
COOKIE = "hand_off"
AcceptLanguage = Annotated[str, Header(alias="accept-language", max_length=500)]
PDF_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {}}, "description": "The document."}
}


@router.get("/h/{token}", response_class=HTMLResponse)
def open_hand_off(
    token: str, request: Request, hall: HallDep, accept_language: AcceptLanguage = ""
) -> HTMLResponse:
    """The first phone that opens it is the one that may fetch the document."""
    language, now_ms = preferred_language(accept_language), hall.now_ms()
    try:
        with hall.database.writing() as session:
            opened = hand_offs.open_page(session, token, request.cookies.get(COOKIE), now_ms)
    except HandOffTaken:
        return respond(hand_off_pages.taken_page(language), language, 403)
    except HandOffGone:
        return respond(hand_off_pages.gone_page(language), language, 410)
    page = respond(hand_off_pages.opened_page(opened, f"/h/{token}/document", language), language)
    page.set_cookie(
        COOKIE,
        opened.phone,
        # The download lets the document stay once more as long.
        max_age=2 * hand_offs.KEPT_MS // 1000,
        path=f"/h/{token}",
        secure=hall.public_url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )
    return page


@router.get("/h/{token}/document", response_class=Response, responses=PDF_ANSWER)
def fetch_hand_off(
    token: str, request: Request, hall: HallDep, accept_language: AcceptLanguage = ""
) -> Response:
    language, now_ms = preferred_language(accept_language), hall.now_ms()
    try:
        with hall.database.writing() as session:
            pdf = hand_offs.fetch(session, token, request.cookies.get(COOKIE), now_ms)
    except HandOffTaken:
        return respond(hand_off_pages.taken_page(language), language, 403)
    except HandOffGone:
        return respond(hand_off_pages.gone_page(language), language, 410)
    # The file's name says nothing of a person: it stays in the phone's list of downloads.
    headers = {**HEADERS, "Content-Disposition": 'attachment; filename="document.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


@router.get("/v/{number}", response_class=HTMLResponse)
def verify_paper(
    number: str,
    hall: HallDep,
    s: Annotated[str, Query(max_length=200)] = "",
    accept_language: AcceptLanguage = "",
) -> HTMLResponse:
    """Whether the hall knows a paper of this number and signature."""
    language = preferred_language(accept_language)
    with hall.database.reading() as session:
        paper = verification.look_up(session, number, s, hall.now_ms())
    return respond(papers.paper_page(paper, language), language, papers.status_of(paper))
