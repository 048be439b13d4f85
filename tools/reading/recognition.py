"""How many letters are misread off pictures, by script; refuses one rate over scripts that are read unlike."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont, features

import counterclaim
from counterclaim.read.documents import recognition
from figure import Figure, Missing

FONTS = Path(counterclaim.__file__).parent / "dossier" / "fonts"
# Sentences of our own, one a line, as a screenshot or a scanned letter would show them.
LINES = {
    "en": (
        "The ministry said on 12 April 2031 that nobody had been held there.",
        "Her lawyer counted 14 bruises; the report (No. 7/31) names none.",
        "“We were told to stand facing the wall,” the second man wrote.",
    ),
    "az": (
        "Nazirlik 12 aprel 2031-ci ildə bildirib ki, orada heç kim saxlanılmayıb.",
        "Vəkil 14 göyərmə sayıb; hesabatda (№ 7/31) heç biri göstərilmir.",
        "«Bizə üzümüzü divara çevirməyi əmr etdilər», – ikinci şəxs yazıb.",
    ),
    "tr": (
        "Bakanlık, 12 Nisan 2031'de orada kimsenin tutulmadığını açıkladı.",
        "Avukatı 14 çürük saydı; raporda (No: 7/31) hiçbiri geçmiyor.",
        "“Yüzümüzü duvara dönmemiz söylendi,” diye yazdı ikinci kişi.",
    ),
    "ru": (
        "В министерстве 12 апреля 2031 года заявили, что там никого не держали.",
        "Адвокат насчитала 14 синяков; в заключении (№ 7/31) их нет.",
        "«Нам велели встать лицом к стене», — написал второй мужчина.",
    ),
    "ar": ("قالت الوزارة إن أحدا لم يحتجز هناك", "أحصى المحامي أربعة عشر كدمة"),
}
FACES = {"ar": ("naskh-regular",)}
SIZES = (18, 26, 36)
QUALITIES = (None, 70, 40)  # PNG, and two strengths of JPEG


def figures(_sets: Path) -> list[Figure | Missing]:
    """Give the character error rate by language for what is installed, and for Tesseract alone beside it."""
    ours = recognition.installed_recogniser()
    alone = recognition.tesseract_of((*recognition.LATIN, *recognition.OTHER_SCRIPTS))
    if ours is None:
        return [Missing(subject="letters read off pictures", needs="the extra [ocr]")]
    found: list[Figure | Missing] = []
    for language, lines in LINES.items():
        if language == "ar" and not features.check("raqm"):
            found.append(Missing(subject="letters read off pictures, ar", needs="Pillow with raqm, to draw letters"))
            continue
        pictures = list(_pictures(language, lines))
        rates = [_errors(recogniser, lines, pictures) for recogniser in (ours, alone) if recogniser]
        letters = len(pictures) * sum(map(len, lines))
        found.append(
            Figure(
                subject=f"character error rate on drawn pictures, {language}",
                ours=f"{rates[0][0] / letters:.4f}",
                n=letters,
                other=f"{rates[1][0] / letters:.4f}" if alone else "",
                other_tool="Tesseract alone",
                note=f"{len(pictures)} pictures; lines left unread and said so: {rates[0][1]}; by {ours.name}",
            )
        )
    return found


def _pictures(language: str, lines: tuple[str, ...]) -> Iterator[NDArray[np.uint8]]:
    for face in FACES.get(language, ("sans-regular", "serif-regular")):
        for size in SIZES:
            font = ImageFont.truetype(str(FONTS / f"{face}.ttf"), size)
            image = Image.new("RGB", (60 + size * 42, 40 + len(lines) * size * 2), "white")
            for row, line in enumerate(lines):
                ImageDraw.Draw(image).text((30, 20 + row * size * 2), line, font=font, fill=(20, 20, 20))
            for quality in QUALITIES:
                yield _worn(image, quality)


def _worn(image: Image.Image, quality: int | None) -> NDArray[np.uint8]:
    if quality is None:
        return np.asarray(image)
    out = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(0.6)).save(out, "JPEG", quality=quality)
    return np.asarray(Image.open(out).convert("RGB"))


def _errors(
    recogniser: recognition.Recogniser, lines: tuple[str, ...], pictures: list[NDArray[np.uint8]]
) -> tuple[int, int]:
    wrong = unread = 0
    for picture in pictures:
        read = recogniser.lines(picture)
        unread += sum(1 for line in read if line.text == recognition.UNREAD)
        wrong += _distance(" ".join(line.text for line in read), " ".join(lines))
    return wrong, unread


def _distance(one: str, other: str) -> int:
    """Levenshtein distance over code points."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, row[0] = row[0], at
        for column, wanted in enumerate(other, 1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (letter != wanted))
    return row[-1]
