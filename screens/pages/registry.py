"""Which page draws which View. A page's module, and with it its layout, is loaded when the page is first built."""

from __future__ import annotations

from importlib import import_module

from kiosk import views, views_diagnostics, views_front_desk, views_resident
from screens.pages.page import Page

RESIDENT_PAGES: dict[type, tuple[str, str]] = {
    views_resident.ResidentHome: ("resident_home", "ResidentHomePage"),
    views_resident.PlaceCard: ("place_card", "PlaceCardPage"),
    views_resident.NoticePage: ("notice", "NoticeTextPage"),
    views_resident.ListPage: ("choose_list", "ChooseListPage"),
    views_resident.RecordTable: ("record_table", "RecordTablePage"),
    views_resident.Waiting: ("waiting", "WaitingPage"),
    views_resident.PrintingPage: ("printing", "PrintingProgressPage"),
    views_resident.FinishedPage: ("finished", "FinishedThingsPage"),
    views_resident.PrintTrouble: ("print_trouble", "PrintTroublePage"),
    views_resident.MessagePage: ("message", "ClearWordsPage"),
    views_resident.RatingPage: ("rating", "FiveFacesPage"),
    views_resident.StillThere: ("still_there", "StillTherePage"),
    views_resident.GoOnAsked: ("still_there", "GoOnAskedPage"),
    views_resident.CardForgotten: ("card_forgotten", "CardForgottenPage"),
    views_resident.Slideshow: ("slideshow", "SlidePage"),
    views_resident.GuidePage: ("guide", "GuideScreen"),
    views_resident.SearchPage: ("search", "SearchScreen"),
    views_resident.FieldPage: ("field", "FieldScreen"),
    views_resident.PaperPage: ("paper", "PaperScreen"),
    views_resident.SignPage: ("sign", "SignScreen"),
    views_resident.ReviewPage: ("review", "ReviewScreen"),
    views_resident.ReceiptPage: ("receipt", "ReceiptScreen"),
    views_resident.HandOffPage: ("hand_off", "HandOffScreen"),
    views_resident.RoutePage: ("route", "RouteScreen"),
}
"""What a resident's terminal shows; each is built in each of its modes."""

VISITOR_PAGES: dict[type, tuple[str, str]] = {
    views_front_desk.ConsentPage: ("consent", "ConsentAskedPage"),
    views_front_desk.ConsentTextPage: ("consent_text", "ConsentWordsPage"),
    views_front_desk.PosePage: ("pose", "PoseScreen"),
    views_front_desk.TicketPage: ("ticket", "TicketScreen"),
    views_front_desk.WithdrawnPage: ("withdrawn", "WithdrawnScreen"),
}
"""What is asked at the door, or on a desk's screen that is turned round; each is built in each mode."""

DESK_PAGES: dict[type, tuple[str, str]] = {
    views_front_desk.DeskBoard: ("desk_board", "DeskBoardPage"),
    views_front_desk.DeskKeypad: ("desk_keypad", "DeskKeypadPage"),
    views_front_desk.DeskList: ("desk_list", "DeskListPage"),
    views_front_desk.CallPage: ("call", "CallScreen"),
    views_front_desk.OutcomePage: ("outcome", "OutcomeScreen"),
}
"""What staff of a front desk see, in the normal mode."""

PAGES: dict[type, tuple[str, str]] = {
    **RESIDENT_PAGES,
    **VISITOR_PAGES,
    **DESK_PAGES,
    views.Starting: ("starting", "StartingPage"),
    views.Idle: ("idle", "IdlePage"),
    views.Served: ("served", "ServedPage"),
    views.Attention: ("attention", "AttentionPage"),
    views.RetapAsked: ("retap_asked", "RetapAskedPage"),
    views.SameCardAsked: ("same_card_asked", "SameCardAskedPage"),
    views.PowerCut: ("power_cut", "PowerCutPage"),
    views.DeclarePeriodPage: ("declare_period", "DeclarePage"),
    views.StaffBoard: ("staff_board", "StaffBoardPage"),
    views.StaffKeypad: ("staff_keypad", "StaffKeypadPage"),
    views.StaffList: ("staff_list", "StaffListPage"),
    views.StaffConfirm: ("staff_confirm", "StaffConfirmPage"),
    views.StaffDone: ("staff_done", "StaffDonePage"),
    views.HelpComing: ("help_coming", "HelpComingPage"),
    views.OutOfService: ("out_of_service", "OutOfServicePage"),
    views_diagnostics.DiagnosticsPage: ("diagnostics", "DiagnosticsListPage"),
    views_diagnostics.DeviceTestPage: ("device_test", "DeviceUnderTestPage"),
    views_diagnostics.TouchGridPage: ("touch_grid", "TouchPointsPage"),
}


UPRIGHT_PAGES: dict[type, tuple[str, str]] = {
    views.HelpComing: ("help_modal", "HelpModalPage"),
    views.OutOfService: ("resting", "RestingPage"),
}
"""Pages that an upright panel has otherwise."""


LYING_PAGES: dict[type, tuple[str, str]] = {
    views.HelpComing: ("desk_turned", "LyingHelpPage"),
    views_resident.PlaceCard: ("desk_turned", "LyingPlaceCardPage"),
    views_resident.FinishedPage: ("desk_turned", "LyingFinishedPage"),
    views_resident.MessagePage: ("desk_turned", "LyingMessagePage"),
    views_resident.NoticePage: ("desk_turned", "LyingNoticePage"),
    views_resident.StillThere: ("desk_turned", "LyingStillTherePage"),
    views_resident.GoOnAsked: ("desk_turned", "LyingGoOnAskedPage"),
    views_resident.ListPage: ("desk_turned", "LyingListPage"),
    views_front_desk.ConsentPage: ("consent", "LyingConsentPage"),
    views_front_desk.ConsentTextPage: ("desk_turned", "LyingConsentWordsPage"),
    views_front_desk.PosePage: ("pose", "LyingPoseScreen"),
    views_front_desk.TicketPage: ("ticket", "LyingTicketScreen"),
    views_front_desk.WithdrawnPage: ("withdrawn", "LyingWithdrawnScreen"),
}
"""Pages of residents that a desk's panel has otherwise: in two columns, because it is low."""


def page_class(kind: type, *, upright: bool = False, lying: bool = False) -> type[Page]:
    """The page for a kind of View on the panel and in the mode that it is built for."""
    others = UPRIGHT_PAGES if upright else LYING_PAGES if lying else PAGES
    module, name = others.get(kind, PAGES[kind])
    found: type[Page] = getattr(import_module(f"screens.pages.{module}"), name)
    return found
