"""Import of a file into a register: read it, match its columns, judge every row, enter the good ones."""
