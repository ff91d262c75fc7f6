"""Reads a PDF file as others do (packages pypdfium2 and zxing-cpp): for each page its size in points, its text, and the codes seen on it when it
is printed at the given dots per inch, and what a screen reader goes through.
"""

import ctypes
import json
import sys

import pypdfium2
import pypdfium2.raw as pdfium
import zxingcpp

CODES = [zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.QRCode]


def said(get, element):
    length = get(element, None, 0)
    buffer = ctypes.create_string_buffer(max(length, 2))
    get(element, buffer, length)
    return buffer.raw[: max(length - 2, 0)].decode("utf-16-le")


def structure(page):
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    waiting = [pdfium.FPDF_StructTree_GetChildAtIndex(tree, place) for place in range(pdfium.FPDF_StructTree_CountChildren(tree))]
    elements = []
    while waiting:
        element = waiting.pop(0)
        getters = (pdfium.FPDF_StructElement_GetType, pdfium.FPDF_StructElement_GetLang, pdfium.FPDF_StructElement_GetAltText)
        elements.append([said(get, element) for get in getters])
        children = range(pdfium.FPDF_StructElement_CountChildren(element))
        below = [pdfium.FPDF_StructElement_GetChildAtIndex(element, place) for place in children]
        waiting[:0] = [child for child in below if child]
    pdfium.FPDF_StructTree_Close(tree)
    return elements


def read(page, resolution):
    image = page.render(scale=resolution / 72, grayscale=True).to_numpy()
    found = zxingcpp.read_barcodes(image, formats=CODES)
    codes = [{"format": code.format.name, "text": code.text, "left": code.position.top_left.x, "top": code.position.top_left.y} for code in found]
    return {"size": page.get_size(), "text": page.get_textpage().get_text_bounded(), "codes": codes, "structure": structure(page)}


document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
json.dump({"metadata": document.get_metadata_dict(), "pages": [read(page, int(sys.argv[1])) for page in document]}, sys.stdout)
