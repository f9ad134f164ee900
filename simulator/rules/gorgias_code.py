"""The way from Gorgias to the rule model in one place: what other parts of the program import."""

from simulator.rules.gorgias.macros import MacroActions, actions_from_macro
from simulator.rules.gorgias.records import LiveRuleRecord, rule_record
from simulator.rules.gorgias.to_rules import GorgiasRules, UnsupportedRule, rules_from_gorgias
from simulator.rules.gorgias.views import (
    GorgiasViews,
    LiveViewRecord,
    UnsupportedView,
    view_from_gorgias,
    views_from_gorgias,
)

__all__ = [
    "GorgiasRules",
    "GorgiasViews",
    "LiveRuleRecord",
    "LiveViewRecord",
    "MacroActions",
    "UnsupportedRule",
    "UnsupportedView",
    "actions_from_macro",
    "rule_record",
    "rules_from_gorgias",
    "view_from_gorgias",
    "views_from_gorgias",
]
