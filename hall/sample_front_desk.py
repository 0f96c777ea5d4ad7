"""What the sample hall's desk knows of its invented people: who looks after them, what of theirs is under way, who has an
appointment today, which senders call for help, and of whom nobody has seen a sign for days."""

from __future__ import annotations

from dataclasses import dataclass

GRID_WORKERS = {"S-H1-G1": "陈样本", "S-H1-G2": "杜样本"}
"""By staff_id. They look after the people of a few streets each."""


@dataclass(frozen=True)
class SampleFile:
    """Of a sample resident, by serial. `days` since the last visit, 0: never came. `family` has a phone to be told at."""

    serial: int
    grid_worker: str
    place_zh: str
    place_en: str
    days: int = 0
    family: bool = False


@dataclass(frozen=True)
class SampleMatter:
    """`worker`: the staff_id of who has it in hand."""

    serial: int
    number: str
    title_zh: str
    title_en: str
    note_zh: str
    note_en: str
    icon: str
    state: str
    need: bool = False
    sensitive: bool = False
    worker: str = ""


@dataclass(frozen=True)
class SampleAppointment:
    """`at` of the day of the seed."""

    serial: int
    at: str
    title_zh: str
    title_en: str
    window: str


@dataclass(frozen=True)
class SampleSender:
    """`serial` 0: it hangs in a room, and is nobody's."""

    sender: str
    sort: str
    serial: int
    place_zh: str
    place_en: str


FILES = (
    SampleFile(101, "S-H1-G1", "和顺里 2 幢 1 单元", "2 Heshun Lane, entrance 1", days=3),
    SampleFile(102, "S-H1-G2", "和顺里 6 幢 2 单元", "6 Heshun Lane, entrance 2", days=14),
    SampleFile(103, "S-H1-G1", "春晖苑 4 幢", "4 Chunhui Court"),
    SampleFile(104, "S-H1-G1", "和顺里 3 幢 2 单元", "3 Heshun Lane, entrance 2", days=30, family=True),
    SampleFile(105, "S-H1-G2", "春晖苑 1 幢", "1 Chunhui Court"),
    SampleFile(108, "S-H1-G1", "和顺里 1 幢 3 单元", "1 Heshun Lane, entrance 3", days=7),
    SampleFile(111, "S-H1-G2", "春晖苑 2 幢", "2 Chunhui Court", family=True),
    SampleFile(112, "S-H1-G1", "和顺里 5 幢", "5 Heshun Lane"),
    SampleFile(113, "S-H1-G1", "和顺里 1 幢", "1 Heshun Lane", family=True),
    SampleFile(115, "S-H1-G2", "春晖苑 3 幢", "3 Chunhui Court", days=60),
)
MATTERS = (
    SampleMatter(
        108, "D-0107", "居住证明", "Proof of residence", "可以取件，1 号窗口", "To be fetched at window 1",
        "file-text-fill", "ready", worker="S-H1-1",
    ),
    SampleMatter(
        108, "N-0231", "楼道扶手维修", "Handrail on the stairs", "约好上门", "A visit is arranged",
        "wrench-fill", "open", need=True, worker="S-H1-G1",
    ),
    SampleMatter(
        102, "D-0112", "医疗救助申请", "Medical aid", "等待材料", "Waiting for papers",
        "file-text-fill", "waiting", sensitive=True, worker="S-H1-2",
    ),
    SampleMatter(
        102, "N-0236", "家里水管漏水", "A leaking pipe", "已派工", "Somebody is on the way",
        "wrench-fill", "open", need=True, worker="S-H1-G2",
    ),
    SampleMatter(
        101, "N-0240", "想学用手机", "Would like to learn to use a telephone", "周五下午有课", "A class on Friday afternoon",
        "student-fill", "open", need=True, worker="S-H1-3",
    ),
    SampleMatter(
        104, "N-0228", "邻里调解", "Mediation with a neighbour", "正在约时间", "A time is being found",
        "scales-fill", "open", need=True, sensitive=True, worker="S-H1-3",
    ),
)  # fmt: skip
APPOINTMENTS = (
    SampleAppointment(101, "09:30", "老年大学报名", "Classes for elders", "1"),
    SampleAppointment(115, "10:00", "居住证明", "Proof of residence", "2"),
    SampleAppointment(104, "14:00", "社保卡补卡", "A new social security card", "2"),
)
SENDERS = (
    SampleSender("C0FFE/1", "call_box", 0, "一楼休息区，窗边", "Ground floor, by the window"),
    SampleSender("C0FFE/2", "call_box", 0, "无障碍卫生间", "Accessible toilet"),
    SampleSender("C0FFE/3", "call_box", 0, "二楼活动室", "First floor, activity room"),
    SampleSender("BR-0001", "bracelet", 104, "", ""),
    SampleSender("BR-0002", "bracelet", 111, "", ""),
    # One that the desk's own receiver hears: by the address and key of its radio code.
    SampleSender("B7C21/4", "bracelet", 113, "", ""),
)
CARE = {111: 1, 113: 2, 112: 3}
"""Days without a sign of life, by serial: reminded, rung up, visited."""
