"""A questionnaire for the commitment-trust theory, in words of our own, in English and Russian, with reverse marks.

The paper's questions are not reprinted here. These ask about the same things; before a survey is sent they should be
tried on a few respondents, as any new question should. Answers run from 1, disagree entirely, to 7, agree entirely.
Questions that ask the other way round are marked, and are turned by ``reverse=`` of ``rm.Survey.from_frame``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relmodels.core.errors import InvalidParameters
from relmodels.core.taxonomy import Language
from relmodels.frames.table import Table

__all__ = ["QUESTIONS", "questionnaire", "reversed_questions"]

SCALE: Final = (1.0, 7.0)
_ENDS: Final[dict[Language, tuple[str, str]]] = {
    "en": ("disagree entirely", "agree entirely"),
    "ru": ("совершенно не согласны", "полностью согласны"),
}

# Code, English, Russian; a code that ends in "r" asks the other way round.
QUESTIONS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "rtc1",
        "Changing to another supplier would cost us a lot.",
        "Переход к другому поставщику обошёлся бы нам дорого.",
    ),
    (
        "rtc2",
        "A change would upset our work for months.",
        "Смена поставщика нарушила бы нашу работу на несколько месяцев.",
    ),
    (
        "rtc3",
        "We would lose knowledge that only serves us here.",
        "Мы потеряли бы знания, которые полезны нам только в работе с этим поставщиком.",
    ),
    ("rtc4r", "We could replace this supplier tomorrow.", "Мы могли бы заменить этого поставщика хоть завтра."),
    (
        "rb1",
        "We earn more with this supplier than with others.",
        "С этим поставщиком мы зарабатываем больше, чем с другими.",
    ),
    (
        "rb2",
        "Its products do better than what others offer.",
        "Его товары показывают себя лучше тех, что предлагают другие.",
    ),
    ("rb3", "Our customers are more content because of it.", "Благодаря ему наши клиенты более довольны."),
    ("rb4r", "Another supplier would serve us just as well.", "Другой поставщик обслуживал бы нас не хуже."),
    ("sv1", "We agree on what is right in business.", "Мы с ними одинаково понимаем, что в делах правильно."),
    ("sv2", "What matters to us matters to them.", "То, что важно для нас, важно и для них."),
    (
        "sv3",
        "They treat people as we think people should be treated.",
        "Они относятся к людям так, как, по нашему мнению, и нужно относиться к людям.",
    ),
    ("sv4r", "They do things we would be ashamed of.", "Они делают то, за что нам было бы стыдно."),
    ("com1", "They tell us early what we need to know.", "Они заранее сообщают нам то, что нам нужно знать."),
    ("com2", "They listen when we tell them something.", "Они прислушиваются к тому, что мы им говорим."),
    ("com3", "We hear from them before we hear it from others.", "Мы узнаём новости от них раньше, чем от других."),
    ("com4r", "We often have to ask twice.", "Нам часто приходится спрашивать дважды."),
    ("opp1", "They bend the facts when it suits them.", "Они искажают факты, когда им это удобно."),
    ("opp2", "They promise things they do not mean to do.", "Они обещают то, чего не собираются делать."),
    ("opp3r", "They keep their word even when it costs them.", "Они держат слово, даже когда это дорого им обходится."),
    ("commit1", "We want this relationship to last.", "Мы хотим, чтобы эти отношения продолжались."),
    ("commit2", "It is worth every effort to keep it.", "Ради сохранения этих отношений стоит приложить все усилия."),
    ("commit3", "We stand by them when others criticize them.", "Мы на их стороне, когда их критикуют другие."),
    ("commit4r", "It would not matter to us if it ended.", "Нам было бы всё равно, если бы эти отношения закончились."),
    ("trust1", "We can rely on what they say.", "Мы можем полагаться на их слова."),
    (
        "trust2",
        "They do the right thing when nobody is looking.",
        "Они поступают правильно, даже когда никто не видит.",
    ),
    ("trust3", "They are honest with us about problems.", "Они честно говорят нам о проблемах."),
    ("trust4r", "With them one has to be on guard.", "С ними нужно быть настороже."),
    ("acq1", "We mostly go along with what they propose.", "Мы обычно соглашаемся с тем, что они предлагают."),
    ("acq2", "We follow their rules without being pressed.", "Мы следуем их правилам без принуждения."),
    ("acq3r", "We seldom do what they ask of us.", "Мы редко делаем то, о чём они нас просят."),
    (
        "pl1",
        "We may end this relationship within six months.",
        "Возможно, мы прекратим эти отношения в ближайшие полгода.",
    ),
    ("pl2", "We may end it within a year.", "Возможно, мы прекратим эти отношения в течение года."),
    ("pl3r", "We will still buy from them in two years.", "Через два года мы всё ещё будем у них покупать."),
    ("coop1", "We plan together with them.", "Мы составляем планы вместе с ними."),
    (
        "coop2",
        "When one side has a problem, both work on it.",
        "Когда у одной из сторон возникает проблема, над ней работают обе.",
    ),
    ("coop3r", "Each side looks after itself only.", "Каждая сторона заботится только о себе."),
    ("fc1", "Our disagreements have made us work better.", "Наши разногласия помогли нам работать лучше."),
    (
        "fc2",
        "We can differ without harm to the relationship.",
        "Мы можем расходиться во мнениях без вреда для отношений.",
    ),
    ("fc3r", "Quarrels with them lead to nothing.", "Ссоры с ними ни к чему не приводят."),
    ("unc1", "We often lack what we need to decide.", "Нам часто не хватает того, что нужно для принятия решений."),
    ("unc2", "We cannot tell what our decisions will lead to.", "Мы не можем сказать, к чему приведут наши решения."),
    ("unc3", "We are unsure how others will react.", "Мы не уверены в том, как отреагируют другие."),
    ("unc4r", "We decide about their products with confidence.", "Решения о закупке их товаров мы принимаем уверенно."),
)
"""Forty-three questions: code, English, Russian. Ours; Morgan & Hunt's own words are not reprinted."""


def questionnaire(language: Language = "en") -> Table:
    """Return the questions in a language, one a row, with the construct of each, whether it is reversed, and its scale.

    Args:
        language: ``"en"`` or ``"ru"``.

    Raises:
        InvalidParameters: if the language is another.

    Examples:
        >>> table = questionnaire()
        >>> len(table), table.column("question")[23], table.column("reversed")[26]
        (43, 'We can rely on what they say.', 'yes')
        >>> int(table.column("lowest")[0]), table.column("highest in words")[0]
        (1, 'agree entirely')

    Reference:
        Morgan, R. M. and Hunt, S. D. (1994), The commitment-trust theory of relationship marketing, Journal of
        Marketing 58(3), 20-38, for the constructs; the words are ours.

    """
    if language not in {"en", "ru"}:
        message = f"language = {language!r} must be 'en' or 'ru'"
        raise InvalidParameters(message)
    codes = [code.removesuffix("r") for code, _, _ in QUESTIONS]
    yes, no = ("да", "нет") if language == "ru" else ("yes", "no")
    return Table(
        {
            "code": codes,
            "construct": [code.rstrip("0123456789").replace("commit", "commitment") for code in codes],
            "question": [russian if language == "ru" else english for _, english, russian in QUESTIONS],
            "reversed": [yes if code.endswith("r") else no for code, _, _ in QUESTIONS],
            "lowest": [int(SCALE[0])] * len(codes),
            "lowest in words": [_ENDS[language][0]] * len(codes),
            "highest": [int(SCALE[1])] * len(codes),
            "highest in words": [_ENDS[language][1]] * len(codes),
        }
    )


def reversed_questions(items: Sequence[str] | None = None) -> dict[str, tuple[float, float]]:
    """Return the questions that ask the other way round, with their scale, as ``rm.Survey.from_frame`` takes them.

    Args:
        items: the columns of the survey, where it has a part of the questionnaire; all questions if left out.

    Raises:
        InvalidParameters: if the columns are a text and no list.

    Examples:
        >>> found = reversed_questions()
        >>> len(found), found["trust4"]
        (12, (1.0, 7.0))
        >>> reversed_questions(["trust3", "trust4"])
        {'trust4': (1.0, 7.0)}

    Reference:
        Morgan, R. M. and Hunt, S. D. (1994), The commitment-trust theory of relationship marketing, Journal of
        Marketing 58(3), 20-38, for the constructs; the words are ours.

    """
    if isinstance(items, str):
        message = f"items = {items!r} is a text; write [{items!r}]"
        raise InvalidParameters(message)
    turned = [code.removesuffix("r") for code, _, _ in QUESTIONS if code.endswith("r")]
    return {code: SCALE for code in turned if items is None or code in items}
