"""What a terminal can say: fixed phrases by code, in both languages, and the sound that goes before each.

Only these can be spoken, and the number of a ticket, which is nobody's name. There is no way to hand in a name or a
balance, so none is ever said aloud.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """`sound` names one of kiosk.services.sounds, played just before, or is empty."""

    zh: str
    en: str
    sound: str = ""

    def text(self, locale: str) -> str:
        return self.zh if locale == "zh_CN" else self.en


TICKET_CHIME = "chime"
_TICKET_CALL = {
    "zh_CN": "请 {number} 号到 {window} 号窗口",
    "en": "Number {number}, please go to window {window}",
}
_TICKET = re.compile(r"[A-Z]\d{3,4}")
_WINDOW = re.compile(r"[A-Z]?\d{1,2}")


def ticket_call(number: str, window: str, locale: str) -> str:
    """The sentence that calls a ticket. Raises ValueError for what is neither a ticket's number nor a window's: nothing
    else gets into a sentence that is said aloud."""
    if not _TICKET.fullmatch(number) or not _WINDOW.fullmatch(window):
        raise ValueError("only a ticket like A017 and a window like 1 are called")
    return _TICKET_CALL[locale].format(number=number, window=window)


PHRASES = {
    # the diner
    "swipe_card": Phrase("请刷卡", "Please tap your card"),
    "take_meal": Phrase("请取餐", "Please take your meal", "served"),
    "already_used": Phrase(
        "这餐已经用过，请看屏幕", "This meal was used before. Please look at the screen", "attention"
    ),
    "tap_again": Phrase("请再放一次卡", "Please tap your card again", "attention"),
    "tap_same_card": Phrase(
        "再要一份，请再刷一次同一张卡", "For a second plate, tap the same card again", "attention"
    ),
    "same_card": Phrase(
        "请再放上同一张卡，放稳", "Please put the same card back, and hold it still", "attention"
    ),
    "other_card": Phrase(
        "这是另一张卡，请先放刚才那张",
        "This is another card. Please finish with the first one",
        "attention",
    ),
    "wrong_card": Phrase(
        "这张卡在这里不能用，请看屏幕",
        "This card cannot be used here. Please look at the screen",
        "attention",
    ),
    "low_balance": Phrase(
        "卡里余额不够，请找工作人员", "Your balance is low. Please ask a person", "attention"
    ),
    "lapsed": Phrase(
        "补贴到期了，请找工作人员", "Your subsidy has run out. Please ask a person", "attention"
    ),
    "card_lost": Phrase(
        "这张卡已经挂失，请找工作人员", "This card was reported lost. Please ask a person", "attention"
    ),
    "card_unknown": Phrase(
        "没有找到这张卡，请找工作人员", "This card is not known here. Please ask a person", "attention"
    ),
    "sold_out": Phrase(
        "这餐已经售完，请看屏幕", "This meal is sold out. Please look at the screen", "attention"
    ),
    "outside_hours": Phrase(
        "现在不是用餐时间，请看屏幕", "It is not meal time now. Please look at the screen", "attention"
    ),
    "closed": Phrase(
        "这餐已经结束，请找工作人员", "This meal has been closed. Please ask a person", "attention"
    ),
    "offline": Phrase("网络断开，照常就餐", "The network is down. Meals go on as usual"),
    "clock_untrusted": Phrase(
        "时间待核，请工作人员选餐次", "The time is not certain. Staff, please choose the meal", "attention"
    ),
    # every terminal
    "place_id": Phrase("请把身份证放在亮灯的位置", "Please put your ID card where the light is"),
    "read_done": Phrase("读好了", "It has been read"),
    "printing": Phrase("正在打印，请等一下", "Printing. One moment please"),
    "take_id": Phrase("请拿好身份证", "Please take your ID card"),
    "take_id_and_slip": Phrase("请拿好身份证和凭条", "Please take your ID card and your slip"),
    "take_card": Phrase("请拿好您的卡", "Please take your card"),
    "take_card_and_slip": Phrase("请拿好您的卡和凭条", "Please take your card and your slip"),
    "take_slip": Phrase("请拿好凭条", "Please take your slip"),
    "card_left": Phrase("请拿走您的卡", "Please take your card from the machine", "attention"),
    "card_still_there": Phrase(
        "您的卡还在机器上，请拿走", "Your card is still on the machine. Please take it", "alarm"
    ),
    "card_forgotten": Phrase(
        "机器上有一张卡忘了拿，请告诉工作人员",
        "A card was forgotten on this machine. Please tell a person",
        "alarm",
    ),
    "go_on": Phrase("还要继续吗，请点屏幕", "Would you like to go on? Please touch the screen", "attention"),
    "paper_out": Phrase(
        "打印纸用完了，您的记录已经保存好", "The paper has run out. Your record is safe", "attention"
    ),
    "still_there": Phrase(
        "您还在吗？要继续请点屏幕", "Are you still there? Touch the screen to go on", "attention"
    ),
    "staff_coming": Phrase("工作人员马上到", "A person is on the way"),
    "headset_only": Phrase(
        "这一页只读到耳机里，请看屏幕",
        "This page is read to a headset only. Please look at the screen",
        "attention",
    ),
    "say_need": Phrase("请说出您的需要", "Please say what you need"),
    # before the camera
    "pose_straight": Phrase("请看正前方", "Please look straight ahead"),
    "pose_left": Phrase("请慢慢向左转头，再转回来", "Please turn your head slowly to the left, and back"),
    "pose_right": Phrase("请慢慢向右转头，再转回来", "Please turn your head slowly to the right, and back"),
    "poses_done": Phrase("好了，谢谢您", "All done, thank you"),
    "face_nobody": Phrase(
        "还没看到您，请站到屏幕前", "No face is seen yet. Please stand in front of the screen"
    ),
    "face_several": Phrase("请一次一位", "One person at a time, please"),
    "face_closer": Phrase("请再近一点", "A little closer, please"),
    "face_back": Phrase("请退后一点", "A little further back, please"),
    "face_light": Phrase("光线不合适，请面向亮的地方", "Too dark or too bright. Please turn to the light"),
    "face_still": Phrase("请稍等，先别动", "Please hold still"),
    "face_turn": Phrase("请再转过去一点", "A little further round, please"),
    "out_of_service": Phrase(
        "这台机器暂停服务，请到窗口办", "This machine is out of service. Please go to the window", "attention"
    ),
}
