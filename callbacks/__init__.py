"""What the platform pushes (回调), received over HTTP and passed on to the filings as hints."""
