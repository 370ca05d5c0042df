"""Numbers as spreadsheets show them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moonshelf.extraction.office.sheets.numbers.formats import built_in, shown


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (1234.5, "#,##0.00", "1,234.50"),
        (1234567.891, "#,###", "1,234,568"),
        (0.256, "0.0%", "25.6%"),
        (-5, "#,##0;(#,##0)", "(5)"),
        (0, '0;-0;"none"', "none"),
        (5551234567, "(###) ###-####", "(555) 123-4567"),
        (1234567, '0.0,,"M"', "1.2M"),
        (12345, "0.00E+00", "1.23E+04"),
        (0.00012, "0.0E+0", "1.2E-4"),
        (1.25, "# ?/?", "1 1/4"),
        (0.3333, "0/0", "1/3"),
        (2.5, "0", "3"),
        (-3.2, "0.0", "-3.2"),
        (-0.001, "0.00", "0.00"),
        (12, "00000", "00012"),
        (0.5, "#.##", ".5"),
        (1e20, "0", "100000000000000000000"),
        (123456789012345, "General", "123456789012345"),
        (0.1 + 0.2, "General", "0.3"),
        (1e-5, "General", "0.00001"),
        (-1.5e-7, "General", "-0.00000015"),
        (1e-9, "General", "0.000000001"),
        (1e-10, "General", "1E-10"),
        (1.2345678e-5, "General", "1.2345678E-05"),
        (1e15, "General", "1E+15"),
        (1234, "[$€-407] #,##0.00", "€ 1,234.00"),
        (5, '[>=10]"many";[<10]"few"', "few"),
        (7, '0" kg"', "7 kg"),
        (1.5, "_(* #,##0.00_)", "1.50"),
        (45.6, ".0", "45.6"),
        (1234.5, '"Fr. "#,##0.00" net";0', "Fr. 1,234.50 net"),
        (1234, '#"#"0', "123#4"),
        (2.375, "# ?/8", "2 3/8"),
        (-3, "[Red][<0]-0;[Blue]0", "-3"),
        (-3, "[<100]0;0.0", "-3"),
        (-0.0, "General", "0"),
        (float("inf"), "0.0", "#NUM!"),
        (float("nan"), "General", "#NUM!"),
        (2.6749999999999998, "0.00", "2.68"),
        (17905353874145280, "#,##0", "17,905,353,874,145,300"),
        (1 / 3, "0.000000000000000000", "0.333333333333333000"),
        (99.995, "0.00E+00", "1.00E+02"),
        (9999.6, "##0E+0", "10E+3"),
        (999.96, "##0.0E+0", "1.0E+3"),
        (12.5, 'G/通用格式"元"', "12.5元"),
    ],
)
def test_numbers(value: float, code: str, text: str) -> None:
    assert shown(value, code) == text


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (43363, "yyyy-mm-dd", "2018-09-20"),
        (45000, '[$-411]ggge"年"m"月"d"日"', "令和5年3月15日"),
        (32515, "[$-411]ge.m.d", "S64.1.7"),
        (45000, "[$-407]dddd, d. mmmm yyyy", "Mittwoch, 15. März 2023"),
        (45000, "[$-fr-FR]ddd d mmm yy;@", "mer. 15 mars 23"),
        (45000, "[$-419]d mmmm", "15 марта"),
        (45000, "[$-419]mmmm yyyy", "март 2023"),
        (45000, "[$-1010804]aaaa", "星期三"),
        (45000, "m/d(aaa)", "3/15(Wed)"),
        (45000, "[$-F800]dddd, mmmm dd, yyyy", "Wednesday, March 15, 2023"),
        (32516, "[$-411]gee.m.d", "H01.1.8"),
        (43363.75, "m/d/yy h:mm AM/PM", "9/20/18 6:00 PM"),
        (43363, "[$-409]d\\-mmm\\-yy;@", "20-Sep-18"),
        (43363, "dddd, mmmm d", "Thursday, September 20"),
        (44000, 'yyyy"年"m"月"d"日"', "2020年6月18日"),
        (1.5, "[h]:mm:ss", "36:00:00"),
        (0.5, "mm:ss.0", "00:00.0"),
        (59, "yyyy-mm-dd", "1900-02-28"),
        (61, "yyyy-mm-dd", "1900-03-01"),
        (0.999999999, "h:mm:ss", "0:00:00"),
        (-1, "yyyy-mm-dd", "-1"),
        (1e12, "yyyy-mm-dd", "1000000000000"),
        (45123, "[$-404]e/m/d", "112/7/16"),
        (45123, '[$-404]ggge"年"m"月"d"日"', "中華民國112年7月16日"),
        (1000, "[$-404]ge", "民國前10"),
        (45123, '[$-411]e"年"m"月"', "5年7月"),
        (45123, "[$-107041E]d/m/yyyy", "16/7/2566"),
        (45123, "[$-41E]d mmmm b", "16 กรกฎาคม 66"),
        (45123.65, '上午/下午h"时"mm"分"', "下午3时36分"),
        (45123, '[DBNum1][$-804]yyyy"年"m"月"d"日"', "二〇二三年七月十六日"),
        (45123, '[DBNum2][$-804]yyyy"年"m"月"d"日"', "贰零贰叁年柒月壹拾陆日"),
        (45123, '[DBNum1][$-411]ggge"年"m"月"', "令和五年七月"),
    ],
)
def test_moments(value: float, code: str, text: str) -> None:
    assert shown(value, code) == text


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (101, "[DBNum1][$-804]General", "一百〇一"),
        (-12, "[DBNum1][$-804]General", "-一十二"),
        (10005, '[DBNum2][$-804]General"元"', "壹万零伍元"),
        (100010020, "[DBNum2]General", "壹亿零壹万零贰拾"),
        (100000001, "[DBNum2]General", "壹亿零壹"),
        (1234.5, "[DBNum2][$-804]General", "壹仟贰佰叁拾肆.伍"),
        (0, "[DBNum2][$-804]General", "零"),
        (1234.56, "[DBNum2][$-404]General", "壹仟貳佰參拾肆.伍陸"),
        (12345, "[DBNum1][$-411]General", "一万二千三百四十五"),
        (1110, "[DBNum1][$-411]General", "千百十"),
        (1234, "[DBNum1][$-804]0", "一二三四"),
        (12.5, "[DBNum2]", "壹拾贰.伍"),
        (12, '[DBNum2]0"角"0"分";;"整"', "壹角贰分"),
        (-5, "[DBNum1]0;(0)", "(5)"),
        (1e13, "[DBNum1]General", "一〇〇〇〇〇〇〇〇〇〇〇〇〇"),
    ],
)
def test_digits_of_east_asia(value: float, code: str, text: str) -> None:
    assert shown(value, code) == text


def test_an_unknown_built_in_format_is_the_general_one() -> None:
    assert built_in(14) == "yyyy-mm-dd"
    assert built_in(9999) == "General"


@given(st.floats(), st.text(st.sampled_from('0#?.,%E+-/;@"\\_*[]<>=hmsydAP$ xGeneral'), max_size=30))
def test_any_format_shows_something(value: float, code: str) -> None:
    assert isinstance(shown(value, code), str)


@given(st.floats(allow_nan=False), st.text(max_size=300))
def test_any_text_is_a_format(value: float, code: str) -> None:
    assert len(shown(value, code)) < 2000
