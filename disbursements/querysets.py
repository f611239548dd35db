"""Vocabulary of sheet queries: ``with_*`` annotates, adjectives filter, ``for_table`` stands beside a table."""

from django.db.models import Count, Q

from disbursements.enums import LIVE_LINE, LineStatus, SheetStatus
from welfare.scope import ScopedQuerySet


class SheetQuerySet(ScopedQuerySet):
    def live(self):
        """Not voided."""
        return self.exclude(status=SheetStatus.VOIDED)

    def with_received_count(self):
        """``received_count``: lines signed for or paid to the card."""
        return self.annotate(received_count=Count("lines", filter=Q(lines__status=LineStatus.RECEIVED)))

    def for_table(self):
        return self.select_related("organisation", "programme").with_received_count()


class SheetLineQuerySet(ScopedQuerySet):
    def live(self):
        """Pending or received: the entry has its money or goods on this line."""
        return self.filter(status__in=LIVE_LINE)

    def pending(self):
        return self.filter(status=LineStatus.PENDING)

    def received(self):
        return self.filter(status=LineStatus.RECEIVED)

    def with_items(self):
        """Goods prefetched."""
        return self.prefetch_related("items__item")
