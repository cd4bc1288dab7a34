"""The pages of a register, made from its declaration: list, card, acts, import, export."""
