"""Balances moved by hand."""

from dishka import Provider, Scope, provide_all

from orbit_domain.use_cases.adjust_balance import AdjustBalance
from orbit_domain.use_cases.decide_adjustment import ConfirmAdjustment, RejectAdjustment
from orbit_domain.use_cases.list_adjustments import ListAdjustments


class AdjustmentsProvider(Provider):
    """What admins put on balances and take off them."""

    scope = Scope.APP
    use_cases = provide_all(AdjustBalance, ConfirmAdjustment, RejectAdjustment, ListAdjustments)
