"""Whatever is sent, in every dialog and by every role: an answer in words, or deliberate silence, and no money moves.

`ORBIT_TEST_INPUTS=100000` sends more than the suite does.
"""

import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiogram import Dispatcher, Router
from aiogram.filters import Command, StateFilter
from structlog.testing import capture_logs

from orbit_domain.steps.require_permission import StaffMember
from orbit_domain.subscription_link.link import PublicAddress
from orbit_domain.user.user import Role
from orbit_sandbox.telegram.state import Tap
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.integration.telegram.generated_input import Generator
from tests.integration.telegram.test_every_button import STATES, Walk
from tests.support.shop import OWNER, Shop
from tests.support.world import World

INPUTS = int(os.environ.get("ORBIT_TEST_INPUTS", "1500"))
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


@dataclass
class Dialogs(Walk):
    """A walk that keeps each dialog that it met, and the data of each button."""

    met: dict[str, dict[str, Any]] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)

    async def type_what_is_asked(self, depth: int) -> None:
        """Keep the open dialog, then answer it."""
        harness = self.user.bot_harness
        context = harness.dispatcher.fsm.get_context(harness.bot, self.user.user_id, self.user.user_id)
        state = await context.get_state()
        if state is not None:
            self.met[state] = await context.get_data()
        self.data.extend(button.data for button in self.user.buttons if button.kind == "callback")
        await super().type_what_is_asked(depth)


@dataclass
class Inputs:
    """A shop with people of every kind, to which generated input is sent."""

    harness: BotHarness
    generator: Generator
    dialogs: tuple[tuple[str, dict[str, Any]], ...]

    async def send(self, user: ChatUser) -> None:
        """Send one input of *user*, half of the time in an open dialog, and look at what comes."""
        telegram, rng = self.harness.telegram, self.generator.rng
        context = self.harness.dispatcher.fsm.get_context(self.harness.bot, user.user_id, user.user_id)
        if rng.random() < 0.5:
            state, data = rng.choice(self.dialogs)
            await context.set_state(state)
            await context.set_data(dict(data))
        person, chat = telegram.customers[user.user_id], telegram.chats[user.user_id]
        made = self.generator.update(person.wire(), telegram.message_wire(user.newest))
        tapped = made.update.get("callback_query")
        if tapped is not None:
            telegram.taps[tapped["id"]] = Tap(tapped["id"], user.user_id, tapped["data"])
        before = chat.last_id
        with capture_logs() as logs:
            await self.harness.feed(made.update)
        assert not [line for line in logs if line["event"] == "update_failed"], (made, logs)
        if tapped is not None:
            assert telegram.taps.pop(tapped["id"]).answers == int(made.owes_answer), made
        else:
            assert (chat.last_id > before) is made.owes_answer, made
        if made.owes_answer and await self._language(user) == "ru":
            assert _CYRILLIC.search(user.text), (made, user.text)
        for old in sorted(chat.messages)[:-5]:
            del chat.messages[old]

    async def _language(self, user: ChatUser) -> str:
        """What they chose, with a generated tap as it may be."""
        async with self.harness.world.storage.transaction() as tx:
            known = await tx.users.get(user.buyer.tg_id)
        return known.language if known is not None else ""


@pytest.fixture
def harness(world: World) -> Iterator[BotHarness]:
    harness = BotHarness(Shop(replace(world.ports(), address=PublicAddress("https://vpn.example.org"))), world)
    yield harness
    harness.give_back()


@pytest.fixture
async def inputs(harness: BotHarness) -> Inputs:
    await harness.shop.open()
    met: dict[str, dict[str, Any]] = {}
    data: list[str] = []
    for state in ("rich", Role.OWNER):
        user = harness.new_user()
        await user.write("/start")
        await STATES[state](user)
        walk = Dialogs(user, "ru")
        await walk.go()
        met |= walk.met
        data += walk.data
        # What the walk did as owner ends with it.
        harness.world.panel.unavailable = False
    # Each also without its data, as after a loss of Redis.
    dialogs = [*met.items(), *((state, {}) for state in sorted(set(_states(harness.dispatcher))))]
    commands = tuple(sorted(set(_commands(harness.dispatcher))))
    return Inputs(harness, Generator(random.Random(INPUTS), commands, tuple(data)), tuple(dialogs))


async def test_generated_input_of_customers_is_answered_and_changes_nothing_of_the_staff(inputs: Inputs) -> None:
    """A new one, a rich one, a banned one, and one who was an admin a second ago, in two languages."""
    harness, shop = inputs.harness, inputs.harness.shop
    people = [harness.new_user(language) for language in ("ru", "en", "ru", "ru")]
    for user in people:
        await user.write("/start")
    await STATES["rich"](people[1])
    for role in (Role.ADMIN, Role.CUSTOMER):
        await shop.change_role(OWNER, people[3].buyer.tg_id, role)
    await shop.ban_customer(people[2].buyer.tg_id, StaffMember(OWNER, OWNER), "spam")
    before = await _of_staff(harness)
    for _ in range(INPUTS):
        await inputs.send(inputs.generator.rng.choice(people))
    assert await _of_staff(harness) == before
    assert not (await shop.audit_ledger()).findings


async def test_generated_input_of_staff_is_answered(inputs: Inputs) -> None:
    """Support, admin and owner; what they may do may happen, and the ledger agrees."""
    people = [inputs.harness.new_user(language) for language in ("ru", "en", "ru")]
    for user, role in zip(people, (Role.SUPPORT, Role.ADMIN, Role.OWNER), strict=True):
        await user.write("/start")
        await inputs.harness.shop.change_role(OWNER, user.buyer.tg_id, role)
    for _ in range(INPUTS):
        await inputs.send(inputs.generator.rng.choice(people))
    assert not (await inputs.harness.shop.audit_ledger()).findings


async def _of_staff(harness: BotHarness) -> object:
    """Who has a role, and what is logged."""
    async with harness.world.storage.transaction() as tx:
        return await tx.users.staff(), await tx.admin_log.newest(10_000)


def _filters(router: Dispatcher | Router) -> Iterator[object]:
    for handler in router.message.handlers:
        yield from (one.callback for one in handler.filters or ())
    for inner in router.sub_routers:
        yield from _filters(inner)


def _commands(dispatcher: Dispatcher) -> Iterator[str]:
    """Every command that a handler takes."""
    for one in _filters(dispatcher):
        if isinstance(one, Command):
            yield from (str(command) for command in one.commands)


def _states(dispatcher: Dispatcher) -> Iterator[str]:
    """Every dialog that a handler takes an answer of."""
    for one in _filters(dispatcher):
        if isinstance(one, StateFilter):
            yield from (str(state.state) for state in one.states)
