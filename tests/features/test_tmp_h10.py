import os
from pytest_bdd import scenarios
for page in os.environ.get("H10", "").split():
    scenarios(f"{page}.feature")
