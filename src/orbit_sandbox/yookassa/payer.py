"""What a customer does on YooKassa's page. There is no half of a payment there; late is paid like in time."""

from enum import StrEnum

from orbit_sandbox.yookassa.sim_yookassa import SimYooKassa


class YooKassaScenario(StrEnum):
    """The buttons of the page."""

    CARD = "card"
    SBP = "sbp"
    SBERPAY = "sberpay"
    TWICE = "twice"
    DECLINED = "declined"


_WAYS = {YooKassaScenario.SBP: "sbp", YooKassaScenario.SBERPAY: "sberbank"}


def pay_at_yookassa(sim: SimYooKassa, payment_id: str, scenario: YooKassaScenario) -> None:
    """Pay the payment, or fail to. Raises YooKassaRefusal when it can't be paid any more."""
    if scenario is YooKassaScenario.DECLINED:
        sim.decline(payment_id)
        return
    sim.pay(payment_id, _WAYS.get(scenario, "bank_card"))
    if scenario is YooKassaScenario.TWICE:
        sim.pay_again(payment_id)
