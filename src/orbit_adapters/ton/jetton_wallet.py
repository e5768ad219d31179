"""Which account holds the shop's tokens, as issuer and account both say."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.get_method import Stack, address_at, number_at
from orbit_adapters.ton.strict_json import MalformedAnswerError
from orbit_domain.clock import Clock
from orbit_domain.payment.source import SourceUnavailable

_Told = TypeVar("_Told")
_VERIFIED_FOR = timedelta(days=1)
_FRESH = timedelta(seconds=30)
_WITHOUT_CONTRACT = ("nonexist", "uninit")


class WrongJettonWallet(SourceUnavailable):
    """Issuer, account and settings don't name the same: no token may be believed. The message says who differs."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """*units* of tokens, right behind the account's transaction *lt*; 0 stands before the first one."""

    lt: int
    units: int


@dataclass(slots=True)
class JettonWallet:
    """The account of *owner*'s tokens of *master*. Nothing is asked before it is needed, and again every day.

    *pinned*: the only account that the shop's own settings allow; None allows what the issuer says.
    """

    api: ToncenterApi
    owner: TonAddress
    master: TonAddress
    clock: Clock
    pinned: TonAddress | None = None
    _found: TonAddress | None = field(default=None, init=False)
    _asked_at: datetime | None = field(default=None, init=False)
    _is_proved: bool = field(default=False, init=False)

    async def account(self) -> TonAddress:
        """The account that issuer and settings name, whose own word agrees as soon as it has a contract.

        Raises SourceUnavailable, and WrongJettonWallet when they disagree.
        """
        account = await self._named_by_issuer()
        if not self._is_proved and (await self.api.tail(account)).status not in _WITHOUT_CONTRACT:
            await self.prove()
        return account

    async def prove(self) -> None:
        """Make sure that the account itself names owner and issuer. Raises as `account` does."""
        account = await self._named_by_issuer()
        if self._is_proved:
            return
        stack = await self.api.ask(account, "get_wallet_data")
        if (_address(stack, 1), _address(stack, 2)) != (self.owner, self.master):
            raise WrongJettonWallet("the account that the token's issuer names belongs to somebody else")
        self._is_proved = True

    async def holdings(self) -> Holdings:
        """What the account holds, by the word of its own contract. Raises SourceUnavailable, also while it changes."""
        account = await self.account()
        tail = await self.api.tail(account)
        units = 0
        if tail.status not in _WITHOUT_CONTRACT:
            units = _told(number_at, await self.api.ask(account, "get_wallet_data"), 0)
        block = await self.api.masterchain()
        # The contract answers as of now: an index that is behind doesn't know yet what it says.
        if self.clock.now() - block.at > _FRESH or (await self.api.tail(account)).lt != tail.lt:
            raise SourceUnavailable("the account that holds the tokens changes just now, or the index is behind")
        return Holdings(tail.lt, units)

    def accounts(self) -> frozenset[TonAddress]:
        """The account, once both have named it; nothing is asked."""
        return frozenset({self._found}) if self._found is not None and self._is_proved else frozenset()

    async def _named_by_issuer(self) -> TonAddress:
        """Before the first transfer no contract could be asked: then its issuer's word is all there is."""
        now = self.clock.now()
        if self._found is None or self._asked_at is None or not timedelta(0) <= now - self._asked_at < _VERIFIED_FOR:
            self._is_proved = False
            named = _address(await self.api.ask(self.master, "get_wallet_address", self.owner), 0)
            if named is None:
                raise WrongJettonWallet("the token's issuer names no account")
            if self.pinned not in (None, named):
                raise WrongJettonWallet("the token's issuer names another account than ORBIT_USDT_TON_WALLET")
            self._found, self._asked_at = named, now
        return self._found


def _address(stack: Stack, place: int) -> TonAddress | None:
    return _told(address_at, stack, place)


def _told(read: Callable[[Stack, int], _Told], stack: Stack, place: int) -> _Told:
    try:
        return read(stack, place)
    except MalformedAnswerError as error:
        raise SourceUnavailable(f"runGetMethod: {error}") from None
