"""Generated residents, staff and cards. Nobody here exists: names are drawn from lists of common characters by a fixed
seed, and every number is made up."""

from __future__ import annotations

import hashlib
import random
import uuid
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = (
    "秀英桂兰玉珍凤云淑华建国志明德福荣生长林海平春梅美霞丽敏静芳红金银宝成文义兴旺永顺学勤俭立新民和安康宁瑞祥庆松柏竹石川江"
    "河山峰雪月星辰东南西北光辉耀良善贤才俊杰勇刚强毅仁礼智信忠孝"
)
ONLY_IN_SECOND_FONT = "\U00020001", "\U00020003"
RARE_NAMES = ("王㛃", "李𬭩", "张𠅤", "刘䶮", f"陈{ONLY_IN_SECOND_FONT[0]}", f"杨{ONLY_IN_SECOND_FONT[1]}")

DIBAO_SHARE = 0.27
TOWNS = ("T-01", "T-02", "T-03")
DISTRICT, CITY = "D-01", "X-01"
OTHER_DISTRICT = "D-02"
ORDINARY = "ordinary"


@dataclass(frozen=True)
class Person:
    """`statuses` are (status, valid_from, valid_to), ISO dates; purse and welfare in fen; `kind` says what the card
    is good for at the emulators' panel."""

    person_id: str
    name: str
    birth_date: date
    short_number: str
    home: tuple[str, ...]
    uid: str
    tail: str
    kind: str = ORDINARY
    label_zh: str = ""
    label_en: str = ""
    statuses: tuple[tuple[str, str, str], ...] = ()
    purse: int = 0
    welfare: int = 0
    card_state: str = "active"


@dataclass(frozen=True)
class Special:
    """One of the cards worth tapping: who holds it, and what it shows."""

    kind: str
    label_zh: str
    label_en: str
    age: int
    statuses: tuple[str, ...] = ()
    purse: int = 10_000
    lapsed: tuple[str, ...] = ()
    card_state: str = "active"
    home: tuple[str, ...] = (TOWNS[0], DISTRICT, CITY)


SPECIALS = (
    Special("age_60_74", "60–74 岁", "60 to 74", 66),
    Special("age_60_74", "60–74 岁，另一位", "60 to 74, another", 70),
    Special("age_60_74", "74 岁", "aged 74", 74),
    Special("age_75", "75 岁及以上", "75 and over", 79),
    Special("age_75", "82 岁", "aged 82", 82),
    Special("age_75", "96 岁", "aged 96", 96),
    Special("wulei", "五类老人", "special care", 71, ("wulei",)),
    Special("tekun", "特困", "extreme hardship", 77, ("tekun",)),
    Special("dibao", "低保", "low income", 68, ("dibao",)),
    Special("welfare", "福利卡，75 岁及以上", "welfare card, 75 and over", 76, ("welfare_card",)),
    Special("welfare", "福利卡，60–74 岁", "welfare card, 60 to 74", 64, ("welfare_card",)),
    Special("market", "市场价卡", "market-price card", 57, ("market",)),
    Special("lapsed", "待遇已到期", "entitlement lapsed", 73, lapsed=("elder_card",)),
    Special("lost", "已挂失", "reported lost", 69, card_state="lost"),
    Special("low_balance", "余额不足", "low balance", 67, purse=300),
    Special("low_balance", "余额为零", "empty purse", 80, purse=0),
    Special("other_district", "外区居民", "from another district", 72, home=("T-09", OTHER_DISTRICT, CITY)),
    *(
        Special("rare_name", f"生僻字 {name[1]}", f"rare character {name[1]}", 70 + at)
        for at, name in enumerate(RARE_NAMES)
    ),
)


@dataclass
class Generator:
    """Draws people by a fixed seed; `start` is the day they have their ages on."""

    start: date
    draw: random.Random = field(default_factory=lambda: random.Random(20_200_501))

    def identifier(self) -> str:
        """A UUID in the form of version 7 (RFC 9562), from the seeded source, so that a town can be made again."""
        moment = 1_577_836_800_000 + self.draw.getrandbits(30)
        bits = (
            moment << 80
            | 0x7 << 76
            | self.draw.getrandbits(12) << 64
            | 0b10 << 62
            | self.draw.getrandbits(62)
        )
        return str(uuid.UUID(int=bits))

    def people(self, number: int) -> list[Person]:
        """Everybody: the special ones first."""
        uids = [f"{uid:010x}" for uid in self.draw.sample(range(1 << 32, 1 << 40), number)]
        tails = [f"{self.draw.randrange(10_000):04d}" for _ in range(number)]
        short_numbers = [str(short) for short in self.draw.sample(range(100_000, 1_000_000), number)]
        people = [self._person(uids[at], tails[at], short_numbers[at]) for at in range(number)]
        for at, special in enumerate(SPECIALS[:number]):
            people[at] = self._as_special(people[at], special)
        return self._with_statuses(people, min(len(SPECIALS), number))

    def _person(self, uid: str, tail: str, short_number: str) -> Person:
        given = "".join(self.draw.sample(GIVEN, self.draw.choice((1, 2, 2, 2))))
        return Person(
            person_id=self.identifier(),
            name=self.draw.choice(SURNAMES) + given,
            birth_date=self._born(self._age()),
            short_number=short_number,
            home=(self.draw.choice(TOWNS), DISTRICT, CITY),
            uid=uid,
            tail=tail,
            purse=self.draw.randrange(2_000, 30_000, 50),
        )

    def _age(self) -> int:
        youngest, oldest = self.draw.choices([(55, 59), (60, 74), (75, 84), (85, 100)], [4, 60, 27, 9])[0]
        return self.draw.randint(youngest, oldest)

    def _born(self, age: int) -> date:
        birthday = date(self.start.year - age, 1, 1) + timedelta(days=self.draw.randrange(365))
        had_it = (birthday.month, birthday.day) <= (self.start.month, self.start.day)
        return birthday if had_it else _a_year_earlier(birthday)

    def _as_special(self, person: Person, special: Special) -> Person:
        name = next((rare for rare in RARE_NAMES if rare[1] in special.label_zh), person.name)
        valid = [(status, *self._valid()) for status in special.statuses]
        ended = [(status, *self._ended()) for status in special.lapsed]
        return replace(
            person,
            name=name,
            birth_date=self._born(special.age),
            home=special.home,
            kind=special.kind,
            label_zh=special.label_zh,
            label_en=special.label_en,
            statuses=(*valid, *ended),
            purse=special.purse,
            welfare=60_000 if "welfare_card" in special.statuses else 0,
            card_state=special.card_state,
        )

    def _with_statuses(self, people: list[Person], specials: int) -> list[Person]:
        """27% of all hold 低保; the other groups are drawn from who is left."""
        others = [
            at for at in range(specials, len(people)) if _age_on(people[at].birth_date, self.start) >= 60
        ]
        self.draw.shuffle(others)
        already = sum(status == "dibao" for person in people for status, *_ in person.statuses)
        shares = {"dibao": round(len(people) * DIBAO_SHARE) - already}
        shares |= {name: len(people) * per_mille // 1000 for name, per_mille in OTHER_GROUPS.items()}
        for group, size in shares.items():
            for _ in range(min(size, len(others))):
                at = others.pop()
                people[at] = self._in_group(people[at], group)
        return [self._under_sixty(person) if at >= specials else person for at, person in enumerate(people)]

    def _in_group(self, person: Person, group: str) -> Person:
        if group == "lapsed":
            return replace(person, statuses=(("elder_card", *self._ended()),))
        if group == "lost":
            return replace(person, card_state="lost")
        if group == "low_balance":
            return replace(person, purse=self.draw.randrange(0, 500, 50))
        welfare = group == "welfare_card"
        return replace(person, statuses=((group, *self._valid()),), welfare=60_000 if welfare else 0)

    def _under_sixty(self, person: Person) -> Person:
        if person.statuses or _age_on(person.birth_date, self.start) >= 60:
            return person
        return replace(person, statuses=(("market", *self._valid()),))

    def _valid(self) -> tuple[str, str]:
        granted = self.start - timedelta(days=self.draw.randint(20, 300))
        return granted.isoformat(), (granted + timedelta(days=730)).isoformat()

    def _ended(self) -> tuple[str, str]:
        ended = self.start - timedelta(days=self.draw.randint(30, 200))
        return (ended - timedelta(days=365)).isoformat(), ended.isoformat()


OTHER_GROUPS = {
    "wulei": 20, "tekun": 10, "welfare_card": 200, "market": 25, "lapsed": 10, "lost": 5, "low_balance": 20
}  # fmt: skip
"""How many in a thousand."""


def _a_year_earlier(day: date) -> date:
    return (
        day.replace(year=day.year - 1, day=28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year - 1)
    )


def _age_on(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def pin_hash(pin: str, salt: bytes) -> str:
    """As `wire.Staff` asks for it, hex."""
    return hashlib.scrypt(pin.encode("ascii"), salt=salt, n=16_384, r=8, p=1, dklen=32).hex()
