"""What can be done with funds, stock, sheets and receipts: verbs in a module named for the noun."""
