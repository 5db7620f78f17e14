"""The rules table says what decree 809 says, line by line."""

import pytest

from citybrain.duties.rules import RULES, rule_of
from citybrain.registry import UnknownName

DECREE_809 = {
    # code: (article, working days, extension, consent needed, clock can stand)
    "reply_unconditional": ("SC-21", 1, 0, False, True),
    "reply_conditional": ("SC-21", 10, 10, True, True),
    "deliver": ("SC-22", 20, 0, False, False),
    "correct": ("SC-26", 10, 0, False, False),
    "update_catalog": ("SC-17", 10, 5, True, False),
    "review_catalog": ("SC-17", 2, 0, False, False),
}


def test_statutory_rules_are_those_of_the_decree_and_no_others() -> None:
    statutory = {
        rule.code: (
            rule.article,
            rule.days,
            rule.extension_days,
            rule.extension_needs_consent,
            rule.pausable,
        )
        for rule in RULES.values()
        if rule.statutory
    }
    assert statutory == DECREE_809


def test_the_longest_lawful_way_of_an_application_is_forty_working_days() -> None:
    reply = RULES["reply_conditional"]
    assert reply.days + reply.extension_days + RULES["deliver"].days == 40


def test_the_portals_own_limit_never_poses_as_law() -> None:
    own = [rule for rule in RULES.values() if not rule.statutory]
    assert "internal_signoff" in [rule.code for rule in own]
    assert not any(rule.article_label for rule in own)
    assert {rule.basis for rule in own} == {"门户办理要求"}


def test_every_rule_names_its_basis_and_who_owes_it() -> None:
    for rule in RULES.values():
        assert str(rule.label)
        assert str(rule.owner)
        assert str(rule.on_breach)
        assert rule.basis == "门户办理要求" or rule.basis.startswith("《政务数据共享条例》第")


def test_an_unknown_rule_raises() -> None:
    with pytest.raises(UnknownName):
        rule_of("reply_whenever")
