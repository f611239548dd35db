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

    A paper past its validity is as good as none. Where neither the paper nor the fact is on file, what the
    category assumes is said.
    """
    valid = [one for one in files if not one.is_expired]
    what, note = str(requirement.kind), requirement.note
    if any(one.kind_id == requirement.kind_id for one in valid):
        return Answer(what, ON_FILE, "", note)
    instead = next((substitutes[one.kind_id] for one in valid if one.kind_id in substitutes), None)
    if instead:
        return Answer(what, SUBSTITUTE, f"以{instead}代替", note)
    wanted = {requirement.kind_id, *substitutes}
    fact = requirement.assumed_fact
    if fact and facts.get(fact) is None:
        label = Fact(fact).label.removesuffix("（元）")
        words = f"缺证明，登记中也没有{label}，按 {plain(requirement.assumed_value)} 元推定"
        return Answer(what, ASSUMED, words, note)
    if any(one.kind_id in wanted for one in files):
        return Answer(what, EXPIRED, "已过有效期，请补交", note)
    if not requirement.is_required:
        return Answer(what, OPTIONAL, "不是必须提交的", note)
    or_else = f"可用{'、'.join(substitutes.values())}代替" if substitutes else ""
    return Answer(what, MISSING, or_else, note)
