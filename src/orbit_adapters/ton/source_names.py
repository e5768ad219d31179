"""The names of the sources that accounts of the TON network are."""

from collections.abc import Iterable

from orbit_adapters.ton.address import AddressError, Network, TonAddress


def source_name(network: Network, account: TonAddress) -> str:
    """The name of the source that *account* is."""
    return f"ton:{network}:{account.raw}"


def account_of(network: Network, name: str) -> TonAddress | None:
    """The account of *network* that the source *name* is; None for any other source."""
    try:
        account = TonAddress.parse(name.removeprefix(f"ton:{network}:"), network)
    except AddressError:
        return None
    return account if name == source_name(network, account) else None


def accounts_of(network: Network, names: Iterable[str]) -> frozenset[TonAddress]:
    """The accounts of *network* among the sources *names*."""
    found = (account_of(network, name) for name in names)
    return frozenset(account for account in found if account is not None)


def owners_of(network: Network, names: Iterable[str]) -> frozenset[TonAddress]:
    """The accounts of *network* that the sources *names* are, and those whose tokens they are."""
    owners = (owner_of(network, name) for name in names)
    return accounts_of(network, names) | frozenset(owner for owner in owners if owner is not None)


def jetton_source_name(network: Network, owner: TonAddress) -> str:
    """The name of the source that the tokens of *owner* are. Issuer and owner decide the account that holds them."""
    return f"ton_usdt:{network}:{owner.raw}"


def owner_of(network: Network, name: str) -> TonAddress | None:
    """The account of *network* whose tokens the source *name* is; None for any other source."""
    try:
        owner = TonAddress.parse(name.removeprefix(f"ton_usdt:{network}:"), network)
    except AddressError:
        return None
    return owner if name == jetton_source_name(network, owner) else None
