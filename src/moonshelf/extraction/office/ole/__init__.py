"""OLE: what Office and Outlook keep in compound files, beside what is their own."""
