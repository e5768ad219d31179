"""The webhooks of Crypto Pay, signed over the raw bytes."""

import hashlib
import hmac

from orbit_sandbox.cryptopay.sim_cryptopay import TOKEN, SimCryptoPay
from orbit_sandbox.faults import Faults
from orbit_sandbox.provider_push import ProviderPush

SIGNATURE_HEADER = "crypto-pay-api-signature"


def signature(body: bytes, token: str = TOKEN) -> str:
    """The value of the header: the HMAC-SHA256 of the raw *body* under the SHA-256 of the token."""
    return hmac.new(hashlib.sha256(token.encode()).digest(), body, hashlib.sha256).hexdigest()


def cryptopay_push(sim: SimCryptoPay, faults: Faults) -> ProviderPush:
    """What sends the news of *sim*."""
    return ProviderPush("cryptopay", sim, faults, lambda body: {SIGNATURE_HEADER: signature(body)})
