"""Workbooks by other people's code (the package openpyxl).

`write`: prints a workbook as health stations make them. `read`: takes a workbook on standard input and prints for each row the kind and the text
of its cells, and what may be chosen from.
"""

import base64
import datetime
import io
import json
import sys

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904


def write(since_1904):
    workbook = Workbook()
    if since_1904:
        workbook.epoch = CALENDAR_MAC_1904
    notes = workbook.active
    notes.title = "Ghi chú"
    notes["A1"] = "Họ và tên"
    hidden = workbook.create_sheet("Ẩn")
    hidden.append(["Họ và tên", "Ngày sinh", "Giới tính", "Số điện thoại"])
    hidden.append(["Sai", 1900, "Nam", "0"])
    hidden.sheet_state = "veryHidden"
    sheet = workbook.create_sheet("Danh sách")
    sheet["A1"] = "TRẠM Y TẾ TRÀ ĐA"
    sheet.merge_cells("A1:E1")
    sheet["B3"] = "Người được lấy mẫu"
    sheet.merge_cells("B3:D3")
    sheet["A3"] = "STT"
    sheet.merge_cells("A3:A4")
    for column, title in zip("BCDE", ["Họ và tên", "Ngày sinh\n(ngày/tháng/năm)", "Giới tính", "SĐT"]):
        sheet[f"{column}4"] = title
    sheet["E4"].font = Font(bold=True)
    sheet.append([1, "Rơ Mah H’Bưm", datetime.date(1987, 1, 18), "Nữ", 912345678])
    sheet.append([2, "Siu Hŏ", datetime.datetime(1990, 5, 2, 7, 30), "nam", "0912 345 679"])
    sheet.append([3, "=CONCATENATE(\"a\",\"b\")", "2/1/1991", "Nam", None])
    sheet.append([None, "  ", None, None, None])
    sheet.append([4, "Nay Blă", "1992", True, "#N/A"])
    file = io.BytesIO()
    workbook.save(file)
    return base64.b64encode(file.getvalue()).decode()


def read():
    sheet = load_workbook(io.BytesIO(sys.stdin.buffer.read())).worksheets[0]
    rows = [[[cell.data_type, "" if cell.value is None else str(cell.value), cell.number_format] for cell in row] for row in sheet.iter_rows(max_row=8)]
    lists = [[str(validation.sqref), validation.formula1] for validation in sheet.data_validations.dataValidation]
    return {"title": sheet.title, "rows": rows, "lists": lists, "frozen": sheet.freeze_panes}


task = sys.argv[1]
json.dump({"read": read, "write": lambda: write(False), "write-1904": lambda: write(True)}[task](), sys.stdout)
