"""Pure rules of the review: shares, votes, samples, masked rows."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.rules import assessment, notice, sampling


@pytest.mark.parametrize(
    ("stored", "meant"),
    [("0.6667", "2/3"), ("0.6666", "2/3"), ("0.5", "1/2"), ("0.75", "3/4"), ("0.85", "17/20"), ("1", "1")],
)
def test_a_stored_share_means_the_fraction_of_the_plan(stored, meant):
    assert assessment.as_fraction(Decimal(stored)) == Fraction(meant)


@pytest.mark.parametrize(("agree", "passed"), [(2, True), (1, False), (3, True)])
def test_two_of_three_is_two_thirds(agree, passed):
    assert assessment.is_passed(agree=agree, voters=3, share=Decimal("0.6667")) is passed


@pytest.mark.parametrize(("agree", "passed"), [(4, False), (5, True)])
def test_without_a_share_more_than_half_must_agree(agree, passed):
    assert assessment.is_passed(agree=agree, voters=8, share=None) is passed


@given(st.integers(0, 400), st.integers(1, 400), st.integers(1, 10), st.integers(1, 10))
def test_a_share_is_reached_exactly_when_cross_multiplied(count, total, top, bottom):
    top = min(top, bottom)
    stored = (Decimal(top) / Decimal(bottom)).quantize(Decimal("0.0001"))
    assert assessment.reaches(count, total, stored) == (count * bottom >= top * total)


def test_shares_in_words():
    assert assessment.share_text(Decimal("0.6667")) == "三分之二"
    assert assessment.share_text(Decimal("0.85")) == "85%"
    assert assessment.pass_text(None) == "过半数"


def test_everybody_present_votes_or_withdraws():
    fine = {"agree": 6, "against": 1, "abstain": 0, "withdrawn": "张三、李四", "present": 9}
    assert assessment.vote_refusal(**fine) is None
    assert "应为 7 票" in assessment.vote_refusal(**fine | {"agree": 7})


def test_quorum_in_words():
    share = Decimal("0.6667")
    assert assessment.quorum_refusal(present=6, expected=9, share=share) is None
    assert "不足三分之二" in assessment.quorum_refusal(present=5, expected=9, share=share)
    assert assessment.quorum_refusal(present=0, expected=0, share=None)


@given(st.sets(st.integers(1, 500), min_size=1), st.text(max_size=8), st.integers(1, 20))
def test_a_sample_is_drawn_again_from_its_seed(positions, seed, size):
    size = min(size, len(positions))
    drawn = sampling.draw(positions, seed=seed, size=size)
    assert drawn == sampling.draw(sorted(positions, reverse=True), seed=seed, size=size)
    assert len(set(drawn)) == size
    assert set(drawn) <= positions


@given(st.integers(1, 5000), st.integers(1, 10))
def test_a_sample_is_never_smaller_than_its_share(total, tenths):
    size = sampling.sample_size(total, share=Decimal(tenths) / 10)
    assert total * tenths <= size * 10 < total * tenths + 10


def test_the_sample_is_the_share_or_the_number_whichever_is_more():
    assert sampling.sample_size(104, share=Decimal("0.1")) == 11
    assert sampling.sample_size(104, share=Decimal("0.1"), number=20) == 20
    assert sampling.sample_size(3, number=20) == 3


def test_different_seeds_draw_different_samples():
    drawn = {tuple(sampling.draw(range(1, 101), seed=str(seed), size=5)) for seed in range(20)}
    assert len(drawn) > 15


@pytest.mark.parametrize("label", ["", "  ", "重病家庭", "残疾人家庭", "孤儿", "困境儿童"])
def test_labels_unfit_for_the_public(label):
    assert notice.label_refusal("类别", label)


def test_a_plain_label_is_fine():
    assert notice.label_refusal("重病", "困难家庭") is None


def test_a_public_row_has_the_allowed_fields_and_no_others():
    row = notice.public_row(
        name="张小明",
        hides_name=True,
        group_name="1组",
        family_size=3,
        public_label="困难家庭",
        standard_text="200元",
    )
    assert vars(row) == {
        "shown_name": "张*明",
        "group_name": "1组",
        "family_size": 3,
        "public_label": "困难家庭",
        "standard_text": "200元",
    }


ON = date(2026, 1, 5)


OLD, YOUNG = date(1950, 1, 1), date(2012, 1, 1)
GRANNY = ("奶奶", OLD, False, "")


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ([("户主", OLD, True, ""), ("孩子", YOUNG, False, "")], "户主"),
        ([("小户主", YOUNG, True, ""), GRANNY], "奶奶"),
        ([("小户主", YOUNG, True, "university"), GRANNY], "奶奶"),
        ([("小户主", YOUNG, True, "")], None),
        ([("户主", OLD, True, "primary")], "户主"),
        ([("户主", None, True, "")], "户主"),
        ([("户主", None, True, "university")], "户主"),
        ([], None),
    ],
)
def test_no_child_is_named(members, named):
    assert notice.named_person(members, on=ON) == named


@pytest.mark.parametrize("stage", ["preschool", "primary", "junior", "senior"])
def test_a_pupil_of_unknown_age_is_not_named(stage):
    pupil = ("小户主", None, True, stage)
    assert notice.named_person([pupil], on=ON) is None
    assert notice.named_person([pupil, GRANNY], on=ON) == "奶奶"


@pytest.mark.parametrize("stage", ["", "university"])
def test_where_a_category_is_for_minors_nobody_of_unknown_age_is_named(stage):
    head = ("小户主", None, True, stage)
    assert notice.named_person([head], on=ON, for_minors=True) is None
    assert notice.named_person([head, GRANNY], on=ON, for_minors=True) == "奶奶"
    assert notice.named_person([("户主", OLD, True, "")], on=ON, for_minors=True) == "户主"


@pytest.mark.parametrize(
    ("birth_on", "adult"), [(date(2008, 1, 5), True), (date(2008, 1, 6), False), (None, False)]
)
def test_eighteen_on_the_day_is_adult(birth_on, adult):
    assert notice.is_adult(birth_on, ON) is adult


@pytest.mark.parametrize("text", ["身份证520325196003051234", "电话13912345678", "卡号6217001234567890123"])
def test_numbers_are_kept_out_of_public_text(text):
    assert notice.public_text_refusal(text)


def test_private_words_are_kept_out_of_public_text():
    assert "疾病" in notice.public_text_refusal("他患肺癌", [("疾病", "肺癌")])
    assert notice.public_text_refusal("第3号对象情况属实", [("疾病", "肺癌"), ("姓名", "")]) is None
