"""The list of households, and what is kept of it."""

from functools import partial

from beneficiaries.forms.finding import RegistryFilter
from beneficiaries.queries import households
from beneficiaries.tables.registry import HouseholdTable
from welfare.viewtools import list_page, staff

READ = ("GET", "HEAD")


@staff("registry.view", methods=READ)
def registry(request):
    """The households of the user's communities."""
    return list_page(
        request,
        HouseholdTable,
        households.for_table(households.visible_to(request.user)),
        heading="困难群众登记",
        filter_form=partial(RegistryFilter, user=request.user),
        template="beneficiaries/registry.html",
        may_edit=request.user.may("registry.edit"),
        may_import=request.user.may("registry.import"),
    )
