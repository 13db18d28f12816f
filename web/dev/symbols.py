"""Makes web/ui/theme/symbols.woff2: signs that the page uses and the latin files of its fonts leave out, so that no picture depends on a machine's fonts.

    pip install fonttools brotli; npm pack inter-ui@4.1.1, unpacked
    python3 web/dev/symbols.py package/variable/InterVariable.woff2 web/ui/theme/symbols.woff2

Most are Inter's own (OFL 1.1); the small triangles and the pencil, which Inter has not, are drawn here.
"""
import sys

from fontTools import subset
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FROM_INTER = "←→↑↓↔⇒≈≠≤≥⌘⌥⇧⏎↵✓✗▶◆◇●○■□"
# In font units: Inter has 2048 to the em, and 1490 to the top of a capital.
DRAWN = {
    "▸": (1180, [[(290, 300), (290, 1190), (980, 745)]]),
    "▾": (1300, [[(205, 1010), (1095, 1010), (650, 380)]]),
    "✎": (
        1700,
        [
            [(250, 150), (330, 520), (620, 230)],
            [(400, 590), (1110, 1300), (1400, 1010), (690, 300)],
            [(1180, 1370), (1270, 1460), (1560, 1170), (1470, 1080)],
        ],
    ),
}


def main(source: str, target: str) -> None:
    font = instantiateVariableFont(TTFont(source), {"opsz": 14, "wght": 500})
    options = subset.Options(layout_features=[], name_IDs=[0, 13, 14], notdef_outline=False, hinting=False)
    small = subset.Subsetter(options)
    small.populate(unicodes=[ord(sign) for sign in FROM_INTER])
    small.subset(font)
    order = font.getGlyphOrder()
    for sign, (width, shapes) in DRAWN.items():
        name = f"uni{ord(sign):04X}"
        pen = TTGlyphPen(None)
        for first, *rest in shapes:
            pen.moveTo(first)
            for point in rest:
                pen.lineTo(point)
            pen.closePath()
        order = [*order, name]
        font.setGlyphOrder(order)
        font["glyf"][name] = pen.glyph()
        font["hmtx"][name] = (width, min(x for shape in shapes for x, _ in shape))
        for table in font["cmap"].tables:
            table.cmap[ord(sign)] = name
    font["name"].setName("nfscope Symbols", 1, 3, 1, 0x409)
    font["name"].setName("nfscope Symbols", 4, 3, 1, 0x409)
    font.flavor = "woff2"
    font.save(target)


main(*sys.argv[1:])
