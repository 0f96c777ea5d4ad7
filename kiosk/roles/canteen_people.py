"""Finding a person without a card: by short number, or by birthday and then surname. Pure, a part of a staff session.

Staff confirm a masked name in the end; a short number or a birthday alone never serves anybody.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk import commands, views
from kiosk.roles import canteen_words as words
from kiosk.roles.canteen_steps import Keypad, Listing, Step

SHORT_NUMBER_DIGITS = (1, 6)
BIRTHDAY_DIGITS = (4, 4)


class PersonSearch:
    """Pushes its pages through `push`, says on the keypad what is wrong through `complain`, and ends in `chosen` with
    the person and the way it was found (short_number or name_and_birthday)."""

    def __init__(
        self,
        title: str,
        ask: Callable[[commands.Command], None],
        push: Callable[[Step], None],
        complain: Callable[[str], None],
        chosen: Callable[[views.PersonFound, str], None],
    ) -> None:
        self._title = title
        self._ask = ask
        self._push = push
        self._complain = complain
        self._chosen = chosen
        self._asked = ""

    def begin(self) -> None:
        self._push(Listing(self._title, words.WAYS_TO_FIND, self._enter))

    def found(self, people: tuple[views.PersonFound, ...]) -> None:
        """The answer to what was asked last; one that nobody waits for is dropped."""
        way, self._asked = self._asked, ""
        if not way:
            return
        if not people:
            self._complain("staff.nobody_found")
        elif way == "short_number" and len(people) == 1:
            self._chosen(people[0], way)
        else:
            self._choose_surname(people, way)

    def _enter(self, way: str) -> None:
        if way == "short_number":
            prompt, digits = "Enter the short number", SHORT_NUMBER_DIGITS
        else:
            prompt, digits = "Enter month and day of birth, like 0315", BIRTHDAY_DIGITS
        self._push(Keypad(self._title, prompt, digits, lambda entered: self._find(way, entered)))

    def _find(self, way: str, entered: str) -> None:
        self._asked = way
        by_number = way == "short_number"
        self._ask(commands.FindPeople(entered) if by_number else commands.FindPeople(birth_day=entered))

    def _choose_surname(self, people: tuple[views.PersonFound, ...], way: str) -> None:
        surnames = sorted({person.surname for person in people})

        def choose(surname: str) -> None:
            same = tuple(person for person in people if person.surname == surname)
            if len(same) == 1:
                self._chosen(same[0], way)
            else:
                self._choose_person(same, way)

        self._push(Listing("Choose the surname", tuple(map(words.surname_row, surnames)), choose))

    def _choose_person(self, people: tuple[views.PersonFound, ...], way: str) -> None:
        by_id = {person.person_id: person for person in people}
        rows = tuple(map(words.person_row, people))
        self._push(Listing("Who is it?", rows, lambda person_id: self._chosen(by_id[person_id], way)))
