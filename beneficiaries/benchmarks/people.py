"""Made-up people, the same for the same seed: names as common as they are in China, valid numbers, families. Pure."""

import random
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate

from stdnum import luhn

from beneficiaries.enums import Relation

SEED = 11643
TODAY = date(2026, 1, 5)
# The commonest surnames with their share in a thousand; the rest share what is left.
COMMON = {
    "王": 72, "李": 72, "张": 68, "刘": 54, "陈": 46, "杨": 31, "黄": 22, "赵": 21, "吴": 20, "周": 19, "徐": 15,
    "孙": 15, "马": 13, "朱": 13, "胡": 12, "郭": 12, "何": 11, "高": 10, "林": 10, "罗": 9, "郑": 9, "梁": 9,
}  # fmt: skip
OTHERS = (
    "谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦"
    "邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐乔庞单解仇"
)
SINGLE = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂玲辉健红英华斌波宇浩凯健俊帆雪慧倩颖莉玉萍鑫鹏峰琴云兰凤"
FIRST = (
    "建国志文晓小玉秀桂春海永德明金子雨思佳欣梓浩宇俊嘉雅婷丽红爱光庆振世家启天正大长福荣成祥清素淑美月凤兰翠"
)
SECOND = (
    "华国军平英兰珍芳梅林生明辉强峰涛杰伟娟燕霞琴云龙飞鹏宇轩涵怡萱彤琪瑶洁颖雯婷敏慧玲红艳丽荣贵福财全发胜"
)
SINGLE_SHARE = 0.12
DUPLICATE_SHARE = 0.002
SIZES = {1: 12, 2: 20, 3: 27, 4: 20, 5: 12, 6: 6, 7: 3}
FAMILY = (
    Relation.HEAD,
    Relation.SPOUSE,
    Relation.CHILD,
    Relation.CHILD,
    Relation.PARENT,
    Relation.PARENT,
    Relation.GRANDCHILD,
)
# Years of birth after the head's, from and to.
YEARS_AFTER = {
    Relation.HEAD: (0, 0),
    Relation.SPOUSE: (-6, 6),
    Relation.CHILD: (20, 36),
    Relation.PARENT: (-32, -20),
    Relation.GRANDCHILD: (42, 60),
}
_EARLIEST, _LATEST = date(1925, 1, 1).toordinal(), TODAY.toordinal()
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


@dataclass(slots=True)
class Member:
    """One made-up person. ``sex`` and ``birth_on`` are in the ID number too."""

    name: str
    relation: str
    id_number: str
    birth_on: str
    age: int
    sex: str
    phone: str | None


class IdNumbers:
    """Valid ID numbers, each given once, with tails spread like those of real ones."""

    def __init__(self, divisions):
        self.divisions = divisions
        self.given = {}

    def give(self, ordinal, sex):
        """The next number for a day of birth (an ordinal) and a sex."""
        count = self.given.get((ordinal, sex), 0)
        self.given[ordinal, sex] = count + 1
        division = self.divisions[count // 500]
        order = (ordinal * 37 + count * 271) % 500 * 2 + (sex == "1")
        body, weight = _dated(division, ordinal)
        digits, more = _order(order)
        return f"{body}{digits}{_CHECK[(weight + more) % 11]}"


class Families:
    """Families without end: ``next_one()`` is a list of Members, the head first."""

    def __init__(self, seed, divisions):
        self.random = random.Random(seed)
        self.numbers = IdNumbers(divisions)
        self.surnames, self.surname_weights = _surnames()
        self.given_names = _given_names()
        self.sizes, self.size_weights = list(SIZES), list(accumulate(SIZES.values()))
        self.remembered = []

    def next_one(self):
        """The next family."""
        chance = self.random
        size = chance.choices(self.sizes, cum_weights=self.size_weights)[0]
        born = _LATEST - int(chance.triangular(22, 90, 55) * 365.25)
        surname, other = chance.choices(self.surnames, cum_weights=self.surname_weights, k=2)
        phone = _phone(chance)
        members = []
        for relation in FAMILY[:size]:
            name = (other if relation == Relation.SPOUSE else surname) + self._given_name()
            members.append(self._member(name, relation, born, phone))
        return members

    def _given_name(self):
        chance = self.random
        if chance.random() < SINGLE_SHARE:
            return SINGLE[int(len(SINGLE) * chance.random() ** 1.15)]
        return self.given_names[int(len(self.given_names) * chance.random() ** 1.6)]

    def _member(self, name, relation, head_born, family_phone):
        chance = self.random
        if (
            self.remembered and chance.random() < DUPLICATE_SHARE
        ):  # on file once more, under another ID number
            name, born, sex, phone = chance.choice(self.remembered)
        else:
            born = self._born(relation, head_born)
            sex = "1" if chance.random() < 0.51 else "2"
            phone = self._phone_of(relation, born, family_phone)
            if chance.random() < 10 * DUPLICATE_SHARE:
                self.remembered.append((name, born, sex, phone))
        number = self.numbers.give(born, sex)
        return Member(name, relation.value, number, _day(born), _age(born), sex, phone)

    def _born(self, relation, head_born):
        chance = self.random
        earliest, latest = YEARS_AFTER[relation]
        born = head_born + int((earliest + (latest - earliest) * chance.random()) * 365.25)
        if born >= _LATEST:
            return _LATEST - 1 - int(chance.random() * 6000)
        return born if born >= _EARLIEST else _EARLIEST + int(chance.random() * 3000)

    def _phone_of(self, relation, born, family_phone):
        if relation == Relation.HEAD:
            return family_phone
        if not 14 <= _age(born) < 75:
            return None
        return family_phone if self.random.random() < 0.15 else _phone(self.random)


def card_number(chance):
    """A bank card number that passes Luhn."""
    body = f"6217{int(chance.random() * 10**14):014}"
    return body + luhn.calc_check_digit(body)


def _age(born):
    return (_LATEST - born) * 100 // 36525


def _phone(chance):
    return f"1{3 + int(chance.random() * 7)}{int(chance.random() * 10**9):09}"


def _surnames():
    left = (1000 - sum(COMMON.values())) / len(OTHERS)
    weights = [*COMMON.values(), *[left] * len(OTHERS)]
    return [*COMMON, *OTHERS], list(accumulate(weights))


def _given_names():
    """Given names of two characters, the commoner ones first."""
    names = [first + second for first in FIRST for second in SECOND if first != second]
    random.Random(SEED).shuffle(names)
    return names[:800]


@cache
def _day(ordinal):
    return date.fromordinal(ordinal).isoformat()


@cache
def _dated(division, ordinal):
    body = division + _day(ordinal).replace("-", "")
    return body, sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=False))


@cache
def _order(number):
    digits = f"{number:03}"
    return digits, sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS[14:], strict=True))
