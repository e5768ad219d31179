"""What a customer sees of the account."""

from dishka import Provider, Scope, provide_all

from orbit_domain.use_cases.choose_notices import ChooseNotices, ShowNotices
from orbit_domain.use_cases.delete_account import DeleteAccount
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer
from orbit_domain.use_cases.record_reachability import RecordReachability
from orbit_domain.use_cases.register_user import RegisterUser
from orbit_domain.use_cases.renew_from_balance import RenewFromBalance
from orbit_domain.use_cases.set_language import SetLanguage
from orbit_domain.use_cases.show_deletion import ShowDeletion
from orbit_domain.use_cases.show_home import ShowHome
from orbit_domain.use_cases.show_keys import ShowKeys
from orbit_domain.use_cases.show_statement import ShowStatement


class AccountProvider(Provider):
    """Registration and deletion, language, and the screens of what a customer has."""

    scope = Scope.APP
    use_cases = provide_all(
        RegisterUser,
        SetLanguage,
        RecordReachability,
        ShowNotices,
        ChooseNotices,
        GetCachedCustomer,
        ShowHome,
        ShowKeys,
        ShowStatement,
        RenewFromBalance,
        ShowDeletion,
        DeleteAccount,
    )
