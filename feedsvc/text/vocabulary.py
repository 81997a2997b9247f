"""Words that make another text of one, in many languages: numbers, months and days, words of corrections.

The names of months and days stand in calendar_names.py; the rest is data, to be added to.
"""

from functools import cache
from itertools import filterfalse

import regex

from feedsvc.text import words
from feedsvc.text.calendar_names import DAYS, MONTHS

CHANGE_WORDS = frozenset(
    token
    for word in (
        "update updated updates updating correction corrections corrected correcting corrects corrigendum "
        "erratum errata clarification clarified clarifies retraction retracted retracts withdrawn revised "
        "revision amended amendment replacing replaces replacement addendum postponed cancelled canceled "
        "korrektur korrigiert berichtigung berichtigt aktualisiert aktualisierung richtigstellung "
        "rectificatif rectification corrigé actualisé actualisation démenti corrección corregido "
        "corregida rectificación actualización actualizado actualizada rettifica rettificato "
        "aggiornamento aggiornato correzione correção corrigido atualização atualizado rectificatie "
        "gecorrigeerd bijgewerkt correctie rättelse uppdatering uppdaterad rettelse opdatering "
        "oppdatering oppdatert korjaus päivitys aktualizacja zaktualizowano sprostowanie korekta oprava "
        "aktualizace исправление исправлено обновление обновлено поправка опровержение виправлення "
        "оновлено оновлення düzeltme güncelleme güncellendi "
        "διόρθωση ενημέρωση koreksi ralat pembaruan 정정 "
        "수정 업데이트 속보 تصحيح تحديث تعديل תיקון עדכון सुधार अपडेट संशोधित"
    ).split()
    for token in words.tokenize(word)
)
"""Words by which a text says that it is another than before."""

CHANGE_WORDS_UNSPACED = tuple(
    "訂正 更新 続報 追記 修正 更正 勘误 勘誤 订正 แก้ไข อัปเดต อัพเดต ปรับปรุง".split()
)
"""The same in scripts written without spaces, where they are looked for anywhere in the text."""

_THAI_PROVINCES = frozenset(
    "กรุงเทพฯ กรุงเทพ กรุงเทพมหานคร กทม. กระบี่ กาญจนบุรี กาฬสินธุ์ กำแพงเพชร ขอนแก่น "
    "จันทบุรี ฉะเชิงเทรา ชลบุรี ชัยนาท ชัยภูมิ ชุมพร เชียงราย เชียงใหม่ ตรัง ตราด ตาก นครนายก "
    "นครปฐม นครพนม นครราชสีมา นครศรีธรรมราช นครสวรรค์ นนทบุรี นราธิวาส น่าน บึงกาฬ บุรีรัมย์ "
    "ปทุมธานี ประจวบคีรีขันธ์ ปราจีนบุรี ปัตตานี พระนครศรีอยุธยา อยุธยา พะเยา พังงา พัทยา "
    "พัทลุง พิจิตร พิษณุโลก เพชรบุรี เพชรบูรณ์ แพร่ ภูเก็ต มหาสารคาม มุกดาหาร แม่ฮ่องสอน "
    "ยโสธร ยะลา ร้อยเอ็ด ระนอง ระยอง ราชบุรี ลพบุรี ลำปาง ลำพูน เลย ศรีสะเกษ สกลนคร สงขลา "
    "หาดใหญ่ สตูล สมุทรปราการ สมุทรสงคราม สมุทรสาคร สระแก้ว สระบุรี สิงห์บุรี สุโขทัย "
    "สุพรรณบุรี สุราษฎร์ธานี สุรินทร์ หนองคาย หนองบัวลำภู อ่างทอง อำนาจเจริญ อุดรธานี "
    "อุตรดิตถ์ อุทัยธานี อุบลราชธานี".split()
)

_NUMBER = regex.compile(r"\p{N}")
_COUNTING = frozenset(
    token
    for word in (
        "i ii iii iv v vi vii viii ix x xi xii one two three four five six seven eight nine ten eleven "
        "twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty "
        "sixty seventy eighty ninety hundred thousand million billion half double twice minus first second "
        "third fourth fifth sixth seventh eighth ninth tenth eins zwei drei vier fünf sechs sieben acht "
        "neun zehn elf zwölf zwanzig dreißig hundert tausend millionen milliarden erste erster erstes "
        "zweite zweiter zweites dritte dritter drittes vierte fünfte un deux trois quatre cinq sept huit "
        "neuf dix vingt cent mille millions milliards premier première deuxième troisième quatrième uno "
        "dos tres cuatro cinco seis siete ocho nueve diez veinte ciento cien mil millón millones primero "
        "primera segundo segunda tercero tercera cuarto cuarta due tre quattro cinque sei sette otto nove "
        "dieci venti cento primo prima secondo terzo terza quarto quarta dois três quatro oito dez два "
        "три четыре пять шесть семь восемь девять десять сто "
        "тысяч миллионов первый второй третий 一 二 三 四 "
        "五 六 七 八 九 十 百 千 萬 万 億 亿 两 "
        "兩 半 not no never neither nor without against nicht kein keine keinen "
        "nie ohne gegen pas jamais aucun sans contre nunca jamás sin contra non mai senza contro não sem "
        "не нет никогда без против 不 没 沒 未 無 无 非 否"
    ).split()
    for token in words.tokenize(word)
)


def is_counting(word: str) -> bool:
    """Return whether a word (folded) is a number, of a date, or a 'not'."""
    return word in _counting_words() or has_number(word)


def has_number(word: str) -> bool:
    """Return whether a word holds a digit or another number, such as ½ or 〇."""
    return not word.isalpha() and bool(
        _NUMBER.search(word)
    )  # most words are letters, which is quickly seen


def find_numbers(folded_words: frozenset[str]) -> frozenset[str]:
    """Return those of some words that hold a number."""
    return frozenset(word for word in filterfalse(str.isalpha, folded_words) if has_number(word))


def find_telling_words(folded_words: frozenset[str]) -> frozenset[str]:
    """Return those of some words that are of a date, a 'not', or say that a text is another than before."""
    return folded_words & CHANGE_WORDS | folded_words & _counting_words()


def has_telling_word(text: str) -> bool:
    """Return whether a text holds a word that makes another text of it; the names of days and months do not
    count here.
    """
    tokens = words.tokenize(text)
    text_letters = "".join(tokens)
    return any(word in CHANGE_WORDS or word in _COUNTING for word in tokens) or any(
        word in text_letters for word in CHANGE_WORDS_UNSPACED
    )


def list_thai_places() -> set[str]:
    """Return names of places in Thai: provinces, countries, the cities that time zones are called by."""
    from babel import Locale  # whose data takes long to read, and is for those who read Thai

    thai = Locale("th")
    cities = {zone["city"] for zone in thai.time_zones.values() if "city" in zone}
    return {*_THAI_PROVINCES, *thai.territories.values(), *cities}


@cache
def _counting_words() -> frozenset[str]:
    """Return the words of `_COUNTING`, and the names of months and days."""
    names = frozenset().union(*MONTHS.values(), *DAYS.values())
    # Where each character is a word, a single one of them is no name.
    single_words = (tokens[0] for name in names if len(tokens := words.tokenize(name)) == 1)
    return _COUNTING.union(word for word in single_words if len(word) > 1)
