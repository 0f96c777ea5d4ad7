"""A configuration names devices by kind: a typing mistake must be answered with what would be right."""

from __future__ import annotations

import pytest

from drivers.cards.em4100 import Em4100Reader
from drivers.kinds import OptionError, Surroundings, UnknownKind
from drivers.printers.escpos import EscPosPrinter
from drivers.registry import make_printer, make_reader
from drivers.wire_log import WireLog


def test_every_kind_is_made_without_touching_a_device() -> None:
    nowhere = "/dev/no-such-device"
    assert isinstance(make_reader("em4100_serial", {"port": nowhere}), Em4100Reader)
    assert isinstance(make_reader("em4100_serial", {"port": nowhere, "baud": 9600}), Em4100Reader)
    for kind, options in {
        "escpos_serial": {"port": nowhere, "baud": 115200, "width_mm": 58},
        "escpos_tcp": {"host": "192.0.2.1", "profile": "generic"},
        "escpos_usb": {"path": nowhere},
    }.items():
        assert isinstance(make_printer(kind, options), EscPosPrinter)
        assert isinstance(make_printer(kind, options, Surroundings(wire_log=WireLog())), EscPosPrinter)


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(UnknownKind, match=r"'em4100'; there are: .*em4100_serial"):
        make_reader("em4100", {})
    with pytest.raises(UnknownKind, match="there are: escpos_serial, escpos_tcp, escpos_usb"):
        make_printer("em4100_serial", {"port": "x"})


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "needs the option 'port'"),
        ({"prot": "/dev/ttyS0"}, "no option 'prot'; it has: baud, port"),
        ({"port": 7}, "must be of type str"),
        ({"port": "/dev/ttyS0", "baud": "fast"}, "must be of type int"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, object], expected: str) -> None:
    with pytest.raises(OptionError, match=expected):
        make_reader("em4100_serial", options)
