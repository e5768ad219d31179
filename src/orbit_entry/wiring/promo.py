"""Promo codes: what customers enter, and what the owner offers."""

from dishka import Provider, Scope, provide_all

from orbit_domain.use_cases.add_promo import AddPromo
from orbit_domain.use_cases.apply_promo import ApplyPromo
from orbit_domain.use_cases.list_promos import ListPromos
from orbit_domain.use_cases.stop_promo import StopPromo


class PromoProvider(Provider):
    """Codes are added, listed, stopped, and entered."""

    scope = Scope.APP
    use_cases = provide_all(ApplyPromo, AddPromo, ListPromos, StopPromo)
