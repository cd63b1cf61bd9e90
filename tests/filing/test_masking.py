import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.masking import mask_phone, mask_phones_in


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13900001234", "139****1234"),
        (" 13900001234 ", "139****1234"),
        ("+8613900001234", "+86139****1234"),
        ("008613900001234", "0086139****1234"),
        ("8613900001234", "86139****1234"),
        ("139-0000-1234", "139****1234"),
        ("+85212345678", "****5678"),
        ("1234567890", "****7890"),
        ("123456", "****56"),
        ("1234", "****"),
        ("12", "**"),
        ("", ""),
    ],
)
def test_one_number(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("号码13900001234受限，13800005678正常", "号码139****1234受限，138****5678正常"),
        ("to=8613900001234;", "to=86139****1234;"),
        ("call 139 0000 1234 now", "call 139****1234 now"),
        ("BizId 900619746936498440^0", "BizId 900619746936498440^0"),
        ("order 20265043001234", "order 20265043001234"),
        ("at 2026-03-12 10:00:00", "at 2026-03-12 10:00:00"),
        ("nothing", "nothing"),
    ],
)
def test_numbers_in_a_text(text: str, masked: str) -> None:
    assert mask_phones_in(text) == masked


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.text(st.characters(categories=["L", "P", "Zs"])),
    st.text(st.characters(categories=["L", "P", "Zs"])),
)
def test_no_mobile_number_survives_between_words(phone: str, before: str, after: str) -> None:
    masked = mask_phones_in(before + phone + after)

    assert phone not in masked
    assert phone[-4:] in masked


@given(st.text("0123456789+ -", max_size=20))
def test_masking_keeps_seven_digits_at_most_of_a_number(phone: str) -> None:
    masked = mask_phone(phone)

    national = masked.removeprefix("+").removeprefix("00").removeprefix("86")
    assert sum(character.isdigit() for character in national) <= 7


@given(st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask_phones_in(text)

    assert mask_phones_in(once) == once
