"""Money without a known owner."""

from dishka import Provider, Scope, provide_all

from orbit_domain.use_cases.approve_claim import ApproveClaim
from orbit_domain.use_cases.assign_suggested import AssignSuggested
from orbit_domain.use_cases.claim_receipt import ClaimReceipt
from orbit_domain.use_cases.reject_claim import RejectClaim


class ClaimsProvider(Provider):
    """Claims on unmatched money."""

    scope = Scope.APP
    use_cases = provide_all(ClaimReceipt, ApproveClaim, RejectClaim, AssignSuggested)
