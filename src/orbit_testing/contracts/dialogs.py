"""The contract of a store of open dialogs: aiogram's BaseStorage with a time to live for state and data.

Subclass `DialogsContract`, give it a `storage` fixture with the two times below, and the hook that lets time pass.
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

    amount = State()


class DialogsContract(ABC):
    """State and data of a dialog are kept for their time, apart from those of other dialogs."""

    @abstractmethod
    async def pass_time(self, seconds: int) -> None:
        """Let *seconds* pass."""

    async def test_there_is_no_dialog_at_first(self, storage: BaseStorage) -> None:
        """Without a dialog there is no state and no data, and ending it is no error."""
        await storage.set_state(KEY)
        await storage.set_data(KEY, {})
        assert (await storage.get_state(KEY), await storage.get_data(KEY)) == (None, {})
        assert await storage.get_value(KEY, "amount", "none") == "none"

    @pytest.mark.parametrize("state", [Questions.amount, "Questions:amount", "", "Вопрос 🛰\n\0"])
    async def test_a_state_is_kept_until_it_is_ended(self, storage: BaseStorage, state: State | str) -> None:
        """A state, given as an object or by name, is read by name until it is replaced or ended."""
        await storage.set_state(KEY, "before")
        await storage.set_state(KEY, state)
        assert await storage.get_state(KEY) == (state.state if isinstance(state, State) else state)
        await storage.set_state(KEY, None)
        assert await storage.get_state(KEY) is None

    async def test_data_is_replaced_and_updated(self, storage: BaseStorage) -> None:
        """Setting replaces all data, updating changes what is named, and an empty dict ends it."""
        await storage.set_data(KEY, {"amount": 450, "text": "Орбита \ud800", "rows": [[1, None], {"a": True}]})
        assert await storage.update_data(KEY, {"amount": 500}) == await storage.get_data(KEY)
        assert await storage.get_value(KEY, "amount") == 500
        assert await storage.get_value(KEY, "rows") == [[1, None], {"a": True}]
        await storage.set_data(KEY, {"other": 1})
        assert await storage.get_data(KEY) == {"other": 1}
        await storage.set_data(KEY, {})
        assert await storage.get_data(KEY) == {}

    async def test_read_data_is_a_copy(self, storage: BaseStorage) -> None:
        """A change of given or read data, at any depth, doesn't change the stored data."""
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
        """Data that couldn't be read after a restart is refused at once, and changes nothing."""
        await storage.set_data(KEY, {"kept": 1})
        with pytest.raises(refusal):
            await storage.set_data(KEY, data)  # type: ignore[arg-type]
        assert await storage.get_data(KEY) == {"kept": 1}

    @pytest.mark.parametrize("other", OTHERS, ids=range(len(OTHERS)))
    async def test_dialogs_are_separate(self, storage: BaseStorage, other: StorageKey) -> None:
        """Another bot, chat, user, thread, connection or destiny is another dialog."""
        await storage.set_state(KEY, "mine")
        await storage.set_data(KEY, {"whose": "mine"})
        assert (await storage.get_state(other), await storage.get_data(other)) == (None, {})
        await storage.set_state(other, "other")
        await storage.set_data(other, {"whose": "other"})
        assert (await storage.get_state(KEY), await storage.get_data(KEY)) == ("mine", {"whose": "mine"})

    async def test_state_and_data_are_apart(self, storage: BaseStorage) -> None:
        """Ending the one leaves the other."""
        await storage.set_state(KEY, "waiting")
        await storage.set_data(KEY, {"amount": 1})
        await storage.set_state(KEY)
        assert await storage.get_data(KEY) == {"amount": 1}
        await storage.set_state(KEY, "waiting")
        await storage.set_data(KEY, {})
        assert await storage.get_state(KEY) == "waiting"

    async def test_state_and_data_expire(self, storage: BaseStorage) -> None:
        """An open dialog ends after the time of the state; its data is dropped after the time of the data."""
        await storage.set_state(KEY, "waiting")
        await storage.set_data(KEY, {"amount": 1})
        await self.pass_time(STATE_TTL_S // 2)
        assert (await storage.get_state(KEY), await storage.get_data(KEY)) == ("waiting", {"amount": 1})
        await self.pass_time(STATE_TTL_S)
        assert (await storage.get_state(KEY), await storage.get_data(KEY)) == (None, {"amount": 1})
        await self.pass_time(DATA_TTL_S)
        assert await storage.get_data(KEY) == {}

    async def test_a_new_state_restarts_the_time(self, storage: BaseStorage) -> None:
        """Every step of a dialog restarts its full time."""
        for _ in range(3):
            await storage.set_state(KEY, "waiting")
            await self.pass_time(STATE_TTL_S * 2 // 3)
        assert await storage.get_state(KEY) == "waiting"
