"""The seeded record source: invented rows, the same for a person whenever she asks. For demos and tests; a hall puts its
sources into `hall.services.residents.sources` instead. Every page of it says that it is a sample.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from hall.clock import local_date
from hall.database import Database
from hall.sample_residents import BULKY, EMPTY
from hall.services import feed
from hall.services.residents.record_source import TOTAL, Asked, SourcePage, by_offset
from offline_cache.wire import ReferenceKind
from offline_cache.wire_residents import Column

BULKY_ROWS = 10_000
FIRST_YEAR = 2019
PENSION_AGE = 60
DAYS_A_YEAR = 365.25
PAID, PAID_OUT = ("已到账", "Paid in"), ("已发放", "Paid out")
AID = {"dibao": ("低保金", "Minimum allowance", 72_000), "tekun": ("特困供养金", "Hardship support", 118_000)}
RENT = ("租房补贴", "Rent allowance", 36_000)
POINTS = (
    ("敬老探访", "Visit to an elder", 20),
    ("清洁楼道", "Cleaned a stairway", 10),
    ("平安巡逻", "Safety patrol", 15),
    ("换毛巾一条", "Exchanged for a towel", -30),
    ("换洗衣液一瓶", "Exchanged for detergent", -60),
)
ENOUGH_TO_SPEND = 60


@dataclass(frozen=True)
class Table:
    """All rows of a person and kind. A row that is asked for by year begins with the year of its month or day."""

    columns: tuple[Column, ...]
    rows: Sequence[tuple[str, ...]]
    summed: tuple[int, ...] = ()


@dataclass(frozen=True)
class Person:
    """Of whom rows are invented. `aided` are (status, valid_from, valid_to), ISO dates; `draw` is seeded by person and
    kind, `age` in years on `today`."""

    person_id: str
    age: int
    aided: tuple[tuple[str, str, str], ...]
    draw: random.Random
    today: date


class SeededSource:
    def page(self, database: Database, asked: Asked) -> SourcePage:
        """A page of what is invented. Raises CursorUnknown."""
        table = TABLES[asked.kind](_person(database, asked))
        rows = [] if asked.person_id == EMPTY.person_id else table.rows
        if asked.year is not None:
            rows = [row for row in rows if row[0].startswith(f"{asked.year}-")]
        first, end, next_cursor = by_offset(asked, len(rows))
        period_zh, period_en = _period(asked.year, len(rows))
        return SourcePage(
            columns=table.columns,
            rows=rows[first:end],
            count=len(rows),
            next_cursor=next_cursor,
            total=_total(table, rows),
            period_zh=period_zh,
            period_en=period_en,
            note_zh="样例数据，仅供演示",
            note_en="Sample data, for demonstration only",
        )


def _person(database: Database, asked: Asked) -> Person:
    today = local_date(asked.now_ms)
    with database.reading() as session:
        resident = feed.find(session, ReferenceKind.RESIDENT, [asked.person_id]).get(asked.person_id, {})
        ids = [f"{asked.person_id}/{status}" for status in AID]
        held = feed.find(session, ReferenceKind.ENTITLEMENT, ids).values()
    born = date.fromisoformat(resident.get("birth_date", "1970-01-01"))
    return Person(
        person_id=asked.person_id,
        age=int((today - born).days / DAYS_A_YEAR),
        aided=tuple((each["status"], each["valid_from"], each["valid_to"]) for each in held),
        draw=random.Random(f"{asked.kind} of {asked.person_id}"),
        today=today,
    )


def _total(table: Table, rows: Sequence[tuple[str, ...]]) -> list[str]:
    """合计 and the sums of the columns that have one; nothing below an empty table."""
    if not (table.summed and rows):
        return []
    sums = {at: str(sum(int(row[at]) for row in rows)) for at in table.summed}
    return [*TOTAL, *(sums.get(at, "") for at in range(1, len(table.columns)))]


def _period(year: int | None, count: int) -> tuple[str, str]:
    if year is None:
        return f"共 {count} 条", f"{count} rows"
    return f"{year} 年，共 {count} 条", f"{year}, {count} rows"


def _months(first: date, last: date) -> Iterator[str]:
    """Every month from the one of `first` up to the one before that of `last`, as 2025-01."""
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month - 1):
        yield f"{month // 12}-{month % 12 + 1:02d}"


def _raised(base: int, month: str) -> int:
    """Fen that grow by 3.4% every July, as contribution bases do."""
    steps = int(month[:4]) - FIRST_YEAR + (1 if month[5:] >= "07" else 0)
    return int(base * 1034**steps // 1000**steps) // 10 * 10


def _state(word: tuple[str, str]) -> Column:
    return Column(label_zh="状态", label_en="State", sort="state", english=dict([word]))


def _social_insurance(person: Person) -> Table:
    base = person.draw.randrange(58_000, 82_000, 100)
    months = list(_months(date(FIRST_YEAR, 1, 1), person.today))
    rows = [
        (month, str(_raised(base, month)), str(_raised(base, month) * 12 // 25), PAID[0]) for month in months
    ]
    columns = (
        Column(label_zh="月份", label_en="Month", sort="date", english=TOTAL),
        Column(label_zh="养老（元）", label_en="Pension (yuan)", sort="money"),
        Column(label_zh="医疗（元）", label_en="Medical (yuan)", sort="money"),
        _state(PAID),
    )
    return Table(columns, rows, summed=(1, 2))


def _pension(person: Person) -> Table:
    base = person.draw.randrange(180_000, 420_000, 1_000)
    started = date(max(FIRST_YEAR, person.today.year - max(0, person.age - PENSION_AGE)), 1, 1)
    months = list(_months(started, person.today)) if person.age >= PENSION_AGE else []
    rows = [(month, str(_raised(base, month)), f"{month}-15", PAID_OUT[0]) for month in reversed(months)]
    columns = (
        Column(label_zh="月份", label_en="Month", sort="date", english=TOTAL),
        Column(label_zh="养老金（元）", label_en="Pension (yuan)", sort="money"),
        Column(label_zh="发放日", label_en="Paid on", sort="date"),
        _state(PAID_OUT),
    )
    return Table(columns, rows, summed=(1,))


def _monthly(rows: Sequence[tuple[str, str, str]], words: dict[str, str]) -> Table:
    """Money that is paid every month: month, what for, fen; the newest first."""
    columns = (
        Column(label_zh="月份", label_en="Month", sort="date", english=TOTAL),
        Column(label_zh="项目", label_en="What for", english=words),
        Column(label_zh="金额（元）", label_en="Amount (yuan)", sort="money"),
        _state(PAID_OUT),
    )
    newest_first = sorted(rows, reverse=True)
    return Table(columns, [(*row, PAID_OUT[0]) for row in newest_first], summed=(2,))


def _aid(person: Person) -> Table:
    rows = [
        (month, AID[status][0], str(AID[status][2]))
        for status, valid_from, valid_to in person.aided
        for month in _months(date.fromisoformat(valid_from), min(date.fromisoformat(valid_to), person.today))
    ]
    return _monthly(rows, {zh: en for zh, en, _ in AID.values()})


def _housing(person: Person) -> Table:
    """One person in three rents with an allowance; everybody else has no such record."""
    zh, en, amount = RENT
    started = date(person.today.year - 1, person.draw.randint(1, 12), 1)
    months = _months(started, person.today) if person.draw.randrange(3) == 0 else ()
    return _monthly([(month, zh, str(amount)) for month in months], {zh: en})


def _health_summary(person: Person) -> Table:
    words = {
        "血压": "Blood pressure", "空腹血糖": "Fasting glucose", "体重指数": "Body mass index", "心率": "Heart rate"
    }  # fmt: skip
    rows = []
    for year in range(person.today.year - 1, person.today.year - 4, -1):
        day = f"{year}-{person.draw.randint(3, 11):02d}-{person.draw.randint(1, 28):02d}"
        pressure = f"{person.draw.randint(108, 138)}/{person.draw.randint(66, 88)} mmHg"
        glucose = f"{person.draw.randint(44, 60) / 10} mmol/L"
        rows += [
            (day, "血压", pressure, "90–139/60–89"),
            (day, "空腹血糖", glucose, "3.9–6.1"),
            (day, "体重指数", f"{person.draw.randint(195, 262) / 10}", "18.5–23.9"),
            (day, "心率", f"{person.draw.randint(62, 84)}", "60–100"),
        ]
    columns = (
        Column(label_zh="日期", label_en="Date", sort="date"),
        Column(label_zh="项目", label_en="Item", english=words),
        Column(label_zh="结果", label_en="Result"),
        Column(label_zh="参考", label_en="Usual range"),
    )
    return Table(columns, rows)


def _points(person: Person) -> Table:
    """Never below zero: what is spent has been earned before."""
    count = BULKY_ROWS if person.person_id == BULKY.person_id else person.draw.randint(8, 40)
    day = person.today.toordinal() - count
    balance, rows = 0, []
    for at in range(count):
        zh, _, points = person.draw.choice(POINTS if balance >= ENOUGH_TO_SPEND else POINTS[:3])
        balance += points
        rows.append((date.fromordinal(day + at).isoformat(), zh, f"{points:+d}", str(balance)))
    columns = (
        Column(label_zh="日期", label_en="Date", sort="date"),
        Column(label_zh="事项", label_en="What for", english={zh: en for zh, en, _ in POINTS}),
        Column(label_zh="积分", label_en="Points", sort="count"),
        Column(label_zh="结余", label_en="Balance", sort="count"),
    )
    return Table(columns, rows[::-1])


TABLES: dict[str, Callable[[Person], Table]] = {
    "social_insurance": _social_insurance,
    "pension": _pension,
    "aid": _aid,
    "housing": _housing,
    "health_summary": _health_summary,
    "points": _points,
}
