import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfare import masking

digits = st.text("0123456789", max_size=20)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张明", "张*"),
        ("张小明", "张*明"),
        ("欧阳明", "欧阳*"),
        ("欧阳小明", "欧阳*明"),
        ("欧阳", "欧*"),
        ("张王小明", "张**明"),
        ("买买提·吐尔逊", "买**·***"),
        ("John Smith", "J*** *****"),
        ("张", "*"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_name_keeps_its_surname_and_last_character(name, masked):
    assert masking.mask_name(name) == masked


def test_a_name_is_shown_where_the_office_says_so():
    assert masking.mask_name("张小明", hide=False) == "张小明"


@given(st.text("张王欧阳司马小明华桂珍·", min_size=1, max_size=8))
def test_a_masked_name_always_hides_something(name):
    assert masking.mask_name(name) != name or set(name) <= {"·"} or name[1:].strip("·") == ""


@pytest.mark.parametrize(
    ("mask", "number", "masked"),
    [
        (masking.mask_id, "510121194503147078", "510121**********78"),
        (masking.mask_id_public, "510121194503147078", "5***************78"),
        (masking.mask_phone, "13996030824", "139****0824"),
        (masking.mask_phone, "0851-28221234", "085******1234"),
        (masking.mask_bank, "6217001993518190938", "****0938"),
        (masking.last_four, "51012119681208388X", "388X"),
    ],
)
def test_a_number_keeps_its_head_and_tail(mask, number, masked):
    assert mask(number) == masked


@pytest.mark.parametrize("number", [None, ""])
def test_no_number_gives_no_mask(number):
    for mask in (
        masking.mask_id,
        masking.mask_id_public,
        masking.mask_phone,
        masking.mask_bank,
        masking.last_four,
    ):
        assert mask(number) == ""


@given(digits)
def test_at_least_four_digits_stay_hidden_or_all_of_them(number):
    for mask in (masking.mask_id, masking.mask_id_public, masking.mask_phone, masking.mask_bank):
        shown = mask(number).replace("*", "")
        assert shown == "" or len(number) - len(shown) >= 4


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("青龙村1组1号", "青龙村1组"),
        ("高板镇青龙村十二组5号", "高板镇青龙村十二组"),
        ("高板镇青龙村第3社", "高板镇青龙村第3社"),
        ("世纪城社区3栋2单元501室", "世纪城社区"),
        ("玉泉街道人民路15号青龙社区2组", "青龙社区2组"),
        ("玉泉街道青龙社区 2 组 7 号", "玉泉街道青龙社区2组"),
        ("高板镇人民路15号", "高板镇"),
        ("人民路15号2栋", ""),
        ("新村路15号", "新村"),
        ("", ""),
        (None, ""),
    ],
)
def test_an_address_ends_at_the_group(address, masked):
    assert masking.mask_address(address) == masked


@given(
    st.from_regex(
        r"([青龙白鹤双河]{1,3}(路|街|巷)\d{1,3}号)?[青龙白鹤双河]{2}(村|社区)(\d{1,2}组)?\d{1,3}(号|栋)\d{0,4}",
        fullmatch=True,
    )
)
def test_a_masked_address_shows_no_house_number(address):
    masked = masking.mask_address(address)
    assert "号" not in masked
    assert "栋" not in masked
