"""Earlier states of the registry's rows; kept by triggers, read through ``queries.history``."""

from beneficiaries.models.papers import Attachment
from beneficiaries.models.registry import (
    BankAccount,
    DisabilityInWords,
    Hardship,
    Household,
    Institution,
    Person,
)
from welfare.history import versions_of


class HouseholdVersion(versions_of(Household)):
    scope_path = "pgh_obj__organisation"

    class Meta:
        verbose_name = verbose_name_plural = "户的历史"


class PersonVersion(
    DisabilityInWords,
    versions_of(
        Person,
        exclude=("search_terms", "id_tail_index", "id_tail6_index", "phone_tail_index"),
        unwatched=("id_number", "phone", "disability_certificate"),
    ),
):
    scope_path = "pgh_obj__household__organisation"

    class Meta:
        verbose_name = verbose_name_plural = "人员的历史"


class HardshipVersion(versions_of(Hardship)):
    scope_path = ("pgh_obj__household__organisation", "pgh_obj__person__household__organisation")

    class Meta:
        verbose_name = verbose_name_plural = "困难情况的历史"


class BankAccountVersion(versions_of(BankAccount, exclude=("tail_index",), unwatched=("number",))):
    scope_path = "pgh_obj__person__household__organisation"

    class Meta:
        verbose_name = verbose_name_plural = "银行卡的历史"


class InstitutionVersion(versions_of(Institution, unwatched=("contact_phone",))):
    scope_path = "pgh_obj__organisation"

    class Meta:
        verbose_name = verbose_name_plural = "单位的历史"


class AttachmentVersion(versions_of(Attachment)):
    scope_path = "pgh_obj__organisation"

    class Meta:
        verbose_name = verbose_name_plural = "单位人员的历史"
