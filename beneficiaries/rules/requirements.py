"""证明材料 a category asks for, against what is on file. Pure: kinds are ids, files have kind_id and is_expired."""

from dataclasses import dataclass

from beneficiaries.enums import Fact
from welfare.quantities import plain

ON_FILE, SUBSTITUTE, EXPIRED, ASSUMED, MISSING, OPTIONAL = (
    "on_file",
    "substitute",
    "expired",
    "assumed",
    "missing",
    "optional",
)
LACKING = (EXPIRED, ASSUMED, MISSING)
LABELS = {
    ON_FILE: "已归档",
    SUBSTITUTE: "已替代",
    EXPIRED: "已过期",
    ASSUMED: "按推定",
    MISSING: "缺",
    OPTIONAL: "未提供",
}


@dataclass(frozen=True)
class Answer:
    """How one requirement is met. ``words`` say more than the state does; ``is_lacking`` asks for a paper."""

    what: str
    state: str
    words: str = ""
    note: str = ""

    @property
    def label(self):
        """The state in a word."""
        return LABELS[self.state]

    def __str__(self):
        return f"{self.what}（{self.words or self.label}）"

    @property
    def lack(self):
        """What is lacking in few words, for a row of many: the paper, and what there is instead."""
        short = {EXPIRED: "（已过期）", ASSUMED: "（按推定）"}
        return f"{self.what}{short.get(self.state, '')}"

    @property
    def is_lacking(self):
        return self.state in LACKING


def answer(requirement, substitutes, files, facts):
    """The Answer to one requirement: ``substitutes`` are {kind id: name}, ``files`` what is on file, ``facts`` by Fact.

    A paper past its validity is as good as none. Without one, what the category assumes is said, and what is on file and
    therefore not counted; with one, that the fact itself is still to be filed. Where ``facts`` lack the fact nothing is assumed.
    """
    valid = [one for one in files if not one.is_expired]
    what, note = str(requirement.kind), requirement.note
    fact = requirement.assumed_fact if requirement.assumed_fact in facts else ""
    unknown = f"登记中没有{_named(fact)}，待核" if fact and facts[fact] is None else ""
    if any(one.kind_id == requirement.kind_id for one in valid):
        return Answer(what, ON_FILE, unknown and f"已归档，{unknown}", note)
    instead = next((substitutes[one.kind_id] for one in valid if one.kind_id in substitutes), None)
    if instead:
        return Answer(what, SUBSTITUTE, "，".join(filter(None, [f"以{instead}代替", unknown])), note)
    is_expired = any(one.kind_id in {requirement.kind_id, *substitutes} for one in files)
    if fact:
        lack = "证明已过有效期" if is_expired else "缺证明"
        return Answer(what, ASSUMED, f"{lack}，{_assumed(requirement, facts[fact])}", note)
    if is_expired:
        return Answer(what, EXPIRED, "已过有效期，请补交", note)
    if not requirement.is_required:
        return Answer(what, OPTIONAL, "不是必须提交的", note)
    or_else = f"可用{'、'.join(substitutes.values())}代替" if substitutes else ""
    return Answer(what, MISSING, or_else, note)


def _named(fact):
    return Fact(fact).label.removesuffix("（元）")


def _assumed(requirement, own):
    label, value = _named(requirement.assumed_fact), f"按 {plain(requirement.assumed_value)} 元推定"
    if own is None:
        return f"登记中也没有{label}，{value}"
    return f"登记的{label} {plain(own)} 元不计，{value}"
