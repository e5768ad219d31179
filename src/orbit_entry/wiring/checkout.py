"""From the plans to a paid order."""

from dishka import Provider, Scope, provide_all

from orbit_domain.use_cases.list_plans import ListPlans
from orbit_domain.use_cases.open_checkout import OpenCheckout
from orbit_domain.use_cases.pay_from_balance import PayFromBalance
from orbit_domain.use_cases.show_checkout import ShowCheckout
from orbit_domain.use_cases.start_trial import StartTrial


class CheckoutProvider(Provider):
    """Plans, orders, and what pays them without asking for money."""

    scope = Scope.APP
    use_cases = provide_all(ListPlans, OpenCheckout, ShowCheckout, PayFromBalance, StartTrial)
