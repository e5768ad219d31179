"""Money without a known owner, and questions of customers: what is passed on to the owner, and the answers."""

from dishka import Provider, Scope, provide_all

from orbit_domain.use_cases.answer_customer import AnswerCustomer
from orbit_domain.use_cases.approve_claim import ApproveClaim
from orbit_domain.use_cases.ask_owner import AskOwner
from orbit_domain.use_cases.assign_suggested import AssignSuggested
from orbit_domain.use_cases.claim_receipt import ClaimReceipt
from orbit_domain.use_cases.reject_claim import RejectClaim


class ClaimsProvider(Provider):
    """Claims on unmatched money, and questions."""

    scope = Scope.APP
    use_cases = provide_all(ClaimReceipt, ApproveClaim, RejectClaim, AssignSuggested, AskOwner, AnswerCustomer)
