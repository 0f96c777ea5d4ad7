"""A code on paper is opened with a phone, which may know the hall by another address than the terminal does: what the hall
says of itself counts at once, and an operator's word goes before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiosk import commands_resident as wishes
from kiosk.events_resident import DocumentIssued
from kiosk.services.page_printing import PagePrinterThread
from offline_cache.identity import Identity
from offline_cache.wire import Token
from tests.kiosk.residents.resident_world import ResidentWorld
from tests.kiosk.residents.test_desk import listed


class NeverOpened:
    """The driver of a printer whose thread no test starts: what is issued waits."""


def address_on_paper(world: ResidentWorld, code: str) -> str:
    """Issues a guide, and says where its verification code leads, without what names the document."""
    wish = wishes.IssueDocument(world.ask_id(), "", "guide", code, "pages", 1, "zh_CN")
    number = world.ask(wish, DocumentIssued).number
    document = world.disk.call(lambda: world.outbox.documents().numbered(number))
    assert document is not None
    address: str = document.content["imprint"]["url"]
    return address.partition("/v/")[0]


@pytest.fixture
def printing(world: ResidentWorld) -> Callable[..., ResidentWorld]:
    """A world with a printer, opened anew with an operator's settings."""

    def opened(**resident: Any) -> ResidentWorld:
        make: Any = NeverOpened
        world.devices["page_printer"] = PagePrinterThread("page_printer", make, world.publish)
        section = world.settings.resident.model_copy(update=resident)
        world.settings = world.settings.model_copy(update={"resident": section})
        world.restart()
        return world

    return opened


def test_codes_on_paper_lead_to_where_the_hall_says_it_is(printing: Callable[..., ResidentWorld]) -> None:
    world = printing()
    guide = listed(world, most=1).items[0].code
    world.identity.enrolled = world.identity.enrolled.model_copy(update={"public_url": ""})
    assert address_on_paper(world, guide) == world.settings.terminal.hall_url
    token = Token(access_token="t", token_type="Bearer", expires_in=900, public_url="https://hall.example")
    world.identity.renew(world.directory, token)
    assert address_on_paper(world, guide) == "https://hall.example"
    silent = token.model_copy(update={"public_url": ""})
    world.identity.renew(world.directory, silent)
    assert Identity.load(world.directory).enrolled.public_url == "https://hall.example"


def test_an_operator_s_word_goes_before_the_hall_s(printing: Callable[..., ResidentWorld]) -> None:
    world = printing(public_url="https://operator.example/")
    guide = listed(world, most=1).items[0].code
    assert address_on_paper(world, guide) == "https://operator.example"
