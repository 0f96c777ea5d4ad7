"""The kinds of 13.56 MHz readers on a serial line that have to be asked for a card."""

from __future__ import annotations

from drivers.base import Driver
from drivers.cards.mifare import NUMBER_OPTIONS, block_of, check_number
from drivers.kinds import (
    Datasheet,
    DeviceType,
    Kind,
    Link,
    Option,
    Options,
    Place,
    Surroundings,
    text,
    truth,
    whole,
)


def _pn532_serial(options: Options, surroundings: Surroundings) -> Driver:
    from drivers.cards.pn532 import Pn532Reader
    from drivers.transport import SerialTransport

    transport = SerialTransport(text(options, "port"), whole(options, "baud"))
    return Pn532Reader(
        surroundings.logged(transport),
        block_of(options),
        type_b=truth(options, "type_b"),
        monotonic_ns=surroundings.monotonic_ns,
    )


def _m1_aabb_serial(options: Options, surroundings: Surroundings) -> Driver:
    from drivers.cards.aabb import AabbReader
    from drivers.transport import SerialTransport

    transport = SerialTransport(text(options, "port"), whole(options, "baud"))
    return AabbReader(
        surroundings.logged(transport),
        block_of(options),
        node=whole(options, "node"),
        beep=truth(options, "beep"),
        monotonic_ns=surroundings.monotonic_ns,
    )


KINDS = (
    Kind(
        name="pn532_serial",
        device=DeviceType.CARD_READER,
        link=Link.SERIAL,
        make=_pn532_serial,
        probe_order=30,
        check=check_number,
        options={
            "port": Option(str, place=Place.SERIAL_PORT),
            "baud": Option(int, 115200),
            "type_b": Option(bool, False),
            **NUMBER_OPTIONS,
        },
        datasheet=Datasheet(
            models="PN532 boards and sticks switched to HSU (UART)",
            not_supported="two cards at once, FeliCa, writing, NTAG pages, DESFire files, I2C, SPI",
            emulated="drivers/emulators/pn532.py",
            recorded="pn532_uid, pn532_block_pulled",
        ),
    ),
    Kind(
        name="m1_aabb_serial",
        device=DeviceType.CARD_READER,
        link=Link.SERIAL,
        make=_m1_aabb_serial,
        probe_order=40,
        probe_bauds=(115200, 19200),
        check=check_number,
        options={
            "port": Option(str, place=Place.SERIAL_PORT),
            "baud": Option(int, 115200, choices=(115200, 19200)),
            "node": Option(int, 0xFFFF, lowest=0, highest=0xFFFF),
            "beep": Option(bool, False),
            **NUMBER_OPTIONS,
        },
        datasheet=Datasheet(
            models="YHY523U, YHY632 and clones with AA BB frames",
            not_supported="two cards at once, writing and purses, LEDs, JMY6xx, STX/ETX and 7E frames, vendor libraries",
            emulated="drivers/emulators/m1_reader.py",
            recorded="m1_aabb_uid, m1_aabb_block",
        ),
    ),
)
