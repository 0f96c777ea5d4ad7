"""The shapes of residents' matters on the wire: records, documents, the catalogue, applications, hand-offs.

As in `wire`: money is integer fen, time integer milliseconds UTC, identifiers UUIDv7 unless said otherwise, text UTF-8.
What a person reads carries both languages, `_zh` and `_en`; an empty English one falls back to the Chinese.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from offline_cache.wire import Shape

NUMBER_PATTERN = r"^[A-Z0-9]{2,12}-\d{8}-\d{4,6}$"
"""`QP01-20261120-0042`: the terminal that minted it, the local date, a count of that terminal's day."""

LARGEST_PAPER = 2 * 1024 * 1024
PAPER_PART = 256 * 1024
LARGEST_HAND_OFF = 2 * 1024 * 1024


# --- records: asked of the hall each time, never part of the feed ---------------------------------------------------


class RecordKind(Shape):
    """Published as ReferenceKind.RECORD_KIND, `id` is `kind`. `cache_s` 0: never kept on a terminal. `strict`: the ID card
    itself has to lie there, no other card will do. `years`: asked for by year. `purpose` is the code that is logged.
    They are offered by `order`."""

    kind: str
    title_zh: str
    title_en: str
    hint_zh: str
    hint_en: str
    icon: str
    purpose: str
    years: bool = False
    cache_s: int = 0
    strict: bool = False
    printable: bool = True
    order: int = 0


class RecordQuery(Shape):
    """POST /v1/residents/records. `cursor` "" asks for the first page; a page holds at most `limit` rows."""

    person_id: str = Field(max_length=64)
    kind: str = Field(max_length=64)
    purpose: str = Field(max_length=128)
    year: int | None = Field(None, ge=1900, le=2999)
    cursor: str = Field("", max_length=200)
    limit: int = Field(200, ge=1, le=2000)


class Column(Shape):
    """`sort`: how its texts are drawn; money comes as fen in decimal digits and is drawn as 1,234.50. `english`: what the
    words of its cells are in English; a text that is not in it stays as it is."""

    label_zh: str
    label_en: str
    sort: Literal["text", "money", "count", "date", "state"] = "text"
    english: dict[str, str] = Field(default_factory=dict)


class RecordPage(Shape):
    """The answer, and whose record it is. Every row has one text a column. `total` is a row below the last page, or empty. `next_cursor` "": the
    end. `count` is the number of rows of all pages."""

    kind: str
    person_id: str
    title_zh: str
    title_en: str
    period_zh: str = ""
    period_en: str = ""
    note_zh: str = ""
    note_en: str = ""
    columns: list[Column]
    rows: list[list[str]] = Field(repr=False)
    total: list[str] = Field(default_factory=list, repr=False)
    next_cursor: str = ""
    count: int
    as_of_ms: int


class ContactQuery(Shape):
    """POST /v1/residents/contacts: what a form is filled in with. `purpose` is "apply"; it is logged as a look at the kind
    "contact"."""

    person_id: str = Field(max_length=64)
    purpose: str = Field(max_length=128)


class Contact(Shape):
    """What the hall knows of a person by the names of FormField.known; "" where it knows nothing."""

    person_id: str
    name: str = Field(repr=False)
    phone: str = Field(repr=False)
    address: str = Field(repr=False)


class PhoneCode(Shape):
    """POST /v1/residents/phone-codes: the one-time code that a phone shows, for 60 s. Refused with phone_code.expired,
    phone_code.used or phone_code.unknown. The code itself holds no personal data."""

    code: str = Field(repr=False, max_length=600)


class PhoneCodeHolder(Shape):
    person_id: str


class HandOff(Shape):
    """POST /v1/hand-offs: a document to be taken along on a phone, once. `sort` names what it is."""

    sort: Literal["record", "guide", "route", "receipt"]
    title_zh: str
    title_en: str
    pdf_base64: str = Field(repr=False, max_length=LARGEST_HAND_OFF * 4 // 3 + 4)


class HandOffMade(Shape):
    """`url` holds a random token and nothing of a person; it opens once, until `expires_at_ms`."""

    hand_off_id: str
    url: str
    expires_at_ms: int


# --- the catalogue: published in the feed ---------------------------------------------------------------------------


class Lines(Shape):
    """A part of a guide in both languages: short lines, one idea each."""

    zh: list[str]
    en: list[str]


class FormField(Shape):
    """One question of a form, one page each. `choices` are (code, zh, en). `known`: what the hall may fill in by itself
    ("name", "phone", "address"), so that nobody is asked twice."""

    field: str
    label_zh: str
    label_en: str
    hint_zh: str = ""
    hint_en: str = ""
    sort: Literal["text", "number", "date", "phone", "id_number", "choice", "yes_no"]
    required: bool = True
    choices: list[tuple[str, str, str]] = Field(default_factory=list)
    most: int = 60
    known: Literal["", "name", "phone", "address"] = ""


class PaperAsked(Shape):
    """A paper that goes with an application: photographed here, or brought to the window."""

    paper: str
    label_zh: str
    label_en: str
    required: bool = True


class ServiceItem(Shape):
    """Published as ReferenceKind.SERVICE_ITEM, `id` is `code`. `sample`: no real content, 样例 on every page of it.
    `everywhere`: one of the sixteen that any terminal takes for any community (全域通办). `window`: one of the forty of
    the window. `initials` are the pinyin initials of the Chinese title, lower case."""

    code: str
    version: int
    title_zh: str
    title_en: str
    initials: str
    system: str
    category: str
    sample: bool
    everywhere: bool = False
    window: bool = False
    conditions: Lines
    materials: Lines
    fee: Lines
    time: Lines
    place: Lines
    days: int = 0
    form: list[FormField] = Field(default_factory=list)
    papers: list[PaperAsked] = Field(default_factory=list)
    signature: bool = False
    agent_allowed: bool = True
    certificate: bool = False


class NormStep(Shape):
    """流程 and 记录: one step, and what has to be written down in it."""

    step: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    record: list[FormField] = Field(default_factory=list)


class Norm(Shape):
    """Published as ReferenceKind.NORM, `id` is `code`. A standard of community work in four parts: steps (流程), what is
    recorded in each (记录), what good work is (标准), how it is judged (评价, a form). `group` 基础 or 特色."""

    code: str
    version: int
    group: Literal["basic", "special"]
    title_zh: str
    title_en: str
    initials: str
    sample: bool
    steps: list[NormStep] = Field(default_factory=list)
    standard: Lines
    evaluation: list[FormField] = Field(default_factory=list)


class Root(Shape):
    """Published as ReferenceKind.ROOT, `id` is `code`: one of the six service systems or of the eight categories."""

    code: str
    sort: Literal["system", "category"]
    order: int
    title_zh: str
    title_en: str
    hint_zh: str
    hint_en: str
    icon: str


class Place(Shape):
    """Published as ReferenceKind.PLACE, `id` is `place_id`: a service within a quarter of an hour's walk. Metres on foot
    from the site; `steps` is the way there, one line a turn."""

    place_id: str
    site_id: str
    sort: str
    title_zh: str
    title_en: str
    address_zh: str
    address_en: str
    icon: str
    metres: int
    hours: str
    phone: str
    steps: Lines


class Slide(Shape):
    """Published as ReferenceKind.SLIDE, `id` is `slide_id`: one page of the playlist that runs while nobody is there.
    `from_date` and `to_date` are inclusive ISO days. `picture` is a PNG or JPEG in base64, "" for words alone."""

    slide_id: str
    order: int
    sort: Literal["notice", "picture"]
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    seconds: int = 12
    from_date: str = "2000-01-01"
    to_date: str = "2999-12-31"
    picture: str = Field(default="", repr=False)


class PrivacyNotice(Shape):
    """Published as ReferenceKind.PRIVACY_NOTICE, `id` is "current": who, what for, how, which data, how long, which
    rights. Shown once per version and person."""

    version: int
    lines: Lines


# --- rows of the log ------------------------------------------------------------------------------------------------


class NoticeReadBody(Shape):
    """Body of a `notice_read` row."""

    person_id: str
    version: int


class RecordQueriedBody(Shape):
    """Body of a `record_queried` row: the terminal's side of the access log, also for what came from its own cache."""

    person_id: str
    kind: str
    purpose: str
    year: int | None
    result: Literal["ok", "empty", "away", "refused"]
    source: Literal["hall", "cache"]


class DocumentIssuedBody(Shape):
    """Body of a `document_issued` row: one issue number, however often it is printed. `digest` is SHA-256 hex over the
    canonical JSON of what is on paper; `signature` is Ed25519 by this terminal, URL-safe base64 without padding, over
    the ASCII bytes of "<number> <digest>". `rows` and `pages` are counts."""

    number: str = Field(pattern=NUMBER_PATTERN)
    person_id: str | None
    kind: str
    title_zh: str
    title_en: str
    medium: Literal["slip", "pages"]
    rows: int
    pages: int
    copies: int = Field(ge=1, le=9)
    digest: str = Field(pattern="^[0-9a-f]{64}$")
    signature: str
    as_of_ms: int


class DocumentPrintedBody(Shape):
    """Body of a `document_printed` row: what became of one print. `copy` counts from 1; from 2 on it said 补打.
    `lines` (slips) are those known to be on paper. Only `printed` and `probably` count as delivered."""

    number: str = Field(pattern=NUMBER_PATTERN)
    copy_number: int = Field(ge=1)
    state: Literal["printed", "probably", "unknown", "failed"]
    code: str
    lines: int | None


class DocumentBoundBody(Shape):
    """Body of a `document_bound` row: the print could not end, so it waits for its person. `pick_up` is what she is told,
    like B 042; it finds the job at the window and never opens it."""

    number: str = Field(pattern=NUMBER_PATTERN)
    person_id: str | None
    pick_up: str
    until_ms: int


class Agent(Shape):
    """Somebody who acts for another: recorded authorisation. `proof` card: the other's card lay on the reader; signed:
    the agent signed a statement here, and the window checks it."""

    authorisation_id: str
    agent_id: str
    relation: Literal["spouse", "child", "parent", "relative", "staff", "other"]
    proof: Literal["card", "signed"]
    until: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")


class Paper(Shape):
    """A photographed paper, sent in parts after its row. `sha256` names it, over its plain bytes."""

    paper: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    size: int = Field(ge=1, le=LARGEST_PAPER)


class ApplicationBody(Shape):
    """Body of an `application_submitted` row. `person_id` is whom it is for. `form` maps FormField.field to what was
    entered. `signature` is the SHA-256 of one of `papers`, "" without one."""

    number: str = Field(pattern=NUMBER_PATTERN)
    item: str
    item_version: int
    person_id: str
    agent: Agent | None
    form: dict[str, str] = Field(repr=False)
    papers: list[Paper]
    signature: str
    accept_site: str
    home: list[str]


class NormRunBody(Shape):
    """Body of a `norm_step_recorded` row: one step of one run of a norm. The last one carries the evaluation under the
    step "evaluation"."""

    number: str = Field(pattern=NUMBER_PATTERN)
    norm: str
    norm_version: int
    step: str
    person_id: str | None
    staff_id: str | None
    record: dict[str, str] = Field(repr=False)


class RatingBody(Shape):
    """Body of a `rating_given` row: names nobody. `score` 5 is best."""

    subject: str
    score: int = Field(ge=1, le=5)


class CardForgottenBody(Shape):
    """Body of a `card_forgotten` row: a card lay on the reader after the session; `seconds` is the step of the alarm."""

    card_ref: str
    seconds: int


# --- what becomes of an application ---------------------------------------------------------------------------------


class ApplicationState(Shape):
    """Published as ReferenceKind.APPLICATION to the terminals of the accepting site, `id` is `number`; and rows of the
    record kind "applications". `papers_missing` counts papers that the hall does not have yet. `due` is an ISO date,
    reckoned on the working calendar; `community` is the area code it was routed to."""

    number: str
    person_id: str
    item: str
    state: Literal["received", "papers_awaited", "assigned", "done", "refused", "fed_back"]
    papers_missing: list[str]
    due: str
    community: str
    updated_ms: int


class PaperProgress(Shape):
    """GET and PUT /v1/papers/{sha256}: bytes that the hall holds. PUT takes ?offset=N and at most PAPER_PART bytes; one
    that does not continue at `received` is refused with paper.offset, and the answer to GET says where to go on."""

    sha256: str
    received: int
    complete: bool
