"""What a withdrawal says on paper (pure): the proof once every machine has deleted, before that a slip that says what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drivers.printers.slip import Inverted, Logo, Pair, Part, Rule, Slip, Tag, Text, Title
from kiosk.services.front_desk.desk_slips import hall_name
from kiosk.services.slips import Place


@dataclass(frozen=True, slots=True)
class WithdrawalSaid:
    """`at` is local "YYYY-MM-DD HH:MM" of the wish, "" while the clock is not trusted. `deleted` and `waiting` name machines."""

    number: str
    masked_name: str
    at: str
    deleted: Sequence[str] = ()
    waiting: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _WithdrawalWords:
    proof_title: str
    pending_title: str
    pending: str
    number: str
    name: str
    at: str
    time_untrusted: str
    deleted: str
    waiting: str
    between: str
    everywhere: str
    stopped: str
    not_yet: str
    fetch: str
    questions: str
    device: str


_WORDS: Mapping[str, _WithdrawalWords] = {
    "zh_CN": _WithdrawalWords(
        proof_title="刷脸同意撤回凭证",
        pending_title="刷脸同意撤回受理单",
        pending="还在删除",
        number="编号",
        name="本人",
        at="撤回时间",
        time_untrusted="时间待核",
        deleted="已删除",
        waiting="等待联系",
        between="、",
        everywhere="您的刷脸信息已从所有机器上删除。",
        stopped="本机已停止识别您。",
        not_yet="有的机器还没有回话，\n联系上就删除。",
        fetch="请带卡到任意一台机器\n领取撤回凭证。",
        questions="有疑问请打 {}",
        device="本机",
    ),
    "en": _WithdrawalWords(
        proof_title="Proof of withdrawal",
        pending_title="Withdrawal received",
        pending="Still being deleted",
        number="Number",
        name="Person",
        at="Withdrawn",
        time_untrusted="Time to be checked",
        deleted="Deleted on",
        waiting="Waiting for",
        between=", ",
        everywhere="What machines knew of your face\nis deleted on all of them.",
        stopped="This machine has stopped\nrecognising you.",
        not_yet="Some machines have not answered.\nThey delete as soon as they do.",
        fetch="Fetch the proof with your card\nat any machine.",
        questions="Questions: {}",
        device="Machine",
    ),
}


def proof_slip(said: WithdrawalSaid, place: Place, locale: str = "zh_CN") -> dict[str, Any]:
    """Only for a withdrawal of which every machine has said that it deleted."""
    words = _WORDS[locale]
    logo = Logo(hall_name(place, locale))
    parts = [logo, *_head(words.proof_title, said, words), Text(words.everywhere)]
    return _slip(parts, place, words)


def pending_slip(said: WithdrawalSaid, place: Place, locale: str = "zh_CN") -> dict[str, Any]:
    """What is done, what is not, and how the proof is come by."""
    words = _WORDS[locale]
    parts = [Logo(hall_name(place, locale)), *_head(words.pending_title, said, words)]
    parts.insert(2, Inverted(words.pending))
    parts += [Text(words.stopped), Text(words.not_yet), Rule(dashed=True), Text(words.fetch)]
    return _slip(parts, place, words)


def _head(title: str, said: WithdrawalSaid, words: _WithdrawalWords) -> list[Part]:
    parts: list[Part] = [
        Title(title),
        Rule(),
        Pair(words.number, said.number),
        Pair(words.name, said.masked_name),
        Pair(words.at, said.at or words.time_untrusted),
    ]
    for label, machines in ((words.deleted, said.deleted), (words.waiting, said.waiting)):
        if machines:
            parts.append(Pair(label, words.between.join(machines)))
    return [*parts, Rule(dashed=True)]


def _slip(parts: list[Part], place: Place, words: _WithdrawalWords) -> dict[str, Any]:
    questions = [Text(words.questions.format(place.phone))] if place.phone else []
    foot: list[Part] = [*questions, Rule(dashed=True), Tag(words.device, place.terminal_id)]
    return Slip((*parts, *foot)).to_json()
