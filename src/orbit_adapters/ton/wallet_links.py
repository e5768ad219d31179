"""Links that open a customer's wallet with everything filled in."""

from urllib.parse import quote as percent_encoded

from orbit_domain.money import Money
from orbit_domain.payment.ports import Transfer


def transfer_to(address: str, due: Money, comment: str, wallet_link: str, master: str = "") -> Transfer:
    """Send *due* with *comment* to *address*: coins, or tokens of the issuer *master*.

    A link's amount counts smallest units of what is sent, so tokens without their issuer would be asked for as coins.
    """
    token = f"jetton={master}&" if master else ""
    query = f"?{token}amount={due.units}&text={percent_encoded(comment, safe='')}"
    return Transfer(
        amount=due,
        address=address,
        reference=comment,
        wallet_url=f"{wallet_link.rstrip('/')}/{address}{query}",
        transfer_uri=f"ton://transfer/{address}{query}",
    )
