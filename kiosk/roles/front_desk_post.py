"""What the parts of a desk's flow share: its outlet, who is signed in, and the bars around its pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk import commands
from kiosk.i18n import Translator
from kiosk.roles.resident_errand import Facts, translator_of
from kiosk.views import StaffRecord
from kiosk.views_front_desk import AlarmShown
from kiosk.views_resident import Around


@dataclass
class Post:
    """The desk as staff work at it. `number` gives a wish its number; `alarm` is what its pages show of the most urgent one;
    `is_turned`: a visitor has the screen."""

    ask: Callable[[commands.Command], None]
    number: Callable[[], int]
    facts: Facts
    locale: str
    staff: StaffRecord | None = None
    alarm: AlarmShown | None = None
    is_turned: bool = False

    @property
    def staff_id(self) -> str:
        """Who is signed in, "" nobody."""
        return self.staff.staff_id if self.staff else ""

    @property
    def is_covered(self) -> bool:
        """Names, ages and addresses are for whoever is signed in and has the screen before her."""
        return self.staff is None or self.is_turned

    def around(self) -> Around:
        return Around(locale=self.locale, alarm=self.alarm)

    def words(self) -> Translator:
        return translator_of(self.locale)

    def of(self, chinese: str, english: str) -> str:
        """Which of two given names to show."""
        return english if self.locale == "en" and english else chinese
