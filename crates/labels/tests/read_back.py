"""Reads a PDF file as others do (packages pypdfium2 and zxing-cpp): for each page its size in points, its text, and the codes seen on it when it
is printed at the given dots per inch.
"""

import json
import sys

import pypdfium2
import zxingcpp

CODES = [zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.QRCode]


def read(page, resolution):
    image = page.render(scale=resolution / 72, grayscale=True).to_numpy()
    found = zxingcpp.read_barcodes(image, formats=CODES)
    codes = [{"format": code.format.name, "text": code.text, "left": code.position.top_left.x, "top": code.position.top_left.y} for code in found]
    return {"size": page.get_size(), "text": page.get_textpage().get_text_bounded(), "codes": codes}


document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
json.dump({"metadata": document.get_metadata_dict(), "pages": [read(page, int(sys.argv[1])) for page in document]}, sys.stdout)
