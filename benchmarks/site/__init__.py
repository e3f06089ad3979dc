"""The site that is measured: Praktik, its reference page and a crowd."""
