"""Make the fonts of this folder again from the public ones; README.md says from which packages.

Three families, each under a name of our own, so that a subset is never mistaken for the font that a machine
has: "Gradient Flow Sans" (Latin, Greek, digits of one width), "Gradient Flow Symbols" (mathematics, transport
keys) and "Gradient Flow CJK" (Simplified Chinese, GB 2312).
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

HERE = Path(__file__).parent
SANS = (*range(0x20, 0x180), *range(0x2B0, 0x300), *range(0x370, 0x400), *range(0x1D00, 0x1DC0),
        *range(0x2000, 0x2190), 0x2190, 0x2191, 0x2192, 0x2193, 0x2202, 0x2205, 0x220F, 0x2211, 0x2212,
        0x2215, 0x2219, 0x221A, 0x221E, 0x222B, 0x2248, 0x2260, 0x2264, 0x2265, 0x2C7C)  # fmt: skip
MATHEMATICS = (*range(0x2190, 0x2300), 0x22A4, 0x27E8, 0x27E9, 0x27F5, 0x27F6, 0x27F7)
KEYS = (*range(0x23E9, 0x23FB), *range(0x25A0, 0x2600), 0x2713, 0x2717)
HANZI = tuple(ord(bytes((row, cell)).decode("gb2312", "ignore") or " ") for row in range(0xA1, 0xF8)
              for cell in range(0xA1, 0xFF))  # fmt: skip
CJK = (0x20, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026, *range(0x3000, 0x3040), *range(0xFF00, 0xFFF0),
       *filter(lambda code: code >= 0x3000, HANZI))  # fmt: skip


def subset(font: TTFont, codes: tuple[int, ...]) -> TTFont:
    """Return ``font`` cut down to ``codes``, unhinted, with kerning and marks only."""
    options = Options(hinting=False, layout_features=["kern", "mark", "mkmk", "ccmp"], notdef_outline=True)
    options.drop_tables += ["MATH", "vhea", "vmtx", "VORG", "BASE", "meta"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=set(codes))
    subsetter.subset(font)
    return font


def tabular(font: TTFont) -> TTFont:
    """Return ``font`` with its tabular figures as the plain ones, so that no changing number trembles."""
    gsub = font["GSUB"].table
    lookups = {i for r in gsub.FeatureList.FeatureRecord if r.FeatureTag == "tnum" for i in r.Feature.LookupListIndex}
    swaps: dict[str, str] = {}
    for index in lookups:
        for table in gsub.LookupList.Lookup[index].SubTable:
            swaps |= getattr(table, "ExtSubTable", table).mapping
    for table in font["cmap"].tables:
        table.cmap.update({code: swaps[name] for code, name in table.cmap.items() if name in swaps})
    return font


def save(font: TTFont, family: str, style: str, name: str) -> None:
    """Write ``font`` under our own ``family``; copyright and licence records stay."""
    names = {1: family, 2: style, 3: f"{family} {style}", 4: f"{family} {style}",
             6: f"{family}-{style}".replace(" ", "")}  # fmt: skip
    records = font["name"]
    records.names = [record for record in records.names if record.nameID in (0, 5, 7, 13, 14)]
    for key, text in names.items():
        records.setName(text, key, 3, 1, 0x409)
    font["OS/2"].usWeightClass = 700 if style == "Bold" else 400
    font["OS/2"].fsSelection = 0x20 if style == "Bold" else 0x40
    font["head"].macStyle = int(style == "Bold")
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames[0] = names[6]
        cff.topDictIndex[0].FamilyName, cff.topDictIndex[0].FullName = family, names[4]
    font.save(HERE / name)


def symbols(noto: Path, scratch: Path) -> TTFont:
    """Return one font of mathematics, transport keys and the raised T."""
    parts = (("NotoSans-Regular.ttf", (0x20, 0x1D40)), ("NotoSansMath-Regular.ttf", MATHEMATICS),
             ("NotoSansSymbols2-Regular.ttf", KEYS))  # fmt: skip
    paths = []
    for file, codes in parts:
        part = subset(TTFont(noto / file), codes)
        for table in ("GSUB", "GPOS", "GDEF"):
            if table in part:
                del part[table]
        part.save(scratch / file)
        paths.append(str(scratch / file))
    return Merger().merge(paths)


def main(fonts: Path, scratch: Path) -> None:
    """Write every font of this folder from the fonts below ``fonts`` (``/usr/share/fonts`` on Debian)."""
    inter, noto = fonts / "opentype/inter", fonts / "truetype/noto"
    for style, file in (("Regular", "Inter-Regular.otf"), ("Bold", "Inter-SemiBold.otf")):
        font = subset(tabular(TTFont(inter / file)), SANS)
        save(font, "Gradient Flow Sans", style, f"GradientFlowSans-{style}.otf")
    save(symbols(noto, scratch), "Gradient Flow Symbols", "Regular", "GradientFlowSymbols-Regular.ttf")
    chinese = TTCollection(fonts / "opentype/noto/NotoSansCJK-Regular.ttc").fonts[2]
    save(subset(chinese, CJK), "Gradient Flow CJK", "Regular", "GradientFlowCJK-Regular.otf")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
