"""Makes the faces of printed labels and slips from Inter (SIL OFL 1.1), Debian package fonts-inter.

    python3 make.py /usr/share/fonts/opentype/inter .      needs: fonttools

The letters are those of the pages' face: Latin, Vietnamese, the letters of Jrai and Bahnar names with their combining marks, and arrows.
"""

import sys

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180), 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026, 0x2032, 0x2212, 0x202F, 0x20AB]
VIETNAMESE = [0x1A0, 0x1A1, 0x1AF, 0x1B0, *range(0x1EA0, 0x1EFA)]
HIGHLANDS = [ord(letter) for letter in "ĔĕĬĭŎŏŬŭČčɃƀʼ"]
MARKS = [0x300, 0x301, 0x302, 0x303, 0x306, 0x309, 0x30C, 0x31B, 0x323, 0x330]


def main(folder, out):
    for weight in ("Regular", "SemiBold"):
        font = TTFont(f"{folder}/Inter-{weight}.otf")
        options = Options(layout_features=["ccmp", "locl", "kern", "mark", "mkmk"], hinting=False, desubroutinize=False, name_IDs=["*"])
        job = Subsetter(options)
        job.populate(unicodes=[*LATIN, *VIETNAMESE, *HIGHLANDS, *MARKS, 0x2190, 0x2192])
        job.subset(font)
        font.save(f"{out}/inter-{weight.lower()}.otf")


main(*sys.argv[1:])
