"""The law book of zhiheng in Chinese: every scenario in `features/` is a test."""

from pytest_bdd import scenarios

scenarios(".")
