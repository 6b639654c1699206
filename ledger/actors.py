"""The roles a person can hold, and which of them see more than their own institution."""

from enum import StrEnum


class Role(StrEnum):
    """A role's stored value; an administrator has no business rights."""

    CENTRE_HEAD = "centre-head"
    CENTRE_STAFF = "centre-staff"
    CENTRE_REVIEWER = "centre-reviewer"
    FINANCE_CLERK = "finance-clerk"
    FINANCE_APPROVER = "finance-approver"
    SCHOOL_LEADER = "school-leader"
    INTERNAL_AUDITOR = "internal-auditor"
    STATE_AUDITOR = "state-auditor"
    CERTIFICATION_AUDITOR = "certification-auditor"
    BUREAU_CLERK = "bureau-clerk"
    BUREAU_APPROVER = "bureau-approver"
    BUREAU_PAYER = "bureau-payer"
    EDUCATION_COMMISSION_READER = "education-commission-reader"
    INVENTOR = "inventor"
    SERVICE_TEAM_MEMBER = "service-team-member"
    ENVOY = "envoy"
    ADMINISTRATOR = "administrator"
    SECURITY_ADMINISTRATOR = "security-administrator"
    SECURITY_AUDITOR = "security-auditor"


BUREAU_ROLES = frozenset({Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.BUREAU_PAYER})

READS_ALL_INSTITUTIONS = BUREAU_ROLES | {Role.STATE_AUDITOR, Role.EDUCATION_COMMISSION_READER}
"""Readers of every institution; all other roles read their own institution only."""

KEEPERS = frozenset({Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR})
"""Who gives rights, two of them together: the first proposes, another person confirms."""

WITHOUT_BUSINESS = KEEPERS | {Role.SECURITY_AUDITOR}
"""The three administrators: each holds its own role and no other, as a person."""

CITY_WIDE = READS_ALL_INSTITUTIONS | WITHOUT_BUSINESS
"""Roles granted without an institution: they hold across the log."""

FOR_PROGRAMS = frozenset({Role.CENTRE_STAFF, Role.FINANCE_CLERK})
"""Roles in which a program may act: it takes in what others decided. It decides, approves, judges
and pays nothing; a program with any other role reads."""

CHECKERS = frozenset({Role.CENTRE_STAFF, Role.CENTRE_HEAD, Role.INTERNAL_AUDITOR})
"""Who records that something was looked into: an auditor who finds a check missing may make it.
Checks move neither rights nor money."""

AUDITORS = frozenset({Role.INTERNAL_AUDITOR, Role.STATE_AUDITOR, Role.CERTIFICATION_AUDITOR})
"""Who examines: they draw samples, raise findings and keep papers, and move nothing else."""

EVIDENCE_KEEPERS = AUDITORS | frozenset(
    {
        Role.CENTRE_HEAD,
        Role.CENTRE_STAFF,
        Role.FINANCE_CLERK,
        Role.FINANCE_APPROVER,
        Role.SCHOOL_LEADER,
        Role.BUREAU_CLERK,
        Role.BUREAU_APPROVER,
    }
)
"""Who puts documents into the evidence store: auditors, and the offices that answer them."""

SEALER = "actor:00000000-0000-0000-0000-000000000000"
"""The log's own hand: this program, where it records what anybody can compute anew (heads of a
day, digests of what was read). No secret opens it, so nobody outside can speak with its voice."""

TIME_BOXED = frozenset({Role.STATE_AUDITOR, Role.CERTIFICATION_AUDITOR})
"""Outside auditors: their grants must end on a day."""
