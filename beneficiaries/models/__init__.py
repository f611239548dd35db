"""Models of the registry, of programmes and of rosters."""

from beneficiaries.models.catalogue import (
    Code,
    FundSource,
    GoodsItem,
    HardshipCategory,
    HelpGiven,
    MinimumLine,
)
from beneficiaries.models.duplicates import DuplicatePair
from beneficiaries.models.finding import ListExport, SavedFilter
from beneficiaries.models.history import (
    AttachmentVersion,
    BankAccountVersion,
    HardshipVersion,
    HouseholdVersion,
    InstitutionVersion,
    PersonVersion,
)
from beneficiaries.models.imports import ImportRow, RegisterImport
from beneficiaries.models.moves import MoveRequest
from beneficiaries.models.papers import Attachment, Evidence, FormerResidence, Pairing
from beneficiaries.models.programmes import (
    AidCategory,
    Criterion,
    ForeseenFund,
    Milestone,
    ProcedureStep,
    Programme,
    Quota,
    Standard,
    StatedFigure,
)
from beneficiaries.models.registry import (
    BankAccount,
    Hardship,
    Household,
    Institution,
    Person,
)
from beneficiaries.models.rosters import (
    Assessment,
    AssessmentAttendee,
    AssessmentVote,
    Decision,
    NoticeEntry,
    Objection,
    PublicNotice,
    Roster,
    RosterEntry,
    SampleCheck,
    SampleFinding,
)

__all__ = [
    "AidCategory",
    "Assessment",
    "AssessmentAttendee",
    "AssessmentVote",
    "Attachment",
    "AttachmentVersion",
    "BankAccount",
    "BankAccountVersion",
    "Code",
    "Criterion",
    "Decision",
    "DuplicatePair",
    "Evidence",
    "ForeseenFund",
    "FormerResidence",
    "FundSource",
    "GoodsItem",
    "Hardship",
    "HardshipCategory",
    "HardshipVersion",
    "HelpGiven",
    "Household",
    "HouseholdVersion",
    "ImportRow",
    "Institution",
    "InstitutionVersion",
    "ListExport",
    "Milestone",
    "MinimumLine",
    "MoveRequest",
    "NoticeEntry",
    "Objection",
    "Pairing",
    "Person",
    "PersonVersion",
    "ProcedureStep",
    "Programme",
    "PublicNotice",
    "Quota",
    "RegisterImport",
    "Roster",
    "RosterEntry",
    "SampleCheck",
    "SampleFinding",
    "SavedFilter",
    "Standard",
    "StatedFigure",
]
