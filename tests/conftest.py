"""What every test needs."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    # A worker that a whole package of tests shares goes on in its thread, where the SDK takes the nonce of each request
    # from ``random``; hypothesis then suspects the strategy that draws in the same moment.
    config.addinivalue_line(
        "filterwarnings",
        "ignore:Do not use the `random` module inside strategies:hypothesis.errors.HypothesisDeprecationWarning",
    )


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    # The SDK sends requests for 127.0.0.1 through a proxy too, whatever NO_PROXY says.
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
