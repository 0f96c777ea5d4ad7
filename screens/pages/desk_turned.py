"""Pages of residents on a desk's screen that is turned to them: the same words in two columns, because it is low."""

from __future__ import annotations

from kivy.properties import StringProperty

from kiosk.views import Chrome
from kiosk.views_resident import NoticePage
from screens.pages.choose_list import ChooseListPage
from screens.pages.consent_text import ConsentWordsPage
from screens.pages.finished import FinishedThingsPage
from screens.pages.help_modal import HelpModalPage
from screens.pages.message import ClearWordsPage
from screens.pages.notice import NoticeTextPage
from screens.pages.page import load_layout
from screens.pages.place_card import PlaceCardPage
from screens.pages.still_there import GoOnAskedPage, StillTherePage


class LyingPlaceCardPage(PlaceCardPage):
    """What to do on the left, where on the right."""


class LyingFinishedPage(FinishedThingsPage):
    """That it is done on the left, what not to forget on the right."""


class LyingMessagePage(ClearWordsPage):
    """Clear words on the left, the ways on at the right."""


class LyingNoticePage(NoticeTextPage):
    """What is done with personal data, without the sign that an upright page has room for."""

    promise = StringProperty("")

    def show(self, view: NoticePage, chrome: Chrome) -> None:
        super().show(view, chrome)
        # The break made by hand is the upright page's; here the column is narrower.
        promise = self.words.text("You decide. The service is the same\neither way, at the window too.")
        self.promise = promise.replace("\n", " " if self.words.locale == "en" else "")


class LyingListPage(ChooseListPage):
    """A list, with its pages turned beside the way back."""


class LyingConsentWordsPage(ConsentWordsPage):
    """The whole wording, with its pages turned beside the way back."""


class LyingStillTherePage(StillTherePage):
    """The seconds beside the question."""


class LyingGoOnAskedPage(GoOnAskedPage):
    """The seconds beside the question."""


class LyingHelpPage(HelpModalPage):
    """Somebody is coming, on a card that is wide instead of high."""


load_layout(__file__)
