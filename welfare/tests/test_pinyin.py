import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfare.pinyin import query_terms, search_terms


def finds(typed, name):
    wanted = query_terms(typed)
    return bool(wanted) and set(wanted) <= set(search_terms(name))


def test_the_terms_of_a_name():
    assert search_terms("张伟") == ["zhang", "zhangw", "zhangwei", "zw", "伟", "张", "张伟"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("张伟", "张伟"),
        ("张", "张伟"),
        ("伟", "张伟"),
        ("zw", "张伟"),
        ("ZW", "张伟"),
        ("Zhang Wei", "张伟"),
        ("zhangwei", "张伟"),
        ("小明", "张小明"),
        ("张小明", "张小明"),
        ("zengqiang", "曾强"),
        ("shan", "单"),
        ("xiexiaojun", "解晓军"),
        ("qiuying", "仇英"),
        ("piaozhe", "朴哲"),
        ("ouming", "区明"),
        ("zhaliang", "查良"),
        ("renmin", "任敏"),
        ("qinyu", "覃玉"),
        ("gejun", "盖军"),
        ("zhaihua", "翟华"),
        ("lvbu", "吕布"),
        ("lübu", "吕布"),
        ("lubu", "吕布"),
        ("lyubu", "吕布"),
        ("lb", "吕布"),
        ("ouyangxiu", "欧阳修"),
        ("oyx", "欧阳修"),
        ("yuchigong", "尉迟恭"),
        ("moqi", "万俟"),
        ("zhangsunwuji", "长孙无忌"),
        ("chongqing", "重庆"),
        ("买买提", "买买提·吐尔逊"),
        ("买买提吐", "买买提·吐尔逊"),
        ("john", "John"),
        ("zhang", "张小明"),
        ("zhangxm", "张小明"),
        ("zengq", "曾强"),
        ("ouyangx", "欧阳修"),
        ("lub", "吕布"),
    ],
)
def test_a_name_is_found_however_it_is_asked_for(typed, name):
    assert finds(typed, name)


@pytest.mark.parametrize(
    ("typed", "name"), [("张明", "张小明"), ("lw", "张伟"), ("", "张伟"), ("  ", "张伟"), ("1", "张伟")]
)
def test_another_name_is_not_found(typed, name):
    assert not finds(typed, name)


@given(st.text("张王李赵曾单解吕重乐任长行朝 ·ab", max_size=12))
def test_every_name_is_found_by_itself_and_terms_stay_few_and_short(name):
    terms = search_terms(name)
    assert terms == sorted(set(terms))
    assert len(terms) < 250
    assert all(0 < len(term) <= 40 for term in terms)
    han = [character for character in name if character > "\u3400"]
    assert set(query_terms("".join(han))) <= set(terms)


@pytest.mark.parametrize("name", ["", None, "·", "123"])
def test_what_is_no_name_has_no_terms(name):
    assert search_terms(name) == []
