"""XlsxWriter in constant memory, over the same rows as data.ts. python3 xlsxwriter.py FILE ROWS"""

import sys

import xlsxwriter

USERS = ["Anna Berger", "Jonas Weiß", "Mireille Dupont", "Paweł Nowak", "Service"]
MODELS = ["Contact", "Sales Order", "Journal Entry", "Product", "Sales Order Line"]
FIELDS = ["Status", "Customer", "Total", "Quantity", "Delivery Address", "Notes"]
HEADINGS = ["Time", "Time (UTC)", "User", "Operation", "Model", "Record", "Record id", "Field", "Before", "After", "Amount", "Origin", "IP", "Hash"]

path, rows = sys.argv[1], int(sys.argv[2])
book = xlsxwriter.Workbook(path, {"constant_memory": True})
sheet = book.add_worksheet("Changes")
look = {"font_name": "Arial", "font_size": 9, "bottom": 7}
text = book.add_format(look)
date = book.add_format({**look, "num_format": "yyyy-mm-dd hh:mm:ss"})
number = book.add_format({**look, "num_format": "0"})
money = book.add_format({**look, "num_format": '#,##0.00 "EUR"'})
sheet.freeze_panes(1, 0)
sheet.autofilter(0, 0, rows, 13)
sheet.write_row(0, 0, HEADINGS)
for n in range(rows):
    r = n + 1
    serial = 46000 + n / 2000
    sheet.write_number(r, 0, serial, date)
    sheet.write_number(r, 1, serial - 1 / 24, date)
    sheet.write_string(r, 2, USERS[n % 5], text)
    sheet.write_string(r, 3, "record.created" if n % 3 == 0 else "record.updated", text)
    sheet.write_string(r, 4, MODELS[n % 7 % 5], text)
    sheet.write_string(r, 5, f"S{n % 90000:05d}", text)
    sheet.write_number(r, 6, n % 90000, number)
    sheet.write_string(r, 7, FIELDS[n % 6], text)
    sheet.write_string(r, 8, f"before {n} <&> value", text)
    sheet.write_string(r, 9, f"after {n * 7919} value", text)
    sheet.write_number(r, 10, n * 37 % 100000 / 100, money)
    sheet.write_string(r, 11, "web_save", text)
    sheet.write_string(r, 12, f"10.0.{n % 250}.{n % 200}", text)
    sheet.write_string(r, 13, f"{n * 2654435761 % 2**32:08x}" * 2, text)
chart = book.add_chart({"type": "bar"})
chart.add_series({"categories": "=Changes!$C$2:$C$11", "values": "=Changes!$K$2:$K$11"})
sheet.insert_chart("P2", chart)
book.close()
