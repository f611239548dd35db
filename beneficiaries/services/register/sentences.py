"""What is wrong with a row, as one Chinese sentence that says how to mend it. The checks name these by their key."""

from beneficiaries.rules.outside import ON_FILE_ELSEWHERE
from welfare import masking

_CANNOT_TELL = "请核对；确认无误的，请报上一级核实。"


def _other_rows(row, rows, count, **_more):
    others = [str(other) for other in rows if other != row][:10]
    return "、".join(others) + (f" 等 {count - 1} 行" if count - 1 > len(others) else " 行")


SENTENCES = {
    # within the file
    "number_twice": lambda **a: f"身份证号与第 {_other_rows(**a)}相同，同一人只能登记一次，请核对两行。",
    "listed_twice": lambda **a: f"与第 {_other_rows(**a)}是同一条，请只留一行。",
    "community_differs": lambda first, usual, own, **a: (
        f"同一户第 {first} 行为“{usual}”，本行为“{own}”，请统一。"
    ),
    "second_head": lambda first, **a: f"本户第 {first} 行已是户主，一户只能有一名户主，请改填关系。",
    # a household, a person and the registry
    "household_outside": lambda **a: f"此户编号不能使用。{_CANNOT_TELL}",
    "household_archived": lambda **a: "此户已归档，请先在户页面恢复。",
    "household_elsewhere": lambda place, **a: f"此户在册于“{place}”。导入不办理迁移，请核对村(社区)。",
    "household_unknown": lambda scope, **a: (
        f"“{scope}”范围内没有这个户编号。请核对；新户请用人员登记表导入。"
    ),
    "person_outside": lambda **a: ON_FILE_ELSEWHERE,
    "person_elsewhere": lambda number, name, **a: (
        f"此身份证号已登记在 {number} 户（{masking.mask_name(name)}），请核对号码或先办理迁出。"
    ),
    "person_died": lambda **a: "此人在册为“已去世”，请核对后在户页面办理。",
    "person_left": lambda **a: "此人在册为“已迁出”，请核对后在户页面办理。",
    "person_unknown": lambda scope, **a: (
        f"“{scope}”范围内没有登记过这个身份证号。请核对；未登记的人请先用人员登记表导入。"
    ),
    "person_of_other_household": lambda number, **a: f"此人登记在 {number} 户，与所填户编号不同，请核对。",
    "name_differs": lambda name, **a: (
        f"姓名与在册的“{masking.mask_name(name)}”不同，请核对身份证号和姓名；改名请用人员登记表导入。"
    ),
    "head_bad": lambda row, **a: f"本户户主（第 {row} 行）有误，请先改正那一行。",
    "head_missing": lambda **a: "本户没有户主行，请补上。",
    "head_given_up": lambda **a: "此人在册为户主，改为其他关系后本户没有户主，请指明新的户主。",
    "head_replaced": lambda name, **a: (
        f"在册户主为 {masking.mask_name(name)}。更换户主的，请把原户主也列入本表并改填关系。"
    ),
    "not_counted_without_reason": lambda **a: "不计入家庭人口的，请写明原因。",
    "veteran_kind_of_no_veteran": lambda **a: (
        "有优抚对象类别的，“退役军人”应填“是”；不再是的，请先在户页面更正优抚对象类别。"
    ),
    "day_without_amount": lambda amount, **a: f"填了日期，请一并填写“{amount}”。",
    # institutions
    "institution_outside": lambda **a: f"此统一社会信用代码不能登记。{_CANNOT_TELL}",
    "institution_archived": lambda **a: "此单位已归档，请核对。",
    "institution_elsewhere": lambda place, **a: f"此单位在册于“{place}”，请核对所在机构。",
    "institution_names": lambda **a: "本机构有几个同名的单位，请填写统一社会信用代码，以便认出是哪一个。",
    # hardships
    "category_is_personal": lambda category, **a: f"“{category}”由本人持有，请填写本人的身份证号。",
    "hardship_overlaps": lambda from_on, to_on, **a: (
        f"与在册的 {from_on} 至 {to_on or '今'} 的同类记录重叠，请核对起止日期，或先终止原记录。"
    ),
    "hardship_overlaps_row": lambda row, **a: f"与第 {row} 行的同类记录日期重叠，请核对起止日期。",
}


def sentence(code, excel_row, args):
    """The sentence for a found fault."""
    return SENTENCES[code](**{"row": excel_row, **(args or {})})
