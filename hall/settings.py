"""What a hall is started with. Read once by the command line; nothing else looks at the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Literal

from hall.clock import HallClock, SystemClock

ENROLMENT_DAYS = 730
DEFAULT_DATABASE = "sqlite:///hall.sqlite3"


def database_url() -> str:
    """`HALL_DATABASE_URL`, or a SQLite file in the working directory."""
    return os.environ.get("HALL_DATABASE_URL", DEFAULT_DATABASE)


def public_url() -> str:
    """`HALL_PUBLIC_URL`, or nothing: then phones are sent to where the hall serves."""
    return os.environ.get("HALL_PUBLIC_URL", "")


@dataclass(frozen=True)
class Settings:
    """`token_s` and `assertion_s` are lifetimes in seconds; `leeway_s` forgives a terminal's clock in an assertion.

    `enrolment_days` is how long a terminal may call before it has to be renewed.
    `feed_days` is how many past days of claims, menus, orders and closings a terminal is still told.
    `public_url` is where phones find this hall, without a slash at its end; "" is where it serves.
    `family_messages` is how the sandbox answers that stands in for a carrier of messages."""

    database: str = DEFAULT_DATABASE
    clock: HallClock = field(default_factory=SystemClock)
    token_s: int = 900
    assertion_s: int = 300
    leeway_s: int = 60
    enrolment_days: int = ENROLMENT_DAYS
    keep_alive_s: float = 15.0
    feed_days: int = 7
    largest_body: int = 4 * 1024 * 1024
    public_url: str = ""
    family_messages: Literal["ok", "fail", "never"] = "ok"
