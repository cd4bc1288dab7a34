"""Accounts in the browser (`/people/`): what an administrator reads and does there."""
