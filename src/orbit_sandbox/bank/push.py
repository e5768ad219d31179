"""The bank's webhooks, signed over the raw bytes."""

import hashlib
import hmac

from orbit_sandbox.bank.sim_bank import WEBHOOK_SECRET, SimBank
from orbit_sandbox.faults import Faults
from orbit_sandbox.provider_push import ProviderPush

SIGNATURE_HEADER = "Bank-Signature"


def signature(body: bytes, seconds: int, secret: str = WEBHOOK_SECRET) -> str:
    """The value of the header: the time, and the HMAC-SHA256 of the time, a point and the raw *body*."""
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def bank_push(bank: SimBank, faults: Faults) -> ProviderPush:
    """What sends the news of *bank*."""
    return ProviderPush("bank", bank, faults, lambda body: {SIGNATURE_HEADER: signature(body, bank.seconds())})
