"""`tartip law recount`: what a lawyer runs after a decree was entered."""

from __future__ import annotations

from tartip.server.commands import main


def test_the_command_says_how_many_terms_moved(committed, capsys):
    assert main(["law", "recount"]) == 0
    assert "0 terms moved" in capsys.readouterr().out
