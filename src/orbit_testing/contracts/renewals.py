"""What every machine that charges again by itself promises."""

from abc import ABC, abstractmethod

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.payment.ports import GatewayUnavailable
from orbit_domain.payment.recurrence import RenewalWish
from orbit_domain.payment.renewals import RenewalRefused, Renewals

PAYER = TelegramId(1_001)
OTHER = TelegramId(1_002)


class RenewalsContract(ABC):
    """Subclass it and say how a subscription begins, whether it is stopped, and how an answer is lost."""

    @pytest.fixture
    @abstractmethod
    def renewals(self) -> Renewals:
        """The machine."""

    @abstractmethod
    async def begin(self, tg_id: TelegramId) -> str:
        """Let *tg_id* subscribe; the name of the first charge."""

    @abstractmethod
    def is_stopped(self, charge_id: str) -> bool:
        """Whether the shop has stopped it."""

    @abstractmethod
    def lose_answers(self, *, lost: bool) -> None:
        """From now on calls are carried out and their answers are *lost*, or come again."""

    async def test_a_wish_is_carried_out_however_often(self, renewals: Renewals) -> None:
        """Stopped twice is stopped, and allowed twice is allowed; another customer's subscription stays as it is."""
        theirs, other = await self.begin(PAYER), await self.begin(OTHER)
        for wish, stopped in ((RenewalWish.STOP, True), (RenewalWish.ALLOW, False)):
            for _ in range(2):
                await renewals.edit(PAYER, theirs, wish)
                assert (self.is_stopped(theirs), self.is_stopped(other)) == (stopped, False)

    async def test_what_is_not_theirs_is_refused(self, renewals: Renewals) -> None:
        """A charge that nobody made, or somebody else: refused, and nothing changes."""
        other = await self.begin(OTHER)
        for charge_id in (other, "unknown"):
            with pytest.raises(RenewalRefused):
                await renewals.edit(PAYER, charge_id, RenewalWish.STOP)
        assert not self.is_stopped(other)

    async def test_a_lost_answer_is_no_refusal(self, renewals: Renewals) -> None:
        """Nobody knows the outcome, so the same call again makes it certain."""
        theirs = await self.begin(PAYER)
        self.lose_answers(lost=True)
        with pytest.raises(GatewayUnavailable):
            await renewals.edit(PAYER, theirs, RenewalWish.STOP)
        self.lose_answers(lost=False)
        await renewals.edit(PAYER, theirs, RenewalWish.STOP)
        assert self.is_stopped(theirs)
