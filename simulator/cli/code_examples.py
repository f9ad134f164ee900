"""Examples to the codes of rule sets and settings: what is wrong, and how it is written instead.

The lines are those of a rule (`if`, `then`, `on` ...), of the top of a rule file, or of simulator.toml. The tests read
each of them: the first has the code, the second has not.
"""

from __future__ import annotations

from collections.abc import Mapping

EXAMPLES: Mapping[str, tuple[str, str]] = {
    "R006": ("if: {ticket.channel: email", "if: {ticket.channel: email}"),
    "R007": ("then: &tag [addTags: [VIP]]", "then: [addTags: [VIP]]"),
    "R009": ("if:\n  ticket.channel: email\n  ticket.channel: chat", "if:\n  ticket.channel: email"),
    "R010": ("if: ticket.channel", "if: {ticket.channel: email}"),
    "R011": ("iff: {ticket.channel: email}", "if: {ticket.channel: email}"),
    "R012": ("if: {customer.total_spend: {gte: 500}}", "if: {customer.total_spent: {gte: 500}}"),
    "R013": ("if: {customer.total_spent: {atleast: 500}}", "if: {customer.total_spent: {gte: 500}}"),
    "R014": ("if: {customer.total_spent: {containsAny: [500]}}", "if: {customer.total_spent: {gte: 500}}"),
    "R015": ("on: [ticket-opened]", "on: [ticket-created]"),
    "R016": ("then: [addTag: VIP]", "then: [addTags: [VIP]]"),
    "R017": (
        "if: {message.text: {containsAny: {list: refunds}}}",
        "if: {message.text: {containsAny: [refund, money back]}}",
    ),
    "R018": ("then: [setPriority: urgent]", "then: [setPriority: critical]"),
    "R019": ("version: 2", "version: 1"),
    "R020": ("rules:\n  - id: vip\n    then: []", "rules:\n  - id: vip\n    on: [ticket-created]\n    then: []"),
    "R021": (
        "rules:\n  - id: VIP rule\n    on: [ticket-created]",
        "rules:\n  - id: vip-rule\n    on: [ticket-created]",
    ),
    "R022": (
        "rules:\n  - {id: vip, on: [ticket-created]}\n  - {id: vip, on: [ticket-updated]}",
        "rules:\n  - {id: vip, on: [ticket-created, ticket-updated]}",
    ),
    "R023": ('if: {customer.total_spent: {gte: "500"}}', "if: {customer.total_spent: {gte: 500}}"),
    "R024": ("if: {customer.total_spent: {gte: 1e400}}", "if: {customer.total_spent: {gte: 500.50}}"),
    "R025": ("if: {ticket.created_datetime: {gte: 01/03/2026}}", "if: {ticket.created_datetime: {gte: 2026-03-01}}"),
    "R026": (
        "if: {last_order.created_at: {gteTimedelta: 7 days}}",
        "if: {last_order.created_at: {gteTimedelta: 7d}}",
    ),
    "R027": ("if: {customer.email: null}", "if: {customer.email: {isEmpty: true}}"),
    "R028": ('then: [addTags: ["VIP, refund"]]', "then: [addTags: [VIP, refund]]"),
    "R029": ("then: [addTags: []]", "then: [setTags: []]"),
    "R030": ('business_hours: {mon-fri: "9-18"}', 'business_hours: {mon-fri: "09:00-18:00"}'),
    "R031": (
        'business_hours: {mon-fri: "09:00-18:00", fri: "09:00-12:00"}',
        'business_hours: {mon-thu: "09:00-18:00", fri: "09:00-12:00"}',
    ),
    "R032": ("timezone: Paris", "timezone: Europe/Paris"),
    "R033": ("holidays: [France]", "holidays: [FR]"),
    "R035": ("then: [setAssignee: Marie]", "then: [setAssignee: marie@example.com]"),
    "R036": (
        "then:\n  - {if: {ticket.spam: true}, addTags: [spam]}",
        "then:\n  - {if: {ticket.spam: true}, then: [addTags: [spam]]}",
    ),
    "R101": ("if: {any: []}", "if: {any: [{ticket.channel: email}]}"),
    "R102": ("if: {message.text: {contains: refund}}", "if: {message.text: {containsAny: [refund]}}"),
    "R103": (
        'then: [replyToTicket: "Hi {{customer.nick}}"]',
        'then: [replyToTicket: "Hi {{ticket.customer.firstname}}"]',
    ),
    "R107": (
        "if: {message.text: {containsAny: [Refund, refund]}}",
        "if: {message.text: {containsAny: [refund]}}",
    ),
    "R108": ("rules: []", "version: 1\nrules: []"),
    "R109": ("if: {last_order.loyalty_level: gold}", "if: {last_order.financial_status: paid}"),
    "R111": (
        'business_hours: {mon: ["09:00-12:00", "11:00-14:00"]}',
        'business_hours: {mon: ["09:00-12:00", "13:00-17:00"]}',
    ),
    "R112": (
        "version: 1\nrules: []\nviews:\n  - id: new\n    if: {event.type: ticket-created}",
        "version: 1\nrules: []\nviews:\n  - id: new\n    if: {ticket.status: open}",
    ),
    "T001": ("snapshot = shop.db", 'snapshot = "shop.db"'),
    "T002": ('snapsho = "shop.db"', 'snapshot = "shop.db"'),
    "T003": ('gorgias_token = "..."', "GORGIAS_TOKEN=... in the environment"),
    "T004": ('seed = "one"', "seed = 1"),
    "T005": ('snapshot = "../shop.db"', "simulator run --snapshot ../shop.db ..."),
    "U002": ("simulator run --since 01/03/2026 ...", "simulator run --since 2026-03-01 ..."),
    "U004": ("simulator run --report report.html ...", "simulator run --report html=report.html ..."),
    "U005": ("simulator run --since 2030-01-01 ...", "simulator run --since 2026-01-01 ...  (or --allow-empty)"),
    "U006": ("simulator init .", "simulator init shop"),
    "U008": ("simulator explain --tag vip 4107179 ...", "simulator explain --tag VIP 4107179 ..."),
    "U009": ("simulator explain R999", "simulator explain R012"),
}
"""Code -> (wrong, right)."""
