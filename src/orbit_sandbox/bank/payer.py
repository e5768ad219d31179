"""How a customer pays an invoice of the bank: in full, and the usual mistakes."""

from enum import StrEnum

from orbit_sandbox.bank.sim_bank import SimBank


class BankScenario(StrEnum):
    """The buttons of the bank's page and of the control panel."""

    FULL = "full"
    HALF = "half"
    TWICE = "twice"


def pay_invoice(bank: SimBank, invoice_id: str, scenario: BankScenario) -> None:
    """Pay the invoice. Raises BankRefusal when there is none of that id."""
    amount = bank.invoice(invoice_id).amount
    for _ in range(2 if scenario is BankScenario.TWICE else 1):
        bank.pay(invoice_id, max(1, amount // 2) if scenario is BankScenario.HALF else amount)
