"""What went wrong between the terminal and the hall: one error, whose codes are told in hall_client.py."""

from __future__ import annotations


class HallError(Exception):
    """`retry_after_s`: how long the hall asked to be left alone, None when it did not say. `reason`: its own code;
    `status`: what HTTP said, 0 when nothing was heard."""

    def __init__(
        self,
        code: str,
        message: str = "",
        retry_after_s: float | None = None,
        reason: str = "",
        status: int = 0,
    ) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.retry_after_s = retry_after_s
        self.reason = reason
        self.status = status
