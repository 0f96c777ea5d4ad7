"""Certificates asked for at one terminal and printed at any: an officer issues one on an application of an item that
ends in a certificate, and from then on it is a record of that person."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from hall.errors import HallProblem
from hall.models_applications import Application, Certificate
from hall.services import catalogue
from hall.services.applications import steps
from hall.shapes_applications import CertificateBody, CertificateView

ISSUED_FROM = ("assigned", "done")


def issue(
    session: Session, application: Application, body: CertificateBody, officer: str, now_ms: int
) -> tuple[Certificate, bool]:
    """Issue the certificate of an application, which is done by it. Answers it, and whether it is new: issuing the same
    again changes nothing. Raises HallProblem 409: certificate.not_of_this_item, certificate.too_early,
    certificate.issued_otherwise."""
    item = catalogue.item(session, application.item, application.item_version)
    if item is None or not item.certificate:
        raise HallProblem(409, "certificate.not_of_this_item", "This item does not end in a certificate.")
    issued = session.get(Certificate, application.number)
    if issued is not None:
        if _content(issued) != body:
            raise HallProblem(409, "certificate.issued_otherwise", "It was issued with other words.")
        return issued, False
    if application.state not in ISSUED_FROM:
        raise HallProblem(
            409, "certificate.too_early", f"The application is {application.state}; assign it first."
        )
    certificate = Certificate(
        number=application.number,
        person_id=application.person_id,
        item=application.item,
        issued_by=officer,
        issued_at_ms=now_ms,
        **body.model_dump(),
    )
    session.add(certificate)
    steps.log(session, application.number, "certificate", item.code, officer, "", now_ms)
    steps.advance(session, application, "done", "", officer, now_ms)
    return certificate, True


def certificates_of(session: Session, person_id: str) -> list[Certificate]:
    """A person's certificates, the newest first."""
    query = select(Certificate).where(Certificate.person_id == person_id)
    order = (Certificate.issued_at_ms.desc(), Certificate.number.desc())
    return list(session.scalars(query.order_by(*order)))


def view(issued: Certificate) -> CertificateView:
    return CertificateView.model_validate(
        {name: getattr(issued, name) for name in CertificateView.model_fields}
    )


def _content(issued: Certificate) -> CertificateBody:
    return CertificateBody.model_validate(
        {name: getattr(issued, name) for name in CertificateBody.model_fields}
    )
