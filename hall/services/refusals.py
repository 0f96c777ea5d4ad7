"""Why a stored row is not applied."""


class RowRefused(Exception):
    """`code` is stable and kept with the row, for staff."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
