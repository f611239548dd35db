"""The list of households."""

from functools import partial

from django.utils import timezone

from beneficiaries.forms.finding import RegistryFilter
from beneficiaries.models import SavedFilter
from beneficiaries.queries import households
from beneficiaries.tables.registry import HouseholdTable
from welfare import dates
from welfare.viewtools import keyset_page, staff

READ = ("GET", "HEAD")
PAGE = "registry"


def registry_filter(request, data):
    """The conditions in ``data`` (a QueryDict), for whoever asks."""
    return RegistryFilter(data, user=request.user, on=dates.today(timezone.now()))


@staff("registry.view", methods=READ)
def registry(request):
    """The households of the user's communities."""
    user = request.user
    saved = SavedFilter.objects.filter(user=user, page=PAGE)
    return keyset_page(
        request,
        HouseholdTable,
        households.visible_to(user).select_related("organisation"),
        orders=households.ORDERS,
        unit="户",
        complete=households.complete,
        heading="困难群众登记",
        filter_form=partial(registry_filter, request),
        template="beneficiaries/registry.html",
        saved_filters=list(saved),
        may_edit=user.may("registry.edit"),
        may_import=user.may("registry.import"),
        may_export=user.may("export"),
    )
