"""Formulas in MathML become LaTeX."""

import pytest
from lxml import etree

from moonshelf.extraction.notation.mathml import latex, marked


def _math(inside: str) -> etree._Element:
    return etree.fromstring(f'<math xmlns="http://www.w3.org/1998/Math/MathML">{inside}</math>')


@pytest.mark.parametrize(
    ("signs", "written"),
    [
        ("<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup>", "E=mc^{2}"),
        ("<mfrac><mn>1</mn><msqrt><mi>x</mi><mi>y</mi></msqrt></mfrac>", r"\frac{1}{\sqrt{xy}}"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot><msub><mi>a</mi><mi>i</mi></msub>", r"\sqrt[3]{x}a_{i}"),
        ("<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover><mi>sin</mi><mi>i</mi>", r"\sum _{i}^{n}\sin i"),
        ("<mover><mi>x</mi><mo>¯</mo></mover><mover><mi>y</mi><mn>1</mn></mover>", r"\bar{x}y^{1}"),
        ("<mfenced open='['><mi>a</mi><mi>b</mi></mfenced><mtext>if so</mtext>", r"[a,b)\text{if so}"),
        ("<mtable><mtr><mtd>1</mtd><mtd>2</mtd></mtr><mtr/></mtable>", r"\begin{matrix}1 & 2 \\ \end{matrix}"),
        ("<semantics><mi>x</mi><annotation encoding='StarMath 5.0'>X</annotation></semantics>", "x"),
        ("<msup><mi>alone</mi></msup>", "alone"),
        ("<mlongdiv><mn>3</mn><mn>7</mn><msgroup><mn>2</mn><msline/><mn>1</mn></msgroup></mlongdiv>", "3 7 2 1"),
        ("<mmultiscripts><mi>R</mi><none/><mi>a</mi><mi>b</mi><none/></mmultiscripts>", "R^{a}_{b}"),
        ("<mmultiscripts><mi>C</mi><mprescripts/><mn>6</mn><mn>14</mn></mmultiscripts>", "{}_{6}^{14}C"),
        (
            "<mi>a</mi><annotation encoding='application/x-tex'>{\\displaystyle a}+{b}</annotation>",
            r"{\displaystyle a}+{b}",
        ),
        ("<mi>a</mi><annotation encoding='application/x-tex'>{\\displaystyle {a}\\}}</annotation>", r"{a}\}"),
        ("<mtable><mlabeledtr><mtd>(1)</mtd><mtd>x</mtd></mlabeledtr></mtable>", r"\begin{matrix}(1) & x\end{matrix}"),
    ],
)  # fmt: skip
def test_signs_keep_their_places(signs: str, written: str) -> None:
    assert latex(_math(signs)) == written


def test_a_row_of_signs_is_text_and_a_structure_is_marked() -> None:
    assert marked(_math("<mi>x</mi><mo>+</mo><mn>1</mn>")) == "x+1"
    assert marked(_math("<msup><mi>x</mi><mn>2</mn></msup>")) == "$x^{2}$"


def test_signs_nested_without_end_are_written_in_a_row() -> None:
    deep = "<mrow>" * 200 + "<mi>a</mi><mi>b</mi>" + "</mrow>" * 200
    assert latex(_math(deep)) == "a b"
