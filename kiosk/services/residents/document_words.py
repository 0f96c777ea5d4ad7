"""The words on paper that a resident takes along, both languages side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """Every word that is ours on a document, in one language. `{}` is a number or a name."""

    chinese: bool
    name: str
    id_number: str
    period: str
    purpose: str
    own_query: str
    as_of: str
    count: str
    conditions: str
    materials: str
    fee: str
    time: str
    place: str
    steps: str
    to_record: str
    standard: str
    evaluation: str
    address: str
    hours: str
    phone: str
    on_foot: str
    minutes: str
    way: str
    item: str
    number: str
    submitted: str
    due: str
    due_later: str
    awaited: str
    keep_number: str
    guide_title: str
    route_title: str
    receipt_title: str
    sample: str
    everywhere: str
    scan: str
    issue_number: str
    copy: str
    gap: str
    reprint: str
    time_untrusted: str
    empty: str
    page: str
    device: str
    printed: str
    at: str
    only_own: str
    only_guide: str
    only_route: str
    only_receipt: str
    bullet: str = "· "

    def of(self, chinese: str, english: str) -> str:
        """Which of two given texts to print: data carries both, and an empty English one falls back to Chinese."""
        return chinese if self.chinese or not english else english

    def lines_of(self, chinese: list[str], english: list[str]) -> tuple[str, ...]:
        return tuple(chinese if self.chinese or not english else english)


WORDS: Mapping[str, DocumentWords] = {
    "zh_CN": DocumentWords(
        chinese=True,
        name="姓名",
        id_number="证件",
        period="期间",
        purpose="用途",
        own_query="本人查询",
        as_of="数据截至",
        count="共 {} 条",
        conditions="办理条件",
        materials="所需材料",
        fee="费用",
        time="办理时限",
        place="办理地点",
        steps="流程",
        to_record="记录：{}",
        standard="标准",
        evaluation="评价",
        address="地址",
        hours="时间",
        phone="电话",
        on_foot="步行",
        minutes="约 {} 分钟，{} 米",
        way="怎么走",
        item="事项",
        number="受理编号",
        submitted="提交时间",
        due="办结期限",
        due_later="由大厅告知",
        awaited="待补材料",
        keep_number="请留好受理编号，\n查进度时要用。",
        guide_title="办事指南",
        route_title="路线",
        receipt_title="受理回执",
        sample="样例",
        everywhere="全域通办",
        scan="扫码可查真假",
        issue_number="编号",
        copy="第 {} 联",
        gap="　",
        reprint="补打",
        time_untrusted="时间待核",
        empty="没有记录",
        page="第 {} 页，共 {} 页",
        device="打印终端",
        printed="打印时间",
        at="时间",
        only_own="仅供本人查询使用",
        only_guide="以窗口当日答复为准",
        only_route="营业时间以门口告示为准",
        only_receipt="仅作已受理的凭据",
    ),
    "en": DocumentWords(
        chinese=False,
        name="Name",
        id_number="ID",
        period="Period",
        purpose="Purpose",
        own_query="Own query",
        as_of="Data as of",
        count="{} rows",
        conditions="Who can apply",
        materials="Bring",
        fee="Fee",
        time="How long it takes",
        place="Where",
        steps="Steps",
        to_record="Recorded: {}",
        standard="Standard",
        evaluation="How it is judged",
        address="Address",
        hours="Hours",
        phone="Phone",
        on_foot="On foot",
        minutes="about {} min, {} m",
        way="The way",
        item="Item",
        number="Application No.",
        submitted="Sent in",
        due="Answer by",
        due_later="the hall will say",
        awaited="Still to bring",
        keep_number="Keep the number:\nit finds your application.",
        guide_title="Guide",
        route_title="The way",
        receipt_title="Receipt",
        sample="Sample",
        everywhere="At any hall",
        scan="Scan to check",
        issue_number="No.",
        copy="copy {}",
        gap="  ",
        reprint="Printed again",
        time_untrusted="Time to check",
        empty="No records",
        page="Page {} of {}",
        device="Terminal",
        printed="Printed",
        at="Time",
        only_own="For the holder's own use only",
        only_guide="The window's word of the day prevails",
        only_route="Hours may change: see the door",
        only_receipt="Proof that it was received",
    ),
}
