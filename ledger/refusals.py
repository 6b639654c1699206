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
    TOKEN_IS_NOT_VALID = "token_is_not_valid"
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
    TOKEN_LIVES_TOO_LONG = "token_lives_too_long"
    TOKEN_IS_UNKNOWN = "token_is_unknown"
    BUREAU_IS_REGISTERED_ALREADY = "bureau_is_registered_already"
    BUREAU_IS_NOT_REGISTERED = "bureau_is_not_registered"
    ANOTHER_PERSON_MUST_DO_THIS = "another_person_must_do_this"
    # policies
    POLICY_IS_UNKNOWN = "policy_is_unknown"
    POLICY_IS_NOT_ADOPTED = "policy_is_not_adopted"
    POLICY_VERSION_IS_OLDER = "policy_version_is_older"
    # persons
    PERSON_IS_ERASED = "person_is_erased"
    # counterparties
    IDENTIFIER_IS_MISSING = "identifier_is_missing"
    IDENTIFIER_IS_WRONG = "identifier_is_wrong"
    IDENTIFIER_KIND_DOES_NOT_SUIT = "identifier_kind_does_not_suit"
    CODE_CONTRADICTS_ID = "code_contradicts_id"
    SIZE_CANNOT_BE_TOLD = "size_cannot_be_told"
    MEASURED_YEAR_LIES_AHEAD = "measured_year_lies_ahead"
    # patents
    PATENT_KIND_CONTRADICTS_NUMBER = "patent_kind_contradicts_number"
    EVENT_PRECEDES_FILING = "event_precedes_filing"
    # contracts
    EVENT_PRECEDES_CONTRACT = "event_precedes_contract"
    INSTALMENT_NUMBER_IS_USED = "instalment_number_is_used"
    INSTALMENTS_DO_NOT_SUM_TO_PRICE = "instalments_do_not_sum_to_price"
    INSTALMENTS_ARE_MISSING = "instalments_are_missing"
    INSTALMENT_HOLDS_MONEY = "instalment_holds_money"
    FREE_LICENSE_HAS_FEES = "free_license_has_fees"
    ROYALTY_RATE_IS_MISSING = "royalty_rate_is_missing"
    ZERO_ENTRY_FEE_LICENSE_HAS_ENTRY_FEE = "zero_entry_fee_license_has_entry_fee"
    OPEN_LICENSE_MUST_BE_ORDINARY = "open_license_must_be_ordinary"
    PATENT_IS_NOT_IN_CONTRACT = "patent_is_not_in_contract"
    RIGHTS_COUNT_IS_TOO_SMALL = "rights_count_is_too_small"
    SHARE_EXCEEDS_WHOLE = "share_exceeds_whole"
    # bank files and receipts
    STATEMENT_HAS_NO_NEW_LINES = "statement_has_no_new_lines"
    STATEMENT_WAS_COMPARED_WITH_OLDER_LINES = "statement_was_compared_with_older_lines"
    RECEIPT_IS_CLAIMED_ALREADY = "receipt_is_claimed_already"
    LINE_IS_A_REVERSAL = "line_is_a_reversal"
    LINE_IS_NOT_A_CREDIT = "line_is_not_a_credit"
    PAYER_NAME_DIFFERS = "payer_name_differs"
    PAYER_IS_CONFIRMED_ALREADY = "payer_is_confirmed_already"
    PAYER_NEEDS_CONFIRMATION = "payer_needs_confirmation"
    RECEIPT_IS_REVERSED = "receipt_is_reversed"
    RECEIPT_IS_IN_ANOTHER_CURRENCY = "receipt_is_in_another_currency"
    MORE_THAN_IS_THERE = "more_than_is_there"
    INSTALMENT_IS_UNKNOWN = "instalment_is_unknown"
    INSTALMENT_WOULD_BE_OVERPAID = "instalment_would_be_overpaid"
    PURPOSE_IS_NOT_THE_INSTALMENTS = "purpose_is_not_the_instalments"
    ALLOCATION_IS_UNKNOWN = "allocation_is_unknown"
    ALLOCATION_IS_IN_A_CLAIM = "allocation_is_in_a_claim"
    # corrections
    POSITION_IS_UNKNOWN = "position_is_unknown"
    LEAF_DOES_NOT_MATCH = "leaf_does_not_match"
    FACT_IS_VOIDED_ALREADY = "fact_is_voided_already"
    FACT_IS_A_DECISION = "fact_is_a_decision"
    LIVE_FACTS_REST_ON_IT = "live_facts_rest_on_it"
    REPLACEMENT_HAS_ANOTHER_SUBJECT = "replacement_has_another_subject"
    REPLACEMENT_CHANGES_A_COMMITMENT = "replacement_changes_a_commitment"


class Refusal(Exception):
    """A command was refused: which rule, and the values concerned (JSON values only)."""

    def __init__(self, code: Refused, **values: Any) -> None:
        self.code, self.values = code, values
        super().__init__(code.value, values)
