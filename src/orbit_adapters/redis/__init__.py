"""Speed that may go missing: cache, flood limit and dialogs in Redis, behind one safe door."""
