"""Vocabulary of sheet queries: ``with_*`` annotates, adjectives filter, ``for_table`` stands beside a table."""

from django.db.models import Count, Prefetch, Q

from disbursements.enums import LIVE_LINE, LIVE_RECEIPT, LineStatus, SheetStatus
from visits.models import TeamMember
from welfare import scope
from welfare.scope import ScopedQuerySet


class SheetQuerySet(ScopedQuerySet):
    def live(self):
        """Not voided."""
        return self.exclude(status=SheetStatus.VOIDED)

    def with_received_count(self):
        """``received_count``: lines signed for or paid to the card."""
        return self.annotate(received_count=Count("lines", filter=Q(lines__status=LineStatus.RECEIVED)))

    def with_free_count(self):
        """``free_count``: pending lines in nobody's hands; ``pending_count``: all pending ones."""
        pending = Q(lines__status=LineStatus.PENDING)
        return self.annotate(
            free_count=Count("lines", filter=pending & Q(lines__custody=None)),
            pending_count=Count("lines", filter=pending),
        )

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

    def for_table(self):
        """With sheet, drawer, goods and the live receipt; without any encrypted column."""
        receipts = self.model._meta.get_field("receipts").related_model
        live = receipts._base_manager.filter(status__in=LIVE_RECEIPT).order_by("pk")
        return (
            self.select_related("sheet", "custody__team", "custody__drawn_by")
            .defer("id_number", "bank_card")
            .prefetch_related("items__item", Prefetch("receipts", live, to_attr="live_receipts"))
        )


class ReceiptQuerySet(ScopedQuerySet):
    """Seen by the members of the visiting team, and over the organisation by whoever sees its sheets."""

    def visible_to(self, user, permission="sheet.view"):
        over = scope.condition(user, self.model.scope_path, permission)
        mine = TeamMember.objects.filter(user=user.pk).values("team_id")
        return self.filter(over | Q(visit__team__in=mine))
