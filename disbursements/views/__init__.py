"""Staff pages of this room: funds, stock, sheets, custody, receipts, the bank's answer, the summary."""
