"""Read-only admin pages link to other admin pages: only to those that the viewer may open."""

import copy

from django.contrib.admin.helpers import AdminReadonlyField

_get_admin_url = AdminReadonlyField.get_admin_url


def _link_or_text(self, remote_field, remote_obj):
    request = getattr(self.model_admin, "request", None)
    there = self.model_admin.admin_site._registry.get(remote_field.model)
    if request is not None and there is not None and not there.has_view_permission(request):
        return str(remote_obj)
    return _get_admin_url(self, remote_field, remote_obj)


AdminReadonlyField.get_admin_url = _link_or_text  # Django asks nobody before it links


def bind(context, model_admin, request):
    """Tell the forms of a change page who looks; the shared ``model_admin`` stays as it is."""
    bound = copy.copy(model_admin)
    bound.request = request
    context["adminform"].model_admin = bound
    for formset in context["inline_admin_formsets"]:
        formset.opts.request = request  # an inline is made anew for each request
