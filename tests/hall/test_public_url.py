"""What is printed into a QR code must be where phones find the hall: terminals are told with each token, so that a hall
may move without anybody enrolling again."""

from __future__ import annotations

from tests.contract.conftest import TestHall


def test_terminals_are_told_where_phones_find_the_hall(hall: TestHall) -> None:
    hall.hall.public_url = "https://hall.example"
    terminal = hall.terminal("QP-01", "C3", "query_print")
    assert terminal.enrolled["public_url"] == "https://hall.example"
    hall.hall.public_url = "https://new.example"
    assert terminal.fetch_token().json()["public_url"] == "https://new.example"
