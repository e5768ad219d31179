"""What the owner sells, and how that is changed."""

from dishka import Provider, Scope, provide_all

from orbit_domain.use_cases.add_plan import AddPlan
from orbit_domain.use_cases.change_plan import ChangePlan
from orbit_domain.use_cases.prepare_plan import PreparePlan
from orbit_domain.use_cases.prepare_promo import PreparePromo
from orbit_domain.use_cases.run_promos import EndPromo, OfferPromo, ShowPromos
from orbit_domain.use_cases.save_plan import SavePlan
from orbit_domain.use_cases.show_plans import ShowPlans


class OffersProvider(Provider):
    """Plans and promo codes, as the command line and `/admin` change them."""

    scope = Scope.APP
    use_cases = provide_all(
        ShowPlans, ChangePlan, AddPlan, PreparePlan, SavePlan, ShowPromos, PreparePromo, OfferPromo, EndPromo
    )
