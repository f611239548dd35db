"""常用筛选: conditions of a list that somebody keeps under a name, for herself alone."""

from django.db import transaction

from beneficiaries.models import SavedFilter
from welfare.errors import Refusal
from welfare.models import User

MOST = 30


@transaction.atomic
def keep(*, user, page, name, query):
    """Keep the query string of a list's conditions under a name. Returns the SavedFilter.

    Raises Refusal without conditions, for a name of hers that is taken, and beyond MOST filters on one page.
    """
    if not query:
        raise Refusal("还没有设置筛选条件。请先在列表中选好条件，再存为常用。")
    _lock(user)
    kept = SavedFilter.objects.filter(user=user, page=page)
    if kept.count() >= MOST:
        raise Refusal(f"最多保存 {MOST} 个常用筛选，请先删去不用的。")
    name = _free_name(kept, name)
    return SavedFilter.objects.create(user=user, page=page, name=name, query=query)


@transaction.atomic
def rename(*, saved, name):
    """Give a filter another name. Returns it. Raises Refusal for a name that is taken."""
    _lock(saved.user)
    others = SavedFilter.objects.filter(user=saved.user, page=saved.page).exclude(pk=saved.pk)
    saved.name = _free_name(others, name)
    saved.save(update_fields=["name"])
    return saved


def delete(*, saved):
    """Forget a filter; harmless when it is gone already."""
    SavedFilter.objects.filter(pk=saved.pk).delete()


def _lock(user):
    """One at a time for one user, so that the check of a name holds."""
    User.objects.select_for_update().get(pk=user.pk)


def _free_name(kept, name):
    name = name.strip()
    if kept.filter(name=name).exists():
        raise Refusal("已有同名的常用筛选，请换一个名称。", field="name")
    return name
