"""Smart card readers by PC/SC: the reader is found by its name, and the service `pcscd` is asked again and again.

pyscard is used for its plain calls only. Its monitor dies without a word when the service restarts, and its connection
objects keep state of their own; here each state is asked for when it is needed. What was seen on pcscd 1.9.9:

* A card that is pulled within a command gives success and no bytes, then `not transacted`. So no error of a command is
  looked at: whatever is no answer means that the card has gone, and the next wait finds out why.
* `SCardTransmit` waits for ever if the reader does. So every call has a deadline (`bounded_calls`); `SCardCancel` ends
  nothing but a wait for a change, and there is nothing else that ends a call.
* A killed service makes every call fail with `no service`; after its restart the old context is an invalid handle.
* A card is let go without a reset: the reset of one that has just left makes the service forget that it has left, and
  the next card is not seen at all.
* The upper half of a reader's state counts cards that came and went: it tells a card from the next one, even when
  nobody looked in between.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any, NoReturn

from drivers.base import DeviceBusy, DeviceDenied, DeviceError, DeviceGone, ProtocolError
from drivers.cards.apdu import CardGone, NotReadable
from drivers.cards.bounded_calls import BoundedCalls

LOOK_S = 1.0  # the longest single wait for a change: the service's end is seen by then
CALL_S = 3.0  # every other call comes back at once, or something is stuck
_COUNTER = 16


class ServiceDown(DeviceError):
    """The service `pcscd` does not run, or has just been restarted."""

    code = "pcsc.service_down"


class ReaderUnclear(DeviceError):
    """Several readers fit, and no name says which is meant."""

    code = "pcsc.reader_unclear"


class PcscTransport:
    """One reader. `pattern` is a part of its name, with * and ?; "" for the only one there is."""

    def __init__(self, pattern: str) -> None:
        self.name = pattern or "PC/SC"
        self._pattern = pattern
        self._calls = BoundedCalls(self.name)
        self._scard: ModuleType | None = None
        self._context = 0
        self._card = 0
        self._protocol = 0
        self._state = 0
        self._card_count = -1  # the counter when the card that lies there came

    def open(self) -> None:
        """Asks the service for the reader. Raises ServiceDown, DeviceGone, ReaderUnclear, DeviceTimeout."""
        self.close()
        from smartcard import scard

        self._scard = scard
        failure, context = self._at_once(scard.SCardEstablishContext, scard.SCARD_SCOPE_SYSTEM)
        if failure:
            self._raise(failure, "no service")
        self._context = context
        try:
            self.name = self._found()
            self._look(0)
        except DeviceError:
            self.close()
            raise

    def close(self) -> None:
        """Gives the reader back. Never raises, and never waits for a call that is stuck."""
        scard, context, card = self._scard, self._context, self._card
        self._context = self._card = self._state = 0
        self._card_count = -1

        def leave() -> None:
            if scard is not None and card:
                scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
            if scard is not None and context:
                scard.SCardReleaseContext(context)

        self._calls.end(last=leave)

    def check(self) -> None:
        """See `ApduTransport.check`."""
        self._look(0)

    def wait_card(self, timeout_s: float) -> bytes | None:
        """See `ApduTransport.wait_card`. A card that does not answer its reset is there, too: with no bytes."""
        scard = self._api()
        deadline = time.monotonic() + timeout_s
        atr = self._look(0)
        while not self._state & scard.SCARD_STATE_PRESENT:
            if time.monotonic() >= deadline:
                return None
            atr = self._look(deadline - time.monotonic())
        self._card_count = self._state >> _COUNTER
        return atr

    def wait_lifted(self, timeout_s: float) -> bool:
        """See `ApduTransport.wait_lifted`."""
        scard = self._api()
        deadline = time.monotonic() + timeout_s
        while True:
            there = self._state & scard.SCARD_STATE_PRESENT
            if not there or self._state >> _COUNTER != self._card_count:
                return True
            if time.monotonic() >= deadline:
                return False
            self._look(deadline - time.monotonic())

    def connect(self) -> None:
        """Takes the card for itself: another program's commands in between would select another application. Raises
        CardGone, NotReadable, DeviceBusy, DeviceError."""
        scard = self._api()
        self.disconnect()
        both = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        failure, card, protocol = self._at_once(
            scard.SCardConnect, self._context, self.name, scard.SCARD_SHARE_EXCLUSIVE, both
        )
        if failure:
            self._raise_of_card(failure)
        self._card, self._protocol = card, protocol

    def transmit(self, command: bytes, timeout_s: float) -> bytearray:
        """See `ApduTransport.transmit`."""
        scard = self._api()
        if not self._card:
            raise CardGone(f"{self.name}: no card is taken")
        header = scard.SCARD_PCI_T0 if self._protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
        failure, answer = self._calls.call(
            scard.SCardTransmit, self._card, header, list(command), timeout_s=timeout_s
        )
        if failure or not answer:
            raise CardGone(f"{self.name}: no answer")
        return bytearray(answer)

    def disconnect(self) -> None:
        """Ends the hold on the card. Never raises."""
        scard, card, self._card = self._scard, self._card, 0
        if scard is None or not card:
            return
        try:
            self._at_once(scard.SCardDisconnect, card, scard.SCARD_LEAVE_CARD)
        except DeviceError:
            return  # stuck, which the next call says

    def _api(self) -> ModuleType:
        if self._scard is None or not self._context:
            raise DeviceGone(f"{self.name}: not open")
        return self._scard

    def _found(self) -> str:
        """The whole name of the reader that is meant."""
        failure, names = self._at_once(self._api().SCardListReaders, self._context, [])
        if failure and failure != self._api().SCARD_E_NO_READERS_AVAILABLE:
            self._raise(failure, "the readers are not told")
        fitting = [name for name in names or [] if name_fits(self._pattern, name)]
        if not fitting:
            raise DeviceGone(f"{self._pattern or 'PC/SC'}: no such reader")
        if len(fitting) > 1:
            raise ReaderUnclear(f"{', '.join(fitting)}: name the one that is meant")
        return str(fitting[0])

    def _look(self, timeout_s: float) -> bytes:
        """Waits for a change of the reader's state, LOOK_S at most. Returns the card's answer to reset, b"" for none."""
        scard = self._api()
        wait_s = min(max(timeout_s, 0.0), LOOK_S)
        failure, states = self._calls.call(
            scard.SCardGetStatusChange,
            self._context,
            round(wait_s * 1000),
            [(self.name, self._state)],
            timeout_s=wait_s + CALL_S,
        )
        if failure not in (scard.SCARD_S_SUCCESS, scard.SCARD_E_TIMEOUT):
            self._raise(failure, "its state is not told")
        _, state, atr = states[0]
        if state & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_IGNORE):
            raise DeviceGone(f"{self.name}: unplugged")
        self._state = state
        return bytes(atr)

    def _at_once(self, function: Callable[..., Any], *arguments: object) -> Any:
        """A call that should come back at once."""
        return self._calls.call(function, *arguments, timeout_s=CALL_S)

    def _raise_of_card(self, failure: int) -> NoReturn:
        scard = self._api()
        if failure in (scard.SCARD_E_NO_SMARTCARD, scard.SCARD_W_REMOVED_CARD, scard.SCARD_W_RESET_CARD):
            raise CardGone(f"{self.name}: no card")
        if failure in (scard.SCARD_W_UNRESPONSIVE_CARD, scard.SCARD_W_UNPOWERED_CARD):
            raise NotReadable("card.noise")
        if failure in (scard.SCARD_E_PROTO_MISMATCH, scard.SCARD_W_UNSUPPORTED_CARD):
            raise NotReadable("card.unsupported")
        if failure == scard.SCARD_E_SHARING_VIOLATION:
            raise DeviceBusy(f"{self.name}: another program holds the card")
        self._raise(failure, "the card is not given")

    def _raise(self, failure: int, what: str) -> NoReturn:
        scard = self._scard
        message = f"{self.name}: {what} (0x{failure & 0xFFFFFFFF:08X})"
        if scard is None or failure in _down(scard):
            raise ServiceDown(message)
        if failure in (scard.SCARD_W_SECURITY_VIOLATION, scard.SCARD_E_NO_ACCESS):
            raise DeviceDenied(message)  # polkit: on Debian only people at the machine may use cards
        if failure in (scard.SCARD_E_UNKNOWN_READER, scard.SCARD_E_READER_UNAVAILABLE):
            raise DeviceGone(message)
        raise ProtocolError(message)


def name_fits(pattern: str, name: str) -> bool:
    """Whether a reader is meant: `pattern` occurs in its name, * for anything and ? for one character. Brackets are
    what they are: makers write [PICC] into names."""
    parts = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.search(parts, name, re.IGNORECASE) is not None


def _down(scard: ModuleType) -> tuple[int, ...]:
    """What calls say when the service has gone or is another one than before."""
    return (
        scard.SCARD_E_NO_SERVICE,
        scard.SCARD_E_SERVICE_STOPPED,
        scard.SCARD_E_INVALID_HANDLE,
        scard.SCARD_F_COMM_ERROR,
        scard.SCARD_E_SYSTEM_CANCELLED,
    )
