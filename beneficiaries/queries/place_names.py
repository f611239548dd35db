"""Names of organisations as a plan writes them: the shortest that means one place below the organiser."""

from collections import defaultdict
from functools import cached_property

from beneficiaries.rules.places import ways_to_name
from welfare.models import Organisation


class PlaceNames:
    """The organiser and everything below it, by name: 甲村, or 上坪镇/甲村 where two townships have one.

    One statement, and none until a name is asked for.
    """

    def __init__(self, organiser):
        self._organiser = organiser

    def of(self, organisation):
        """The shortest name that means this one alone; its code where no name does, or it is not below."""
        ways = self._ways.get(organisation.pk, ())
        return next((way for way in ways if len(self._meant[way]) == 1), organisation.code)

    def meant_by(self, name):
        """The active organisations that a name (short or long) or a code may mean, in order of the tree.

        Several where the name does not tell which; none where nothing here is called so.
        """
        found = self._meant.get(name) or [one for one in self._rows.values() if one.code == name]
        return [one for one in found if one.is_active]

    @cached_property
    def _rows(self):
        return {one.pk: one for one in Organisation.objects.under(self._organiser).order_by("path")}

    @cached_property
    def _ways(self):
        """{id: ways to name it}. Closed ones count: their names stay on older plans."""
        found = {}
        for one in self._rows.values():
            ids = (int(part) for part in one.path.strip("/").split("/"))
            found[one.pk] = ways_to_name([self._rows[pk].name for pk in ids if pk in self._rows])
        return found

    @cached_property
    def _meant(self):
        found = defaultdict(list)
        for pk, ways in self._ways.items():
            for way in ways:
                found[way].append(self._rows[pk])
        return dict(found)
