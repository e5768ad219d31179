"""What every store of open dialogs promises: aiogram's BaseStorage, and times after which things are forgotten.

Subclass `DialogsContract`, give it a `storage` fixture made with the two times below and the hook that lets time pass.
"""

from abc import ABC, abstractmethod
from dataclasses import replace

import pytest
from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage, StorageKey

STATE_TTL_S = 3600
DATA_TTL_S = 7200
KEY = StorageKey(bot_id=42, chat_id=7, user_id=7)
OTHERS = (
    replace(KEY, bot_id=43),
    replace(KEY, chat_id=8),
    replace(KEY, user_id=8),
    replace(KEY, thread_id=7),
    replace(KEY, business_connection_id="7"),
    replace(KEY, destiny="another"),
)
"""Dialogs that differ from that of `KEY` in one thing each."""


class Questions(StatesGroup):
    """A dialog to test with."""

    sum = State()


class DialogsContract(ABC):
    """A dialog is where it was put, for its time; nobody else's is touched."""

    @abstractmethod
    async def pass_time(self, seconds: int) -> None:
        """Let that much of everything's time go by."""

    async def test_nobody_is_in_a_dialog_at_first(self, storage: BaseStorage) -> None:
        """Without a dialog there is no state and no data, and ending it is no trouble."""
        await storage.set_state(KEY)
        await storage.set_data(KEY, {})
        assert (await storage.get_state(KEY), await storage.get_data(KEY)) == (None, {})
        assert await storage.get_value(KEY, "sum", "none") == "none"

    @pytest.mark.parametrize("state", [Questions.sum, "Questions:sum", "", "Вопрос 🛰\n\0"])
    async def test_a_state_is_kept_until_it_is_ended(self, storage: BaseStorage, state: State | str) -> None:
        """A state, given as an object or by name, is read by name until it is replaced or ended."""
        await storage.set_state(KEY, "before")
        await storage.set_state(KEY, state)
        assert await storage.get_state(KEY) == (state.state if isinstance(state, State) else state)
        await storage.set_state(KEY, None)
        assert await storage.get_state(KEY) is None

    async def test_data_is_replaced_and_updated(self, storage: BaseStorage) -> None:
        """Setting replaces all data, updating changes what is named, and an empty dict ends it."""
        await storage.set_data(KEY, {"sum": 450, "text": "Орбита \ud800", "rows": [[1, None], {"a": True}]})
        assert await storage.update_data(KEY, {"sum": 500}) == await storage.get_data(KEY)
        assert await storage.get_value(KEY, "sum") == 500
        assert await storage.get_value(KEY, "rows") == [[1, None], {"a": True}]
        await storage.set_data(KEY, {"other": 1})
        assert await storage.get_data(KEY) == {"other": 1}
        await storage.set_data(KEY, {})
        assert await storage.get_data(KEY) == {}

    async def test_what_was_read_is_a_copy(self, storage: BaseStorage) -> None:
        """Changing what was given or read, however deep, changes nothing of what is kept."""
        given = {"rows": [1]}
        await storage.set_data(KEY, given)
        given["rows"].append(2)
        (await storage.get_data(KEY))["rows"].append(3)
        assert await storage.get_data(KEY) == {"rows": [1]}

    @pytest.mark.parametrize(
        ("data", "refusal"), [([("a", 1)], DataNotDictLikeError), ({"a": object()}, TypeError), ({"a": {1}}, TypeError)]
    )
    async def test_data_must_be_a_dict_of_json(
        self, storage: BaseStorage, data: object, refusal: type[Exception]
    ) -> None:
        """What couldn't be read again after a restart is refused at once, and changes nothing."""
        await storage.set_data(KEY, {"kept": 1})
        with pytest.raises(refusal):
            await storage.set_data(KEY, data)  # type: ignore[arg-type]
        assert await storage.get_data(KEY) == {"kept": 1}

    @pytest.mark.parametrize("other", OTHERS, ids=range(len(OTHERS)))
    async def test_dialogs_are_told_apart(self, storage: BaseStorage, other: StorageKey) -> None:
        """Another bot, chat, user, thread, connection or destiny is another dialog."""
        await storage.set_state(KEY, "mine")
        await storage.set_data(KEY, {"whose": "mine"})
        assert (await storage.get_state(other), await storage.get_data(other)) == (None, {})
        await storage.set_state(other, "other")
        await storage.set_data(other, {"whose": "other"})
        assert (await storage.get_state(KEY), await storage.get_data(KEY)) == ("mine", {"whose": "mine"})

    async def test_state_and_data_are_apart(self, storage: BaseStorage) -> None:
        """Ending the one leaves the other."""
        await storage.set_state(KEY, "asked")
        await storage.set_data(KEY, {"sum": 1})
        await storage.set_state(KEY)
        assert await storage.get_data(KEY) == {"sum": 1}
        await storage.set_state(KEY, "asked")
        await storage.set_data(KEY, {})
        assert await storage.get_state(KEY) == "asked"

    async def test_each_is_forgotten_in_its_time(self, storage: BaseStorage) -> None:
        """A dialog left open is over after the state's time; what it gathered is gone after the data's."""
        await storage.set_state(KEY, "asked")
        await storage.set_data(KEY, {"sum": 1})
        await self.pass_time(STATE_TTL_S // 2)
        assert (await storage.get_state(KEY), await storage.get_data(KEY)) == ("asked", {"sum": 1})
        await self.pass_time(STATE_TTL_S)
        assert (await storage.get_state(KEY), await storage.get_data(KEY)) == (None, {"sum": 1})
        await self.pass_time(DATA_TTL_S)
        assert await storage.get_data(KEY) == {}

    async def test_going_on_begins_the_time_anew(self, storage: BaseStorage) -> None:
        """Every step of a dialog gives it its full time again."""
        for _ in range(3):
            await storage.set_state(KEY, "asked")
            await self.pass_time(STATE_TTL_S * 2 // 3)
        assert await storage.get_state(KEY) == "asked"
