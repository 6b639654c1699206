"""The closed vocabulary of "no": every rule zhiheng enforces, named as the rule."""

from enum import StrEnum
from typing import Any


class Refused(StrEnum):
    """A rule a command broke. Texts stand in `refusal_texts`, HTTP statuses in `api`."""

    # the request itself
    COMMAND_IS_MALFORMED = "command_is_malformed"
    COMMAND_IS_UNKNOWN = "command_is_unknown"
    COMMAND_KEY_WAS_USED_FOR_ANOTHER_BODY = "command_key_was_used_for_another_body"
    FACT_IS_TOO_LARGE = "fact_is_too_large"
    DATE_MUST_NOT_LIE_IN_THE_FUTURE = "date_must_not_lie_in_the_future"
    END_MUST_NOT_PRECEDE_START = "end_must_not_precede_start"
    REASON_IS_NEEDED = "reason_is_needed"
    # access
    LOG_IS_ALREADY_OPEN = "log_is_already_open"
    LOG_IS_NOT_OPEN = "log_is_not_open"
    TOKEN_IS_NOT_VALID = "token_is_not_valid"  # noqa: S105
    ROLE_IS_MISSING = "role_is_missing"
    INSTITUTION_MUST_BE_NAMED = "institution_must_be_named"
    SUBJECT_IS_UNKNOWN = "subject_is_unknown"
    SUBJECT_EXISTS_ALREADY = "subject_exists_already"
    ACTOR_IS_UNKNOWN = "actor_is_unknown"
    ROLE_NEEDS_AN_INSTITUTION = "role_needs_an_institution"
    ROLE_HOLDS_CITY_WIDE = "role_holds_city_wide"
    ROLE_NEEDS_AN_END = "role_needs_an_end"
    ROLE_IS_HELD_ALREADY = "role_is_held_already"
    ROLE_IS_NOT_HELD = "role_is_not_held"
    ADMINISTRATOR_HAS_NO_BUSINESS_RIGHTS = "administrator_has_no_business_rights"
    TOKEN_LIVES_TOO_LONG = "token_lives_too_long"  # noqa: S105
    TOKEN_IS_UNKNOWN = "token_is_unknown"  # noqa: S105
    BUREAU_IS_REGISTERED_ALREADY = "bureau_is_registered_already"
    BUREAU_IS_NOT_REGISTERED = "bureau_is_not_registered"
    ANOTHER_PERSON_MUST_DO_THIS = "another_person_must_do_this"
    # policies
    POLICY_IS_UNKNOWN = "policy_is_unknown"
    POLICY_IS_NOT_ADOPTED = "policy_is_not_adopted"
    POLICY_VERSION_IS_OLDER = "policy_version_is_older"
    # persons
    PERSON_IS_ERASED = "person_is_erased"
    # corrections
    POSITION_IS_UNKNOWN = "position_is_unknown"
    LEAF_DOES_NOT_MATCH = "leaf_does_not_match"
    FACT_IS_VOIDED_ALREADY = "fact_is_voided_already"
    FACT_IS_A_DECISION = "fact_is_a_decision"
    LIVE_FACTS_REST_ON_IT = "live_facts_rest_on_it"
    REPLACEMENT_HAS_ANOTHER_SUBJECT = "replacement_has_another_subject"


class Refusal(Exception):
    """A command was refused: which rule, and the values concerned (JSON values only)."""

    def __init__(self, code: Refused, **values: Any) -> None:
        self.code, self.values = code, values
        super().__init__(code.value, values)
