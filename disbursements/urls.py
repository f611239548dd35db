"""Addresses of disbursements."""

from django.urls import path

from disbursements.views import aid_services, bank, custody, funds, receipts, sheets, summary

urlpatterns = [
    path("funds/", funds.fund_list, name="funds"),
    path("funds/new/", funds.allocation_new, name="allocation_new"),
    path("funds/<int:pk>/", funds.allocation_adjust, name="allocation_adjust"),
    path("stock/", funds.stock_list, name="stock"),
    path("stock/in/", funds.stock_take_in, name="stock_take_in"),
    path("stock/stores/new/", funds.store_new, name="store_new"),
    path("stock/movements/", funds.movement_list, name="stock_movements"),
    path("sheets/", sheets.sheet_list, name="sheets"),
    path("sheets/new/", sheets.sheet_new, name="sheet_new"),
    path("sheets/<int:pk>/", sheets.sheet_page, name="sheet"),
    path("sheets/<int:pk>/move/<slug:move>/", sheets.sheet_move, name="sheet_move"),
    path("sheets/<int:pk>/again/", sheets.sheet_again, name="sheet_again"),
    path("sheets/<int:pk>/export/", sheets.sheet_export, name="sheet_export"),
    path("sheets/<int:pk>/hand-out/", custody.sheet_hand_out, name="sheet_hand_out"),
    path("sheets/<int:pk>/bank/", bank.bank_export, name="bank_export"),
    path("sheets/<int:pk>/bank/file/", bank.bank_file, name="bank_file"),
    path("sheets/<int:pk>/bank/result/", bank.bank_result, name="bank_result"),
    path("custody/<int:pk>/back/", custody.custody_back, name="custody_back"),
    path("lines/", sheets.line_list, name="lines"),
    path("lines/<int:pk>/", sheets.line_page, name="sheet_line"),
    path("lines/<int:pk>/sign/", receipts.counter_sign, name="counter_sign"),
    path("lines/<int:pk>/<slug:move>/", custody.line_settle, name="line_settle"),
    path("visits/<int:visit_pk>/lines/<int:pk>/sign/", receipts.visit_sign, name="visit_sign"),
    path("receipts/<int:pk>/", receipts.receipt_page, name="receipt"),
    path("receipts/<int:pk>/image/", receipts.receipt_image, name="receipt_image"),
    path("receipts/<int:pk>/confirm/", receipts.receipt_confirm, name="receipt_confirm"),
    path("receipts/<int:pk>/void/", receipts.receipt_void, name="receipt_void"),
    path("services/", aid_services.service_list, name="services"),
    path("services/rosters/<int:pk>/", aid_services.service_roster, name="service_roster"),
    path("services/<int:pk>/void/", aid_services.service_void, name="service_void"),
    path("summary/", summary.summary_list, name="summaries"),
    path("summary/<int:pk>/", summary.summary_page, name="summary"),
    path("summary/<int:pk>/export/", summary.summary_export, name="summary_export"),
]
