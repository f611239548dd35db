"""A photo that proves something happened."""

from django.db import models
from django.db.models import Q

from welfare.models import User
from welfare.scope import ScopedModel


class PhotoProof(ScopedModel):
    """A photo as proof, drawn again. Never deleted: one recorded wrongly is voided with a reason.

    The model that is one adds ``proof``, the file, and ``constraints`` of its own to those of ``proof_constraints``.
    """

    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField(max_length=64)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    voided_at = models.DateTimeField("作废时间", null=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="作废人")
    void_reason = models.CharField("作废原因", max_length=200, blank=True)

    class Meta:
        abstract = True

    def thumbnail_name(self):
        """Where the small picture lies, beside the proof."""
        return f"{self.proof.name.removesuffix('.jpg')}.thumb.jpg"


def proof_constraints(owner, prefix):
    """A voided one says by whom, when and why; the same photo proves ``owner`` once."""
    return [
        models.CheckConstraint(
            condition=Q(voided_at=None, voided_by=None, void_reason="")
            | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
            name=f"{prefix}_void_complete",
        ),
        models.UniqueConstraint(
            fields=[owner, "sha256"], condition=Q(voided_at=None), name=f"{prefix}_proof_once"
        ),
    ]
