"""What the moves of sheets do to funds, stock, lines and hands; called inside the gate's transaction."""
