"""Money that goes back by the owner's own transfer."""

from dishka import Provider, Scope, provide_all

from orbit_domain.use_cases.ask_payout_address import AskPayoutAddress
from orbit_domain.use_cases.cancel_payout import CancelPayout
from orbit_domain.use_cases.check_payout_address import CheckPayoutAddress
from orbit_domain.use_cases.give_payout_address import GivePayoutAddress
from orbit_domain.use_cases.list_payouts import ListPayouts
from orbit_domain.use_cases.request_payout import RequestPayout
from orbit_domain.use_cases.show_payout_question import ShowPayoutQuestion
from orbit_domain.use_cases.take_payout_link import TakePayoutLink


class PayoutsProvider(Provider):
    """What the owner asks, the customer answers, and the owner sends."""

    scope = Scope.APP
    use_cases = provide_all(RequestPayout, CancelPayout, ListPayouts, TakePayoutLink)
    questions = provide_all(AskPayoutAddress, ShowPayoutQuestion, CheckPayoutAddress, GivePayoutAddress)
