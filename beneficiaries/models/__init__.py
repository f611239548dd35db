"""Models of the registry, of programmes and of rosters."""

from beneficiaries.models.catalogue import (
    Code,
    FundSource,
    GoodsItem,
    HardshipCategory,
    HelpGiven,
    MinimumLine,
)
from beneficiaries.models.categories import AidCategory, Criterion, EvidenceRequirement, Quota, Standard
from beneficiaries.models.complaints import Complaint
from beneficiaries.models.duplicates import DuplicatePair
from beneficiaries.models.entry_lists import EntryList, EntryListRow
from beneficiaries.models.final_lists import FinalList, FinalListRow
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
from beneficiaries.models.judgements import Judgement
from beneficiaries.models.letters import RefusalLetter
from beneficiaries.models.meetings import (
    Assessment,
    AssessmentAttendee,
    AssessmentVote,
    MeetingPhoto,
    SampleCheck,
    SampleFinding,
)
from beneficiaries.models.moves import MoveRequest
from beneficiaries.models.notices import NoticeChannel, NoticeEntry, Objection, PublicNotice
from beneficiaries.models.papers import Attachment, Evidence, FormerResidence, Pairing
from beneficiaries.models.plan_text import ForeseenFund, StatedFigure
from beneficiaries.models.procedure import Milestone, ProcedureStep
from beneficiaries.models.programmes import BarredOrganisation, EarlierHelp, Programme
from beneficiaries.models.registry import (
    BankAccount,
    Hardship,
    Household,
    Institution,
    Person,
)
from beneficiaries.models.relatives import RelativeCheck, StaffRelative
from beneficiaries.models.rosters import Decision, Roster, RosterEntry

__all__ = [
    "AidCategory",
    "Assessment",
    "AssessmentAttendee",
    "AssessmentVote",
    "Attachment",
    "AttachmentVersion",
    "BankAccount",
    "BankAccountVersion",
    "BarredOrganisation",
    "Code",
    "Complaint",
    "Criterion",
    "Decision",
    "DuplicatePair",
    "EarlierHelp",
    "EntryList",
    "EntryListRow",
    "Evidence",
    "EvidenceRequirement",
    "FinalList",
    "FinalListRow",
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
    "Judgement",
    "ListExport",
    "MeetingPhoto",
    "Milestone",
    "MinimumLine",
    "MoveRequest",
    "NoticeChannel",
    "NoticeEntry",
    "Objection",
    "Pairing",
    "Person",
    "PersonVersion",
    "ProcedureStep",
    "Programme",
    "PublicNotice",
    "Quota",
    "RefusalLetter",
    "RegisterImport",
    "RelativeCheck",
    "Roster",
    "RosterEntry",
    "SampleCheck",
    "SampleFinding",
    "SavedFilter",
    "StaffRelative",
    "Standard",
    "StatedFigure",
]
