"""Registers to import: workbooks of made-up people who are not on file, one row each."""

from beneficiaries.benchmarks import people
from beneficiaries.enums import Relation
from welfare.excel import bare

DIVISIONS = ["522601", "522622", "522623"]
HEADINGS = (
    *(
        "村(社区)",
        "组别",
        "户编号",
        "姓名",
        "与户主关系",
        "身份证号",
        "联系电话",
        "家庭住址",
        "困难类别",
        "健康状况",
    ),
    *("家庭月人均收入(元)", "近12个月自付医疗费(元)", "开户银行", "银行卡号", "备注"),
)
CATEGORIES = ("低保户", "低保边缘户", "受灾户", "危房户", "")


class Registers:
    """Writes one register after the other; nobody stands in two of them."""

    def __init__(self, folder, communities, seed=people.SEED):
        self.folder = folder  # a TemporaryDirectory, gone with the last that holds it
        self.communities = [one.name for one in communities]
        self.families = people.Families(seed, DIVISIONS)
        self.count = 0

    def next_one(self, rows):
        """The path of a new register of so many people."""
        self.count += 1
        path = f"{self.folder.name}/register-{self.count}.xlsx"
        bare.write_rows(path, HEADINGS, self._rows(rows))
        return path

    def _rows(self, rows):
        chance, serial = self.families.random, 0
        while rows > 0:
            serial += 1
            community = self.communities[serial % len(self.communities)]
            number = f"D{self.count:03}{serial:06}"
            address = f"{community}{serial % 9 + 1}组{serial}号"
            income, cost = 200 + int(chance.random() * 2800), int(chance.random() * 60000)
            members = self.families.next_one()[:rows]
            rows -= len(members)
            for member in members:
                is_head = member.relation == Relation.HEAD
                card = people.card_number(chance) if is_head else ""
                yield (
                    *(community, f"{serial % 9 + 1}组", number, member.name, Relation(member.relation).label),
                    *(member.id_number, member.phone or "", address),
                    *(CATEGORIES[serial % 5] if is_head else "", "健康" if serial % 4 else "慢性病"),
                    *(income, cost, "农村信用社" if card else "", card, ""),
                )
