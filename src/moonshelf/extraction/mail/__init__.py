"""Mail: messages, mailboxes, and what Outlook saves."""
