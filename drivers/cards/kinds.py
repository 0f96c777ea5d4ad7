"""The kinds of card readers. A driver is imported when one of its kind is made: a configuration is checked without it."""

from __future__ import annotations

from drivers.base import Driver
from drivers.cards.mifare import NUMBER_OPTIONS
from drivers.kinds import (
    Datasheet,
    DeviceType,
    Kind,
    Link,
    MissingOption,
    Option,
    Options,
    Place,
    Surroundings,
    text,
    truth,
    whole,
)


def _em4100_serial(options: Options, surroundings: Surroundings) -> Driver:
    from drivers.cards.em4100 import Em4100Reader
    from drivers.transport import SerialTransport

    transport = SerialTransport(text(options, "port"), whole(options, "baud"))
    return Em4100Reader(
        surroundings.logged(transport), surroundings.known, monotonic_ns=surroundings.monotonic_ns
    )


def _pcsc(options: Options, surroundings: Surroundings) -> Driver:
    from drivers.cards.apdu_log import LoggedApduTransport
    from drivers.cards.apdu_transport import ApduTransport
    from drivers.cards.pcsc import PcscReader, wanted_of
    from drivers.cards.pcsc_transport import PcscTransport

    transport: ApduTransport = surroundings.recorded_apdus or PcscTransport(text(options, "reader"))
    if surroundings.wire_log is not None:
        transport = LoggedApduTransport(transport, surroundings.wire_log)
    return PcscReader(transport, wanted_of(options), monotonic_ns=surroundings.monotonic_ns)


NUMBER_FORMATS = ("10H", "10D", "10D_reversed", "8H", "8H_reversed")


def _wedge(options: Options, surroundings: Surroundings) -> Driver:
    from drivers.cards.numbers import TypedForm
    from drivers.cards.wedge import WedgeReader
    from drivers.keyboard.input_device import InputDeviceTransport

    transport = surroundings.logged(InputDeviceTransport(text(options, "path")))
    first_byte = int(text(options, "first_byte") or "0", 16)
    return WedgeReader(
        transport,
        TypedForm(text(options, "number_format")),
        first_byte,
        monotonic_ns=surroundings.monotonic_ns,
    )


def _first_byte_where_left_out(options: Options) -> None:
    if options["number_format"] != "10H" and not options["first_byte"]:
        raise MissingOption(
            "first_byte",
            f"number_format {options['number_format']} leaves out the card's first byte: first_byte says it",
        )


def _sam_serial(options: Options, surroundings: Surroundings) -> Driver:
    from drivers.cards.id_card import BAUDS, SamReader
    from drivers.transport import SerialTransport

    port = text(options, "port")
    bauds = (whole(options, "baud"),) if whole(options, "baud") else BAUDS
    return SamReader(
        {baud: surroundings.logged(SerialTransport(port, baud)) for baud in bauds},
        appended_address=truth(options, "appended_address"),
        wire_log=surroundings.wire_log,
        monotonic_ns=surroundings.monotonic_ns,
    )


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
    Kind(
        name="wedge",
        device=DeviceType.CARD_READER,
        link=Link.KEYBOARD,
        make=_wedge,
        check=_first_byte_where_left_out,
        options={
            "path": Option(str, place=Place.DEVICE_FILE),
            "number_format": Option(
                str,
                choices=NUMBER_FORMATS,
                reason=f"one of {', '.join(NUMBER_FORMATS)}; 3+5 and 8D leave out two of a card's five bytes, so that "
                "one number could mean two cards",
            ),
            "first_byte": Option(
                str,
                "",
                pattern="([0-9A-Fa-f]{2})?",
                reason="two hex digits, as an RDM6300 or 10H reader shows them",
            ),
        },
        datasheet=Datasheet(
            models="USB readers for 125 kHz that type a number and Enter",
            not_supported="3+5 and 8D (one number, several cards), other keyboard layouts, saying when a card leaves",
            emulated="drivers/emulators/keyboard.py",
            recorded="wedge_two_cards",
        ),
    ),
    Kind(
        name="pcsc",
        device=DeviceType.CARD_READER,
        link=Link.PCSC,
        make=_pcsc,
        options={
            "reader": Option(str, "", place=Place.READER_NAME),
            "reads": Option(str, "auto", choices=("uid", "mifare", "social_security", "transport", "auto")),
            "holder": Option(bool, True),
        }
        | {name: option for name, option in NUMBER_OPTIONS.items() if name != "number"},
        datasheet=Datasheet(
            models="CCID smart card readers, by contact and by radio (ACR122U, ACR39U and others that pcscd knows)",
            not_supported="whatever needs a PSAM or a PIN, writing, second-generation ID cards; a bank card is only "
            "told to be one",
            emulated="drivers/emulators/smart_card.py",
            recorded="pcsc_social_security, pcsc_t_union, pcsc_mifare, pcsc_bank, pcsc_pulled",
        ),
    ),
    Kind(
        name="sam_serial",
        device=DeviceType.CARD_READER,
        link=Link.SERIAL,
        make=_sam_serial,
        probe_order=20,
        probe_bauds=(0,),
        options={
            "port": Option(str, place=Place.SERIAL_PORT),
            "baud": Option(int, 115200, choices=(0, 115200, 57600, 38400, 19200, 9600, 230400)),
            "appended_address": Option(bool, False),
        },
        datasheet=Datasheet(
            models="readers of second-generation ID cards with a SAM module on a serial line (115200 and other speeds)",
            not_supported="fingerprints, the photograph without a decoder plug-in, native USB readers (0400:C35A)",
            emulated="drivers/emulators/sam.py",
            recorded="sam_resting_card, sam_rough_line",
        ),
    ),
)
