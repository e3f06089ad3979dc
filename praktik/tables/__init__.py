"""Tables in and out: people and places read from CSV and Excel, and every list of the admin written to them."""
