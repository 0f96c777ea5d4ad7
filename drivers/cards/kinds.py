"""The kinds of card readers. A driver is imported when one of its kind is made: a configuration is checked without it."""

from __future__ import annotations

from drivers.base import Driver
from drivers.kinds import Datasheet, DeviceType, Kind, Link, Option, Options, Place, Surroundings, text, whole


def _em4100_serial(options: Options, surroundings: Surroundings) -> Driver:
    from drivers.cards.em4100 import Em4100Reader
    from drivers.transport import SerialTransport

    transport = SerialTransport(text(options, "port"), whole(options, "baud"))
    return Em4100Reader(surroundings.logged(transport), surroundings.known)


KINDS = (
    Kind(
        name="em4100_serial",
        device=DeviceType.CARD_READER,
        link=Link.SERIAL,
        make=_em4100_serial,
        options={"port": Option(str, place=Place.SERIAL_PORT), "baud": Option(int, 9600)},
        datasheet=Datasheet(
            models="RDM6300, RDM630 and USB readers with that module",
            not_supported="T5577 writing, HID Prox, FDX-B, 13.56 MHz, Wiegand",
            emulated="drivers/emulators/reader.py",
            recorded="em4100_resting_card, em4100_rough_line",
        ),
    ),
)
