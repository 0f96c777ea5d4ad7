"""The invented people who come to the service hall with an identity card. Nobody here exists, and everybody looks it:
the given names say 样本, the numbers begin with a province that does not exist, streets and phones cannot be found.

The hall keeps an identity card as a keyed digest alone, so their numbers are written to a file for the emulators'
panel and nowhere else.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

AREA = "109900"  # no province has the number 10
FOREIGN_AREA = "999900"
EPOCH_MS = 1_577_836_800_000
HOME = ("T-01", "D-01", "X-01")
LONGEST_NAME = "MARIA MAGDALENA SPECIMEN OF THE VERY LONG NAME UPON A CARD X"
ID_CARD_LIFE_YEARS = 20


@dataclass(frozen=True)
class SampleResident:
    """`serial` makes the number and the person_id. `age` is on the day of the seed. `statuses` are entitlements that are
    valid then. `card_ended`: the identity card is out of date. `known` False: the hall has never heard of this person.
    `top_up` is money in fen that the hall booked."""

    serial: int
    name: str
    age: int
    sex: str
    label_zh: str
    label_en: str
    statuses: tuple[str, ...] = ()
    purse: int = 10_000
    top_up: int = 0
    card_ended: bool = False
    known: bool = True
    foreigner: bool = False

    @property
    def person_id(self) -> str:
        """In the form of version 7 (RFC 9562), the same in every town."""
        return str(uuid.UUID(int=(EPOCH_MS + self.serial) << 80 | 0x7 << 76 | 0b10 << 62 | self.serial))

    @property
    def uid(self) -> str:
        """Of the hall's own card: five bytes of an EM4100, hex."""
        return f"0a5a{self.serial:06x}"

    def born(self, day: date) -> date:
        """A birthday in January, so that the age is right on `day` and mostly for months after it."""
        birthday = 1 + self.serial % 28
        had_it = (day.month, day.day) >= (1, birthday)
        return date(day.year - self.age - (0 if had_it else 1), 1, birthday)

    def number(self, day: date) -> str:
        """Eighteen characters, by GB 11643, with a right check character."""
        area = FOREIGN_AREA if self.foreigner else AREA
        ordinal = self.serial * 2 + (1 if self.sex == "1" else 0)  # odd for men
        digits = f"{area}{self.born(day):%Y%m%d}{ordinal:03d}"
        return digits + check_character(digits)

    @property
    def phone(self) -> str:
        return f"000{self.serial:08d}"

    @property
    def address(self) -> str:
        return f"示例省样本市测试路{self.serial}号"

    @property
    def card_valid_to(self) -> str:
        return "20200101" if self.card_ended else "20400101"


def check_character(digits: str) -> str:
    """Of seventeen digits: ISO 7064 MOD 11-2 (GB 11643)."""
    weighted = sum(int(digit) << place for place, digit in enumerate(reversed(digits), start=1))
    return "10X98765432"[weighted % 11]


EMPTY = SampleResident(107, "周样本", 45, "1", "什么记录都没有", "no record of any kind")
BULKY = SampleResident(108, "吴样本", 59, "2", "一万条积分记录", "10,000 rows of points")
RESIDENTS = (
    SampleResident(101, "赵样本", 68, "2", "赵，68 岁", "Zhao, 68", top_up=20_000),
    SampleResident(102, "孙样本", 76, "1", "孙，76 岁", "Sun, 76", statuses=("tekun",), top_up=5_000),
    SampleResident(103, "钱样本", 34, "2", "钱，34 岁", "Qian, 34"),
    SampleResident(104, "李样本", 71, "1", "李，71 岁", "Li, 71"),
    SampleResident(105, "陈\U00020001", 66, "2", "陈，66 岁，生僻字", "Chen, 66, a rare character"),
    SampleResident(106, LONGEST_NAME, 52, "2", "六十个字母的名字", "a name of 60 letters", foreigner=True),
    EMPTY,
    BULKY,
    SampleResident(109, "郑样本", 63, "1", "身份证已过期", "an ID card that has ended", card_ended=True),
    SampleResident(110, "王样本", 40, "1", "大厅不认识的人", "not known to the hall", known=False),
    SampleResident(111, "冯样本", 76, "2", "冯，76 岁", "Feng, 76"),
    SampleResident(112, "何样本", 79, "1", "何，79 岁", "He, 79"),
    SampleResident(113, "高样本", 84, "2", "高，84 岁", "Gao, 84"),
    SampleResident(114, "朱样本", 12, "1", "朱，12 岁，孩子", "Zhu, 12, a child"),
    SampleResident(115, "马样本", 58, "1", "马，58 岁", "Ma, 58"),
)
